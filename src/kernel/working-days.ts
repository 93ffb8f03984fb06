import type { LegalDay } from './clock.ts'

/** Working days (工作日) and deadlines. Pure: the calendar comes in. */

export type Calendar = {
  /** Years of which the State Council's notice is known. */
  years: ReadonlySet<number>
  /** Days that depart from Monday to Friday: holidays (放假) and weekend days on which one works (调休上班). */
  departures: ReadonlyMap<LegalDay, Departure>
}
export type Departure = 'HOLIDAY' | 'WORKDAY'

export const dayUnits = ['WORKING_DAY', 'CALENDAR_DAY'] as const
export type DayUnit = (typeof dayUnits)[number]

/** The deadline is the end (24:00, Asia/Shanghai) of `day`; provisional: a notice still unknown may move it. */
export type Deadline = { day: LegalDay; provisional: boolean }

const dayMilliseconds = 86_400_000
const momentOf = (day: LegalDay): number => Date.parse(`${day}T00:00:00Z`)
const dayOf = (moment: number): LegalDay => new Date(moment).toISOString().slice(0, 10)

export function addCalendarDays(day: LegalDay, days: number): LegalDay {
  return dayOf(momentOf(day) + days * dayMilliseconds)
}

/** So many days from one to the other; negative where the other is earlier. */
export function calendarDaysBetween(from: LegalDay, to: LegalDay): number {
  return Math.round((momentOf(to) - momentOf(from)) / dayMilliseconds)
}

/** Whether it is a weekday; of a year without a notice that is all that can be said. */
export function isWorkingDay(calendar: Calendar, day: LegalDay): boolean {
  const departure = calendar.departures.get(day)
  if (departure) return departure === 'WORKDAY'
  return !isWeekend(day)
}

export function isWeekend(day: LegalDay): boolean {
  const weekday = new Date(momentOf(day)).getUTCDay()
  return weekday === 0 || weekday === 6
}

// A notice may move days of the year before: those of 2006, 2007, 2008, 2012 and 2019 did, from 29 December on.
const decidedByNextNotice = '12-29'

/** Whether the notices that decide on the day are known: its own year's and, at the end of December, the next one's. */
function isSettled(calendar: Calendar, day: LegalDay): boolean {
  const year = Number(day.slice(0, 4))
  return calendar.years.has(year) && (day.slice(5) < decidedByNextNotice || calendar.years.has(year + 1))
}

/** The day of the event is not counted (行政处罚法 art. 85: 工作日, without legal holidays). */
export function addWorkingDays(calendar: Calendar, day: LegalDay, count: number): Deadline {
  let current = day
  let provisional = false
  for (let left = count; left > 0; ) {
    current = addCalendarDays(current, 1)
    provisional ||= !isSettled(calendar, current)
    if (isWorkingDay(calendar, current)) left -= 1
  }
  return { day: current, provisional }
}

export function deadline(calendar: Calendar, rule: { days: number; unit: DayUnit }, day: LegalDay): Deadline {
  switch (rule.unit) {
    case 'WORKING_DAY':
      return addWorkingDays(calendar, day, rule.days)
    case 'CALENDAR_DAY':
      return { day: addCalendarDays(day, rule.days), provisional: false }
  }
}
