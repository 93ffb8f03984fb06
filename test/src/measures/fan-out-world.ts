import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import { createMergeService } from '../../../src/departments/merge-service.ts'
import { createRegistryService } from '../../../src/departments/registry-service.ts'
import { appendToFeed, type FeedEntry } from '../../../src/feed/feed-store.ts'
import type { Clock, LegalDay } from '../../../src/kernel/clock.ts'
import { type Queryable, transaction } from '../../../src/kernel/database.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { noteEnded } from '../../../src/listings/listing-store.ts'
import { changeMembership } from '../../../src/listings/membership-service.ts'
import { endListings, storeListings } from '../../../src/listings/record-listing-store.ts'
import { createTaskFanOut, type TaskFanOut } from '../../../src/measures/fan-out-service.ts'
import { type TaskEvent, taskStateOf, taskTransitions } from '../../../src/measures/task.ts'
import { TestExchange } from '../../support/exchange.ts'

/** An exchange without a server, whose memberships, measures, departments and days a test changes as it likes. */

const firstDay = '2026-06-10'
export const kinds = ['FINANCE', 'LAND', 'TRANSPORT'] as const
export const grades = ['一般', '严重'] as const
export const lists = { OPEN_LIST: 'QTS_OPEN', CLOSED_LIST: 'QTS_CLOSED' } as const
export type ListCode = keyof typeof lists

const example = JSON.parse(
  await readFile(new URL('../../../prisma/catalogue/datasets/qts-dishonest.json', import.meta.url), 'utf8'),
).datasets[0]

const listType = (code: string) => ({
  code,
  name: `名单 ${code}`,
  nature: 'SERIOUS_DISHONESTY',
  field: 'x',
  scope: 'CITY',
  basis: ['国办发〔2020〕49号'],
  determinedBy: 'x',
  rules: [],
  status: 'DRAFT',
  effectiveFrom: '2020-01-01',
})

export const measure = (code: string, change: object = {}) => ({
  code,
  name: code,
  content: 'x',
  class: '管理措施',
  target: 'x',
  reducesRights: false,
  legalBasis: ['河南省社会信用条例第三十二条第一项'],
  departmentKinds: [],
  matters: [],
  triggers: [{ listType: 'OPEN_LIST' }],
  decisionText: '{主体}',
  documentNeeded: false,
  status: 'ACTIVE',
  effectiveFrom: '2020-01-01',
  ...change,
})

export class FanOutWorld implements AsyncDisposable {
  readonly exchange: TestExchange
  day: LegalDay = firstDay
  readonly clock: Clock = { now: () => new Date(`${this.day}T04:00:00Z`) }
  readonly #registry
  readonly #merges
  readonly #records = new Map<number, { recordId: number; subjectId: number; list: ListCode }>()
  #count = 0

  private constructor(exchange: TestExchange) {
    this.exchange = exchange
    this.#registry = createRegistryService({ prisma: exchange.database.prisma, clock: this.clock })
    this.#merges = createMergeService({ pool: exchange.database.pool, clock: this.clock })
  }

  static async start(): Promise<FanOutWorld> {
    const world = new FanOutWorld(await TestExchange.start())
    await world.activate('QTS', 'QUALITY_SUPERVISION')
    await world.importCatalogue({ listTypes: Object.keys(lists).map(listType) })
    for (const [list, code] of Object.entries(lists)) {
      const definition = { ...example.definition, clocks: [] }
      if (list === 'CLOSED_LIST') definition.sharing = 'AUTHORISED'
      await world.importCatalogue({
        datasets: [{ code, department: 'QTS', listType: list, status: 'ACTIVE', definition }],
      })
    }
    return world
  }

  get pool(): pg.Pool {
    return this.exchange.database.pool
  }

  worker(pool: pg.Pool = this.pool): TaskFanOut {
    return createTaskFanOut({ pool, clock: this.clock })
  }

  importCatalogue(file: object): Promise<void> {
    return this.exchange.importCatalogue(file)
  }

