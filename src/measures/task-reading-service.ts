import { createCatalogueReader } from '../catalogue/catalogue-store.ts'
import { type CatalogueMeasure, decisionTextFor } from '../catalogue/measures.ts'
import type { Caller } from '../departments/caller.ts'
import { divisionPrefix } from '../departments/division-code.ts'
import { datasetsOf, type ListingView, listingViewer } from '../enquiries/views.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import type { HistoryEvent } from '../kernel/event-history.ts'
import { type TaskEvent, type TaskPhase, type TaskState, taskStateOf } from './task.ts'
import { runningSteps, type TaskDue } from './task-clock.ts'
import { measureOfTask } from './task-measure.ts'
import { openGroups, pageOfTasks, type TaskSubject } from './task-store.ts'
import { overdueGroups, readClockWorld, type TaskClockParts } from './task-world-service.ts'

export type TaskView = {
  id: number
  phase: TaskPhase
  /** The version by which it was delivered. */
  measure: CatalogueMeasure
  /** What the department puts into its decision; the facts of the listing as far as it may know them. */
  decisionText: string
  /** Null where the department may no longer know of such records. */
  subject: TaskSubject | null
  /** As an enquiry would show it today; null where it would not, as after a withdrawal or a repair. */
  listing: ListingView | null
  createdOn: LegalDay
  liftFrom: LegalDay | null
  /** The step to be taken now; null: none is owed, or no rule times it. */
  due: TaskDue | null
  steps: TaskDue[]
  feedback: TaskState['feedback']
  history: HistoryEvent<TaskEvent>[]
}

/** OVERDUE: only where a step is overdue; OTHERS: only where none is. */
export type TaskEnquiry = { phase: TaskPhase | null; urgency: 'ANY' | 'OVERDUE' | 'OTHERS' }

/** What a department has to do (我的联合惩戒任务): its own tasks alone. */
export type TaskReadingService = {
  page(
    caller: Caller,
    enquiry: TaskEnquiry,
    page: { afterId: number | null; limit: number },
  ): Promise<TaskView[]>
}

export function createTaskReadingService(parts: TaskClockParts & { clock: Clock }): TaskReadingService {
  const { pool, clock } = parts
  return {
    async page(caller, { phase, urgency }, page) {
      const { department } = caller
      const { catalogue, clocks } = await readClockWorld(parts, legalDay(clock.now()))
      const groups = urgency === 'ANY' ? null : overdueGroups(clocks, await openGroups(pool, department.id))
      const county = caller.county === undefined ? null : divisionPrefix(caller.county)
      const visible = datasetsOf(catalogue, department)
      const filter = { departmentId: department.id, phase, groups, urgency, county, ...visible }
      const view = listingViewer(catalogue, department)
      const listNames = new Map(catalogue.listTypes.map(({ code, name }) => [code, name]))
      const tasks = await pageOfTasks(pool, filter, page)
      const isKnown = tasks.every((task) => measureOfTask(catalogue, task) !== null)
      const measures = isKnown ? catalogue : await createCatalogueReader(pool, () => 0).current()
      return tasks.map((task) => {
        const measure = measureOfTask(measures, task)
        if (!measure) throw new RangeError(`the catalogue has no measure ${task.measureCode}`)
        const listing = task.listing && view(task.listing)
        const subject = visible.datasetIds.includes(task.datasetId) ? task.subject : null
        const grounds = listing
          ? [
              {
                listName: listNames.get(task.listTypeCode) ?? task.listTypeCode,
                determinedBy: listing.determinedBy.name,
                decisionNo: listing.decisionNo,
              },
            ]
          : []
        const steps = runningSteps(clocks, task)
        return {
          id: task.id,
          phase: task.phase,
          measure,
          decisionText: decisionTextFor(measure, subject?.name ?? '', grounds),
          subject,
          listing,
          createdOn: task.createdOn,
          liftFrom: task.liftFrom,
          due: steps[0] ?? null,
          steps,
          feedback: taskStateOf(task.events.map(({ event }) => event)).feedback,
          history: task.events,
        }
      })
    },
  }
}
