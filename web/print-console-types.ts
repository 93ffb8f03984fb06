import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal'
import { buildSchema, introspectionFromSchema } from 'graphql'

/** `node web/print-console-types.ts` writes the printed SDL of the console as a type; `--check` fails where it differs. */
const sdl = ['console', 'department']
  .map((name) => new URL(`../schema/${name}.graphql`, import.meta.url))
  .find((url) => existsSync(url))
if (sdl === undefined) throw new TypeError('no printed SDL: run npm run sdl')
const target = new URL('console/schema-types.d.ts', import.meta.url)
const introspection = minifyIntrospection(
  introspectionFromSchema(
    buildSchema(
      readFileSync(sdl, 'utf8') +
        (sdl.pathname.endsWith('department.graphql')
          ? 'extend type Query { viewer: Viewer! } type Viewer { id: ID! name: String! email: String! roles: [String!]! division: String viewerCan: [String!]! department: DepartmentReference! }'
          : ''),
    ),
    { descriptions: false },
  ) as never,
)
const text = outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true })
if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  process.stderr.write('web/console/schema-types.d.ts is not what the SDL says: run npm run sdl\n')
  process.exitCode = 1
}
