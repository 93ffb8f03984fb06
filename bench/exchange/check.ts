import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/**
 * `npm run bench -- --json .data/bench.json && npm run bench:check -- .data/bench.json`: ratios of that run beside those of
 * the committed baseline. A ratio that fell by more than a fifth is a fault; absolute figures are the machine's.
 */
const fallAllowed = 0.2

const table = z.object({
  rows: z.array(
    z.object({
      job: z.string(),
      ratio: z.object({ median: z.number() }).nullable(),
      lessIsBetter: z.boolean().optional(),
    }),
  ),
})

async function read(file: URL | string) {
  return table.parse(JSON.parse(await readFile(file, 'utf8'))).rows
}

const [file = '.data/bench.json'] = process.argv.slice(2)
const baseline = new Map(
  (await read(new URL('../baseline.json', import.meta.url))).map((row) => [row.job, row]),
)
const faults = (await read(file)).flatMap(({ job, ratio, lessIsBetter }) => {
  const before = baseline.get(job)?.ratio?.median
  if (before === undefined || ratio === null) return []
  const change = lessIsBetter ? before / ratio.median : ratio.median / before
  process.stdout.write(`${change.toFixed(2)}  ${job}: ${ratio.median.toFixed(2)}, was ${before.toFixed(2)}\n`)
  return change < 1 - fallAllowed ? [job] : []
})
if (faults.length > 0) {
  process.stderr.write(`slower than the baseline by more than a fifth: ${faults.join('; ')}\n`)
  process.exitCode = 1
}
