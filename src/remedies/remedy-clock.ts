import { type ClockRule, type DeadlineRules, ruleOn } from '../catalogue/clock-rules.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { addCalendarDays, type Calendar, type Deadline, deadline } from '../kernel/working-days.ts'
import { closedPhases, type RemedyEvent, type RemedyEventType, type RemedyKind } from './remedy.ts'

/** The clocks of a case, derived at reading from the dated rules and never stored. Pure. */

export type DatedEvent = RemedyEvent & { on: LegalDay }

/** TAKER: whoever took the case in, the determining department itself or else the credit office. */
export type Owing = 'TAKER' | 'PROVIDER'

export type CaseStep = {
  /** Code of the clock. */
  rule: string
  name: string
  owedBy: Owing
  startsOn: LegalDay
  /** Null: an inspection is under way, so that nobody can say yet. */
  dueOn: LegalDay | null
  provisional: boolean
  endedOn: LegalDay | null
  /** The applicant ended it, so that nobody can be said to have been in time. */
  moot: boolean
  legalBasis: string[]
}

export const isOverdue = (
  { endedOn, dueOn }: Pick<CaseStep, 'endedOn' | 'dueOn'>,
  today: LegalDay,
): boolean => endedOn === null && dueOn !== null && dueOn < today

export const isLate = ({ endedOn, dueOn }: CaseStep): boolean =>
  endedOn !== null && dueOn !== null && dueOn < endedOn

/** Kinds of departments whose decision on a repair the market regulators' own rule times. */
const marketRegulation = ['MARKET_REGULATION', 'INDUSTRY_COMMERCE', 'QUALITY_SUPERVISION']

type Leg = { rules: string[]; owedBy: Owing; from: DatedEvent; until: readonly RemedyEventType[] }

/** Every step that has begun, in the order of beginning. */
export function stepsOf(
  rules: DeadlineRules,
  kind: RemedyKind,
  providerKind: string,
  events: readonly DatedEvent[],
): CaseStep[] {
  const pauses = pausesOf(events)
  return legsOf(kind, providerKind, events).flatMap((leg) => {
    const rule = leg.rules
      .map((code) => ruleOn(rules.clocks, code, leg.from.on))
      .find((found) => found !== null)
    if (!rule) return []
    const begun = events.indexOf(leg.from)
    const end = events.find((event, position) => position >= begun && leg.until.includes(event.type))
    const endedOn = end?.on ?? null
    const due = dueWithout(rules.calendar, rule, leg.from.on, pauses, endedOn)
    return [
      {
        rule: rule.code,
        name: rule.name,
        owedBy: leg.owedBy,
        startsOn: leg.from.on,
        dueOn: due?.day ?? null,
        provisional: due?.provisional ?? true,
        endedOn,
        moot: end?.type === 'WITHDRAWN',
        legalBasis: rule.legalBasis,
      },
    ]
  })
}

/** The step to be taken now: of those that run, the one due first. Null: none runs. */
export function presentStep<T extends Pick<CaseStep, 'endedOn' | 'dueOn'>>(steps: readonly T[]): T | null {
  const running = steps.filter(({ endedOn }) => endedOn === null)
  return running.toSorted((a, b) => ((a.dueOn ?? '9') < (b.dueOn ?? '9') ? -1 : 1))[0] ?? null
}

