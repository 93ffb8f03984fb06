import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { EmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { MigrationError, migrate } from '../../prisma/migrate.ts'
import { type Database, openDatabase } from '../../src/kernel/database.ts'

/** Databases that take long to make, kept for the next run: migrated as any other, made anew when their recipe is another. */

export type Recipe<F> = {
  name: string
  /** What it is made by, of this folder. */
  files: readonly string[]
  /** Fills the new database; what it returns is kept beside it. */
  make(database: Database, url: string): Promise<F>
}

export type Kept = {
  database<F>(recipe: Recipe<F>): Promise<{ url: string; facts: F }>
  has(recipe: Recipe<unknown>): Promise<boolean>
}

export function keptIn(directory: string, postgres: EmbeddedPostgres): Kept {
  const file = (name: string) => join(directory, `${name}.json`)

  async function factsOf(recipe: Recipe<unknown>, madeBy: string) {
    const before = await readFile(file(recipe.name), 'utf8').then(JSON.parse, () => null)
    return before?.madeBy === madeBy ? before : null
  }

  return {
    async database(recipe) {
      const url = new URL(postgres.url)
      url.pathname = `/${recipe.name}`
      const madeBy = await digestOf(recipe)
      const before = await factsOf(recipe, madeBy)
      if (before && (await isMigrated(url.href))) return { url: url.href, facts: before.facts }
      await rm(file(recipe.name), { force: true })
      await onServer(postgres.url, `DROP DATABASE IF EXISTS ${recipe.name} WITH (FORCE)`)
      await onServer(
        postgres.url,
        `CREATE DATABASE ${recipe.name} TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'`,
      )
      await migrate(url.href)
      const database = openDatabase(url.href, { connections: 4 })
      try {
        const facts = await recipe.make(database, url.href)
        await writeFile(file(recipe.name), JSON.stringify({ madeBy, facts }), { mode: 0o600 })
        return { url: url.href, facts }
      } finally {
        await database.close()
      }
    },
    async has(recipe) {
      return (await factsOf(recipe, await digestOf(recipe))) !== null
    },
  }
}

/** False: it was made by migrations that are others now. */
async function isMigrated(url: string): Promise<boolean> {
  try {
    await migrate(url)
    return true
  } catch (error) {
    if (error instanceof MigrationError) return false
    throw error
  }
}

async function digestOf({ files }: Recipe<unknown>): Promise<string> {
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, import.meta.url), 'utf8')))
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex')
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
