import { readFile, writeFile } from 'node:fs/promises'
import { printSchema } from 'graphql'
import { schemaOf, surfaces } from './schema.ts'

/** `node schema/print.ts` writes each surface's SDL; with `--check` it fails where the committed one differs. */
const check = process.argv.includes('--check')
for (const surface of surfaces) {
  const path = new URL(`./${surface}.graphql`, import.meta.url)
  const sdl = `${printSchema(schemaOf(surface))}\n`
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
