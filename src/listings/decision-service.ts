import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { findObjectUntil, findSameDecision, type StoredMembership } from './listing-store.ts'

/** What beside the life cycle a decision to list depends on. Needs `lockDataset`. */

/** A decision before the time to object is over would take the subject's right to be heard. */
export async function requireHeard(
  client: Queryable,
  before: StoredMembership,
  decidedOn: LegalDay,
): Promise<void> {
  if (before.phase !== 'NOTICED') return
  const until = await findObjectUntil(client, before.id)
  if (until === null || decidedOn > until) return
  throw new Refusal(
    'TRANSITION_NOT_ALLOWED',
    `陈述申辩期至 ${until} 止，期满前不得作出决定 (the subject may object until ${until}: no decision before)`,
    '河南省社会信用条例第二十八条',
  )
}

/** A record fulfils one decision: a second one under its number would wait for ever. */
export async function requireOnlyDecision(
  client: Queryable,
  before: StoredMembership,
  decisionNo: string,
): Promise<void> {
  const other = await findSameDecision(client, before, decisionNo)
  if (other === null) return
  throw new Refusal(
    'TRANSITION_NOT_ALLOWED',
    `该主体已有同一文号的列入决定 ${other}，待报记录 (decision ${other} on this subject bears the number and awaits its record)`,
    '国办发〔2020〕49号第八项',
  )
}
