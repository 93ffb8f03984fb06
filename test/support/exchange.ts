import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { ClockReading } from '../../gateway/clock-watch.ts'
import { type RunningServer, startServer } from '../../gateway/server.ts'
import { importCatalogue } from '../../src/catalogue/catalogue-service.ts'
import { bindInstance } from '../../src/instance.ts'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { type Database, openDatabase } from '../../src/kernel/database.ts'
import type { KeyFile } from '../../src/kernel/key-file.ts'
import type { WebhookTargets } from '../../src/webhooks/address-policy.ts'
import { createDatabase } from './database.ts'
import { TestDepartment } from './department.ts'

export const audience = 'https://credit.example.invalid'

export type ReplicaOptions = {
  refusalsPerMinute?: number
  requestsPerMinute?: number
  publicRequestsPerMinute?: number
  clock?: Clock
  clockReading?: ClockReading
  webhookTargets?: WebhookTargets
}

/** An exchange on a database of its own: one or more replicas with the same keys, as behind a load balancer. */
export class TestExchange implements AsyncDisposable {
  readonly database: Database
  readonly databaseUrl: string
  readonly keyFile: KeyFile
  readonly logLines: string[] = []
  readonly #stops: (() => Promise<void>)[] = []

  private constructor(database: Database, databaseUrl: string, keyFile: KeyFile) {
    this.database = database
    this.databaseUrl = databaseUrl
    this.keyFile = keyFile
  }

  static async start(): Promise<TestExchange> {
    const clone = await createDatabase()
    const database = openDatabase(clone.url, { connections: 5 })
    const directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-keys-'))
    const { keyFile } = await bindInstance(database.prisma, {
      keyFile: join(directory, 'keys.json'),
      exchangeId: audience,
      now: new Date(),
    })
    const exchange = new TestExchange(database, clone.url, keyFile)
    exchange.#stops.push(async () => {
      await database.close()
      await rm(directory, { recursive: true })
      await clone[Symbol.asyncDispose]()
    })
    await database.prisma.division.create({ data: { code: '419800', name: '汝宁市' } })
    return exchange
  }

  /** A replica with a pool of its own. */
  async replica(options: ReplicaOptions = {}): Promise<RunningServer> {
    const database = openDatabase(this.databaseUrl, { connections: 5 })
    const logger = pino({ level: 'trace' }, { write: (line: string) => void this.logLines.push(line) })
    const server = await startServer({
      database,
      keyFile: this.keyFile,
      exchangeId: audience,
      exchangeUrl: audience,
      host: '127.0.0.1',
      port: 0,
      trustedProxies: 0,
      requestsPerMinute: options.requestsPerMinute ?? 100_000,
      refusalsPerMinute: options.refusalsPerMinute ?? 100_000,
      publicRequestsPerMinute: options.publicRequestsPerMinute ?? 100_000,
      logger,
      clock: options.clock ?? systemClock,
      webhookTargets: options.webhookTargets ?? 'PUBLIC',
      ...(options.clockReading ? { clockReading: options.clockReading } : {}),
    })
    let stopped: Promise<void> | undefined
    const stop = () => {
      stopped ??= server.stop().then(() => database.close())
      return stopped
    }
    this.#stops.push(stop)
    return { ...server, stop }
  }

  /** A registered department whose first key is enrolled over the network and approved. */
  async department(
    server: RunningServer,
    code: string,
    facts: { kind?: string; roles?: string[]; alg?: 'EdDSA' | 'ES256' } = {},
  ): Promise<TestDepartment> {
    const { registry } = server.app
    await registry.register('tester', {
      code,
      name: `部门 ${code}`,
      kind: facts.kind ?? 'DEVELOPMENT_REFORM',
      division: '419800',
      roles: facts.roles ?? ['PROVIDER', 'ENQUIRER'],
    })
    const department = await TestDepartment.create(code, audience, facts.alg ?? 'EdDSA')
    const { code: once } = await registry.issueEnrolmentCode('tester', code)
    const response = await department.enrol(server.url, once)
    if (response.status !== 202)
      throw new TypeError(`enrolment of ${code}: ${response.status} ${response.body}`)
    await registry.approveKey('tester', code, department.kid)
    // What a replica looked up before counts for less than a second; a fresh key was never looked up.
    return department
  }

  async importCatalogue(input: unknown): Promise<void> {
    await importCatalogue(this.database.prisma, 'tester', input)
  }

  async logRows(): Promise<
    {
      logIndex: number
      jti: string
      leaf: Record<string, unknown>
      digests: Buffer | null
      salt: Buffer | null
    }[]
  > {
    const { rows } = await this.database.pool.query(
      'SELECT log_index, jti, leaf, subject_digests, subject_salt FROM exchange_log ORDER BY log_index',
    )
    return rows.map((row) => ({
      logIndex: Number(row.log_index),
      jti: row.jti,
      leaf: JSON.parse(row.leaf),
      digests: row.subject_digests,
      salt: row.subject_salt,
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop()
  }
}
