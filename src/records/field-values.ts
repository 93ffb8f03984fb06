import type { Condition, DatasetDefinition, Field } from '../catalogue/definition.ts'
import { isLegalDay } from '../kernel/clock.ts'
import { limits } from '../limits.ts'
import {
  checkIdentifier,
  type IdentifierCheck,
  type IdentifierScheme,
  isPersonalTaxId,
  normaliseIdentifier,
  type PersonScheme,
  readSubjectNumber,
} from '../subjects/identifiers.ts'

/**
 * What is wrong with one row, told without repeating the value, which may be a certificate number. `index` counts the
 * rows of the batch from 0; `line` is where a person finds the row in the file, from 1.
 */
export type Problem = {
  index: number
  line: number | null
  field: string | null
  code: ProblemCode
  message: string
}

export type ProblemCode =
  | 'ROW_NOT_AN_OBJECT'
  | 'FIELD_UNKNOWN'
  | 'FIELD_REQUIRED'
  | 'FIELD_TYPE'
  | 'TEXT_TOO_LONG'
  | 'TEXT_CONTROL_CHARACTER'
  | 'TEXT_FORMULA'
  | 'CELL_FORMULA'
  | 'CELL_ERROR_VALUE'
  | 'CELL_DIGITS_LOST'
  | 'CODE_UNKNOWN'
  | 'DATE_INVALID'
  | 'DATE_IN_FUTURE'
  | 'DATE_OPEN_END'
  | 'MONEY_INVALID'
  | 'NUMBER_INVALID'
  | 'IDENTIFIER_MALFORMED'
  | 'IDENTIFIER_CHECKSUM'
  | 'IDENTIFIER_OF_A_PERSON'
  | 'IDENTIFIER_AMBIGUOUS'
  | 'IDENTIFIER_DOES_NOT_LINK'
  | 'CERTIFICATE_KIND_UNKNOWN'
  | 'SUBJECT_UNIDENTIFIED'
  | 'SOURCE_KEY_EMPTY'
  | 'SOURCE_KEY_REPEATED'
  | 'LISTING_DATES'
  | 'RECORD_WITHDRAWN'
  | 'RECORD_SUPERSEDED'
  | 'RECORD_REPAIRED'
  | 'RECORD_NEWER'
  | (string & {})

/** A name that the sender chose, as it may be told and stored: short, and without control characters. */
export const toldName = (name: string) => name.slice(0, 64).replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd')

/** The kinds of certificates (证件类型) as departments write them. */
const certificateKinds: ReadonlyMap<string, PersonScheme> = new Map([
  ['身份证', 'RESIDENT_ID'],
  ['居民身份证', 'RESIDENT_ID'],
  ['护照', 'PASSPORT'],
  ['护照号', 'PASSPORT'],
  ['港澳居民来往内地通行证', 'HK_MACAO_PERMIT'],
  ['台湾居民来往大陆通行证', 'TAIWAN_PERMIT'],
  ['外国人永久居留身份证', 'FOREIGN_PERMANENT_RESIDENCE'],
])

export function certificateScheme(kind: string | null): PersonScheme | null {
  if (kind === null) return 'RESIDENT_ID'
  return certificateKinds.get(kind) ?? null
}

/** A field's value as it is kept: text, ISO day, fen, integer; null where the row leaves it out. */
export type Value = string | number | null
export type Values = Record<string, Value>

type Parsed =
  | { ok: true; value: Value }
  | { ok: false; code: ProblemCode; message: string; heldFor?: 'CHECKSUM'; value?: string }

export type FieldContext = { today: string; raw: Record<string, unknown> }

/** What stands in a row instead of a value where the cell of the file holds none that can be taken. */
export class FaultyCell {
  readonly code: 'CELL_FORMULA' | 'CELL_ERROR_VALUE' | 'CELL_DIGITS_LOST'

  constructor(fault: 'FORMULA' | 'ERROR_VALUE' | 'DIGITS_LOST') {
    this.code = `CELL_${fault}`
  }
}

const faultyCellMessages: Record<FaultyCell['code'], string> = {
  CELL_FORMULA: '单元格是公式，请粘贴为数值 (a formula: paste it as a value)',
  CELL_ERROR_VALUE: '单元格是错误值 (the cell holds an error value)',
  CELL_DIGITS_LOST:
    '长号码按数字保存已丢失末位，请将该列设为文本后重新填写 (a long number stored as a number has lost digits: format the column as text and enter it again)',
}

