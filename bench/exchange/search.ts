import { openDatabase } from '../../src/kernel/database.ts'
import { randomOf } from '../names/random.ts'
import { plainQuestionOf, questionsFrom } from '../search/questions.ts'
import type { LoadResult } from './load.ts'
import { signedJob } from './look-up.ts'
import { alternate, median, ratios, spreadOf } from './rounds.ts'
import { type Bench, milliseconds, type Row } from './row.ts'

const searchText = `query ($query: String!) {
  searchSubjects(query: $query, first: 20) { edges { node { name subject { uscc name } } } }
}`
const kinds = ['two characters', 'longer names', 'full pinyin'] as const
const perKind = 1_000

/**
 * Searches by name, one request after another, signed and logged, beside plain SQL on the same index: that finds twenty
 * answers, and neither puts them in order nor asks whether the asker may know of the subject.
 */
export async function measureSearches(bench: Bench): Promise<Row[]> {
  const questions = questionsFrom(await someNames(bench), randomOf(1), perKind)
  const rows: Row[] = []
  for (const kind of kinds) rows.push(await measured(bench, kind, questions[kind] ?? []))
  return rows
}

async function measured(bench: Bench, kind: string, questions: readonly string[]): Promise<Row> {
  const { rounds, seconds } = bench.settings
  const [exchange, floor] = [await bench.server('exchange'), await bench.server('floor')]
  const bodies = questions.map((query) => JSON.stringify({ query: searchText, variables: { query } }))
  const plain = questions.map((query) =>
    JSON.stringify({ query: searchText, variables: { plain: plainQuestionOf(query) } }),
  )
  const job = { seconds: seconds / 2, connections: 1, prepared: 400 }
  const results = await alternate(
    {
      exchange: () => bench.load.ask<LoadResult>(signedJob(bench, exchange.url, bodies, job)),
      floor: () => bench.load.ask<LoadResult>(signedJob(bench, floor.url, plain, job)),
    },
    rounds,
  )
  const times = (of: keyof typeof results) => results[of].map(({ p95 }) => p95)
  const ratio = ratios(times('floor'), times('exchange'))
  return {
    job: `search by ${kind}, p95`,
    ours: milliseconds(spreadOf(times('exchange'))),
    floor: milliseconds(spreadOf(times('floor'))),
    ratio,
    target: '≥ 0.50',
    met: ratio.median >= 0.5,
    figures: {
      p50: {
        exchange: median(results.exchange.map(({ p50 }) => p50)),
        floor: median(results.floor.map(({ p50 }) => p50)),
      },
      bytes: { exchange: results.exchange[0]?.bytes, floor: results.floor[0]?.bytes },
    },
  }
}

async function someNames({ world }: Bench): Promise<string[]> {
  const database = openDatabase(world.url, { connections: 1 })
  try {
    const { rows } = await database.pool.query(
      'SELECT name FROM subject WHERE id % greatest($1::bigint / 20000, 1) = 0',
      [world.city.subjects],
    )
    return rows.map(({ name }) => name)
  } finally {
    await database.close()
  }
}
