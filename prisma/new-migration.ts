/**
 * Writes the migration that takes the database from `prisma/migrations` to `schema.prisma`, for a person to read and
 * complete before it is committed.
 *
 *     node prisma/new-migration.ts <name>
 */

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { schemaDrift } from './schema-drift.ts'

const migrationsDirectory = fileURLToPath(new URL('./migrations', import.meta.url))

export class MigrationNameError extends Error {
  override readonly name = 'MigrationNameError'
}

/**
 * `databaseUrl` holds what the migrations so far make. Returns the path of the file, or null where nothing is missing;
 * a folder that would sort before an existing one is refused, because it would run in another order elsewhere.
 */
export async function writeMigration(migration: {
  name: string
  now: Date
  databaseUrl: string
  directory: string
  schema?: string
}): Promise<string | null> {
  const folder = await folderName(migration)
  const sql = await schemaDrift(migration.databaseUrl, migration.schema)
  if (sql === null) return null
  const path = join(migration.directory, folder, 'migration.sql')
  await mkdir(join(migration.directory, folder))
  await writeFile(path, sql, { flag: 'wx' })
  return path
}

async function folderName(migration: { name: string; now: Date; directory: string }): Promise<string> {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(migration.name)) {
    throw new MigrationNameError(`expected a name in lower_case_words, got "${migration.name}"`)
  }
  const timestamp = migration.now.toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = `${timestamp}_${migration.name}`
  const entries = await readdir(migration.directory, { withFileTypes: true })
  const last = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .at(-1)
  if (last !== undefined && folder <= last) {
    throw new MigrationNameError(`expected a migration later than ${last}, got ${folder}: check the clock`)
  }
  return folder
}

async function main(name: string | undefined): Promise<void> {
  if (name === undefined) throw new MigrationNameError('usage: node prisma/new-migration.ts <name>')
  const dataDirectory = await mkdtemp(join(tmpdir(), 'exchange-migration-'))
  try {
    const settings = { fsync: 'off' }
    const server = await startEmbeddedPostgres({ dataDirectory, databaseName: 'migrations', settings })
    try {
      await migrate(server.url)
      const path = await writeMigration({
        name,
        now: new Date(),
        databaseUrl: server.url,
        directory: migrationsDirectory,
      })
      process.stdout.write(
        path === null
          ? 'the migrations make what schema.prisma says: nothing to write\n'
          : `${relative(process.cwd(), path)}: read it, and add what schema.prisma cannot say\n`,
      )
    } finally {
      await server.stop()
    }
  } finally {
    await rm(dataDirectory, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  try {
    await main(process.argv[2])
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
