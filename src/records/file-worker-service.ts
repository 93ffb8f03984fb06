import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { DatasetDefinition } from '../catalogue/definition.ts'
import { appendToFeed } from '../feed/feed-store.ts'
import { type Clock, legalDay } from '../kernel/clock.ts'
import { type Queryable, transactionOn } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { type AnnotatedRow, annotatedCopy, remarksHeading, resultHeading } from '../tabular/annotated-copy.ts'
import { type NamedFile, nameRows } from '../tabular/named-rows.ts'
import { openTabularFile } from '../tabular/open-tabular-file.ts'
import { FileRefusal } from '../tabular/tabular-file.ts'
import { addMoney, type BatchRefusal, secondPersonNeeded, suspicionsOf, usualRowsOf } from './batch.ts'
import {
  beginCheck,
  countAttempt,
  countProblems,
  countRows,
  earlierFileSizes,
  endCheck,
  type FileBatch,
  filesToWorkOn,
  finishFile,
  forgiveAttempt,
  lockBatch,
  lockFile,
  type NotedProblem,
  noteChecked,
  noteProblems,
  pageOfProblems,
  readFileBatch,
  setStatus,
  unlockFile,
} from './batch-store.ts'
import type { Problem } from './field-values.ts'
import { countKnownHeadings, createRowMapper, headingRefusal } from './file-rows.ts'
import { type IntakeDataset, takeRows } from './row-intake-service.ts'
import { appendPiece, beginFile, completeFile, inPieces, storedBytes } from './stored-file-store.ts'
import { createBatchReader, type ReadRow, sortRows } from './submission.ts'
import { termOf } from './submission-policy.ts'

/**
 * Works on files that were received: checks every row, and only when the whole file is known to be readable and not
 * suspicious stores it, in transactions of `limits.fileRowsPerStore` rows that count themselves. Whoever works on a
 * file holds its lock on the connection it writes with: after a crash of service or database the file is free, and
 * another one goes on behind the last row that was counted, on this replica or any other.
 */
export type FileWorker = {
  /** There may be something to do. */
  wake(): void
  /** Stops at the next transaction; what is not done stays for the next start or another replica. */
  stop(): Promise<void>
}

/** Neither wrong nor done: the process is stopping. */
class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** The sender asked to stop. */
class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

class FileUnacceptable extends Error {
  override readonly name = 'FileUnacceptable'
  readonly refusal: BatchRefusal

