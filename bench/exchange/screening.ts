import { openDatabase } from '../../src/kernel/database.ts'
import { sampleCodes } from './generate.ts'
import type { LoadResult } from './load.ts'
import { signedJob } from './look-up.ts'
import { alternate, ratios, spreadOf } from './rounds.ts'
import { type Bench, milliseconds, type Row } from './row.ts'

const plainText = `query ($input: ScreenInput!) {
  screen(input: $input) {
    dataVersion
    results { ref outcome subject { uscc name } listings { grade listedOn endsOn decisionNo listType { name } determinedBy { name } } }
  }
}`
const withMeasuresText = `query ($input: ScreenInput!) {
  screen(input: $input) {
    dataVersion
    results { ref outcome subject { uscc name } listings { grade listedOn endsOn decisionNo listType { name } determinedBy { name } } measures { code name } }
  }
}`

/** Many codes in one request, one request after another: what the asker waits for. */
export async function measureScreenings(bench: Bench): Promise<Row[]> {
  return [
    await measured(bench, { codes: 1_000, matter: null, target: 0.65 }),
    await measured(bench, { codes: 5_000, matter: 'LICENCE', target: 0.6 }),
  ]
}

async function measured(
  bench: Bench,
  asked: { codes: number; matter: string | null; target: number },
): Promise<Row> {
  const { seconds, rounds } = bench.settings
  const [exchange, floor] = [await bench.server('exchange'), await bench.server('floor')]
  const bodies = await bodiesOf(bench, asked)
  const job = { seconds: seconds / 2, connections: 1, prepared: 20 }
  const ask = (url: string) => bench.load.ask<LoadResult>(signedJob(bench, url, bodies, job))
  const results = await alternate({ exchange: () => ask(exchange.url), floor: () => ask(floor.url) }, rounds)
  const times = (kind: keyof typeof results) => results[kind].map(({ p50 }) => p50)
  const ratio = ratios(times('floor'), times('exchange'))
  return {
    job: `screen ${asked.codes.toLocaleString('en')} codes${asked.matter === null ? '' : ', with measures for a business matter'}`,
    ours: milliseconds(spreadOf(times('exchange'))),
    floor: milliseconds(spreadOf(times('floor'))),
    ratio,
    target: `≥ ${asked.target.toFixed(2)}`,
    met: ratio.median >= asked.target,
    figures: { bytes: { exchange: results.exchange[0]?.bytes, floor: results.floor[0]?.bytes } },
  }
}

async function bodiesOf(bench: Bench, { codes, matter }: { codes: number; matter: string | null }) {
  const database = openDatabase(bench.world.url, { connections: 2 })
  try {
    const all = await sampleCodes(database.pool, codes * 4, 'ANY')
    return [0, 1, 2, 3].map((part) => {
      const subjects = all
        .filter((_, n) => n % 4 === part)
        .map((identifier, n) => ({ ref: String(n + 1), identifier }))
      const input = { purpose: '性能测试 (benchmark)', subjects, ...(matter === null ? {} : { matter }) }
      return JSON.stringify({ query: matter === null ? plainText : withMeasuresText, variables: { input } })
    })
  } finally {
    await database.close()
  }
}
