import { z } from 'zod'
import { definitionSchema, type Field } from './definition.ts'
import { headingKey } from './heading.ts'

/** The vocabulary of fields (字段词汇): how departments name what they send, as rows of the catalogue. Pure. */

/** What a sheet is about: 行政处罚, 行政许可, 名单. */
export const termFamilies = ['PENALTY', 'LICENCE', 'LIST'] as const
export type TermFamily = (typeof termFamilies)[number]

/** What a field is for, where the exchange itself makes use of it. */
export const fieldRoles = [
  'SUBJECT_NAME',
  'SUBJECT_CATEGORY',
  'SUBJECT_USCC',
  'SUBJECT_NUMBER',
  'SUBJECT_CERTIFICATE',
  'SUBJECT_CERTIFICATE_KIND',
  'REGISTRATION_NUMBER',
  'ORGANISATION_CODE',
  'TAX_NUMBER',
  'DECISION_NUMBER',
  'DECISION_AUTHORITY',
  'DECISION_AUTHORITY_CODE',
  'DECISION_DAY',
  'SOURCE_NUMBER',
  'LISTED_ON',
  'ENDS_ON',
  'EXITED_ON',
  'REASON',
  'GRADE',
  'STATUS',
  'VALID_FROM',
  'WITHDRAWAL_REASON',
  'WITHDRAWAL_DOCUMENT',
  'WITHDRAWAL_DAY',
] as const
export type FieldRole = (typeof fieldRoles)[number]

const field = definitionSchema.shape.fields.element
const check = definitionSchema.shape.checks.unwrap().element

export const fieldTermSchema = z.strictObject({
  family: z.enum(termFamilies),
  role: z.enum(fieldRoles).nullable().default(null),
  definition: field,
  /** Checks that go into a definition together with this field, once it has all fields they speak of. */
  checks: z.array(check).default([]),
  /** Codes of the clocks that start on the day in this field. */
  clocks: z.array(z.string().regex(/^[A-Z][A-Z0-9_]+$/)).default([]),
  /** Of a STATUS: the values that say that the record was revoked. */
  withdrawnBy: z.array(z.string()).default([]),
})
export type FieldTerm = z.infer<typeof fieldTermSchema>

const storedParts = fieldTermSchema.pick({ checks: true, clocks: true, withdrawnBy: true }).extend({ field })
const storedRow = z.object({
  family: z.enum(termFamilies),
  role: z.enum(fieldRoles).nullable(),
  definition: storedParts,
})

/** The term as a row of the catalogue: family, name and role for themselves, the rest as one value. */
export function storedTerm({ family, role, definition, ...rest }: FieldTerm) {
  return { family, name: definition.name, role, definition: { field: definition, ...rest } }
}

export function readStoredTerm(row: unknown): FieldTerm {
  const { family, role, definition } = storedRow.parse(row)
  const { field: entry, ...rest } = definition
  return { family, role, definition: entry, ...rest }
}

export type MatchedBy = 'NAME' | 'LABEL' | 'SYNONYM'
export type TermMatch = { term: FieldTerm; field: Field; matchedBy: MatchedBy }

/** The term that knows the heading: by name, then label, then synonym, then the same wording with another unit. */
export function matchTerm(terms: readonly FieldTerm[], heading: string): TermMatch | null {
  const key = headingKey(heading)
  for (const { matchedBy, knows } of waysToMatch) {
    const term = terms.find(({ definition }) => knows(wordingsOf(definition), key))
    if (term) return { term, field: term.definition, matchedBy }
  }
  return matchByUnit(terms, key)
}

const waysToMatch: { matchedBy: MatchedBy; knows: (wordings: Wordings, key: string) => boolean }[] = [
  { matchedBy: 'NAME', knows: ({ name }, key) => name === key },
  { matchedBy: 'LABEL', knows: ({ label }, key) => label === key },
  { matchedBy: 'SYNONYM', knows: ({ synonyms }, key) => synonyms.has(key) },
]

type Wordings = {
  name: string
  label: string
  synonyms: ReadonlySet<string>
  /** Wordings without the unit that they name. */
  bases: ReadonlySet<string>
  pairs: readonly (readonly string[])[]
}

/** Worked out once for each field: a wide sheet is compared with every wording of the vocabulary. */
const known = new WeakMap<Field, Wordings>()

