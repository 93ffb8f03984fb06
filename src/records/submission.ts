import type { DatasetDefinition, Field } from '../catalogue/definition.ts'
import type { TermOn } from '../catalogue/list-rules.ts'
import { addMonths, type LegalDay } from '../kernel/clock.ts'
import { limits } from '../limits.ts'
import { readSubjectNumber } from '../subjects/identifiers.ts'
import type { SubjectReference } from '../subjects/subject-store.ts'
import {
  certificateScheme,
  fulfils,
  type Problem,
  parseField,
  sourceKeyOf,
  toldName,
  type Values,
} from './field-values.ts'
import { type ResponsibleReference, responsibleOf } from './responsible-person.ts'
import { SeenKeys } from './seen-keys.ts'

/** Rows of a batch against the definition of their dataset. Pure: what a row says, not what is stored yet. */

export type RowListing = {
  listedOn: LegalDay
  endsOn: LegalDay | null
  exitedOn: LegalDay | null
  decisionNo: string
  reason: string
  grade: string
}

/** The record is revoked (撤销): what the row itself says of it. */
export type RowWithdrawal = { reason: string | null; documentNo: string | null; decidedOn: LegalDay | null }

export type Row = {
  index: number
  line: number | null
  sourceKey: string
  values: Values
  subject: SubjectReference
  listing: RowListing | null
  withdrawal: RowWithdrawal | null
  /** Who answers for it where it is about an organisation. */
  responsible: ResponsibleReference[]
}

export type RefusedRow = { index: number; problems: Problem[]; values: Values }

/** A row with the form right and the check character of its number wrong: kept for a person's decision. */
export type HeldRow = { row: Row; problem: Problem }

export type ReadRow =
  | { status: 'REFUSED'; refused: RefusedRow }
  | { status: 'HELD'; held: HeldRow }
  | { status: 'READ'; row: Row }

export type ReadRows = { rows: Row[]; held: HeldRow[]; refused: RefusedRow[] }

export type ReadingRules = { definition: DatasetDefinition; termOn: TermOn; today: LegalDay }

export function readRows(input: readonly unknown[], rules: ReadingRules): ReadRows {
  const read = createBatchReader(rules)
  return sortRows(input.map((raw, index) => read(raw, index, null)))
}

export function sortRows(read: readonly ReadRow[]): ReadRows {
  const result: ReadRows = { rows: [], held: [], refused: [] }
  for (const entry of read) {
    switch (entry.status) {
      case 'READ':
        result.rows.push(entry.row)
        break
      case 'HELD':
        result.held.push(entry.held)
        break
      case 'REFUSED':
        result.refused.push(entry.refused)
        break
    }
  }
  return result
}

/** Reads the rows of one batch, one after another: a source number counts where it comes first. */
export function createBatchReader(
  rules: ReadingRules,
): (raw: unknown, index: number, line: number | null) => ReadRow {
  const reader = createRowReader(rules)
  const seen = new SeenKeys()
  return (raw, index, line) => {
    const read = reader(raw, index, line)
    if (read.status === 'REFUSED') return read
    const row = read.status === 'READ' ? read.row : read.held.row
    const first = seen.firstRowOf(row.sourceKey, index)
    if (first === null) return read
    const problem: Problem = {
      index,
      line,
      field: rules.definition.sourceKey[0] ?? null,
      code: 'SOURCE_KEY_REPEATED',
      message: `与本批第 ${first + 1} 条记录同号 (the same source number as record ${first + 1} of this batch)`,
    }
    return { status: 'REFUSED', refused: { index, problems: [problem], values: row.values } }
  }
}

function createRowReader({ definition, termOn, today }: ReadingRules) {
  const known = new Set(definition.fields.map((field) => field.name))

  return (raw: unknown, index: number, line: number | null): ReadRow => {
    const problems: Problem[] = []
    const values: Values = {}
    const refuse = (field: string | null, code: Problem['code'], message: string) => {
      if (problems.length < limits.problemsPerRow) problems.push({ index, line, field, code, message })
    }
    const refused = (): ReadRow => ({ status: 'REFUSED', refused: { index, problems, values } })
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      refuse(null, 'ROW_NOT_AN_OBJECT', '须为字段与值的对象 (expected an object of fields)')
      return refused()
    }
    const source: Record<string, unknown> = { ...raw }
    const heldFields = new Map<string, Problem>()

    for (const name of Object.keys(source)) {
      if (!known.has(name))
        refuse(toldName(name), 'FIELD_UNKNOWN', '数据集没有此字段 (the dataset has no such field)')
    }
    for (const field of definition.fields) {
      const parsed = parseField(field, source[field.name], { today, raw: source })
      if (parsed.ok) values[field.name] = parsed.value
      else if (parsed.heldFor) {
        values[field.name] = parsed.value ?? null
        const { code, message } = parsed
        heldFields.set(field.name, { index, line, field: field.name, code, message })
      } else refuse(field.name, parsed.code, parsed.message)
    }
    if (problems.length > 0) return refused()

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
    const listing = listingOf(definition, values, termOn)
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
    const withdrawal = withdrawalOf(definition, values)
    if (withdrawal?.decidedOn && withdrawal.decidedOn > today) {
      refuse(
        definition.withdrawal?.decidedOn ?? null,
        'DATE_IN_FUTURE',
        '撤销日期在将来 (the day of the withdrawal is in the future)',
      )
    }
    // A wrong check character in a number other than the one that links is a plain fault: only the key is decided by a person.
    const keyField =
      definition.subject.number ??
      (subject?.kind === 'PERSON' ? definition.subject.certificate : definition.subject.uscc)
    for (const [name, { code, message }] of heldFields) if (name !== keyField) refuse(name, code, message)
    if (problems.length > 0 || !subject || sourceKey === null) return refused()

    const responsible = subject.kind === 'ORGANISATION' ? responsibleOf(definition, values) : []
    const row: Row = { index, line, sourceKey, values, subject, listing, withdrawal, responsible }
    const problem = keyField ? heldFields.get(keyField) : undefined
    return problem ? { status: 'HELD', held: { row, problem } } : { status: 'READ', row }
  }
}

function withdrawalOf({ withdrawal }: DatasetDefinition, values: Values): RowWithdrawal | null {
  if (!withdrawal || !fulfils(values, withdrawal.when)) return null
  return {
    reason: textOf(values, withdrawal.reason),
    documentNo: textOf(values, withdrawal.documentNo),
    decidedOn: textOf(values, withdrawal.decidedOn),
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

function listingOf({ listing }: DatasetDefinition, values: Values, termOn: TermOn): RowListing | null {
  if (!listing) return null
  const listedOn = textOf(values, listing.listedOn)
  if (listedOn === null) return null
  const months = termOn(listedOn)
  const term = months === null ? null : addMonths(listedOn, months)
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
