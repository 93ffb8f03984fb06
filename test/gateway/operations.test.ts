import { buildSchema, GraphQLError, type GraphQLSchema, isObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createOperations } from '../../gateway/operations.ts'
import { departmentBounds } from '../../gateway/query-guards.ts'

/** What is asked again is compiled; its answer is that of the interpreter of GraphQL, to the last error. */

const schema = buildSchema(`
  enum Grade { ORDINARY SERIOUS }
  interface Named { name: String! }
  type Organisation implements Named { name: String! uscc: String listings(first: Int = 2, grade: Grade): [Listing!]! parent: Organisation }
  type Person implements Named { name: String! }
  type Refusal { code: String! message: String! }
  type Listing { id: ID! grade: Grade reason: String! subject: Subject! }
  union Subject = Organisation | Person
  union Found = Organisation | Refusal
  input Item { ref: String! number: String, times: Int = 1 }
  type Query {
    named(which: String!): Named
    found(number: String!): Found!
    listing(id: ID!): Listing
    items(items: [Item!]!): [String]!
    fails: String
    failsHard: String!
  }
`)

type Fields = Record<string, unknown>

/** Gives every field its answer; the abstract types tell themselves by `__typename`. */
function answering(built: GraphQLSchema): GraphQLSchema {
  const organisation = (name: string): Fields => ({
    __typename: 'Organisation',
    name,
    uscc: null,
    listings: async ({ first, grade }: { first: number; grade?: string }) =>
      Array.from({ length: first }, (_, n) => listing(n, grade ?? 'ORDINARY')),
    parent: () => Promise.resolve(name.length > 1 ? organisation(name.slice(1)) : null),
  })
  const listing = (n: number, grade: string): Fields => ({
    id: n,
    grade,
    reason: () => {
      if (n === 13) throw new GraphQLError('gone', { extensions: { code: 'GONE' } })
      return `reason ${n}`
    },
    subject: () => (n % 2 === 0 ? organisation('天中') : { __typename: 'Person', name: '某某' }),
  })
  const answers: Record<string, (source: unknown, args: Fields) => unknown> = {
    named: (_, { which }) =>
      which === 'nobody'
        ? null
        : which === 'person'
          ? { __typename: 'Person', name: '某某' }
          : organisation('天中'),
    found: async (_, { number }) =>
      number === '1'
        ? organisation('天')
        : { __typename: 'Refusal', code: 'NOT_FOUND', message: String(number) },
    listing: (_, { id }) => (id === 'odd' ? { ...listing(1, 'UNKNOWN') } : listing(Number(id), 'SERIOUS')),
    items: (_, { items }) =>
      (items as Fields[]).map(async ({ ref, number, times }) => {
        if (number === 'bad') throw new Error('a bug')
        return `${ref} ${number ?? '-'} ${times}`
      }),
    fails: () => Promise.reject(new Error('a bug')),
    failsHard: () => {
      throw new Error('a bug')
    },
  }
  for (const type of Object.values(built.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const [name, field] of Object.entries(type.getFields()))
      field.resolve =
        answers[name] ??
        ((source: Fields, args: Fields) => {
          const value = source[name]
          return typeof value === 'function' ? value(args) : value
        })
  }
  return built
}

const operations = createOperations(answering(schema), departmentBounds)

async function ask(query: string, variables?: Record<string, unknown>) {
  const reading = operations.read(query, undefined)
  if (reading.outcome === 'FAULTY') throw new TypeError(reading.errors[0]?.message)
  const { data, errors } = await reading.operation.run({}, { query, ...(variables ? { variables } : {}) })
  return {
    data: data === undefined ? undefined : JSON.parse(JSON.stringify(data)),
    errors: errors
      ?.map(({ message, path, extensions, originalError }) => ({
        message,
        path,
        extensions: extensions ?? {},
        // Only errors of ours are shown as they are: which is one must be told alike.
        isOurs: originalError === undefined || originalError instanceof GraphQLError,
      }))
      .sort((a, b) => String(a.path).localeCompare(String(b.path))),
  }
}