function wordingsOf(entry: Field): Wordings {
  const before = known.get(entry)
  if (before) return before
  const [label = '', ...synonyms] = [entry.label, ...entry.synonyms].map(headingKey)
  const texts = [label, ...synonyms]
  const wordings = {
    name: headingKey(entry.name),
    label,
    synonyms: new Set(synonyms),
    bases: new Set(texts.map((text) => unitOf(text)?.base ?? text)),
    pairs: texts.map(pairs),
  }
  known.set(entry, wordings)
  return wordings
}

/** The unit that a heading names: 罚款（元） is the money of 罚款金额（万元）, ten thousand times smaller. */
export function unitOf(heading: string): { base: string; unit: '元' | '万元' } | null {
  const match = /^(.+?)\(?(?:单位)?(?:人民币)?(万元|元)\)?$/.exec(headingKey(heading))
  if (!match?.[1]) return null
  return { base: match[1], unit: match[2] === '万元' ? '万元' : '元' }
}

function matchByUnit(terms: readonly FieldTerm[], key: string): TermMatch | null {
  const named = unitOf(key)
  if (!named) return null
  const term = terms.find(
    ({ definition }) => definition.value.type === 'MONEY_WAN' && wordingsOf(definition).bases.has(named.base),
  )
  if (!term) return null
  return {
    term,
    field: named.unit === '元' ? inYuan(term.definition) : term.definition,
    matchedBy: 'SYNONYM',
  }
}

/** The same money in yuan, under a name of its own: one name must never stand for two units. */
export function inYuan(entry: Field): Field {
  return {
    ...entry,
    name: `${entry.name}_YUAN`,
    label: entry.label.replace('万元', '元'),
    labelEn: entry.labelEn.replace('10,000 yuan', 'yuan'),
    value: { type: 'MONEY_YUAN' },
    synonyms: [],
  }
}

/** A field by its name as an administrator writes it, variants in yuan included. */
export function fieldNamed(
  terms: readonly FieldTerm[],
  name: string,
): { term: FieldTerm; field: Field } | null {
  for (const term of terms) {
    const { definition } = term
    if (definition.name === name) return { term, field: definition }
    if (definition.value.type === 'MONEY_WAN' && `${definition.name}_YUAN` === name)
      return { term, field: inYuan(definition) }
  }
  return null
}

/** How many of the headings the vocabulary knows: by this the row of headings is told from titles above it. */
export function countKnown(terms: readonly FieldTerm[], headings: readonly string[]): number {
  return headings.filter((heading) => matchTerm(terms, heading) !== null).length
}

/** The family that knows most of the headings; null where none knows any. */
export function familyOf(
  terms: readonly FieldTerm[],
  headings: readonly string[],
  preferred: TermFamily | null,
): TermFamily | null {
  const order = termFamilies.toSorted((a, b) => Number(b === preferred) - Number(a === preferred))
  const scored = order.map((family) => ({
    family,
    known: countKnown(
      terms.filter((term) => term.family === family),
      headings,
    ),
  }))
  const best = scored.reduce((most, entry) => (entry.known > most.known ? entry : most))
  return best.known === 0 ? null : best.family
}

/** Names of terms whose wording is like the heading: offered, never chosen. */
export function similarTerms(terms: readonly FieldTerm[], heading: string, most: number): string[] {
  const own = pairs(headingKey(heading))
  return terms
    .map(({ definition }) => ({
      name: definition.name,
      score: Math.max(...wordingsOf(definition).pairs.map((other) => likeness(own, other))),
    }))
    .filter(({ score }) => score >= 0.5)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ name }) => name)
}

/** Shared pairs of characters (Dice), from 0 to 1. */
function likeness(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return 0
  const shared = left.filter((pair) => right.includes(pair)).length
  return (2 * shared) / (left.length + right.length)
}

function pairs(text: string): string[] {
  const characters = [...text]
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}

/** Wordings that name two terms of one family: with them a heading would be matched by chance. */
export function ambiguousWordings(terms: readonly FieldTerm[]): string[] {
  const owners = new Map<string, string>()
  const faults: string[] = []
  for (const { family, definition } of terms) {
    const wordings = [definition.name, definition.label, ...definition.synonyms]
    for (const key of new Set(wordings.map(headingKey))) {
      const owner = owners.get(`${family} ${key}`)
      if (owner !== undefined) faults.push(`${family} ${key}: ${owner}, ${definition.name}`)
      owners.set(`${family} ${key}`, definition.name)
    }
  }
  return faults
}
