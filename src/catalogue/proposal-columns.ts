import type { DatasetDefinition, Field } from './definition.ts'
import {
  type FieldRole,
  type FieldTerm,
  fieldNamed,
  inYuan,
  type MatchedBy,
  matchTerm,
  similarTerms,
  type TermFamily,
  type TermMatch,
  unitOf,
} from './field-terms.ts'
import { headingKey, isLeftOut } from './heading.ts'
import { nameFrom } from './proposal-names.ts'
import {
  contentOf,
  guessType,
  hidesResidentIds,
  isResidentId,
  looksLikeYuan,
  type Sample,
  valuesOf,
} from './proposal-values.ts'

/** Which column of a sample is which field. Pure. */

export type Column = {
  heading: string
  /** null: left out. */
  field: string | null
  matchedBy: MatchedBy | 'VALUES' | 'MAPPING' | 'NONE'
  /** Names of fields that it may be as well. */
  alternatives: string[]
  note: string | null
}

export type ColumnProblem = { code: ColumnProblemCode; heading: string | null; message: string }

export type ColumnProblemCode =
  | 'MAPPING_HEADING_ABSENT'
  | 'MAPPING_FIELD_TWICE'
  | 'FIELD_TWICE'
  | 'UNIT_GUESSED'
  | 'PERSON_NUMBERS_IN_TEXT'
  | 'MIXED_NUMBERS'

/** From a heading to the name of its field, or null to leave the column out: what an administrator corrects. */
export type Mapping = Readonly<Record<string, string | null>>

/** A field of the proposal: with the term that it comes from, and the column that holds it. */
export type Placed = { field: Field; term: FieldTerm | null; heading: string | null }

export type PlacedColumns = {
  placed: Placed[]
  columns: Column[]
  problems: ColumnProblem[]
  ignored: string[]
}

type Claim = { heading: string; match: TermMatch | null; by: Column['matchedBy']; note: string | null }

const strength: Record<Column['matchedBy'], number> = {
  MAPPING: 4,
  NAME: 3,
  LABEL: 2,
  SYNONYM: 1,
  VALUES: 0,
  NONE: 0,
}
const alternativesShown = 3

