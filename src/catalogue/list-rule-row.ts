import { z } from 'zod'

/** The dated rules of a list type, as the statements that need them read them from `list_rule`. */
export const listRulesOf = (listTypeCode: string) => `
  (SELECT coalesce(json_agg(json_build_object(
      'effectiveFrom', e.effective_from, 'effectiveTo', e.effective_to, 'termMonths', e.term_months,
      'earlyExitMonths', e.early_exit_months, 'objectionClock', e.objection_clock,
      'responseClock', e.response_clock, 'feedbackClock', e.feedback_clock,
      'legalBasis', e.legal_basis) ORDER BY e.effective_from), '[]')
     FROM list_rule e WHERE e.list_type_code = ${listTypeCode})`

export const listRuleRow = z.object({
  effectiveFrom: z.string(),
  effectiveTo: z.string().nullable(),
  termMonths: z.int().nullable(),
  earlyExitMonths: z.int().nullable(),
  objectionClock: z.string().nullable(),
  responseClock: z.string().nullable(),
  feedbackClock: z.string().nullable(),
  legalBasis: z.array(z.string()),
})
