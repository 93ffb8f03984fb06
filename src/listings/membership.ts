import type { LegalDay } from '../kernel/clock.ts'

/**
 * Membership of a subject in a list (名单), from the prior notice to its end: a state machine. Pure. What holds on a day is
 * told by the days in the state, never by the phase having been changed in time.
 */

/**
 * NOTICED: told in advance (事前告知; of a list of the trustworthy: publicised, 公示). OBJECTED: the subject was heard
 * (陈述申辩). DECIDED: the decision stands, its record is awaited. DROPPED: no decision to list. LISTED: on the list from
 * a day on. ENDED: its end is noted.
 */
export const phases = ['NOTICED', 'OBJECTED', 'DECIDED', 'DROPPED', 'LISTED', 'ENDED'] as const
export type Phase = (typeof phases)[number]

/** REMOVED: the determining organ took it off (移出). WRONGFUL: it should never have been there. */
export const exitKinds = ['REMOVED', 'WITHDRAWN', 'SUPERSEDED', 'REPAIRED', 'WRONGFUL'] as const
export type ExitKind = (typeof exitKinds)[number]

/** From the first day on which a court-approved plan suspends it to the first on which it no longer does. */
export type Suspension = { from: LegalDay; until: LegalDay | null }

export type Membership = {
  phase: Phase
  subjectId: number
  /** The first day in force; null: not listed yet. */
  listedOn: LegalDay | null
  /** The last day in force; null: until it exits. */
  endsOn: LegalDay | null
  /** The first day no longer in force. */
  exitedOn: LegalDay | null
  exitKind: ExitKind | null
  /** The day of its removal by an act, whatever its record says. */
  removedOn: LegalDay | null
  publishedOn: LegalDay | null
  /** The day from which it is marked as disputed (异议标注). */
  disputedSince: LegalDay | null
  suspensions: readonly Suspension[]
  grade: string
  decisionNo: string
  reason: string
}

/** What the record says that establishes a membership or corrects it. */
export type Grounds = Pick<
  Membership,
  'subjectId' | 'listedOn' | 'endsOn' | 'exitedOn' | 'grade' | 'decisionNo' | 'reason'
>

/** `on`: the legal day from which it has effect. `recordedOn`: that on which the exchange heard of it. */
export type MembershipEvent =
  | { type: 'NOTICED'; on: LegalDay; subjectId: number; grade: string; reason: string }
  | { type: 'OBJECTED'; on: LegalDay }
  | { type: 'DECIDED'; on: LegalDay; decisionNo: string }
  | { type: 'DROPPED'; on: LegalDay }
  | { type: 'LISTED'; on: LegalDay; grounds: Grounds; recordedOn: LegalDay; publishedOn: LegalDay | null }
  | { type: 'CORRECTED'; on: LegalDay; grounds: Grounds; recordedOn: LegalDay }
  | { type: 'PUBLISHED'; on: LegalDay }
  | { type: 'DISPUTED'; on: LegalDay }
  | { type: 'DISPUTE_SETTLED'; on: LegalDay }
  | { type: 'SUSPENDED'; on: LegalDay }
  | { type: 'RESUMED'; on: LegalDay }
  | { type: 'EXPIRED'; on: LegalDay }
  | { type: ExitKind; on: LegalDay }
export type MembershipEventType = MembershipEvent['type']

export type Transition = {
  /** Phases in which it may happen; BEFORE: nothing has happened yet. */
  from: readonly (Phase | 'BEFORE')[]
  /** SAME: the phase stays. BY_DAYS: LISTED or ENDED, as the days then tell. */
  to: Phase | 'SAME' | 'BY_DAYS'
  /** Chinese, then English. */
  meaning: string
  legalBasis: string
}

