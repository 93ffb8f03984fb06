import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { migrate } from '../../prisma/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the superuser, in the database that the clones are made of. */
    templateUrl: string
  }
}

/** One real PostgreSQL for the run; each test file clones a migrated database from it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-test-'))
  const postgres = await startEmbeddedPostgres({
    dataDirectory,
    databaseName: 'template',
    // The cluster lives as long as the run: nothing in it has to outlive a power cut.
    settings: { fsync: 'off', max_connections: '200' },
  })
  await migrate(postgres.url)
  const client = new pg.Client({ connectionString: new URL('/postgres', postgres.url).href })
  await client.connect()
  await client.query('ALTER DATABASE template IS_TEMPLATE true')
  await client.end()
  project.provide('templateUrl', postgres.url)
  return async () => {
    await postgres.stop()
    await rm(dataDirectory, { recursive: true, force: true })
  }
}
