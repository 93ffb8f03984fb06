import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { actionsOf, askedWith, forEveryOfficer, rootActions } from '../../schema/console/root-actions.ts'
import { consoleSchema } from '../../schema/console/schema.ts'
import { type OfficerRole, officerRoles } from '../../src/officers/officer.ts'
import { consoleActions, needsSecondPerson, rolesFor } from '../../src/officers/officer-policy.ts'
import { consoleCode, TestOfficer } from '../support/console.ts'
import { TestExchange } from '../support/exchange.ts'

/**
 * Every role on every root field of the console, through the real endpoint: what happens is what the declared policy says. The
 * department has all rights, so that whatever is refused is refused to the person.
 */

let exchange: TestExchange
let server: RunningServer
const seats = new Map<OfficerRole, TestOfficer>()

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  await exchange.department(server, 'ALL', { roles: ['PROVIDER', 'ENQUIRER', 'CREDIT_OFFICE'] })
  for (const role of officerRoles)
    seats.set(role, await TestOfficer.signedIn(exchange, server, { department: 'ALL', roles: [role] }))
})
afterAll(() => exchange[Symbol.asyncDispose]())

type Root = 'Query' | 'Mutation'
type Case = { root: Root; name: string; args: Record<string, unknown>; shown: string }

const schema = consoleSchema()
const fieldsOf = (root: Root) =>
  (root === 'Query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {}

/** The least that a type takes; what it names does not exist, so nothing comes of it. */
function least(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return least(type.ofType)
  if (isListType(type)) return [least(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField)
    return Object.fromEntries(required.map((field) => [field.name, least(field.type)]))
  }
  switch (type.name) {
    case 'Int':
    case 'Float':
      return 1
    case 'Boolean':
      return false
    case 'Day':
      return '2026-01-01'
    case 'DateTime':
      return '2026-01-01T00:00:00Z'
    case 'JSON':
      return {}
    default:
      return '1'
  }
}

/** Where the action follows from the input, one case for each value that decides. */
const deciding: Record<string, string> = {
  changeListing: 'event',
  decideRemedy: 'decision',
  decideAct: 'decision',
}

function casesOf(root: Root): Case[] {
  return Object.values(fieldsOf(root)).flatMap((field): Case[] => {
    const args = Object.fromEntries(
      field.args.filter(isRequiredArgument).map((argument) => [argument.name, least(argument.type)]),
    )
    const by = deciding[field.name]
    if (by === undefined) return [{ root, name: field.name, args, shown: field.name }]
    return valuesOf(field, by).map((value) => ({
      root,
      name: field.name,
      args: { input: { ...(args.input as object), [by]: value } },
      shown: `${field.name} ${value}`,
    }))
  })
}

function valuesOf(field: GraphQLField<unknown, unknown>, by: string): string[] {
  const [input] = field.args as [GraphQLArgument]
  const type = getNamedType(input.type)
  const decider = isInputObjectType(type) ? type.getFields()[by] : undefined
  const values = decider && getNamedType(decider.type)
  if (!isEnumType(values)) throw new TypeError(`${field.name} has no ${by}`)
  return values.getValues().map(({ name }) => name)
}

function documentOf({ root, name, args }: Case): string {
  const field = fieldsOf(root)[name]
  if (!field) throw new TypeError(name)
  const given = Object.keys(args)
  const head = given.map((arg) => `$${arg}: ${field.args.find((each) => each.name === arg)?.type}`).join(', ')
  const call = given.map((arg) => `${arg}: $${arg}`).join(', ')
  const type = getNamedType(field.type)
  const selection = isLeafType(type)
    ? ''
    : isUnionType(type)
      ? '{ __typename ... on Refusal { code } }'
      : isObjectType(type)
        ? '{ __typename }'
        : ''
  return `${root.toLowerCase()} ${head && `(${head})`} { ${name}${call && `(${call})`} ${selection} }`
}

async function traces(): Promise<number> {
  const { rows } = await exchange.database.pool.query(
    `SELECT (SELECT count(*) FROM officer_act) + (SELECT count(*) FROM administration_event) AS count`,
  )
  return rows[0].count
}

describe.each(officerRoles)('%s', (role) => {
  test.each([...casesOf('Query'), ...casesOf('Mutation')])('$root $shown', async (each) => {
    const asked = rootActions[each.root][each.name]
    if (!asked) throw new TypeError('not in the table')
    const before = await traces()
    const answer = await (seats.get(role) as TestOfficer).ask(documentOf(each), each.args)
    expect(answer.status).toBe(200)
    const code = consoleCode(answer)
    expect(code).not.toBe('INTERNAL')
    expect(code).not.toBe('GRAPHQL_VALIDATION_FAILED')
    if (asked === forEveryOfficer) return expect(code).toBeNull()
    const action = askedWith(asked, each.args)
    if (!rolesFor[action].includes(role)) {
      expect(code).toBe('FORBIDDEN')
      expect(await traces()).toBe(before)
    } else if (needsSecondPerson(action)) {
      expect(code).toBe('FOUR_EYES_REQUIRED')
      expect(await traces()).toBe(before)
    } else expect(['FORBIDDEN', 'NOT_ALLOWED', 'FOUR_EYES_REQUIRED']).not.toContain(code)
  })
})

test('every root field of the console has its action, and every action something that asks for it', () => {
  expect(Object.keys(fieldsOf('Query')).sort()).toEqual(Object.keys(rootActions.Query).sort())
  expect(Object.keys(fieldsOf('Mutation')).sort()).toEqual(Object.keys(rootActions.Mutation).sort())
  expect(schema.getSubscriptionType() ?? null).toBeNull()
  const asked = [...Object.values(rootActions.Query), ...Object.values(rootActions.Mutation)].flatMap(
    (each) => (each === forEveryOfficer ? [] : actionsOf(each)),
  )
  expect(consoleActions.filter((action) => !asked.includes(action))).toEqual([])
})

test('what a page may offer is what the policy allows', async () => {
  for (const role of officerRoles) {
    const { viewerCan, fourEyes } = await (seats.get(role) as TestOfficer).get<{
      viewerCan: string[]
      fourEyes: string[]
    }>('{ viewer { viewerCan fourEyes } }')
    const allowed = consoleActions.filter((action) => rolesFor[action].includes(role))
    expect(viewerCan).toEqual(allowed)
    expect(fourEyes).toEqual(allowed.filter(needsSecondPerson))
  }
})
