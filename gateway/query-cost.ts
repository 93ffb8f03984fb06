import type { ExecutionArgs } from 'graphql'
import {
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  getVariableValues,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { limits } from '../src/limits.ts'

/**
 * What an answer may hold at most: every field once, times the rows of the lists above it. Reckoned from the document and
 * its variables before anything runs, so that nobody makes the exchange read what they could not read themselves.
 */
export function useQueryCost(mostOf: (context: object) => number): Plugin {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const most = mostOf(args.contextValue)
      const cost = costOf(args)
      if (cost <= most) return
      const message = `查询规模 ${cost} 超过上限 ${most}：请减少字段或者 first (the query costs ${cost}, at most ${most}: ask for fewer fields or rows)`
      setResultAndStopExecution({
        errors: [new GraphQLError(message, { extensions: { code: 'TOO_COSTLY', cost, most } })],
      })
    },
  }
}

export function costOf(args: Pick<ExecutionArgs, 'schema' | 'document' | 'variableValues'>): number {
  const fragments = new Map<string, FragmentDefinitionNode>()
  let operation: OperationDefinitionNode | null = null
  for (const definition of args.document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition
  }
  const root = args.schema.getQueryType()
  if (!operation || !root) return 0
  // What is no value of its type is refused by the execution; until then no page size is known.
  const { coerced } = getVariableValues(
    args.schema,
    operation.variableDefinitions ?? [],
    args.variableValues ?? {},
  )
  return selectionsCost({ fragments, variables: coerced ?? {} }, operation.selectionSet, root, null)
}

/** Fields for which everything that is published is read, however little is shown. */
const readsAll: ReadonlySet<string> = new Set([
  'counters',
  'lists',
  'searchSubjects',
  'statistics',
  'totalCount',
])

type Reckoning = {
  variables: Record<string, unknown>
  fragments: Map<string, FragmentDefinitionNode>
}

/** `rows`: the page size that bounds the lists directly below. The sum stops where nothing may cost so much. */
function selectionsCost(
  reckoning: Reckoning,
  { selections }: SelectionSetNode,
  type: GraphQLOutputType,
  rows: number | null,
): number {
  let total = 0
  for (const selection of selections) {
    total += selectionCost(reckoning, selection, type, rows)
    if (total > limits.publicCost.own) return total
  }
  return total
}

function selectionCost(
  reckoning: Reckoning,
  selection: SelectionNode,
  type: GraphQLOutputType,
  rows: number | null,
): number {
  switch (selection.kind) {
    case Kind.INLINE_FRAGMENT:
      return selectionsCost(reckoning, selection.selectionSet, type, rows)
    case Kind.FRAGMENT_SPREAD: {
      const fragment = reckoning.fragments.get(selection.name.value)
      return fragment ? selectionsCost(reckoning, fragment.selectionSet, type, rows) : 0
    }
    case Kind.FIELD: {
      const named = getNamedType(type)
      const field = isObjectType(named) ? named.getFields()[selection.name.value] : undefined
      // Introspection is bounded by a rule of its own.
      const own = readsAll.has(selection.name.value) ? limits.publicReadsAllCost : 1
      if (!field || !selection.selectionSet) return own
      const isList = isListType(getNullableType(field.type))
      const first = isList ? null : firstOf(reckoning, selection.arguments ?? [], field)
      const times = isList ? (rows ?? limits.publicListCost) : 1
      return own + times * selectionsCost(reckoning, selection.selectionSet, field.type, first)
    }
  }
}

function firstOf(
  { variables }: Reckoning,
  given: NonNullable<Extract<SelectionNode, { kind: Kind.FIELD }>['arguments']>,
  field: GraphQLField<unknown, unknown>,
): number | null {
  const argument = field.args.find(({ name }) => name === 'first')
  if (!argument) return null
  const value = given.find(({ name }) => name.value === 'first')?.value
  const named =
    value?.kind === Kind.INT
      ? Number(value.value)
      : value?.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : argument.defaultValue
  // What is no number of rows is refused by the page itself; until then it counts as the largest page.
  return typeof named === 'number' && named > 0
    ? Math.min(named, limits.publicPageSize.max)
    : limits.publicPageSize.max
}
