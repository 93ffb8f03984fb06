import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importCatalogue } from '../../../src/catalogue/catalogue-service.ts'
import { createDeadlineRulesReader } from '../../../src/catalogue/clock-store.ts'
import { type Database, openDatabase } from '../../../src/kernel/database.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

/** Clocks and calendar as parts of a catalogue file. */

let clone: TestDatabase
let database: Database
beforeAll(async () => {
  clone = await createDatabase()
  database = openDatabase(clone.url, { connections: 2 })
})
afterAll(async () => {
  await database.close()
  await clone[Symbol.asyncDispose]()
})

const load = (file: object) => importCatalogue(database.prisma, 'tester', file)
const known = () => createDeadlineRulesReader(database.pool, () => 0).current()
const faultsOf = async (file: object): Promise<string[]> => {
  const error: unknown = await load(file).then(
    () => null,
    (refusal: unknown) => refusal,
  )
  if (!(error instanceof Error)) throw new TypeError('the file was accepted')
  return error.message.split('\n').slice(1)
}

const rule = {
  code: 'PUBLISH',
  name: '公示',
  days: 20,
  unit: 'WORKING_DAY',
  legalBasis: ['某法第一条'],
  effectiveFrom: '2020-01-01',
}
const year = {
  year: 2026,
  notice: '关于2026年部分节假日安排的通知',
  holidays: ['2026-01-01', '2026-10-01/2026-10-03'],
  workdays: ['2026-10-10'],
}

