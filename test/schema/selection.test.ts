import { buildSchema, type GraphQLResolveInfo, graphqlSync, parse } from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { expect, test } from 'vitest'
import { selects } from '../../schema/selection.ts'

/** As told by the interpreter and by what is compiled. */
function told(source: string): boolean[] {
  const schema = buildSchema(`
    type Query { page: Page }
    type Page { upTo: Int changes: [Change] }
    type Change { at: String record: Record note: Record }
    type Record { id: ID }
  `)
  const field = schema.getQueryType()?.getFields().page
  if (!field) throw new RangeError('expected the field')
  const heard: boolean[] = []
  field.resolve = (_root, _args, _context, info: GraphQLResolveInfo) => {
    heard.push(selects(info, ['changes', 'record']))
    return null
  }
  graphqlSync({ schema, source })
  const compiled = compileQuery(schema, parse(source))
  if (!isCompiledQuery(compiled)) throw new RangeError('expected a compiled query')
  compiled.query({}, {}, { yes: true })
  return heard
}

test.each([
  ['{ page { changes { record { id } } } }', true],
  ['{ page { upTo changes { at } } }', false],
  ['{ page { changes { record: note { id } } } }', false],
  ['{ page { changes { other: record { id } } } }', true],
  ['{ page { changes { ... { record { id } } } } }', true],
  ['{ page { ...P } } fragment P on Page { changes { ...C } } fragment C on Change { record { id } }', true],
  ['{ page { ...P } } fragment P on Page { changes { ...C } } fragment C on Change { note { id } }', false],
  ['{ page { upTo } page { changes { record { id } } } }', true],
  ['query ($yes: Boolean = true) { page { changes { record @skip(if: $yes) { id } } } }', true],
])('%s', (source, expected) => {
  expect(told(source)).toEqual([expected, expected])
})
