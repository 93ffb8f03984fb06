import type { Queryable } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { certificateContext } from '../subjects/identification.ts'
import type { SubjectNumberFact } from './judgement.ts'
import type { Link } from './wholes.ts'

/** What judgements come to: which subject stands for which, now and from which position of the change feed on. */

/** Every judgement that stands between the subjects that these, or others through them, are judged the same as. */
export async function linksAround(client: Queryable, subjects: readonly number[]): Promise<Link[]> {
  const { rows } = await client.query(
    `WITH RECURSIVE reached AS (
       SELECT unnest($1::bigint[]) AS id
       UNION
       SELECT CASE WHEN p.low_id = r.id THEN p.high_id ELSE p.low_id END
         FROM reached r JOIN identity_proposal p ON (p.low_id = r.id OR p.high_id = r.id) AND p.verdict = 'SAME'
     )
     SELECT p.id AS "proposalId", p.low_id AS low, p.high_id AS high, p.verdict
       FROM identity_proposal p
      WHERE p.verdict IN ('SAME', 'DIFFERENT')
        AND p.low_id IN (SELECT id FROM reached) AND p.high_id IN (SELECT id FROM reached)
      ORDER BY p.id`,
    [subjects],
  )
  return rows
}

export type LockedSubject = { id: number; canonicalId: number | null; numbers: SubjectNumberFact[] }

/** The subjects, locked in one order, with the numbers that identify them in the clear: they must not leave the service. */
export async function lockSubjects(
  client: Queryable,
  vault: Vault,
  ids: readonly number[],
): Promise<LockedSubject[]> {
  const { rows: subjects } = await client.query(
    'SELECT id, uscc, canonical_id FROM subject WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE',
    [ids],
  )
  const { rows: certificates } = await client.query(
    'SELECT subject_id, scheme, ciphertext FROM subject_identifier WHERE subject_id = ANY ($1::bigint[]) AND ciphertext IS NOT NULL',
    [ids],
  )
  return subjects.map(({ id, uscc, canonical_id }) => ({
    id,
    canonicalId: canonical_id,
    numbers: [
      ...(uscc === null ? [] : [{ scheme: 'USCC' as const, value: uscc }]),
      ...certificates
        .filter(({ subject_id }) => subject_id === id)
        .map(({ scheme, ciphertext }) => ({
          scheme,
          value: vault.decrypt(ciphertext, certificateContext(scheme)),
        })),
    ],
  }))
}

export type Standing = { subjectId: number; canonicalId: number | null }

export async function setCanonical(client: Queryable, standing: readonly Standing[]): Promise<void> {
  await client.query(
    `UPDATE subject s SET canonical_id = r.canonical_id
       FROM unnest($1::bigint[], $2::bigint[]) AS r (id, canonical_id) WHERE s.id = r.id`,
    [standing.map(({ subjectId }) => subjectId), standing.map(({ canonicalId }) => canonicalId)],
  )
}

/** Keeps from which position of the feed on it stood so, for those who ask what was known then. */
export async function noteStanding(
  client: Queryable,
  proposalId: number,
  position: number,
  standing: readonly Standing[],
): Promise<void> {
  await client.query(
    `INSERT INTO subject_merge (subject_id, position, canonical_id, proposal_id)
     SELECT id, $1, canonical_id, $2 FROM unnest($3::bigint[], $4::bigint[]) AS r (id, canonical_id)`,
    [
      position,
      proposalId,
      standing.map(({ subjectId }) => subjectId),
      standing.map(({ canonicalId }) => canonicalId),
    ],
  )
}

/**
 * Records that are shared about these subjects, each with the listing that rests on it. Those that fell are left out: told
 * beside the others, they would say whom they were about.
 */
export async function sharedRecords(
  client: Queryable,
  subjects: readonly number[],
): Promise<{ recordId: number; subjectId: number; listingId: number | null }[]> {
  const { rows } = await client.query(
    `SELECT r.id AS "recordId", r.subject_id AS "subjectId", l.id AS "listingId"
       FROM record r LEFT JOIN listing l ON l.record_id = r.id
      WHERE r.subject_id = ANY ($1::bigint[]) AND r.status = 'ACTIVE' ORDER BY r.id`,
    [subjects],
  )
  return rows
}
