import type pg from 'pg'
import type { Caller } from '../departments/caller.ts'
import { noteAdministration } from '../kernel/administration-trace.ts'
import type { Clock } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import type { FileFormat } from '../tabular/tabular-file.ts'
import { type BatchView, type Suspicion, secondPersonNeeded } from './batch.ts'
import {
  confirmSuspicious,
  countProblems,
  findBatch,
  findReadableBatch,
  type NotedProblem,
  pageOfBatches,
  pageOfProblems,
  requestCancel,
  retryFailed,
} from './batch-store.ts'
import { storedBytes } from './stored-file-store.ts'

type Page = { afterId: number | null; limit: number }

export type AnnotatedFile = {
  name: string
  format: FileFormat | null
  size: number
  sha256: string
  bytes(): AsyncIterable<Uint8Array>
}

/** What a department may know of its batches and do with them. */
export type BatchService = {
  find(caller: Caller, batchId: string): Promise<BatchView | null>
  list(caller: Caller, filter: { dataset: string | null }, page: Page): Promise<BatchView[]>
  /** The first `limits.problemsShown`; `problemPage` gives all. */
  problems(batch: BatchView): Promise<NotedProblem[]>
  problemPage(batch: BatchView, page: Page): Promise<NotedProblem[]>
  problemCount(batch: BatchView): Promise<number>
  /** Stops a file on its way. What was stored until then stays, each row a record of its own. */
  cancel(caller: Caller, batchId: string): Promise<BatchView>
  /** An officer (经办人) looked at a suspicious file and lets it take effect. */
  confirm(caller: Caller, batchId: string, by: { officer: string; reason: string }): Promise<BatchView>
  /** The copy of the file with the reason beside each row that was not taken. */
  annotated(caller: Caller, batchId: string): Promise<AnnotatedFile>
  /** The same decisions by an administrator, for a department that cannot. */
  administer(
    actor: string,
    act: 'CONFIRM' | 'CANCEL' | 'RETRY',
    batch: { departmentId: number; batchId: string },
    reason: string,
  ): Promise<void>
}

export function createBatchService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  /** Files may have become ready to be worked on. */
  onReady: () => void
}): BatchService {
  const { pool, vault, clock } = parts

  async function mine(
    database: Parameters<typeof findBatch>[0],
    departmentId: number,
    batchId: string,
  ): Promise<BatchView> {
    const batch = await findBatch(database, departmentId, batchId)
    if (batch) return batch
    throw batchNotFound()
  }

  return {
    find: (caller, batchId) => findReadableBatch(pool, caller.department.id, batchId),

    list: (caller, { dataset }, page) =>
      pageOfBatches(pool, { departmentId: caller.department.id, dataset }, page),

    problems: (batch) => pageOfProblems(pool, batch.ref, { afterId: null, limit: limits.problemsShown }),

    problemPage: (batch, page) => pageOfProblems(pool, batch.ref, page),

    problemCount: (batch) => countProblems(pool, batch.ref),

    async cancel(caller, batchId) {
      return transaction(pool, async (client) => {
        await caller.request.claim(client)
        const { ref, cancelRequested, status } = await mine(client, caller.department.id, batchId)
        const stopping = await requestCancel(client, ref, clock.now())
        // Asked again, it stays cancelled.
        if (!stopping && !cancelRequested) throw wrongState(status, '只能取消未完成的文件批次')
        return mine(client, caller.department.id, batchId)
      })
    },

    async confirm(caller, batchId, { officer, reason }) {
      const batch = await transaction(pool, async (client) => {
        await caller.request.claim(client)
        const { ref, status, confirmation, sentBy, suspicions } = await mine(
          client,
          caller.department.id,
          batchId,
        )
        if (sentBy !== null && sentBy === caller.officer?.id && waitsForSecondPerson(suspicions))
          throw new Refusal(
            'FOUR_EYES_REQUIRED',
            '报送人本人不得确认，须由本部门另一人确认 (another person of the department confirms it, never who sent it)',
          )
        const confirmed = await confirmSuspicious(client, ref, {
          // Who sits at the console is known; nobody writes another name there.
          by: caller.officer ? `${caller.officer.name}（officer:${caller.officer.id}）` : officer,
          reason,
          at: clock.now().toISOString(),
        })
        if (!confirmed && !confirmation) throw wrongState(status, '只有待确认的批次可以确认')
        return mine(client, caller.department.id, batchId)
      })
      parts.onReady()
      return batch
    },

    async annotated(caller, batchId) {
      const batch = await findReadableBatch(pool, caller.department.id, batchId)
      if (!batch) throw batchNotFound()
      const { rows } = await pool.query('SELECT annotated_file_id AS id FROM batch WHERE id = $1', [
        batch.ref,
      ])
      const { annotated, file } = batch
      if (!annotated || !file || rows[0]?.id === null) {
        throw new Refusal(
          'BATCH_STATE',
          '没有批注文件：批次未完成、没有不合格的行，或者已过保存期 (no annotated copy: the batch is not finished, no row was faulty, or its time is over)',
        )
      }
      const { size, sha256 } = annotated
      return {
        name: file.name,
        format: file.format,
        size,
        sha256,
        bytes: () => storedBytes(pool, vault, rows[0].id, size).stream(0, size),
      }
    },

    async administer(actor, act, { departmentId, batchId }, reason) {
      await transaction(pool, async (client) => {
        const { ref, status } = await mine(client, departmentId, batchId)
        const at = clock.now()
        const done = {
          CONFIRM: () => confirmSuspicious(client, ref, { by: actor, reason, at: at.toISOString() }),
          CANCEL: () => requestCancel(client, ref, at),
          RETRY: () => retryFailed(client, ref),
        }
        if (!(await done[act]())) throw wrongState(status, '批次不在可如此处理的状态')
        await noteAdministration(client, {
          actor,
          action: `BATCH_${act}`,
          target: String(ref),
          facts: { reason, batchId },
        })
      })
      parts.onReady()
    },
  }
}

const waitsForSecondPerson = (suspicions: readonly Suspicion[]) =>
  suspicions.some(({ code }) => code === secondPersonNeeded.code)

function batchNotFound(): Refusal {
  return new Refusal('BATCH_NOT_FOUND', '没有此批次 (no such batch of this department)')
}

function wrongState(status: string, message: string): Refusal {
  return new Refusal('BATCH_STATE', `${message}，现为 ${status} (the batch is ${status})`)
}
