import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { migrate } from '../../prisma/migrate.ts'
import { writeMigration } from '../../prisma/new-migration.ts'
import { schemaDrift } from '../../prisma/schema-drift.ts'
import { createDatabase, queryOnce } from '../support/database.ts'

const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const schema = await readFile(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8')
const withNote = `${schema}\nmodel Note {\n  id   Int    @id\n  text String\n\n  @@map("note")\n}\n`

async function copyOfMigrations() {
  const directory = await mkdtemp(join(tmpdir(), 'exchange-migrations-'))
  await cp(migrations, directory, { recursive: true })
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

it('the migrations make what schema.prisma says', async () => {
  await using database = await createDatabase()
  expect(await schemaDrift(database.url)).toBeNull()
})

it('what schema.prisma has no words for is no drift', async () => {
  await using database = await createDatabase()
  await queryOnce(
    database.url,
    `ALTER TABLE division ADD CONSTRAINT named CHECK (name <> '');
     CREATE UNIQUE INDEX ON division (name) WHERE statistical;
     CREATE INDEX ON division (lower(name))`,
  )
  expect(await schemaDrift(database.url)).toBeNull()
})

it.each([
  ['a column too many', 'ALTER TABLE division ADD note text', 'DROP COLUMN "note"'],
  [
    'a column that may be null',
    'ALTER TABLE division ALTER name DROP NOT NULL',
    'ALTER COLUMN "name" SET NOT NULL',
  ],
  ['a missing index', 'DROP INDEX record_subject_id_idx', 'CREATE INDEX "record_subject_id_idx"'],
  ['a table too many', 'CREATE TABLE note (id int PRIMARY KEY)', 'DROP TABLE "note"'],
])('%s is drift', async (_what, change, remedy) => {
  await using database = await createDatabase()
  await queryOnce(database.url, change)
  expect(await schemaDrift(database.url)).toContain(remedy)
})

it('a new migration takes the database to the schema', async () => {
  await using database = await createDatabase()
  await using folder = await copyOfMigrations()
  const now = new Date('2099-01-02T03:04:05Z')
  const migration = {
    name: 'notes',
    now,
    databaseUrl: database.url,
    directory: folder.directory,
    schema: withNote,
  }
  const path = join(folder.directory, '20990102030405_notes', 'migration.sql')
  expect(await writeMigration(migration)).toBe(path)
  expect(await readFile(path, 'utf8')).toContain('CREATE TABLE "note"')
  expect(await migrate(database.url, folder.directory)).toEqual({ applied: ['20990102030405_notes'] })
  expect(await schemaDrift(database.url, withNote)).toBeNull()
})

it('writes no migration where nothing is missing', async () => {
  await using database = await createDatabase()
  await using folder = await copyOfMigrations()
  const before = await readdir(folder.directory)
  const now = new Date('2099-01-02T03:04:05Z')
  expect(
    await writeMigration({ name: 'notes', now, databaseUrl: database.url, directory: folder.directory }),
  ).toBeNull()
  expect(await readdir(folder.directory)).toEqual(before)
})

it.each([
  ['../elsewhere', '2099-01-02T03:04:05Z', 'lower_case_words'],
  ['Notes', '2099-01-02T03:04:05Z', 'lower_case_words'],
  ['notes', '2001-01-02T03:04:05Z', 'check the clock'],
])('refuses a migration named %s on %s', async (name, now, reason) => {
  await using database = await createDatabase()
  await using folder = await copyOfMigrations()
  const before = await readdir(folder.directory)
  await expect(
    writeMigration({
      name,
      now: new Date(now),
      databaseUrl: database.url,
      directory: folder.directory,
      schema: withNote,
    }),
  ).rejects.toThrow(reason)
  expect(await readdir(folder.directory)).toEqual(before)
})
