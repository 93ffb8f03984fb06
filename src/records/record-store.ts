import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { FeedEntry } from '../feed/feed-store.ts'
import type { Queryable } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { contentMac, contentSealer, type StoredContent } from './record-content.ts'
import type { RecordStatus } from './record-status.ts'
import type { Row } from './submission.ts'

/** What became of a row. `changes` are those that wrote a version, `unchanged` those that were there already. */
export type StoredRows = {
  outcomes: Map<Row, StoredOutcome>
  changes: StoredRecord[]
  unchanged: { recordId: number; row: Row }[]
}
export type StoredOutcome =
  | 'ACCEPTED'
  | 'UNCHANGED'
  | 'RECORD_WITHDRAWN'
  | 'RECORD_SUPERSEDED'
  | 'RECORD_REPAIRED'
  | 'RECORD_NEWER'
export type StoredRecord = { recordId: number; subjectId: number; row: Row }

/** From which batch rows come; what was written since by a later one is not overwritten. */
export type BatchOrigin = { batchRef: number; receivedAt: Date }

/** Batches of one dataset are stored one after another, so a source number is never written twice at once. */
export async function lockDataset(client: Queryable, datasetId: number): Promise<void> {
  await client.query('SELECT 1 FROM dataset WHERE id = $1 FOR NO KEY UPDATE', [datasetId])
}

/**
 * Stores rows whose subjects are known: a new record, a new version of a changed one, nothing for a repeated one.
 * A record that was withdrawn or superseded stays so, one that was repaired can only be withdrawn, and one that a later
 * batch has written is not set back. Needs `lockDataset` in the same transaction.
 */
export async function storeRecords(
  client: Queryable,
  vault: Vault,
  dataset: Pick<CatalogueDataset, 'id' | 'code' | 'versionId' | 'definition'>,
  origin: BatchOrigin,
  rows: readonly { row: Row; subjectId: number }[],
): Promise<StoredRows> {
  const existing = await client.query({
    name: 'existing-records',
    text: `SELECT r.id, r.source_key, r.version, r.content_mac, r.status,
                  coalesce(v.batch_ref > $3, v.recorded_at > $4) AS newer
             FROM record r JOIN record_version v ON v.record_id = r.id AND v.version = r.version
            WHERE r.dataset_id = $1 AND r.source_key = ANY ($2::text[])`,
    values: [dataset.id, rows.map(({ row }) => row.sourceKey), origin.batchRef, origin.receivedAt],
  })
  const bySourceKey = new Map<string, ExistingRecord>(existing.rows.map((row) => [row.source_key, row]))
  const outcomes = new Map<Row, StoredOutcome>()
  const drafts: Draft[] = []
  const unchanged: StoredRows['unchanged'] = []
  for (const { row, subjectId } of rows) {
    const before = bySourceKey.get(row.sourceKey)
    const mac = contentMac(vault, row.values)
    const outcome = outcomeOf(row, mac, before)
    outcomes.set(row, outcome)
    if (outcome === 'ACCEPTED') drafts.push({ row, subjectId, before, mac })
    if (outcome === 'UNCHANGED' && before) unchanged.push({ recordId: before.id, row })
  }
  const ids = await writeRecords(client, dataset.id, drafts)
  await writeVersions(client, vault, dataset, origin.batchRef, drafts, ids)
  return {
    outcomes,
    changes: drafts.map(({ row, subjectId }) => ({ recordId: idOf(ids, row.sourceKey), subjectId, row })),
    unchanged,
  }
}

/** Of these source numbers, those of records whose person was erased: what they said must not come back by them. */
export async function erasedSourceKeys(
  client: Queryable,
  datasetId: number,
  sourceKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query({
    name: 'erased-source-keys',
    text: `SELECT source_key FROM record WHERE dataset_id = $1 AND source_key = ANY ($2::text[]) AND content_mac = ''`,
    values: [datasetId, sourceKeys],
  })
  return new Set(rows.map((row) => row.source_key))
}

type ExistingRecord = { id: number; version: number; content_mac: string; status: string; newer: boolean }
type Draft = { row: Row; subjectId: number; before: ExistingRecord | undefined; mac: string }

