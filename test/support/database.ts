import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

export type TestDatabase = { url: string; [Symbol.asyncDispose](): Promise<void> }

/** A migrated database of its own, cloned in some milliseconds; dropped when disposed. */
export async function createDatabase(): Promise<TestDatabase> {
  const templateUrl = inject('templateUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(templateUrl, `CREATE DATABASE ${name} TEMPLATE template STRATEGY FILE_COPY`)
  return {
    url: new URL(`/${name}`, templateUrl).href,
    [Symbol.asyncDispose]: () => administer(templateUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function administer(templateUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: new URL('/postgres', templateUrl).href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
