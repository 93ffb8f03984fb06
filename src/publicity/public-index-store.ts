import type { Queryable } from '../kernel/database.ts'
import { entries } from './published-sql.ts'

/** The index of published records (public_entry): what lists, counts and searches of the public surface go by. */

/** The first two parameters of `entries`. */
export type EntryRules = readonly [sheets: string, rules: string]

export type IndexState = {
  /** The change feed up to where it was followed, and where the feed is. */
  position: number
  head: number
  /** By edition, what its entries were made by. */
  bases: Record<string, string>
}

export async function indexState(database: Queryable): Promise<IndexState> {
  const { rows } = await database.query({
    name: 'public-index-state',
    text: `SELECT i.position, h.position AS head,
                  (SELECT coalesce(json_object_agg(b.edition, b.basis), '{}') FROM public_index_edition b) AS bases
             FROM public_index i, feed_head h`,
  })
  return rows[0]
}

/** Whoever works on the index does so alone; the others wait, and find it done. */
export async function lockIndex(client: Queryable): Promise<void> {
  await client.query('SELECT FROM public_index FOR UPDATE')
}

/** Makes the entries of these editions anew, by the rules given; those of `gone` are no more. */
export async function remakeEditions(
  client: Queryable,
  rules: EntryRules,
  editions: readonly { edition: number; basis: string }[],
  gone: readonly number[],
): Promise<void> {
  const stale = [...editions.map(({ edition }) => edition), ...gone]
  await client.query('DELETE FROM public_entry WHERE edition = ANY ($1::int[])', [stale])
  await client.query('DELETE FROM public_index_edition WHERE edition = ANY ($1::int[])', [stale])
  await client.query(`${entries} INSERT INTO public_entry ${columns} WHERE n.edition = ANY ($3::int[])`, [
    ...rules,
    editions.map(({ edition }) => edition),
  ])
  await client.query(
    'INSERT INTO public_index_edition (edition, basis) SELECT * FROM unnest($1::int[], $2::text[])',
    [editions.map(({ edition }) => edition), editions.map(({ basis }) => basis)],
  )
}

/** A name in the spelling of a record that no department gave as its own: levelled nearly as `normaliseName` does. */
const nameKeyOf = (name: string) => `
  replace(replace(upper(translate(regexp_replace(normalize(${name}, NFKC), '\\s', '', 'g'),
    '【〔[{】〕]}•・‧∙', '(((())))····')), '有限责任公司', '有限公司'), '股份有限公司', '股份公司')`

const columns = `(record_id, subject_id, edition, kind, list_type, nature, department_id, uscc, division, name, name_key,
    document_no, day, is_case, shown_from, shown_until, hidden)
  SELECT n.record_id, n.subject_id, n.edition, n.kind, n.list_type, n.nature, n.department_id, n.uscc, n.division, n.name,
         coalesce((SELECT k.key FROM subject_name k WHERE k.subject_id = n.subject_id AND k.name = n.name LIMIT 1), ${nameKeyOf('n.name')}),
         n.document_no, n.day, n.is_case, n.shown_from, n.shown_until, n.hidden FROM entry n`

/** Makes anew what events of the feed between two positions tell of; a subject's event tells of all its records. */
export async function followFeed(
  client: Queryable,
  rules: EntryRules,
  after: number,
  upTo: number,
): Promise<void> {
  const { rows } = await client.query(
    `SELECT coalesce(array_agg(DISTINCT touched.id), '{}') AS ids FROM (
       SELECT e.record_id AS id FROM feed_event e WHERE e.position > $1 AND e.position <= $2 AND e.record_id IS NOT NULL
       UNION
       SELECT r.id FROM feed_event e JOIN record r ON r.subject_id = ANY (subject_members(e.subject_id))
        WHERE e.position > $1 AND e.position <= $2 AND e.kind LIKE 'SUBJECT%' AND e.subject_id IS NOT NULL) touched`,
    [after, upTo],
  )
  const { ids } = rows[0]
  if (ids.length > 0) {
    // What the feed tells of was just written and is in memory: thousands of look-ups cost less than reading whole tables.
    await client.query('SET LOCAL random_page_cost = 1.1')
    await client.query('DELETE FROM public_entry WHERE record_id = ANY ($1::bigint[])', [ids])
    await client.query(
      `${entries} INSERT INTO public_entry ${columns} WHERE n.record_id = ANY ($3::bigint[])`,
      [...rules, ids],
    )
  }
  await client.query('UPDATE public_index SET position = $1', [upTo])
}
