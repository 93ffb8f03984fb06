import { lockName, type Queryable } from '../kernel/database.ts'
import type { IdentifierScheme } from '../subjects/identifiers.ts'
import type { IdentityEvent, SubjectKind, Suspicion, Verdict } from './judgement.ts'

/** Proposals and judgements. Events are only ever appended; the verdict beside them is the one that stands. */

/** Who acted; `departmentId` null: an administrator, or the exchange itself. */
export type Actor = { departmentId: number | null; name: string }
export type Action = { id: string; inputMac: string }

export type StoredIdentityEvent = {
  seq: number
  recordedAt: Date
  by: string
  event: IdentityEvent
}
/** Whoever is meant, without the number of a person. */
export type ProposedSubject = { id: number; uscc: string | null; name: string; schemes: IdentifierScheme[] }
export type StoredProposal = {
  id: number
  kind: SubjectKind
  verdict: Verdict | null
  subjects: [low: ProposedSubject, high: ProposedSubject]
  events: StoredIdentityEvent[]
}

/** Judgements go one after another: two of them could contradict each other through subjects that neither names. */
export async function lockIdentities(client: Queryable): Promise<void> {
  await lockName(client, 'identities')
}

const proposedSubject = (id: string) => `
  (SELECT json_build_object('id', s.id, 'uscc', s.uscc, 'name', s.name, 'schemes',
     coalesce((SELECT json_agg(DISTINCT i.scheme) FROM subject_identifier i WHERE i.subject_id = s.id), '[]'))
     FROM subject s WHERE s.id = ${id})`

const selectProposal = `
  SELECT p.id, p.kind, p.verdict, ${proposedSubject('p.low_id')} AS low, ${proposedSubject('p.high_id')} AS high,
         (SELECT json_agg(json_build_object('seq', e.seq, 'type', e.type, 'data', e.data, 'recordedAt', e.recorded_at,
                   'by', e.actor) ORDER BY e.seq)
            FROM identity_event e WHERE e.proposal_id = p.id) AS events
    FROM identity_proposal p`

type ProposalRow = Omit<StoredProposal, 'subjects' | 'events'> & {
  low: ProposedSubject
  high: ProposedSubject
  events: { seq: number; type: string; data: object; recordedAt: string; by: string }[]
}

/** The table holds only what was written from the same union. */
const readProposal = ({ low, high, events, ...row }: ProposalRow): StoredProposal => ({
  ...row,
  subjects: [low, high],
  events: events.map(({ type, data, recordedAt, ...rest }) => ({
    ...rest,
    recordedAt: new Date(recordedAt),
    event: { type, ...data } as IdentityEvent,
  })),
})

export async function findProposal(database: Queryable, id: number): Promise<StoredProposal | null> {
  const { rows } = await database.query(`${selectProposal} WHERE p.id = $1`, [id])
  return rows[0] ? readProposal(rows[0]) : null
}

export type ProposalFilter = {
  kind: SubjectKind | null
  /** `OPEN`: not judged yet, or not any more. */
  state: Verdict | 'OPEN' | null
  /** Kinds of which all are shown. */
  kinds: readonly SubjectKind[]
  /** The department whose own proposals are shown besides. */
  proposedBy: number | null
  /** How the division begins in which one of the two is registered; null: anywhere. */
  county: string | null
}

/** In the order of their making, so that a page once read never shifts. */
export async function pageOfProposals(
  database: Queryable,
  filter: ProposalFilter,
  page: { afterId: number | null; limit: number },
): Promise<StoredProposal[]> {
  const { rows } = await database.query(
    `${selectProposal}
      WHERE (p.kind = ANY ($1::text[])
             OR EXISTS (SELECT FROM identity_event e WHERE e.proposal_id = p.id AND e.type = 'PROPOSED' AND e.department_id = $2))
        AND ($3::text IS NULL OR p.kind = $3)
        AND ($4::text IS NULL OR coalesce(p.verdict, 'OPEN') = $4)
        AND ($5::bigint IS NULL OR p.id > $5)
        AND ($7::text IS NULL OR EXISTS (SELECT FROM subject s WHERE s.id IN (p.low_id, p.high_id)
                                            AND starts_with(substr(s.uscc, 3, 6), $7)))
      ORDER BY p.id LIMIT $6`,
    [filter.kinds, filter.proposedBy, filter.kind, filter.state, page.afterId, page.limit, filter.county],
  )
  return rows.map(readProposal)
}