/** Reads one field by its type. The message says what was expected. */
export function parseField(field: Field, raw: unknown, context: FieldContext): Parsed {
  if (raw === undefined || raw === null || raw === '') return { ok: true, value: null }
  if (raw instanceof FaultyCell) return fault(raw.code, faultyCellMessages[raw.code])
  if (typeof raw !== 'string' && typeof raw !== 'number')
    return fault('FIELD_TYPE', '须为文本或数字 (expected text or a number)')
  // JSON numbers beyond 2^53 have lost digits on the way: a long number written without quotes is not what was sent.
  if (typeof raw === 'number' && Number.isInteger(raw) && !Number.isSafeInteger(raw))
    return fault('FIELD_TYPE', '长号码须加引号作为文本 (a number this long must be sent as text)')
  const text = String(raw).normalize('NFC').trim()
  if (text === '') return { ok: true, value: null }
  if (/[^\P{Cc}\t\n\r]/u.test(text) || !text.isWellFormed()) {
    return fault('TEXT_CONTROL_CHARACTER', '含有控制字符 (contains control characters)')
  }
  if (formulaStart.test(text)) {
    return fault(
      'TEXT_FORMULA',
      '不得以 = 或 @ 开头，表格软件会当作公式执行 (must not begin like a formula: a spreadsheet would run it)',
    )
  }
  const { value: type } = field
  switch (type.type) {
    case 'TEXT':
      return [...text].length <= type.maxLength
        ? { ok: true, value: text }
        : fault('TEXT_TOO_LONG', `不得超过 ${type.maxLength} 个字符 (at most ${type.maxLength} characters)`)
    case 'CODE':
      return type.codes.includes(text)
        ? { ok: true, value: text }
        : fault('CODE_UNKNOWN', `须为 ${namedCodes(type.codes)} 之一 (expected one of these)`)
    case 'DATE':
      return parseDate(text, type, context.today)
    case 'MONEY_WAN':
      return parseMoney(text, wan)
    case 'MONEY_YUAN':
      return parseMoney(text, yuan)
    case 'INTEGER': {
      const number = Number(text)
      return /^-?\d+$/.test(text) && Number.isSafeInteger(number) && number >= type.minimum
        ? { ok: true, value: number }
        : fault(
            'NUMBER_INVALID',
            `须为不小于 ${type.minimum} 的整数 (expected a whole number of at least ${type.minimum})`,
          )
    }
    case 'IDENTIFIER':
      return type.scheme === 'TAX_ID' && isPersonalTaxId(normaliseIdentifier(text))
        ? fault(
            'IDENTIFIER_OF_A_PERSON',
            '由身份证号构成的纳税人识别号不归集，请留空 (a tax id made of an identity number is not reported: leave it empty)',
          )
        : identifier(type.scheme, text)
    case 'SUBJECT_NUMBER':
      return subjectNumber(text)
    case 'CERTIFICATE': {
      const kind = type.kindField ? context.raw[type.kindField] : null
      const scheme = certificateScheme(typeof kind === 'string' && kind.trim() !== '' ? kind.trim() : null)
      if (!scheme)
        return fault(
          'CERTIFICATE_KIND_UNKNOWN',
          '证件类型不在代码表中 (the kind of certificate is not known)',
        )
      return identifier(scheme, text)
    }
  }
}

