/** Time comes in as an argument; only the composition reads the machine's clock. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

const shanghaiDay = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** A legal day, `YYYY-MM-DD`. Deadlines and terms are days of Asia/Shanghai, never moments. */
export type LegalDay = string

export function legalDay(moment: Date): LegalDay {
  const time = moment.getTime()
  const hour = Math.floor(time / 3_600_000)
  if (hour === lastDay.hour) return lastDay.day
  const day = shanghaiDay.format(moment)
  if (time >= wholeHours) lastDay = { hour, day }
  return day
}

/** Formatting takes longer than most else of a look-up. Since 1992 a day of Shanghai begins at a full hour of UTC. */
const wholeHours = Date.UTC(1992, 0)
let lastDay: { hour: number; day: LegalDay } = { hour: Number.NaN, day: '' }

/** Whether the text names a day that exists, in the form `YYYY-MM-DD`. */
export function isLegalDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** The same day number so many months on; where that day does not exist, the last of the month (民法典 art. 202). */
export function addMonths(day: LegalDay, months: number): LegalDay {
  const year = Number(day.slice(0, 4))
  const month = Number(day.slice(5, 7)) - 1 + months
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const target = new Date(Date.UTC(year, month, Math.min(Number(day.slice(8)), lastDay)))
  return target.toISOString().slice(0, 10)
}