/** Every event, when it may happen and on what basis. The diagram in the docs is made from this table. */
export const transitions: Readonly<Record<MembershipEventType, Transition>> = {
  NOTICED: {
    from: ['BEFORE'],
    to: 'NOTICED',
    meaning: '事前告知、红名单公示 (prior notice; for the trustworthy, publicity)',
    legalBasis: '河南省社会信用条例第二十八条',
  },
  OBJECTED: {
    from: ['NOTICED'],
    to: 'OBJECTED',
    meaning: '陈述申辩 (the subject objected to the notice)',
    legalBasis: '河南省社会信用条例第二十八条；国办发〔2020〕49号第八项',
  },
  DECIDED: {
    from: ['NOTICED', 'OBJECTED'],
    to: 'DECIDED',
    meaning: '列入决定 (the decision to list)',
    legalBasis: '国办发〔2020〕49号第八项',
  },
  DROPPED: {
    from: ['NOTICED', 'OBJECTED', 'DECIDED'],
    to: 'DROPPED',
    meaning: '不予列入 (no listing)',
    legalBasis: '国办发〔2020〕49号第八项',
  },
  LISTED: {
    from: ['BEFORE', 'DECIDED'],
    to: 'BY_DAYS',
    meaning: '列入 (listed)',
    legalBasis: '河南省社会信用条例第二十八条、第三十三条',
  },
  PUBLISHED: {
    from: ['LISTED'],
    to: 'SAME',
    meaning: '公布 (published)',
    legalBasis: '河南省社会信用条例第三十六条',
  },
  DISPUTED: {
    from: ['LISTED'],
    to: 'SAME',
    meaning: '异议标注 (marked as disputed)',
    legalBasis: '河南省社会信用条例第四十一条',
  },
  DISPUTE_SETTLED: {
    from: ['LISTED', 'ENDED'],
    to: 'SAME',
    meaning: '取消异议标注 (no longer disputed)',
    legalBasis: '河南省社会信用条例第四十一条',
  },
  CORRECTED: {
    from: ['LISTED', 'ENDED'],
    to: 'BY_DAYS',
    meaning: '更正 (corrected)',
    legalBasis: '河南省社会信用条例第四十一条',
  },
  SUSPENDED: {
    from: ['LISTED'],
    to: 'SAME',
    meaning: '破产重整、和解期间暂停 (suspended while a court-approved plan runs)',
    legalBasis: '信用修复管理办法（国家发展改革委令2025年第36号）',
  },
  RESUMED: {
    from: ['LISTED'],
    to: 'SAME',
    meaning: '恢复 (the suspension ended)',
    legalBasis: '信用修复管理办法（国家发展改革委令2025年第36号）',
  },
  EXPIRED: {
    from: ['LISTED'],
    to: 'ENDED',
    meaning: '期满 (the term ended)',
    legalBasis: '河南省社会信用条例第三十七条',
  },
  REMOVED: {
    from: ['LISTED'],
    to: 'ENDED',
    meaning: '移出 (removed by the determining organ)',
    legalBasis: '河南省社会信用条例第三十七条',
  },
  REPAIRED: {
    from: ['LISTED'],
    to: 'ENDED',
    meaning: '信用修复 (repaired)',
    legalBasis: '信用修复管理办法（国家发展改革委令2025年第36号）；河南省社会信用条例第四十三条',
  },
  WITHDRAWN: {
    from: ['LISTED', 'ENDED'],
    to: 'ENDED',
    meaning: '撤销 (the determination was revoked)',
    legalBasis: '河南省社会信用条例第四十二条；行政处罚法第四十八条',
  },
  SUPERSEDED: {
    from: ['LISTED', 'ENDED'],
    to: 'ENDED',
    meaning: '被取代 (another record took its place)',
    legalBasis: '河南省社会信用条例第四十一条',
  },
  WRONGFUL: {
    from: ['LISTED', 'ENDED'],
    to: 'ENDED',
    meaning: '错误列入，立即移出并致歉 (wrongful listing: removed at once, with an apology)',
    legalBasis: '河南省社会信用条例第六十六条',
  },
}

export const eventTypes = [
  'NOTICED',
  'OBJECTED',
  'DECIDED',
  'DROPPED',
  'LISTED',
  'PUBLISHED',
  'DISPUTED',
  'DISPUTE_SETTLED',
  'CORRECTED',
  'SUSPENDED',
  'RESUMED',
  'EXPIRED',
  'REMOVED',
  'REPAIRED',
  'WITHDRAWN',
  'SUPERSEDED',
  'WRONGFUL',
] as const satisfies readonly MembershipEventType[]

