import type { Identification, LookupKey } from '../subjects/identification.ts'
import type { IdentifierScheme } from '../subjects/identifiers.ts'

/** Screening (核查): each subject asked about gets one result, in the order of the request. Pure. */

/** `scheme`: of the identifier; left out, it is told from the form. */
export type AskedSubject = {
  ref: string | null
  identifier: string | null
  scheme?: IdentifierScheme
  name: string | null
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
  byName(nameKey: string): readonly FoundSubject[]
  isListed(subject: FoundSubject): boolean
}

export type ScreeningOutcome = 'LISTED' | 'CLEAR' | 'AMBIGUOUS' | 'UNKNOWN' | 'INVALID'
export type Remark = { code: string; message: string }
export type Candidate = { subject: FoundSubject; reasons: CandidateReason[] }
export type CandidateReason = 'SAME_NAME' | 'SAME_OTHER_NUMBER' | 'SAME_IDENTIFIER'

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
  const namesakes = nameKey === null ? [] : candidates(knowledge.byName(nameKey), 'SAME_NAME')
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
  const linked = distinct(
    identification.keys.filter((key) => key.strength === 'LINKS').flatMap(knowledge.byKey),
  )
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
  const suggested = distinct(
    identification.keys.filter((key) => key.strength === 'SUGGESTS').flatMap(knowledge.byKey),
  )
  if (suggested.length > 0) {
    return {
      ref,
      ...nothing,
      outcome: 'AMBIGUOUS',
      candidates: merge(candidates(suggested, 'SAME_OTHER_NUMBER'), namesakes),
    }
  }
  const warnings = namesakes.length > 0 ? [nameUnderOtherIdentifier] : []
  return { ref, ...nothing, outcome: 'UNKNOWN', candidates: namesakes, warnings }
}

function candidates(subjects: readonly FoundSubject[], reason: CandidateReason): Candidate[] {
  return subjects.map((subject) => ({ subject, reasons: [reason] }))
}

function merge(first: Candidate[], second: Candidate[]): Candidate[] {
  const byId = new Map<number, Candidate>()
  for (const { subject, reasons } of [...first, ...second]) {
    byId.set(subject.id, { subject, reasons: [...(byId.get(subject.id)?.reasons ?? []), ...reasons] })
  }
  return [...byId.values()]
}

function distinct(subjects: readonly FoundSubject[]): FoundSubject[] {
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
