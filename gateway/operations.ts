import {
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  subscribe,
  validate,
} from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { limits } from '../src/limits.ts'
import type { GraphqlParams } from './graphql-request.ts'
import { guardRules, type QueryBounds, rootNames, rootsLabel } from './query-guards.ts'

/** Documents are parsed, judged and compiled once and known by their text, since departments ask the same again and again. */

export type ExecutionOutcome = { data?: unknown; errors?: readonly GraphQLError[] }

export type Operation = {
  kind: OperationTypeNode
  /** For the evidence log: `query screen`, `mutation submitRecords`, `subscription listingChanged`. */
  label: string
  /** Names of the root fields; `…` for those that hide in a fragment. */
  roots: readonly string[]
  /** A query or a mutation: one result. */
  run(context: object, params: GraphqlParams): Promise<ExecutionOutcome>
  /** A subscription: a stream of results, or one that says why there is none. */
  follow(context: object, params: GraphqlParams): Promise<AsyncIterable<ExecutionOutcome> | ExecutionOutcome>
}

export type Reading =
  | { outcome: 'READ'; operation: Operation }
  | { outcome: 'FAULTY'; errors: readonly GraphQLError[] }

export function createOperations(
  schema: GraphQLSchema,
  bounds: QueryBounds,
): { read(text: string, operationName: string | undefined): Reading } {
  const known = new Map<string, Judged>()

  function judged(text: string): Judged {
    const before = known.get(text)
    // What was asked for last is last to go.
    if (before) known.delete(text)
    const now = before ?? judge(schema, bounds, text)
    if (text.length <= limits.operationCacheCharacters) remember(known, text, now)
    return now
  }

  return {
    read(text, operationName) {
      const { names, reading } = judged(text)
      const isMeant =
        names === null || (operationName === undefined ? names.length === 1 : names.includes(operationName))
      return isMeant ? reading : { outcome: 'FAULTY', errors: [noOperation()] }
    },
  }
}

/** `names` of its operations; null: it could not be parsed. */
type Judged = { names: readonly (string | undefined)[] | null; reading: Reading }

const noOperation = () =>
  new GraphQLError('Could not determine what operation to execute.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  })

function remember(known: Map<string, Judged>, text: string, judged: Judged): void {
  known.set(text, judged)
  if (known.size <= limits.operationCacheEntries) return
  const oldest = known.keys().next()
  if (!oldest.done) known.delete(oldest.value)
}

function judge(schema: GraphQLSchema, bounds: QueryBounds, text: string): Judged {
  const document = parsed(text, bounds)
  if (document instanceof GraphQLError)
    return { names: null, reading: { outcome: 'FAULTY', errors: [document] } }
  const definitions = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION)
  const names = definitions.map(({ name }) => name?.value)
  const errors = validate(schema, document, guardRules(bounds))
  const [definition] = definitions
  return errors.length > 0 || !definition
    ? { names, reading: { outcome: 'FAULTY', errors } }
    : { names, reading: { outcome: 'READ', operation: operationOf(schema, document, definition) } }
}

function parsed(text: string, bounds: QueryBounds): DocumentNode | GraphQLError {
  try {
    return parse(text, { maxTokens: bounds.tokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    return new GraphQLError(error.message, { extensions: { code: 'GRAPHQL_PARSE_FAILED' } })
  }
}

function operationOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
): Operation {
  const { selections } = definition.selectionSet
  const interpreted = (contextValue: object, { variables, operationName }: GraphqlParams) =>
    Promise.resolve(execute({ schema, document, contextValue, ...given(variables, operationName) }))
  let timesRun = 0
  let compiled: Operation['run'] | null = null
  return {
    kind: definition.operation,
    label: rootsLabel(definition.operation, selections).slice(0, limits.operationLabelCharacters),
    roots: rootNames(selections),
    run(context, params) {
      // Compiling takes as long as some executions: what is asked once is not worth it.
      timesRun += 1
      if (timesRun < 2 || definition.operation !== OperationTypeNode.QUERY)
        return interpreted(context, params)
      compiled ??= compile(schema, document) ?? interpreted
      return compiled(context, params)
    },
    follow: async (contextValue, { variables, operationName }) =>
      subscribe({ schema, document, contextValue, ...given(variables, operationName) }),
  }
}

const given = (variableValues: GraphqlParams['variables'], operationName: string | undefined) => ({
  ...(variableValues ? { variableValues } : {}),
  ...(operationName ? { operationName } : {}),
})

/** Null: it cannot be compiled, and is interpreted. */
function compile(schema: GraphQLSchema, document: DocumentNode): Operation['run'] | null {
  const compiled = compileQuery<ExecutionOutcome>(schema, document, undefined, {
    disablingCapturingStackErrors: false,
  })
  if (!isCompiledQuery(compiled)) return null
  return async (context, { variables }) => compiled.query(undefined, context, variables ?? {})
}