export function placeColumns(input: {
  sample: Sample
  terms: readonly FieldTerm[]
  family: TermFamily | null
  mapping: Mapping
  today: string
}): PlacedColumns {
  const { sample, family, mapping, today } = input
  const own = input.terms.filter((term) => term.family === family)
  const vocabulary = [...own, ...input.terms.filter((term) => term.family !== family)]
  const problems: ColumnProblem[] = absentHeadings(sample, mapping)
  const headings = sample.headings.filter((heading) => heading !== '')
  const ignored = headings.filter((heading) => mapping[heading] === null)
  const counted = headings.filter((heading) => !ignored.includes(heading) && !isLeftOut(nothing, heading))

  const claims = counted.map((heading): Claim => claimOf(heading, valuesOf(sample, heading)))
  const winners = decide(claims)
  const placed: Placed[] = []
  const taken = new Set<string>(claims.flatMap((claim) => claim.match?.field.name ?? []))
  const columns = headings.map((heading): Column => {
    if (!counted.includes(heading)) {
      const note = ignored.includes(heading)
        ? '按要求不入库 (left out as asked)'
        : '序号不入库 (a count of rows)'
      return { heading, field: null, matchedBy: 'NONE', alternatives: [], note }
    }
    const claim = claims.find((entry) => entry.heading === heading)
    if (claim?.match && winners.get(claim.match.field.name) === claim) {
      const { field, term } = claim.match
      placed.push({ field, term: term ?? null, heading })
      noteContent(heading, field)
      return {
        heading,
        field: field.name,
        matchedBy: claim.by,
        alternatives: [],
        note: claim.note,
      }
    }
    return placeUnknown(heading, claim)
  })
  return { placed, columns, problems, ignored }

  function claimOf(heading: string, values: readonly string[]): Claim {
    const wanted = mapping[heading]
    if (typeof wanted === 'string') return claimMapped(heading, wanted, values)
    const match = matchTerm(own, heading) ?? matchElsewhere(heading)
    if (match) return corrected(heading, match, values)
    const byValues = matchValues(heading, values)
    return {
      heading,
      match: byValues,
      by: byValues ? 'VALUES' : 'NONE',
      note: byValues ? '按列中的值判断 (told by its values)' : null,
    }
  }

  function claimMapped(heading: string, wanted: string, values: readonly string[]): Claim {
    const known = fieldNamed(vocabulary, wanted)
    const note = '按要求对应 (as asked)'
    if (known) return { heading, match: { ...known, matchedBy: 'NAME' }, by: 'MAPPING', note }
    const field = unknownField(heading, wanted, values).field
    return { heading, match: { term: noTerm(field), field, matchedBy: 'NAME' }, by: 'MAPPING', note }
  }

  /** A wording of another family helps where it says something that the own family has no field for. */
  function matchElsewhere(heading: string): TermMatch | null {
    const match = matchTerm(vocabulary, heading)
    const role = match?.term.role ?? null
    const roleIsOwn = role !== null && own.some((term) => term.role === role)
    return match && !roleIsOwn ? match : null
  }

  /** Where the values contradict the wording of the heading, the values are right: they are what will be sent. */
  function corrected(heading: string, match: TermMatch, values: readonly string[]): Claim {
    const { role } = match.term
    const numbers = role === 'SUBJECT_USCC' || role === 'SUBJECT_CERTIFICATE' ? contentOf(values) : 'OTHER'
    const number = numbers === 'BOTH' ? termWithRole('SUBJECT_NUMBER') : null
    if (number) {
      const message =
        '同列既有信用代码又有身份证号，按“主体号码”加密保存 (codes and identity numbers in one column: stored encrypted)'
      problems.push({ code: 'MIXED_NUMBERS', heading, message })
      return {
        heading,
        match: { term: number, field: number.definition, matchedBy: 'SYNONYM' },
        by: 'VALUES',
        note: message,
      }
    }
    if (match.field.value.type === 'MONEY_WAN' && unitOf(heading) === null && looksLikeYuan(values)) {
      const field = inYuan(match.field)
      const message = `标题未写单位，样值像元，暂按元；如为万元请 --map "${heading}=${match.field.name}" (no unit in the heading; the values look like yuan)`
      problems.push({ code: 'UNIT_GUESSED', heading, message })
      return { heading, match: { ...match, field }, by: match.matchedBy, note: '按元 (taken as yuan)' }
    }
    return { heading, match, by: match.matchedBy, note: null }
  }

  /** A column of numbers of the subject shows what it is, whatever its heading; one number throughout is the authority's. */
  function matchValues(heading: string, values: readonly string[]): TermMatch | null {
    if (new Set(values).size < 2 || notTheSubject.test(heading)) return null
    const role = roleOfContent[contentOf(values)]
    // Where the subject has a number already, this one is somebody else's.
    const isTaken = sample.headings.some((other) => isSubjectNumber(matchTerm(own, other)?.term.role))
    const term = role && !isTaken ? termWithRole(role) : null
    return term ? { term, field: term.definition, matchedBy: 'SYNONYM' } : null
  }

  function termWithRole(role: FieldRole): FieldTerm | null {
    return vocabulary.find((term) => term.role === role) ?? null
  }

  function decide(all: readonly Claim[]): Map<string, Claim> {
    const best = new Map<string, Claim>()
    for (const claim of all) {
      const name = claim.match?.field.name
      if (name === undefined) continue
      const rival = best.get(name)
      if (!rival || strength[claim.by] > strength[rival.by]) best.set(name, claim)
    }
    return best
  }

  function placeUnknown(heading: string, claim: Claim | undefined): Column {
    const rival = claim?.match?.field.name
    if (rival !== undefined) {
      const message = `“${heading}”与“${winners.get(rival)?.heading ?? ''}”像是同一信息项 ${rival}，暂列为另一项 (two columns for one field: the second is kept under a name of its own)`
      problems.push({
        code: claim?.by === 'MAPPING' ? 'MAPPING_FIELD_TWICE' : 'FIELD_TWICE',
        heading,
        message,
      })
    }
    const values = valuesOf(sample, heading)
    const { field, reason } = unknownField(heading, nameFrom(heading, taken), values)
    taken.add(field.name)
    placed.push({ field, term: null, heading })
    noteContent(heading, field)
    return {
      heading,
      field: field.name,
      matchedBy: field.value.type === 'TEXT' ? 'NONE' : 'VALUES',
      alternatives: rival === undefined ? similarTerms(own, heading, alternativesShown) : [rival],
      note: reason,
    }
  }

  function unknownField(
    heading: string,
    name: string,
    values: readonly string[],
  ): { field: Field; reason: string | null } {
    const { value, disclosure, reason } = guessType(heading, values, today)
    const label = heading.slice(0, 500)
    return { field: { name, label, labelEn: name, value, required: false, disclosure, synonyms: [] }, reason }
  }

  function noteContent(heading: string, field: Field): void {
    const values = valuesOf(sample, heading)
    const inText = field.value.type === 'TEXT' || field.value.type === 'CODE'
    if (!inText || !(values.some(isResidentId) || hidesResidentIds(values))) return
    problems.push({
      code: 'PERSON_NUMBERS_IN_TEXT',
      heading,
      message:
        '文本中有身份证号，须去掉或分列 (identity numbers inside text: remove them or give them a column of their own)',
    })
  }
}

