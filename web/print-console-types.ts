import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal'
import { buildSchema, introspectionFromSchema } from 'graphql'

/** `node web/print-console-types.ts` writes the printed SDL of the console as a type; `--check` fails where it differs. */
const sdl = readFileSync(new URL('../schema/console.graphql', import.meta.url), 'utf8')
const target = new URL('console/schema-types.d.ts', import.meta.url)
const introspection = minifyIntrospection(
  introspectionFromSchema(buildSchema(sdl), { descriptions: false }) as never,
)
const text = outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true })
if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  process.stderr.write('web/console/schema-types.d.ts is not what the SDL says: run npm run sdl\n')
  process.exitCode = 1
}
