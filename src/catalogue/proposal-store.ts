import { z } from 'zod'
import { noteAdministration } from '../kernel/administration-trace.ts'
import type { Queryable } from '../kernel/database.ts'
import type { DatasetDefinition } from './definition.ts'
import { type FieldTerm, readStoredTerm } from './field-terms.ts'

const row = z.object({
  family: z.string(),
  name: z.string(),
  role: z.string().nullable(),
  definition: z.unknown(),
})

export async function readFieldTerms(database: Queryable): Promise<FieldTerm[]> {
  const { rows } = await database.query(
    'SELECT family, name, role, definition FROM field_term ORDER BY family, name',
  )
  return z.array(row).parse(rows).map(readStoredTerm)
}

export async function departmentKind(database: Queryable, code: string): Promise<string | null> {
  const { rows } = await database.query('SELECT kind FROM department WHERE code = $1', [code])
  return rows[0] ? z.object({ kind: z.string() }).parse(rows[0]).kind : null
}

/** A draft of a dataset, as its department proposed it. */
export type StoredProposal = { proposalId: string; code: string; version: number }

export type ProposalClaim =
  | { outcome: 'NEW' }
  | { outcome: 'REPEATED'; result: StoredProposal }
  | { outcome: 'REUSED' }

const action = 'DATASET_PROPOSED'
const facts = z.object({
  proposalId: z.string(),
  inputDigest: z.string(),
  code: z.string(),
  version: z.int(),
})

/** The department's row is locked, so that its proposals go one after another. */
export async function claimProposal(
  client: Queryable,
  department: { id: number; code: string },
  proposalId: string,
  inputDigest: string,
): Promise<ProposalClaim> {
  await client.query('SELECT id FROM department WHERE id = $1 FOR NO KEY UPDATE', [department.id])
  const { rows } = await client.query(
    `SELECT facts FROM administration_event
      WHERE action = $1 AND actor = $2 AND facts->>'proposalId' = $3`,
    [action, department.code, proposalId],
  )
  if (!rows[0]) return { outcome: 'NEW' }
  const earlier = facts.parse(rows[0].facts)
  if (earlier.inputDigest !== inputDigest) return { outcome: 'REUSED' }
  return { outcome: 'REPEATED', result: { proposalId, code: earlier.code, version: earlier.version } }
}

export type DraftPlace = 'FREE' | 'OWN_DRAFT' | 'NOT_YOURS' | 'NOT_DRAFT'

export async function countDrafts(client: Queryable, departmentId: number): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*)::int AS n FROM dataset WHERE department_id = $1 AND status = 'DRAFT'`,
    [departmentId],
  )
  return rows[0].n
}

const existing = z.object({ departmentId: z.int(), status: z.string() })

/** What stands under the code; a draft is locked until the transaction ends. */
export async function draftPlace(client: Queryable, departmentId: number, code: string): Promise<DraftPlace> {
  const { rows } = await client.query(
    'SELECT department_id AS "departmentId", status FROM dataset WHERE code = $1 FOR UPDATE',
    [code],
  )
  if (!rows[0]) return 'FREE'
  const dataset = existing.parse(rows[0])
  if (dataset.departmentId !== departmentId) return 'NOT_YOURS'
  return dataset.status === 'DRAFT' ? 'OWN_DRAFT' : 'NOT_DRAFT'
}

/** Stores the draft as the next version; `null` where another department took the code meanwhile. */
export async function storeDraft(
  client: Queryable,
  department: { id: number; code: string },
  draft: {
    proposalId: string
    inputDigest: string
    code: string
    listType: string | null
    definition: DatasetDefinition
  },
): Promise<StoredProposal | null> {
  const { proposalId, inputDigest, code, listType, definition } = draft
  const { rows: datasets } = await client.query(
    `INSERT INTO dataset (code, department_id, list_type_code, status) VALUES ($1, $2, $3, 'DRAFT')
     ON CONFLICT (code) DO UPDATE SET list_type_code = $3
       WHERE dataset.department_id = $2 AND dataset.status = 'DRAFT'
     RETURNING id`,
    [code, department.id, listType],
  )
  if (!datasets[0]) return null
  const { rows: versions } = await client.query(
    `INSERT INTO dataset_version (dataset_id, version, definition)
     SELECT $1, 1 + coalesce(max(version), 0), $2 FROM dataset_version WHERE dataset_id = $1
     RETURNING version`,
    [datasets[0].id, JSON.stringify(definition)],
  )
  const { version } = z.object({ version: z.int() }).parse(versions[0])
  await noteAdministration(client, {
    actor: department.code,
    action,
    target: code,
    facts: { proposalId, inputDigest, code, version },
  })
  return { proposalId, code, version }
}
