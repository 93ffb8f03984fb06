import { readFile } from 'node:fs/promises'
import { compare, table } from './compare.ts'

/**
 * `npm run bench && npm run bench:check -- .data/bench.json`: ratios of that run beside those of the committed baseline. One
 * that fell by more than a fifth is a fault; absolute figures are the machine's. Rows that were not measured are named.
 */
const [file = '.data/bench.json'] = process.argv.slice(2)
const read = async (path: URL | string) => table.parse(JSON.parse(await readFile(path, 'utf8')))

const baseline = await read(new URL('../baseline.json', import.meta.url))
const run = await read(file)
const compared = compare(baseline, run)
for (const row of compared) {
  const told =
    row.outcome === 'KEPT' || row.outcome === 'FELL'
      ? `${row.change.toFixed(2)}  ${row.job}: ${row.now.toFixed(2)}, was ${row.before.toFixed(2)}`
      : `   –  ${row.job}: ${row.outcome === 'NEW' ? 'not in the baseline' : 'not in this run'}`
  process.stdout.write(`${told}\n`)
}
if (run.settings.scale !== baseline.settings.scale)
  process.stderr.write(
    `the baseline is of ${baseline.settings.scale} subjects, this run of ${run.settings.scale}: ratios differ by that as well\n`,
  )
const fallen = compared.filter(({ outcome }) => outcome === 'FELL')
const missing = compared.filter(({ outcome }) => outcome === 'MISSING')
if (missing.length > 0)
  process.stderr.write(
    `${missing.length} of ${baseline.rows.length} rows of the baseline were not measured\n`,
  )
if (fallen.length > 0) {
  process.stderr.write(`fallen by more than a fifth: ${fallen.map(({ job }) => job).join('; ')}\n`)
  process.exitCode = 1
}
