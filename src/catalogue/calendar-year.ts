import { isLegalDay, type LegalDay } from '../kernel/clock.ts'
import { addCalendarDays, type Departure, isWeekend } from '../kernel/working-days.ts'

/** A year of the working-day calendar as a file gives it. Pure. */
export type CalendarYear = { year: number; notice: string; holidays: string[]; workdays: string[] }

type Fault = { path: (string | number)[]; message: string }

/** The days of `2026-02-15/2026-02-23`, or the one day named; null: not a day or period of one year. */
function daysOf(period: string): LegalDay[] | null {
  const [first = '', last = first, ...more] = period.split('/')
  const isPeriod = isLegalDay(first) && isLegalDay(last) && more.length === 0
  if (!isPeriod || last < first || first.slice(0, 4) !== last.slice(0, 4)) return null
  const days = [first]
  for (let day = first; day < last; ) {
    day = addCalendarDays(day, 1)
    days.push(day)
  }
  return days
}

/** The year's days in their order. Needs a year without faults. */
export function departuresOf(year: CalendarYear): [LegalDay, Departure][] {
  const days: [LegalDay, Departure][] = [
    ...year.holidays
      .flatMap((period) => daysOf(period) ?? [])
      .map((day): [LegalDay, Departure] => [day, 'HOLIDAY']),
    ...year.workdays.map((day): [LegalDay, Departure] => [day, 'WORKDAY']),
  ]
  return days.toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** All that is wrong with the years of a file, at once. */
export function calendarFaults(years: readonly CalendarYear[]): Fault[] {
  const seen = new Set<number>()
  return years.flatMap((year, position) => {
    const faults = yearFaults(year)
    if (seen.has(year.year)) faults.push({ path: ['year'], message: `the year ${year.year} is given twice` })
    seen.add(year.year)
    return faults.map(({ path, message }) => ({ path: [position, ...path], message }))
  })
}

function yearFaults({ year, holidays, workdays }: CalendarYear): Fault[] {
  const faults: Fault[] = []
  const kindOf = new Map<LegalDay, Departure>()
  const take = (path: Fault['path'], day: LegalDay, kind: Departure) => {
    const before = kindOf.get(day)
    if (before === kind) faults.push({ path, message: `${day} is given twice` })
    else if (before) faults.push({ path, message: `${day} is both a holiday and a working day` })
    if (!day.startsWith(`${year}-`)) faults.push({ path, message: `${day} is not a day of ${year}` })
    kindOf.set(day, kind)
  }
  holidays.forEach((period, index) => {
    const path = ['holidays', index]
    const days = daysOf(period)
    if (!days) faults.push({ path, message: 'expected YYYY-MM-DD, or first/last of one year' })
    for (const day of days ?? []) take(path, day, 'HOLIDAY')
  })
  workdays.forEach((day, index) => {
    const path = ['workdays', index]
    if (!isLegalDay(day)) {
      faults.push({ path, message: 'expected YYYY-MM-DD' })
      return
    }
    take(path, day, 'WORKDAY')
    if (!isWeekend(day)) faults.push({ path, message: `${day} is no Saturday or Sunday` })
  })
  return faults
}
