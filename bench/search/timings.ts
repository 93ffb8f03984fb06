import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { migrate } from '../../prisma/migrate.ts'
import { createCatalogueReader } from '../../src/catalogue/catalogue-store.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openDatabase } from '../../src/kernel/database.ts'
import { candidatesForNames } from '../../src/search/candidate-service.ts'
import { createSearchService } from '../../src/search/search-service.ts'
import { randomOf } from '../names/random.ts'
import { callerOf, foundCity, settle, vault } from './city.ts'
import { buildIndexes, dropIndexes, sizesOf } from './indexes.ts'
import { rounded, seconds, type Timing, timed } from './measure.ts'
import { plainSearch } from './plain.ts'
import { plainQuestionOf, questionsFrom } from './questions.ts'
import { printed } from './table.ts'

/**
 * How long searches take among many names, beside plain LIKE and pg_trgm on the same rows:
 *
 *     npm run bench:search -- --scale 1000000 --at-once 8
 *
 * It starts a PostgreSQL of its own in a temporary folder, and runs the service's own function on a pool: what it leaves
 * out of a query over the network is the signature, GraphQL and the log. Plain SQL, LIKE and pg_trgm only find:
 * they neither rank nor ask whether the asker may know of the subject.
 */
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '100000' },
    'at-once': { type: 'string', default: '8' },
    questions: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
  },
})
const scale = Number(values.scale)
const atOnce = Number(values['at-once'])
const perKind = Number(values.questions)
const pageSize = 20
const added = 10_000
const screened = 1_000
const random = randomOf(Number(values.seed))
const say = (line: string) => void process.stderr.write(`${line}\n`)

const folder = await mkdtemp(join(tmpdir(), 'exchange-bench-'))
const postgres = await startEmbeddedPostgres({
  dataDirectory: folder,
  databaseName: 'bench',
  settings: { shared_buffers: '2GB', maintenance_work_mem: '512MB', max_wal_size: '4GB' },
})
try {
  await migrate(postgres.url)
  const database = openDatabase(postgres.url, { connections: atOnce })
  try {
    process.stdout.write(await run(database.pool))
  } finally {
    await database.close()
  }

  async function run(pool: pg.Pool): Promise<string> {
    const department = await foundCity(database)
    const taken = new Set<string>()
    say(`settling ${scale} enterprises`)
    await dropIndexes(pool)
    const settling = await seconds(async () => {
      for (let from = 0; from < scale; from += 50_000) {
        await settle(pool, random, taken, from, Math.min(scale, from + 50_000))
        say(`${Math.min(scale, from + 50_000)}`)
      }
    })
    const building = await buildIndexes(pool)
    await pool.query('VACUUM (ANALYZE)')
    const adding = await seconds(() => settle(pool, random, taken, scale, scale + added))
    await pool.query('VACUUM (ANALYZE) searchable_name')
    const rates = {
      withoutIndexes: Math.round(scale / settling),
      withIndexes: Math.round(added / adding),
    }

    const names = [...taken]
    const search = createSearchService({
      pool,
      vault,
      clock: systemClock,
      catalogue: createCatalogueReader(pool, () => performance.now()),
      monotonicNow: () => performance.now(),
    })
    const caller = callerOf(department)
    const filter = { division: null, listType: null, inForceOnly: false }
    const ask = async (query: string) => {
      const page = await search.search(
        caller,
        { query, purpose: null, filter },
        { first: pageSize, after: null },
      )
      return page.hits.length
    }
    const kinds = questionsFrom(names, random, perKind)
    const ours: Record<string, Timing> = {}
    for (const [kind, questions] of Object.entries(kinds)) {
      say(`asking: ${kind}`)
      await timed(questions, atOnce, ask)
      ours[kind] = await timed(questions, atOnce, ask)
    }

    const like = `SELECT subject_id, name FROM subject_name WHERE name LIKE '%' || $1 || '%' LIMIT ${pageSize}`
    const plain = async (query: string) => (await pool.query(like, [query])).rows.length
    const onIndex = async (query: string) => {
      const { grams, text } = plainQuestionOf(query)
      const statement = { name: 'floor', text: plainSearch('subject_id, name', pageSize) }
      const { rows } = await pool.query({ ...statement, values: [grams, text] })
      return rows.length
    }
    const spelled = new Set(['full pinyin', 'initials', 'two initials'])
    const written = Object.entries(kinds).filter(([kind]) => !spelled.has(kind))
    const floor: Record<string, Timing> = {}
    for (const [kind, questions] of written) {
      say(`plain SQL on the same index: ${kind}`)
      await timed(questions, atOnce, onIndex)
      floor[kind] = await timed(questions, atOnce, onIndex)
    }
    const byLike: Record<string, Timing> = {}
    for (const [kind, questions] of written) {
      say(`LIKE: ${kind}`)
      byLike[kind] = await timed(questions.slice(0, 40), atOnce, plain)
    }
    await pool.query('CREATE EXTENSION pg_trgm')
    const trgmBuilding = await seconds(() =>
      pool.query('CREATE INDEX name_trgm ON subject_name USING gin (name gin_trgm_ops)'),
    )
    await pool.query('ANALYZE subject_name')
    const byTrgm: Record<string, Timing> = {}
    for (const [kind, questions] of written) {
      say(`pg_trgm: ${kind}`)
      byTrgm[kind] = await timed(questions.slice(0, 40), atOnce, plain)
    }

    say(`screening ${screened} names`)
    const asked = Array.from({ length: screened }, (_, i) => ({
      name: (names[(i * 7919) % names.length] ?? '').replace(/有限公司$/u, '有限责任公司').slice(i % 2),
      threshold: 0.5,
    }))
    const { rows: datasets } = await pool.query('SELECT id FROM dataset')
    const scope = {
      datasetIds: datasets.map(({ id }) => id),
      ownDatasetIds: datasets.map(({ id }) => id),
      knownPosition: null,
    }
    await candidatesForNames(pool, asked.slice(0, 50), scope)
    let withCandidates = 0
    const screening = await seconds(async () => {
      const found = await candidatesForNames(pool, asked, scope)
      withCandidates = found.filter(({ length }) => length > 0).length
    })
    const sizes = await sizesOf(pool)
    const figures = {
      scale,
      atOnce,
      pageSize,
      ours,
      floor,
      byLike,
      byTrgm,
      building: { ...building, pg_trgm: rounded(trgmBuilding) },
      sizes,
      rates,
      screening: { names: screened, withCandidates, seconds: Math.round(screening * 100) / 100 },
    }
    return printed(figures)
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
