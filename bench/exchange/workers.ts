import type { LoadResult } from './load.ts'
import { codesAskedAbout, lookUpBody, lookUpText, signedJob } from './look-up.ts'
import { alternate, ratios, spreadOf } from './rounds.ts'
import { type Bench, perSecond, type Row } from './row.ts'
import { startService } from './service.ts'

/**
 * Signed look-ups that two processes answer, beside one, on any core. Where sender and database share the cores with them
 * there is little to gain, so there is no target.
 */
export async function measureWorkers(bench: Bench): Promise<Row[]> {
  const { seconds, connections, rounds } = bench.settings
  const bodies = (await codesAskedAbout(bench)).map(lookUpBody(lookUpText))
  const job = { seconds, connections, prepared: seconds * 3_000 }
  await using one = await startService(bench.world, 1)
  await using two = await startService(bench.world, 2)
  const ask = (url: string) => bench.load.ask<LoadResult>(signedJob(bench, url, bodies, job))
  const results = await alternate({ two: () => ask(two.url), one: () => ask(one.url) }, rounds)
  const rates = (kind: keyof typeof results) => results[kind].map((result) => result.perSecond)
  return [
    {
      job: 'signed look-up, two workers beside one, on any core',
      ours: perSecond(spreadOf(rates('two'))),
      floor: `one: ${perSecond(spreadOf(rates('one')))}`,
      ratio: ratios(rates('two'), rates('one')),
      target: '–',
      met: null,
      figures: {},
    },
  ]
}
