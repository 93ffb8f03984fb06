import type pg from 'pg'
import { type Catalogue, maySee } from '../catalogue/catalogue.ts'
import { createCatalogueReader } from '../catalogue/catalogue-store.ts'
import { measuresBinding } from '../catalogue/measures.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import {
  boundDepartments,
  deliverTasks,
  listingsAsTheyAre,
  listingsInForce,
  lockFanOut,
  lockTasksOf,
  type MovedTask,
  moveHead,
  moveSweep,
  moveTasks,
  nextFeedEvents,
  presentSweep,
  requestSweepOnce,
} from './fan-out-store.ts'
import type { TaskEvent } from './task.ts'
import { demandsAct } from './task-measure.ts'
import { type PlannedListing, type PlanWorld, planTasks } from './task-plan.ts'
import { bearsDuties } from './task-policy.ts'
import { appendTaskEvents, type TaskEventDraft } from './task-store.ts'

/**
 * Gives each bound department its tasks, durably and exactly once: it follows the change feed by positions, and after a
 * change of measures or departments it goes through all memberships in force. Each step is one transaction that moves
 * its own mark, so that after a crash the next one goes on behind it. It only reads what others write.
 */
export type TaskFanOut = {
  /** Until nothing is left, another replica is at it, or `stop` says so. Returns how many tasks were made or moved. */
  catchUp(stop?: () => boolean): Promise<number>
}

type Step = { worked: boolean; tasks: number }
const nothing: Step = { worked: false, tasks: 0 }

export function createTaskFanOut(parts: { pool: pg.Pool; clock: Clock }): TaskFanOut {
  const { pool, clock } = parts
  let sweptDay: LegalDay | null = null
  /** How many tasks each of the memberships made that were settled last; null: unknown, or it failed. */
  let tasksEach: number | null = null

  /** Measures and memberships that begin on a day do so without an event. */
  async function beginDay(): Promise<void> {
    const day = legalDay(clock.now())
    if (sweptDay === day) return
    const requested = await transaction(pool, async (client) => {
      if (!(await lockFanOut(client))) return false
      await requestSweepOnce(client, `DAY ${day}`)
      return true
    })
    if (requested) sweptDay = day
  }

  const step = (work: (client: Queryable) => Promise<Step>): Promise<Step> =>
    transaction(pool, async (client) => ((await lockFanOut(client)) ? work(client) : nothing))

  /** How many that is, the catalogue and the number of departments decide. */
  function listingsTogether(): number {
    const { first, most } = limits.taskListingsTogether
    return tasksEach === null
      ? first
      : Math.min(most, Math.ceil(limits.tasksPerTransaction / Math.max(tasksEach, 1)))
  }

  async function followFeed(client: Queryable): Promise<Step> {
    const most = { events: limits.taskEventsPerTransaction, listings: listingsTogether() }
    const before = tasksEach
    tasksEach = null
    const events = await nextFeedEvents(client, most)
    const tasks = events
      ? await settle(client, clock.now(), await listingsAsTheyAre(client, events.listingIds))
      : 0
    if (events) await moveHead(client, events.position)
    const settled = events?.listingIds.length ?? 0
    // Those that make none, since their tasks are there, say little of the next.
    tasksEach = settled === 0 ? before : Math.max(tasks / settled, (before ?? 0) / 2)
    return { worked: events !== null, tasks }
  }

  async function sweep(client: Queryable): Promise<Step> {
    const present = await presentSweep(client)
    if (!present) return nothing
    const now = clock.now()
    const limit = limits.taskListingsPerTransaction
    const listings = await listingsInForce(client, legalDay(now), { afterId: present.afterId, limit })
    const tasks = await settle(client, now, listings)
    const last = listings.length < limit ? null : (listings.at(-1)?.id ?? null)
    await moveSweep(client, present.id, last, now)
    return { worked: true, tasks }
  }

  return {
    async catchUp(stop = () => false) {
      await beginDay()
      let total = 0
      while (!stop()) {
        const followed = await step(followFeed)
        const swept = stop() ? nothing : await step(sweep)
        total += followed.tasks + swept.tasks
        if (!followed.worked && !swept.worked) break
      }
      return total
    },
  }
}

/** Makes the tasks of these memberships what they have to be now. Returns how many were made or moved. */
async function settle(client: Queryable, now: Date, listings: readonly PlannedListing[]): Promise<number> {
  if (listings.length === 0) return 0
  const day = legalDay(now)
  const tasks = await lockTasksOf(
    client,
    listings.map(({ id }) => id),
  )
  const plan = planTasks(listings, tasks, await readWorld(client, day))
  const drafts: (MovedTask & { event: TaskEvent })[] = [
    ...plan.reopen.map((taskId) => ({
      taskId,
      phase: 'DELIVERED' as const,
      createdOn: day,
      liftFrom: null,
      event: { type: 'REOPENED' as const },
    })),
    ...plan.lift.map(({ taskId, reason, overOn, from }) => ({
      taskId,
      phase: 'LIFTING' as const,
      createdOn: null,
      liftFrom: from,
      event: { type: 'LIFTING' as const, reason, overOn },
    })),
    ...plan.release.map((taskId) => ({
      taskId,
      phase: 'LIFTED' as const,
      createdOn: null,
      liftFrom: day,
      event: { type: 'RELEASED' as const },
    })),
  ]
  await moveTasks(client, drafts)
  const events: TaskEventDraft[] = drafts.map(({ taskId, event }) => ({ taskId, event }))
  await appendTaskEvents(client, events, { on: day, at: now, by: null })
  return drafts.length + (await deliverTasks(client, plan.deliver, day, now))
}

/** Read by the transaction's own connection, so that no cached catalogue is older than the sweep that it caused. */
async function readWorld(client: Queryable, day: LegalDay): Promise<PlanWorld> {
  const catalogue = await createCatalogueReader(client, () => 0).current()
  const departments = await boundDepartments(client)
  return {
    day,
    departments: departments.map(({ id, kind, status }) => ({
      id,
      kind,
      bearing: bearsDuties({ status }),
      closed: status === 'CLOSED',
    })),
    binding: remembered(catalogue, day),
    maySee: (departmentId, datasetId) => {
      const dataset = catalogue.datasets.find(({ id }) => id === datasetId)
      return (
        dataset !== undefined && maySee(catalogue, { id: departmentId }, dataset, dataset.definition.sharing)
      )
    },
  }
}

/** Memberships of one list and grade are many, and bring the same. */
function remembered(catalogue: Catalogue, day: LegalDay): PlanWorld['binding'] {
  const known = new Map<string, readonly string[]>()
  return (kind, { listTypeCode: listType, grade }) => {
    const key = JSON.stringify([kind, listType, grade])
    const before = known.get(key)
    if (before) return before
    const codes = measuresBinding(catalogue, kind, [{ listType, grade }], null, day)
      .filter(demandsAct)
      .map(({ code }) => code)
    known.set(key, codes)
    return codes
  }
}
