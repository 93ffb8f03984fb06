import { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import { Refusal } from '../src/kernel/refusal.ts'
import { describeError } from './describe-error.ts'

/** What the caller may read of an error. A refusal is told, a fault of the document is told, a bug only by number. */
export function presentError(error: GraphQLError, requestId: string, logger: Logger): GraphQLError {
  const original = error.originalError
  const place = { nodes: error.nodes ?? null, path: error.path ?? null }
  if (original instanceof Refusal) {
    return new GraphQLError(original.message, {
      ...place,
      extensions: {
        code: original.code,
        ...(original.legalBasis === null ? {} : { legalBasis: original.legalBasis }),
      },
    })
  }
  if (original === undefined || original instanceof GraphQLError) {
    const { code } = error.extensions
    return new GraphQLError(error.message, {
      ...place,
      extensions: { code: typeof code === 'string' ? code : 'GRAPHQL_VALIDATION_FAILED' },
    })
  }
  // Only the kind and the stack: a message of a library may quote values.
  logger.error(
    { request: requestId, path: error.path?.join('.'), ...describeError(original) },
    'a resolver failed',
  )
  return new GraphQLError(`内部错误，请告知编号 ${requestId} (internal error: please report this number)`, {
    ...place,
    extensions: { code: 'INTERNAL', requestId },
  })
}
