import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { readPersistedOperations } from '../../gateway/persisted-operations.ts'
import { operationTypes } from '../../schema/public/operation-types.ts'

/** Operations and the types that pages read their answers by are those of the printed schema. */

const root = new URL('../../', import.meta.url)
const schema = buildSchema(readFileSync(new URL('schema/public.graphql', root), 'utf8'))
const operations = [...readPersistedOperations().values()]

describe('operations of the site', () => {
  it.each(operations)('$name is what the printed schema allows', ({ document }) => {
    expect(validate(schema, parse(document))).toEqual([])
  })

  it('have answers typed as the schema has them, to the last field', () => {
    const printed = readFileSync(new URL('web/site/operation-types.ts', root), 'utf8')
    expect(printed).toBe(operationTypes(schema))
    for (const { name } of operations) expect(printed).toContain(`\n  ${name}: {`)
  })
})
