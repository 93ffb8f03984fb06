import { readFile, writeFile } from 'node:fs/promises'
import { type GraphQLSchema, printSchema } from 'graphql'
import { consoleSchema } from './console/schema.ts'
import { operationTypes } from './public/operation-types.ts'
import { publicSchema } from './public/schema.ts'
import { departmentSchema } from './schema.ts'

/** `node schema/print.ts` writes each surface's SDL, and the types that the website reads answers by; with `--check` it fails where the committed one differs. */
const check = process.argv.includes('--check')
const sdl = (schema: GraphQLSchema) => `${printSchema(schema)}\n`
const printed: [string, string][] = [
  ['schema/department.graphql', sdl(departmentSchema())],
  ['schema/console.graphql', sdl(consoleSchema())],
  ['schema/public.graphql', sdl(publicSchema())],
  ['web/site/operation-types.ts', operationTypes(publicSchema())],
]
for (const [file, text] of printed) {
  const path = new URL(`../${file}`, import.meta.url)
  if (!check) {
    await writeFile(path, text)
    continue
  }
  if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(
      `${file} is not what the schema prints: run npm run sdl and look at the difference\n`,
    )
    process.exitCode = 1
  }
}
