import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { type Answer, codeOf, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'

/** Timeliness as departments ask for it: signed queries to a running exchange with the founding catalogue. */

let exchange: TestExchange
let server: RunningServer
let provider: TestDepartment
let other: TestDepartment
let guest: TestDepartment
const today = legalDay(new Date())
const catalogue = new URL('../../../prisma/catalogue/', import.meta.url)
const dataset = 'AIC_PENALTIES'

const submit = `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
  ... on SubmitRecordsSuccess { batch { accepted } } ... on Refusal { code message } } }`
const table = `query ($from: Day!, $to: Day!) { timeliness(from: $from, to: $to) {
  departmentCode departmentName dataset rule ruleName received onTime late provisional worstDelayDays medianDays } }`
const singles = `query ($dataset: String!, $from: Day!, $to: Day!, $first: Int, $after: String) {
  lateSubmissions(dataset: $dataset, from: $from, to: $to, first: $first, after: $after) {
    edges { cursor node { recordId rule startsOn dueOn provisional recordedOn sourceNumber { field value } } }
    pageInfo { hasNextPage endCursor } } }`
const days = { from: addCalendarDays(today, -1), to: addCalendarDays(today, 1) }

type Late = { cursor: string; node: { recordId: string; rule: string; sourceNumber: { field: string }[] } }
const dataOf = <T>(answer: Answer): T => {
  const { data } = answer.json as { data?: T }
  if (!data) throw new TypeError(answer.body)
  return data
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  provider = await exchange.department(server, 'AIC', { kind: 'INDUSTRY_COMMERCE' })
  other = await exchange.department(server, 'NDRC')
  guest = await exchange.department(server, 'GUEST', { roles: [] })
  for (const file of ['calendar.json', 'clocks.json', 'list-types.json', 'datasets/aic-penalties.json'])
    await exchange.importCatalogue(JSON.parse(await readFile(new URL(file, catalogue), 'utf8')))
  // In the exchange before anything of it happened: what is older is backlog.
  await exchange.database.prisma.dataset.updateMany({ data: { createdAt: new Date('2010-01-01') } })
  const lines = await readFile(new URL(`../demo-city/records/${dataset}.ndjson`, catalogue), 'utf8')
  const rows: Record<string, string>[] = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const [template] = rows
  if (!template) throw new TypeError('a record')
  const { CF_GSJZQ: _, finalOn: __, ...fresh } = template
  const records = [
    { ...fresh, CF_WSH: '汝工商处罚〔2026〕901号', CF_JDRQ: today, CF_YXQ: '2099-12-31' },
    // Before the first of the rules there was no clock.
    { ...fresh, CF_WSH: '汝工商处罚〔2014〕902号', CF_JDRQ: '2014-09-30', CF_YXQ: '2099-12-31' },
    { ...fresh, CF_WSH: '汝工商处罚〔2015〕903号', CF_JDRQ: '2015-01-05', CF_YXQ: '2099-12-31' },
    { ...fresh, CF_WSH: '汝工商处罚〔2025〕904号', CF_JDRQ: '2025-09-30', CF_YXQ: '2099-12-31' },
  ]
  const answer = await provider.query(server.url, submit, { input: { dataset, batchId: 'first', records } })
  expect(answer.json).toMatchObject({ data: { submitRecords: { batch: { accepted: 4 } } } })
})
afterAll(() => exchange[Symbol.asyncDispose]())

describe('timeliness over the network', () => {
  it('is for departments that provide or ask', async () => {
    expect(codeOf(await guest.query(server.url, table, days))).toBe('FORBIDDEN')
    expect(codeOf(await guest.query(server.url, singles, { dataset, ...days }))).toBe('FORBIDDEN')
  })

  it('is told of every department to every other', async () => {
    const { timeliness } = dataOf<{ timeliness: object[] }>(await other.query(server.url, table, days))
    const facts = { departmentCode: 'AIC', departmentName: '部门 AIC', dataset }
    expect(timeliness).toMatchObject([
      { ...facts, rule: 'DOUBLE_PUBLICITY', received: 2, onTime: 1, late: 1 },
      { ...facts, rule: 'SAMR_PUBLICATION', received: 3, onTime: 1, late: 2 },
    ])
    expect(codeOf(await other.query(server.url, table, { from: today, to: '2020-01-01' }))).toBe(
      'INPUT_INVALID',
    )
  })

  it('names single late records to their provider alone', async () => {
    expect(codeOf(await other.query(server.url, singles, { dataset, ...days }))).toBe('DATASET_NOT_YOURS')
    const page = async (after: string | null) =>
      dataOf<{ lateSubmissions: { edges: Late[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }>(
        await provider.query(server.url, singles, { dataset, ...days, first: 2, after }),
      ).lateSubmissions
    const first = await page(null)
    expect(first.edges.map(({ node }) => node)).toMatchObject([
      { rule: 'SAMR_PUBLICATION', startsOn: '2015-01-05', dueOn: '2015-02-02', provisional: false },
      { rule: 'DOUBLE_PUBLICITY', startsOn: '2025-09-30', dueOn: '2025-10-16', provisional: false },
    ])
    expect(first.edges[0]?.node.sourceNumber.map(({ field }) => field)).toEqual([
      'CF_CFJGDM',
      'CF_WSH',
      'CF_XDR_MC',
    ])
    expect(first.pageInfo.hasNextPage).toBe(true)
    const rest = await page(first.pageInfo.endCursor)
    expect(rest.edges.map(({ node }) => node)).toMatchObject([
      { rule: 'SAMR_PUBLICATION', startsOn: '2025-09-30', dueOn: '2025-11-04' },
    ])
    expect(rest.pageInfo.hasNextPage).toBe(false)
    const broken = await provider.query(server.url, singles, { dataset, ...days, after: "1'-1-X" })
    expect(codeOf(broken)).toBe('INPUT_INVALID')
  })

  it('is told of each record, the alarm first, with the basis', async () => {
    const answer = await other.query(
      server.url,
      '{ records { edges { node { clocks { rule name startsOn dueOn provisional metOn late legalBasis } } } } }',
    )
    const { records } = dataOf<{ records: { edges: { node: { clocks: object[] } }[] } }>(answer)
    const clocks = records.edges.map(({ node }) => node.clocks)
    expect(clocks).toMatchObject([
      [
        { rule: 'DOUBLE_PUBLICITY', startsOn: today, late: false },
        { rule: 'SAMR_PUBLICATION', startsOn: today, late: false },
      ],
      [],
      [{ rule: 'SAMR_PUBLICATION', startsOn: '2015-01-05', late: true }],
      [
        { rule: 'DOUBLE_PUBLICITY', dueOn: '2025-10-16', late: true },
        { rule: 'SAMR_PUBLICATION', dueOn: '2025-11-04', late: true },
      ],
    ])
  })

  it('rests on rules that everybody can read', async () => {
    const answer = await guest.query(
      server.url,
      '{ clocks { code days unit effectiveFrom effectiveTo legalBasis } }',
    )
    const { clocks } = dataOf<{ clocks: object[] }>(answer)
    expect(clocks).toContainEqual({
      code: 'SAMR_PUBLICATION',
      days: 20,
      unit: 'WORKING_DAY',
      effectiveFrom: '2014-10-01',
      effectiveTo: '2021-08-31',
      legalBasis: expect.any(Array),
    })
  })
})
