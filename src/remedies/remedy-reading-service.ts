import type { Caller } from '../departments/caller.ts'
import { concernsCounty } from '../departments/division-code.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import type { Vault } from '../kernel/vault.ts'
import { readCaseCode } from './case-code.ts'
import {
  type DepartmentNamed,
  datasetOf,
  departmentNamed,
  everyCase,
  owedSteps,
  readWorld,
  type StepParts,
  type World,
} from './owed-steps-service.ts'
import type { CasePhase, RemedyEvent, RemedyKind } from './remedy.ts'
import { type CaseStep, isOverdue, presentStep } from './remedy-clock.ts'
import { type Applicant, applicantContext } from './remedy-intake-service.ts'
import { type CaseAct, mayFollow, maySeeDetails, nextActs, partiesOf } from './remedy-policy.ts'
import { type CaseChannel, type CaseSubject, findCase, pageOfCases, type StoredCase } from './remedy-store.ts'

export type StepView = Omit<CaseStep, 'owedBy'> & { owedBy: DepartmentNamed | null; overdue: boolean }

export type EventView = {
  seq: number
  type: RemedyEvent['type']
  on: LegalDay
  recordedAt: Date
  /** Null: the exchange itself, or the applicant on the website. */
  by: DepartmentNamed | null
  /** What belongs to it; null for those who only follow the case. */
  details: Omit<RemedyEvent, 'type'> | null
}

export type RemedyView = {
  id: number
  code: string
  kind: RemedyKind
  phase: CasePhase
  channel: CaseChannel
  dataset: string
  recordId: number
  listingId: number | null
  subject: CaseSubject
  provider: DepartmentNamed
  openedBy: DepartmentNamed | null
  openedOn: LegalDay
  openedAt: Date
  closedAt: Date | null
  present: StepView | null
  steps: StepView[]
  /** What the caller's department may bring about next, as far as the state tells. */
  nextActs: CaseAct[]
  /** Null for those who only follow the case. */
  grounds: string | null
  /** Opened only for those who ask for it. */
  applicant: () => Applicant | null
  history: EventView[]
}

/** OVERDUE: only where a step is overdue; OTHERS: only where none is. */
export type Urgency = 'ANY' | 'OVERDUE' | 'OTHERS'

export type RemedyEnquiry = {
  phase: CasePhase | null
  kind: RemedyKind | null
  urgency: Urgency
  /** Only cases whose present step the caller owes. */
  mine: boolean
}

/** Following cases (办理进度): what of them a department may know. */
export type RemedyReadingService = {
  page(
    caller: Caller,
    enquiry: RemedyEnquiry,
    page: { afterId: number | null; limit: number },
  ): Promise<RemedyView[]>
  /** Null: there is none, or the caller may not follow it. */
  byCode(caller: Caller, code: string): Promise<RemedyView | null>
}

export function createRemedyReadingService(
  parts: StepParts & { vault: Vault; clock: Clock },
): RemedyReadingService {
  const { pool, vault, clock } = parts

  function present(world: World, caller: Caller, found: StoredCase): RemedyView | null {
    const dataset = datasetOf(world, found)
    const standing = partiesOf(caller.department, dataset, found.openerId)
    if (!mayFollow(standing)) return null
    if (!concernsCounty(caller.county ?? null, found.subject.uscc)) return null
    const details = maySeeDetails(standing)
    const steps = stepViews(world, found, legalDay(clock.now()))
    return {
      id: found.id,
      code: found.code,
      kind: found.kind,
      phase: found.phase,
      channel: found.channel,
      dataset: dataset.code,
      recordId: found.recordId,
      listingId: found.listingId,
      subject: found.subject,
      provider: { code: dataset.departmentCode, name: dataset.departmentName },
      openedBy: departmentNamed(world, found.openedById),
      openedOn: found.openedOn,
      openedAt: found.openedAt,
      closedAt: found.closedAt,
      present: presentStep(steps),
      steps,
      nextActs: nextActs(found.kind, found.phase, standing),
      grounds: details ? found.grounds : null,
      applicant: () =>
        details ? JSON.parse(vault.decrypt(found.applicant, applicantContext(found.code))) : null,
      history: found.events.map(({ seq, on, recordedAt, departmentId, event: { type, ...data } }) => ({
        seq,
        type,
        on,
        recordedAt,
        by: departmentNamed(world, departmentId),
        details: details ? data : null,
      })),
    }
  }

  return {
    async page(caller, { phase, kind, urgency, mine }, { afterId, limit }) {
      const world = await readWorld(parts)
      const { department } = caller
      const own = world.catalogue.datasets.filter(({ departmentId }) => departmentId === department.id)
      const visible = department.roles.includes('CREDIT_OFFICE')
        ? null
        : { datasetIds: own.map(({ id }) => id), openerId: department.id }
      const filter = { phase, kind, open: urgency === 'OVERDUE' || mine, visible }
      const views: RemedyView[] = []
      // What is overdue, and who owes it, follows from rules: it is told by reading, not by the database.
      for await (const found of everyCase((page) => pageOfCases(pool, filter, page), afterId)) {
        const view = present(world, caller, found)
        if (!view) continue
        const isOverdue = view.steps.some(({ overdue }) => overdue)
        if (urgency !== 'ANY' && isOverdue !== (urgency === 'OVERDUE')) continue
        if (mine && view.present?.owedBy?.code !== department.code) continue
        views.push(view)
        if (views.length === limit) break
      }
      return views
    },

    async byCode(caller, typed) {
      const code = readCaseCode(typed)
      const found = code === null ? null : await findCase(pool, code)
      return found && present(await readWorld(parts), caller, found)
    },
  }
}

function stepViews(world: World, found: StoredCase, today: LegalDay): StepView[] {
  return owedSteps(world, found).map(({ step, departmentId }) => ({
    ...step,
    owedBy: departmentNamed(world, departmentId),
    overdue: isOverdue(step, today),
  }))
}