/** What spreadsheets of the departments that receive it would run as a formula; a sign before a number is none. */
const formulaStart = /^[=@]|^[+-]+[=@A-Za-z(]|^[+-].*[=|!(]/

const namedCodes = (codes: readonly string[]) =>
  codes.length > limits.codesShown ? `${codes.slice(0, limits.codesShown).join('、')}……` : codes.join('、')

function subjectNumber(text: string): Parsed {
  const number = readSubjectNumber(text)
  switch (number.status) {
    case 'READ':
      return checkedIdentifier(number.check)
    case 'AMBIGUOUS':
      return fault(
        'IDENTIFIER_AMBIGUOUS',
        '分不清是统一社会信用代码、身份证号还是注册号，请分列填写 (more than one kind of number fits: use a column for each kind)',
      )
    case 'DOES_NOT_LINK':
      return fault(
        'IDENTIFIER_DOES_NOT_LINK',
        '组织机构代码、注册号不能确定主体，须填统一社会信用代码 (this kind of number names no subject: expected the unified social credit code; 河南省社会信用条例第十六条)',
      )
  }
}

function identifier(scheme: IdentifierScheme, text: string): Parsed {
  return checkedIdentifier(checkIdentifier(scheme, text))
}

function checkedIdentifier(check: IdentifierCheck): Parsed {
  switch (check.status) {
    case 'valid':
      return { ok: true, value: check.value }
    case 'checksum_mismatch':
      return {
        ...fault(
          'IDENTIFIER_CHECKSUM',
          '校验码不符，待人工核实 (the check character does not match; held for a decision)',
        ),
        heldFor: 'CHECKSUM',
        value: check.value,
      }
    case 'malformed':
      return fault('IDENTIFIER_MALFORMED', malformedMessage(check))
  }
}

function malformedMessage(check: IdentifierCheck & { status: 'malformed' }): string {
  const rule = {
    EMPTY: '为空 (empty)',
    LENGTH: '位数不对 (wrong length)',
    ALPHABET: '含有不允许的字符 (a character that the scheme does not use)',
    DATE: '出生日期不存在 (the birth date does not exist)',
  }[check.rule]
  return check.suggestion ? `号码${rule}；是否为 ${check.suggestion}？(did you mean this?)` : `号码${rule}`
}

const OPEN_END = '2099-12-31'

function parseDate(text: string, type: { notInFuture: boolean; openEnd: boolean }, today: string): Parsed {
  // A time behind the day (as many systems export it) says nothing more; one with a zone could mean another day.
  const match =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  const day = match ? `${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}` : ''
  if (!isLegalDay(day) || day < '1949-10-01') {
    return fault(
      'DATE_INVALID',
      '须为实有日期，形如 2026-03-01 (expected a day that exists, like 2026-03-01)',
    )
  }
  if (day >= OPEN_END && !type.openEnd)
    return fault('DATE_OPEN_END', '此处不得填长期 (2099-12-31 is not allowed here)')
  if (type.notInFuture && day > today)
    return fault('DATE_IN_FUTURE', '日期在将来 (the date is in the future)')
  return { ok: true, value: day }
}

type MoneyUnit = { decimals: number; form: RegExp; message: string }
/** Written exactly to the fen: half a fen is a fault, not something to round. Thousands may be set off by commas. */
const wan: MoneyUnit = {
  decimals: 6,
  form: /^(\d{1,9})(?:\.(\d{1,6}))?$/,
  message: '须为万元金额，至多六位小数 (expected an amount in 10,000 yuan with at most six decimals)',
}
const yuan: MoneyUnit = {
  decimals: 2,
  form: /^(\d{1,13})(?:\.(\d{1,2}))?$/,
  message: '须为元金额，至多两位小数 (expected an amount in yuan with at most two decimals)',
}

function parseMoney(text: string, unit: MoneyUnit): Parsed {
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text
  const match = unit.form.exec(plain)
  if (!match) return fault('MONEY_INVALID', unit.message)
  const whole = Number(match[1]) * 10 ** unit.decimals
  return { ok: true, value: whole + Number((match[2] ?? '').padEnd(unit.decimals, '0')) }
}

function fault(code: ProblemCode, message: string): { ok: false; code: ProblemCode; message: string } {
  return { ok: false, code, message }
}

export function fulfils(values: Values, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => {
    const value = values[condition.field] ?? null
    if ('in' in condition) return value !== null && condition.in.includes(String(value))
    if ('notIn' in condition) return value !== null && !condition.notIn.includes(String(value))
    if ('startsWith' in condition)
      return value !== null && condition.startsWith.some((prefix) => String(value).startsWith(prefix))
    if ('contains' in condition)
      return value !== null && condition.contains.some((part) => String(value).includes(part))
    if ('present' in condition) return (value !== null) === condition.present
    const other = values[condition.before] ?? null
    return value !== null && other !== null && value < other
  })
}

/**
 * One form for the ways in which one number is written: width, kinds of dashes, case, white space beside characters that
 * do not need it. Dashes and spaces between digits or letters stay: 1-12 and 11-2 are two numbers.
 */
export function sourceNumberForm(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/\s+/g, ' ')
    .replace(/(?<![0-9A-Za-z]) | (?![0-9A-Za-z])/g, '')
    .toUpperCase()
}

/** The source's own number: its parts, normalised and joined by a character that no value contains. */
export function sourceKeyOf(definition: DatasetDefinition, values: Values): string | null {
  const parts = definition.sourceKey.map((name) => values[name] ?? null)
  if (parts.every((part) => part === null)) return null
  return parts.map((part) => (part === null ? '' : sourceNumberForm(String(part)))).join('\u001f')
}
