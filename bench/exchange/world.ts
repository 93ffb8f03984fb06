import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { type Making, wholeCity } from './cities.ts'
import type { BenchCity } from './city.ts'
import type { Size } from './generate.ts'
import { type Kept, keptIn, onServer } from './kept.ts'

export const exchangeId = 'https://credit.example.invalid'

/** Where a city is: `url` of its database, `keyFile` beside it. */
export type CityAt = { url: string; keyFile: string; city: BenchCity }
/** A city in a PostgreSQL of the benchmark's own, apart from any other. */
export type World = AsyncDisposable & CityAt & { directory: string; kept: Kept; making: Making }

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
    const making = { keyFile, exchangeId, say }
    const { facts: city } = await kept.database(wholeCity(size, making))
    const copy = new URL(postgres.url)
    copy.pathname = '/bench'
    await onServer(postgres.url, 'DROP DATABASE IF EXISTS bench WITH (FORCE)')
    await onServer(postgres.url, `CREATE DATABASE bench TEMPLATE city_${size.subjects} STRATEGY FILE_COPY`)
    const close = () => postgres.stop()
    return { url: copy.href, keyFile, directory, city, kept, making, [Symbol.asyncDispose]: close }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}
