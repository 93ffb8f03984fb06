import { ExchangeRefusal } from './errors.ts'
import { ask, query } from './graphql-query.ts'
import { limits } from './limits.ts'
import { type RecordProblem, type RefusalMember, refusedByRule } from './operations.ts'
import { pause, repeatWhileUnanswered } from './repetition.ts'
import type { ExchangeClientOptions, Proven } from './signed-exchange.ts'

/** Batches of the department: how far they are, what became of them, and the decisions about them. */

export const batchStatuses = [
  'RECEIVED',
  'CHECKING',
  'SUSPICIOUS',
  'STORING',
  'ANNOTATING',
  'DONE',
  'CANCELLED',
  'REFUSED',
  'FAILED',
] as const
export type BatchStatus = (typeof batchStatuses)[number]

export interface BatchRemark {
  readonly code: string
  readonly message: string
  readonly line: number | null
}

export type FileFormat = 'CSV' | 'XLSX' | 'NDJSON' | 'XML'
export type TextEncoding = 'UTF-8' | 'GB18030' | 'UTF-16LE'

/** What the exchange knows of the file; `sha256` in base64url. */
export interface BatchFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  readonly format: FileFormat | null
  readonly encoding: TextEncoding | null
  readonly sheet: string | null
}

/** The sum of one money field in fen, as decimal text: read = accepted + unchanged + held + rejected. */
export interface MoneyTotal {
  readonly field: string
  readonly read: string
  readonly accepted: string
  readonly unchanged: string
  readonly held: string
  readonly rejected: string
}

