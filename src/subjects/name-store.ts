import { setImmediate as othersFirst } from 'node:timers/promises'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { candidateKeys } from '../names/candidate-keys.ts'
import { type NameParts, namePartsOf } from '../names/name-parts.ts'
import { normaliseName } from '../names/normalise.ts'
import { gramsOf, readCharacters, readingText } from './name-grams.ts'

/**
 * The rules by which names are keyed now. Whoever changes what a name is levelled to, taken apart into or found by raises
 * it, with a migration that makes the index of what is left to do count up to it.
 */
export const nameKeyVersion = 1

export type NamedSubject = { id: number; kind: 'ORGANISATION' | 'PERSON'; name: string }

/** Notes names that subjects bear. Only a name that is new to its subject is taken apart: known ones cost a look-up. */
export async function noteNames(
  client: Queryable,
  named: readonly NamedSubject[],
  nameIsRegistered: boolean,
): Promise<void> {
  const distinct = new Map(
    named.map((subject) => {
      const key = normaliseName(subject.name)
      return [`${subject.id} ${key}`, { ...subject, key }]
    }),
  )
  const names = [...distinct.values()]
  const { rows } = await client.query(
    `INSERT INTO subject_name (subject_id, key, name, key_version)
     SELECT r.*, $4 FROM unnest($1::bigint[], $2::text[], $3::text[]) AS r
     ON CONFLICT (subject_id, key) DO UPDATE SET last_seen_at = now()
     RETURNING subject_id AS id, key, xmax = 0 AS "isNew"`,
    [names.map(({ id }) => id), names.map(({ key }) => key), names.map(({ name }) => name), nameKeyVersion],
  )
  const latest = new Map(names.map((named) => [named.id, named]))
  // Asked of each by its id: with nearly all names registered, or hardly any, the condition tells the planner so little that
  // it compared every subject with every name.
  const { rows: renamed } = await client.query(
    `UPDATE subject s SET name = r.name, name_is_registered = s.name_is_registered OR $3
       FROM (SELECT id, name FROM unnest($1::bigint[], $2::text[]) AS r (id, name)
              WHERE (SELECT ($3 OR NOT p.name_is_registered) AND (p.name <> r.name OR p.name_is_registered <> $3)
                       FROM subject p WHERE p.id = r.id)) r
      WHERE s.id = r.id
      RETURNING s.id`,
    [[...latest.keys()], [...latest.values()].map(({ name }) => name), nameIsRegistered],
  )
  const isNew = new Set(rows.flatMap((row) => (row.isNew ? [`${row.id} ${row.key}`] : [])))
  await makeSearchable(
    client,
    names.filter(({ id, key, kind }) => kind === 'ORGANISATION' && isNew.has(`${id} ${key}`)),
  )
  await noteFormer(
    client,
    renamed.flatMap(({ id }) => latest.get(id) ?? []),
  )
}

/** Of subjects that were given a name, the others are former ones; one that they bore before may be theirs again. */
async function noteFormer(client: Queryable, named: readonly { id: number; key: string }[]): Promise<void> {
  if (named.length === 0) return
  await client.query(
    `UPDATE searchable_name n SET is_former = n.name_key <> r.key FROM unnest($1::bigint[], $2::text[]) AS r (id, key)
      WHERE n.subject_id = r.id AND n.is_former <> (n.name_key <> r.key)`,
    [named.map(({ id }) => id), named.map(({ key }) => key)],
  )
}

/** The columns of `searchable_name` that are computed from a name, in the order of the statement below. */
export type SearchableName = NameParts & { reading: string; grams: string[]; candidateKeys: number[] }

export function searchableNameOf(name: string): SearchableName {
  const parts = namePartsOf(name)
  const read = readCharacters(parts.norm)
  return {
    ...parts,
    reading: readingText(read),
    grams: gramsOf(read, parts.core),
    candidateKeys: candidateKeys(parts),
  }
}

/** Subjects in an order without meaning: neither their age nor who reported them puts any of them first. */
export const placeOf = (id: string) => `(${id} % 2147483647 * 2654435761 % 2147483647)::int`