describe('a file of clocks and calendar', () => {
  it('is counted by rule and by year, and changes nothing the second time', async () => {
    const file = { clocks: [rule, { ...rule, code: 'OTHER' }], calendar: [year] }
    expect(await load(file)).toEqual({ added: 3, changed: 0, unchanged: 0 })
    expect(await load(file)).toEqual({ added: 0, changed: 0, unchanged: 3 })
    const { clocks, calendar } = await known()
    expect(clocks.map(({ code }) => code)).toEqual(['OTHER', 'PUBLISH'])
    expect(clocks[1]).toEqual({ ...rule, effectiveTo: null })
    expect([...calendar.years]).toEqual([2026])
    expect(Object.fromEntries(calendar.departures)).toEqual({
      '2026-01-01': 'HOLIDAY',
      '2026-10-01': 'HOLIDAY',
      '2026-10-02': 'HOLIDAY',
      '2026-10-03': 'HOLIDAY',
      '2026-10-10': 'WORKDAY',
    })
  })

  it('replaces a year as a whole and leaves the others', async () => {
    await load({ calendar: [{ ...year, year: 2025, holidays: ['2025-01-01'], workdays: [] }] })
    const changed = { ...year, holidays: ['2026-01-02'], workdays: [] }
    expect(await load({ calendar: [changed] })).toEqual({ added: 0, changed: 1, unchanged: 0 })
    const { calendar } = await known()
    expect(Object.fromEntries(calendar.departures)).toEqual({
      '2025-01-01': 'HOLIDAY',
      '2026-01-02': 'HOLIDAY',
    })
    expect(await load({ calendar: [{ ...changed, notice: '更正的通知' }] })).toMatchObject({ changed: 1 })
  })

  it('changes a rule only beside the end of the old one', async () => {
    const next = { ...rule, days: 7, effectiveFrom: '2026-07-01' }
    await expect(load({ clocks: [next], calendar: [{ ...year, year: 2026 }] })).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      message: expect.stringContaining('PUBLISH'),
    })
    // All or nothing: the year in the same file is not there either.
    expect((await known()).calendar.departures.get('2026-10-10')).toBeUndefined()
    expect(await load({ clocks: [{ ...rule, effectiveTo: '2026-06-30' }, next] })).toEqual({
      added: 1,
      changed: 1,
      unchanged: 0,
    })
    expect((await known()).clocks.filter(({ code }) => code === 'PUBLISH')).toHaveLength(2)
  })

  it('is asked for before a dataset whose clock it is', async () => {
    await database.prisma.division.create({ data: { code: '419800', name: '汝宁市' } })
    await database.prisma.department.create({
      data: { code: 'TAX', kind: 'TAX', divisionCode: '419800', roles: [], status: 'ACTIVE' },
    })
    const text = { type: 'TEXT', maxLength: 50 }
    const fields = [
      { name: 'no', value: text },
      { name: 'uscc', value: { type: 'IDENTIFIER', scheme: 'USCC' } },
      { name: 'on', value: { type: 'DATE' } },
    ].map((field) => ({ ...field, label: field.name, labelEn: field.name, disclosure: 'GOV_SHARED' }))
    const definition = {
      name: '数据集',
      nameEn: 'Dataset',
      format: 'NDJSON',
      subjectKinds: ['ORGANISATION'],
      nature: '失信信息',
      sharing: 'GOV_SHARED',
      coverage: '全市',
      updateCycle: '每日',
      legalBasis: ['某法第一条'],
      fields,
      sourceKey: ['no'],
      subject: { name: 'no', uscc: 'uscc' },
      clocks: [{ rule: 'NOT_THERE', startsOn: 'on' }],
    }
    const file = { datasets: [{ code: 'PENALTIES', department: 'TAX', status: 'ACTIVE', definition }] }
    await expect(load(file)).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      message: expect.stringContaining('NOT_THERE'),
    })
    expect(await load({ ...file, clocks: [{ ...rule, code: 'NOT_THERE' }] })).toMatchObject({ added: 2 })
  })

  it.each<[string, object, string[]]>([
    [
      'every fault of both at once',
      {
        clocks: [rule, { ...rule, effectiveFrom: '2025-01-01' }],
        calendar: [{ ...year, workdays: ['2026-10-12'] }],
      },
      [
        'calendar.0.workdays.0: 2026-10-12 is no Saturday or Sunday',
        'clocks: PUBLISH: the periods from 2020-01-01 and from 2025-01-01 overlap',
      ],
    ],
    [
      'every fault of a year',
      {
        calendar: [
          {
            ...year,
            holidays: [
              '2026-01-01',
              '2025-12-31',
              '2026-01-01',
              '2026-10-03/2026-10-01',
              '2026-02-30',
              '2026-10-10',
            ],
            workdays: ['2026-10-10', '2027-01-02', 'Sunday'],
          },
          { ...year, holidays: ['2026-05-01'], workdays: [] },
        ],
      },
      [
        'calendar.0.holidays.1: 2025-12-31 is not a day of 2026',
        'calendar.0.holidays.2: 2026-01-01 is given twice',
        'calendar.0.holidays.3: expected YYYY-MM-DD, or first/last of one year',
        'calendar.0.holidays.4: expected YYYY-MM-DD, or first/last of one year',
        'calendar.0.workdays.0: 2026-10-10 is both a holiday and a working day',
        'calendar.0.workdays.1: 2027-01-02 is not a day of 2026',
        'calendar.0.workdays.2: expected YYYY-MM-DD',
        'calendar.1.year: the year 2026 is given twice',
      ],
    ],
    [
      'a period over the end of the year',
      { calendar: [{ ...year, holidays: ['2026-12-31/2027-01-02'] }] },
      ['calendar.0.holidays.0: expected YYYY-MM-DD, or first/last of one year'],
    ],
    [
      'a rule without basis, with an unknown unit',
      { clocks: [{ ...rule, legalBasis: [], unit: 'HOUR' }] },
      ['clocks.0.unit', 'clocks.0.legalBasis'],
    ],
    [
      'a rule that ends before it begins',
      { clocks: [{ ...rule, effectiveTo: '2019-12-31' }] },
      ['clocks.0: ends before it begins'],
    ],
    ['a year without holidays', { calendar: [{ ...year, holidays: [] }] }, ['calendar.0.holidays']],
    ['a year without its notice', { calendar: [{ ...year, notice: '' }] }, ['calendar.0.notice']],
  ])('tells %s', async (_, file, expected) => {
    const faults = await faultsOf(file)
    expect(faults).toHaveLength(expected.length)
    expect(faults.toSorted()).toEqual(expected.toSorted().map((start) => expect.stringContaining(start)))
  })
})