function outcomeOf(row: Row, mac: string, before: ExistingRecord | undefined): StoredOutcome {
  if (!before) return 'ACCEPTED'
  const same = before.content_mac === mac
  switch (before.status) {
    case 'WITHDRAWN':
      return same && row.withdrawal ? 'UNCHANGED' : 'RECORD_WITHDRAWN'
    case 'SUPERSEDED':
      return 'RECORD_SUPERSEDED'
    case 'REPAIRED':
      if (!row.withdrawal) return 'RECORD_REPAIRED'
  }
  if (same && !row.withdrawal) return 'UNCHANGED'
  return before.newer ? 'RECORD_NEWER' : 'ACCEPTED'
}

async function writeRecords(
  client: Queryable,
  datasetId: number,
  drafts: readonly Draft[],
): Promise<Map<string, number>> {
  const fresh = drafts.filter(({ before }) => before === undefined)
  const revised = drafts.flatMap((draft) => (draft.before ? [{ ...draft, id: draft.before.id }] : []))
  const ids = new Map<string, number>(revised.map(({ row, id }) => [row.sourceKey, id]))
  if (fresh.length > 0) {
    const inserted = await client.query(
      `INSERT INTO record (dataset_id, source_key, subject_id, version, content_mac, status)
       SELECT $1, source_key, subject_id, 1, mac, status
         FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[]) AS r (source_key, subject_id, mac, status)
       RETURNING id, source_key`,
      [
        datasetId,
        fresh.map(({ row }) => row.sourceKey),
        fresh.map(({ subjectId }) => subjectId),
        fresh.map(({ mac }) => mac),
        fresh.map(({ row }) => statusOf(row)),
      ],
    )
    for (const row of inserted.rows) ids.set(row.source_key, row.id)
  }
  if (revised.length > 0) {
    await client.query(
      `UPDATE record SET version = record.version + 1, subject_id = r.subject_id, content_mac = r.mac, status = r.status
         FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) AS r (id, subject_id, mac, status) WHERE record.id = r.id`,
      [
        revised.map(({ id }) => id),
        revised.map(({ subjectId }) => subjectId),
        revised.map(({ mac }) => mac),
        revised.map(({ row }) => statusOf(row)),
      ],
    )
  }
  return ids
}

async function writeVersions(
  client: Queryable,
  vault: Vault,
  dataset: Pick<CatalogueDataset, 'code' | 'versionId' | 'definition'>,
  batchRef: number,
  drafts: readonly Draft[],
  ids: Map<string, number>,
): Promise<void> {
  if (drafts.length === 0) return
  const seal = contentSealer(vault, dataset.code, dataset.definition)
  await client.query(
    `INSERT INTO record_version (record_id, version, content, dataset_version_id, batch_ref, kind, reason, document_no, decided_on)
     SELECT id, version, content::jsonb, $4, $5, kind, reason, document_no, decided_on
       FROM unnest($1::bigint[], $2::int[], $3::text[], $6::text[], $7::text[], $8::text[], $9::date[])
            AS r (id, version, content, kind, reason, document_no, decided_on)`,
    [
      drafts.map(({ row }) => ids.get(row.sourceKey)),
      drafts.map(({ before }) => (before ? before.version + 1 : 1)),
      drafts.map(({ row }) => JSON.stringify(seal(row.values))),
      dataset.versionId,
      batchRef,
      drafts.map(({ row }) => (row.withdrawal ? 'WITHDRAWN' : 'SUBMITTED')),
      drafts.map(({ row }) => row.withdrawal?.reason ?? null),
      drafts.map(({ row }) => row.withdrawal?.documentNo ?? null),
      drafts.map(({ row }) => row.withdrawal?.decidedOn ?? null),
    ],
  )
}

const statusOf = (row: Row) => (row.withdrawal ? 'WITHDRAWN' : 'ACTIVE')

function idOf(ids: Map<string, number>, sourceKey: string): number {
  const id = ids.get(sourceKey)
  if (id === undefined) throw new RangeError('a stored record has an id')
  return id
}

export function recordEvents(changes: readonly StoredRecord[]): FeedEntry[] {
  return changes.map(({ recordId, subjectId, row }) => ({
    kind: row.withdrawal ? 'RECORD_WITHDRAWN' : 'RECORD_STORED',
    recordId,
    subjectId,
    listingId: null,
  }))
}