  async register(code: string, kind: string): Promise<void> {
    await this.#registry.register('tester', {
      code,
      name: code,
      kind,
      division: '419800',
      roles: ['ENQUIRER'],
    })
  }

  /** Registered, and active by its first key. */
  async activate(code: string, kind: string): Promise<void> {
    await this.register(code, kind)
    const { prisma } = this.exchange.database
    const { id } = await prisma.department.findUniqueOrThrow({ where: { code } })
    const key = { departmentId: id, algorithm: 'EdDSA', publicJwk: {}, status: 'PENDING' }
    await prisma.departmentKey.create({ data: { kid: `key-${code}`, ...key } })
    await this.#registry.approveKey('tester', code, `key-${code}`)
  }

  suspend(code: string): Promise<void> {
    return this.#registry.suspend('tester', code)
  }

  grant(code: string): Promise<void> {
    return this.#registry.grant('tester', code, lists.CLOSED_LIST, '测试')
  }

  async merge(from: string, into: string): Promise<void> {
    await this.#merges.merge('tester', { from: [from], into, effectiveFrom: this.day, reason: '测试' })
  }

  /** One transaction of whoever writes memberships, the feed last. */
  async #write(work: (client: Queryable) => Promise<FeedEntry[]>): Promise<void> {
    await transaction(this.pool, async (client) => appendToFeed(client, await work(client)))
  }

  async #store(
    client: Queryable,
    list: ListCode,
    drafts: readonly {
      recordId: number
      subjectId: number
      grade: string
      listedOn: string
      endsOn: string | null
    }[],
  ): Promise<FeedEntry[]> {
    const { id, departmentId } = await this.exchange.database.prisma.dataset.findUniqueOrThrow({
      where: { code: lists[list] },
    })
    const dataset = { id, departmentId, departmentName: 'QTS', definition: example.definition }
    const full = drafts.map((draft) => ({ ...draft, exitedOn: null, decisionNo: 'x', reason: 'x' }))
    return storeListings(client, dataset, list, full, this.day)
  }

  /** Lists new subjects; the days are counted from today. Returns the numbers of the memberships. */
  async list(
    list: ListCode,
    { count = 1, grade = '一般', from = 0, days = null as number | null } = {},
  ): Promise<number[]> {
    const { rows: datasets } = await this.pool.query('SELECT id FROM dataset WHERE code = $1', [lists[list]])
    const serial = this.#count
    this.#count += count
    const listedOn = addCalendarDays(this.day, from)
    const endsOn = days === null ? null : addCalendarDays(listedOn, days)
    await this.#write(async (client) => {
      const { rows } = await client.query(
        `WITH s AS (
           INSERT INTO subject (kind, name) SELECT 'ORGANISATION', '主体 ' || n FROM generate_series($1::int + 1, $1::int + $2::int) n RETURNING id
         )
         INSERT INTO record (dataset_id, source_key, subject_id, version, content_mac)
         SELECT $3::int, 'r-' || id, id, 1, '' FROM s RETURNING id AS "recordId", subject_id AS "subjectId"`,
        [serial, count, datasets[0].id],
      )
      return this.#store(
        client,
        list,
        rows.map((row) => ({ ...row, grade, listedOn, endsOn })),
      )
    })
    const { rows } = await this.pool.query(
      `SELECT id, record_id AS "recordId", subject_id AS "subjectId" FROM listing ORDER BY id DESC LIMIT $1`,
      [count],
    )
    for (const { id, ...of } of rows) this.#records.set(id, { ...of, list })
    return rows.map(({ id }) => id).toReversed()
  }

  /** The record now says another grade and other days. */
  async correct(listingId: number, grade: string, from: number): Promise<void> {
    const of = this.#records.get(listingId)
    if (!of) throw new RangeError('listed before')
    const { list, ...ids } = of
    const listedOn = addCalendarDays(this.day, from)
    await this.#write((client) => this.#store(client, list, [{ ...ids, grade, listedOn, endsOn: null }]))
  }

  change(listingId: number, type: 'SUSPENDED' | 'RESUMED' | 'REMOVED'): Promise<void> {
    return this.#write((client) =>
      changeMembership(client, {
        listingId,
        event: { type, on: this.day },
        data: {},
        by: { departmentId: null, actor: 'tester' },
        today: this.day,
      }),
    )
  }

  async withdraw(listingId: number, on = this.day): Promise<void> {
    const recordId = this.#records.get(listingId)?.recordId
    if (recordId === undefined) throw new RangeError('listed before')
    await this.#write((client) => endListings(client, [{ recordId, on, kind: 'WITHDRAWN', reason: null }]))
  }

  async noteEnded(): Promise<void> {
    await this.#write((client) => noteEnded(client, this.day))
  }

  /** What is open must be this: computed with nothing of the product's own code. */
  async wanted(): Promise<string[]> {
    const { rows } = await this.pool.query(
      `SELECT l.id || ' ' || m.code || ' ' || d.code AS key,
              s.code = '${lists.OPEN_LIST}' OR d.code = 'QTS' OR EXISTS (
                SELECT FROM dataset_grant g WHERE g.department_id = d.id AND g.dataset_id = s.id) AS told
         FROM listing l JOIN dataset s ON s.id = l.dataset_id CROSS JOIN department d CROSS JOIN measure m
        WHERE l.listed_on <= $1::date AND coalesce($1 <= l.ends_on, true) AND coalesce($1 < l.exited_on, true)
          AND NOT l.suspended @> $1::date AND d.status IN ('ACTIVE', 'SUSPENDED')
          AND m.status = 'ACTIVE' AND m.effective_from <= $1 AND coalesce($1 <= m.effective_to, true)
          AND m.class IN ('减损权益或增加义务', '管理措施')
          AND (m.department_kinds = '{}' OR d.kind = ANY (m.department_kinds))
          AND EXISTS (SELECT FROM jsonb_array_elements(m.triggers) t
                       WHERE t ->> 'listType' = l.list_type_code
                         AND (coalesce(t -> 'grades', 'null') = 'null' OR t -> 'grades' ? l.grade))`,
      [this.day],
    )
    return rows.flatMap(({ key, told }) => (told ? [key] : [])).sort()
  }

  async tasks(): Promise<{ key: string; phase: string; departmentStatus: string; events: TaskEvent[] }[]> {
    const { rows } = await this.pool.query(
      `SELECT t.listing_id || ' ' || t.measure_code || ' ' || d.code AS key, t.phase, d.status AS "departmentStatus",
              (SELECT json_agg(e.data || jsonb_build_object('type', e.type) ORDER BY e.seq)
                 FROM measure_task_event e WHERE e.task_id = t.id) AS events
         FROM measure_task t JOIN department d ON d.id = t.department_id ORDER BY 1`,
    )
    return rows
  }

  async open(): Promise<string[]> {
    const tasks = await this.tasks()
    return tasks
      .filter(({ phase }) => phase !== 'LIFTING' && phase !== 'LIFTED')
      .map(({ key }) => key)
      .sort()
  }

  /** What is wrong with the histories: none delivered twice, none against the table, each as its row says. */
  async faults(): Promise<string[]> {
    return (await this.tasks()).flatMap(({ key, phase, events }) => {
      const faults: string[] = []
      if (events.filter(({ type }) => type === 'DELIVERED').length !== 1) faults.push('delivered once')
      events.forEach((event, at) => {
        const before = at === 0 ? 'BEFORE' : taskStateOf(events.slice(0, at)).phase
        if (!taskTransitions[event.type].from.includes(before)) faults.push(`${event.type} in ${before}`)
      })
      if (taskStateOf(events).phase !== phase) faults.push(`${phase} against its events`)
      return faults.map((fault) => `${key}: ${fault}`)
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.exchange[Symbol.asyncDispose]()
  }
}

export class Killed extends Error {}

/** A pool whose connections are lost after so many statements, as when the process is killed. */
export function doomedPool(pool: pg.Pool, statements: number): pg.Pool {
  let left = statements
  return new Proxy(pool, {
    get(target, property) {
      if (property !== 'connect') return Reflect.get(target, property)
      return async () => {
        const client = await target.connect()
        return new Proxy(client, {
          get(connection, name) {
            if (name === 'query')
              return (...given: Parameters<typeof connection.query>) => {
                left -= 1
                // The server rolls back what a lost connection had begun; the pool must not lend it again.
                if (left < 0)
                  return connection.query('ROLLBACK').then(() => {
                    throw new Killed()
                  })
                return connection.query(...given)
              }
            const value = Reflect.get(connection, name)
            return typeof value === 'function' ? value.bind(connection) : value
          },
        })
      }
    },
  })
}
