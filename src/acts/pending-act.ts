import type { Caller } from '../departments/caller.ts'
import type { Queryable } from '../kernel/database.ts'
import { type ConsoleAction, needsSecondPerson } from '../officers/officer-policy.ts'

/**
 * Acts that two persons do (双人复核): an officer proposes, another person of her department decides. What is proposed is
 * kept as it was written, so what runs is what was looked at.
 */
export const actOperations = [
  'CHANGE_LISTING',
  'DECIDE_REMEDY',
  'CONFIRM_LIFTED',
  'WITHDRAW_RECORD',
  'SUPERSEDE_RECORD',
  'CORRECT_RECORD',
  'JUDGE_IDENTITY',
  'WITHDRAW_JUDGEMENT',
] as const
export type ActOperation = (typeof actOperations)[number]

export const actStates = ['PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'EXPIRED'] as const
export type ActState = (typeof actStates)[number]

/** Void after its time, whether or not a job has looked at it. */
export function stateAt(act: { state: Exclude<ActState, 'EXPIRED'>; expiresAt: Date }, now: Date): ActState {
  return act.state === 'PENDING' && act.expiresAt <= now ? 'EXPIRED' : act.state
}

/** What of an operation only two persons do; null: one is enough, so there is nothing to propose. */
export const forTwoPersons = (action: ConsoleAction): ConsoleAction | null =>
  needsSecondPerson(action) ? action : null

/** The decision that lets an act happen; taken by whoever comes first, in the transaction of what the act does. */
export type Deciding = {
  id: number
  /** What runs. */
  mutation: string
  decide(client: Queryable, caller: Caller): Promise<void>
}
