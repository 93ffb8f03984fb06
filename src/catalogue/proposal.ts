import type { z } from 'zod'
import { type DatasetDefinition, definitionSchema, type Field } from './definition.ts'
import { type FieldRole, type FieldTerm, familyOf, type TermFamily } from './field-terms.ts'
import { matchHeadings } from './heading.ts'
import { type Column, type Mapping, placeColumns, withHeadings } from './proposal-columns.ts'
import { attributesOf, type Facts, type Missing, type MissingCode, missing } from './proposal-facts.ts'
import { companions, decisionNumberOf, settle, withCodesOf } from './proposal-fields.ts'
import { checksOf, listingOf, requiredInKey, sourceKeyOf, withdrawalOf } from './proposal-parts.ts'
import type { ProposalProblem } from './proposal-problem.ts'
import { publicationOf } from './proposal-publication.ts'
import { nameWithRole, planSubject } from './proposal-subject.ts'
import type { Sample } from './proposal-values.ts'

/**
 * A definition by example: from a department's own file to the definition of a dataset, for a person to correct and
 * confirm. Pure. It guesses what a column is, never what may be public.
 */

/** As a definition, but what nobody has said yet is empty, so that it cannot be imported by mistake. */
export type DraftDefinition = Omit<z.input<typeof definitionSchema>, 'fields'> & { fields: Field[] }

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
      ...publicationOf(placed, family, facts.listType, listing),
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
