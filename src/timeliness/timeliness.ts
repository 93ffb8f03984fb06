import { type DeadlineRules, type Due, dueOf } from '../catalogue/clock-rules.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { calendarDaysBetween } from '../kernel/working-days.ts'

/**
 * Timeliness (及时性): whether what a department had to report came in time. Pure. Deadlines are derived at reading and
 * never stored, so that a year's notice, once imported, recomputes all that hang on it.
 */

/** The clock of a withdrawal (撤回) runs from the day the organ decided it, whatever the dataset (行政处罚法 art. 48). */
export const withdrawalRule = 'WITHDRAWAL'

/** A clock that ran for a record, and how it ended. */
export type RecordClock = {
  rule: string
  name: string
  startsOn: LegalDay
  dueOn: LegalDay
  /** The due day rests on a year of which no notice is known. */
  provisional: boolean
  metOn: LegalDay
  late: boolean
  legalBasis: string[]
}

/** What of a record clocks run on, as the exchange stored it. */
export type RecordDays = {
  /** Of the first version: the day it was recorded, and the fields in which clocks may start. */
  recordedOn: LegalDay
  days: Readonly<Record<string, LegalDay | null>>
  withdrawals: readonly { decidedOn: LegalDay; recordedOn: LegalDay }[]
}

export type DatasetClock = { rule: string; startsOn: string }

/** What happened before its dataset was in the exchange (存量) could not be late: no clock ran for it. */
const isBacklog = (startsOn: LegalDay, since: LegalDay) => startsOn < since

/** The clocks of one record, the alarm first: where several run, the earliest due day is the one to keep. */
export function clocksOf(
  rules: DeadlineRules,
  datasetClocks: readonly DatasetClock[],
  since: LegalDay,
  { recordedOn: firstRecordedOn, days, withdrawals }: RecordDays,
): RecordClock[] {
  const started = datasetClocks.map(({ rule, startsOn }) =>
    runClock(rules, rule, since, days[startsOn] ?? null, firstRecordedOn),
  )
  const withdrawn = withdrawals.map(({ decidedOn, recordedOn }) =>
    runClock(rules, withdrawalRule, since, decidedOn, recordedOn),
  )
  return [...started, ...withdrawn]
    .filter((clock) => clock !== null)
    .toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0))
}

function runClock(
  rules: DeadlineRules,
  rule: string,
  since: LegalDay,
  startsOn: LegalDay | null,
  metOn: LegalDay,
): RecordClock | null {
  if (startsOn === null || isBacklog(startsOn, since)) return null
  const due = dueOf(rules, rule, startsOn)
  if (due === null) return null
  return {
    rule,
    name: due.rule.name,
    startsOn,
    dueOn: due.on.day,
    provisional: due.on.provisional,
    metOn,
    late: metOn > due.on.day,
    legalBasis: due.rule.legalBasis,
  }
}

/** So many records whose clock started on one day and that the exchange recorded on another. */
export type DayGroup = { startsOn: LegalDay; recordedOn: LegalDay; records: number }

export type Tally = {
  /** Records for which the clock ran: on time or late. */
  received: number
  onTime: number
  late: number
  /** Of those received, how many have a due day that a notice still unknown may move. */
  provisional: number
  /** Days after the due day, of the latest; 0: none was late. */
  worstDelayDays: number
  /** Days from the event to its record, of the one in the middle. */
  medianDays: number
  /** Records of what happened before the dataset was in the exchange (存量), for which no clock ran. */
  backlog: number
}

/** Null: no record had this clock in force. */
export function tally(
  rules: DeadlineRules,
  rule: string,
  since: LegalDay,
  groups: readonly DayGroup[],
): Tally | null {
  const dueDays = new Map(groups.map(({ startsOn }) => [startsOn, dueOf(rules, rule, startsOn)]))
  const started = groups.flatMap((group) => {
    const due = dueDays.get(group.startsOn)
    return due ? [{ group, due }] : []
  })
  if (started.length === 0) return null
  const backlog = started.filter(({ group }) => isBacklog(group.startsOn, since))
  const judged = started
    .filter(({ group }) => !isBacklog(group.startsOn, since))
    .map(({ group, due }) => judge(group, due))
  const sum = (wanted: (entry: (typeof judged)[number]) => boolean) =>
    judged.filter(wanted).reduce((total, { records }) => total + records, 0)
  const received = sum(() => true)
  const late = sum(({ delay }) => delay > 0)
  return {
    received,
    onTime: received - late,
    late,
    provisional: sum(({ provisional }) => provisional),
    worstDelayDays: judged.reduce((worst, { delay }) => Math.max(worst, delay), 0),
    medianDays: medianOf(judged),
    backlog: backlog.reduce((total, { group }) => total + group.records, 0),
  }
}

function judge({ startsOn, recordedOn, records }: DayGroup, { on }: Due) {
  return {
    records,
    provisional: on.provisional,
    delay: calendarDaysBetween(on.day, recordedOn),
    took: calendarDaysBetween(startsOn, recordedOn),
  }
}

/** The lower median of `took`, each value as often as there are records. */
function medianOf(entries: readonly { took: number; records: number }[]): number {
  const inOrder = entries.toSorted((a, b) => a.took - b.took)
  const middle = inOrder.reduce((total, { records }) => total + records, 0) / 2
  let counted = 0
  for (const { took, records } of inOrder) {
    counted += records
    if (counted >= middle) return took
  }
  return 0
}
