import { openDatabase } from '../../src/kernel/database.ts'
import { sampleCodes } from './generate.ts'
import type { LoadJob, LoadResult } from './load.ts'
import { cpuTime, residentMemory } from './processes.ts'
import { alternate, median, ratios, spreadOf } from './rounds.ts'
import { type Bench, perSecond, type Row, type Served } from './row.ts'
import { exchangeId } from './world.ts'

export const lookUpText = `query ($identifier: String!) {
  subject(identifier: $identifier) {
    uscc name kind
    listings { edges { node { listing { grade listedOn endsOn reason decisionNo listType { name } determinedBy { name } } } } }
  }
}`

export const screenText = `query ($input: ScreenInput!) {
  screen(input: $input) {
    dataVersion asOf
    results { ref outcome subject { uscc name } listings { grade listedOn endsOn decisionNo listType { name } determinedBy { name } } }
  }
}`

export const postgraphileText = `query ($identifier: String!) {
  subjectByUscc(uscc: $identifier) {
    uscc name kind
    listingsBySubjectId { nodes { grade listedOn endsOn reason decisionNo departmentName listTypeByListTypeCode { name } } }
  }
}`

/** Codes asked about: enough that caches of the database are used as in life, half of them listed. */
export async function codesAskedAbout(bench: Bench): Promise<string[]> {
  const database = openDatabase(bench.world.url, { connections: 2 })
  try {
    const some = await sampleCodes(database.pool, 5_000, 'ANY')
    const listed = await sampleCodes(database.pool, 5_000, 'LISTED')
    return some.flatMap((code, n) => [code, listed[n] ?? code])
  } finally {
    await database.close()
  }
}

export const lookUpBody = (query: string) => (identifier: string) =>
  JSON.stringify({ query, variables: { identifier } })
const screenBody = (identifier: string) =>
  JSON.stringify({
    query: screenText,
    variables: { input: { purpose: '性能测试 (benchmark)', subjects: [{ ref: '1', identifier }] } },
  })

export function signedJob(
  bench: Bench,
  url: string,
  bodies: readonly string[],
  job: { seconds: number; connections: number; prepared: number },
): LoadJob {
  const { asker } = bench.world.city
  const signer = {
    department: asker.code,
    kid: asker.kid,
    privateKey: asker.privateKey,
    audience: exchangeId,
  }
  return {
    url,
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    bodies,
    signer,
    ...job,
  }
}

export async function measureLookUps(bench: Bench): Promise<Row[]> {
  const { seconds, connections, rounds } = bench.settings
  const [exchange, floor, postgraphile] = [
    await bench.server('exchange'),
    await bench.server('floor'),
    await bench.server('postgraphile'),
  ]
  const asked = await codesAskedAbout(bench)
  const lookUps = asked.map(lookUpBody(lookUpText))
  const screenings = asked.map(screenBody)
  const unsigned = asked.map(lookUpBody(postgraphileText))
  const job = { seconds, connections, prepared: seconds * 3_000 }
  const ask = async (served: Served, bodies: readonly string[]) => {
    const isSigned = served !== postgraphile
    const before = await cpuTime(served.pid)
    const result = await bench.load.ask<LoadResult>({
      ...signedJob(bench, served.url, bodies, job),
      ...(isSigned ? {} : { signer: null, prepared: 0 }),
    })
    const after = await cpuTime(served.pid)
    const resident = await residentMemory(served.pid)
    return {
      ...result,
      resident: resident ?? Number.NaN,
      cpu: ((after ?? Number.NaN) - (before ?? Number.NaN)) / result.requests,
    }
  }
  const results = await alternate(
    {
      exchange: () => ask(exchange, lookUps),
      floor: () => ask(floor, lookUps),
      screenOne: () => ask(exchange, screenings),
      floorScreen: () => ask(floor, screenings),
      postgraphile: () => ask(postgraphile, unsigned),
    },
    rounds,
  )
  const rates = (kind: keyof typeof results) => results[kind].map((result) => result.perSecond)
  const latency = (kind: keyof typeof results) => ({
    p50: median(results[kind].map(({ p50 }) => p50)),
    p99: median(results[kind].map(({ p99 }) => p99)),
    /** Of the server's process, for one request, in milliseconds: what remains comparable on a busy machine. */
    cpu: median(results[kind].map(({ cpu }) => cpu)),
  })
  const byFloor = ratios(rates('exchange'), rates('floor'))
  const screenByFloor = ratios(rates('screenOne'), rates('floorScreen'))
  const byPostgraphile = ratios(rates('exchange'), rates('postgraphile'))
  const memory = (kind: 'exchange' | 'floor') => results[kind].map(({ resident }) => resident)
  const byMemory = ratios(memory('exchange'), memory('floor'))
  const mebibytes = (numbers: readonly number[]) => `${median(numbers).toFixed(0)} MiB`
  return [
    {
      job: 'signed look-up of one subject, answer logged and signed',
      ours: perSecond(spreadOf(rates('exchange'))),
      floor: perSecond(spreadOf(rates('floor'))),
      ratio: byFloor,
      target: '≥ 0.80',
      met: byFloor.median >= 0.8,
      figures: { exchange: latency('exchange'), floor: latency('floor') },
    },
    {
      job: 'signed screening of one subject (核查)',
      ours: perSecond(spreadOf(rates('screenOne'))),
      floor: perSecond(spreadOf(rates('floorScreen'))),
      ratio: screenByFloor,
      target: '≥ 0.80',
      met: screenByFloor.median >= 0.8,
      figures: { exchange: latency('screenOne'), floor: latency('floorScreen') },
    },
    {
      job: 'signed look-up beside PostGraphile 5, unsigned, not logged, same tables',
      ours: perSecond(spreadOf(rates('exchange'))),
      floor: perSecond(spreadOf(rates('postgraphile'))),
      ratio: byPostgraphile,
      target: '≥ 1.2',
      met: byPostgraphile.median >= 1.2,
      figures: { postgraphile: latency('postgraphile') },
    },
    {
      job: 'memory of the service under that load',
      ours: mebibytes(memory('exchange')),
      floor: mebibytes(memory('floor')),
      ratio: byMemory,
      lessIsBetter: true,
      target: '≤ 2.5',
      met: byMemory.median <= 2.5,
      figures: {},
    },
  ]
}