export type SuspectedPair = { kind: SubjectKind; one: number; other: number; suspicion: Suspicion }

/** Proposes pairs that were never proposed before; what was judged of the others stays as it is. Returns how many are new. */
export async function proposeNew(client: Queryable, pairs: readonly SuspectedPair[]): Promise<number> {
  if (pairs.length === 0) return 0
  const { rowCount } = await client.query(
    `WITH pair AS (
       SELECT DISTINCT ON (low, high) low, high, kind, suspicion
         FROM (SELECT least(one, other) AS low, greatest(one, other) AS high, kind, suspicion
                 FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS u (one, other, kind, suspicion)) u
        ORDER BY low, high, suspicion
     ), made AS (
       INSERT INTO identity_proposal (kind, low_id, high_id) SELECT kind, low, high FROM pair
       ON CONFLICT (low_id, high_id) DO NOTHING RETURNING id, low_id, high_id
     )
     INSERT INTO identity_event (proposal_id, seq, type, data, actor)
     SELECT m.id, 1, 'PROPOSED', json_build_object('suspicion', p.suspicion, 'reason', NULL), 'EXCHANGE'
       FROM made m JOIN pair p ON p.low = m.low_id AND p.high = m.high_id`,
    [
      pairs.map(({ one }) => one),
      pairs.map(({ other }) => other),
      pairs.map(({ kind }) => kind),
      pairs.map(({ suspicion }) => suspicion),
    ],
  )
  return rowCount ?? 0
}

/** The proposal of a pair, made where there is none. */
export async function proposalOf(
  client: Queryable,
  { kind, one, other }: Omit<SuspectedPair, 'suspicion'>,
): Promise<number> {
  const pair = [Math.min(one, other), Math.max(one, other)]
  await client.query(
    `INSERT INTO identity_proposal (low_id, high_id, kind) VALUES ($1, $2, $3) ON CONFLICT (low_id, high_id) DO NOTHING`,
    [...pair, kind],
  )
  const { rows } = await client.query(
    'SELECT id FROM identity_proposal WHERE low_id = $1 AND high_id = $2',
    pair,
  )
  return rows[0].id
}

export async function appendEvent(
  client: Queryable,
  proposalId: number,
  { type, ...data }: IdentityEvent,
  by: Actor,
  action: Action | null,
): Promise<void> {
  await client.query(
    `INSERT INTO identity_event (proposal_id, seq, type, data, department_id, actor, action_id, input_mac)
     SELECT $1, 1 + coalesce((SELECT max(seq) FROM identity_event WHERE proposal_id = $1), 0), $2, $3, $4, $5, $6, $7`,
    [proposalId, type, JSON.stringify(data), by.departmentId, by.name, action?.id, action?.inputMac],
  )
}

/** What an action id of a department stands for; null: nothing yet. */
export async function findAction(
  client: Queryable,
  departmentId: number,
  actionId: string,
): Promise<{ proposalId: number; inputMac: string } | null> {
  const { rows } = await client.query(
    `SELECT proposal_id AS "proposalId", input_mac AS "inputMac" FROM identity_event
      WHERE department_id = $1 AND action_id = $2`,
    [departmentId, actionId],
  )
  return rows[0] ?? null
}

export async function setVerdict(
  client: Queryable,
  proposalId: number,
  verdict: Verdict | null,
): Promise<void> {
  await client.query('UPDATE identity_proposal SET verdict = $2 WHERE id = $1', [proposalId, verdict])
}