describe('a document that is asked again', () => {
  it.each<[what: string, query: string, variables?: Record<string, unknown>]>([
    [
      'a type behind an interface',
      `{ named(which: "o") { __typename name ... on Organisation { uscc parent { name parent { name } } } } }`,
    ],
    ['another type behind it', `{ named(which: "person") { name ... on Organisation { uscc } } }`],
    ['nothing', `{ named(which: "nobody") { name } }`],
    [
      'a member of a union',
      `{ found(number: "1") { ... on Organisation { name } ... on Refusal { code } } }`,
    ],
    [
      'a refusal',
      `query ($n: String!) { found(number: $n) { ... on Refusal { code message } } }`,
      { n: '7' },
    ],
    ['arguments by default', `{ named(which: "o") { ... on Organisation { listings { id grade } } } }`],
    [
      'an enumeration',
      `query ($g: Grade) { named(which: "o") { ... on Organisation { listings(first: 1, grade: $g) { grade } } } }`,
      { g: 'SERIOUS' },
    ],
    [
      'an argument that is not given',
      `query ($g: Grade, $f: Int = 3) { named(which: "o") { ... on Organisation { listings(first: $f, grade: $g) { id grade } } } }`,
      {},
    ],
    [
      'names of its own',
      `{ a: listing(id: "1") { x: id y: id } b: listing(id: "2") { subject { ... on Named { name } } } }`,
    ],
    [
      'fragments',
      `{ listing(id: "2") { ...L } } fragment L on Listing { id subject { ...S } } fragment S on Subject { __typename ... on Organisation { name } ... on Person { name } }`,
    ],
    [
      'what is skipped',
      `query ($no: Boolean!) { listing(id: "1") { id grade @skip(if: $no) reason @include(if: $no) } }`,
      { no: true },
    ],
    [
      'what is not skipped',
      `query ($no: Boolean!) { listing(id: "1") { id grade @skip(if: $no) reason @include(if: $no) } }`,
      { no: false },
    ],
    [
      'fragments left out',
      `query ($no: Boolean!) { listing(id: "1") { id ... @include(if: $no) { grade } ...R @skip(if: $no) } } fragment R on Listing { reason }`,
      { no: false },
    ],
    [
      'inputs with their defaults',
      `query ($i: [Item!]!) { items(items: $i) }`,
      { i: [{ ref: 'a' }, { ref: 'b', number: null, times: 5 }] },
    ],
    ['one input for a list', `query ($i: [Item!]!) { items(items: $i) }`, { i: { ref: 'a' } }],
    [
      'an error in a list',
      `query ($i: [Item!]!) { items(items: $i) }`,
      { i: [{ ref: 'a', number: 'bad' }, { ref: 'b' }] },
    ],
    ['a field that fails', `{ fails listing(id: "1") { id } }`],
    ['an error that empties its parent', `{ listing(id: "13") { id reason } fails }`],
    ['an error that empties everything', `{ failsHard listing(id: "1") { id } }`],
    ['a value outside an enumeration', `{ listing(id: "odd") { id grade } }`],
    ['its own kind', `{ __typename listing(id: "1") { __typename } }`],
    ['the schema', `{ __schema { queryType { name } } __type(name: "Found") { possibleTypes { name } } }`],
  ])('is answered as before: %s', async (_, query, variables) => {
    const interpreted = await ask(query, variables)
    expect(await ask(query, variables)).toEqual(interpreted)
    expect(await ask(query, variables)).toEqual(interpreted)
  })

  it.each<[what: string, query: string, variables?: Record<string, unknown>]>([
    ['a variable that is missing', `query ($i: [Item!]!) { items(items: $i) }`, {}],
    ['a field that is missing', `query ($i: [Item!]!) { items(items: $i) }`, { i: [{ number: '1' }] }],
    ['a field too many', `query ($i: [Item!]!) { items(items: $i) }`, { i: [{ ref: 'a', other: 1 }] }],
    ['a number for a text', `query ($n: String!) { found(number: $n) { __typename } }`, { n: 7 }],
    ['null where there is none', `query ($n: String!) { found(number: $n) { __typename } }`, { n: null }],
    [
      'an unknown word',
      `query ($g: Grade) { named(which: "o") { ... on Organisation { listings(grade: $g) { id } } } }`,
      { g: 'WORST' },
    ],
    [
      'a number that is too large',
      `query ($i: [Item!]!) { items(items: $i) }`,
      { i: [{ ref: 'a', times: 2 ** 31 }] },
    ],
  ])('refuses variables as before: %s', async (_, query, variables) => {
    const refusals = [await ask(query, variables), await ask(query, variables), await ask(query, variables)]
    for (const { data, errors } of refusals) {
      expect(data).toBeUndefined()
      expect(errors?.length).toBeGreaterThan(0)
    }
    expect(refusals[1]?.errors?.map(({ extensions }) => extensions)).toEqual(
      refusals[0]?.errors?.map(({ extensions }) => extensions),
    )
  })
})
