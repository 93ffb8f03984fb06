import { createYoga } from 'graphql-yoga'
import type { Logger } from 'pino'
import type { PublicContext } from '../schema/public/builder.ts'
import { publicSchema } from '../schema/public/schema.ts'
import type { App } from '../src/app.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { presentError } from './graphql-errors.ts'
import type { GraphqlParams } from './graphql-request.ts'
import { type PersistedOperation, readPersistedOperations } from './persisted-operations.ts'
import { useQueryCost } from './query-cost.ts'
import { publicBounds, useQueryGuards } from './query-guards.ts'

/** What a request brings beside its document. */
export type PublicRequest = {
  id: string
  /** The most that the answer may hold. */
  mostCost: number
  /** Seconds to wait, or null: a look-up of a person of that name is let through. */
  takePersonLookup(name: string): Promise<number | null>
  takeApplication(uscc: string): Promise<number | null>
  takeTracking(): Promise<number | null>
  method: 'GET' | 'POST'
}

export type PublicAnswer = {
  ran: boolean
  result: object
  /** Code of the first error; null: there is none. */
  fault: string | null
  /** It told, or may have told, of a person or a case, or did something: nobody keeps it. */
  isPersonal: boolean
  /** Where the fault is RATE_LIMITED. */
  retryAfter: number | null
}

type ServerContext = PublicContext & { mostCost: number }

/** What runs public questions, made once for all endpoints, and the operations of the site by their ids. */
export type PublicSurface = {
  execute(params: GraphqlParams, request: PublicRequest): Promise<PublicAnswer>
  operations: ReadonlyMap<string, PersistedOperation>
}

export const createPublicSurface = (
  app: Pick<App, 'publicity' | 'publicRemedies' | 'openData'>,
  logger: Logger,
): PublicSurface => ({ execute: createPublicGraphql(app, logger), operations: readPersistedOperations() })

/** GraphQL Yoga for anybody: it reads what is published, takes applications in, and has no way to anything else. */
function createPublicGraphql(
  app: Pick<App, 'publicity' | 'publicRemedies' | 'openData'>,
  logger: Logger,
): PublicSurface['execute'] {
  const yoga = createYoga<ServerContext>({
    schema: publicSchema(),
    logging: false,
    graphiql: false,
    landingPage: false,
    batching: false,
    plugins: [
      useQueryGuards(publicBounds),
      useQueryCost((context) =>
        'mostCost' in context && typeof context.mostCost === 'number' ? context.mostCost : 0,
      ),
    ],
    maskedErrors: false,
  })

  return async function execute(params: GraphqlParams, request: PublicRequest): Promise<PublicAnswer> {
    const course: { isPersonal: boolean; retryAfter: number | null } = { isPersonal: false, retryAfter: null }
    async function admitOne(take: () => Promise<number | null>): Promise<void> {
      if (request.method === 'GET')
        throw new Refusal('INPUT_INVALID', '该操作只接受 POST (asked by POST only)')
      // One at a time: what is limited is not multiplied by other arguments for the same field.
      if (course.isPersonal)
        throw new Refusal(
          'INPUT_INVALID',
          '每次请求只限一项 (persons, cases and applications: one in a request)',
        )
      course.isPersonal = true
      course.retryAfter = await take()
      if (course.retryAfter !== null)
        throw new Refusal('RATE_LIMITED', '请求过于频繁，请稍后再试 (too many of these: try later)')
    }
    const outcome: unknown = await yoga.getResultForParams(
      {
        params,
        request: new yoga.fetchAPI.Request('http://exchange.invalid/public/graphql', { method: 'POST' }),
      },
      {
        publicity: app.publicity,
        mostCost: request.mostCost,
        publicRemedies: app.publicRemedies,
        openData: app.openData,
        admitPersonLookup: (name) => admitOne(() => request.takePersonLookup(name)),
        admitApplication: (uscc) => admitOne(() => request.takeApplication(uscc)),
        admitTracking: () => admitOne(() => request.takeTracking()),
      },
    )
    if (!isResult(outcome)) throw new TypeError('expected one result')
    const errors = outcome.errors?.map((error) => presentError(error, request.id, logger))
    return {
      ran: outcome.data !== undefined,
      result: {
        ...(errors ? { errors } : {}),
        ...(outcome.data === undefined ? {} : { data: outcome.data }),
      },
      fault: errors ? String(errors[0]?.extensions?.code ?? 'INTERNAL') : null,
      ...course,
    }
  }
}

type Result = { data?: unknown; errors?: readonly Parameters<typeof presentError>[0][] }

const isResult = (outcome: unknown): outcome is Result =>
  typeof outcome === 'object' && outcome !== null && !(Symbol.asyncIterator in outcome)
