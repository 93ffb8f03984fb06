import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { importCatalogue } from '../../../src/catalogue/catalogue-service.ts'
import { createCatalogueReader } from '../../../src/catalogue/catalogue-store.ts'
import { dueOf } from '../../../src/catalogue/clock-rules.ts'
import { createDeadlineRulesReader } from '../../../src/catalogue/clock-store.ts'
import type { Caller } from '../../../src/departments/caller.ts'
import { type Database, openDatabase } from '../../../src/kernel/database.ts'
import { addCalendarDays, calendarDaysBetween } from '../../../src/kernel/working-days.ts'
import {
  createTimelinessService,
  type TimelinessService,
} from '../../../src/timeliness/timeliness-service.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

/** Timeliness over stored versions, on a real database; versions are put there with days of the test's choosing. */

let clone: TestDatabase
let database: Database
let timeliness: TimelinessService
const departments: Record<string, number> = {}

const clock = (code: string, days: number, effectiveFrom: string, effectiveTo: string | null = null) => ({
  code,
  name: `时限 ${code}`,
  days,
  unit: 'WORKING_DAY',
  legalBasis: ['某法第一条'],
  effectiveFrom,
  effectiveTo,
})
const year = (of: number, holidays: string[], workdays: string[] = []) => ({
  year: of,
  notice: `关于${of}年部分节假日安排的通知`,
  holidays,
  workdays,
})
const field = (name: string, value: object, more: object = {}) => ({
  name,
  label: name,
  labelEn: name,
  value,
  disclosure: 'GOV_SHARED',
  ...more,
})
const text = { type: 'TEXT', maxLength: 100 }
const dataset = (code: string, department: string, clocks: object[]) => ({
  code,
  department,
  status: 'ACTIVE',
  definition: {
    name: `数据集 ${code}`,
    nameEn: code,
    format: 'NDJSON',
    subjectKinds: ['ORGANISATION'],
    nature: '失信信息',
    sharing: 'GOV_SHARED',
    coverage: '全市',
    updateCycle: '七个工作日',
    legalBasis: ['某法第一条'],
    fields: [
      field('no', text),
      field('uscc', { type: 'IDENTIFIER', scheme: 'USCC' }),
      field('name', text),
      field('decidedOn', { type: 'DATE' }),
      field('secretOn', { type: 'DATE' }, { disclosure: 'AUTHORISED' }),
    ],
    sourceKey: ['no'],
    subject: { name: 'name', uscc: 'uscc' },
    clocks,
  },
})

const caller = (code: string): Caller => ({
  department: {
    id: departments[code] ?? -1,
    code,
    name: code,
    kind: 'TAX',
    status: 'ACTIVE',
    roles: ['PROVIDER', 'ENQUIRER'],
  },
  kid: 'kid',
  request: { claim: async () => {}, note: () => {}, found: () => {} },
})

type Version = {
  version?: number
  kind?: string
  content?: Record<string, string>
  decidedOn?: string
  /** A moment in Shanghai, e.g. `2026-07-01 23:59`. */
  at: string
}

let batchRef = 0
let numbers = 0
const one = async (sql: string, values: unknown[]): Promise<number> =>
  Number((await database.pool.query(sql, values)).rows[0].id)

async function store(code: string, versions: Version[]): Promise<number> {
  numbers += 1
  const last = versions.at(-1)
  const recordId = await one(
    `INSERT INTO record (dataset_id, source_key, subject_id, version, content_mac)
     SELECT d.id, $2, (SELECT min(id) FROM subject), $3, 'mac' FROM dataset d WHERE d.code = $1 RETURNING id`,
    [code, `no ${numbers}`, last?.version ?? 1],
  )
  for (const { version = 1, kind = 'SUBMITTED', content = {}, decidedOn = null, at } of versions) {
    await database.pool.query(
      `INSERT INTO record_version (record_id, version, content, dataset_version_id, batch_ref, kind, decided_on, recorded_at)
       SELECT $1, $2, $3, v.id, $4, $5, $6, $7::timestamp AT TIME ZONE 'Asia/Shanghai'
         FROM dataset_version v JOIN dataset d ON d.id = v.dataset_id WHERE d.code = $8`,
      [
        recordId,
        version,
        JSON.stringify({ no: `no ${numbers}`, ...content }),
        batchRef,
        kind,
        decidedOn,
        at,
        code,
      ],
    )
  }
  return recordId
}

const load = (file: object) => importCatalogue(database.prisma, 'tester', file)

