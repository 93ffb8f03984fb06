import { initGraphQLTada } from 'gql.tada'
import type { introspection } from '../schema-types.d.ts'

/** Operations are typed by the printed SDL: what the schema does not have does not compile. */
export const graphql = initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  scalars: { DateTime: string; Day: string; JSON: unknown }
}>()

export type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada'