  constructor(refusal: BatchRefusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

export function startFileWorker(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
  onFailure: (batchRef: number, error: unknown) => void
}): FileWorker {
  const { pool, vault, clock, catalogue } = parts
  let stopping = false
  const working = new Set<number>()
  const failed = new Map<number, { failures: number; notBefore: number }>()
  const asleep = new Set<() => void>()

  async function run(): Promise<void> {
    while (!stopping) {
      const found = await workOnNext().catch(() => false)
      if (found || stopping) continue
      await sleep()
    }
  }

  function sleep(): Promise<void> {
    return new Promise((resolve) => {
      const wakeUp = () => {
        clearTimeout(timer)
        asleep.delete(wakeUp)
        resolve()
      }
      const timer = setTimeout(wakeUp, limits.filePollInterval)
      asleep.add(wakeUp)
    })
  }

  function wakeAll(): void {
    for (const wakeUp of [...asleep]) wakeUp()
  }

  /** Takes the oldest file that nobody works on. False where there is none. */
  async function workOnNext(): Promise<boolean> {
    const waiting = (await filesToWorkOn(pool)).filter(
      (ref) => !working.has(ref) && (failed.get(ref)?.notBefore ?? 0) <= Date.now(),
    )
    for (const ref of waiting) {
      working.add(ref)
      try {
        if (await workOn(ref)) return true
      } finally {
        working.delete(ref)
      }
    }
    return false
  }

  async function workOn(ref: number): Promise<boolean> {
    const client = await pool.connect()
    // A connection that is lost takes the lock with it: the next statement on it fails, and nothing is written.
    let broken = false
    const onError = () => {
      broken = true
    }
    client.on('error', onError)
    let locked = false
    try {
      locked = await lockFile(client, ref)
      const batch = locked ? await readFileBatch(client, ref) : null
      if (!batch) return false
      const attempts = await countAttempt(client, ref)
      if (attempts > limits.fileAttempts) await giveUp(client, ref)
      else await advance(client, batch)
      return true
    } catch (error) {
      if (error instanceof Interrupted) await forgiveAttempt(client, ref).catch(onError)
      else noteFailure(ref, error)
      return true
    } finally {
      if (locked) await unlockFile(client, ref).catch(onError)
      client.off('error', onError)
      client.release(broken)
    }
  }

  async function advance(client: Queryable, batch: FileBatch): Promise<void> {
    try {
      switch (batch.status) {
        case 'RECEIVED':
        case 'CHECKING':
          await check(client, batch)
          break
        case 'STORING':
          await store(client, batch)
          break
        default:
          await annotate(client, batch)
      }
    } catch (error) {
      const end = endingOf(error, batch)
      if (!end) throw error
      await finishFile(client, batch.ref, { ...end, annotatedFileId: null, now: clock.now() })
    }
  }

  /** It is tried again after a while, here or on another replica; the attempt was counted when it began. */
  function noteFailure(ref: number, error: unknown): void {
    parts.onFailure(ref, error)
    const failures = (failed.get(ref)?.failures ?? 0) + 1
    const wait = limits.fileFirstRetryDelay * 2 ** Math.min(failures - 1, limits.fileAttempts)
    failed.set(ref, { failures, notBefore: Date.now() + wait })
  }

  async function giveUp(client: Queryable, ref: number): Promise<void> {
    failed.delete(ref)
    const message = `内部错误，请告知编号 ${ref} (internal error: please report this number)`
    await finishFile(client, ref, {
      status: 'FAILED',
      refusal: { code: 'INTERNAL', message, line: null },
      annotatedFileId: null,
      now: clock.now(),
    })
  }

  /** First reading: nothing takes effect, every fault that needs no other record is noted. */
  async function check(client: Queryable, batch: FileBatch): Promise<void> {
    await beginCheck(client, batch.ref, clock.now())
    const reading = await openBatch(client, batch)
    let [rows, rejections, withdrawals, found, noted] = [0, 0, 0, 0, performance.now()]
    for await (const part of reading.rows()) {
      const { refused, rows: good } = sortRows(part.map(({ read }) => read))
      const problems = refused.flatMap((row) => row.problems)
      found += problems.length
      if (found > limits.problemsPerFile) throw new FileUnacceptable(tooManyProblems())
      await noteProblems(client, batch.ref, problems)
      rows += part.length
      rejections += refused.length
      withdrawals += good.filter((row) => row.withdrawal).length
      // Each note is a commit of its own: often enough for whoever watches is enough.
      if (performance.now() - noted < limits.fileProgressInterval) continue
      stopIfAsked(await noteChecked(client, batch.ref, rows))
      noted = performance.now()
    }
    const usual = usualRowsOf(
      await earlierFileSizes(client, batch.datasetId, batch.ref),
      limits.usualFiles.fewest,
    )
    await endCheck(client, batch.ref, {
      rowsTotal: rows,
      file: { ...batch.file, ...reading.found },
      suspicions: [
        ...(batch.needsSecondPerson ? [secondPersonNeeded] : []),
        ...suspicionsOf(reading.definition, { rows, rejections, withdrawals }, usual),
      ],
    })
  }

  /** Second reading: what has no outcome yet is stored, counted and fed, so many rows at a time, each time whole. */
  async function store(client: Queryable, batch: FileBatch): Promise<void> {
    const reading = await openBatch(client, batch)
    const dataset = await intakeDataset(batch, reading.definition)
    const origin = { batchRef: batch.ref, receivedAt: batch.receivedAt }
    const today = legalDay(batch.receivedAt)
    for await (const part of ahead(inParts(reading.rows(), limits.fileRowsPerStore))) {
      const open = part.filter(({ index }) => index >= batch.received)
      const [first] = open
      if (!first) continue
      const raws = new Map(open.map(({ index, raw }) => [index, raw]))
      await transactionOn(client, async (tx) => {
        const { received, money, cancelRequested } = await lockBatch(tx, batch.ref)
        stopIfAsked(cancelRequested)
        if (received !== first.index)
          throw new RangeError(`row ${first.index} is not the next of batch ${batch.ref}`)
        const intake = await takeRows(tx, vault, dataset, origin, sortRows(open.map(({ read }) => read)), {
          today,
          rawOf: (index) => raws.get(index),
        })
        await countRows(tx, batch.ref, intake.counts, addMoney(money, dataset.definition, intake.outcomes))
        await noteProblems(tx, batch.ref, intake.problems)
        await appendToFeed(tx, intake.events)
      })
    }
    await setStatus(client, batch.ref, 'ANNOTATING')
  }

  /** Third reading, only where a row was not taken: the file again, with the reasons. */
  async function annotate(client: Queryable, batch: FileBatch): Promise<void> {
    const copy = (await countProblems(client, batch.ref)) === 0 ? null : await writeAnnotated(client, batch)
    // The copy counts only together with the batch that names it.
    await transactionOn(client, async (tx) => {
      const now = clock.now()
      if (copy) await completeFile(tx, copy.fileId, { ...copy, now })
      await finishFile(tx, batch.ref, {
        status: 'DONE',
        refusal: null,
        annotatedFileId: copy?.fileId ?? null,
        now,
      })
    })
  }

  async function writeAnnotated(
    client: Queryable,
    batch: FileBatch,
  ): Promise<{ fileId: number; size: number; sha256: string }> {
    const fileId = await beginFile(client, batch.departmentId)
    const opened = await openSource(client, batch)
    const definition = await catalogue.version(batch.datasetVersionId)
    const named = await nameRows(opened, (headings) => countKnownHeadings(definition, headings))
    const digest = createHash('sha256')
    let [position, size] = [0, 0]
    const copy = annotatedCopy(opened.found, annotations(client, batch.ref, named))
    for await (const piece of inPieces(copy)) {
      stopIfAsked(false)
      digest.update(piece)
      size += piece.length
      await appendPiece(client, vault, fileId, position, piece)
      position += 1
    }
    return { fileId, size, sha256: digest.digest('base64url') }
  }

  function openSource(client: Queryable, { sourceFileId, sourceSize, file }: FileBatch) {
    return openTabularFile(storedBytes(client, vault, sourceFileId, sourceSize), {
      format: file.format,
      sheet: file.sheet,
      encoding: file.encoding,
    })
  }

  /** The rows of the file, read by the edition of the definition and on the day on which it was received. */
  async function openBatch(client: Queryable, batch: FileBatch) {
    const definition = await catalogue.version(batch.datasetVersionId)
    const termOn = termOf(await catalogue.current(), await datasetOf(batch))
    const opened = await openSource(client, batch)
    const named = await nameRows(opened, (headings) => countKnownHeadings(definition, headings))
    const refusal = named.headings && headingRefusal(definition, named.headings)
    if (refusal) throw new FileUnacceptable(refusal)
    const map = createRowMapper(definition)
    const read = createBatchReader({ definition, termOn, today: legalDay(batch.receivedAt) })
    return {
      definition,
      found: opened.found,
      async *rows(): AsyncIterable<FileRowRead[]> {
        for await (const part of named.rows()) {
          stopIfAsked(false)
          yield part.map((row) => {
            const { raw, fault } = map(row)
            const { index, line } = row
            return { index, raw, read: fault ? faultyRow(fault, index, line) : read(raw, index, line) }
          })
        }
      },
    }
  }

  async function datasetOf({ datasetId }: FileBatch) {
    const dataset = (await catalogue.current()).datasets.find(({ id }) => id === datasetId)
    if (!dataset) throw new RangeError(`the catalogue has no dataset ${datasetId}`)
    return dataset
  }

  async function intakeDataset(batch: FileBatch, definition: DatasetDefinition): Promise<IntakeDataset> {
    return { ...(await datasetOf(batch)), versionId: batch.datasetVersionId, definition }
  }

  function stopIfAsked(cancelRequested: boolean): void {
    if (cancelRequested) throw new Cancelled()
    if (stopping) throw new Interrupted()
  }

  const runs = Array.from({ length: limits.filesAtOnce }, run)
  return {
    wake: wakeAll,
    async stop() {
      stopping = true
      wakeAll()
      await Promise.all(runs)
    },
  }
}

function faultyRow(fault: Pick<Problem, 'code' | 'message'>, index: number, line: number): ReadRow {
  const problem: Problem = { index, line, field: null, ...fault }
  return { status: 'REFUSED', refused: { index, problems: [problem], values: {} } }
}

const tooManyProblems = (): BatchRefusal => ({
  code: 'TOO_MANY_PROBLEMS',
  message: `问题超过 ${limits.problemsPerFile} 处，整份退回；前面的问题可查 (more than ${limits.problemsPerFile} problems: the whole file is refused; the first ones can be looked at)`,
  line: null,
})

type FileRowRead = { index: number; raw: unknown; read: ReadRow }

/**
 * How a batch ends that cannot go on; null: the error is ours, and it is tried again. REFUSED says that nothing was taken:
 * what a rule refuses once rows are stored is a failure, which an administrator can have tried again.
 */
function endingOf(
  error: unknown,
  batch: FileBatch,
): { status: 'REFUSED' | 'CANCELLED' | 'FAILED'; refusal: BatchRefusal | null } | null {
  if (error instanceof Cancelled) return { status: 'CANCELLED', refusal: null }
  const status = batch.rowsTotal === null ? 'REFUSED' : 'FAILED'
  if (error instanceof FileUnacceptable) return { status, refusal: error.refusal }
  if (error instanceof FileRefusal) {
    const { code, message, line } = error
    return { status, refusal: { code, message, line } }
  }
  if (error instanceof Refusal) {
    return { status, refusal: { code: error.code, message: error.message, line: null } }
  }
  return null
}

/** Groups put together to parts of so many rows; fewer where the rows are long, since a group is bounded by bytes. */
async function* inParts<T>(groups: AsyncIterable<T[]>, size: number): AsyncIterable<T[]> {
  let part: T[] = []
  let joined = 0
  for await (const group of groups) {
    part.push(...group)
    joined += 1
    if (part.length < size && joined < limits.fileGroupsPerStore) continue
    yield part
    part = []
    joined = 0
  }
  if (part.length > 0) yield part
}

/** Reads the next part while the present one is being stored: one waits for the processor, the other for the disk. */
async function* ahead<T>(parts: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = parts[Symbol.asyncIterator]()
  const next = () => {
    const reading = iterator.next()
    // Whoever awaits it hears of a failure; where nobody does any more, it is no failure.
    reading.catch(() => {})
    return reading
  }
  let reading = next()
  try {
    while (true) {
      const { done, value } = await reading
      if (done) return
      reading = next()
      yield value
    }
  } finally {
    await reading.catch(() => {})
    await iterator.return?.()
  }
}

/** Lays the problems beside their rows; both come in the order of the rows. */
async function* annotations(
  client: Queryable,
  batchRef: number,
  named: NamedFile,
): AsyncIterable<AnnotatedRow[]> {
  yield named.titleRows.map((row) => ({ row, result: '', remarks: '' }))
  if (named.headingRow) {
    yield [{ row: named.headingRow, result: resultHeading, remarks: remarksHeading }]
  }
  let waiting: NotedProblem[] = []
  let afterId: number | null = null
  let more = true
  async function problemsOf(index: number): Promise<NotedProblem[]> {
    while (more && (waiting.at(-1)?.index ?? -1) <= index) {
      const page = await pageOfProblems(client, batchRef, { afterId, limit: limits.fileRowsPerStore })
      more = page.length === limits.fileRowsPerStore
      afterId = page.at(-1)?.position ?? afterId
      waiting.push(...page)
    }
    const count = waiting.findIndex((problem) => problem.index !== index)
    const own = count === -1 ? waiting : waiting.slice(0, count)
    waiting = waiting.slice(own.length)
    return own
  }
  for await (const part of named.rows()) {
    const annotated: AnnotatedRow[] = []
    for (const { index, row } of part) {
      const problems = await problemsOf(index)
      annotated.push({
        row,
        result: problems.length === 0 ? '已接收 taken' : problems[0]?.held ? '待核实 held' : '退回 rejected',
        remarks: problems.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('；'),
      })
    }
    yield annotated
  }
}
