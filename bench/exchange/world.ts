import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { migrate } from '../../prisma/migrate.ts'
import { bindInstance } from '../../src/instance.ts'
import { openDatabase } from '../../src/kernel/database.ts'
import { type BenchCity, foundCity } from './city.ts'
import { generate } from './generate.ts'

export const exchangeId = 'https://credit.example.invalid'

/** A city in a PostgreSQL of the benchmark's own, apart from any other: `url` of the database, `keyFile` beside it. */
export type World = AsyncDisposable & { url: string; keyFile: string; directory: string; city: BenchCity }

export const serverSettings = {
  shared_buffers: '1GB',
  maintenance_work_mem: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  autovacuum_naptime: '10min',
}

/** Rows that write spoil the city for others, so the made one is kept as a template and each run works on a copy. */
export async function openWorld(
  directory: string,
  size: { subjects: number; listings: number },
  say: (line: string) => void,
): Promise<World> {
  await mkdir(directory, { recursive: true })
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(directory, 'postgres'),
    databaseName: 'postgres',
    settings: serverSettings,
  })
  try {
    const template = new URL(postgres.url)
    template.pathname = `/city_${size.subjects}`
    const keyFile = join(directory, 'keys.json')
    const city = await madeCity(postgres, template, { directory, keyFile, size, say })
    const copy = new URL(postgres.url)
    copy.pathname = '/bench'
    await onServer(postgres.url, 'DROP DATABASE IF EXISTS bench WITH (FORCE)')
    await onServer(postgres.url, `CREATE DATABASE bench TEMPLATE city_${size.subjects} STRATEGY FILE_COPY`)
    return { url: copy.href, keyFile, directory, city, [Symbol.asyncDispose]: () => postgres.stop() }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

async function madeCity(
  postgres: EmbeddedPostgres,
  template: URL,
  made: {
    directory: string
    keyFile: string
    size: { subjects: number; listings: number }
    say: (line: string) => void
  },
): Promise<BenchCity> {
  const facts = join(made.directory, `city-${made.size.subjects}.json`)
  const madeBy = await recipe()
  const before = await readFile(facts, 'utf8').then(JSON.parse, () => null)
  if (before?.madeBy === madeBy) return before.city
  const name = template.pathname.slice(1)
  await onServer(postgres.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await onServer(postgres.url, `CREATE DATABASE ${name} TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'`)
  await migrate(template.href)
  const database = openDatabase(template.href, { connections: 4 })
  try {
    await bindInstance(database.prisma, { keyFile: made.keyFile, exchangeId, now: new Date() })
    const departments = await foundCity(database)
    await generate(database.pool, made.size, made.say)
    const city = { ...departments, ...made.size }
    await writeFile(facts, JSON.stringify({ madeBy, city }), { mode: 0o600 })
    return city
  } finally {
    await database.close()
  }
}

/** What a kept city was made by: another schema or another generator makes another city. */
async function recipe(): Promise<string> {
  const migrations = await readdir(new URL('../../prisma/migrations/', import.meta.url))
  const texts = await Promise.all(
    ['city.ts', 'generate.ts'].map((file) => readFile(new URL(file, import.meta.url), 'utf8')),
  )
  return createHash('sha256')
    .update(JSON.stringify([migrations, texts]))
    .digest('hex')
}

export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Until the server has had nothing to do for four seconds: what an exchange does soon after its start is not what is measured. */
export async function quiet(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let idle = 0; idle < 40; idle += 1) {
      await delay(100)
      const { rows } = await client.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND now() - xact_start > interval '50 ms'`,
      )
      if (rows[0].n > 0) idle = 0
    }
  } finally {
    await client.end()
  }
}
