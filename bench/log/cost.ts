/**
 * What the evidence log costs: answered queries a second with and without it, alternating in one run, and the size and
 * time of proofs in a large tree.
 *
 *     npm run bench:log -- --leaves 10000000 --rounds 5 --seconds 5
 */

import { type ChildProcess, fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { calculateJwkThumbprint } from 'jose'
import pino from 'pino'
import { type RunningServer, startServer } from '../../gateway/server.ts'
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { migrate } from '../../prisma/migrate.ts'
import { tileReader } from '../../src/evidence/log-tile-store.ts'
import { consistencyProof, inclusionProof } from '../../src/evidence/merkle-tree.ts'
import { bindInstance } from '../../src/instance.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { type Database, openDatabase } from '../../src/kernel/database.ts'
import type { LoadJob, LoadResult } from './signed-load.ts'
import { growTree, treeDepartment } from './tree.ts'

const { values } = parseArgs({
  options: {
    leaves: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    concurrency: { type: 'string', default: '32' },
  },
})
const settings = {
  leaves: Number(values.leaves),
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  concurrency: Number(values.concurrency),
}

const exchangeId = 'https://credit.example.invalid'
const department = treeDepartment
const say = (line: string) => void process.stdout.write(`${line}\n`)
const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
const quantile = (numbers: readonly number[], share: number) =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0

/** A department with a key, put straight into the tables: enrolment is not what is measured. */
async function enrol(database: Database): Promise<{ kid: string; privateKey: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const publicJwk = publicKey.export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: publicJwk.x ?? '' })
  await database.pool.query(
    `WITH d AS (INSERT INTO department (code, kind, division_code, roles, status)
                VALUES ($1, 'DEVELOPMENT_REFORM', '411700', '{ENQUIRER}', 'ACTIVE') RETURNING id),
          n AS (INSERT INTO department_name (department_id, valid_from, name) SELECT id, '2020-01-01', '部门' FROM d)
     INSERT INTO department_key (kid, department_id, algorithm, public_jwk, status, not_before)
     SELECT $2, id, 'EdDSA', $3, 'ACTIVE', now() - interval '1 day' FROM d`,
    [department, kid, publicJwk],
  )
  await database.pool.query(
    `INSERT INTO subject (kind, uscc, name) VALUES ('ORGANISATION', '91411700MA0TEXT047', '天中食品有限公司')`,
  )
  return { kid, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() }
}

function load(job: LoadJob): Promise<LoadResult> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./signed-load.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', (result: LoadResult) => resolve(result))
    child.once('error', reject)
    child.once('exit', (code) => code !== 0 && reject(new RangeError(`the load ended with ${code}`)))
    child.send(job)
  })
}

/** Answers are signed all the same; only nothing is written before they leave. */
function withoutLog(server: RunningServer): () => void {
  const { log } = server.app
  let logIndex = 0
  server.app.log = { append: async () => ({ outcome: 'LOGGED', logIndex: logIndex++ }) }
  return () => {
    server.app.log = log
  }
}

async function measureQueries(server: RunningServer, key: { kid: string; privateKey: string }) {
  const job = (seconds: number): LoadJob => ({
    url: server.url,
    audience: exchangeId,
    department,
    ...key,
    seconds,
    concurrency: settings.concurrency,
    body: JSON.stringify({
      query:
        'query ($input: ScreenInput!) { screen(input: $input) { dataVersion results { outcome subject { uscc name } listings { listedOn } } } }',
      variables: { input: { purpose: 'bench', subjects: [{ identifier: '91411700MA0TEXT047' }] } },
    }),
  })
  await load(job(2))
  const rates: { logged: number[]; unlogged: number[] } = { logged: [], unlogged: [] }
  for (let round = 0; round < settings.rounds; round++) {
    rates.logged.push((await load(job(settings.seconds))).perSecond)
    const restore = withoutLog(server)
    rates.unlogged.push((await load(job(settings.seconds))).perSecond)
    restore()
  }
  return rates
}

async function measureProofs(database: Database, size: number) {
  const tiles = tileReader(database.pool)
  const times: Record<'inclusion' | 'consistency', number[]> = { inclusion: [], consistency: [] }
  let longest = 0
  for (let run = 0; run < 2_200; run++) {
    const index = Math.floor(Math.random() * size)
    const started = performance.now()
    const inclusion = await inclusionProof(index, size, tiles)
    const between = performance.now()
    const consistency = await consistencyProof(index + 1, size, tiles)
    longest = Math.max(longest, inclusion.length, consistency.length)
    if (run < 200) continue
    times.inclusion.push(between - started)
    times.consistency.push(performance.now() - between)
  }
  return { times, longest }
}

const directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-bench-'))
const postgres = await startEmbeddedPostgres({
  dataDirectory: directory,
  databaseName: 'bench',
  log: () => {},
})
try {
  await migrate(postgres.url)
  const database = openDatabase(postgres.url, { connections: 10 })
  const { keyFile } = await bindInstance(database.pool, {
    keyFile: join(directory, 'keys.json'),
    exchangeId,
    now: new Date(),
  })
  const key = await enrol(database)
  const server = await startServer({
    database,
    keyFile,
    exchangeId,
    exchangeUrl: exchangeId,
    host: '127.0.0.1',
    port: 0,
    trustedProxies: 0,
    requestsPerMinute: 10_000_000,
    refusalsPerMinute: 10_000_000,
    publicRequestsPerMinute: 10_000_000,
    logger: pino({ level: 'silent' }),
    clock: systemClock,
  })
  const rates = await measureQueries(server, key)
  await server.stop()
  const grown = await growTree(database.pool, settings.leaves, say)
  const { times, longest } = await measureProofs(database, settings.leaves)
  await database.close()

  const ratios = rates.logged.map((rate, round) => rate / (rates.unlogged[round] ?? Number.NaN))
  const rows = [
    ['answered look-ups/s, logged', median(rates.logged).toFixed(0)],
    ['answered look-ups/s, without the log', median(rates.unlogged).toFixed(0)],
    [
      'ratio, median (lowest–highest)',
      `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
    ],
    [`tree of ${settings.leaves.toLocaleString('en')} leaves built, s`, grown.build.toFixed(1)],
    ['leaves/s into the tree', ((settings.leaves / grown.build) | 0).toLocaleString('en')],
    ['longest proof, hashes (bytes)', `${longest} (${longest * 32})`],
    ...(['inclusion', 'consistency'] as const).map((kind) => [
      `${kind} proof, ms, p50 / p99 / max`,
      [0.5, 0.99, 1].map((share) => quantile(times[kind], share).toFixed(2)).join(' / '),
    ]),
  ]
  say(`\n| | |\n|---|---|\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`)
  say(JSON.stringify({ settings, rates, grown, longest }))
} finally {
  await postgres.stop()
  await rm(directory, { recursive: true, force: true })
}
