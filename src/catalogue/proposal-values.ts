import { parseField } from '../records/field-values.ts'
import { checkResidentId, checkUscc } from '../subjects/identifiers.ts'
import type { Cell, CellFault } from '../tabular/tabular-file.ts'
import type { Disclosure, Field, FieldType } from './definition.ts'
import { unitOf } from './field-terms.ts'
import { headingKey } from './heading.ts'

/** What the values of a column tell of its type. Pure; what a value means is asked of the same reader that takes it in. */

/** The first rows of a department's own file, by its own headings. */
export type Sample = {
  headings: readonly string[]
  rows: readonly Readonly<Record<string, Cell>>[]
}

/** A value of a file as a cell: the members of a JSON row are taken as the text they are written as. */
export function sampleCell(value: unknown): Cell {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  if ('fault' in value && isCellFault(value.fault)) return { fault: value.fault }
  if ('text' in value && 'day' in value && typeof value.text === 'string' && typeof value.day === 'string')
    return { text: value.text, day: value.day }
  return JSON.stringify(value)
}

const cellFaults: readonly unknown[] = ['FORMULA', 'ERROR_VALUE', 'DIGITS_LOST'] satisfies CellFault[]
const isCellFault = (fault: unknown): fault is CellFault => cellFaults.includes(fault)

/** The values of a column that are there, as text. */
export function valuesOf(sample: Sample, heading: string): string[] {
  return sample.rows.flatMap((row) => {
    const cell = row[heading]
    if (cell === undefined || (typeof cell === 'object' && 'fault' in cell)) return []
    const text = (typeof cell === 'string' ? cell : cell.text).trim()
    return text === '' ? [] : [text]
  })
}

export type ColumnContent = 'EMPTY' | 'USCC' | 'RESIDENT_ID' | 'BOTH' | 'OTHER'

/** Most values suffice: early pilot codes fail their check, and typing errors are what the check is for. */
const most = 0.8

export function contentOf(values: readonly string[]): ColumnContent {
  if (values.length === 0) return 'EMPTY'
  const kinds = values.map(kindOfNumber)
  const uscc = kinds.filter((kind) => kind === 'USCC').length
  const resident = kinds.filter((kind) => kind === 'RESIDENT_ID').length
  const either = kinds.filter((kind) => kind === 'EITHER').length
  if (uscc + resident + either < values.length * most) return 'OTHER'
  if (uscc > 0) return resident === 0 ? 'USCC' : 'BOTH'
  return resident > 0 ? 'RESIDENT_ID' : 'BOTH'
}

/** About one code of digits alone in a few hundred passes both checks; what such a column holds, the others tell. */
function kindOfNumber(value: string): 'USCC' | 'RESIDENT_ID' | 'EITHER' | null {
  const uscc = value.length >= 18 && checkUscc(value).status === 'valid'
  const resident = isResidentId(value)
  if (uscc && resident) return 'EITHER'
  if (uscc) return 'USCC'
  return resident ? 'RESIDENT_ID' : null
}

/** Only the form with check character: fifteen digits may be many things. */
export function isResidentId(value: string): boolean {
  return value.trim().length === 18 && checkResidentId(value).status === 'valid'
}

const residentIdInside = /(?<!\d)\d{17}[\dXx](?![\dXx])/g

/** Numbers of persons inside longer text: such a column must not be shared as it is. */
export const hidesResidentIds = (values: readonly string[]): boolean =>
  values.some((value) => (value.match(residentIdInside) ?? []).some(isResidentId))

export const withoutResidentIds = (value: string): string =>
  value.replace(residentIdInside, (number) => (isResidentId(number) ? '（加密）' : number))

/** Whether each of the values is one that a field of the type takes. */
export function fits(value: FieldType, values: readonly string[], today: string): boolean {
  const field: Field = {
    name: 'sample',
    label: 'sample',
    labelEn: 'sample',
    value,
    required: false,
    disclosure: 'GOV_SHARED',
    synonyms: [],
  }
  return values.every((text) => parseField(field, text, { today, raw: {} }).ok)
}

export type Guess = { value: FieldType; disclosure: Disclosure; reason: string | null }

/** Never PUBLIC: what may be public is said by a law, not by a column. */
const shared = (value: FieldType, reason: string | null): Guess => ({
  value,
  disclosure: 'GOV_SHARED',
  reason,
})