beforeAll(async () => {
  clone = await createDatabase()
  database = openDatabase(clone.url, { connections: 3 })
  await database.prisma.division.create({ data: { code: '419800', name: '汝宁市' } })
  for (const code of ['ONE', 'TWO']) {
    const { id } = await database.prisma.department.create({
      data: {
        code,
        kind: 'TAX',
        divisionCode: '419800',
        roles: ['PROVIDER', 'ENQUIRER'],
        status: 'ACTIVE',
        names: { create: { validFrom: new Date('2020-01-01'), name: `部门 ${code}` } },
      },
    })
    departments[code] = id
  }
  await database.prisma.subject.create({ data: { kind: 'ORGANISATION', name: '某公司' } })
  await load({
    calendar: [year(2026, ['2026-01-01', '2026-10-01/2026-10-07'], ['2026-09-20', '2026-10-10'])],
    clocks: [
      clock('FAST', 7, '2020-01-01', '2026-06-30'),
      clock('FAST', 3, '2026-07-01'),
      clock('SLOW', 20, '2020-01-01'),
      clock('WITHDRAWAL', 3, '2021-07-15'),
    ],
    datasets: [
      dataset('PENALTIES', 'ONE', [
        { rule: 'FAST', startsOn: 'decidedOn' },
        { rule: 'SLOW', startsOn: 'decidedOn' },
        { rule: 'SLOW', startsOn: 'secretOn' },
      ]),
      dataset('OTHERS', 'TWO', [{ rule: 'FAST', startsOn: 'decidedOn' }]),
      dataset('NO_CLOCKS', 'TWO', []),
    ],
  })
  // In the exchange before anything of it happened: what is older is backlog.
  await database.prisma.dataset.updateMany({ data: { createdAt: new Date('2000-01-01') } })
  batchRef = await one(
    `INSERT INTO batch (department_id, batch_id, dataset_id, dataset_version_id, input_mac, received_at, received, rows_total, accepted, unchanged, held, rejected)
     SELECT department_id, 'batch', id, (SELECT min(id) FROM dataset_version), 'mac', '2100-01-01', 0, 0, 0, 0, 0, 0 FROM dataset WHERE code = 'PENALTIES' RETURNING id`,
    [],
  )
  // Every reading is a fresh one: what is tested is not the cache.
  let now = 0
  const monotonicNow = () => {
    now += 60_000
    return now
  }
  timeliness = createTimelinessService({
    pool: database.pool,
    catalogue: createCatalogueReader(database.pool, monotonicNow),
    deadlineRules: createDeadlineRulesReader(database.pool, monotonicNow),
  })
})
afterAll(async () => {
  await database.close()
  await clone[Symbol.asyncDispose]()
})

const rowsIn = async (from: string, to: string) =>
  (await timeliness.timeliness({ from, to })).map((row) => [
    row.departmentCode,
    row.dataset,
    row.rule,
    `${row.received} = ${row.onTime} + ${row.late}`,
    row.provisional,
    row.worstDelayDays,
  ])

const lateIn = async (from: string, to: string, dataset = 'PENALTIES', code = 'ONE') => {
  const page = { after: null, limit: 100 }
  const rows = await timeliness.lateSubmissions(caller(code), { dataset, from, to }, page)
  return rows.map(({ recordId, rule, startsOn, dueOn, recordedOn }) => [
    recordId,
    rule,
    startsOn,
    dueOn,
    recordedOn,
  ])
}

