import { Refusal } from '../kernel/refusal.ts'
import { checkIdentifier, currentResidentId, type IdentifierScheme } from '../subjects/identifiers.ts'
import { type Contradiction, contradictionIn, type Link } from './wholes.ts'

/**
 * Judgements on whether two subjects are one (主体归并认定). Each one is an event; the last of a pair stands, until it is
 * superseded or withdrawn. Pure: what may be judged.
 */

export const subjectKinds = ['ORGANISATION', 'PERSON'] as const
export type SubjectKind = (typeof subjectKinds)[number]

export const verdicts = ['SAME', 'DIFFERENT', 'UNSURE'] as const
export type Verdict = (typeof verdicts)[number]

/**
 * Why two numbers are of one subject. `NUMBER_REPLACED` (换发): by a document of whoever issues it. `NUMBER_MISTYPED` (录入错误):
 * one of the two fails its check. `LEGACY_NUMBER`: the fifteen digits of before 1999 and the eighteen of today.
 * `OTHER_CERTIFICATE`: two kinds of certificates of one person.
 */
export const grounds = ['NUMBER_REPLACED', 'NUMBER_MISTYPED', 'LEGACY_NUMBER', 'OTHER_CERTIFICATE'] as const
export type Ground = (typeof grounds)[number]

/** What led to the question. `REPORTED`: a department or an administrator says so; the others are found by the exchange. */
export const suspicions = [
  'REPORTED',
  'SAME_NAME_DOUBTFUL_CODE',
  'SAME_OTHER_NUMBER',
  'LEGACY_NUMBER',
] as const
export type Suspicion = (typeof suspicions)[number]

export type IdentityEvent =
  | { type: 'PROPOSED'; suspicion: Suspicion; reason: string | null }
  | { type: 'JUDGED'; verdict: Verdict; ground: Ground | null; documentNo: string | null; reason: string }
  | { type: 'WITHDRAWN'; reason: string }

export type SubjectNumberFact = { scheme: IdentifierScheme; value: string }

/** The pair as it stands, with the numbers of both and every judgement of the wholes around them, its own among them. */
export type JudgedPair = {
  proposalId: number
  kind: SubjectKind
  low: number
  high: number
  verdict: Verdict | null
  numbers: { low: readonly SubjectNumberFact[]; high: readonly SubjectNumberFact[] }
  links: readonly Link[]
}

export type Decision = { verdict: Verdict | null; links: Link[] }

/** What stands after the event. Throws the refusal where it may not happen. */
export function decide(pair: JudgedPair, event: Exclude<IdentityEvent, { type: 'PROPOSED' }>): Decision {
  const others = pair.links.filter(({ proposalId }) => proposalId !== pair.proposalId)
  switch (event.type) {
    case 'WITHDRAWN':
      if (pair.verdict === null)
        throw new Refusal(
          'IDENTITY_NOT_JUDGED',
          '没有可撤回的认定 (no judgement stands that could be withdrawn)',
        )
      return { verdict: null, links: others }
    case 'JUDGED': {
      requireGround(pair, event)
      const links =
        event.verdict === 'UNSURE' ? others : [...others, { ...linkOf(pair), verdict: event.verdict }]
      const contradiction = contradictionIn(links)
      if (contradiction) throw contradictory(contradiction)
      return { verdict: event.verdict, links }
    }
  }
}

const linkOf = ({ proposalId, low, high }: JudgedPair) => ({ proposalId, low, high })

function requireGround(
  pair: JudgedPair,
  { verdict, ground, documentNo }: Extract<IdentityEvent, { type: 'JUDGED' }>,
): void {
  if (verdict !== 'SAME') {
    if (ground === null) return
    throw new Refusal('INPUT_INVALID', 'ground 只用于认定同一 (ground: only where they are the same)')
  }
  if (ground === null)
    throw new Refusal('INPUT_INVALID', '认定同一须写明依据 (ground: required where they are the same)')
  if (pair.kind === 'ORGANISATION' && ground !== 'NUMBER_REPLACED' && ground !== 'NUMBER_MISTYPED')
    throw notFitting(pair, '该依据只用于自然人 (this ground is for persons)')
  switch (ground) {
    case 'NUMBER_REPLACED':
      if (documentNo === null)
        throw new Refusal(
          'DOCUMENT_REQUIRED',
          '换发号码须有文号 (documentNo: required where a number was replaced)',
        )
      return
    case 'NUMBER_MISTYPED':
      if ([...pair.numbers.low, ...pair.numbers.high].some(isDoubtful)) return
      throw notFitting(
        pair,
        '两个号码校验码均正确，不是录入错误 (both numbers pass their check: neither is mistyped)',
      )
    case 'LEGACY_NUMBER':
      if (pair.numbers.low.some((one) => pair.numbers.high.some((other) => isSameResident(one, other))))
        return
      throw notFitting(pair, '15位号码与18位号码不相符 (the old number is not that of the new one)')
    case 'OTHER_CERTIFICATE':
      if (pair.numbers.low.every((one) => pair.numbers.high.every(({ scheme }) => scheme !== one.scheme)))
        return
      throw notFitting(pair, '两个号码属同一种证件 (both numbers are of one kind of certificate)')
  }
}

function notFitting({ kind }: JudgedPair, message: string): Refusal {
  return new Refusal(
    'IDENTITY_GROUND_NOT_FITTING',
    kind === 'ORGANISATION'
      ? `${message}。统一社会信用代码是唯一标识，不同代码即不同主体 (the code is the only key: two codes are two subjects)`
      : message,
    '河南省社会信用条例第十六条',
  )
}

/** A number that has the form of its scheme but not its check character. */
export const isDoubtful = ({ scheme, value }: SubjectNumberFact) =>
  checkIdentifier(scheme, value).status === 'checksum_mismatch'

/** A number of the kind that identifies today, with the right check character: neither doubtful, nor old, nor a substitute. */
export function isSound({ scheme, value }: SubjectNumberFact): boolean {
  if (scheme !== 'USCC' && scheme !== 'RESIDENT_ID') return false
  return value.length === 18 && checkIdentifier(scheme, value).status === 'valid'
}

function isSameResident(one: SubjectNumberFact, other: SubjectNumberFact): boolean {
  if (one.scheme !== 'RESIDENT_ID' || other.scheme !== 'RESIDENT_ID') return false
  return currentResidentId(one.value) === currentResidentId(other.value)
}

function contradictory({ same, different }: Contradiction): Refusal {
  const chain = same.map(({ proposalId }) => proposalId)
  return new Refusal(
    'IDENTITY_CONTRADICTION',
    `与已有认定矛盾：${chain.join('、')} 认定同一，${different.proposalId} 认定不同 (the judgements on ${chain.join(', ')} say the same, that on ${different.proposalId} says different)`,
    null,
    [...chain, different.proposalId],
  )
}
