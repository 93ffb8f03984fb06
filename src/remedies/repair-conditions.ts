import type { LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import { caseBasis, type Pledge, type RemedyKind } from './remedy.ts'

/** What must be before a record is repaired (NDRC order 36/2025). Pure. */

/** Since when a record may be repaired, by which rule. */
export type RepairTerm = { day: LegalDay; legalBasis: string }

/** `term` null: no rule tells when it may be repaired. Its day is told only to whom what it rests on is disclosed. */
export function requireRepairable(
  term: RepairTerm | null,
  today: LegalDay,
  disclosure: 'DISCLOSED' | 'UNDISCLOSED',
): void {
  if (term === null)
    throw new Refusal(
      'REPAIR_NOT_POSSIBLE',
      '没有规则允许修复该信息 (no rule allows this record to be repaired)',
      caseBasis.REPAIR,
    )
  if (today >= term.day) return
  switch (disclosure) {
    case 'DISCLOSED':
      throw new Refusal(
        'REPAIR_TOO_EARLY',
        `最短公示期未满，${term.day} 起可以申请修复 (too early: it may be repaired from ${term.day} on)`,
        term.legalBasis,
      )
    // The articles tell the gravity.
    case 'UNDISCLOSED':
      throw new Refusal(
        'REPAIR_TOO_EARLY',
        '最短公示期未满，请向认定单位查询 (too early: the department that determined it knows from when on)',
        caseBasis.REPAIR,
      )
  }
}

/** Whoever asks for repair pledges that what they say is true. */
export function requirePledge(kind: RemedyKind, pledge: Pledge | null, today: LegalDay): void {
  if (kind !== 'REPAIR') return
  if (pledge === null)
    throw new Refusal('INPUT_INVALID', '须作出信用承诺 (pledge: required for a repair)', caseBasis.REPAIR)
  if (pledge.signedOn > today)
    throw new Refusal('INPUT_INVALID', '承诺日期不得在将来 (pledge: signed in the future)', caseBasis.REPAIR)
}
