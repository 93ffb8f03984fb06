import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import type {
  BatchFile,
  BatchRefusal,
  BatchStatus,
  BatchView,
  Confirmation,
  Counts,
  MoneyTotals,
  Suspicion,
} from './batch.ts'
import type { Problem } from './field-values.ts'

/** Batches and what is wrong with their rows. */

const columns = `b.id::int8 AS ref, b.batch_id AS "batchId", s.code AS dataset, b.channel, b.status,
  b.received_at AS "receivedAt", b.started_at AS "startedAt", b.finished_at AS "finishedAt",
  b.received, b.accepted, b.unchanged, b.held, b.rejected, b.withdrawn,
  b.rows_checked AS "rowsChecked", b.rows_total AS "rowsTotal", b.money, b.suspicions, b.refusal, b.confirmation, b.sent_by AS "sentBy",
  b.cancel_requested AS "cancelRequested", b.file,
  (SELECT json_build_object('size', f.size, 'sha256', f.sha256) FROM stored_file f
    WHERE f.id = b.annotated_file_id AND f.erased_at IS NULL) AS annotated`

export type BatchClaim =
  /** `receivedAt` by the clock of the database, like everything it is compared with. */
  | { outcome: 'NEW'; batchRef: number; receivedAt: Date }
  | { outcome: 'REPEATED'; batch: BatchView }
  | { outcome: 'REUSED' }

export type BatchDraft = {
  departmentId: number
  dataset: CatalogueDataset
  batchId: string
  /** Keyed digest of all that was sent: tells a repetition from other content under the same id. */
  inputMac: string
  file: { facts: BatchFile; storedFileId: number } | null
  /** The officer who sent it; null: a department's system did. */
  sentBy: string | null
}

/**
 * Whether the department is closed, and it stays so until commit: a merge that has begun is waited for, one that begins
 * waits. What refers to a department holds its key alone, which a merge does not wait for.
 */
export async function holdDepartment(client: Queryable, id: number): Promise<'OPEN' | 'CLOSED'> {
  const { rows } = await client.query('SELECT status FROM department WHERE id = $1 FOR SHARE', [id])
  return rows[0]?.status === 'CLOSED' ? 'CLOSED' : 'OPEN'
}

/** Takes the batch id for this department, or finds what it was used for before. */
export async function claimBatch(client: Queryable, draft: BatchDraft): Promise<BatchClaim> {
  const { departmentId, dataset, batchId, inputMac, file, sentBy } = draft
  const inserted = await client.query(
    `INSERT INTO batch (department_id, batch_id, dataset_id, dataset_version_id, input_mac, channel, status, file,
                        source_file_id, sent_by, received, accepted, unchanged, held, rejected)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0, 0)
     ON CONFLICT (department_id, batch_id) DO NOTHING RETURNING id, received_at`,
    [
      departmentId,
      batchId,
      dataset.id,
      dataset.versionId,
      inputMac,
      file ? 'FILE' : 'API',
      file ? 'RECEIVED' : 'DONE',
      file ? JSON.stringify(file.facts) : null,
      file?.storedFileId ?? null,
      sentBy,
    ],
  )
  const [fresh] = inserted.rows
  if (fresh) return { outcome: 'NEW', batchRef: fresh.id, receivedAt: fresh.received_at }
  const { rows } = await client.query(
    'SELECT input_mac FROM batch WHERE department_id = $1 AND batch_id = $2',
    [departmentId, batchId],
  )
  const batch = await findBatch(client, departmentId, batchId)
  return batch && rows[0]?.input_mac === inputMac ? { outcome: 'REPEATED', batch } : { outcome: 'REUSED' }
}

export async function findBatch(
  database: Queryable,
  departmentId: number,
  batchId: string,
): Promise<BatchView | null> {
  const { rows } = await database.query(
    `SELECT ${columns} FROM batch b JOIN dataset s ON s.id = b.dataset_id WHERE b.department_id = $1 AND b.batch_id = $2`,
    [departmentId, batchId],
  )
  return rows[0] ?? null
}

