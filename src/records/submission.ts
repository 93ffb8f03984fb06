import type { DatasetDefinition, Field } from '../catalogue/definition.ts'
import { addMonths, type LegalDay } from '../kernel/clock.ts'
import { limits } from '../limits.ts'
import { type IdentifierScheme, readSubjectNumber } from '../subjects/identifiers.ts'
import type { SubjectReference } from '../subjects/subject-store.ts'
import {
  certificateScheme,
  fulfils,
  type Problem,
  parseField,
  sourceKeyOf,
  type Values,
} from './field-values.ts'

/** Rows of a batch against the definition of their dataset. Pure: what a row says, not what is stored yet. */

export type RowListing = {
  listedOn: LegalDay
  endsOn: LegalDay | null
  exitedOn: LegalDay | null
  decisionNo: string
  reason: string
  grade: string
}

export type Row = {
  index: number
  sourceKey: string
  values: Values
  subject: SubjectReference
  listing: RowListing | null
}

export type ReadRows = {
  rows: Row[]
  /** Rows with the form right and the check character wrong: kept for a person's decision. */
  held: { row: Row; problem: Problem; number: { scheme: IdentifierScheme; value: string } }[]
  problems: Problem[]
}

export type ReadingRules = { definition: DatasetDefinition; termMonths: number | null; today: LegalDay }

export function readRows(input: readonly unknown[], rules: ReadingRules): ReadRows {
  const reader = createRowReader(rules)
  const result: ReadRows = { rows: [], held: [], problems: [] }
  const seen = new Map<string, number>()
  input.forEach((raw, index) => {
    const read = reader(raw, index)
    if (read.status === 'refused') {
      result.problems.push(...read.problems)
      return
    }
    const first = seen.get(read.row.sourceKey)
    if (first !== undefined) {
      result.problems.push({
        index,
        field: rules.definition.sourceKey[0] ?? null,
        code: 'SOURCE_KEY_REPEATED',
        message: `与第 ${first} 行同号 (the same source number as row ${first})`,
      })
      return
    }
    seen.set(read.row.sourceKey, index)
    if (read.held) result.held.push({ row: read.row, ...read.held })
    else result.rows.push(read.row)
  })
  return result
}

type ReadRow =
  | { status: 'refused'; problems: Problem[] }
  | {
      status: 'read'
      row: Row
      held: { problem: Problem; number: { scheme: IdentifierScheme; value: string } } | null
    }

function createRowReader({ definition, termMonths, today }: ReadingRules) {
  const known = new Set(definition.fields.map((field) => field.name))

  return (raw: unknown, index: number): ReadRow => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      const message = '须为字段与值的对象 (expected an object of fields)'
      return { status: 'refused', problems: [{ index, field: null, code: 'ROW_NOT_AN_OBJECT', message }] }
    }
    const source: Record<string, unknown> = { ...raw }
    const problems: Problem[] = []
    const heldFields = new Map<string, Problem>()
    const values: Values = {}
    const refuse = (field: string | null, code: Problem['code'], message: string) => {
      if (problems.length < limits.problemsPerRow) problems.push({ index, field, code, message })
    }

    for (const name of Object.keys(source)) {
      if (!known.has(name))
        refuse(name.slice(0, 64), 'FIELD_UNKNOWN', '数据集没有此字段 (the dataset has no such field)')
    }
    for (const field of definition.fields) {
      const parsed = parseField(field, source[field.name], { today, raw: source })
      if (parsed.ok) values[field.name] = parsed.value
      else if (parsed.heldFor) {
        values[field.name] = parsed.value ?? null
        heldFields.set(field.name, { index, field: field.name, code: parsed.code, message: parsed.message })
      } else refuse(field.name, parsed.code, parsed.message)
    }
    if (problems.length > 0) return { status: 'refused', problems }

    for (const field of definition.fields) {
      if (values[field.name] === null && isRequired(field, values))
        refuse(field.name, 'FIELD_REQUIRED', `${field.label}必填 (required)`)
    }
    for (const check of definition.checks) {
      if (fulfils(values, check.refuseWhen)) {
        refuse(
          check.field,
          check.code,
          check.legalBasis ? `${check.message}（${check.legalBasis}）` : check.message,
        )
      }
    }
    const sourceKey = sourceKeyOf(definition, values)
    if (sourceKey === null)
      refuse(definition.sourceKey[0] ?? null, 'SOURCE_KEY_EMPTY', '来源编号为空 (the source number is empty)')
    const subject = subjectOf(definition, values)
    if (!subject)
      refuse(
        definition.subject.number ?? definition.subject.uscc ?? null,
        'SUBJECT_UNIDENTIFIED',
        '没有可识别主体的号码 (no number identifies the subject)',
      )
    const listing = listingOf(definition, values, termMonths)
    if (listing?.endsOn && listing.endsOn < listing.listedOn) {
      refuse(
        definition.listing?.endsOn ?? null,
        'LISTING_DATES',
        '截止日期早于列入日期 (ends before it begins)',
      )
    }
    if (listing?.exitedOn && listing.exitedOn < listing.listedOn) {
      refuse(
        definition.listing?.exitedOn ?? null,
        'LISTING_DATES',
        '移出日期早于列入日期 (removed before it was listed)',
      )
    }
    // A wrong check character in a number other than the one that links is a plain fault: only the key is decided by a person.
    const keyField =
      definition.subject.number ??
      (subject?.kind === 'PERSON' ? definition.subject.certificate : definition.subject.uscc)
    for (const [name, problem] of heldFields) if (name !== keyField) problems.push(problem)
    if (problems.length > 0 || !subject || sourceKey === null) return { status: 'refused', problems }

    const row: Row = { index, sourceKey, values, subject, listing }
    const problem = keyField ? heldFields.get(keyField) : undefined
    if (!problem) return { status: 'read', row, held: null }
    const number =
      subject.kind === 'PERSON'
        ? { scheme: subject.scheme, value: subject.number }
        : { scheme: 'USCC' as const, value: subject.uscc }
    return { status: 'read', row, held: { problem, number } }
  }
}

