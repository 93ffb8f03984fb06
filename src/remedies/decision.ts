import { Refusal } from '../kernel/refusal.ts'
import { caseBasis, type Outcome, type RemedyEvent } from './remedy.ts'

/** The decision (决定) on a case: what the law wants of it. Pure. */

export const decisions = ['UPHELD', 'REJECTED', 'GRANTED', 'DENIED'] as const
export type Decision = (typeof decisions)[number]

export type DecisionInput = {
  decision: Decision
  reasons: string
  documentNo: string
  outcome: Outcome | null
  apology: string | null
  corrected: boolean
  dutiesPerformed: boolean
}

/** The decision (决定) as an event, with all that the law wants of it. */
export function readDecision(input: DecisionInput): Extract<RemedyEvent, { type: Decision }> {
  const { reasons, documentNo, outcome, apology, corrected, dutiesPerformed } = input
  switch (input.decision) {
    case 'UPHELD':
      if (outcome === null)
        throw new Refusal(
          'INPUT_INVALID',
          'outcome 必填 (outcome: required where the objection is upheld)',
          caseBasis.OBJECTION,
        )
      if (outcome === 'REMOVE' && apology === null)
        throw new Refusal(
          'INPUT_INVALID',
          'apology 必填：错误列入须致歉 (apology: required for what was wrongful)',
          '河南省社会信用条例第六十六条',
        )
      return { type: 'UPHELD', outcome, reasons, documentNo, apology }
    case 'GRANTED':
      if (!corrected || !dutiesPerformed)
        throw new Refusal(
          'REPAIR_NOT_POSSIBLE',
          '须已纠正失信行为并履行全部义务 (the conduct must be corrected and all duties performed)',
          caseBasis.REPAIR,
        )
      return { type: 'GRANTED', reasons, documentNo, corrected, dutiesPerformed }
    case 'REJECTED':
    case 'DENIED':
      return { type: input.decision, reasons, documentNo }
  }
}
