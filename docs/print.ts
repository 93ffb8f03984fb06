import { readFile, writeFile } from 'node:fs/promises'
import { lifeCyclePage } from '../src/listings/life-cycle-diagram.ts'

/** `npm run docs` writes the pages that are made from code; with `--check` it fails where a committed one differs. */
const path = new URL('./listing-life-cycle.md', import.meta.url)
const page = lifeCyclePage()
if (!process.argv.includes('--check')) await writeFile(path, page)
else if ((await readFile(path, 'utf8').catch(() => '')) !== page) {
  process.stderr.write('docs/listing-life-cycle.md is not what the code says: run npm run docs\n')
  process.exitCode = 1
}
