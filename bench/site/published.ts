import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { migrate } from '../../prisma/migrate.ts'
import { createApp } from '../../src/app.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openDatabase } from '../../src/kernel/database.ts'
import { createKeyFile } from '../../src/kernel/key-file.ts'
import { randomOf } from '../names/random.ts'
import { foundCity, settle } from '../search/city.ts'
import { seconds } from '../search/measure.ts'
import { publish } from './published-city.ts'

/**
 * How long pages, totals, statistics, searches and open data take where much is published, without any answer kept:
 *
 *     npm run bench:published -- --penalties 100000 --listings 300000 --enterprises 100000
 */
const { values } = parseArgs({
  options: {
    penalties: { type: 'string', default: '100000' },
    listings: { type: 'string', default: '300000' },
    enterprises: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    files: { type: 'boolean', default: false },
  },
})
const say = (line: string) => void process.stderr.write(`${line}\n`)
const folder = await mkdtemp(join(tmpdir(), 'exchange-bench-'))
const postgres = await startEmbeddedPostgres({
  dataDirectory: folder,
  databaseName: 'bench',
  settings: { shared_buffers: '1GB', max_wal_size: '4GB', synchronous_commit: 'off' },
})
try {
  await migrate(postgres.url)
  const database = openDatabase(postgres.url, { connections: 10 })
  try {
    await foundCity(database)
    say(`settling ${values.enterprises} enterprises`)
    await settle(database.pool, randomOf(1), new Set(), 0, Number(values.enterprises))
    say('publishing')
    await publish(database, { penalties: Number(values.penalties), listings: Number(values.listings) })
    await measure()
  } finally {
    await database.close()
  }

  async function measure(): Promise<void> {
    const app = await createApp({
      database,
      keyFile: await createKeyFile(join(folder, 'keys.json'), new Date()),
      pkcs11: null,
      exchangeId: 'http://localhost',
      clock: systemClock,
      monotonicNow: () => performance.now(),
      observeLogGroup: () => {},
      webhookTargets: 'PUBLIC',
      secureCookies: true,
      documents: { verifyAt: 'http://localhost/verify', fallbackFont: null },
    })
    const { publicity } = app
    const first = { first: 20, after: null }
    const { rows } = await database.pool.query('SELECT name FROM subject ORDER BY id LIMIT 1 OFFSET 777')
    const name: string = rows[0].name
    const trade = name.replace(/^(河南省?|汝宁市?)/, '').slice(0, 2)
    const questions: Record<string, () => Promise<unknown>> = {
      'counters of the home page': () => publicity.counters(),
      'entries by list': () => publicity.byListType(),
      statistics: () => publicity.statistics(),
      'penalties, first page': () => publicity.records(['PENALTY'], {}, first),
      'penalties, total': async () => (await publicity.records(['PENALTY'], {}, first)).total(),
      'penalties of a division and a month': () =>
        publicity.records(['PENALTY'], { division: '419800', from: '2026-09-01', to: '2026-09-30' }, first),
      'penalties by a part of the name': () => publicity.records(['PENALTY'], { text: trade }, first),
      'cases, first page and total': async () => (await publicity.cases({}, first)).total(),
      'list, first page': () => publicity.records(['LIST'], { nature: 'SERIOUS_DISHONESTY' }, first),
      'list, total': async () =>
        (await publicity.records(['LIST'], { nature: 'SERIOUS_DISHONESTY' }, first)).total(),
      [`search for a trade name`]: () => publicity.search({ text: trade, type: 'ANY' }, first),
      'search for a whole name': () => publicity.search({ text: name, type: 'ANY' }, first),
      'search for a common word': () => publicity.search({ text: '食品', type: 'ANY' }, first),
      'search for a common word, total': async () =>
        (await publicity.search({ text: '食品', type: 'ANY' }, first)).total(),
    }
    say(`index made in ${(await seconds(() => publicity.catchUp())).toFixed(1)} s`)
    const table: Record<string, { 'median, ms': number; 'slowest, ms': number }> = {}
    for (const [what, ask] of Object.entries(questions)) {
      const taken: number[] = []
      for (let round = 0; round < Number(values.rounds); round += 1) taken.push((await seconds(ask)) * 1000)
      const sorted = taken.toSorted((a, b) => a - b)
      table[what] = {
        'median, ms': Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0),
        'slowest, ms': Math.round(sorted.at(-1) ?? 0),
      }
    }
    console.table(table)
    if (values.files) {
      say(`files of open data made in ${(await seconds(() => app.openData.refresh())).toFixed(1)} s`)
      await database.pool.query(
        `UPDATE record SET status = 'WITHDRAWN' WHERE id = (SELECT max(id) FROM record WHERE source_key LIKE 'penalty%')`,
      )
      await database.pool.query(
        `WITH head AS (UPDATE feed_head SET position = position + 1 RETURNING position)
         INSERT INTO feed_event (position, kind, subject_id, record_id)
         SELECT position, 'RECORD_WITHDRAWN', r.subject_id, r.id FROM head, record r WHERE r.status = 'WITHDRAWN'`,
      )
      say(`index follows in ${((await seconds(() => publicity.catchUp())) * 1000).toFixed(0)} ms`)
      say(`files mended in ${(await seconds(() => app.openData.refresh())).toFixed(1)} s`)
      const manifest = await app.openData.manifest()
      console.table(manifest?.files.map(({ file, rows: count, bytes }) => ({ file, rows: count, bytes })))
    }
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true })
}
