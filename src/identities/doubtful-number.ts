import { Refusal } from '../kernel/refusal.ts'
import {
  checkIdentifier,
  type IdentifierScheme,
  isPersonScheme,
  type PersonScheme,
} from '../subjects/identifiers.ts'
import { toldByForm } from '../subjects/reference.ts'
import type { SubjectKind } from './judgement.ts'

/**
 * A number with the form of its scheme but a wrong check character (校验码不符). Real ones exist among the early pilot codes, so a
 * person may decide that one is right all the same; from then on it is taken as any other. Pure.
 */

export const doubtfulNumberDecisions = ['ACCEPTED', 'WITHDRAWN'] as const
export type DoubtfulNumberDecision = (typeof doubtfulNumberDecisions)[number]

export type DoubtfulNumber = { kind: SubjectKind; scheme: 'USCC' | PersonScheme; value: string }

/** The number that may be decided on. Throws where it is none that links a subject, or nothing is wrong with it. */
export function readDoubtfulNumber(raw: string, scheme: IdentifierScheme | null): DoubtfulNumber {
  const read = scheme ? { scheme, check: checkIdentifier(scheme, raw) } : toldByForm(raw)
  const { check } = read
  if (check.status !== 'checksum_mismatch') {
    throw new Refusal(
      'INPUT_INVALID',
      check.status === 'valid'
        ? '号码校验码正确，无须例外 (the check character is right: nothing is to be decided)'
        : '号码格式不正确 (the identifier has not the form of its scheme)',
    )
  }
  if (read.scheme === 'USCC') return { kind: 'ORGANISATION', scheme: read.scheme, value: check.value }
  if (isPersonScheme(read.scheme)) return { kind: 'PERSON', scheme: read.scheme, value: check.value }
  throw new Refusal('INPUT_INVALID', '此类号码不确定主体 (a number of this kind names no subject)')
}

/**
 * Whether a doubtful number is taken without asking again. Where nobody decided on it since decisions are kept, one whose
 * subject exists was accepted row by row before.
 */
export const isTaken = (decision: DoubtfulNumberDecision | null, isKnown: boolean) =>
  decision === null ? isKnown : decision === 'ACCEPTED'