function isRequired(field: Field, values: Values): boolean {
  return typeof field.required === 'boolean' ? field.required : fulfils(values, field.required.when)
}

function subjectOf({ subject, fields }: DatasetDefinition, values: Values): SubjectReference | null {
  const name = textOf(values, subject.name)
  if (name !== null && subject.number !== undefined)
    return numberedSubject(name, textOf(values, subject.number))
  const isPerson = subject.person
    ? subject.person.in.includes(textOf(values, subject.person.field) ?? '')
    : subject.uscc === undefined
  if (name === null) return null
  if (isPerson) {
    const number = textOf(values, subject.certificate)
    const certificate = fields.find((field) => field.name === subject.certificate)?.value
    const kindField = certificate?.type === 'CERTIFICATE' ? certificate.kindField : undefined
    const scheme = certificateScheme(textOf(values, kindField))
    return number && scheme ? { kind: 'PERSON', scheme, number, name } : null
  }
  const uscc = textOf(values, subject.uscc)
  if (uscc === null) return null
  const otherNumbers = subject.otherNumbers.flatMap(({ field, scheme }) => {
    const value = textOf(values, field)
    return value === null ? [] : [{ scheme, value }]
  })
  return { kind: 'ORGANISATION', uscc, name, otherNumbers }
}

/** The number itself tells what the subject is. */
function numberedSubject(name: string, value: string | null): SubjectReference | null {
  const number = value === null ? null : readSubjectNumber(value)
  if (number?.status !== 'READ' || number.check.status === 'malformed') return null
  return number.scheme === 'USCC'
    ? { kind: 'ORGANISATION', uscc: number.check.value, name, otherNumbers: [] }
    : { kind: 'PERSON', scheme: number.scheme, number: number.check.value, name }
}

function listingOf(
  { listing }: DatasetDefinition,
  values: Values,
  termMonths: number | null,
): RowListing | null {
  if (!listing) return null
  const listedOn = textOf(values, listing.listedOn)
  if (listedOn === null) return null
  const term = termMonths === null ? null : addMonths(listedOn, termMonths)
  return {
    listedOn,
    endsOn: textOf(values, listing.endsOn) ?? term,
    exitedOn: textOf(values, listing.exitedOn),
    decisionNo: textOf(values, listing.decisionNo) ?? '',
    reason: textOf(values, listing.reason) ?? '',
    grade: 'fixed' in listing.grade ? listing.grade.fixed : (textOf(values, listing.grade.field) ?? ''),
  }
}

function textOf(values: Values, field: string | undefined): string | null {
  const value = field === undefined ? null : (values[field] ?? null)
  return value === null ? null : String(value)
}
