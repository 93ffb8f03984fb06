import SchemaBuilder from '@pothos/core'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import SubGraphPlugin from '@pothos/plugin-sub-graph'
import { GraphQLError } from 'graphql'
import type PrismaTypes from '../prisma/generated/pothos.ts'
import { getDatamodel } from '../prisma/generated/pothos.ts'
import type { DepartmentRole } from '../src/departments/department.ts'
import type { Json } from '../src/kernel/canonical-json.ts'
import type { Context } from './context.ts'

/** Surfaces of the one schema. A type or field belongs to none until it names one: default deny. */
export type Surface = 'department' | 'console'
/**
 * What departments' systems use their officers use as well, in the browser. Of root fields the console shows only those that
 * `console/root-actions.ts` names.
 */
export const department: Surface[] = ['department', 'console']
/** A type of the department surface, all its fields with it. */
export const onDepartment = { subGraphs: department, defaultSubGraphsForFields: department }
export const consoleOnly: Surface[] = ['console']
/** A type of the console alone, all its fields with it. */
export const onConsole = { subGraphs: consoleOnly, defaultSubGraphsForFields: consoleOnly }

/** Of a root field whose resolver calls `reflects`: the position of the feed need not be read apart, before it. */
export const tellsPosition = { tellsPosition: true }

export const builder = new SchemaBuilder<{
  Context: Context
  PrismaTypes: PrismaTypes
  SubGraphs: Surface
  DefaultFieldNullability: false
  AuthScopes: { role: DepartmentRole }
  Scalars: {
    ID: { Input: string; Output: string | number }
    /** A legal day of Asia/Shanghai, `YYYY-MM-DD`. */
    Day: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    JSON: { Input: Json; Output: unknown }
  }
}>({
  plugins: [ErrorsPlugin, ScopeAuthPlugin, PrismaPlugin, RelayPlugin, SubGraphPlugin],
  defaultFieldNullability: false,
  subGraphs: { defaultForTypes: [], defaultForFields: [], fieldsInheritFromTypes: false },
  scopeAuth: {
    // Who may not follow is told so when it asks, not event by event.
    authorizeOnSubscribe: true,
    authScopes: (context) => ({
      role: (role: DepartmentRole) => context.caller.department.roles.includes(role),
    }),
    unauthorizedError: () =>
      new GraphQLError('该部门没有此操作的权限 (the department does not have the role for this)', {
        extensions: { code: 'FORBIDDEN' },
      }),
  },
  prisma: { client: (context) => context.prisma, dmmf: getDatamodel(), exposeDescriptions: false },
  relay: {
    cursorType: 'String',
    pageInfoTypeOptions: onDepartment,
    nodeQueryOptions: false,
    nodesQueryOptions: false,
  },
  errors: { directResult: true, defaultTypes: [] },
})

builder.queryType({ subGraphs: department })
builder.mutationType({ subGraphs: department })
builder.subscriptionType({ subGraphs: department })
