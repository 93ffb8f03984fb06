import SchemaBuilder from '@pothos/core'
import RelayPlugin from '@pothos/plugin-relay'
import type { App } from '../../src/app.ts'

/**
 * The public surface has a builder of its own, so that no type, field or service of departments can come into it, by
 * mistake or otherwise: there is no caller here, nothing to ask but what is published, and nothing to do but apply.
 */
export type PublicContext = {
  publicity: App['publicity']
  publicRemedies: App['publicRemedies']
  openData: App['openData']
  /** Lets one application about an organisation through, or refuses it. */
  admitApplication(uscc: string): Promise<void>
  /** Lets one try of a case's code through, or refuses it. */
  admitTracking(): Promise<void>
  /** Lets one look-up of a person through, or refuses it; what it answers is kept by nobody. */
  admitPersonLookup(name: string): Promise<void>
}

export const publicBuilder = new SchemaBuilder<{
  Context: PublicContext
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  Connection: { total(): Promise<number> }
  Scalars: {
    /** A legal day of Asia/Shanghai, `YYYY-MM-DD`. */
    Day: { Input: string; Output: string }
  }
}>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    cursorType: 'String',
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodeFieldOptions: { nullable: false },
    // Nothing is read by a number of its own, so none can be gone through.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
  },
  // Types of plugins that only the other surface uses ask for these; nothing here reads them.
  prisma: {
    client: () => {
      throw new TypeError('the public surface has no database client')
    },
    dmmf: { datamodel: null },
  },
  scopeAuth: { authScopes: () => ({}) },
})

publicBuilder.queryType()
publicBuilder.mutationType()