/** Of the department itself, or of one that was merged into it, directly or not. */
const readableBy = (department: string) => `b.department_id IN (
  WITH RECURSIVE bearer AS (
    SELECT ${department}::int AS id UNION SELECT d.id FROM department d JOIN bearer ON d.successor_id = bearer.id)
  SELECT id FROM bearer)`

/** For reading: where a predecessor used the same id, the department's own batch comes first, then the latest. */
export async function findReadableBatch(
  database: Queryable,
  departmentId: number,
  batchId: string,
): Promise<BatchView | null> {
  const { rows } = await database.query(
    `SELECT ${columns} FROM batch b JOIN dataset s ON s.id = b.dataset_id
      WHERE b.batch_id = $2 AND ${readableBy('$1')} ORDER BY b.department_id = $1 DESC, b.id DESC LIMIT 1`,
    [departmentId, batchId],
  )
  return rows[0] ?? null
}

/** Latest first. */
export async function pageOfBatches(
  database: Queryable,
  filter: { departmentId: number; dataset: string | null },
  page: { afterId: number | null; limit: number },
): Promise<BatchView[]> {
  const { rows } = await database.query(
    `SELECT ${columns} FROM batch b JOIN dataset s ON s.id = b.dataset_id
      WHERE ${readableBy('$1')} AND ($2::text IS NULL OR s.code = $2) AND ($3::bigint IS NULL OR b.id < $3)
      ORDER BY b.id DESC LIMIT $4`,
    [filter.departmentId, filter.dataset, page.afterId, page.limit],
  )
  return rows
}

/** Adds what became of some rows. In the same transaction as what the rows do. */
export async function countRows(
  client: Queryable,
  batchRef: number,
  counts: Counts,
  money: MoneyTotals,
): Promise<void> {
  await client.query(
    `UPDATE batch SET received = received + $2, accepted = accepted + $3, unchanged = unchanged + $4, held = held + $5,
                      rejected = rejected + $6, withdrawn = withdrawn + $7, money = $8, failures = 0
      WHERE id = $1`,
    [
      batchRef,
      counts.received,
      counts.accepted,
      counts.unchanged,
      counts.held,
      counts.rejected,
      counts.withdrawn,
      JSON.stringify(money),
    ],
  )
}

/** The end of a batch that came in one request, all its rows counted. */
export async function finishRequestBatch(client: Queryable, batchRef: number, rows: number): Promise<void> {
  await client.query(
    `UPDATE batch SET rows_total = $2, rows_checked = $2, started_at = received_at, finished_at = received_at WHERE id = $1`,
    [batchRef, rows],
  )
}

/** Places for the problems of one row: more than `limits.problemsPerRow`. */
const placesPerRow = 32

/** Notes problems; told again after a crash, they are the same and are not doubled. */
export async function noteProblems(
  client: Queryable,
  batchRef: number,
  problems: readonly Problem[],
): Promise<void> {
  if (problems.length === 0) return
  let [row, place] = [-1, 0]
  const positions = problems.map(({ index }) => {
    place = index === row ? place + 1 : 0
    row = index
    return index * placesPerRow + place
  })
  await client.query(
    `INSERT INTO batch_problem (batch_ref, position, row_index, line, field, code, message)
     SELECT $1, * FROM unnest($2::int[], $3::int[], $4::int[], $5::text[], $6::text[], $7::text[]) ON CONFLICT DO NOTHING`,
    [
      batchRef,
      positions,
      problems.map(({ index }) => index),
      problems.map(({ line }) => line),
      problems.map(({ field }) => field),
      problems.map(({ code }) => code),
      problems.map(({ message }) => message),
    ],
  )
}

export type NotedProblem = Problem & { position: number; held: boolean }

/** In the order of the rows. `held`: the row waits for a person's decision, or did. */
export async function pageOfProblems(
  database: Queryable,
  batchRef: number,
  page: { afterId: number | null; limit: number },
): Promise<NotedProblem[]> {
  const { rows } = await database.query(
    `SELECT p.position, p.row_index AS index, p.line, p.field, p.code, p.message, h.id IS NOT NULL AS held
       FROM batch_problem p LEFT JOIN held_row h ON h.batch_ref = p.batch_ref AND h.row_index = p.row_index
      WHERE p.batch_ref = $1 AND ($2::int IS NULL OR p.position > $2) ORDER BY p.position LIMIT $3`,
    [batchRef, page.afterId, page.limit],
  )
  return rows
}