/** Only organisations: the names of persons are not there to be searched through (domain.md 5.2: no enumeration). */
async function makeSearchable(
  client: Queryable,
  names: readonly { id: number; key: string; name: string }[],
): Promise<void> {
  if (names.length === 0) return
  const rows: object[] = []
  for (const { id, key, name } of names) {
    const { norm: _key, ...computed } = searchableNameOf(name)
    rows.push({ id, key, name, ...computed })
    // Queries are answered in between.
    if (rows.length % limits.namesTakenApart === 0) await othersFirst()
  }
  // Arrays of differing lengths cannot be columns of unnest(), so the rows travel as JSON.
  await client.query(
    `INSERT INTO searchable_name (subject_id, name_key, name, is_former, place, core, trade_name, industry, region,
                                  region_code, org_form, branch, pinyin, initials, reading, grams, candidate_keys)
     SELECT r.id, r.key, r.name, s.name <> r.name, ${placeOf('r.id')}, r.core, r."tradeName", r.industry, r.region,
            r."regionCode", r."orgForm", r.branch, r.pinyin, r.initials, r.reading, r.grams, r."candidateKeys"
       FROM json_to_recordset($1::json) AS r (id bigint, key text, name text, core text, "tradeName" text, industry text,
              region text, "regionCode" text, "orgForm" text, branch text, pinyin text, initials text, reading text,
              grams text[], "candidateKeys" int[])
       JOIN subject s ON s.id = r.id
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  )
}

export type OldName = {
  id: number
  key: string
  name: string
  /** What the subject is called now. */
  present: string
  firstSeenAt: Date
  lastSeenAt: Date
}

/**
 * Names of one kind of subject that older rules keyed, their subjects locked in the order in which a batch locks them. Of
 * one kind at a time: a batch locks organisations before persons, so this never waits for the former holding the latter.
 */
export async function lockOldNames(
  client: Queryable,
  kind: NamedSubject['kind'],
  limit: number,
): Promise<OldName[]> {
  const { rows: subjects } = await client.query(
    `SELECT id FROM subject
      WHERE kind = $1 AND id IN (SELECT subject_id FROM subject_name WHERE key_version < ${nameKeyVersion})
      ORDER BY id LIMIT $2 FOR NO KEY UPDATE`,
    [kind, limit],
  )
  const { rows } = await client.query(
    `SELECT n.subject_id AS id, n.key, n.name, s.name AS present, n.first_seen_at AS "firstSeenAt",
            n.last_seen_at AS "lastSeenAt"
       FROM subject_name n JOIN subject s ON s.id = n.subject_id
      WHERE n.subject_id = ANY ($1::bigint[]) AND n.key_version < ${nameKeyVersion}
      ORDER BY n.subject_id, n.last_seen_at DESC, n.name`,
    [subjects.map(({ id }) => id)],
  )
  return rows
}

/** Spellings that were names of their own and are one by the rules of now become one, seen first and last as they were. */
export async function rekeyNames(
  client: Queryable,
  kind: NamedSubject['kind'],
  names: readonly OldName[],
): Promise<void> {
  const grouped = Map.groupBy(names, ({ id, name }) => `${id} ${normaliseName(name)}`)
  const merged = [...grouped.values()].flatMap((spellings) => {
    const [latest] = spellings
    if (!latest) return []
    const times = spellings.flatMap(({ firstSeenAt, lastSeenAt }) => [firstSeenAt, lastSeenAt])
    const sorted = times.sort((a, b) => a.getTime() - b.getTime())
    const key = normaliseName(latest.name)
    const name = normaliseName(latest.present) === key ? latest.present : latest.name
    return [{ ...latest, key, name, firstSeenAt: sorted[0], lastSeenAt: sorted.at(-1) }]
  })
  await client.query(
    `DELETE FROM subject_name n USING unnest($1::bigint[], $2::text[]) AS r (id, key)
      WHERE n.subject_id = r.id AND n.key = r.key`,
    [names.map(({ id }) => id), names.map(({ key }) => key)],
  )
  await client.query(
    `INSERT INTO subject_name AS n (subject_id, key, name, first_seen_at, last_seen_at, key_version)
     SELECT r.*, $6 FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) AS r
     ON CONFLICT (subject_id, key) DO UPDATE
        SET first_seen_at = least(n.first_seen_at, excluded.first_seen_at),
            last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at)`,
    [
      merged.map(({ id }) => id),
      merged.map(({ key }) => key),
      merged.map(({ name }) => name),
      merged.map(({ firstSeenAt }) => firstSeenAt),
      merged.map(({ lastSeenAt }) => lastSeenAt),
      nameKeyVersion,
    ],
  )
  if (kind === 'ORGANISATION') await makeSearchable(client, merged)
}
