import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { limits } from '../src/limits.ts'

/** What a surface takes. Introspection counts like everything else, or is bounded by the rule of graphql-js alone. */
export type QueryBounds = {
  tokens: number
  depth: number
  aliases: number
  introspection: 'COUNTED' | 'APART'
  /**
   * NAMED: what is asked for stands in the operation itself, not in fragments, and all its names fit into the log, so that
   * whoever audits reads there what an officer did.
   */
  roots: 'ANY' | 'NAMED'
}

export const departmentBounds: QueryBounds = {
  tokens: limits.graphqlTokens,
  depth: limits.graphqlDepth,
  aliases: limits.graphqlAliases,
  introspection: 'COUNTED',
  roots: 'ANY',
}

export const consoleBounds: QueryBounds = { ...departmentBounds, roots: 'NAMED' }

/** Everybody may ask what the public surface holds, as tools do; that goes deeper than any other question. */
export const publicBounds: QueryBounds = {
  tokens: limits.publicTokens,
  depth: limits.publicDepth,
  aliases: limits.publicAliases,
  introspection: 'APART',
  roots: 'ANY',
}

/**
 * What a document may be before anything of it runs: so many tokens, so deep, so many fields under another name, one
 * operation, and for a mutation one root field, since one signed request takes effect once or not at all.
 */
export function useQueryGuards(bounds: QueryBounds): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: bounds.tokens }))
    },
    onValidate({ addValidationRule }) {
      for (const rule of ownRules(bounds)) addValidationRule(rule)
    },
  }
}

/** The rules of the specification, and these. */
export const guardRules = (bounds: QueryBounds): ValidationRule[] => [...specifiedRules, ...ownRules(bounds)]

const ownRules = (bounds: QueryBounds): ValidationRule[] => [
  oneOperation,
  (context) => shapeLimits(context, bounds),
  ...(bounds.roots === 'NAMED' ? [namedRoots] : []),
]

const fault = (code: string, message: string) => new GraphQLError(message, { extensions: { code } })

function oneOperation(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const operations = document.definitions.filter(
        (definition) => definition.kind === Kind.OPERATION_DEFINITION,
      )
      if (operations.length > 1) {
        context.reportError(fault('ONE_OPERATION', '每次请求只含一个操作 (one operation per request)'))
      }
      for (const operation of operations) {
        const roots = operation.selectionSet.selections
        const single = roots.length === 1 && roots[0]?.kind === Kind.FIELD
        if (operation.operation === 'mutation' && !single) {
          context.reportError(
            fault('ONE_MUTATION', '每次变更只含一个字段 (a mutation has exactly one root field)'),
          )
        }
      }
    },
  }
}

function namedRoots(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition({ operation, selectionSet: { selections } }) {
      if (selections.some(({ kind }) => kind !== Kind.FIELD))
        context.reportError(
          fault(
            'ROOTS_NOT_NAMED',
            '最外层字段不得写在片段中 (root fields stand in the operation, not in fragments)',
          ),
        )
      else if (rootsLabel(operation, selections).length > limits.operationLabelCharacters)
        context.reportError(
          fault('ROOTS_NOT_NAMED', '一次查询的字段过多 (too many root fields for one entry of the log)'),
        )
    },
  }
}

/** As the log names what is asked for; each name once, in the order of the alphabet. */
export function rootsLabel(operation: string, selections: readonly SelectionNode[]): string {
  return `${operation} ${[...new Set(rootNames(selections))].sort().join(',')}`
}

/** `…` for what a fragment hides. */
export const rootNames = (selections: readonly SelectionNode[]): string[] =>
  selections.map((each) => (each.kind === Kind.FIELD ? each.name.value : '…'))

function shapeLimits(context: ValidationContext, bounds: QueryBounds): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const { depth, aliases } = measure({ context, bounds, sizes: new Map() }, operation.selectionSet)
      if (depth > bounds.depth) {
        context.reportError(
          fault(
            'TOO_DEEP',
            `查询嵌套不得超过 ${bounds.depth} 层，实为 ${depth} 层 (the query is nested too deeply)`,
          ),
        )
      }
      if (aliases > bounds.aliases) {
        context.reportError(
          fault(
            'TOO_MANY_ALIASES',
            `别名不得超过 ${bounds.aliases} 个，实为 ${aliases} 个 (too many aliases)`,
          ),
        )
      }
    },
  }
}

type Size = { depth: number; aliases: number }

type Measuring = {
  context: ValidationContext
  bounds: QueryBounds
  /** Each fragment is measured once: expanded wherever it is used, a few that use each other twice would never end. */
  sizes: Map<FragmentDefinitionNode, Size>
}

const nothing: Size = { depth: 0, aliases: 0 }

function measure(measuring: Measuring, { selections }: SelectionSetNode): Size {
  const { bounds } = measuring
  const total: Size = { ...nothing }
  for (const selection of selections) {
    const inner = measureSelection(measuring, selection)
    total.depth = Math.max(total.depth, inner.depth)
    // Beyond the bound the verdict is certain, and sums of sums would grow without end.
    total.aliases = Math.min(total.aliases + inner.aliases, bounds.aliases + 1)
  }
  return total
}

function measureSelection(measuring: Measuring, selection: SelectionSetNode['selections'][number]): Size {
  const { context, bounds, sizes } = measuring
  switch (selection.kind) {
    case Kind.FIELD: {
      const own = selection.alias ? 1 : 0
      const isApart = bounds.introspection === 'APART' && selection.name.value.startsWith('__')
      if (!selection.selectionSet || isApart) return { depth: 1, aliases: own }
      const inner = measure(measuring, selection.selectionSet)
      return { depth: inner.depth + 1, aliases: inner.aliases + own }
    }
    case Kind.INLINE_FRAGMENT:
      return measure(measuring, selection.selectionSet)
    case Kind.FRAGMENT_SPREAD: {
      const fragment = context.getFragment(selection.name.value)
      if (!fragment) return nothing
      const known = sizes.get(fragment)
      if (known) return known
      // One that contains itself is refused by the standard rules; here it counts as nothing within itself.
      sizes.set(fragment, nothing)
      const size = measure(measuring, fragment.selectionSet)
      sizes.set(fragment, size)
      return size
    }
  }
}
