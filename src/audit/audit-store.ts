import { z } from 'zod'
import type { Queryable } from '../kernel/database.ts'

/** What an audit looks for in the log; null: anything. Newest first. */
export type AuditFilter = {
  department: string | null
  officerId: string | null
  /** Numbers of subjects that the exchange knew when it was asked about them. */
  subjectIds: readonly number[] | null
  /** How an operation begins, e.g. `query screen`. */
  operation: string | null
  /** ANY, or only those that were refused, or only those that were not. */
  outcome: 'ANY' | 'OK' | 'REFUSED'
  /** Moments: from the first on, before the second. */
  from: Date | null
  until: Date | null
}
type Page = { afterId: number | null; limit: number }

const leafShape = z.object({
  operation: z.string().nullable(),
  purpose: z.string().nullable(),
  outcome: z.string(),
  status: z.number(),
  req_sha256: z.string(),
  body_sha256: z.string(),
})

export type AuditEntry = {
  logIndex: number
  at: Date
  department: string
  kid: string
  jti: string
  leaf: string
  operation: string | null
  purpose: string | null
  outcome: string
  status: number
  /** How many subjects it asked about; null: none, or erased. */
  subjects: number | null
  /** Her, where an officer asked at the console. */
  officer: { id: string; name: string } | null
}

export async function pageOfEntries(
  client: Queryable,
  filter: AuditFilter,
  page: Page,
): Promise<AuditEntry[]> {
  const { rows } = await client.query(
    `SELECT l.log_index AS "logIndex", l.at, l.department_code AS department, l.kid, l.jti, l.leaf,
            length(s.digests) / 32 AS subjects,
            CASE WHEN o.id IS NOT NULL THEN json_build_object('id', o.id, 'name', o.name) END AS officer
       FROM exchange_log l LEFT JOIN exchange_subjects s USING (log_index)
       LEFT JOIN officer o ON l.kid = 'officer:' || o.id
      WHERE ($1::text IS NULL OR l.department_code = $1) AND ($2::text IS NULL OR l.kid = 'officer:' || $2)
        AND ($3::bigint[] IS NULL OR l.log_index IN (SELECT log_index FROM subject_enquiry WHERE subject_id = ANY ($3)))
        AND ($4::text IS NULL OR starts_with(l.leaf::jsonb ->> 'operation', $4))
        AND ($5 = 'ANY' OR (l.leaf::jsonb ->> 'outcome' = 'OK') = ($5 = 'OK'))
        AND ($6::timestamptz IS NULL OR l.at >= $6) AND ($7::timestamptz IS NULL OR l.at < $7)
        AND ($8::bigint IS NULL OR l.log_index < $8)
      ORDER BY l.log_index DESC LIMIT $9`,
    [
      filter.department,
      filter.officerId,
      filter.subjectIds,
      filter.operation,
      filter.outcome,
      filter.from,
      filter.until,
      page.afterId,
      page.limit,
    ],
  )
  return rows.map(({ leaf, ...row }) => {
    const { operation, purpose, outcome, status } = leafShape.parse(JSON.parse(leaf))
    return { ...row, leaf, operation, purpose, outcome, status }
  })
}

/** Subjects that bear the number, with all that were judged the same. */
export async function subjectsNumbered(
  client: Queryable,
  keys: readonly { scheme: string; value: string }[],
): Promise<number[]> {
  const { rows } = await client.query(
    `WITH named AS (
       SELECT s.id FROM subject s JOIN unnest($1::text[], $2::text[]) AS k (scheme, value)
           ON k.scheme = 'USCC' AND s.uscc = k.value
       UNION SELECT i.subject_id FROM subject_identifier i JOIN unnest($1::text[], $2::text[]) AS k (scheme, value)
           ON i.scheme = k.scheme AND i.value_key = k.value)
     SELECT DISTINCT unnest(subject_members(id)) AS id FROM named`,
    [keys.map(({ scheme }) => scheme), keys.map(({ value }) => value)],
  )
  return rows.map(({ id }) => id)
}

