import type { Queryable } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { certificateContext, certificateIndexDomain } from '../subjects/identification.ts'
import { currentResidentId } from '../subjects/identifiers.ts'
import type { SuspectedPair } from './identity-store.ts'

/** What of the subjects of one stretch of numbers looks like one subject twice. Each is one statement over the stretch. */

export type Stretch = { after: number; upTo: number; subjects: number }

/** The next stretch of so many subjects; null: there are none. */
export async function nextStretch(
  database: Queryable,
  after: number,
  subjects: number,
): Promise<Stretch | null> {
  const { rows } = await database.query(
    `SELECT $1::bigint AS after, max(id) AS "upTo", count(*) AS subjects
       FROM (SELECT id FROM subject WHERE id > $1 ORDER BY id LIMIT $2) s`,
    [after, subjects],
  )
  return rows[0].upTo === null ? null : rows[0]
}

export async function organisationCodes(
  database: Queryable,
  { after, upTo }: Stretch,
): Promise<{ id: number; uscc: string }[]> {
  const { rows } = await database.query(
    'SELECT id, uscc FROM subject WHERE id > $1 AND id <= $2 AND uscc IS NOT NULL ORDER BY id',
    [after, upTo],
  )
  return rows
}

/** Two that stand behind one subject already are no question. */
const areApart = 'coalesce(a.canonical_id, a.id) <> coalesce(b.canonical_id, b.id)'

/** Organisations that bear a name of one whose code is doubtful, at most so many for each name. */
export async function namesakesOf(
  database: Queryable,
  doubtful: readonly number[],
  most: number,
): Promise<SuspectedPair[]> {
  if (doubtful.length === 0) return []
  const { rows } = await database.query(
    `SELECT DISTINCT a.id AS one, b.id AS other
       FROM subject a JOIN subject_name n ON n.subject_id = a.id
       CROSS JOIN LATERAL (SELECT m.subject_id FROM subject_name m
                            WHERE m.key = n.key AND m.subject_id <> a.id ORDER BY m.subject_id LIMIT $2) m
       JOIN subject b ON b.id = m.subject_id AND b.kind = 'ORGANISATION'
      WHERE a.id = ANY ($1::bigint[]) AND n.key <> '' AND ${areApart}`,
    [doubtful, most],
  )
  return rows.map((row) => ({ ...row, kind: 'ORGANISATION', suspicion: 'SAME_NAME_DOUBTFUL_CODE' }))
}

/** Organisations that share a number other than the code. A number that many bear is a placeholder and tells nothing. */
export async function sharersOf(
  database: Queryable,
  { after, upTo }: Stretch,
  most: number,
): Promise<SuspectedPair[]> {
  const { rows } = await database.query(
    `SELECT DISTINCT a.id AS one, b.id AS other
       FROM subject a JOIN subject_identifier i ON i.subject_id = a.id
       JOIN subject_identifier j ON j.scheme = i.scheme AND j.value_key = i.value_key AND j.subject_id < i.subject_id
       JOIN subject b ON b.id = j.subject_id
      WHERE a.id > $1 AND a.id <= $2 AND a.kind = 'ORGANISATION' AND b.kind = 'ORGANISATION' AND ${areApart}
        AND (SELECT count(*) FROM (SELECT FROM subject_identifier x
                                    WHERE x.scheme = i.scheme AND x.value_key = i.value_key LIMIT $3 + 1) h) <= $3`,
    [after, upTo, most],
  )
  return rows.map((row) => ({ ...row, kind: 'ORGANISATION', suspicion: 'SAME_OTHER_NUMBER' }))
}

/** Persons known by an old identity number who are known by the one it was changed into as well. */
export async function renumberedPersons(
  database: Queryable,
  vault: Vault,
  { after, upTo }: Stretch,
): Promise<SuspectedPair[]> {
  const { rows } = await database.query(
    `SELECT subject_id, ciphertext FROM subject_identifier
      WHERE subject_id > $1 AND subject_id <= $2 AND scheme = 'RESIDENT_ID' AND ciphertext IS NOT NULL`,
    [after, upTo],
  )
  const old = rows.flatMap(({ subject_id, ciphertext }) => {
    const number = vault.decrypt(ciphertext, certificateContext('RESIDENT_ID'))
    const current = currentResidentId(number)
    if (current === number) return []
    return [{ id: subject_id, key: vault.blindIndex(certificateIndexDomain('RESIDENT_ID'), current) }]
  })
  if (old.length === 0) return []
  const { rows: pairs } = await database.query(
    `SELECT a.id AS one, b.id AS other
       FROM unnest($1::bigint[], $2::text[]) AS o (id, key) JOIN subject a ON a.id = o.id
       JOIN subject_identifier i ON i.scheme = 'RESIDENT_ID' AND i.value_key = o.key
       JOIN subject b ON b.id = i.subject_id
      WHERE ${areApart}`,
    [old.map(({ id }) => id), old.map(({ key }) => key)],
  )
  return pairs.map((row) => ({ ...row, kind: 'PERSON', suspicion: 'LEGACY_NUMBER' }))
}
