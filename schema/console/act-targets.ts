import { z } from 'zod'
import type { ActTarget } from '../../src/acts/act-target.ts'
import type { ActOperation } from '../../src/acts/pending-act.ts'
import type { Json } from '../../src/kernel/canonical-json.ts'
import { Refusal } from '../refusal.ts'

/** What the input of each operation is about. */

const number = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
const key = z.record(z.string(), z.json())
const record = z.object({ dataset: z.string(), sourceKey: key })

const targets: Record<ActOperation, z.ZodType<ActTarget>> = {
  CHANGE_LISTING: z
    .object({ listingId: number })
    .transform(({ listingId }): ActTarget => ({ kind: 'LISTING', listingId })),
  DECIDE_REMEDY: z.object({ code: z.string() }).transform(({ code }): ActTarget => ({ kind: 'CASE', code })),
  CONFIRM_LIFTED: z
    .object({ taskId: number })
    .transform(({ taskId }): ActTarget => ({ kind: 'TASK', taskId })),
  WITHDRAW_RECORD: record.transform(recordTarget),
  CORRECT_RECORD: record.transform(recordTarget),
  SUPERSEDE_RECORD: record
    .extend({ supersededBy: key })
    .transform((input): ActTarget => ({ ...recordTarget(input), successor: input.supersededBy })),
  JUDGE_IDENTITY: z.object({ proposalId: number }).transform(pairTarget),
  WITHDRAW_JUDGEMENT: z.object({ proposalId: number }).transform(pairTarget),
}

/** `input`: as the input type of the operation made it. */
export function targetOf(operation: ActOperation, input: unknown): ActTarget {
  const read = targets[operation].safeParse(input)
  if (read.success) return read.data
  const fields = [...new Set(read.error.issues.map(({ path }) => path.join('.')))]
  throw new Refusal(
    'INPUT_INVALID',
    `所指事项不明 (the input does not tell what it is about): ${fields.join(', ')}`,
  )
}

function recordTarget({ dataset, sourceKey }: { dataset: string; sourceKey: { [key: string]: Json } }) {
  return { kind: 'RECORD', dataset, sourceKey, successor: null } as const
}

function pairTarget({ proposalId }: { proposalId: number }): ActTarget {
  return { kind: 'PAIR', proposalId }
}
