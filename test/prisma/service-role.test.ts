import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../prisma/migrate.ts'
import { readyOfficer } from '../support/console-visitor.ts'
import { audience, TestExchange } from '../support/exchange.ts'
import { importFoundingCatalogue } from '../support/founding-catalogue.ts'

/** The service under a role that does not own the database, as the operators' guide says. */

let exchange: TestExchange
let serviceUrl: string
let client: pg.Client
const role = `exchange_${randomBytes(6).toString('hex')}`

beforeAll(async () => {
  exchange = await TestExchange.start()
  await importFoundingCatalogue(exchange)
  const { pool } = exchange.database
  await pool.query(await readFile(new URL('../../prisma/service-role.sql', import.meta.url), 'utf8'))
  await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'service' IN ROLE exchange_service`)
  const url = new URL(exchange.databaseUrl)
  url.username = role
  url.password = 'service'
  serviceUrl = url.href
  client = new pg.Client({ connectionString: serviceUrl })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await exchange.database.pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`).catch(() => {})
  await exchange[Symbol.asyncDispose]()
})

test('the service works under it: enrolment, a signed query, a checkpoint', async () => {
  await migrate(serviceUrl)
  const server = await exchange.replica({ databaseUrl: serviceUrl })
  const department = await exchange.department(server, 'ASKER', { roles: ['ENQUIRER'] })
  const body = JSON.stringify({
    query: `{ screen(input: { purpose: "招标审查", subjects: [{ identifier: "91411700MA0TEXT047" }] }) { results { outcome } } }`,
  })
  const answer = await department.send(server.url, body)
  expect(answer.json).toEqual({ data: { screen: { results: [{ outcome: 'UNKNOWN' }] } } })
  await department.verify(server.url, answer, body)
  await expect.poll(() => server.app.logReading.checkpoint(), { timeout: 5_000 }).not.toBeNull()

  const { visitor } = await readyOfficer(server, audience, { email: 'li@example.org', department: 'ASKER' })
  expect(await server.app.sessions.sessionOf(visitor.headers())).toMatchObject({ email: 'li@example.org' })
  await server.app.sessions.sweep()
  await server.app.signIns.sweep()
})

describe('the role may not', () => {
  test.each([
    `UPDATE exchange_log SET leaf = 'forged'`,
    'DELETE FROM exchange_log',
    `UPDATE officer_event SET kind = 'FORGED'`,
    'DELETE FROM officer_event',
    'TRUNCATE exchange_log',
    'ALTER TABLE exchange_log DISABLE TRIGGER ALL',
    'DROP TRIGGER exchange_log_append_only ON exchange_log',
    'DROP TABLE exchange_log',
    'DELETE FROM log_head',
    'INSERT INTO log_head (id, next_index) VALUES (2, 0)',
    `UPDATE log_checkpoint SET note = ''`,
    'DELETE FROM log_tile',
    `UPDATE feed_event SET position = 0`,
    'DELETE FROM listing_event',
    'DELETE FROM _prisma_migrations',
    'CREATE TABLE intruder ()',
    `WITH lifted AS (SELECT set_config('exchange.erasing', 'yes', true)) UPDATE listing_event SET data = '{}' FROM lifted`,
    `UPDATE administration_event SET facts = '{}'`,
    'CREATE OR REPLACE FUNCTION erasure_hindrances(person bigint) RETURNS TABLE (kind text, ref bigint) LANGUAGE sql AS $$ SELECT NULL::text, 0::bigint WHERE false $$',
  ])('%s', async (statement) => {
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' })
  })
})

test('but erase a person by the function of the owner, which refuses on its own', async () => {
  await expect(client.query(`SELECT erase_person(4711, '{}', 'role', '{}')`)).rejects.toMatchObject({
    code: '23000',
  })
  const { rows } = await client.query(
    `INSERT INTO subject (kind, name) VALUES ('PERSON', '某甲') RETURNING id`,
  )
  await client.query(`SELECT erase_person($1, '{}', 'role', '{}')`, [rows[0].id])
  const events = await client.query(
    `SELECT actor, target FROM administration_event WHERE action = 'SUBJECT_ERASED'`,
  )
  expect(events.rows).toEqual([{ actor: 'role', target: String(rows[0].id) }])
  const stranger = await exchange.database.pool.query(
    `SELECT has_function_privilege('public', 'erase_person(bigint, bigint[], text, jsonb)', 'EXECUTE') AS may`,
  )
  expect(stranger.rows).toEqual([{ may: false }])
})

test('what issued documents said may be erased under it', async () => {
  await expect(client.query('DELETE FROM issued_document_content')).resolves.toMatchObject({ rowCount: 0 })
  await expect(client.query(`UPDATE issued_document_content SET pdf = ''`)).rejects.toMatchObject({
    code: '42501',
  })
})

test('the head of the log goes back for nobody', async () => {
  await expect(client.query('UPDATE log_head SET next_index = -1')).rejects.toMatchObject({ code: '23000' })
})
