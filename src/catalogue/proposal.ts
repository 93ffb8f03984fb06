import type { z } from 'zod'
import {
  type Condition,
  type DatasetDefinition,
  type Disclosure,
  definitionSchema,
  type Field,
} from './definition.ts'
import { type FieldRole, type FieldTerm, familyOf, type TermFamily } from './field-terms.ts'
import { type HeadingFault, matchHeadings } from './heading.ts'
import {
  type Column,
  type ColumnProblem,
  type Mapping,
  type Placed,
  placeColumns,
  withHeadings,
} from './proposal-columns.ts'
import {
  attributesOf,
  type Facts,
  gradeOf,
  type Missing,
  type MissingCode,
  missing,
} from './proposal-facts.ts'
import { fewCodes, fits, type Sample, valuesOf } from './proposal-values.ts'

/**
 * A definition by example: from a department's own file to the definition of a dataset, for a person to correct and
 * confirm. Pure. It guesses what a column is, never what may be public.
 */

/** As a definition, but what nobody has said yet is empty, so that it cannot be imported by mistake. */
export type DraftDefinition = Omit<z.input<typeof definitionSchema>, 'fields'> & { fields: Field[] }

export type ProposalProblem = {
  code: ColumnProblem['code'] | ProblemCode
  heading: string | null
  message: string
}
type ProblemCode =
  | 'STATUS_NOT_UNDERSTOOD'
  | 'CODES_FROM_SAMPLE'
  | 'FIELD_ADDED'
  | 'LIST_TYPE_NOT_NAMED'
  | 'PERSONS_NOT_TOLD_APART'
  | 'STANDARD_FIELDS_ABSENT'
  | 'DEFINITION_INVALID'
  | HeadingFault['code']

export type Proposal = {
  family: TermFamily | null
  definition: DraftDefinition
  columns: Column[]
  missing: Missing[]
  problems: ProposalProblem[]
}

export function proposeDefinition(
  sample: Sample,
  terms: readonly FieldTerm[],
  facts: Facts,
  options: { mapping: Mapping; today: string },
): Proposal {
  const family = familyOf(terms, sample.headings, facts.listType ? 'LIST' : null)
  const located = placeColumns({ sample, terms, family, ...options })
  const own = terms.filter((term) => term.family === family)
  const problems: ProposalProblem[] = [...located.problems]
  const lacking: MissingCode[] = []

  const typed = located.placed.map((entry) => withCodesOf(sample, entry, options.today, problems))
  const plan = planSubject(typed)
  if (plan.problem) problems.push({ heading: null, ...plan.problem })
  lacking.push(...plan.missing)
  const completed = [
    ...typed,
    ...companions(own, typed, plan, lacking, problems),
    ...decisionNumberOf(terms, typed, facts, problems),
  ]
  const placed = completed.map((entry) => settle(entry, completed, plan, attributesOf(facts, family).sharing))
  const byRole = (role: FieldRole) => nameWithRole(placed, role)

  const sourceKey = sourceKeyOf(placed, plan, sample)
  if (sourceKey.length === 0) lacking.push('SOURCE_KEY')
  const listing = facts.listType ? listingOf(placed, facts.listType, lacking) : undefined
  if (!facts.listType && byRole('LISTED_ON')) {
    problems.push({
      code: 'LIST_TYPE_NOT_NAMED',
      heading: null,
      message:
        '有列入日期而未指明名单：--list-type (a day of listing, but no list named: the records will list nobody)',
    })
  }
  const attributes = attributesOf(facts, family)
  const absent = own.filter(
    ({ definition }) =>
      definition.required === true && !placed.some(({ field }) => field.name === definition.name),
  )
  if (absent.length > 0 && family !== 'LIST') {
    problems.push({
      code: 'STANDARD_FIELDS_ABSENT',
      heading: null,
      message: `样表缺少国家标准的必填项：${absent.map(({ definition }) => `${definition.label}（${definition.name}）`).join('、')} (fields that the national table requires)`,
    })
  }

  return {
    family,
    columns: located.columns,
    missing: [...missingAttributes(attributes), ...lacking].map(missing),
    problems,
    definition: {
      ...attributes,
      subjectKinds: plan.kinds,
      fields: withHeadings(placed).map((field) => requiredInKey(field, sourceKey)),
      ignoredHeadings: located.ignored,
      sourceKey,
      subject: plan.subject,
      ...(listing ? { listing } : {}),
      ...withdrawalOf(placed),
      clocks: placed.flatMap(({ field, term }) =>
        field.value.type === 'DATE'
          ? (term?.clocks ?? []).map((rule) => ({ rule, startsOn: field.name }))
          : [],
      ),
      checks: checksOf(placed, plan),
    },
  }
}

