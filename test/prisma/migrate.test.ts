import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { checkDatabase, migrate } from '../../prisma/migrate.ts'
import { withSchemaEngine } from '../../prisma/schema-drift.ts'
import { createDatabase, createEmptyDatabase, queryOnce } from '../support/database.ts'

const program = fileURLToPath(new URL('../../prisma/migrate.ts', import.meta.url))
const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const folders = (await readdir(migrations, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()

/** A folder of migrations that the test writes itself. */
async function migrationFolder(scripts: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), 'exchange-migrations-'))
  const write = async (name: string, sql: string) => {
    await mkdir(join(directory, name), { recursive: true })
    await writeFile(join(directory, name, 'migration.sql'), sql)
  }
  for (const [name, sql] of Object.entries(scripts)) await write(name, sql)
  return {
    directory,
    write,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}

const applied = 'SELECT migration_name FROM _prisma_migrations ORDER BY started_at'

describe('migrate', () => {
  it('applies every migration once, and then none', async () => {
    await using database = await createEmptyDatabase()
    expect(await migrate(database.url)).toEqual({ applied: folders })
    expect(await migrate(database.url)).toEqual({ applied: [] })
  })

  it('leaves a history that Prisma agrees with', async () => {
    await using database = await createDatabase()
    const migrationDirectories = await Promise.all(
      folders.map(async (path) => {
        const value = await readFile(join(migrations, path, 'migration.sql'), 'utf8')
        return { path, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } }
      }),
    )
    const history = await withSchemaEngine(database.url, (engine) =>
      engine.diagnoseMigrationHistory({
        migrationsList: {
          baseDir: migrations,
          lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
          shadowDbInitScript: '',
          migrationDirectories,
        },
        optInToShadowDatabase: false,
        filters: { externalTables: [], externalEnums: [] },
      }),
    )
    expect(history).toMatchObject({
      editedMigrationNames: [],
      failedMigrationNames: [],
      hasMigrationsTable: true,
      history: null,
    })
  })

  it('applies each migration once when several processes start together', async () => {
    await using database = await createEmptyDatabase()
    const results = await Promise.all([1, 2, 3].map(() => migrate(database.url)))
    expect(results.flatMap((result) => result.applied)).toEqual(folders)
    expect(await queryOnce(database.url, applied)).toEqual(folders.map((name) => ({ migration_name: name })))
  })

  it('applies what is missing in the order of names', async () => {
    await using database = await createEmptyDatabase()
    await using folder = await migrationFolder({
      '2_b': 'ALTER TABLE a ADD b int',
      '1_a': 'CREATE TABLE a ()',
    })
    expect(await migrate(database.url, folder.directory)).toEqual({ applied: ['1_a', '2_b'] })
    await folder.write('3_c', 'ALTER TABLE a ADD c int')
    expect(await migrate(database.url, folder.directory)).toEqual({ applied: ['3_c'] })
  })

  it('refuses a migration that was changed after it had been applied, but not other line ends', async () => {
    await using database = await createEmptyDatabase()
    await using folder = await migrationFolder({ '1_a': 'CREATE TABLE a\n();\n' })
    await migrate(database.url, folder.directory)
    await folder.write('1_a', 'CREATE TABLE a\r\n();\r\n')
    expect(await migrate(database.url, folder.directory)).toEqual({ applied: [] })
    await folder.write('1_a', 'CREATE TABLE a (b int);\n')
    await expect(migrate(database.url, folder.directory)).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      migration: '1_a',
    })
  })

  it('refuses a database that a newer version has migrated, and leaves it alone', async () => {
    await using database = await createEmptyDatabase()
    await using newer = await migrationFolder({ '1_a': 'CREATE TABLE a ()', '3_c': 'CREATE TABLE c ()' })
    await migrate(database.url, newer.directory)
    await using older = await migrationFolder({ '1_a': 'CREATE TABLE a ()', '2_b': 'CREATE TABLE b ()' })
    await expect(migrate(database.url, older.directory)).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
      migration: '3_c',
    })
    expect(await queryOnce(database.url, `SELECT to_regclass('b')`)).toEqual([{ to_regclass: null }])
  })

  it('takes back the whole of a migration that fails, keeps those before it, and goes on once it is mended', async () => {
    await using database = await createEmptyDatabase()
    await using folder = await migrationFolder({
      '1_a': 'CREATE TABLE a ()',
      '2_b': 'CREATE TABLE b (); ALTER TABLE nothing ADD c int',
    })
    await expect(migrate(database.url, folder.directory)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      migration: '2_b',
      message: expect.stringContaining('relation "nothing" does not exist'),
    })
    expect(
      await queryOnce(database.url, `SELECT to_regclass('a') IS NULL AS a, to_regclass('b') IS NULL AS b`),
    ).toEqual([{ a: false, b: true }])
    expect(await queryOnce(database.url, applied)).toEqual([{ migration_name: '1_a' }])
    await folder.write('2_b', 'CREATE TABLE b ()')
    expect(await migrate(database.url, folder.directory)).toEqual({ applied: ['2_b'] })
  })

  it('does not go past a migration that Prisma left half done, until it is settled', async () => {
    await using database = await createEmptyDatabase()
    await using folder = await migrationFolder({ '1_a': 'CREATE TABLE a ()' })
    await migrate(database.url, folder.directory)
    await queryOnce(database.url, `UPDATE _prisma_migrations SET finished_at = NULL`)
    await expect(migrate(database.url, folder.directory)).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      migration: '1_a',
    })
    await queryOnce(database.url, `DROP TABLE a; UPDATE _prisma_migrations SET rolled_back_at = now()`)
    expect(await migrate(database.url, folder.directory)).toEqual({ applied: ['1_a'] })
  })

  it('is a command that prints what it applied', async () => {
    await using database = await createEmptyDatabase()
    const run = async (env: Record<string, string>) =>
      promisify(execFile)(process.execPath, [program], { env: { PATH: process.env.PATH, ...env } })
    expect(await run({ DATABASE_URL: database.url })).toMatchObject({ stdout: `${folders.join('\n')}\n` })
    expect(await run({ DATABASE_URL: database.url })).toMatchObject({ stdout: 'up to date\n' })
    await expect(run({})).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DATABASE_URL is not set'),
    })
  })
})

describe('checkDatabase', () => {
  it('accepts the database that the embedded server makes', async () => {
    await using database = await createDatabase()
    await expect(checkDatabase(database.url)).resolves.toBeUndefined()
  })

  it.each([
    ['SQL_ASCII', `ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'`, 'ENCODING_NOT_UTF8'],
    ['locale C', `LOCALE_PROVIDER libc LOCALE 'C'`, 'CHINESE_NOT_LETTERS'],
    ['a character type of C', `BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'`, 'CHINESE_NOT_LETTERS'],
  ])('refuses %s', async (_what, properties, code) => {
    await using database = await createEmptyDatabase(properties)
    await expect(checkDatabase(database.url)).rejects.toMatchObject({ code })
  })

  it('refuses an old server', async () => {
    await using database = await createEmptyDatabase()
    // The server tells its age through a function that the search path can replace.
    await queryOnce(
      database.url,
      `CREATE FUNCTION current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT '140021' $$`,
    )
    const url = `${database.url}?options=${encodeURIComponent('-c search_path=public,pg_catalog')}`
    await expect(checkDatabase(url)).rejects.toMatchObject({ code: 'SERVER_TOO_OLD' })
  })
})