export async function countProblems(database: Queryable, batchRef: number): Promise<number> {
  const { rows } = await database.query('SELECT count(*)::int AS n FROM batch_problem WHERE batch_ref = $1', [
    batchRef,
  ])
  return rows[0].n
}

/** A file on its way, as the one who works on it needs it. */
export type FileBatch = {
  ref: number
  departmentId: number
  datasetId: number
  dataset: string
  datasetVersionId: number
  status: BatchStatus
  receivedAt: Date
  received: number
  rowsTotal: number | null
  money: MoneyTotals
  file: BatchFile
  sourceFileId: number
  sourceSize: number
  cancelRequested: boolean
  failures: number
  /** An officer sent it, and what it says feeds a list. */
  needsSecondPerson: boolean
}

const fileColumns = `b.id AS ref, b.department_id AS "departmentId", b.dataset_id AS "datasetId", s.code AS dataset,
  b.dataset_version_id AS "datasetVersionId", b.status, b.received_at AS "receivedAt", b.received, b.rows_total AS "rowsTotal",
  b.money, b.file, b.source_file_id AS "sourceFileId", f.size AS "sourceSize", b.cancel_requested AS "cancelRequested", b.failures,
  b.sent_by IS NOT NULL AND s.list_type_code IS NOT NULL AS "needsSecondPerson"`

const working = `('RECEIVED', 'CHECKING', 'STORING', 'ANNOTATING')`

/** Files that someone should work on: of each dataset the one received first, so that none overtakes another. */
export async function filesToWorkOn(database: Queryable): Promise<number[]> {
  const { rows } = await database.query(
    `SELECT min(id) AS id FROM batch WHERE status IN ${working} GROUP BY dataset_id ORDER BY 1`,
  )
  return rows.map((row) => row.id)
}

const FILE_LOCK = 4117_0002

/** Held by one connection for as long as it works on the file; it ends with the connection, so a crash frees it. */
export async function lockFile(client: Queryable, batchRef: number): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1, $2::int) AS locked', [
    FILE_LOCK,
    batchRef % 2 ** 31,
  ])
  return rows[0].locked
}

export async function unlockFile(client: Queryable, batchRef: number): Promise<void> {
  await client.query('SELECT pg_advisory_unlock($1, $2::int)', [FILE_LOCK, batchRef % 2 ** 31])
}

/** Null where nothing is to be done any more. */
export async function readFileBatch(client: Queryable, batchRef: number): Promise<FileBatch | null> {
  const { rows } = await client.query(
    `SELECT ${fileColumns} FROM batch b JOIN dataset s ON s.id = b.dataset_id JOIN stored_file f ON f.id = b.source_file_id
      WHERE b.id = $1 AND b.status IN ${working}`,
    [batchRef],
  )
  return rows[0] ?? null
}

/** The row of the batch, locked: how many rows have an outcome, and whether to go on. */
export async function lockBatch(
  client: Queryable,
  batchRef: number,
): Promise<{ received: number; money: MoneyTotals; cancelRequested: boolean }> {
  const { rows } = await client.query(
    'SELECT received, money, cancel_requested AS "cancelRequested" FROM batch WHERE id = $1 FOR NO KEY UPDATE',
    [batchRef],
  )
  return rows[0]
}

export async function beginCheck(client: Queryable, batchRef: number, now: Date): Promise<void> {
  await client.query(
    `UPDATE batch SET status = 'CHECKING', started_at = coalesce(started_at, $2), rows_checked = 0 WHERE id = $1`,
    [batchRef, now],
  )
}

/** Notes how far the check is; tells whether to stop. */
export async function noteChecked(client: Queryable, batchRef: number, rows: number): Promise<boolean> {
  const { rows: found } = await client.query(
    'UPDATE batch SET rows_checked = $2, failures = 0 WHERE id = $1 RETURNING cancel_requested',
    [batchRef, rows],
  )
  return found[0].cancel_requested
}

