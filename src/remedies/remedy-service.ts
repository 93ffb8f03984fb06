import type { Caller } from '../departments/caller.ts'
import { concernsCounty } from '../departments/division-code.ts'
import { appendToFeed } from '../feed/feed-store.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { legalDay } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { readCaseCode } from './case-code.ts'
import { type DecisionInput, readDecision } from './decision.ts'
import {
  applyCaseEvent,
  type InspectionKind,
  isOpen,
  type ProviderAnswer,
  type RemedyEvent,
  requireCaseAllowed,
} from './remedy.ts'
import { applyEffects, lockTarget, reachesTheRecord } from './remedy-effects-service.ts'
import { createRemedyIntake, type IntakeParts, type RemedyIntake } from './remedy-intake-service.ts'
import { type CaseAct, mayBring, mayFollow, partiesFor, partiesOf } from './remedy-policy.ts'
import { caseNotYours, type RemedyReceipt, repeatedReceipt, stateOf } from './remedy-receipt-service.ts'
import { appendCaseEvent, findAct, findCase, lockAction, lockCase, setPhase } from './remedy-store.ts'

export type ActInput = { actionId: string; code: string }
type Reasoned = ActInput & { reasons: string }

/** Acts on cases of objection and repair. Every act is idempotent by its client-chosen id. */
export type RemedyService = RemedyIntake & {
  accept(caller: Caller, input: ActInput): Promise<RemedyReceipt>
  refuse(caller: Caller, input: Reasoned): Promise<RemedyReceipt>
  sendToProvider(caller: Caller, input: ActInput): Promise<RemedyReceipt>
  answer(caller: Caller, input: Reasoned & { answer: ProviderAnswer }): Promise<RemedyReceipt>
  /** Inspection, appraisal or expert review begins: its time is not counted. */
  pause(caller: Caller, input: Reasoned & { inspection: InspectionKind }): Promise<RemedyReceipt>
  resume(caller: Caller, input: ActInput): Promise<RemedyReceipt>
  decide(caller: Caller, input: ActInput & DecisionInput): Promise<RemedyReceipt>
  withdraw(caller: Caller, input: Reasoned): Promise<RemedyReceipt>
}

export function createRemedyService(parts: IntakeParts): RemedyService {
  const { pool, vault, clock, earliestRepairOn } = parts

  /** One act in one transaction, with all that it brings about: repeated, it gives what it gave. */
  async function act(
    caller: Caller,
    { actionId, code: typed }: ActInput,
    event: Extract<RemedyEvent, { type: CaseAct }>,
  ): Promise<RemedyReceipt> {
    const { department } = caller
    const code = readCaseCode(typed)
    const sought = code === null ? null : await findCase(pool, code)
    const { datasets } = await parts.catalogue.current()
    const dataset = datasets.find(({ id }) => id === sought?.datasetId)
    if (!sought || !dataset) throw caseNotFound()
    const standing = partiesOf(department, dataset, sought.openerId)
    if (!mayFollow(standing) || !concernsCounty(caller.county ?? null, sought.subject.uscc))
      throw caseNotFound()
    const inputMac = vault.blindIndex('remedy act', canonicalJson({ code, event: { ...event } }))
    return transaction(pool, async (client) => {
      await caller.request.claim(client)
      await lockAction(client, department.id, actionId)
      const before = await findAct(client, department.id, actionId)
      if (before) return repeatedReceipt(client, before, inputMac)
      const locked = reachesTheRecord(event.type) ? await lockTarget(client, sought) : null
      const found = await lockCase(client, sought.id)
      const { id, kind } = found
      if (!mayBring(standing, partiesFor(kind, found.phase, event))) throw caseNotYours(kind)
      const state = stateOf(found)
      requireCaseAllowed(kind, state, event)
      const now = clock.now()
      const today = legalDay(now)
      const by = { departmentId: department.id, actor: department.code }
      const acting = { client, code: found.code, today, by }
      const feed = locked
        ? await applyEffects(acting, { found, event, locked, dataset }, earliestRepairOn)
        : []
      const action = { actionId, inputMac }
      await appendCaseEvent(client, id, event, { on: today, at: now, departmentId: department.id, action })
      const { phase } = applyCaseEvent(kind, state, event)
      if (phase !== found.phase) await setPhase(client, id, phase, isOpen(phase) ? null : now)
      await appendToFeed(client, feed)
      return { code: found.code, kind, event: event.type, phase, at: now }
    })
  }

  return {
    ...createRemedyIntake(parts),
    accept: (caller, input) => act(caller, input, { type: 'ACCEPTED' }),
    refuse: (caller, input) => act(caller, input, { type: 'REFUSED', reasons: input.reasons }),
    sendToProvider: (caller, input) => act(caller, input, { type: 'SENT_TO_PROVIDER' }),
    answer: (caller, input) =>
      act(caller, input, { type: 'ANSWERED', answer: input.answer, reasons: input.reasons }),
    pause: (caller, { inspection, reasons, ...input }) =>
      act(caller, input, { type: 'INSPECTION_BEGAN', inspection, reasons }),
    resume: (caller, input) => act(caller, input, { type: 'INSPECTION_ENDED' }),
    decide: async (caller, input) => act(caller, input, readDecision(input)),
    withdraw: (caller, input) => act(caller, input, { type: 'WITHDRAWN', reasons: input.reasons }),
  }
}

const caseNotFound = () => new Refusal('CASE_NOT_FOUND', '没有此编号的案件 (no case has this code)')
