import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { ConsoleSide } from '../schema/console/console-side.ts'
import { type Context, servicesOf } from '../schema/context.ts'
import type { App } from '../src/app.ts'
import type { Caller } from '../src/departments/caller.ts'
import { ReplayedRequest } from '../src/departments/caller.ts'
import type { FeedCursor } from '../src/feed/following.ts'
import { presentError } from './graphql-errors.ts'
import type { GraphqlParams } from './graphql-request.ts'
import { departmentBounds, useQueryGuards } from './query-guards.ts'

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
  running(operation: string): void
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

/** What one execution came to, beside its result. */
type Course = {
  requestId: string
  operation: string | null
  kind: GraphqlAnswer['kind']
  running(operation: string): void
  refusal: string | null
  streaming: Streaming
}
type ServerContext = Context & { course: Course }

const operationCharacters = 200

/** GraphQL Yoga behind the signature or session: it parses, validates and runs a body whose sender is known. */
export function createCallerGraphql(app: App, logger: Logger, schema: GraphQLSchema): CallerGraphql {
  const yoga = createYoga<ServerContext>({
    schema,
    logging: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    plugins: [useQueryGuards(departmentBounds), useCourse()],
    // Errors are told apart in `present`, which knows the request.
    maskedErrors: false,
  })
  const services = servicesOf(app)
  return {
    async execute(params, { running, ...asker }, requestId, streaming) {
      const course: Course = { requestId, operation: null, kind: null, running, refusal: null, streaming }
      const resumeAfter = streaming.kind === 'TAKEN' ? streaming.resumeAfter : null
      const cursor: FeedCursor = { resumeAfter, position: 0 }
      const before = await app.feedPosition()
      const outcome = await yoga.getResultForParams(
        { params, request: new yoga.fetchAPI.Request('http://exchange.invalid/graphql', { method: 'POST' }) },
        {
          ...services,
          ...asker,
          cursor,
          refused(code: string) {
            course.refusal = code
          },
          course,
        },
      )
      if (isStream(outcome)) {
        const results = presented(outcome[Symbol.asyncIterator](), requestId, logger)
        return { kind: 'STREAM', stream: { results, cursor, operation: course.operation } }
      }
      if (!isExecutionResult(outcome)) throw new TypeError('expected one result or a stream')
      const errors = outcome.errors?.map((error) => present(error, requestId, logger))
      const answer: GraphqlAnswer = {
        ran: outcome.data !== undefined,
        result: resultOf(outcome, errors),
        outcome: course.refusal ?? (errors ? String(errors[0]?.extensions?.code ?? 'INTERNAL') : 'OK'),
        operation: course.operation,
        kind: course.kind,
        dataVersion: course.kind === 'mutation' ? await app.feedPosition() : before,
      }
      return { kind: 'ANSWER', answer }
    },
  }
}

type ExecutionOutcome = { data?: unknown; errors?: readonly GraphQLError[] }

function isExecutionResult(outcome: unknown): outcome is ExecutionOutcome {
  return typeof outcome === 'object' && outcome !== null && !isStream(outcome)
}

function isStream(outcome: unknown): outcome is AsyncIterable<ExecutionOutcome> {
  return typeof outcome === 'object' && outcome !== null && Symbol.asyncIterator in outcome
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

/** Notes what is run, for the evidence log: `query screen`, `mutation submitRecords`, `subscription listingChanged`. */
function useCourse(): Plugin<ServerContext> {
  return {
    onExecute({ args }) {
      noteOperation(args.contextValue.course, args.document)
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const { course } = args.contextValue
      noteOperation(course, args.document)
      if (course.streaming.kind === 'REFUSED') setResultAndStopExecution({ errors: [needsStream()] })
    },
  }
}

function noteOperation(course: Course, document: DocumentNode): void {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const roots = definition.selectionSet.selections.map((selection) =>
      selection.kind === Kind.FIELD ? selection.name.value : '…',
    )
    course.kind = definition.operation
    course.operation = `${definition.operation} ${roots.join(',')}`.slice(0, operationCharacters)
    course.running(course.operation)
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