export async function endCheck(
  client: Queryable,
  batchRef: number,
  facts: { rowsTotal: number; file: BatchFile; suspicions: Suspicion[] },
): Promise<void> {
  await client.query(
    `UPDATE batch SET status = CASE WHEN cancel_requested THEN 'CANCELLED' ELSE $2 END, failures = 0, rows_total = $3, rows_checked = $3,
                      file = $4, suspicions = $5, finished_at = CASE WHEN cancel_requested THEN now() END
      WHERE id = $1`,
    [
      batchRef,
      facts.suspicions.length > 0 ? 'SUSPICIOUS' : 'STORING',
      facts.rowsTotal,
      JSON.stringify(facts.file),
      JSON.stringify(facts.suspicions),
    ],
  )
}

export async function setStatus(client: Queryable, batchRef: number, status: BatchStatus): Promise<void> {
  await client.query('UPDATE batch SET status = $2 WHERE id = $1', [batchRef, status])
}

/** The end of a file: DONE, CANCELLED, REFUSED or FAILED. */
export async function finishFile(
  client: Queryable,
  batchRef: number,
  end: { status: BatchStatus; refusal: BatchRefusal | null; annotatedFileId: number | null; now: Date },
): Promise<void> {
  await client.query(
    `UPDATE batch SET status = $2, refusal = $3, annotated_file_id = coalesce($4, annotated_file_id), finished_at = $5 WHERE id = $1`,
    [batchRef, end.status, end.refusal ? JSON.stringify(end.refusal) : null, end.annotatedFileId, end.now],
  )
}

/**
 * Counts an attempt before it begins, so that one which ends the process counts too; progress forgets it. Returns how
 * many attempts in a row by now came to nothing.
 */
export async function countAttempt(client: Queryable, batchRef: number): Promise<number> {
  const { rows } = await client.query(
    'UPDATE batch SET failures = failures + 1 WHERE id = $1 RETURNING failures',
    [batchRef],
  )
  return rows[0]?.failures ?? 0
}

/** An attempt that was only interrupted. */
export async function forgiveAttempt(client: Queryable, batchRef: number): Promise<void> {
  await client.query('UPDATE batch SET failures = greatest(failures - 1, 0) WHERE id = $1', [batchRef])
}

/** How many rows the latest files of the dataset before this one had. */
export async function earlierFileSizes(
  client: Queryable,
  datasetId: number,
  batchRef: number,
): Promise<number[]> {
  const { rows } = await client.query(
    `SELECT rows_total FROM batch WHERE dataset_id = $1 AND id < $2 AND channel = 'FILE' AND status = 'DONE'
      ORDER BY id DESC LIMIT $3`,
    [datasetId, batchRef, limits.usualFiles.most],
  )
  return rows.map((row) => row.rows_total)
}

/** True where the file was on its way and now will stop. A suspicious one is cancelled at once: nothing of it took effect. */
export async function requestCancel(client: Queryable, batchRef: number, now: Date): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE batch SET cancel_requested = true,
                      status = CASE WHEN status = 'SUSPICIOUS' THEN 'CANCELLED' ELSE status END,
                      finished_at = CASE WHEN status = 'SUSPICIOUS' THEN $2::timestamptz ELSE finished_at END
      WHERE id = $1 AND status IN ('RECEIVED', 'CHECKING', 'SUSPICIOUS', 'STORING')`,
    [batchRef, now],
  )
  return rowCount === 1
}

/** True where the file was waiting and now will be stored. */
export async function confirmSuspicious(
  client: Queryable,
  batchRef: number,
  confirmation: Confirmation,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE batch SET status = 'STORING', confirmation = $2 WHERE id = $1 AND status = 'SUSPICIOUS'`,
    [batchRef, JSON.stringify(confirmation)],
  )
  return rowCount === 1
}

/** True where the file had failed and now is tried again from where it stopped. */
export async function retryFailed(client: Queryable, batchRef: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE batch SET status = CASE WHEN rows_total IS NULL THEN 'RECEIVED' ELSE 'STORING' END, failures = 0, refusal = NULL, finished_at = NULL
      WHERE id = $1 AND status = 'FAILED' AND source_file_id IN (SELECT id FROM stored_file WHERE erased_at IS NULL)`,
    [batchRef],
  )
  return rowCount === 1
}
