import type { Cell } from './tabular-file.ts'

/** What the cells of a sheet mean (ECMA-376 part 1, sections 18.3 and 18.8.30). Pure. */

/** Formats that need no code of their own; 27-36 and 50-58 are the dates of East Asian versions. */
const builtInDateFormats: readonly [from: number, to: number][] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
]

export function isDateFormat(id: number, code: string | null): boolean {
  if (code === null) return builtInDateFormats.some(([from, to]) => id >= from && id <= to)
  // Text in quotes, escaped characters, fill and width, colours and conditions are no part of the date.
  const pattern = code.replace(/"[^"]*"|\\.|[_*].|\[[^\]]*\]/gs, '')
  return !/^general$/i.test(pattern) && /[ymd]/i.test(pattern)
}

/** Digits that a sheet keeps of a number. */
const significantDigits = 15
const daySeconds = 86_400

/** A number as the sheet shows it: no exponent, no digits beyond those that are kept. */
export function numberCell(value: string, isDate: boolean, date1904: boolean): Cell {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) return { fault: 'ERROR_VALUE' }
  if (Math.abs(number) >= 10 ** significantDigits) return { fault: 'DIGITS_LOST' }
  if (isDate) return dateCell(number, date1904) ?? plainNumber(number)
  const text = plainNumber(number)
  const day = dayOfSerial(Math.floor(number), date1904)
  return day !== null && day >= '1949-10-01' && day <= '2099-12-31' ? { text, day } : text
}

function plainNumber(number: number): string {
  const sign = number < 0 ? '-' : ''
  const text = String(Number(Math.abs(number).toPrecision(significantDigits)))
  const [digits = '', exponent] = text.split('e-')
  if (exponent === undefined) return sign + text
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${digits.replace('.', '')}`
}

function dateCell(serial: number, date1904: boolean): Cell | null {
  let day = Math.floor(serial)
  let seconds = Math.round((serial - day) * daySeconds)
  if (seconds === daySeconds) {
    day += 1
    seconds = 0
  }
  // A time of day without a day.
  if (day === 0 && !date1904) return clockTime(seconds)
  const text = dayOfSerial(day, date1904)
  if (text === null) return null
  return { text: seconds === 0 ? text : `${text} ${clockTime(seconds)}`, day: text }
}

function clockTime(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}

const lastDay = Date.UTC(9999, 11, 31)

/** Null for a serial that is no day: the negative, and those after the year 9999. */
function dayOfSerial(serial: number, date1904: boolean): string | null {
  if (serial < (date1904 ? 0 : 1)) return null
  // Since Lotus 1-2-3 sheets hold 1900 for a leap year; the day that never was keeps its number.
  if (!date1904 && serial === 60) return '1900-02-29'
  const zero = date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30)
  const time = zero + serial * daySeconds * 1000
  return time > lastDay ? null : new Date(time).toISOString().slice(0, 10)
}

/** A cell that holds its date as text (t="d", ISO 8601). */
export function isoDateCell(value: string): Cell {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.0+)?Z?)?$/.exec(value)
  if (match?.[1] === undefined) return value
  const time = match[2] ?? '00:00:00'
  return { text: time === '00:00:00' ? match[1] : `${match[1]} ${time}`, day: match[1] }
}

/** Characters that XML cannot hold are written _xHHHH_, and so is the underscore of such a text itself. */
export function decodeEscapes(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

export const mostSheetRows = 1_048_576
const mostSheetColumns = 16_384

/** The column of a reference such as `AB12`, from 0; null for one that no sheet has. */
export function columnOf(reference: string): number | null {
  let column = 0
  for (let at = 0; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
    if (column > mostSheetColumns) return null
  }
  return column === 0 ? null : column - 1
}