/** Details of a person's life (domicile, telephone, birth, sex) are for those with a right of their own. */
const personal = /电话|手机|联系方式|住址|住所|家庭|出生|性别|年龄|民族|婚姻|邮箱/

/** Numbers that count nothing: they keep their leading zeros and are no amounts. */
const numberLike = /号|编码|代码|码$|电话|手机|邮编/

export function guessType(heading: string, values: readonly string[], today: string): Guess {
  const guess = guessValue(heading, values, today)
  if (!personal.test(headingKey(heading))) return guess
  return {
    ...guess,
    disclosure: 'AUTHORISED',
    reason: guess.reason ?? '个人信息，限授权查询 (personal: by grant only)',
  }
}

function guessValue(heading: string, values: readonly string[], today: string): Guess {
  switch (contentOf(values)) {
    case 'EMPTY':
      return shared({ type: 'TEXT', maxLength: textSteps[1] }, '样表中此列全空 (empty in the sample)')
    case 'USCC':
      return shared({ type: 'IDENTIFIER', scheme: 'USCC' }, '值为统一社会信用代码 (the values are codes)')
    case 'RESIDENT_ID':
      return sealed({ type: 'CERTIFICATE' }, '值为身份证号 (the values are identity numbers)')
    case 'BOTH':
      return sealed(
        { type: 'SUBJECT_NUMBER' },
        '值为信用代码和身份证号 (the values are codes and identity numbers)',
      )
    case 'OTHER':
      return guessPlain(heading, values, today)
  }
}

const sealed = (value: FieldType, reason: string): Guess => ({ value, disclosure: 'AUTHORISED', reason })

function guessPlain(heading: string, values: readonly string[], today: string): Guess {
  const openEnd = values.some((value) => /^(?:2099|9999)/.test(value))
  const date: FieldType = { type: 'DATE', notInFuture: false, openEnd }
  if (fits(date, values, today)) return shared(date, '值为日期 (the values are dates)')
  const unit = unitOf(heading)?.unit
  if (unit === '万元' && fits({ type: 'MONEY_WAN' }, values, today))
    return shared({ type: 'MONEY_WAN' }, '标题写明万元 (the heading names the unit)')
  if (unit === '元' && fits({ type: 'MONEY_YUAN' }, values, today))
    return shared({ type: 'MONEY_YUAN' }, '标题写明元 (the heading names the unit)')
  const counts =
    !numberLike.test(headingKey(heading)) && values.every((value) => /^(?:0|[1-9]\d{0,8})$/.test(value))
  if (counts && !/金额|款/.test(heading))
    return shared({ type: 'INTEGER', minimum: 0 }, '值为整数 (the values are whole numbers)')
  const codes = fewCodes(values)
  if (codes)
    return shared(
      { type: 'CODE', codes },
      '代码取自样表，请补全 (codes as in the sample: add what is lacking)',
    )
  const text = shared({ type: 'TEXT', maxLength: lengthFor(values) }, null)
  return counts || /金额/.test(heading)
    ? {
        ...text,
        reason: '金额未写单位，暂作文本 (an amount without a unit: kept as text until the unit is said)',
      }
    : text
}

const textSteps = [50, 200, 500, 2_000, 5_000] as const

/** Twice the longest value, rounded up: a sample is never the longest there is. */
function lengthFor(values: readonly string[]): number {
  const longest = Math.max(...values.map((value) => [...value].length))
  return textSteps.find((step) => step >= longest * 2) ?? textSteps[4]
}

/** A handful of short values that keep coming back. */
export function fewCodes(values: readonly string[]): string[] | null {
  const distinct = [...new Set(values)]
  const isFew = distinct.length >= 2 && distinct.length <= 10 && distinct.length * 4 <= values.length
  return isFew && distinct.every((value) => [...value].length <= 20) ? distinct.toSorted() : null
}

/** Amounts that nobody would write in 万元: whole numbers, most of them a hundred or more. */
export function looksLikeYuan(values: readonly string[]): boolean {
  const amounts = values.map((value) => Number(value.replaceAll(',', '')))
  if (amounts.length === 0 || !amounts.every((amount) => Number.isFinite(amount))) return false
  const middle = amounts.toSorted((a, b) => a - b)[Math.floor(amounts.length / 2)] ?? 0
  return middle >= 100
}
