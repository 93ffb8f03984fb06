import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../src/kernel/canonical-json.ts'
import { limits } from '../src/limits.ts'
import type { GraphqlParams } from './graphql-request.ts'
import { operationId, type PersistedOperation } from './persisted-operations.ts'

/**
 * A question of the public surface: a document of its own, or the name of one of the site's operations. `key`: equal for
 * equal questions, however they are written.
 */
export type PublicQuestion = { params: GraphqlParams; isOwn: boolean; key: string }

export type QuestionReading =
  | { outcome: 'READ'; question: PublicQuestion }
  | { outcome: 'MALFORMED' }
  /** No operation is known by that name; a document may be sent instead. */
  | { outcome: 'NOT_PERSISTED' }

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const questionShape = z.object({
  query: z.string().min(1).nullish(),
  operationName: z.string().max(200).nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  /** As GraphQL over HTTP names persisted documents, and as clients of Apollo do. */
  documentId: z.templateLiteral(['sha256:', hash]).nullish(),
  extensions: z.object({ persistedQuery: z.object({ sha256Hash: hash }).optional() }).nullish(),
})

export function readQuestion(
  input: unknown,
  operations: ReadonlyMap<string, PersistedOperation>,
): QuestionReading {
  const parsed = questionShape.safeParse(input)
  if (!parsed.success) return { outcome: 'MALFORMED' }
  const { query, operationName, variables, documentId, extensions } = parsed.data
  const named = documentId?.slice('sha256:'.length) ?? extensions?.persistedQuery?.sha256Hash ?? null
  if (!query && named === null) return { outcome: 'MALFORMED' }
  const id = query ? operationId(query.trim()) : named
  if (query && named !== null && operationId(query) !== named) return { outcome: 'MALFORMED' }
  const known = id === null ? undefined : operations.get(id)
  const document = query ?? known?.document
  if (document === undefined) return { outcome: 'NOT_PERSISTED' }
  // Of the site's own operations only what they use is read: anything beside it would make an answer that is kept anew.
  if (known) return { outcome: 'READ', question: questionOf(paramsOf(known, variables ?? {}), true) }
  const params: GraphqlParams = {
    query: document,
    ...(operationName ? { operationName } : {}),
    ...(variables ? { variables } : {}),
  }
  return { outcome: 'READ', question: questionOf(params, false) }
}

function questionOf(params: GraphqlParams, isOwn: boolean): PublicQuestion {
  const key = createHash('sha256')
    .update(JSON.stringify([isOwn, params.query, params.operationName ?? null]))
    .update(canonicalJson(JSON.parse(JSON.stringify(params.variables ?? {}))))
    .digest('base64')
  return { params, isOwn, key }
}

/**
 * Questions by the very text in which they came, so that what is asked again and again need not be read again. Only those
 * whose answer anybody may keep are remembered: no text that may name a person stays here.
 */
export function createQuestionMemory() {
  const known = new Map<string, PublicQuestion>()
  return {
    recall(text: string): PublicQuestion | null {
      const question = known.get(text)
      if (!question) return null
      // What was asked last is last to go.
      known.delete(text)
      known.set(text, question)
      return question
    },
    remember(text: string, question: PublicQuestion): void {
      if (text.length > limits.publicQuestionCharacters) return
      known.set(text, question)
      const [oldest] = known.keys()
      if (known.size > limits.publicQuestionsRemembered && oldest !== undefined) known.delete(oldest)
    },
  }
}

function paramsOf(known: PersistedOperation, variables: Record<string, unknown>): GraphqlParams {
  const used = Object.entries(variables).filter(([name]) => known.variables.has(name))
  return { query: known.document, variables: Object.fromEntries(used) }
}

/** Parameters of an address as GraphQL over HTTP has them: `variables` and `extensions` in JSON. */
export function readAddress(parameters: URLSearchParams): unknown {
  const question: Record<string, unknown> = {}
  for (const [name, value] of parameters) {
    if (name in question) return null
    if (name !== 'variables' && name !== 'extensions') question[name] = value
    else {
      try {
        question[name] = JSON.parse(value)
      } catch {
        return null
      }
    }
  }
  return question
}