function legsOf(kind: RemedyKind, providerKind: string, events: readonly DatedEvent[]): Leg[] {
  const first = (type: RemedyEventType) => events.find((event) => event.type === type)
  const leg = (
    rules: string[],
    owedBy: Owing,
    from: DatedEvent | undefined,
    until: readonly RemedyEventType[],
  ): Leg[] => (from ? [{ rules, owedBy, from, until }] : [])
  const received = first('RECEIVED')
  switch (kind) {
    case 'OBJECTION': {
      const sent = first('SENT_TO_PROVIDER')
      return [
        // Settled as an own matter in this time, or sent on.
        ...leg(['OBJECTION_OWN'], 'TAKER', received, ['SENT_TO_PROVIDER', ...closedPhases]),
        ...leg(['OBJECTION_TOTAL'], 'TAKER', sent && received, closedPhases),
        ...leg(['OBJECTION_PROVIDER'], 'PROVIDER', sent, ['ANSWERED', ...closedPhases]),
      ]
    }
    case 'REPAIR': {
      const decision = marketRegulation.includes(providerKind)
        ? ['REPAIR_DECISION_SAMR', 'REPAIR_DECISION']
        : ['REPAIR_DECISION']
      return [
        ...leg(['REPAIR_ACCEPTANCE'], 'TAKER', received, ['ACCEPTED', ...closedPhases]),
        ...leg(decision, 'PROVIDER', first('ACCEPTED'), closedPhases),
        // The grant carries itself out in its own transaction.
        ...leg(['REPAIR_EXECUTION'], 'TAKER', first('GRANTED'), ['GRANTED']),
      ]
    }
  }
}

/** Days of inspection, appraisal and expert review, first and last included; `until` null: still under way. */
type Pause = { from: LegalDay; until: LegalDay | null }

function pausesOf(events: readonly DatedEvent[]): Pause[] {
  const pauses: Pause[] = []
  for (const { type, on } of events) {
    const last = pauses.at(-1)
    if (type === 'INSPECTION_BEGAN') pauses.push({ from: on, until: null })
    else if (
      last?.until === null &&
      (type === 'INSPECTION_ENDED' || closedPhases.some((end) => end === type))
    )
      last.until = on
  }
  return pauses
}

/** The due day without the days of the pauses (河南省社会信用条例 art. 41). Null: a pause under way holds it. */
function dueWithout(
  calendar: Calendar,
  rule: ClockRule,
  start: LegalDay,
  pauses: readonly Pause[],
  endedOn: LegalDay | null,
): Deadline | null {
  const paused = new Set(
    pauses.flatMap((pause) => (pause.until === null ? [] : daysOf(pause.from, pause.until))),
  )
  const due = reckon(calendar, rule, start, paused)
  const running = pauses.find(({ until }) => until === null)
  // What was due before the inspection began stays due.
  if (endedOn === null && running && running.from <= due.day) return null
  return due
}

function reckon(
  calendar: Calendar,
  rule: ClockRule,
  start: LegalDay,
  paused: ReadonlySet<LegalDay>,
): Deadline {
  switch (rule.unit) {
    case 'WORKING_DAY': {
      const departures = new Map(calendar.departures)
      for (const day of paused) departures.set(day, 'HOLIDAY')
      return deadline({ years: calendar.years, departures }, rule, start)
    }
    case 'CALENDAR_DAY': {
      let day = start
      for (let left = rule.days; left > 0; ) {
        day = addCalendarDays(day, 1)
        if (!paused.has(day)) left -= 1
      }
      return { day, provisional: false }
    }
  }
}

function daysOf(from: LegalDay, until: LegalDay): LegalDay[] {
  const days: LegalDay[] = []
  for (let day = from; day <= until; day = addCalendarDays(day, 1)) days.push(day)
  return days
}

export type StepTally = {
  /** onTime + late + openOverdue. */
  due: number
  onTime: number
  late: number
  openOverdue: number
}

/** How steps due in a window were taken; one still running counts once it is overdue. */
export function tallySteps(
  steps: readonly CaseStep[],
  window: { from: LegalDay; to: LegalDay },
  today: LegalDay,
): StepTally {
  const judged = steps.filter(
    (step) =>
      step.dueOn !== null &&
      window.from <= step.dueOn &&
      step.dueOn <= window.to &&
      !(step.moot && !isLate(step)) &&
      (step.endedOn !== null || isOverdue(step, today)),
  )
  const late = judged.filter(isLate).length
  const openOverdue = judged.filter((step) => isOverdue(step, today)).length
  return { due: judged.length, onTime: judged.length - late - openOverdue, late, openOverdue }
}
