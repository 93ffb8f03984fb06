import type { Caller } from '../../../src/departments/caller.ts'
import { createReplySigner } from '../../../src/evidence/reply-signer.ts'
import type { Change } from '../../../src/feed/change.ts'
import { systemClock } from '../../../src/kernel/clock.ts'
import { type Database, openDatabase } from '../../../src/kernel/database.ts'
import { vaultOf } from '../../../src/kernel/key-file.ts'
import { type DeliveryQueue, startDeliveryQueue } from '../../../src/webhooks/delivery-queue-service.ts'
import { createWebhookDelivery, type WebhookDelivery } from '../../../src/webhooks/delivery-service.ts'
import { createWebhookPost } from '../../../src/webhooks/webhook-post.ts'
import { createWebhookService } from '../../../src/webhooks/webhook-service.ts'
import { audience, TestExchange } from '../../support/exchange.ts'
import { certificate, type Received } from './receiver.ts'

/** An exchange without a server: one department, a feed made of numbers, and any number of replicas that deliver. */
export class WebhookWorld implements AsyncDisposable {
  readonly exchange: TestExchange
  readonly caller: Caller
  readonly errors: unknown[] = []
  readonly givenUp: number[] = []
  /** Changes on one page. */
  pageSize = 3
  /** Milliseconds after which one delivery has failed. */
  timeout = 2_000
  /** Positions that the department may not see. */
  hidden = new Set<number>()
  readonly #stops: (() => Promise<void>)[] = []

  private constructor(exchange: TestExchange, caller: Caller) {
    this.exchange = exchange
    this.caller = caller
  }

  static async start(): Promise<WebhookWorld> {
    const exchange = await TestExchange.start()
    const { prisma } = exchange.database
    const department = await prisma.department.create({
      data: {
        code: 'TAX',
        kind: 'TAXATION',
        divisionCode: '419800',
        status: 'ACTIVE',
        roles: ['ENQUIRER'],
      },
    })
    const { id, code, kind } = department
    await exchange.database.pool.query('UPDATE feed_head SET position = 0')
    return new WebhookWorld(exchange, {
      department: { id, code, kind, name: code, status: 'ACTIVE', roles: ['ENQUIRER'] },
      kid: 'unused',
      request: { claim: async () => {}, note: () => {}, found: () => {} },
    })
  }

  get service() {
    const { database, keyFile } = this.exchange
    return createWebhookService({
      pool: database.pool,
      vault: vaultOf(keyFile),
      targets: 'PUBLIC_AND_LOOPBACK',
    })
  }

  async advanceFeed(to: number): Promise<void> {
    await this.query('UPDATE feed_head SET position = $1', [to])
  }

  async delivery(database: Database = this.exchange.database): Promise<WebhookDelivery> {
    const signer = await createReplySigner(this.exchange.keyFile.signing)
    return createWebhookDelivery({
      pool: database.pool,
      clock: systemClock,
      exchangeId: audience,
      readFeedPage: async (_department, { after }) => {
        const { rows } = await database.pool.query('SELECT position FROM feed_head')
        const upTo = Math.min(Number(rows[0].position), after + this.pageSize)
        const positions = Array.from({ length: upTo - after }, (_, n) => after + 1 + n)
        return { upTo, changes: positions.filter((position) => !this.hidden.has(position)).map(changeAt) }
      },
      sign: signer.signWebhook,
      post: createWebhookPost({
        targets: 'PUBLIC_AND_LOOPBACK',
        lookup: async () => [{ address: '127.0.0.1', family: 4 }],
        ca: certificate.cert,
        timeout: this.timeout,
      }),
    })
  }

  /** A replica with a pool of its own. */
  async replica(): Promise<DeliveryQueue> {
    const database = openDatabase(this.exchange.databaseUrl, { connections: 4 })
    const queue = await startDeliveryQueue({
      pool: database.pool,
      delivery: await this.delivery(database),
      watch: { onWake: () => () => {} },
      random: () => 0.5,
      onError: (error) => this.errors.push(error),
      onGivenUp: (webhook) => this.givenUp.push(webhook),
    })
    let stopped: Promise<void> | undefined
    const stop = () => {
      stopped ??= queue.stop().then(() => database.close())
      return stopped
    }
    this.#stops.push(stop)
    return { stop }
  }

  async query(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.exchange.database.pool.query<Record<string, unknown>>(sql, values)).rows
  }

  async idOf(registrationId: string): Promise<number> {
    const [row] = await this.query('SELECT id FROM webhook WHERE registration_id = $1', [registrationId])
    return Number(row?.id)
  }

  async state(registrationId: string): Promise<Record<string, unknown> | undefined> {
    const [row] = await this.query(
      'SELECT status, position, failures, last_error FROM webhook WHERE registration_id = $1',
      [registrationId],
    )
    return row
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops) await stop()
    await this.exchange[Symbol.asyncDispose]()
  }
}

function changeAt(position: number): Change {
  return {
    position,
    at: new Date(0),
    kind: 'RECORD_STORED',
    recordId: position,
    listingId: null,
    subject: null,
    listing: null,
    record: null,
  }
}

export function positionsOf({ body }: Pick<Received, 'body'>): number[] {
  const { changes } = JSON.parse(body.toString('utf8')) as { changes: { position: number }[] }
  return changes.map(({ position }) => position)
}

export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`in vain waited until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
