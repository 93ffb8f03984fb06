import { wrapOrThrow } from '@pothos/plugin-errors'
import { GraphQLError, type GraphQLFieldConfig, GraphQLObjectType, GraphQLSchema, isUnionType } from 'graphql'
import { mayDo, needsSecondPerson } from '../../src/officers/officer-policy.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { consoleSide } from './at-console.ts'
import { askedWith, forEveryOfficer, purposeDemanded, rootActions } from './root-actions.ts'

/** Leaves of the schema only the root fields of the table, and before each asks whether the officer may do it. */
export function guarded(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig()
  return new GraphQLSchema({
    ...config,
    query: guardedRoot(config.query, rootActions.Query),
    mutation: guardedRoot(config.mutation, rootActions.Mutation),
    subscription: null,
    // What no kept field leads to is left out with the fields.
    types: [],
  })
}

type RootField = GraphQLFieldConfig<unknown, Context>
type Asked = (typeof rootActions.Query)[string]

function guardedRoot(
  root: GraphQLObjectType | null | undefined,
  table: Readonly<Record<string, Asked>>,
): GraphQLObjectType {
  if (!root) throw new TypeError('the console schema has no such root')
  const config = root.toConfig()
  return new GraphQLObjectType({
    ...config,
    fields: Object.fromEntries(
      Object.entries(table).map(([name, asked]) => {
        const field = config.fields[name]
        if (!field) throw new TypeError(`${root.name}.${name} has an action and is no field of the console`)
        return [name, guardedField(field, asked)]
      }),
    ),
  })
}

function guardedField(field: RootField, asked: Asked): RootField {
  const { resolve, type } = field
  if (asked === forEveryOfficer) return field
  return {
    ...field,
    resolve(root, args, context, info) {
      const { officer, secondPerson } = consoleSide(context)
      const action = askedWith(asked, args)
      if (!mayDo(officer, action) && secondPerson?.action !== action) {
        throw new GraphQLError(`您的角色无权办理此事 (your roles do not allow ${action})`, {
          extensions: { code: 'FORBIDDEN' },
        })
      }
      if (needsSecondPerson(action) && secondPerson?.action !== action) {
        const refusal = new Refusal(
          'FOUR_EYES_REQUIRED',
          '此事须双人办理：请用 proposeAct 提交，由本部门另一人复核 (two persons are needed: propose it, and another person of your department decides)',
        )
        context.refused(refusal.code)
        if (isUnionType('ofType' in type ? type.ofType : type)) return wrapOrThrow(refusal, [Refusal])
        throw refusal
      }
      if (purposeDemanded.has(info.fieldName) && !saysPurpose(args))
        throw new Refusal('INPUT_INVALID', '请说明用途 (purpose: required at the console)')
      if (!resolve) throw new TypeError(`no resolver of ${info.fieldName}`)
      return resolve(root, args, context, info)
    },
  }
}

const saysPurpose = (args: { purpose?: unknown }) =>
  typeof args.purpose === 'string' && args.purpose.trim() !== ''
