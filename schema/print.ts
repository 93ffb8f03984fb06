import { readFile, writeFile } from 'node:fs/promises'
import { type GraphQLSchema, printSchema } from 'graphql'
import { consoleSchema } from './console/schema.ts'
import { publicSchema } from './public/schema.ts'
import { departmentSchema } from './schema.ts'

/** `node schema/print.ts` writes each surface's SDL; with `--check` it fails where the committed one differs. */
const check = process.argv.includes('--check')
const surfaces: [string, GraphQLSchema][] = [
  ['department', departmentSchema()],
  ['console', consoleSchema()],
  ['public', publicSchema()],
]
for (const [surface, schema] of surfaces) {
  const path = new URL(`./${surface}.graphql`, import.meta.url)
  const sdl = `${printSchema(schema)}\n`
  if (!check) {
    await writeFile(path, sdl)
    continue
  }
  if ((await readFile(path, 'utf8').catch(() => '')) !== sdl) {
    process.stderr.write(
      `schema/${surface}.graphql is not what the schema prints: run npm run sdl and look at the difference\n`,
    )
    process.exitCode = 1
  }
}
