import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/**
 * Applies `prisma/migrations` without Prisma's engine, which cannot be fetched everywhere, and keeps the table
 * `_prisma_migrations` as Prisma does, so `prisma migrate deploy` agrees with what was done here.
 */

export type MigrationFault = 'MIGRATION_CHANGED' | 'DATABASE_NEWER' | 'MIGRATION_FAILED' | 'DATABASE_UNSUITABLE'

export class MigrationError extends Error {
  override readonly name = 'MigrationError'
  readonly code: MigrationFault

  constructor(code: MigrationFault, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** The lock that Prisma itself takes, so that the two never run at once. */
const MIGRATION_LOCK = 72_707_369
const OLDEST_VERSION = 150_000
const folder = new URL('./migrations/', import.meta.url)

type Migration = { name: string; sql: string; checksum: string }

/** Brings the database up to date. Replicas that start together wait for the first. */
export async function migrate(connectionString: string): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 })
  await client.connect()
  try {
    await checkDatabase(client)
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    const migrations = await readMigrations()
    const done = await finishedMigrations(client)
    refuseForeignHistory(migrations, done)
    const applied: string[] = []
    for (const migration of migrations.filter(({ name }) => !done.has(name))) {
      await apply(client, migration)
      applied.push(migration.name)
    }
    return { applied }
  } finally {
    await client.end()
  }
}

/** Chinese must count as letters, or names could not be searched. A database of locale C fails here. */
export async function checkDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
            '驻' ~ '^[[:alpha:]]$' AS letters`,
  )
  const { version, encoding, letters } = rows[0]
  if (version < OLDEST_VERSION) {
    throw new MigrationError('DATABASE_UNSUITABLE', `需要 PostgreSQL 15 及以上 (expected PostgreSQL 15 or newer, got ${version})`)
  }
  if (encoding !== 'UTF8' || !letters) {
    throw new MigrationError('DATABASE_UNSUITABLE', '数据库须以 UTF8 与 C.UTF-8 建立 (create the database with encoding UTF8 and locale C.UTF-8)')
  }
}

async function readMigrations(): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function finishedMigrations(client: pg.Client): Promise<Map<string, string>> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
      "id" VARCHAR(36) PRIMARY KEY NOT NULL,
      "checksum" VARCHAR(64) NOT NULL,
      "finished_at" TIMESTAMPTZ,
      "migration_name" VARCHAR(255) NOT NULL,
      "logs" TEXT,
      "rolled_back_at" TIMESTAMPTZ,
      "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
      "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`)
  const { rows } = await client.query(
    'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  )
  for (const row of rows) {
    if (row.finished_at === null) {
      throw new MigrationError('MIGRATION_FAILED', `迁移 ${row.migration_name} 未完成 (migration ${row.migration_name} began and did not finish)`)
    }
  }
  return new Map(rows.map((row) => [row.migration_name, row.checksum]))
}

function refuseForeignHistory(migrations: Migration[], done: Map<string, string>): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.checksum]))
  for (const [name, checksum] of done) {
    const ours = known.get(name)
    if (ours === undefined) {
      throw new MigrationError('DATABASE_NEWER', `数据库已有本程序没有的迁移 ${name} (the database is newer than this program: ${name})`)
    }
    if (ours !== checksum) {
      throw new MigrationError('MIGRATION_CHANGED', `迁移 ${name} 施行后被改动 (migration ${name} was changed after it was applied)`)
    }
  }
}

/** One transaction: the change and the row that says so, or neither. */
async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(sql)
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    const reason = error instanceof Error ? error.message : String(error)
    throw new MigrationError('MIGRATION_FAILED', `迁移 ${name} 失败 (migration ${name} failed): ${reason}`, error)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const url = process.env.DATABASE_URL
  if (!url) {
    process.stderr.write('DATABASE_URL 未设置 (DATABASE_URL is not set)\n')
    process.exitCode = 2
  } else {
    const { applied } = await migrate(url)
    process.stdout.write(applied.length > 0 ? `applied ${applied.join(', ')}\n` : 'up to date\n')
  }
}
