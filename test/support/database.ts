import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

export type TestDatabase = AsyncDisposable & { url: string }

/** A migrated database of the test's own: `await using database = await createDatabase()`. */
export function createDatabase(): Promise<TestDatabase> {
  return clone(inject('databaseTemplate'))
}

/** A database without tables, for what migrates it itself. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return clone('template0')
}

async function clone(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
  const url = new URL(inject('databaseAdminUrl'))
  url.pathname = `/${name}`
  return {
    url: url.href,
    // A test that forgot to close a connection does not keep the database.
    [Symbol.asyncDispose]: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseAdminUrl') })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
