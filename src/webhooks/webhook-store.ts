import { z } from 'zod'
import type { Department } from '../departments/department.ts'
import { departmentColumns, departmentRow } from '../departments/department-row.ts'
import { lockName, type Queryable } from '../kernel/database.ts'
import { type DeliveryFailure, type Webhook, type WebhookStatus, webhookStatuses } from './webhook.ts'

export type StoredWebhook = Webhook & { id: number; inputMac: string }

const stored = z.object({
  id: z.int(),
  registrationId: z.string(),
  inputMac: z.string(),
  url: z.string(),
  status: z.enum(webhookStatuses),
  position: z.int(),
  failures: z.int(),
  lastError: z.string().nullable(),
  createdAt: z.date(),
})

const columns = `w.id, w.registration_id AS "registrationId", w.input_mac AS "inputMac", w.url, w.status, w.position,
  w.failures, w.last_error AS "lastError", w.created_at AS "createdAt"`

/** One department's registrations go one after another: what is counted stays so until commit. */
export async function lockRegistrations(client: Queryable, departmentId: number): Promise<void> {
  await lockName(client, `webhooks ${departmentId}`)
}

export async function findWebhook(
  client: Queryable,
  departmentId: number,
  registrationId: string,
): Promise<StoredWebhook | null> {
  const { rows } = await client.query(
    `SELECT ${columns} FROM webhook w WHERE w.department_id = $1 AND w.registration_id = $2`,
    [departmentId, registrationId],
  )
  return rows.length === 0 ? null : stored.parse(rows[0])
}

/** Those that are not removed, in the order of their registration. */
export async function webhooksOf(client: Queryable, departmentId: number): Promise<StoredWebhook[]> {
  const { rows } = await client.query(
    `SELECT ${columns} FROM webhook w WHERE w.department_id = $1 AND w.status <> 'REMOVED' ORDER BY w.id`,
    [departmentId],
  )
  return rows.map((row) => stored.parse(row))
}

export async function insertWebhook(
  client: Queryable,
  departmentId: number,
  webhook: { registrationId: string; inputMac: string; url: string; position: number },
): Promise<StoredWebhook> {
  const { rows } = await client.query(
    `INSERT INTO webhook AS w (department_id, registration_id, input_mac, url, status, position)
     VALUES ($1, $2, $3, $4, 'ACTIVE', $5) RETURNING ${columns}`,
    [departmentId, webhook.registrationId, webhook.inputMac, webhook.url, webhook.position],
  )
  return stored.parse(rows[0])
}

export async function removeWebhook(client: Queryable, id: number): Promise<StoredWebhook> {
  const { rows } = await client.query(
    `UPDATE webhook w SET status = 'REMOVED' WHERE w.id = $1 RETURNING ${columns}`,
    [id],
  )
  return stored.parse(rows[0])
}

/** Where it stopped; one that is not stuck goes on as it does. */
export async function reviveWebhook(client: Queryable, id: number): Promise<StoredWebhook> {
  const { rows } = await client.query(
    `UPDATE webhook w SET status = 'ACTIVE',
            failures = CASE WHEN w.status = 'STUCK' THEN 0 ELSE w.failures END
      WHERE w.id = $1 RETURNING ${columns}`,
    [id],
  )
  return stored.parse(rows[0])
}

export async function departmentIdOf(client: Queryable, code: string): Promise<number | null> {
  const { rows } = await client.query('SELECT id FROM department WHERE code = $1', [code])
  return rows[0]?.id ?? null
}

/** The caller of today, as by a query of its own: suspended, closed or without the right to ask, it is told nothing. */
const mayBeTold = `w.status = 'ACTIVE' AND d.status = 'ACTIVE' AND 'ENQUIRER' = ANY (d.roles)`

/** Those that the feed has left behind. */
export async function laggingWebhooks(
  database: Queryable,
): Promise<{ id: number; departmentId: number; failures: number }[]> {
  const { rows } = await database.query({
    name: 'lagging-webhooks',
    text: `SELECT w.id, w.department_id AS "departmentId", w.failures
             FROM webhook w JOIN department d ON d.id = w.department_id
            WHERE ${mayBeTold} AND w.position < (SELECT position FROM feed_head) ORDER BY w.id`,
  })
  return rows.map((row) => lagging.parse(row))
}

const lagging = z.object({ id: z.int(), departmentId: z.int(), failures: z.int() })

type Destination = {
  webhook: Pick<Webhook, 'registrationId' | 'url' | 'position' | 'failures'>
  department: Department
}

const destination = z.object({
  registration_id: z.string(),
  url: z.string(),
  position: z.int(),
  failures: z.int(),
  ...departmentRow,
})

/** Null where there is nobody to tell any more. */
export async function readDestination(database: Queryable, id: number): Promise<Destination | null> {
  const { rows } = await database.query({
    name: 'webhook-destination',
    text: `SELECT w.registration_id, w.url, w.position, w.failures, ${departmentColumns}
             FROM webhook w JOIN department d ON d.id = w.department_id WHERE w.id = $1 AND ${mayBeTold}`,
    values: [id],
  })
  if (rows.length === 0) return null
  const { registration_id, url, position, failures, name, ...department } = destination.parse(rows[0])
  return {
    webhook: { registrationId: registration_id, url, position, failures },
    department: { ...department, name: name ?? department.code },
  }
}

/** False where another has moved it meanwhile: nobody moves it back. */
export async function movePosition(
  database: Queryable,
  id: number,
  from: number,
  to: number,
): Promise<boolean> {
  const { rowCount } = await database.query(
    'UPDATE webhook SET position = $3, failures = 0, last_error = NULL WHERE id = $1 AND position = $2',
    [id, from, to],
  )
  return rowCount === 1
}

export async function noteFailure(
  database: Queryable,
  id: number,
  before: { position: number; failures: number },
  after: { failures: number; status: WebhookStatus; error: DeliveryFailure },
): Promise<void> {
  await database.query(
    `UPDATE webhook SET failures = $4, status = $5, last_error = $6
      WHERE id = $1 AND position = $2 AND failures = $3 AND status = 'ACTIVE'`,
    [id, before.position, before.failures, after.failures, after.status, after.error],
  )
}
