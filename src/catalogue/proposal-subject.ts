import type { Condition, DatasetDefinition } from './definition.ts'
import type { FieldRole } from './field-terms.ts'
import type { Placed } from './proposal-columns.ts'
import type { MissingCode } from './proposal-facts.ts'
import type { ProposalProblem } from './proposal-problem.ts'

/** Whom the rows of a proposed dataset are about. Pure. */

export function nameWithRole(placed: readonly Placed[], role: FieldRole): string | undefined {
  return placed.find(({ term }) => term?.role === role)?.field.name
}

/** What tells the subject of a row (art. 16), and whether a row may be about a natural person. */
export type SubjectPlan = {
  subject: DatasetDefinition['subject']
  kinds: ('ORGANISATION' | 'PERSON')[]
  /** The field that tells persons from organisations, and the codes that the vocabulary does not have. */
  category: { field: string; persons: string[]; added: string[] } | null
  missing: MissingCode[]
  problem: Pick<ProposalProblem, 'code' | 'message'> | null
}

const natural = /自然人|个人|居民/

export function planSubject(placed: readonly Placed[]): SubjectPlan {
  const name = nameWithRole(placed, 'SUBJECT_NAME')
  const number = nameWithRole(placed, 'SUBJECT_NUMBER')
  const uscc = nameWithRole(placed, 'SUBJECT_USCC')
  const certificate = nameWithRole(placed, 'SUBJECT_CERTIFICATE')
  const category = categoryOf(placed)
  const missing: MissingCode[] = []
  if (name === undefined) missing.push('SUBJECT_NAME')
  const base = { name: name ?? '' }
  const otherNumbers = otherNumbersOf(placed)
  if (number !== undefined) {
    return {
      subject: { ...base, nameIsRegistered: false, number, otherNumbers: [] },
      kinds: ['ORGANISATION', 'PERSON'],
      category,
      missing,
      problem: null,
    }
  }
  if (uscc !== undefined && certificate !== undefined && category) {
    const person = { field: category.field, in: category.persons }
    return {
      subject: { ...base, nameIsRegistered: false, uscc, certificate, person, otherNumbers },
      kinds: ['ORGANISATION', 'PERSON'],
      category,
      missing,
      problem: null,
    }
  }
  if (uscc !== undefined) {
    const problem =
      certificate === undefined
        ? null
        : {
            code: 'PERSONS_NOT_TOLD_APART' as const,
            message:
              '没有相对人类别列，无法分出自然人；没有统一社会信用代码的行将退回 (no column tells persons apart: rows without a unified code are refused)',
          }
    return {
      subject: { ...base, nameIsRegistered: false, uscc, otherNumbers },
      kinds: ['ORGANISATION'],
      category,
      missing,
      problem,
    }
  }
  if (certificate !== undefined) {
    return {
      subject: { ...base, nameIsRegistered: false, certificate, otherNumbers: [] },
      kinds: ['PERSON'],
      category,
      missing,
      problem: null,
    }
  }
  return {
    subject: { ...base, nameIsRegistered: false, otherNumbers },
    kinds: ['ORGANISATION'],
    category,
    missing: [...missing, 'SUBJECT_IDENTIFIER'],
    problem: null,
  }
}

const numberRoles = [
  ['REGISTRATION_NUMBER', 'REGISTRATION_NUMBER'],
  ['ORGANISATION_CODE', 'ORGANISATION_CODE'],
  ['TAX_NUMBER', 'TAX_ID'],
] as const

function otherNumbersOf(placed: readonly Placed[]): DatasetDefinition['subject']['otherNumbers'] {
  return numberRoles.flatMap(([role, scheme]) => {
    const field = nameWithRole(placed, role)
    return field === undefined ? [] : [{ field, scheme }]
  })
}

function categoryOf(placed: readonly Placed[]): SubjectPlan['category'] {
  const entry = placed.find(({ term }) => term?.role === 'SUBJECT_CATEGORY')
  if (entry?.field.value.type !== 'CODE') return null
  const { codes } = entry.field.value
  const known = entry.term?.definition.value
  return {
    field: entry.field.name,
    persons: codes.filter((code) => natural.test(code)),
    added: codes.filter((code) => known?.type !== 'CODE' || !known.codes.includes(code)),
  }
}

export const speaksOfPersons = (conditions: readonly Condition[]) =>
  conditions.some((condition) => 'in' in condition && condition.in.some((value) => natural.test(value)))

/** The department's own words for natural persons and for others count as those of the vocabulary do. */
export function ownValues(condition: Condition, { category }: SubjectPlan): Condition {
  if (!category || condition.field !== category.field || !('in' in condition)) return condition
  const isOfPersons = condition.in.some((value) => natural.test(value))
  const added = category.added.filter((code) => natural.test(code) === isOfPersons)
  return { field: condition.field, in: [...condition.in, ...added] }
}
