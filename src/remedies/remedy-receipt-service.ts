import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import {
  type CasePhase,
  type CaseState,
  caseBasis,
  caseStateOf,
  type RemedyEventType,
  type RemedyKind,
} from './remedy.ts'
import { findCase, type StoredAct, type StoredCase } from './remedy-store.ts'

/** What an act or an opening came to; repeated, it is the same. */
export type RemedyReceipt = {
  code: string
  kind: RemedyKind
  event: RemedyEventType
  phase: CasePhase
  at: Date
}

export const stateOf = (found: Pick<StoredCase, 'kind' | 'events'>): CaseState =>
  caseStateOf(
    found.kind,
    found.events.map(({ event }) => event),
  )

/** The receipt of the act that this id stands for already. */
export async function repeatedReceipt(
  client: Queryable,
  before: StoredAct,
  inputMac: string,
): Promise<RemedyReceipt> {
  if (before.inputMac !== inputMac)
    throw new Refusal(
      'ACTION_ID_REUSED',
      '该操作号已用于其他内容 (this action id was used for other content)',
    )
  const found = await findCase(client, before.code)
  const acted = found?.events.find(({ seq }) => seq === before.seq)
  if (!found || !acted) throw new RangeError('an act is an event of its case')
  const { kind, code } = found
  const { phase } = stateOf({ kind, events: found.events.filter(({ seq }) => seq <= before.seq) })
  return { code, kind, event: acted.event.type, phase, at: acted.recordedAt }
}

export const caseNotYours = (kind: RemedyKind): Refusal =>
  new Refusal(
    'CASE_NOT_YOURS',
    '谁认定、谁修复：该步骤由其他部门办理 (another department takes this step)',
    caseBasis[kind],
  )
