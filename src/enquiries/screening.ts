import type { NameReason } from '../names/compare-names.ts'
import type { NameParts } from '../names/name-parts.ts'
import type { Identification, LookupKey } from '../subjects/identification.ts'
import type { IdentifierScheme } from '../subjects/identifiers.ts'

/** Screening (核查): each subject asked about gets one result, in the order of the request. Pure. */

/** `scheme`: of the identifier; left out, it is told from the form. */
export type AskedSubject = {
  ref: string | null
  identifier: string | null
  scheme?: IdentifierScheme
  name: string | null
  /** 0 to 1: how close a name has to be to be a candidate; null: as close as is worth showing. */
  nameThreshold: number | null
}

/** A subject asked about, read: how it can be looked up, and what is wrong with the way it was asked. */
export type ReadSubject = {
  ref: string | null
  identification: Identification | null
  nameKey: string | null
}

export type FoundSubject = {
  id: number
  kind: 'ORGANISATION' | 'PERSON'
  uscc: string | null
  name: string
  nameKeys: string[]
  /** Codes of organisations that were judged to be this one (归并). */
  otherUsccs: string[]
}

/** What the exchange knows under the keys of the request. */
export type Knowledge = {
  /** Subjects by `scheme` and `key`. */
  byKey(key: Pick<LookupKey, 'scheme' | 'key'>): readonly FoundSubject[]
  /** Organisations that the name may mean, best first. */
  byName(asked: ReadSubject): readonly Candidate[]
  isListed(subject: FoundSubject): boolean
}

export type ScreeningOutcome = 'LISTED' | 'CLEAR' | 'AMBIGUOUS' | 'UNKNOWN' | 'INVALID'
export type Remark = { code: string; message: string }
/** `closest`: that of its names which is closest to the name asked for; null where a number found it. */
export type Candidate = { subject: FoundSubject; reasons: CandidateReason[]; closest: ClosestName | null }
export type CandidateReason = NameReason | 'SAME_OTHER_NUMBER' | 'SAME_IDENTIFIER'
export type ClosestName = {
  name: string
  parts: NameParts
  /** 0 to 1, see `nameScores`. */
  score: number
}

export type ScreeningVerdict = {
  ref: string | null
  outcome: ScreeningOutcome
  subject: FoundSubject | null
  candidates: Candidate[]
  warnings: Remark[]
  errors: Remark[]
}

const nothing = { subject: null, candidates: [], warnings: [], errors: [] }

export function screenSubject(asked: ReadSubject, knowledge: Knowledge): ScreeningVerdict {
  const { ref, identification, nameKey } = asked
  const namesakes = nameKey === null ? [] : [...knowledge.byName(asked)]
  if (identification === null) {
    if (nameKey === null) return { ref, ...nothing, outcome: 'INVALID', errors: [emptySubject] }
    // A name never links: a person decides among the candidates.
    return { ref, ...nothing, outcome: namesakes.length > 0 ? 'AMBIGUOUS' : 'UNKNOWN', candidates: namesakes }
  }
  if (identification.status === 'MALFORMED') {
    return {
      ref,
      ...nothing,
      outcome: 'INVALID',
      candidates: namesakes,
      errors: [malformedIdentifier(identification)],
    }
  }
  const linked = linkedSubjects(identification, knowledge)
  const doubts = identification.doubtful ? [checkCharacter] : []
  const [subject, ...others] = linked
  if (subject && others.length === 0) {
    const isOtherCode = identification.keys.some(({ key }) => subject.otherUsccs.includes(key))
    const warnings = [
      ...doubts,
      ...(isOtherCode ? [subjectMerged] : []),
      ...(nameKey === null || subject.nameKeys.includes(nameKey) ? [] : [otherName]),
    ]
    return { ref, ...nothing, outcome: knowledge.isListed(subject) ? 'LISTED' : 'CLEAR', subject, warnings }
  }
  if (linked.length > 1) {
    return {
      ref,
      ...nothing,
      outcome: 'AMBIGUOUS',
      candidates: candidates(linked, 'SAME_IDENTIFIER'),
      warnings: doubts,
    }
  }
  if (identification.doubtful)
    return { ref, ...nothing, outcome: 'INVALID', candidates: namesakes, errors: [checkCharacter] }
  const suggested = distinct(keysOf(identification, 'SUGGESTS').flatMap(knowledge.byKey))
  if (suggested.length > 0) {
    return {
      ref,
      ...nothing,
      outcome: 'AMBIGUOUS',
      candidates: merge(candidates(suggested, 'SAME_OTHER_NUMBER'), namesakes),
    }
  }
  const isNameKnown = namesakes.some(({ reasons }) => reasons.includes('SAME_NAME'))
  const warnings = isNameKnown ? [nameUnderOtherIdentifier] : []
  return { ref, ...nothing, outcome: 'UNKNOWN', candidates: namesakes, warnings }
}

