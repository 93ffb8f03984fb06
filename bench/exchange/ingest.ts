import { createPrivateKey, randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { createExchangeClient } from '../../client/exchange-client.ts'
import { parsePublicJwk } from '../../client/keys.ts'
import { usccCheckCharacter } from '../../src/subjects/identifiers.ts'
import { cpuTime, databaseCpuTime, placeDatabase, placeProcess } from './processes.ts'
import type { Bench, Row } from './row.ts'
import { exchangeId } from './world.ts'

/** Then what is stored by then tells the rate, so that the whole table ends in time. */
const mostSeconds = 150
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** The n-th code of another stem than the city's: nobody knows its subject yet. */
function newCode(n: number): string {
  let [rest, digits] = [n, '']
  for (let place = 0; place < 6; place += 1) {
    digits = alphabet.charAt(rest % alphabet.length) + digits
    rest = Math.floor(rest / alphabet.length)
  }
  const stem = `91419801MAC${digits}`
  return stem + usccCheckCharacter(stem)
}

const headings = 'name,uscc,legalRepresentative,reason,decisionNo,authority,listedOn'
const characters = '鑫源天华盛达兴隆金诚信泰安康宏伟恒通顺利丰瑞祥和平正大同德美佳'
const character = (n: number) => characters.charAt(n % characters.length)
const line = (n: number) =>
  `汝宁市${character(n)}${character(Math.floor(n / 31))}${character(Math.floor(n / 961))}商贸有限公司,${newCode(n)},某某,提交虚假材料取得登记，情节严重（生成的测试数据）,汝市监罚〔2026〕${n}号,汝宁市工商行政管理局,2026-11-${String((n % 28) + 1).padStart(2, '0')}`

/**
 * A file of penalties that list their subjects, signed and sent, until all of it is in force: versions, subjects and their
 * names, memberships with their events, feed, tasks of joint punishment. Once: it takes minutes, and the city is another after.
 * Server and database share all cores here: an intake works in threads, and COPY has the other cores idle.
 */
export async function measureIngest(bench: Bench): Promise<Row[]> {
  const { world } = bench
  const rowsOfFile = bench.settings.fileRows
  const folder = await mkdtemp(join(tmpdir(), 'exchange-ingest-'))
  await chmod(folder, 0o755)
  const path = join(folder, 'penalties.csv')
  const lines = Array.from({ length: rowsOfFile }, (_, n) => line(n))
  await writeFile(path, `${headings}\n${lines.join('\n')}\n`, { mode: 0o644 })
  const client = new pg.Client({ connectionString: world.url })
  await client.connect()
  try {
    const { url, pid } = await bench.server('exchange')
    await placeProcess(pid, 'anywhere')
    await placeDatabase(world.url, world.directory, 'anywhere')
    const copied = await copySeconds(client, path)
    const key = createPrivateKey(world.city.provider.privateKey).export({ format: 'jwk' })
    const sender = createExchangeClient({
      url,
      audience: exchangeId,
      department: world.city.provider.code,
      key: {
        kty: 'OKP',
        crv: 'Ed25519',
        alg: 'EdDSA',
        x: key.x ?? '',
        d: key.d ?? '',
        kid: world.city.provider.kid,
      },
      trustedKeys: await trustedKeys(url),
    })
    const spent = () => Promise.all([cpuTime(pid), databaseCpuTime(world.directory)])
    const [serverBefore, databaseBefore] = await spent()
    const begun = performance.now()
    const batchId = `bench ${randomUUID()}`
    await sender.sendFile({ dataset: 'AIC_SERIOUS_DISHONESTY', batchId, path })
    const { stored, checked, seconds } = await until(client, { batchId, rowsOfFile, begun })
    const all = stored === rowsOfFile ? await untilTasks(client, begun) : seconds
    const [serverAfter, databaseAfter] = await spent()
    const [serverCpu, databaseCpu] = [
      secondsBetween(serverBefore, serverAfter),
      secondsBetween(databaseBefore, databaseAfter),
    ]
    const tasks = await client.query('SELECT count(*)::int AS made FROM measure_task')
    const each = { tasks: tasks.rows[0].made / stored, cpu: cpuEach(serverCpu, databaseCpu, stored) }
    const ratio = stored / all / (rowsOfFile / copied)
    return [
      {
        job: `ingest ${rowsOfFile.toLocaleString('en')} penalty rows: signed file to everything in force, all on any core`,
        ours: `${(stored / all).toFixed(0)} rows/s (${stored} in ${all.toFixed(1)} s), of each ${each.tasks.toFixed(0)} tasks and ${each.cpu}`,
        floor: `COPY ${copied.toFixed(1)} s (${(rowsOfFile / copied).toFixed(0)} rows/s)`,
        ratio: { median: ratio, least: ratio, most: ratio },
        target: '≥ 0.15',
        met: ratio >= 0.15,
        figures: { stored, checked, seconds, all, copied, serverCpu, databaseCpu, tasks: each.tasks },
      },
    ]
  } finally {
    await client.end()
    await rm(folder, { recursive: true, force: true })
  }
}

async function copySeconds(client: pg.Client, path: string): Promise<number> {
  await client.query(
    `CREATE TABLE floor_penalty (name text, uscc text, representative text, reason text, decision_no text PRIMARY KEY,
                                 authority text, listed_on date);
     CREATE INDEX ON floor_penalty (uscc)`,
  )
  const begun = performance.now()
  await client.query(`COPY floor_penalty FROM '${path}' WITH (FORMAT csv, HEADER)`)
  return (performance.now() - begun) / 1000
}

async function trustedKeys(url: string) {
  const { keys }: { keys: unknown[] } = JSON.parse(await (await fetch(`${url}/.well-known/jwks.json`)).text())
  return keys.map(parsePublicJwk)
}

const secondsBetween = (before: number | null, after: number | null) =>
  before === null || after === null ? null : (after - before) / 1000

/** Processor time of server and database: it holds on a busy machine as well. */
const cpuEach = (server: number | null, database: number | null, rows: number) =>
  server === null || database === null
    ? 'unknown processor time'
    : `${(((server + database) / rows) * 1000).toFixed(2)} ms of processor time`

/** Seconds since it was sent: until every row was checked, and until the last was stored. */
async function until(
  client: pg.Client,
  { batchId, rowsOfFile, begun }: { batchId: string; rowsOfFile: number; begun: number },
): Promise<{ stored: number; checked: number | null; seconds: number }> {
  let checked: number | null = null
  while (true) {
    const { rows } = await client.query('SELECT status, accepted FROM batch WHERE batch_id = $1', [batchId])
    const [batch] = rows
    const seconds = (performance.now() - begun) / 1000
    const stored = batch?.accepted ?? 0
    if (batch?.status === 'STORING') checked ??= seconds
    if ((batch?.status === 'DONE' && stored === rowsOfFile) || seconds > mostSeconds)
      return { stored, checked, seconds }
    if (['DONE', 'FAILED', 'REFUSED', 'SUSPICIOUS'].includes(batch?.status))
      throw new RangeError(`the file ended as ${batch.status} with ${batch.accepted} accepted`)
    await delay(100)
  }
}

/** Tasks follow the feed: they are all there when they have come to its head. */
async function untilTasks(client: pg.Client, begun: number): Promise<number> {
  while (true) {
    const { rows } = await client.query(
      'SELECT (SELECT position FROM task_head) >= (SELECT position FROM feed_head) AS caught_up',
    )
    if (rows[0].caught_up) return (performance.now() - begun) / 1000
    await delay(100)
  }
}
