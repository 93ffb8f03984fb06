import type { LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'

/** Objection (异议) and credit repair (信用修复): two state machines, each a table. Pure. */

export const remedyKinds = ['OBJECTION', 'REPAIR'] as const
export type RemedyKind = (typeof remedyKinds)[number]

export const openPhases = ['RECEIVED', 'ACCEPTED', 'VERIFYING', 'ANSWERED'] as const
export const closedPhases = ['REFUSED', 'UPHELD', 'REJECTED', 'GRANTED', 'DENIED', 'WITHDRAWN'] as const
export const casePhases = [...openPhases, ...closedPhases] as const
export type CasePhase = (typeof casePhases)[number]

/** CONFIRMED: the record is right. TO_CORRECT, TO_WITHDRAW: the provider will put it right, or it should never have been. */
export const providerAnswers = ['CONFIRMED', 'TO_CORRECT', 'TO_WITHDRAW'] as const
export type ProviderAnswer = (typeof providerAnswers)[number]

/** CORRECT: the record was corrected. REMOVE: it was wrong from the start. PLATFORM: a fault of the platform alone. */
export const outcomes = ['CORRECT', 'REMOVE', 'PLATFORM'] as const
export type Outcome = (typeof outcomes)[number]

/** What the law does not count: 检验检测, 鉴定, 专家评审. */
export const inspectionKinds = ['INSPECTION', 'APPRAISAL', 'EXPERT_REVIEW'] as const
export type InspectionKind = (typeof inspectionKinds)[number]

/** The public credit pledge (信用承诺): the material is true, and what follows if it is not. */
export type Pledge = { signedOn: LegalDay; text: string }

export type RemedyEvent =
  | { type: 'RECEIVED'; recordVersion: number; pledge: Pledge | null }
  | { type: 'ACCEPTED' }
  | { type: 'REFUSED'; reasons: string }
  | { type: 'SENT_TO_PROVIDER' }
  | { type: 'ANSWERED'; answer: ProviderAnswer; reasons: string }
  | { type: 'INSPECTION_BEGAN'; inspection: InspectionKind; reasons: string }
  | { type: 'INSPECTION_ENDED' }
  | { type: 'UPHELD'; outcome: Outcome; reasons: string; documentNo: string; apology: string | null }
  | { type: 'REJECTED'; reasons: string; documentNo: string }
  | {
      type: 'GRANTED'
      reasons: string
      documentNo: string
      /** Declared by the determining department: the conduct was put right, the duties were performed. */
      corrected: boolean
      dutiesPerformed: boolean
    }
  | { type: 'DENIED'; reasons: string; documentNo: string }
  | { type: 'WITHDRAWN'; reasons: string }
  /** A step was not taken in time. Written by the exchange, once a step. */
  | { type: 'ESCALATED'; rule: string; dueOn: LegalDay }
export type RemedyEventType = RemedyEvent['type']

export type CaseState = {
  kind: RemedyKind
  phase: CasePhase
  answer: ProviderAnswer | null
  inspecting: boolean
}

export type CaseTransition = {
  /** BEFORE: nothing has happened yet. */
  from: readonly (CasePhase | 'BEFORE')[]
  to: CasePhase | 'SAME'
  /** Chinese, then English. */
  meaning: string
  legalBasis: string
}

const objection = '河南省社会信用条例第四十一条'
const wrongful = '河南省社会信用条例第四十一条、第四十二条、第六十六条'
const repair = '信用修复管理办法（国家发展改革委令2025年第36号）；河南省社会信用条例第四十三条'
const repairDecision = `${repair}；市场监督管理机关并依市场监管总局令第107号`

const row = (
  from: CaseTransition['from'],
  to: CaseTransition['to'],
  meaning: string,
  legalBasis: string,
): CaseTransition => ({ from, to, meaning, legalBasis })

/** Every event of each kind of case, when it may happen, and on what basis. */
export const caseTransitions: Readonly<
  Record<RemedyKind, Partial<Readonly<Record<RemedyEventType, CaseTransition>>>>
> = {
  OBJECTION: {
    RECEIVED: row(['BEFORE'], 'RECEIVED', '收到异议 (received)', objection),
    ACCEPTED: row(['RECEIVED'], 'ACCEPTED', '受理 (accepted)', objection),
    REFUSED: row(['RECEIVED'], 'REFUSED', '不予受理 (refused)', objection),
    SENT_TO_PROVIDER: row(
      ['ACCEPTED'],
      'VERIFYING',
      '转提供单位核实 (sent to the provider to verify)',
      objection,
    ),
    ANSWERED: row(['VERIFYING'], 'ANSWERED', '提供单位答复 (answered by the provider)', objection),
    INSPECTION_BEGAN: row(
      ['ACCEPTED', 'VERIFYING', 'ANSWERED'],
      'SAME',
      '检验、鉴定、专家评审开始 (inspection began: its time is not counted)',
      objection,
    ),
    INSPECTION_ENDED: row(
      ['ACCEPTED', 'VERIFYING', 'ANSWERED'],
      'SAME',
      '检验、鉴定、专家评审结束 (inspection ended)',
      objection,
    ),
    UPHELD: row(['ACCEPTED', 'ANSWERED'], 'UPHELD', '异议成立 (upheld)', wrongful),
    REJECTED: row(['ACCEPTED', 'ANSWERED'], 'REJECTED', '异议不成立 (rejected)', objection),
    WITHDRAWN: row(openPhases, 'WITHDRAWN', '申请人撤回 (withdrawn by the applicant)', objection),
    ESCALATED: row(openPhases, 'SAME', '超期督办 (overdue)', objection),
  },
  REPAIR: {
    RECEIVED: row(['BEFORE'], 'RECEIVED', '收到修复申请 (received)', repair),
    ACCEPTED: row(['RECEIVED'], 'ACCEPTED', '受理 (accepted)', repair),
    REFUSED: row(['RECEIVED'], 'REFUSED', '不予受理 (refused)', repair),
    GRANTED: row(['ACCEPTED'], 'GRANTED', '准予修复 (granted)', repairDecision),
    DENIED: row(['ACCEPTED'], 'DENIED', '不予修复 (denied)', repairDecision),
    WITHDRAWN: row(['RECEIVED', 'ACCEPTED'], 'WITHDRAWN', '申请人撤回 (withdrawn by the applicant)', repair),
    ESCALATED: row(['RECEIVED', 'ACCEPTED'], 'SAME', '超期督办 (overdue)', repair),
  },
}

/** The article on which a kind of case rests, where no single step is meant. */
export const caseBasis: Readonly<Record<RemedyKind, string>> = { OBJECTION: objection, REPAIR: repair }

/** The state after an event that was allowed. */
export function applyCaseEvent(kind: RemedyKind, before: CaseState | null, event: RemedyEvent): CaseState {
  const to = caseTransitions[kind][event.type]?.to ?? 'SAME'
  const state: CaseState = before ?? { kind, phase: 'RECEIVED', answer: null, inspecting: false }
  const phase = to === 'SAME' ? state.phase : to
  switch (event.type) {
    case 'ANSWERED':
      return { ...state, phase, answer: event.answer }
    case 'INSPECTION_BEGAN':
      return { ...state, phase, inspecting: true }
    case 'INSPECTION_ENDED':
      return { ...state, phase, inspecting: false }
    default:
      return { ...state, phase }
  }
}

export function caseStateOf(kind: RemedyKind, events: readonly RemedyEvent[]): CaseState {
  let state: CaseState | null = null
  for (const event of events) state = applyCaseEvent(kind, state, event)
  if (!state) throw new RangeError('a case begins with its receipt')
  return state
}

export const isOpen = (phase: CasePhase): boolean => openPhases.some((open) => open === phase)

/** Refuses what must not happen to a case in this state, with the article. */
export function requireCaseAllowed(kind: RemedyKind, state: CaseState | null, event: RemedyEvent): void {
  const transition = caseTransitions[kind][event.type]
  if (!transition) {
    throw notAllowed(
      `${kindNames[kind]}案件没有此步骤 (a case of this kind has no step ${event.type})`,
      caseBasis[kind],
    )
  }
  const phase = state?.phase ?? 'BEFORE'
  if (!transition.from.includes(phase)) {
    throw notAllowed(
      `${phase} 状态下不能${transition.meaning}，须为 ${transition.from.join('、')} (expected one of these states)`,
      transition.legalBasis,
    )
  }
  const fault = state && faultOf(state, event)
  if (fault) throw notAllowed(fault, transition.legalBasis)
}

const kindNames: Readonly<Record<RemedyKind, string>> = { OBJECTION: '异议', REPAIR: '信用修复' }
const notAllowed = (message: string, legalBasis: string) =>
  new Refusal('TRANSITION_NOT_ALLOWED', message, legalBasis)

/** What, beyond the phase, speaks against it. */
function faultOf(state: CaseState, event: RemedyEvent): string | null {
  switch (event.type) {
    case 'INSPECTION_BEGAN':
      return state.inspecting ? '检验、鉴定已在进行 (an inspection is under way already)' : null
    case 'INSPECTION_ENDED':
      return state.inspecting ? null : '没有进行中的检验、鉴定 (no inspection is under way)'
    case 'ANSWERED':
      return stillInspecting(state)
    case 'REJECTED':
      return stillInspecting(state) ?? againstAnswer(state, 'CONFIRMED')
    case 'UPHELD':
      return stillInspecting(state) ?? upheldFault(state, event.outcome)
    default:
      return null
  }
}

const stillInspecting = ({ inspecting }: CaseState) =>
  inspecting ? '检验、鉴定尚未结束 (an inspection is still under way)' : null

function upheldFault(state: CaseState, outcome: Outcome): string | null {
  switch (outcome) {
    case 'CORRECT':
      return againstAnswer(state, 'TO_CORRECT')
    case 'REMOVE':
      return againstAnswer(state, 'TO_WITHDRAW')
    case 'PLATFORM':
      return state.answer === null
        ? null
        : '已转提供单位核实，不是平台自身事项 (the provider verified it: no matter of the platform alone)'
  }
}

/** What the provider verified is what is decided: 谁认定、谁负责. */
function againstAnswer({ answer }: CaseState, expected: ProviderAnswer): string | null {
  if (answer === null || answer === expected) return null
  return `处理须与提供单位的答复一致：答复为 ${answer}，此处理须为 ${expected} (the decision must follow the provider's answer)`
}
