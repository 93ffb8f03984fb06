import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { FeedEntry } from '../feed/feed-store.ts'
import type { Queryable } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { contentMac, sealContent } from './record-content.ts'
import type { Row } from './submission.ts'

export type StoredRows = { accepted: number; unchanged: number; changes: StoredRecord[] }
export type StoredRecord = { recordId: number; subjectId: number; row: Row; isNew: boolean }

/** Batches of one dataset are stored one after another, so a source number is never written twice at once. */
export async function lockDataset(client: Queryable, datasetId: number): Promise<void> {
  await client.query('SELECT 1 FROM dataset WHERE id = $1 FOR NO KEY UPDATE', [datasetId])
}

/**
 * Stores rows whose subjects are known: a new record, a new version of a changed one, nothing for a repeated one.
 * Needs `lockDataset` in the same transaction.
 */
export async function storeRecords(
  client: Queryable,
  vault: Vault,
  dataset: CatalogueDataset,
  batchRef: number,
  rows: readonly { row: Row; subjectId: number }[],
): Promise<StoredRows> {
  const existing = await client.query(
    'SELECT id, source_key, version, content_mac FROM record WHERE dataset_id = $1 AND source_key = ANY ($2::text[])',
    [dataset.id, rows.map(({ row }) => row.sourceKey)],
  )
  const bySourceKey = new Map(existing.rows.map((row) => [row.source_key, row]))
  const drafts = rows.map(({ row, subjectId }) => {
    const before = bySourceKey.get(row.sourceKey)
    return { row, subjectId, before, mac: contentMac(vault, row.values) }
  })
  const changed = drafts.filter(({ before, mac }) => before?.content_mac !== mac)
  const fresh = changed.filter(({ before }) => before === undefined)
  const revised = changed.filter(({ before }) => before !== undefined)

  const ids = new Map<string, number>(revised.map(({ row, before }) => [row.sourceKey, Number(before.id)]))
  if (fresh.length > 0) {
    const inserted = await client.query(
      `INSERT INTO record (dataset_id, source_key, subject_id, version, content_mac)
       SELECT $1, source_key, subject_id, 1, mac FROM unnest($2::text[], $3::bigint[], $4::text[]) AS r (source_key, subject_id, mac)
       RETURNING id, source_key`,
      [
        dataset.id,
        fresh.map(({ row }) => row.sourceKey),
        fresh.map(({ subjectId }) => subjectId),
        fresh.map(({ mac }) => mac),
      ],
    )
    for (const row of inserted.rows) ids.set(row.source_key, Number(row.id))
  }
  if (revised.length > 0) {
    await client.query(
      `UPDATE record SET version = record.version + 1, subject_id = r.subject_id, content_mac = r.mac
         FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS r (id, subject_id, mac) WHERE record.id = r.id`,
      [
        revised.map(({ before }) => before.id),
        revised.map(({ subjectId }) => subjectId),
        revised.map(({ mac }) => mac),
      ],
    )
  }
  if (changed.length > 0) {
    await client.query(
      `INSERT INTO record_version (record_id, version, content, dataset_version_id, batch_ref)
       SELECT id, version, content, $4, $5 FROM unnest($1::bigint[], $2::int[], $3::jsonb[]) AS r (id, version, content)`,
      [
        changed.map(({ row }) => ids.get(row.sourceKey)),
        changed.map(({ before }) => (before ? Number(before.version) + 1 : 1)),
        changed.map(({ row }) =>
          JSON.stringify(sealContent(vault, dataset.code, dataset.definition, row.values)),
        ),
        dataset.versionId,
        batchRef,
      ],
    )
  }
  return {
    accepted: changed.length,
    unchanged: drafts.length - changed.length,
    changes: changed.map(({ row, subjectId, before }) => ({
      recordId: idOf(ids, row.sourceKey),
      subjectId,
      row,
      isNew: before === undefined,
    })),
  }
}

function idOf(ids: Map<string, number>, sourceKey: string): number {
  const id = ids.get(sourceKey)
  if (id === undefined) throw new RangeError('a stored record has an id')
  return id
}

export function recordEvents(changes: readonly StoredRecord[]): FeedEntry[] {
  return changes.map(({ recordId, subjectId }) => ({
    kind: 'RECORD_STORED',
    recordId,
    subjectId,
    listingId: null,
  }))
}

export type BatchResult = {
  batchId: string
  dataset: string
  received: number
  accepted: number
  unchanged: number
  held: number
  rejected: number
  problems: { index: number; field: string | null; code: string; message: string }[]
}

export type BatchClaim =
  | { outcome: 'NEW'; batchRef: number }
  | { outcome: 'REPEATED'; result: BatchResult }
  | { outcome: 'REUSED' }

/** Takes the batch id for this department, or finds what it was used for before. */
export async function claimBatch(
  client: Queryable,
  departmentId: number,
  dataset: CatalogueDataset,
  batchId: string,
  inputMac: string,
): Promise<BatchClaim> {
  const inserted = await client.query(
    `INSERT INTO batch (department_id, batch_id, dataset_id, dataset_version_id, input_mac, received, accepted, unchanged, held, rejected, problems)
     VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, '[]') ON CONFLICT (department_id, batch_id) DO NOTHING RETURNING id`,
    [departmentId, batchId, dataset.id, dataset.versionId, inputMac],
  )
  if (inserted.rows[0]) return { outcome: 'NEW', batchRef: Number(inserted.rows[0].id) }
  const { rows } = await client.query(
    `SELECT b.batch_id AS "batchId", s.code AS dataset, b.input_mac, b.received, b.accepted, b.unchanged, b.held, b.rejected, b.problems
       FROM batch b JOIN dataset s ON s.id = b.dataset_id WHERE b.department_id = $1 AND b.batch_id = $2`,
    [departmentId, batchId],
  )
  const { input_mac, ...result } = rows[0]
  if (input_mac !== inputMac || result.dataset !== dataset.code) return { outcome: 'REUSED' }
  return { outcome: 'REPEATED', result }
}

export async function closeBatch(client: Queryable, batchRef: number, result: BatchResult): Promise<void> {
  await client.query(
    'UPDATE batch SET received = $2, accepted = $3, unchanged = $4, held = $5, rejected = $6, problems = $7 WHERE id = $1',
    [
      batchRef,
      result.received,
      result.accepted,
      result.unchanged,
      result.held,
      result.rejected,
      JSON.stringify(result.problems),
    ],
  )
}