/** How far the log is signed, and how far a witness has signed too. */
export async function signedUpTo(client: Queryable): Promise<{ signed: number; witnessed: number }> {
  const { rows } = await client.query(
    `SELECT coalesce((SELECT max(size) FROM log_checkpoint), 0) AS signed,
            coalesce((SELECT max(size) FROM log_cosignature), 0) AS witnessed`,
  )
  return rows[0]
}

export type OfficerActEntry = {
  id: number
  at: Date
  officer: { id: string; name: string }
  department: string
  operation: string
  sessionId: string
  logIndex: number | null
  pendingActId: number | null
}

export async function pageOfOfficerActs(
  client: Queryable,
  filter: Pick<AuditFilter, 'department' | 'officerId' | 'from' | 'until'>,
  page: Page,
): Promise<OfficerActEntry[]> {
  const { rows } = await client.query(
    `SELECT a.id, a.at, json_build_object('id', o.id, 'name', o.name) AS officer, d.code AS department, a.operation,
            a.session_id AS "sessionId", a.pending_act_id AS "pendingActId",
            (SELECT l.log_index FROM exchange_log l WHERE l.department_code = d.code AND l.jti = a.jti) AS "logIndex"
       FROM officer_act a JOIN officer o ON o.id = a.officer_id JOIN department d ON d.id = a.department_id
      WHERE ($1::text IS NULL OR d.code = $1) AND ($2::text IS NULL OR a.officer_id = $2)
        AND ($3::timestamptz IS NULL OR a.at >= $3) AND ($4::timestamptz IS NULL OR a.at < $4)
        AND ($5::bigint IS NULL OR a.id < $5)
      ORDER BY a.id DESC LIMIT $6`,
    [filter.department, filter.officerId, filter.from, filter.until, page.afterId, page.limit],
  )
  return rows
}

export type TraceEntry = {
  id: number
  at: Date
  /** Who did it, or whom it is about: an officer by her name, else as it is written. */
  actor: string
  action: string
  target: string | null
  facts: unknown
}

/** What administrators did, at the console or on the machine. */
export async function pageOfAdministration(
  client: Queryable,
  filter: Pick<AuditFilter, 'officerId' | 'from' | 'until'>,
  page: Page,
): Promise<TraceEntry[]> {
  const { rows } = await client.query(
    `SELECT e.id, e.at, coalesce(o.name || '（' || e.actor || '）', e.actor) AS actor, e.action, e.target, e.facts
       FROM administration_event e LEFT JOIN officer o ON e.actor = 'officer:' || o.id
      WHERE ($1::text IS NULL OR e.actor = 'officer:' || $1)
        AND ($2::timestamptz IS NULL OR e.at >= $2) AND ($3::timestamptz IS NULL OR e.at < $3)
        AND ($4::bigint IS NULL OR e.id < $4)
      ORDER BY e.id DESC LIMIT $5`,
    [filter.officerId, filter.from, filter.until, page.afterId, page.limit],
  )
  return rows
}

/** Who signed in, or tried to. */
export async function pageOfSignIns(
  client: Queryable,
  filter: Pick<AuditFilter, 'officerId' | 'from' | 'until'>,
  page: Page,
): Promise<TraceEntry[]> {
  const { rows } = await client.query(
    `SELECT e.id, e.at, coalesce(o.name || '（officer:' || o.id || '）', '') AS actor, e.kind AS action, e.address AS target, e.facts
       FROM officer_event e LEFT JOIN officer o ON o.id = e.officer_id
      WHERE ($1::text IS NULL OR e.officer_id = $1)
        AND ($2::timestamptz IS NULL OR e.at >= $2) AND ($3::timestamptz IS NULL OR e.at < $3)
        AND ($4::bigint IS NULL OR e.id < $4)
      ORDER BY e.id DESC LIMIT $5`,
    [filter.officerId, filter.from, filter.until, page.afterId, page.limit],
  )
  return rows
}
