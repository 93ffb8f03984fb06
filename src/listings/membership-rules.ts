import type { LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import { isInForce, type Membership, type MembershipEvent, transitions } from './membership.ts'

/** What must not happen to a membership, by its phase and beyond it. Pure. */

const openSuspension = ({ suspensions }: Membership) => suspensions.find(({ until }) => until === null)
const isSuspended = (state: Membership) => openSuspension(state) !== undefined

/** Refuses what must not happen to a membership in this state, with the article. */
export function requireAllowed(state: Membership | null, event: MembershipEvent, today: LegalDay): void {
  const { from, meaning, legalBasis } = transitions[event.type]
  const phase = state?.phase ?? 'BEFORE'
  if (!from.includes(phase)) {
    throw new Refusal(
      'TRANSITION_NOT_ALLOWED',
      `${phase} 状态下不能${meaning}，须为 ${from.join('、')} (expected one of these states)`,
      legalBasis,
    )
  }
  const fault = state && faultOf(state, event, today)
  if (fault) throw new Refusal('TRANSITION_NOT_ALLOWED', fault, legalBasis)
  if (event.on > today && event.type !== 'LISTED' && event.type !== 'CORRECTED') {
    throw new Refusal('TRANSITION_NOT_ALLOWED', '日期不得在将来 (the day is in the future)', legalBasis)
  }
}

/** What, beyond the phase, speaks against it. */
function faultOf(state: Membership, event: MembershipEvent, today: LegalDay): string | null {
  switch (event.type) {
    case 'DISPUTED':
      return state.disputedSince === null ? null : '已有异议标注 (it is marked as disputed already)'
    case 'DISPUTE_SETTLED':
      return state.disputedSince === null ? '没有异议标注 (it is not marked as disputed)' : null
    case 'SUSPENDED':
      if (isSuspended(state)) return '已在暂停中 (it is suspended already)'
      return suspendedUntil(state, event.on) ?? notInForce(state, event.on)
    case 'RESUMED': {
      const open = openSuspension(state)
      if (!open) return '没有暂停 (it is not suspended)'
      return event.on < open.from ? `早于暂停之日 ${open.from} (the suspension began on ${open.from})` : null
    }
    case 'PUBLISHED':
      if (state.publishedOn !== null) return '已公布 (it was published already)'
      return beforeListing(state, event.on)
    case 'REMOVED':
      if (state.exitedOn !== null && state.exitedOn <= today) return '已移出 (it was removed already)'
      return beforeListing(state, event.on)
    case 'EXPIRED':
      return state.endsOn !== null && state.endsOn < today ? null : '期限未满 (its term has not ended)'
    case 'CORRECTED':
      return state.exitKind === null || state.exitKind === 'REMOVED'
        ? null
        : '所依据的记录已不成立，不得更正 (the record it rests on stands no more: nothing to correct)'
    case 'REPAIRED':
      return isSuspended(state) || isInForce(state, today)
        ? null
        : '已不在名单上 (it is no longer on the list)'
    default:
      return null
  }
}

/** Two suspensions that touch would be one, and its end that of both. */
function suspendedUntil({ suspensions }: Membership, day: LegalDay): string | null {
  const later = suspensions.find(({ until }) => until !== null && until >= day)
  return later
    ? `此前的暂停至 ${later.until} 恢复，须自其后起 (an earlier suspension ended on ${later.until}: begin on a later day)`
    : null
}

const beforeListing = ({ listedOn }: Membership, day: LegalDay) =>
  listedOn !== null && day < listedOn ? `早于列入之日 ${listedOn} (it was listed on ${listedOn})` : null

const notInForce = (state: Membership, day: LegalDay) =>
  isInForce(state, day) ? null : '当日不在名单上 (it is not in force on that day)'
