import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { departuresOf } from '../../../src/catalogue/calendar-year.ts'
import { catalogueFileSchema } from '../../../src/catalogue/catalogue-file.ts'
import {
  addCalendarDays,
  addWorkingDays,
  type Calendar,
  calendarDaysBetween,
  deadline,
  isWorkingDay,
} from '../../../src/kernel/working-days.ts'

const file = new URL('../../../prisma/catalogue/calendar.json', import.meta.url)
const { calendar: known } = catalogueFileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))

/** The calendar of the catalogue, and what a test adds to it. */
function calendarOf(...more: { year: number; holidays: string[]; workdays: string[] }[]): Calendar {
  const years = [...known, ...more.map((year) => ({ ...year, notice: 'test' }))]
  return {
    years: new Set(years.map(({ year }) => year)),
    departures: new Map(years.flatMap(departuresOf)),
  }
}
const calendar = calendarOf()

describe('working days', () => {
  it.each([
    ['2026-02-11', 7, '2026-02-27', 'over Spring Festival, with a working Saturday before it'],
    ['2015-09-02', 1, '2015-09-06', 'a working Sunday after three days off'],
    ['2025-09-30', 3, '2025-10-11', 'over National Day, to a working Saturday'],
    ['2026-09-01', 20, '2026-09-29', 'over Mid-autumn, with a working Sunday'],
    ['2026-11-20', 1, '2026-11-23', 'over a weekend'],
    ['2026-11-21', 1, '2026-11-23', 'from a Saturday'],
    ['2026-11-24', 0, '2026-11-24', 'no day at all'],
    ['2025-12-31', 1, '2026-01-04', 'over New Year, to a working Sunday'],
  ])('%s and %i more is %s: %s', (day, count, expected) => {
    expect(addWorkingDays(calendar, day, count)).toEqual({ day: expected, provisional: false })
  })

  it('are provisional where they touch a year without a notice, and final once it is known', () => {
    expect(addWorkingDays(calendar, '2026-12-24', 7)).toEqual({ day: '2027-01-04', provisional: true })
    const next = calendarOf({ year: 2027, holidays: ['2027-01-01/2027-01-03'], workdays: [] })
    expect(addWorkingDays(next, '2026-12-24', 7)).toEqual({ day: '2027-01-05', provisional: false })
  })

  it('are provisional where the touched year lies between known ones, or before them', () => {
    const gap: Calendar = { years: new Set([2025, 2027]), departures: new Map() }
    expect(addWorkingDays(gap, '2025-12-01', 3).provisional).toBe(false)
    expect(addWorkingDays(gap, '2025-12-26', 300)).toMatchObject({ provisional: true })
    expect(addWorkingDays(gap, '2024-06-03', 1)).toEqual({ day: '2024-06-04', provisional: true })
  })

  // 2006, 2007, 2008, 2012 and 2019: their notices moved days as early as 29 December of the year before.
  it('are provisional from 29 December on while the next notice, which may move these days, is unknown', () => {
    expect(addWorkingDays(calendar, '2026-12-25', 1)).toEqual({ day: '2026-12-28', provisional: false })
    expect(addWorkingDays(calendar, '2026-12-28', 1)).toEqual({ day: '2026-12-29', provisional: true })
    const next = calendarOf({ year: 2027, holidays: ['2027-01-01'], workdays: [] })
    expect(addWorkingDays(next, '2026-12-28', 1)).toEqual({ day: '2026-12-29', provisional: false })
  })

  const day = fc.integer({ min: 0, max: 24 * 365 }).map((offset) => addCalendarDays('2004-01-01', offset))
  const count = fc.integer({ min: 0, max: 60 })

  it('never end before the day, and end on a working day', () => {
    fc.assert(
      fc.property(day, count, (from, n) => {
        const end = addWorkingDays(calendar, from, n).day
        expect(end >= from).toBe(true)
        if (n > 0) expect(isWorkingDay(calendar, end)).toBe(true)
      }),
    )
  })

  it('are as many as were counted', () => {
    fc.assert(
      fc.property(day, count, (from, n) => {
        const end = addWorkingDays(calendar, from, n).day
        const between = Array.from({ length: calendarDaysBetween(from, end) }, (_, index) =>
          addCalendarDays(from, index + 1),
        )
        expect(between.filter((each) => isWorkingDay(calendar, each))).toHaveLength(n)
      }),
    )
  })

  it('grow with the number and with the day', () => {
    fc.assert(
      fc.property(day, day, count, count, (a, b, m, n) => {
        const [earlier, later] = a < b ? [a, b] : [b, a]
        const [fewer, more] = m < n ? [m, n] : [n, m]
        expect(
          addWorkingDays(calendar, earlier, fewer).day <= addWorkingDays(calendar, earlier, more).day,
        ).toBe(true)
        expect(
          addWorkingDays(calendar, earlier, fewer).day <= addWorkingDays(calendar, later, fewer).day,
        ).toBe(true)
      }),
    )
  })
})

describe('calendar days', () => {
  it.each([
    ['2024-02-28', 2, '2024-03-01'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-03-01', -1, '2026-02-28'],
  ])('%s and %i more is %s', (from, count, expected) => {
    expect(addCalendarDays(from, count)).toBe(expected)
    expect(calendarDaysBetween(from, expected)).toBe(count)
  })

  it('make a deadline that no notice moves', () => {
    expect(deadline(calendar, { days: 20, unit: 'CALENDAR_DAY' }, '2026-12-24')).toEqual({
      day: '2027-01-13',
      provisional: false,
    })
    expect(deadline(calendar, { days: 7, unit: 'WORKING_DAY' }, '2026-02-11')).toEqual({
      day: '2026-02-27',
      provisional: false,
    })
  })
})
