import type pg from 'pg'
import { type CatalogueReader, createCatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { concernsCounty } from '../departments/division-code.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import {
  applyTaskEvent,
  type Feedback,
  type FeedbackOutcome,
  requireTaskAllowed,
  type TaskEvent,
  type TaskEventType,
  type TaskPhase,
  taskNotFound,
  taskStateOf,
} from './task.ts'
import { measureOfTask } from './task-measure.ts'
import {
  appendTaskEvents,
  findTask,
  findTaskAct,
  lockTask,
  lockTaskAction,
  type StoredTask,
  type StoredTaskAct,
  setTaskPhase,
} from './task-store.ts'

export type TaskActInput = { actionId: string; taskId: number }
export type FeedbackInput = TaskActInput & Feedback & { outcome: FeedbackOutcome }
export type LiftedInput = TaskActInput & { documentNo: string | null; liftedOn: LegalDay }

/** What an act came to; repeated, it is the same. */
export type TaskReceipt = { taskId: number; event: TaskEventType; phase: TaskPhase; at: Date }

/** Acts of departments on their tasks. Every act is idempotent by its client-chosen id. */
export type TaskService = {
  respond(caller: Caller, input: TaskActInput): Promise<TaskReceipt>
  /** Amends what was fed back before, until the measure is to be lifted. */
  feedBack(caller: Caller, input: FeedbackInput): Promise<TaskReceipt>
  confirmLifted(caller: Caller, input: LiftedInput): Promise<TaskReceipt>
}

type ActEvent = Extract<TaskEvent, { type: 'ACKNOWLEDGED' | FeedbackOutcome | 'LIFTED' }>

export function createTaskService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
}): TaskService {
  const { pool, vault, clock } = parts

  /** One act in one transaction. */
  async function act(
    caller: Caller,
    { actionId, taskId }: TaskActInput,
    event: ActEvent,
  ): Promise<TaskReceipt> {
    const { id: departmentId } = caller.department
    const catalogue = await parts.catalogue.current()
    const inputMac = vault.blindIndex('measure task act', canonicalJson({ taskId, event: { ...event } }))
    return transaction(pool, async (client) => {
      await caller.request.claim(client)
      await lockTaskAction(client, departmentId, actionId)
      const before = await findTaskAct(client, departmentId, actionId)
      if (before) return repeated(await findTask(client, before.taskId), before, inputMac)
      const task = await lockTask(client, departmentId, taskId)
      if (!task || !concernsCounty(caller.county ?? null, task.subject.uscc)) throw taskNotFound()
      const state = taskStateOf(task.events.map((stored) => stored.event))
      const now = clock.now()
      const today = legalDay(now)
      const measure =
        measureOfTask(catalogue, task) ??
        measureOfTask(await createCatalogueReader(client, () => 0).current(), task)
      if (!measure) throw new RangeError(`the catalogue has no measure ${task.measureCode}`)
      const { documentNeeded } = measure
      requireTaskAllowed(state, event, { listedOn: task.listedOn, documentNeeded, today })
      const by = { departmentId, actionId, inputMac }
      await appendTaskEvents(client, [{ taskId, event }], { on: today, at: now, by })
      const { phase } = applyTaskEvent(state, event)
      await setTaskPhase(client, taskId, phase)
      return { taskId, event: event.type, phase, at: now }
    })
  }

  return {
    respond: (caller, input) => act(caller, input, { type: 'ACKNOWLEDGED' }),
    feedBack: (caller, { actionId, taskId, outcome, matter, documentNo, effect, amountFen, actedOn }) =>
      act(caller, { actionId, taskId }, { type: outcome, matter, documentNo, effect, amountFen, actedOn }),
    confirmLifted: (caller, { actionId, taskId, documentNo, liftedOn }) =>
      act(caller, { actionId, taskId }, { type: 'LIFTED', documentNo, liftedOn }),
  }
}

function repeated(task: StoredTask | null, before: StoredTaskAct, inputMac: string): TaskReceipt {
  if (before.inputMac !== inputMac)
    throw new Refusal(
      'ACTION_ID_REUSED',
      '该操作号已用于其他内容 (this action id was used for other content)',
    )
  const acted = task?.events.find(({ seq }) => seq === before.seq)
  if (!task || !acted) throw new RangeError('an act is an event of its task')
  const until = task.events.filter(({ seq }) => seq <= before.seq)
  const { phase } = taskStateOf(until.map(({ event }) => event))
  return { taskId: task.id, event: acted.event.type, phase, at: acted.recordedAt }
}
