import { type Page, pages } from './batches.ts'
import { query } from './graphql-query.ts'
import { limits } from './limits.ts'
import { type RefusalMember, refusedByRule } from './operations.ts'
import { repeatWhileUnanswered } from './repetition.ts'
import type { ExchangeClientOptions, Proven } from './signed-exchange.ts'

/** Joint punishment (发起—响应—反馈—解除): what the department has to do about whom, and proof that it did. */

export const measureTaskPhases = [
  'DELIVERED',
  'ACKNOWLEDGED',
  'IMPLEMENTED',
  'NOT_APPLICABLE',
  'LIFTING',
  'LIFTED',
] as const
export type MeasureTaskPhase = (typeof measureTaskPhases)[number]

export const feedbackOutcomes = ['IMPLEMENTED', 'NOT_APPLICABLE'] as const

/** Days `YYYY-MM-DD`. */
export interface MeasureTaskView {
  readonly id: string
  readonly phase: MeasureTaskPhase
  readonly measure: {
    readonly code: string
    readonly name: string
    readonly content: string
    readonly legalBasis: readonly string[]
    readonly documentNeeded: boolean
  }
  /** To be put into the decision. */
  readonly decisionText: string
  readonly subject: { readonly kind: string; readonly uscc: string | null; readonly name: string } | null
  readonly listing: {
    readonly id: string
    readonly listType: { readonly code: string; readonly name: string }
    readonly grade: string
    readonly listedOn: string
    readonly endsOn: string | null
    readonly decisionNo: string | null
  } | null
  readonly createdOn: string
  readonly liftFrom: string | null
  readonly due: {
    readonly step: 'RESPONSE' | 'FEEDBACK' | 'LIFTING'
    readonly dueOn: string
    readonly provisional: boolean
    readonly overdue: boolean
  } | null
}

export interface MeasureTaskFilter {
  readonly phase?: MeasureTaskPhase | undefined
  readonly overdueOnly?: boolean | undefined
}

/** `actionId` is chosen by the caller: the same id gives the same result for ever. */
export interface TaskActInput {
  readonly actionId: string
  readonly taskId: string
}
/** `amount` in yuan as text; `actedOn` a day, not before the listing and not in the future. */
export interface FeedbackInput extends TaskActInput {
  readonly outcome: (typeof feedbackOutcomes)[number]
  readonly matter?: string | undefined
  readonly documentNo?: string | undefined
  readonly effect: string
  readonly amount?: string | undefined
  readonly actedOn: string
}
export interface LiftedInput extends TaskActInput {
  readonly documentNo?: string | undefined
  readonly liftedOn: string
}

export interface TaskReceipt {
  readonly taskId: string
  readonly event: string
  readonly phase: MeasureTaskPhase
  readonly at: string
}

const TASKS = /* GraphQL */ `
  query MeasureTasks($phase: MeasureTaskPhase, $overdueOnly: Boolean!, $first: Int!, $after: String) {
    measureTasks(phase: $phase, overdueOnly: $overdueOnly, first: $first, after: $after) {
      edges {
        node {
          id phase decisionText createdOn liftFrom
          measure { code name content legalBasis documentNeeded }
          subject { kind uscc name }
          listing { id listType { code name } grade listedOn endsOn decisionNo }
          due { step dueOn provisional overdue }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`

const mutationOf = (field: string, input: string): string => /* GraphQL */ `
  mutation ${input}($input: ${input}Input!) {
    act: ${field}(input: $input) {
      __typename
      ... on MeasureTaskSuccess { receipt { taskId event phase at } }
      ... on Refusal { code message legalBasis }
    }
  }
`

const mutations = {
  RESPOND: mutationOf('respondToTask', 'RespondToTask'),
  FEED_BACK: mutationOf('reportFeedback', 'ReportFeedback'),
  CONFIRM_LIFTED: mutationOf('confirmLifted', 'ConfirmLifted'),
} as const

/** In the order of delivery. */
export function listTasks(
  options: ExchangeClientOptions,
  { phase, overdueOnly }: MeasureTaskFilter,
): AsyncGenerator<MeasureTaskView> {
  return pages(async (after) => {
    const variables = {
      phase: phase ?? null,
      overdueOnly: overdueOnly ?? false,
      first: limits.tasksPerPage,
      after,
    }
    const { data } = await query<{ measureTasks: Page<MeasureTaskView> }>(options, TASKS, variables)
    return data.measureTasks
  })
}

type Payload = { readonly __typename: string; readonly receipt: TaskReceipt } | RefusalMember

/** Repeated by itself when no answer comes: the action id makes that safe. */
export function actOnTask(
  options: ExchangeClientOptions,
  kind: keyof typeof mutations,
  input: TaskActInput,
): Promise<Proven<TaskReceipt>> {
  return repeatWhileUnanswered(async () => {
    const { data, proof } = await query<{ act: Payload }>(options, mutations[kind], { input })
    if (!('receipt' in data.act)) throw refusedByRule(data.act)
    return { data: data.act.receipt, proof }
  })
}