/** Whether the name is all there is to go by: no number of the subject links it. */
export function isNameAsked(asked: ReadSubject, knowledge: Pick<Knowledge, 'byKey'>): boolean {
  if (asked.nameKey === null) return false
  return (
    asked.identification?.status !== 'READ' || linkedSubjects(asked.identification, knowledge).length === 0
  )
}

function linkedSubjects(
  identification: Extract<Identification, { status: 'READ' }>,
  knowledge: Pick<Knowledge, 'byKey'>,
): FoundSubject[] {
  return distinct(keysOf(identification, 'LINKS').flatMap(knowledge.byKey))
}

const keysOf = ({ keys }: Extract<Identification, { status: 'READ' }>, strength: LookupKey['strength']) =>
  keys.filter((key) => key.strength === strength)

function candidates(subjects: readonly FoundSubject[], reason: CandidateReason): Candidate[] {
  return subjects.map((subject) => ({ subject, reasons: [reason], closest: null }))
}

function merge(first: Candidate[], second: Candidate[]): Candidate[] {
  const byId = new Map<number, Candidate>()
  for (const { subject, reasons, closest } of [...first, ...second]) {
    const before = byId.get(subject.id)
    byId.set(subject.id, {
      subject,
      reasons: [...(before?.reasons ?? []), ...reasons],
      closest: before?.closest ?? closest,
    })
  }
  return [...byId.values()]
}

function distinct(subjects: FoundSubject[]): FoundSubject[] {
  // Of thousands nearly every number names one subject, or none.
  if (subjects.length < 2) return subjects
  return [...new Map(subjects.map((subject) => [subject.id, subject])).values()]
}

const emptySubject: Remark = {
  code: 'SUBJECT_EMPTY',
  message: '证件号码与名称均为空 (expected an identifier or a name, got neither)',
}
const checkCharacter: Remark = {
  code: 'IDENTIFIER_CHECKSUM',
  message: '校验码不符，请核对号码 (the check character does not match: verify the number)',
}
const otherName: Remark = {
  code: 'NAME_DIFFERS',
  message:
    '名称与该号码下登记的名称均不一致，以号码为准 (the name is none that this number bears; the number decides)',
}
const subjectMerged: Remark = {
  code: 'SUBJECT_MERGED',
  message:
    '该代码所指主体已认定与所示主体为同一主体 (the subject of this code was judged to be the one shown)',
}
const nameUnderOtherIdentifier: Remark = {
  code: 'NAME_UNDER_OTHER_IDENTIFIER',
  message:
    '号码未见记录，但同名主体另有号码，请核对 (the number is not known, but subjects of that name bear others)',
}
const malformedIdentifier = ({ rule, suggestion }: { rule: string; suggestion: string | null }): Remark => ({
  code: `IDENTIFIER_${rule}`,
  message: `号码格式不正确${suggestion ? `，是否应为 ${suggestion}` : ''} (not the form of any identifier${suggestion ? `; did you mean ${suggestion}` : ''})`,
})
