import type { LoadResult } from './load.ts'
import { signedJob } from './look-up.ts'
import { alternate, ratios, spreadOf } from './rounds.ts'
import { type Bench, perSecond, type Row } from './row.ts'

const changesText = `query ($after: Int!) {
  changes(after: $after, first: 500) {
    upTo changes { position kind at subject { uscc name } listing { listType { name } grade listedOn endsOn decisionNo } }
  }
}`
const pageSize = 500
const mostEvents = 100_000

/** A department that follows the change feed: pages of 500, one after another, each signed and logged. */
export async function measureFeed(bench: Bench): Promise<Row[]> {
  const { seconds, rounds } = bench.settings
  const [exchange, floor] = [await bench.server('exchange'), await bench.server('floor')]
  // Each listing of the city has two.
  const events = Math.min(mostEvents, bench.world.city.listings * 2)
  const bodies = Array.from({ length: events / pageSize }, (_, page) =>
    JSON.stringify({ query: changesText, variables: { after: page * pageSize } }),
  )
  const job = { seconds: seconds / 2, connections: 1, prepared: 100 }
  const ask = (url: string) => bench.load.ask<LoadResult>(signedJob(bench, url, bodies, job))
  const results = await alternate({ exchange: () => ask(exchange.url), floor: () => ask(floor.url) }, rounds)
  const rates = (kind: keyof typeof results) => results[kind].map((result) => result.perSecond * pageSize)
  const ratio = ratios(rates('exchange'), rates('floor'))
  return [
    {
      job: `change feed in pages of ${pageSize}, events`,
      ours: perSecond(spreadOf(rates('exchange'))),
      floor: perSecond(spreadOf(rates('floor'))),
      ratio,
      target: '≥ 0.50',
      met: ratio.median >= 0.5,
      figures: { bytes: { exchange: results.exchange[0]?.bytes, floor: results.floor[0]?.bytes } },
    },
  ]
}
