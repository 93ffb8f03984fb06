import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSchema, parse, validate } from 'graphql'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { readPersistedOperations } from '../../gateway/persisted-operations.ts'

/** The types of web/site/answers.ts are written by hand: each names an operation that the printed schema allows. */

const root = new URL('../../', import.meta.url)
const schema = buildSchema(readFileSync(new URL('schema/public.graphql', root), 'utf8'))
const operations = [...readPersistedOperations().values()]

function typedOperations(): string[] {
  const path = fileURLToPath(new URL('web/site/answers.ts', root))
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  const names: string[] = []
  source.forEachChild((node) => {
    if (!ts.isTypeAliasDeclaration(node) || node.name.text !== 'Answers') return
    if (!ts.isTypeLiteralNode(node.type)) return
    for (const member of node.type.members) if (member.name) names.push(member.name.getText(source))
  })
  return names
}

describe('operations of the site', () => {
  it.each(operations)('$name is what the printed schema allows', ({ document }) => {
    expect(validate(schema, parse(document))).toEqual([])
  })

  it('has an operation for every answer that a page is typed by', () => {
    const names = typedOperations()
    expect(names).toContain('Home')
    expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  })
})