const roleOfContent: Partial<Record<ReturnType<typeof contentOf>, FieldRole>> = {
  USCC: 'SUBJECT_USCC',
  RESIDENT_ID: 'SUBJECT_CERTIFICATE',
  BOTH: 'SUBJECT_NUMBER',
}

const isSubjectNumber = (role: FieldRole | null | undefined) =>
  role === 'SUBJECT_USCC' || role === 'SUBJECT_CERTIFICATE' || role === 'SUBJECT_NUMBER'

const notTheSubject = /法人|法定代表|负责人|机关|来源|经办|经手|承办|执法|报送|代理|委托/

const noTerm = (definition: Field): FieldTerm => ({
  family: 'LIST',
  role: null,
  definition,
  checks: [],
  clocks: [],
  withdrawnBy: [],
})

function absentHeadings(sample: Sample, mapping: Mapping): ColumnProblem[] {
  const present = new Set(sample.headings)
  return Object.keys(mapping)
    .filter((heading) => !present.has(heading))
    .map((heading) => ({
      code: 'MAPPING_HEADING_ABSENT',
      heading,
      message: `样表没有列“${heading}” (the sample has no such column)`,
    }))
}

/** Columns that every dataset leaves out. */
const nothing: Pick<DatasetDefinition, 'ignoredHeadings'> = { ignoredHeadings: [] }

/** Every heading of the file names its field, and no other. */
export function withHeadings(placed: readonly Placed[]): Field[] {
  const owners = new Map(
    placed.flatMap(({ field, heading }) =>
      heading === null ? [] : [[headingKey(heading), field.name] as const],
    ),
  )
  return placed.map(({ field, heading }) => {
    const isOwn = (text: string) => (owners.get(headingKey(text)) ?? field.name) === field.name
    const label = isOwn(field.label) ? field.label : (heading ?? field.name)
    const synonyms = field.synonyms.filter(isOwn)
    const known = [field.name, label, ...synonyms].map(headingKey)
    const added = heading === null || known.includes(headingKey(heading)) ? [] : [heading]
    return { ...field, label, synonyms: [...synonyms, ...added] }
  })
}
