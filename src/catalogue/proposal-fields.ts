import type { Disclosure, Field } from './definition.ts'
import type { FieldTerm } from './field-terms.ts'
import type { Placed } from './proposal-columns.ts'
import type { Facts, MissingCode } from './proposal-facts.ts'
import type { ProposalProblem } from './proposal-problem.ts'
import { nameWithRole, ownValues, type SubjectPlan, speaksOfPersons } from './proposal-subject.ts'
import { fewCodes, fits, type Sample, valuesOf } from './proposal-values.ts'

/** The fields of a proposed dataset: those of its columns as they have to be here, and those that the law adds. Pure. */

/** A code table of the vocabulary is replaced or widened where the department has codes of its own. */
export function withCodesOf(
  sample: Sample,
  entry: Placed,
  today: string,
  problems: ProposalProblem[],
): Placed {
  const { field, term, heading } = entry
  if (term === null || heading === null || field.value.type !== 'CODE') return entry
  const values = valuesOf(sample, heading)
  if (fits(field.value, values, today)) return entry
  const message = `“${heading}”的值不在代码表中，代码取自样表，请核对 (values that are not in the code table: taken from the sample, to be checked)`
  const distinct = [...new Set(values)]
  const asText: Placed = { ...entry, field: { ...field, value: { type: 'TEXT', maxLength: 200 } } }
  switch (term.role) {
    case 'STATUS': {
      problems.push({
        code: 'STATUS_NOT_UNDERSTOOD',
        heading,
        message: `“${heading}”的值看不出撤销，撤销须另行报送 (the values do not tell what is revoked: withdrawals have to be sent apart)`,
      })
      const codes = fewCodes(values)
      return codes
        ? { ...entry, term: null, field: { ...field, value: { type: 'CODE', codes } } }
        : { ...asText, term: null }
    }
    case 'SUBJECT_CATEGORY':
    case 'SUBJECT_CERTIFICATE_KIND': {
      problems.push({ code: 'CODES_FROM_SAMPLE', heading, message })
      const codes =
        term.role === 'SUBJECT_CATEGORY'
          ? [...new Set([...field.value.codes, ...distinct])]
          : field.value.codes
      return { ...entry, field: { ...field, value: { type: 'CODE', codes } } }
    }
    default: {
      problems.push({ code: 'CODES_FROM_SAMPLE', heading, message })
      const isTable = distinct.length <= 20 && distinct.every((value) => [...value].length <= 50)
      return isTable
        ? { ...entry, field: { ...field, value: { type: 'CODE', codes: distinct.toSorted() } } }
        : asText
    }
  }
}

/**
 * Fields without which a rule on natural persons could not be judged (art. 13): they are part of the definition even
 * where the sample has no such column, and a row about a person without them is refused.
 */
export function companions(
  own: readonly FieldTerm[],
  placed: readonly Placed[],
  plan: SubjectPlan,
  lacking: MissingCode[],
  problems: ProposalProblem[],
): Placed[] {
  const guards = own.filter((term) => term.checks.some((check) => speaksOfPersons(check.refuseWhen)))
  if (!plan.kinds.includes('PERSON') || guards.length === 0) return []
  if (plan.category === null && plan.subject.number !== undefined) {
    lacking.push('SUBJECT_CATEGORY')
    return []
  }
  const added = guards.filter(({ definition }) => !placed.some(({ field }) => field.name === definition.name))
  return added.map((term) => {
    problems.push({
      code: 'FIELD_ADDED',
      heading: null,
      message: `样表没有“${term.definition.label}”列：自然人的记录没有它不能归集 (no such column: records of natural persons are refused without it；${term.checks[0]?.legalBasis ?? ''})`,
    })
    return { field: term.definition, term, heading: null }
  })
}

/** A list keeps a place for the number of its decision, even where the department's template has none yet. */
export function decisionNumberOf(
  terms: readonly FieldTerm[],
  placed: readonly Placed[],
  facts: Facts,
  problems: ProposalProblem[],
): Placed[] {
  if (!facts.listType || nameWithRole(placed, 'DECISION_NUMBER') !== undefined) return []
  const term = terms.find((entry) => entry.family === 'LIST' && entry.role === 'DECISION_NUMBER')
  if (!term) return []
  problems.push({
    code: 'FIELD_ADDED',
    heading: null,
    message: `样表没有“${term.definition.label}”列，暂作选填；请商提供单位补上 (no number of the listing decision: optional for now, ask the department for it；国办发〔2020〕49号)`,
  })
  return [{ field: { ...term.definition, required: false }, term, heading: null }]
}

const openness: Record<Disclosure, number> = { AUTHORISED: 0, GOV_SHARED: 1, PUBLIC: 2 }

/** A field as it stands in this dataset: no more open than the whole, and speaking only of fields that are there. */
export function settle(
  entry: Placed,
  all: readonly Placed[],
  plan: SubjectPlan,
  sharing: Disclosure,
): Placed {
  const { field } = entry
  const { value } = field
  const present = (name: string) => all.some((other) => other.field.name === name)
  const type: Field['value'] =
    value.type === 'CERTIFICATE' && value.kindField !== undefined && !present(value.kindField)
      ? { type: 'CERTIFICATE' }
      : value
  const disclosure = openness[field.disclosure] > openness[sharing] ? sharing : field.disclosure
  return {
    ...entry,
    field: { ...field, value: type, disclosure, required: requiredOf(entry, present, plan) },
  }
}

function requiredOf(
  { field, term, heading }: Placed,
  present: (name: string) => boolean,
  plan: SubjectPlan,
): Field['required'] {
  if (typeof field.required === 'boolean') return field.required
  const { when } = field.required
  if (when.every((condition) => present(condition.field)))
    return { when: when.map((condition) => ownValues(condition, plan)) }
  const isOnlyIdentifier =
    plan.kinds.length === 1 && (term?.role === 'SUBJECT_USCC' || term?.role === 'SUBJECT_CERTIFICATE')
  // Added for a rule on persons in a dataset that is about persons only.
  return isOnlyIdentifier ? identifies(field.name, plan) : heading === null && speaksOfPersons(when)
}

const identifies = (name: string, { subject }: SubjectPlan) =>
  subject.uscc === name || subject.certificate === name
