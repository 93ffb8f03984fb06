/**
 * Applies `prisma/migrations` and keeps Prisma's own record of it: same table, same checksums, same lock, so that
 * `prisma migrate deploy` and `prisma migrate status` agree with what was done here.
 *
 *     DATABASE_URL=postgresql://… node prisma/migrate.ts
 */

import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export type MigrationFault = 'MIGRATION_CHANGED' | 'DATABASE_NEWER' | 'MIGRATION_FAILED'

/** `migration` is the folder that the fault is about. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly code: MigrationFault
  readonly migration: string

  constructor(code: MigrationFault, migration: string, message: string) {
    super(message)
    this.code = code
    this.migration = migration
  }
}

export type DatabaseFault = 'SERVER_TOO_OLD' | 'ENCODING_NOT_UTF8' | 'CHINESE_NOT_LETTERS'

export class DatabaseUnsuitableError extends Error {
  override readonly name = 'DatabaseUnsuitableError'
  readonly code: DatabaseFault

  constructor(code: DatabaseFault, message: string) {
    super(message)
    this.code = code
  }
}

const MINIMUM_SERVER_VERSION = 15
/** The advisory lock of Prisma's schema engine. */
const PRISMA_LOCK = 72_707_369

const migrationsDirectory = fileURLToPath(new URL('./migrations', import.meta.url))

type Migration = { name: string; sql: string }
type AppliedMigration = { name: string; checksum: string; finished: boolean }

/** Applies what is missing, in the order of the names, each migration whole or not at all. */
export async function migrate(
  connectionString: string,
  directory: string = migrationsDirectory,
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(directory)
  return withClient(connectionString, async (client) => {
    // Of the session, so that it spans the transactions; it ends with the connection.
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK])
    await createMigrationsTable(client)
    const known = await appliedMigrations(client)
    refuseHistory(migrations, known)
    const pending = migrations.filter(({ name }) => !known.some((row) => row.name === name))
    for (const migration of pending) await apply(client, migration)
    return { applied: pending.map(({ name }) => name) }
  })
}

/** Refuses a database that would lose or mistreat Chinese text. */
export async function checkDatabase(database: string | Pick<pg.ClientBase, 'query'>): Promise<void> {
  if (typeof database === 'string') return withClient(database, checkDatabase)
  const { rows } = await database.query<{
    version: number
    encoding: string
    ctype: string
    letters: boolean
  }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version,
            pg_encoding_to_char(encoding) AS encoding, datctype AS ctype, '驻' ~ '^[[:alpha:]]$' AS letters
     FROM pg_database WHERE datname = current_database()`,
  )
  const [found] = rows
  if (found === undefined) return
  if (found.version < MINIMUM_SERVER_VERSION) {
    throw new DatabaseUnsuitableError(
      'SERVER_TOO_OLD',
      `需要 PostgreSQL ${MINIMUM_SERVER_VERSION} 或更高版本，当前为 ${found.version}。Expected PostgreSQL ${MINIMUM_SERVER_VERSION} or later, got ${found.version}.`,
    )
  }
  if (found.encoding !== 'UTF8') {
    throw new DatabaseUnsuitableError(
      'ENCODING_NOT_UTF8',
      `数据库编码应为 UTF8，当前为 ${found.encoding}。Expected a database in UTF8, got ${found.encoding}.`,
    )
  }
  // pg_trgm goes by the character type of the database even where a collation provider knows better.
  if (!found.letters || found.ctype === 'C' || found.ctype === 'POSIX') {
    throw new DatabaseUnsuitableError(
      'CHINESE_NOT_LETTERS',
      `数据库区域设置 ${found.ctype} 不识别汉字，请用 LOCALE 'C.UTF-8' 建库。The database's locale ${found.ctype} does not know Chinese characters as letters: create it with LOCALE 'C.UTF-8'.`,
    )
  }
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString })
  // A lost connection fails the query that is under way.
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  return Promise.all(
    names.sort().map(async (name) => ({
      name,
      sql: await readFile(join(directory, name, 'migration.sql'), 'utf8'),
    })),
  )
}

async function createMigrationsTable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ known: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS known",
  )
  // A role that may not make tables is refused even where the table is there.
  if (rows[0]?.known) return
  await client.query(`
    CREATE TABLE _prisma_migrations (
      id                  VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum            VARCHAR(64) NOT NULL,
      finished_at         TIMESTAMPTZ,
      migration_name      VARCHAR(255) NOT NULL,
      logs                TEXT,
      rolled_back_at      TIMESTAMPTZ,
      started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    )`)
}

async function appliedMigrations(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`,
  )
  return rows
}

function refuseHistory(migrations: Migration[], known: AppliedMigration[]): void {
  for (const row of known) {
    const migration = migrations.find(({ name }) => name === row.name)
    if (!row.finished) {
      throw new MigrationError(
        'MIGRATION_FAILED',
        row.name,
        `迁移 ${row.name} 曾经失败，请用 prisma migrate resolve 处理。Migration ${row.name} failed earlier: settle it with prisma migrate resolve.`,
      )
    }
    if (migration === undefined) {
      throw new MigrationError(
        'DATABASE_NEWER',
        row.name,
        `数据库含有本版本不认识的迁移 ${row.name}，请使用更新的版本。The database has migration ${row.name}, which this version does not know: run a newer version.`,
      )
    }
    if (!checksums(migration.sql).includes(row.checksum)) {
      throw new MigrationError(
        'MIGRATION_CHANGED',
        row.name,
        `迁移 ${row.name} 在应用之后被修改。Migration ${row.name} was changed after it had been applied.`,
      )
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(migration.sql)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum(migration.sql), migration.name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    const said = error instanceof Error ? error.message : String(error)
    throw new MigrationError(
      'MIGRATION_FAILED',
      migration.name,
      `迁移 ${migration.name} 失败，数据库未改变：${said}。Migration ${migration.name} failed and changed nothing: ${said}.`,
    )
  }
}

/** As Prisma compares them: a checkout may have changed the line ends. */
function checksums(sql: string): string[] {
  const unix = sql.replaceAll('\r\n', '\n')
  return [checksum(sql), checksum(unix), checksum(unix.replaceAll('\n', '\r\n'))]
}

function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex')
}

if (import.meta.main) {
  const url = process.env.DATABASE_URL
  if (!url) {
    process.stderr.write('DATABASE_URL is not set: expected the database to migrate.\n')
    process.exitCode = 1
  } else {
    try {
      await checkDatabase(url)
      const { applied } = await migrate(url)
      process.stdout.write(applied.length === 0 ? 'up to date\n' : `${applied.join('\n')}\n`)
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
      process.exitCode = 1
    }
  }
}
