import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { bindInstance } from '../../src/instance.ts'
import type { Database } from '../../src/kernel/database.ts'
import { type BenchCity, foundCity } from './city.ts'
import { generate, type Size } from './generate.ts'
import { type Kept, keptIn, onServer, type Recipe } from './kept.ts'
import { startChild } from './processes.ts'
import type { ServeJob } from './serve-exchange.ts'

export const exchangeId = 'https://credit.example.invalid'

/** Where a city is: `url` of its database, `keyFile` beside it. */
export type CityAt = { url: string; keyFile: string; city: BenchCity }
/** A city in a PostgreSQL of the benchmark's own, apart from any other. */
export type World = AsyncDisposable & CityAt & { directory: string; kept: Kept; say(line: string): void }

export const serverSettings = {
  shared_buffers: '1GB',
  maintenance_work_mem: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '30min',
  autovacuum_naptime: '10min',
}

/** Rows that write spoil the city for others, so the made one is kept and each run works on a copy. */
export async function openWorld(directory: string, size: Size, say: (line: string) => void): Promise<World> {
  await mkdir(directory, { recursive: true })
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(directory, 'postgres'),
    databaseName: 'postgres',
    settings: serverSettings,
  })
  try {
    const kept = keptIn(directory, postgres)
    const keyFile = join(directory, 'keys.json')
    const { facts: city } = await kept.database(wholeCity(size, keyFile, say))
    const copy = new URL(postgres.url)
    copy.pathname = '/bench'
    await onServer(postgres.url, 'DROP DATABASE IF EXISTS bench WITH (FORCE)')
    await onServer(postgres.url, `CREATE DATABASE bench TEMPLATE city_${size.subjects} STRATEGY FILE_COPY`)
    const close = () => postgres.stop()
    return { url: copy.href, keyFile, directory, city, kept, say, [Symbol.asyncDispose]: close }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

const files = ['world.ts', 'city.ts', 'generate.ts', 'searchable.ts']

function wholeCity(size: Size, keyFile: string, say: (line: string) => void): Recipe<BenchCity> {
  return {
    name: `city_${size.subjects}`,
    files,
    async make(database, url) {
      await bind(database, keyFile)
      const departments = await foundCity(database, 'PUBLISHED')
      await generate(database.pool, size, 'SEARCHABLE', say)
      await settle(url, keyFile)
      say('  published')
      return { ...departments, ...size }
    },
  }
}

/** A city to be looked up in alone: nothing is published and no name is searched, which takes most of the making. */
export function cityOfRecords(size: Size, keyFile: string, say: (line: string) => void): Recipe<BenchCity> {
  return {
    name: `records_${size.subjects}`,
    files,
    async make(database) {
      await bind(database, keyFile)
      const departments = await foundCity(database, 'UNPUBLISHED')
      await generate(database.pool, size, 'PLAIN', say)
      return { ...departments, ...size }
    },
  }
}

export const bind = ({ prisma }: Database, keyFile: string) =>
  bindInstance(prisma, { keyFile, exchangeId, now: new Date() })

/** An exchange has indexed and published everything, as it does after a large import. */
async function settle(url: string, keyFile: string): Promise<void> {
  const child = startChild('./serve-exchange.ts', 'anywhere')
  try {
    const job: ServeJob = { databaseUrl: url, keyFile, exchangeId, body: '' }
    await child.ask<unknown>(job)
    await quiet(url)
  } finally {
    await child.stop()
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