export type CurrentRecord = {
  id: number
  version: number
  status: RecordStatus
  subjectId: number
}

/** The record under a source number, locked. */
export async function lockRecord(
  client: Queryable,
  datasetId: number,
  sourceKey: string,
): Promise<CurrentRecord | null> {
  const { rows } = await client.query(
    `SELECT id, version, status, subject_id AS "subjectId" FROM record
      WHERE dataset_id = $1 AND source_key = $2 FOR NO KEY UPDATE`,
    [datasetId, sourceKey],
  )
  return rows[0] ?? null
}

/** The same by its id. */
export async function lockRecordById(client: Queryable, recordId: number): Promise<CurrentRecord | null> {
  const { rows } = await client.query(
    'SELECT id, version, status, subject_id AS "subjectId" FROM record WHERE id = $1 FOR NO KEY UPDATE',
    [recordId],
  )
  return rows[0] ?? null
}

/** REPAIRED (信用修复): what it says was right, but is used no longer; the content stays and is shared no more. */
export type ChangeKind = 'CORRECTED' | 'WITHDRAWN' | 'SUPERSEDED' | 'REPAIRED'
export type RecordedChange = {
  changeId: string
  kind: ChangeKind
  recordId: number
  version: number
  changedAt: Date
}

/** The change that this id stands for already; null where it is new. */
export async function findChange(
  client: Queryable,
  departmentId: number,
  changeId: string,
): Promise<(RecordedChange & { inputMac: string }) | null> {
  const { rows } = await client.query(
    `SELECT change_id AS "changeId", kind, record_id AS "recordId", version, changed_at AS "changedAt", input_mac AS "inputMac"
       FROM record_change WHERE department_id = $1 AND change_id = $2`,
    [departmentId, changeId],
  )
  return rows[0] ?? null
}

export type ChangeDraft = {
  departmentId: number
  changeId: string
  inputMac: string
  kind: ChangeKind
  record: CurrentRecord
  datasetVersionId: number
  reason: string
  documentNo: string
  decidedOn: string | null
  /** CORRECTED: the new content, its number and its subject. SUPERSEDED: by which record. */
  corrected: { content: StoredContent; contentMac: string; sourceKey: string; subjectId: number } | null
  supersededById: number | null
}

/** Writes the next version of one record with its reason. Content that is not corrected is carried over. */
export async function changeRecord(client: Queryable, draft: ChangeDraft): Promise<RecordedChange> {
  const { record, corrected } = draft
  const { rows } = await client.query(
    `INSERT INTO record_change (department_id, change_id, input_mac, kind, record_id, version)
     VALUES ($1, $2, $3, $4, $5, $6)
     RETURNING id, change_id AS "changeId", kind, record_id AS "recordId", version, changed_at AS "changedAt"`,
    [draft.departmentId, draft.changeId, draft.inputMac, draft.kind, record.id, record.version + 1],
  )
  const { id: changeRef, ...change } = rows[0]
  await client.query(
    `INSERT INTO record_version (record_id, version, content, dataset_version_id, change_ref, kind, reason, document_no, decided_on)
     SELECT record_id, version + 1, coalesce($3::jsonb, content), CASE WHEN $3 IS NULL THEN dataset_version_id ELSE $4 END,
            $5, $6, $7, $8, $9
       FROM record_version WHERE record_id = $1 AND version = $2`,
    [
      record.id,
      record.version,
      corrected ? JSON.stringify(corrected.content) : null,
      draft.datasetVersionId,
      changeRef,
      draft.kind,
      draft.reason,
      draft.documentNo,
      draft.decidedOn,
    ],
  )
  await client.query(
    `UPDATE record SET version = version + 1, status = $2, superseded_by_id = $3, source_key = coalesce($4, source_key),
                       content_mac = coalesce($5, content_mac), subject_id = coalesce($6, subject_id)
      WHERE id = $1`,
    [
      record.id,
      draft.kind === 'CORRECTED' ? 'ACTIVE' : draft.kind,
      draft.supersededById,
      corrected?.sourceKey ?? null,
      corrected?.contentMac ?? null,
      corrected?.subjectId ?? null,
    ],
  )
  return change
}