/**
 * The draft as the definition that it would be, attributes that nobody has said yet apart: with it the rows of the
 * sample can be read. Where it cannot be one, the faults say why.
 */
export function readDraft(
  { definition, missing }: Proposal,
  headings: readonly string[],
): { definition: DatasetDefinition | null; problems: ProposalProblem[] } {
  const unsaid = (text: string) => (text === '' ? '—' : text)
  const parsed = definitionSchema.safeParse({
    ...definition,
    name: unsaid(definition.name),
    nature: unsaid(definition.nature),
    coverage: unsaid(definition.coverage),
    updateCycle: unsaid(definition.updateCycle),
    legalBasis: definition.legalBasis.length === 0 ? ['—'] : definition.legalBasis,
  })
  if (parsed.success) {
    const problems = matchHeadings(
      parsed.data,
      headings.filter((heading) => heading !== ''),
    ).faults.map(({ code, heading }) => ({ code, heading, message: `“${heading}”: ${code}` }))
    return { definition: parsed.data, problems }
  }
  // What is missing says it already, and in words.
  const structural = missing.some(({ code }) => !attributeCodes.includes(code))
  const problems = structural
    ? []
    : parsed.error.issues.map((issue) => ({
        code: 'DEFINITION_INVALID' as const,
        heading: null,
        message: `${issue.path.join('.')}: ${issue.message}`,
      }))
  return { definition: null, problems }
}

const attributeCodes: MissingCode[] = ['NAME', 'NATURE', 'COVERAGE', 'UPDATE_CYCLE', 'LEGAL_BASIS']

function missingAttributes(attributes: ReturnType<typeof attributesOf>): MissingCode[] {
  const said: [MissingCode, string | string[]][] = [
    ['NAME', attributes.name],
    ['NATURE', attributes.nature],
    ['COVERAGE', attributes.coverage],
    ['UPDATE_CYCLE', attributes.updateCycle],
    ['LEGAL_BASIS', attributes.legalBasis],
  ]
  return said.filter(([, value]) => value.length === 0).map(([code]) => code)
}

function nameWithRole(placed: readonly Placed[], role: FieldRole): string | undefined {
  return placed.find(({ term }) => term?.role === role)?.field.name
}

/** What tells the subject of a row (art. 16), and whether a row may be about a natural person. */
type SubjectPlan = {
  subject: DatasetDefinition['subject']
  kinds: ('ORGANISATION' | 'PERSON')[]
  /** The field that tells persons from organisations, and the codes that the vocabulary does not have. */
  category: { field: string; persons: string[]; added: string[] } | null
  missing: MissingCode[]
  problem: { code: ProblemCode; message: string } | null
}

const natural = /自然人|个人|居民/