describe('timeliness', () => {
  it('is in time until 24:00 in Shanghai of the due day, by the rule of the day of the event', async () => {
    // Seven days by the old rule: 9 March; three by the new one: 6 July.
    const decided = (decidedOn: string) => ({ content: { decidedOn } })
    await store('PENALTIES', [{ ...decided('2026-02-26'), at: '2026-03-09 23:59:59' }])
    const late = await store('PENALTIES', [{ ...decided('2026-02-26'), at: '2026-03-10 00:00' }])
    expect(await rowsIn('2026-03-01', '2026-03-31')).toEqual([
      ['ONE', 'PENALTIES', 'FAST', '2 = 1 + 1', 0, 1],
      ['ONE', 'PENALTIES', 'SLOW', '2 = 2 + 0', 0, 0],
    ])
    await store('PENALTIES', [{ ...decided('2026-07-01'), at: '2026-07-06 12:00' }])
    const laterLate = await store('PENALTIES', [{ ...decided('2026-07-01'), at: '2026-07-10 12:00' }])
    expect(await rowsIn('2026-07-01', '2026-07-31')).toEqual([
      ['ONE', 'PENALTIES', 'FAST', '2 = 1 + 1', 0, 4],
      ['ONE', 'PENALTIES', 'SLOW', '2 = 2 + 0', 0, 0],
    ])
    expect(await lateIn('2026-03-01', '2026-07-31')).toEqual([
      [late, 'FAST', '2026-02-26', '2026-03-09', '2026-03-10'],
      [laterLate, 'FAST', '2026-07-01', '2026-07-06', '2026-07-10'],
    ])
    // The window is of days in Shanghai too.
    expect(await rowsIn('2026-03-10', '2026-03-10')).toEqual([
      ['ONE', 'PENALTIES', 'FAST', '1 = 0 + 1', 0, 1],
      ['ONE', 'PENALTIES', 'SLOW', '1 = 1 + 0', 0, 0],
    ])
  })

  it('looks at the first version only, and at withdrawals from the day of their decision', async () => {
    const recordId = await store('OTHERS', [
      { content: { decidedOn: '2026-04-01' }, at: '2026-04-02 10:00' },
      { version: 2, kind: 'CORRECTED', content: { decidedOn: '2026-03-02' }, at: '2026-08-20 10:00' },
      { version: 3, kind: 'WITHDRAWN', decidedOn: '2026-08-17', at: '2026-08-21 10:00' },
    ])
    const undated = { version: 2, kind: 'WITHDRAWN', at: '2026-08-21 10:00' }
    await store('NO_CLOCKS', [{ at: '2026-08-03 10:00' }, undated])
    await store('NO_CLOCKS', [
      { at: '2026-08-03 10:00' },
      { version: 2, kind: 'WITHDRAWN', decidedOn: '2026-08-18', at: '2026-08-21 10:00' },
    ])
    expect(await rowsIn('2026-08-01', '2026-08-31')).toEqual([
      ['TWO', 'NO_CLOCKS', 'WITHDRAWAL', '1 = 1 + 0', 0, 0],
      ['TWO', 'OTHERS', 'WITHDRAWAL', '1 = 0 + 1', 0, 1],
    ])
    expect(await lateIn('2026-08-01', '2026-08-31', 'OTHERS', 'TWO')).toEqual([
      [recordId, 'WITHDRAWAL', '2026-08-17', '2026-08-20', '2026-08-21'],
    ])
  })

  it('tells each late record to the provider of the dataset alone, page by page', async () => {
    const decided = { content: { decidedOn: '2026-05-06' } }
    const ids: number[] = []
    for (let index = 0; index < 3; index += 1)
      ids.push(await store('PENALTIES', [{ ...decided, at: '2026-06-10 10:00' }]))
    const filter = { dataset: 'PENALTIES', from: '2026-06-01', to: '2026-06-30' }
    const first = await timeliness.lateSubmissions(caller('ONE'), filter, { after: null, limit: 3 })
    expect(first.map(({ recordId, rule }) => [recordId, rule])).toEqual([
      [ids[0], 'FAST'],
      [ids[0], 'SLOW'],
      [ids[1], 'FAST'],
    ])
    expect(first[0]).toEqual({
      recordId: ids[0],
      version: 1,
      sourceNumber: [{ field: 'no', label: 'no', value: expect.stringMatching(/^no \d+$/) }],
      rule: 'FAST',
      ruleName: '时限 FAST',
      startsOn: '2026-05-06',
      dueOn: '2026-05-15',
      provisional: false,
      recordedOn: '2026-06-10',
    })
    const after = first.at(-1) ?? null
    const rest = await timeliness.lateSubmissions(caller('ONE'), filter, { after, limit: 100 })
    expect(rest.map(({ recordId, rule }) => [recordId, rule])).toEqual([
      [ids[1], 'SLOW'],
      [ids[2], 'FAST'],
      [ids[2], 'SLOW'],
    ])
    await expect(
      timeliness.lateSubmissions(caller('TWO'), filter, { after: null, limit: 10 }),
    ).rejects.toMatchObject({ code: 'DATASET_NOT_YOURS' })
    await expect(
      timeliness.lateSubmissions(
        caller('ONE'),
        { ...filter, dataset: 'NOTHING' },
        { after: null, limit: 10 },
      ),
    ).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' })
    await expect(timeliness.timeliness({ from: '2026-06-30', to: '2026-06-01' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
  })

  it('tells the clocks of many records in one reading, and no day that the caller may not see', async () => {
    const content = { decidedOn: '2026-02-26', secretOn: '2026-02-27' }
    const ids: number[] = []
    for (let index = 0; index < 5; index += 1)
      ids.push(await store('PENALTIES', [{ content, at: '2026-01-01 10:00' }]))
    const read = async (as: Caller) => {
      const clocks = await Promise.all(ids.map((id) => timeliness.clocksOf(as, id)))
      return clocks.map((each) => each.map(({ rule, startsOn }) => [rule, startsOn]))
    }
    const query = vi.spyOn(database.pool, 'query')
    const seen = await read(caller('TWO'))
    // Rules, catalogue, and the days of all five.
    expect(query).toHaveBeenCalledTimes(3)
    query.mockRestore()
    expect(seen).toEqual(
      ids.map(() => [
        ['FAST', '2026-02-26'],
        ['SLOW', '2026-02-26'],
      ]),
    )
    expect((await read(caller('ONE')))[0]).toEqual([
      ['FAST', '2026-02-26'],
      ['SLOW', '2026-02-26'],
      ['SLOW', '2026-02-27'],
    ])
    expect(await timeliness.clocksOf(caller('ONE'), 999_999)).toEqual([])
  })

  it('counts by group what each record comes to by itself', async () => {
    // A plain generator with a seed, so that a failure can be repeated.
    let seed = 20_261_124
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((seed / 2_147_483_648) * below)
    }
    const naive = new Map<string, { received: number; late: number; provisional: number; worst: number }>()
    const { clocks, calendar } = await createDeadlineRulesReader(database.pool, () => 0).current()
    for (let index = 0; index < 150; index += 1) {
      const code = random(2) === 0 ? 'PENALTIES' : 'OTHERS'
      const decidedOn = addCalendarDays('2026-11-01', random(60))
      const recordedOn = addCalendarDays('2027-01-01', random(20))
      const hour = String(random(24)).padStart(2, '0')
      await store(code, [{ content: { decidedOn }, at: `${recordedOn} ${hour}:30` }])
      for (const rule of code === 'PENALTIES' ? ['FAST', 'SLOW'] : ['FAST']) {
        const due = dueOf({ clocks, calendar }, rule, decidedOn)
        if (!due) throw new TypeError('a rule')
        const key = `${code} ${rule}`
        const entry = naive.get(key) ?? { received: 0, late: 0, provisional: 0, worst: 0 }
        const delay = calendarDaysBetween(due.on.day, recordedOn)
        naive.set(key, {
          received: entry.received + 1,
          late: entry.late + (delay > 0 ? 1 : 0),
          provisional: entry.provisional + (due.on.provisional ? 1 : 0),
          worst: Math.max(entry.worst, delay),
        })
      }
    }
    const window = { from: '2027-01-01', to: '2027-01-31' }
    const table = await timeliness.timeliness(window)
    expect(
      new Map(
        table.map(({ dataset, rule, received, late, provisional, worstDelayDays }) => [
          `${dataset} ${rule}`,
          { received, late, provisional, worst: worstDelayDays },
        ]),
      ),
    ).toEqual(naive)
    const singles = await timeliness.lateSubmissions(
      caller('ONE'),
      { dataset: 'PENALTIES', ...window },
      { after: null, limit: 1_000 },
    )
    expect(singles).toHaveLength(
      (naive.get('PENALTIES FAST')?.late ?? 0) + (naive.get('PENALTIES SLOW')?.late ?? 0),
    )
    expect(singles.filter((row) => row.recordedOn <= row.dueOn)).toEqual([])
  })

  it('is recomputed at once when the notice of the next year comes in', async () => {
    const recordId = await store('PENALTIES', [
      { content: { decidedOn: '2026-12-29' }, at: '2028-01-04 10:00' },
    ])
    const fast = async () =>
      (await timeliness.clocksOf(caller('ONE'), recordId)).find(({ rule }) => rule === 'FAST')
    const due = { startsOn: '2026-12-29', metOn: '2028-01-04', late: true }
    expect(await fast()).toMatchObject({ ...due, dueOn: '2027-01-01', provisional: true })
    const before = await rowsIn('2028-01-01', '2028-01-31')
    expect(before).toContainEqual(['ONE', 'PENALTIES', 'FAST', '1 = 0 + 1', 1, 368])

    await load({ calendar: [year(2027, ['2027-01-01/2027-01-03'])] })
    expect(await fast()).toMatchObject({ ...due, dueOn: '2027-01-04', provisional: false })
    expect(await rowsIn('2028-01-01', '2028-01-31')).toContainEqual([
      'ONE',
      'PENALTIES',
      'FAST',
      '1 = 0 + 1',
      0,
      365,
    ])
  })
})
