import { readFile } from 'node:fs/promises'
import { openDatabase } from '../../src/kernel/database.ts'
import { sampleCodes } from './generate.ts'
import type { LoadJob, LoadResult } from './load.ts'
import { signedJob } from './look-up.ts'
import { alternate, ratios, spreadOf } from './rounds.ts'
import { type Bench, perSecond, type Row } from './row.ts'

const operation = new URL('../../schema/public/operations/Subject.graphql', import.meta.url)

/** The page of one subject as anybody asks for it: again and again (kept), and each once (made anew). */
export async function measurePublic(bench: Bench): Promise<Row[]> {
  const { seconds, rounds, connections } = bench.settings
  const exchange = await bench.server('exchange')
  const database = openDatabase(bench.world.url, { connections: 2 })
  const codes = await sampleCodes(database.pool, 20_000, 'LISTED')
  await database.close()
  const query = (await readFile(operation, 'utf8')).trim()
  const bodies = codes.map((uscc) => JSON.stringify({ query, variables: { uscc } }))
  const job = (url: string, asked: readonly string[]): LoadJob => ({
    ...signedJob(bench, url, asked, { seconds: seconds / 2, connections, prepared: 0 }),
    path: '/public/graphql',
    signer: null,
  })
  const [first = ''] = bodies
  const answer = await fetch(`${exchange.url}/public/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: first,
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const same = await bench.serve('same-bytes', 'server', bytes.toString('utf8'))
  const results = await alternate(
    {
      kept: () => bench.load.ask<LoadResult>(job(exchange.url, [first])),
      bytes: () => bench.load.ask<LoadResult>(job(same.url, [first])),
      anew: () => bench.load.ask<LoadResult>(job(exchange.url, bodies)),
    },
    rounds,
  )
  await same.child.stop()
  const rates = (kind: keyof typeof results) => results[kind].map((result) => result.perSecond)
  const kept = ratios(rates('kept'), rates('bytes'))
  return [
    {
      job: 'public subject query, kept answer',
      ours: perSecond(spreadOf(rates('kept'))),
      floor: perSecond(spreadOf(rates('bytes'))),
      ratio: kept,
      target: '≥ 0.80',
      met: kept.median >= 0.8,
      figures: { bytes: bytes.length },
    },
    {
      job: 'public subject query, made anew',
      ours: perSecond(spreadOf(rates('anew'))),
      floor: perSecond(spreadOf(rates('bytes'))),
      ratio: ratios(rates('anew'), rates('bytes')),
      target: '–',
      met: null,
      figures: {},
    },
  ]
}