/** received = accepted + unchanged + held + rejected, at every moment; `rowsTotal` once all rows were checked. */
export interface BatchView {
  readonly batchId: string
  readonly dataset: string
  readonly status: BatchStatus
  readonly received: number
  readonly accepted: number
  readonly unchanged: number
  readonly held: number
  readonly rejected: number
  readonly withdrawn: number
  readonly rowsChecked: number
  readonly rowsTotal: number | null
  readonly rowsPerSecond: number | null
  readonly secondsLeft: number | null
  readonly money: readonly MoneyTotal[]
  readonly suspicions: readonly BatchRemark[]
  readonly refusal: BatchRemark | null
  readonly file: BatchFile | null
  readonly annotated: { readonly bytes: number; readonly sha256: string } | null
  readonly problemCount: number
  readonly receivedAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

/** Whether the exchange goes on with it by itself. */
export function isUnderWay(status: BatchStatus): boolean {
  switch (status) {
    case 'RECEIVED':
    case 'CHECKING':
    case 'STORING':
    case 'ANNOTATING':
      return true
    case 'SUSPICIOUS':
    case 'DONE':
    case 'CANCELLED':
    case 'REFUSED':
    case 'FAILED':
      return false
  }
}

const VIEW = /* GraphQL */ `
  batchId dataset status received accepted unchanged held rejected withdrawn
  rowsChecked rowsTotal rowsPerSecond secondsLeft
  money { field read accepted unchanged held rejected }
  suspicions { code message line }
  refusal { code message line }
  file { name bytes sha256 format encoding sheet }
  annotated { bytes sha256 }
  problemCount receivedAt startedAt finishedAt
`

const BATCH = /* GraphQL */ `query Batch($batchId: String!) { batch(batchId: $batchId) { ${VIEW} } }`

const BATCHES = /* GraphQL */ `
  query Batches($dataset: String, $first: Int!, $after: String) {
    batches(dataset: $dataset, first: $first, after: $after) {
      edges { node { ${VIEW} } }
      pageInfo { hasNextPage endCursor }
    }
  }
`

const PROBLEMS = /* GraphQL */ `
  query Problems($batchId: String!, $first: Int!, $after: String) {
    batch(batchId: $batchId) {
      allProblems(first: $first, after: $after) {
        edges { node { index line field code message held } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`

const CANCEL = /* GraphQL */ `
  mutation CancelBatch($input: CancelBatchInput!) {
    cancelBatch(input: $input) {
      __typename
      ... on CancelBatchSuccess { batch { ${VIEW} } }
      ... on Refusal { code message legalBasis }
    }
  }
`

const CONFIRM = /* GraphQL */ `
  mutation ConfirmBatch($input: ConfirmBatchInput!) {
    confirmBatch(input: $input) {
      __typename
      ... on ConfirmBatchSuccess { batch { ${VIEW} } }
      ... on Refusal { code message legalBasis }
    }
  }
`

export async function findBatch(
  options: ExchangeClientOptions,
  batchId: string,
): Promise<Proven<BatchView | null>> {
  const { data, proof } = await query<{ batch: BatchView | null }>(options, BATCH, { batchId })
  return { data: data.batch, proof }
}

/** Looks again and again until the batch no longer goes on by itself; only the last look is kept as evidence. */
export async function* watchBatch(
  options: ExchangeClientOptions,
  batchId: string,
): AsyncGenerator<Proven<BatchView>> {
  const { first, growth, longest } = limits.pollDelay
  for (let delay: number = first; ; delay = Math.min(delay * growth, longest)) {
    // Looking changes nothing, so a look that was not answered is repeated.
    const { data, answer } = await repeatWhileUnanswered(() =>
      ask<{ batch: BatchView | null }>(options, BATCH, { batchId }),
    )
    const batch = data.batch ?? batchNotFound(batchId)
    if (!isUnderWay(batch.status)) {
      yield { data: batch, proof: await answer.keep() }
      return
    }
    yield { data: batch, proof: answer.fleeting }
    await pause(delay)
  }
}

/** Latest first. */
export function listBatches(
  options: ExchangeClientOptions,
  dataset: string | null,
): AsyncGenerator<BatchView> {
  return pages(async (after) => {
    const variables = { dataset, first: limits.batchesPerPage, after }
    const { data } = await query<{ batches: Page<BatchView> }>(options, BATCHES, variables)
    return data.batches
  })
}

/** In the order of the rows. */
export function listProblems(options: ExchangeClientOptions, batchId: string): AsyncGenerator<RecordProblem> {
  return pages(async (after) => {
    const variables = { batchId, first: limits.problemsPerPage, after }
    const { data } = await query<{ batch: { allProblems: Page<RecordProblem> } | null }>(
      options,
      PROBLEMS,
      variables,
    )
    return (data.batch ?? batchNotFound(batchId)).allProblems
  })
}

type BatchPayload =
  | { readonly __typename: 'CancelBatchSuccess' | 'ConfirmBatchSuccess'; readonly batch: BatchView }
  | RefusalMember

export function cancelBatch(options: ExchangeClientOptions, batchId: string): Promise<Proven<BatchView>> {
  return repeatWhileUnanswered(async () => {
    const { data, proof } = await query<{ cancelBatch: BatchPayload }>(options, CANCEL, {
      input: { batchId },
    })
    return { data: batchOf(data.cancelBatch), proof }
  })
}

export function confirmBatch(
  options: ExchangeClientOptions,
  batchId: string,
  by: { readonly officer: string; readonly reason: string },
): Promise<Proven<BatchView>> {
  return repeatWhileUnanswered(async () => {
    const { data, proof } = await query<{ confirmBatch: BatchPayload }>(options, CONFIRM, {
      input: { batchId, ...by },
    })
    return { data: batchOf(data.confirmBatch), proof }
  })
}

function batchOf(payload: BatchPayload): BatchView {
  if (payload.__typename === 'Refusal') throw refusedByRule(payload)
  return payload.batch
}

function batchNotFound(batchId: string): never {
  throw new ExchangeRefusal({
    code: 'BATCH_NOT_FOUND',
    message: `没有批次 ${batchId} (no such batch of this department)`,
    status: 200,
    signed: true,
  })
}

export interface Page<T> {
  readonly edges: readonly { readonly node: T }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

export async function* pages<T>(load: (after: string | null) => Promise<Page<T>>): AsyncGenerator<T> {
  let after: string | null = null
  do {
    const { edges, pageInfo }: Page<T> = await load(after)
    for (const { node } of edges) yield node
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after !== null)
}