function planSubject(placed: readonly Placed[]): SubjectPlan {
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

/** A code table of the vocabulary is replaced or widened where the department has codes of its own. */
function withCodesOf(sample: Sample, entry: Placed, today: string, problems: ProposalProblem[]): Placed {
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

const speaksOfPersons = (conditions: readonly Condition[]) =>
  conditions.some((condition) => 'in' in condition && condition.in.some((value) => natural.test(value)))

/**
 * Fields without which a rule on natural persons could not be judged (art. 13): they are part of the definition even
 * where the sample has no such column, and a row about a person without them is refused.
 */
function companions(
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
function decisionNumberOf(
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
function settle(entry: Placed, all: readonly Placed[], plan: SubjectPlan, sharing: Disclosure): Placed {
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

/** The department's own words for natural persons and for others count as those of the vocabulary do. */
function ownValues(condition: Condition, { category }: SubjectPlan): Condition {
  if (!category || condition.field !== category.field || !('in' in condition)) return condition
  const isOfPersons = condition.in.some((value) => natural.test(value))
  const added = category.added.filter((code) => natural.test(code) === isOfPersons)
  return { field: condition.field, in: [...condition.in, ...added] }
}

function checksOf(placed: readonly Placed[], plan: SubjectPlan): NonNullable<DraftDefinition['checks']> {
  const present = (name: string) => placed.some(({ field }) => field.name === name)
  const ofPersonsOnly = plan.kinds.length === 1 && plan.kinds[0] === 'PERSON'
  return placed.flatMap(({ term }) =>
    (term?.checks ?? []).flatMap((check) => {
      // Where every record is about a person, the condition that says so is left out.
      const refuseWhen = check.refuseWhen.filter(
        (condition) => !(ofPersonsOnly && !present(condition.field) && speaksOfPersons([condition])),
      )
      const fields = refuseWhen.flatMap((condition) =>
        ['before' in condition ? condition.before : [], condition.field].flat(),
      )
      if (!present(check.field) || !fields.every(present)) return []
      return [{ ...check, refuseWhen: refuseWhen.map((condition) => ownValues(condition, plan)) }]
    }),
  )
}

/** What tells one record from another at its source; never a number of a person. */
function sourceKeyOf(placed: readonly Placed[], plan: SubjectPlan, sample: Sample): string[] {
  const byRole = (role: FieldRole) => nameWithRole(placed, role)
  const subject =
    (plan.kinds.includes('PERSON') ? undefined : byRole('SUBJECT_USCC')) ?? byRole('SUBJECT_NAME')
  const decision = placed.find(({ term, heading }) => term?.role === 'DECISION_NUMBER' && heading !== null)
    ?.field.name
  const parts = (...names: (string | undefined)[]) => names.flatMap((name) => name ?? [])
  if (decision !== undefined) return parts(byRole('DECISION_AUTHORITY_CODE'), decision, subject)
  const source = byRole('SOURCE_NUMBER') ?? countingColumn(placed, sample)
  if (source !== undefined) return parts(source, subject)
  const day = byRole('LISTED_ON') ?? byRole('DECISION_DAY')
  return day !== undefined && subject !== undefined ? [subject, day] : []
}

/** Without its number a record would be taken for another one's. */
function requiredInKey(field: Field, sourceKey: readonly string[]): Field {
  return field.required === false && sourceKey.includes(field.name) ? { ...field, required: true } : field
}

/** A column of numbers (编号) that never repeats in the sample. */
function countingColumn(placed: readonly Placed[], sample: Sample): string | undefined {
  return placed.find(({ field, term, heading }) => {
    if (term !== null || heading === null || field.value.type !== 'TEXT' || !/号$/.test(heading)) return false
    const values = valuesOf(sample, heading)
    return values.length === sample.rows.length && new Set(values).size === values.length && values.length > 1
  })?.field.name
}

function listingOf(
  placed: readonly Placed[],
  listType: NonNullable<Facts['listType']>,
  lacking: MissingCode[],
): DatasetDefinition['listing'] {
  const byRole = (role: FieldRole) => nameWithRole(placed, role)
  const [listedOn, reason, decisionNo] = [byRole('LISTED_ON'), byRole('REASON'), byRole('DECISION_NUMBER')]
  const [endsOn, exitedOn, grade] = [byRole('ENDS_ON'), byRole('EXITED_ON'), byRole('GRADE')]
  if (listedOn === undefined) lacking.push('LISTED_ON')
  if (reason === undefined) lacking.push('REASON')
  return {
    listedOn: listedOn ?? '',
    ...(endsOn === undefined ? {} : { endsOn }),
    ...(exitedOn === undefined ? {} : { exitedOn }),
    decisionNo: decisionNo ?? '',
    reason: reason ?? '',
    grade: grade === undefined ? { fixed: gradeOf[listType.nature] } : { field: grade },
  }
}

function withdrawalOf(placed: readonly Placed[]): Pick<DraftDefinition, 'withdrawal'> {
  const status = placed.find(({ term }) => term?.role === 'STATUS')
  if (!status?.term || status.term.withdrawnBy.length === 0) return {}
  const byRole = (role: FieldRole) => nameWithRole(placed, role)
  const [reason, documentNo, decidedOn] = [
    byRole('WITHDRAWAL_REASON'),
    byRole('WITHDRAWAL_DOCUMENT'),
    byRole('WITHDRAWAL_DAY'),
  ]
  return {
    withdrawal: {
      when: [{ field: status.field.name, in: status.term.withdrawnBy }],
      ...(reason === undefined ? {} : { reason }),
      ...(documentNo === undefined ? {} : { documentNo }),
      ...(decidedOn === undefined ? {} : { decidedOn }),
    },
  }
}
