import { query } from './graphql-query.ts'
import { type RefusalMember, refusedByRule } from './operations.ts'
import { repeatWhileUnanswered } from './repetition.ts'
import type { ExchangeClientOptions, Proven } from './signed-exchange.ts'

/** Corrections, withdrawals and supersession (更正、撤销、取代) of single records of the department. */

/** The source number (来源编号): the fields of the dataset's sourceKey with their values. */
export type SourceKey = Readonly<Record<string, unknown>>

/** `changeId` is chosen by the caller: the same id gives the same result for ever. */
export interface RecordChangeInput {
  readonly changeId: string
  readonly dataset: string
  readonly sourceKey: SourceKey
  readonly documentNo: string
  readonly reason: string
}

/** `record` is the whole corrected record. */
export type CorrectRecordInput = RecordChangeInput & { readonly record: Readonly<Record<string, unknown>> }
/** `decidedOn` is the day `YYYY-MM-DD` on which it was changed, revoked or found void. */
export type WithdrawRecordInput = RecordChangeInput & { readonly decidedOn: string }
export type SupersedeRecordInput = RecordChangeInput & { readonly supersededBy: SourceKey }

export interface RecordChange {
  readonly changeId: string
  readonly kind: 'CORRECTED' | 'WITHDRAWN' | 'SUPERSEDED'
  readonly recordId: string
  readonly version: number
  readonly changedAt: string
}

type Payload = { readonly __typename: string; readonly change: RecordChange } | RefusalMember

const mutationOf = (field: string, name: string): string => /* GraphQL */ `
  mutation ${name}($input: ${name}Input!) {
    change: ${field}(input: $input) {
      __typename
      ... on ${name}Success { change { changeId kind recordId version changedAt } }
      ... on Refusal { code message legalBasis }
    }
  }
`

const mutations = {
  CORRECT: mutationOf('correctRecord', 'CorrectRecord'),
  WITHDRAW: mutationOf('withdrawRecord', 'WithdrawRecord'),
  SUPERSEDE: mutationOf('supersedeRecord', 'SupersedeRecord'),
} as const

/** Repeated by itself when no answer comes: the change id makes that safe. */
export function changeRecord(
  options: ExchangeClientOptions,
  kind: keyof typeof mutations,
  input: RecordChangeInput,
): Promise<Proven<RecordChange>> {
  return repeatWhileUnanswered(async () => {
    const { data, proof } = await query<{ change: Payload }>(options, mutations[kind], { input })
    if (!('change' in data.change)) throw refusedByRule(data.change)
    return { data: data.change.change, proof }
  })
}
