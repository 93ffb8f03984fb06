import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { ClockReading } from '../../gateway/clock-watch.ts'
import { type RunningServer, startServer } from '../../gateway/server.ts'
import type { SingleSignOn } from '../../gateway/single-sign-on.ts'
import { importCatalogue } from '../../src/catalogue/catalogue-service.ts'
import { openSalt } from '../../src/evidence/exchange-log.ts'
import type { Pkcs11Config } from '../../src/evidence/pkcs11-library.ts'
import { bindInstance } from '../../src/instance.ts'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { type Database, openDatabase } from '../../src/kernel/database.ts'
import { type KeyFile, vaultOf } from '../../src/kernel/key-file.ts'
import type { WebhookTargets } from '../../src/webhooks/address-policy.ts'
import { createDatabase } from './database.ts'
import { TestDepartment } from './department.ts'

export const audience = 'https://credit.example.invalid'

export type ReplicaOptions = {
  /** Where browsers find it; with the port, since they compare it with what they asked. */
  at?: { port: number; exchangeUrl: string }
  refusalsPerMinute?: number
  requestsPerMinute?: number
  publicRequestsPerMinute?: number
  clock?: Clock
  clockReading?: ClockReading
  webhookTargets?: WebhookTargets
  /** Of another role on the same database. */
  databaseUrl?: string
  /** As an operator has changed it since; by default as the exchange began. */
  keyFile?: KeyFile
  pkcs11?: Pkcs11Config
  singleSignOn?: SingleSignOn
}

/** An exchange on a database of its own: one or more replicas with the same keys, as behind a load balancer. */
export class TestExchange implements AsyncDisposable {
  readonly database: Database
  readonly databaseUrl: string
  readonly keyFile: KeyFile
  readonly keyFilePath: string
  readonly logLines: string[] = []
  readonly #stops: (() => Promise<void>)[] = []

  private constructor(database: Database, databaseUrl: string, keyFile: KeyFile, keyFilePath: string) {
    this.database = database
    this.databaseUrl = databaseUrl
    this.keyFile = keyFile
    this.keyFilePath = keyFilePath
  }

  static async start(): Promise<TestExchange> {
    const clone = await createDatabase()
    const database = openDatabase(clone.url, { connections: 5 })
    const directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-keys-'))
    const keyFilePath = join(directory, 'keys.json')
    const { keyFile } = await bindInstance(database.pool, {
      keyFile: keyFilePath,
      exchangeId: audience,
      now: new Date(),
    })
    const exchange = new TestExchange(database, clone.url, keyFile, keyFilePath)
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
    const database = openDatabase(options.databaseUrl ?? this.databaseUrl, { connections: 5 })
    const logger = pino({ level: 'trace' }, { write: (line: string) => void this.logLines.push(line) })
    const server = await startServer({
      database,
      keyFile: options.keyFile ?? this.keyFile,
      pkcs11: options.pkcs11 ?? null,
      exchangeId: audience,
      exchangeUrl: options.at?.exchangeUrl ?? audience,
      host: '127.0.0.1',
      port: options.at?.port ?? 0,
      trustedProxies: 0,
      requestsPerMinute: options.requestsPerMinute ?? 100_000,
      refusalsPerMinute: options.refusalsPerMinute ?? 100_000,
      publicRequestsPerMinute: options.publicRequestsPerMinute ?? 100_000,
      logger,
      clock: options.clock ?? systemClock,
      webhookTargets: options.webhookTargets ?? 'PUBLIC',
      singleSignOn: options.singleSignOn ?? null,
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
      /** Of the subjects asked about, 32 bytes each. */
      digests: Buffer | null
      salt: Buffer | null
      subjectIds: number[]
    }[]
  > {
    const { rows } = await this.database.pool.query(
      `SELECT log_index, jti, leaf, digests, sealed_salt, subject_ids
         FROM exchange_log LEFT JOIN exchange_subjects USING (log_index) ORDER BY log_index`,
    )
    const vault = vaultOf(this.keyFile)
    return rows.map((row) => ({
      logIndex: Number(row.log_index),
      jti: row.jti,
      leaf: JSON.parse(row.leaf),
      digests: row.digests,
      salt: row.sealed_salt && openSalt(vault, row.sealed_salt),
      subjectIds: row.subject_ids ?? [],
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop()
  }
}
