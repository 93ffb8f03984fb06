import { GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql'
import type { Logger } from 'pino'
import type { ConsoleSide } from '../schema/console/console-side.ts'
import { type Context, servicesOf } from '../schema/context.ts'
import type { App } from '../src/app.ts'
import type { Caller } from '../src/departments/caller.ts'
import { ReplayedRequest } from '../src/departments/caller.ts'
import type { FeedCursor } from '../src/feed/following.ts'
import { presentError } from './graphql-errors.ts'
import type { GraphqlParams } from './graphql-request.ts'
import { createOperations, type ExecutionOutcome, type Operation } from './operations.ts'
import type { QueryBounds } from './query-guards.ts'

/** The answer to one operation. `ran`: the document was valid and execution began. */
export type GraphqlAnswer = {
  ran: boolean
  result: unknown
  /** `OK`, or the code of the first refusal or error. */
  outcome: string
  operation: string | null
  kind: 'query' | 'mutation' | 'subscription' | null
  /** The answer reflects the change feed at least up to here. */
  dataVersion: number
}

/** A subscription that was accepted; `cursor.position` is that of the result taken last. */
export type GraphqlStream = {
  results: AsyncIterator<unknown, unknown, undefined>
  cursor: FeedCursor
  operation: string | null
}

/** Who asks: a department's system, or an officer of it at the console. */
export type Asker = {
  caller: Caller
  console: ConsoleSide | null
  /** Hears what is run before anything of it runs. */
  running(operation: Pick<Operation, 'label' | 'roots'>): void
}

export type CallerGraphql = {
  execute(
    params: GraphqlParams,
    asker: Asker,
    requestId: string,
    streaming: Streaming,
  ): Promise<{ kind: 'ANSWER'; answer: GraphqlAnswer } | { kind: 'STREAM'; stream: GraphqlStream }>
}

/** What the request can take: REFUSED, or a stream, resumed after a position that it names. */
export type Streaming = { kind: 'REFUSED' } | { kind: 'TAKEN'; resumeAfter: number | null }

/** GraphQL behind the signature or session: it judges and runs a body whose sender is known. */
export function createCallerGraphql(
  app: App,
  logger: Logger,
  schema: GraphQLSchema,
  bounds: QueryBounds,
): CallerGraphql {
  const operations = createOperations(schema, bounds)
  const telling = fieldsThatTell(schema)
  const services = servicesOf(app)

  /** Whether each root field of the operation tells of which position its picture is. */
  const tellsAll = ({ kind, roots }: Operation) =>
    kind === OperationTypeNode.QUERY && roots.every((root) => telling.has(root))

  return {
    async execute(params, { running, ...asker }, requestId, streaming) {
      let refusal: string | null = null
      let told: number | null = null
      const reading = operations.read(params.query, params.operationName)
      if (reading.outcome === 'FAULTY')
        return answered({ errors: reading.errors }, null, await app.feedPosition())
      const { operation } = reading
      const resumeAfter = streaming.kind === 'TAKEN' ? streaming.resumeAfter : null
      const cursor: FeedCursor = { resumeAfter, position: 0 }
      const context: Context = {
        ...services,
        ...asker,
        cursor,
        refused(code) {
          refusal = code
        },
        reflects(position) {
          told = Math.min(told ?? position, position)
        },
      }
      running(operation)
      switch (operation.kind) {
        case OperationTypeNode.SUBSCRIPTION: {
          const before = await app.feedPosition()
          const outcome =
            streaming.kind === 'REFUSED'
              ? { errors: [needsStream()] }
              : await operation.follow(context, params)
          if (!isStream(outcome)) return answered(outcome, operation, before)
          const results = presented(outcome[Symbol.asyncIterator](), requestId, logger)
          return { kind: 'STREAM', stream: { results, cursor, operation: operation.label } }
        }
        case OperationTypeNode.MUTATION: {
          const outcome = await operation.run(context, params)
          return answered(outcome, operation, await app.feedPosition())
        }
        case OperationTypeNode.QUERY: {
          const before = tellsAll(operation) ? null : await app.feedPosition()
          const outcome = await operation.run(context, params)
          return answered(outcome, operation, before ?? told ?? (await app.feedPosition()))
        }
      }

      function answered(
        outcome: ExecutionOutcome,
        run: Operation | null,
        dataVersion: number,
      ): { kind: 'ANSWER'; answer: GraphqlAnswer } {
        const errors = outcome.errors?.map((error) => present(error, requestId, logger))
        return {
          kind: 'ANSWER',
          answer: {
            ran: outcome.data !== undefined,
            result: resultOf(outcome, errors),
            outcome: refusal ?? (errors ? String(errors[0]?.extensions?.code ?? 'INTERNAL') : 'OK'),
            operation: run?.label ?? null,
            kind: run?.kind ?? null,
            dataVersion,
          },
        }
      }
    },
  }
}

/** Root fields whose resolver reads the position of the feed in the statement that answers. */
function fieldsThatTell(schema: GraphQLSchema): ReadonlySet<string> {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {})
  return new Set(fields.flatMap(({ name, extensions }) => (extensions.tellsPosition === true ? [name] : [])))
}

function isStream(outcome: object): outcome is AsyncIterable<ExecutionOutcome> {
  return Symbol.asyncIterator in outcome
}

function resultOf({ data }: ExecutionOutcome, errors: readonly GraphQLError[] | undefined): unknown {
  return { ...(errors ? { errors } : {}), ...(data === undefined ? {} : { data }) }
}

/** Each result as its reader may read it. Ending it ends what it is made from, also while that waits. */
function presented(
  outcomes: AsyncIterator<ExecutionOutcome>,
  requestId: string,
  logger: Logger,
): GraphqlStream['results'] {
  return {
    async next() {
      const { done, value } = await outcomes.next()
      if (done) return { done: true, value: undefined }
      const errors: GraphQLError[] | undefined = value.errors?.map((error: GraphQLError) =>
        present(error, requestId, logger),
      )
      return { done: false, value: resultOf(value, errors) }
    },
    async return() {
      await outcomes.return?.()
      return { done: true, value: undefined }
    },
  }
}

const needsStream = () =>
  new GraphQLError(
    '订阅须以 Accept: text/event-stream 请求 (a subscription needs Accept: text/event-stream)',
    {
      extensions: { code: 'STREAM_NOT_ACCEPTED' },
    },
  )

function present(error: GraphQLError, requestId: string, logger: Logger): GraphQLError {
  return error.originalError instanceof ReplayedRequest
    ? new GraphQLError('replayed', { extensions: { code: 'REPLAYED' } })
    : presentError(error, requestId, logger)
}