const nothing: Membership = {
  phase: 'NOTICED',
  subjectId: 0,
  listedOn: null,
  endsOn: null,
  exitedOn: null,
  exitKind: null,
  removedOn: null,
  publishedOn: null,
  disputedSince: null,
  suspensions: [],
  grade: '',
  decisionNo: '',
  reason: '',
}

/** The state after an event that was allowed. */
export function applyEvent(before: Membership | null, event: MembershipEvent): Membership {
  const { to } = transitions[event.type]
  const state: Membership = { ...(before ?? nothing) }
  if (to !== 'SAME' && to !== 'BY_DAYS') state.phase = to
  switch (event.type) {
    case 'NOTICED':
      return { ...state, subjectId: event.subjectId, grade: event.grade, reason: event.reason }
    case 'OBJECTED':
    case 'DROPPED':
    case 'EXPIRED':
      return state
    case 'DECIDED':
      return { ...state, decisionNo: event.decisionNo }
    case 'LISTED':
      return { ...restingOn(state, event.grounds, event.recordedOn), publishedOn: event.publishedOn }
    case 'CORRECTED':
      return restingOn(state, event.grounds, event.recordedOn)
    case 'PUBLISHED':
      return { ...state, publishedOn: event.on }
    case 'DISPUTED':
      return { ...state, disputedSince: event.on }
    case 'DISPUTE_SETTLED':
      return { ...state, disputedSince: null }
    case 'SUSPENDED':
      return { ...state, suspensions: [...state.suspensions, { from: event.on, until: null }] }
    case 'RESUMED':
      return { ...state, suspensions: endOpenSuspension(state.suspensions, event.on) }
    case 'REMOVED': {
      // The day that the record names is noted when it comes; any other is that of an act.
      const removedOn = event.on === state.exitedOn ? state.removedOn : event.on
      return { ...state, removedOn, exitedOn: earlier(state.exitedOn, event.on), exitKind: 'REMOVED' }
    }
    case 'REPAIRED':
    case 'WITHDRAWN':
    case 'SUPERSEDED':
    case 'WRONGFUL':
      return { ...state, exitedOn: earlier(state.exitedOn, event.on), exitKind: event.type }
  }
}

/**
 * What the record says now, as `storeListings` says it in SQL. A removal by an act outlives every correction, and an end
 * that was noted stays unless the corrected term runs on.
 */
function restingOn(state: Membership, grounds: Grounds, recordedOn: LegalDay): Membership {
  const { removedOn } = state
  const exitedOn = removedOn === null ? grounds.exitedOn : earlier(grounds.exitedOn, removedOn)
  const isEnded =
    removedOn !== null ||
    (exitedOn !== null && exitedOn <= recordedOn) ||
    (state.phase === 'ENDED' && grounds.endsOn !== null && grounds.endsOn < recordedOn)
  return {
    ...state,
    ...grounds,
    phase: isEnded ? 'ENDED' : 'LISTED',
    exitedOn,
    exitKind: exitedOn === null ? null : 'REMOVED',
  }
}

/** A suspension that ends on the day it began never was. */
function endOpenSuspension(suspensions: readonly Suspension[], on: LegalDay): Suspension[] {
  return suspensions.flatMap((suspension) => {
    if (suspension.until !== null) return [suspension]
    return suspension.from < on ? [{ ...suspension, until: on }] : []
  })
}

const earlier = (a: LegalDay | null, b: LegalDay): LegalDay => (a !== null && a < b ? a : b)

/** In force (有效) on the day, as SQL says it in `listing_in_force`. */
export function isInForce(
  state: Pick<Membership, 'listedOn' | 'endsOn' | 'exitedOn' | 'suspensions'>,
  day: LegalDay,
): boolean {
  const { listedOn, endsOn, exitedOn, suspensions } = state
  return (
    listedOn !== null &&
    listedOn <= day &&
    (endsOn === null || day <= endsOn) &&
    (exitedOn === null || day < exitedOn) &&
    !suspensions.some(({ from, until }) => from <= day && (until === null || day < until))
  )
}
