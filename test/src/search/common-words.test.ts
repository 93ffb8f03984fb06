import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { limits } from '../../../src/limits.ts'
import type { TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { qualityRow } from '../../support/quality-rows.ts'

/**
 * A word that many names have is searched in another way than a rare one. Which way is taken depends on statistics that
 * change at any time, so both have to give the same answers in the same order.
 */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let pboc: TestDepartment

const count = 1_600
const [heavens, middles] = [[...'天金银玉瑞祥福康华安'], [...'中盛隆兴泰和源顺达昌']]
const nameOf = (n: number) => {
  const trade = `${heavens[n % 10]}${middles[Math.floor(n / 10) % 10]}`
  const industry = ['商贸', '食品', '天中商贸', '商贸物流'][Math.floor(n / 100) % 4]
  return n === 7 ? '商贸有限公司' : `汝宁市${trade}${n}${industry}有限公司`
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  await importFoundingCatalogue(exchange)
  const answer = await qts.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { ... on SubmitRecordsSuccess { batch { accepted } } } }`,
    {
      input: {
        dataset: 'QTS_DISHONEST',
        batchId: 'many',
        records: Array.from({ length: count }, (_, n) => qualityRow(n, { name: nameOf(n) })),
      },
    },
  )
  expect(answer.json).toEqual({ data: { submitRecords: { batch: { accepted: count } } } })
})
afterAll(() => exchange[Symbol.asyncDispose]())

type Found = {
  edges: { node: { name: string; reasons: string[] } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  matches: { atLeast: number; exact: boolean }
}

async function page(replica: RunningServer, by: TestDepartment, variables: object): Promise<Found> {
  const { json } = await by.query(
    replica.url,
    `query ($query: String!, $first: Int, $after: String) { searchSubjects(query: $query, first: $first, after: $after) {
       edges { node { name reasons } } pageInfo { hasNextPage endCursor } matches { atLeast exact } } }`,
    variables,
  )
  return (json as { data: { searchSubjects: Found } }).data.searchSubjects
}

async function pages(replica: RunningServer, query: string, first: number, most: number, by = qts) {
  const nodes: Found['edges'][number]['node'][] = []
  let after: string | null = null
  for (let turn = 0; turn < most; turn += 1) {
    const { edges, pageInfo } = await page(replica, by, { query, first, after })
    nodes.push(...edges.map(({ node }) => node))
    if (!pageInfo.hasNextPage) break
    after = pageInfo.endCursor
  }
  return nodes
}

const questions = [
  '商贸',
  '天中',
  '有限公司',
  '商贸 有限',
  'shangmao',
  'sm',
  'tz',
  'tian',
  'an',
  'tzs',
  '汝宁市',
  'shangm 天',
  '物流 食品',
]

describe('a common word', () => {
  it('gives the same answers in the same order as a rare one', async () => {
    const { pool } = exchange.database
    const rare = new Map<string, unknown>()
    for (const query of questions) rare.set(query, await pages(server, query, 10, 6))
    await pool.query('ANALYZE searchable_name')
    const analysed = await exchange.replica()
    for (const query of questions) {
      const common = await pages(analysed, query, 10, 6)
      expect(common, query).toEqual(rare.get(query))
    }
    const [first] = await pages(analysed, '商贸', 10, 1)
    expect(first).toEqual({ name: '商贸有限公司', reasons: ['SAME_CORE'] })
  })

  it('is turned over to the end, each subject once', async () => {
    const nodes = await pages(server, '商贸', 500, 10)
    const names = Array.from({ length: count }, (_, n) => nameOf(n)).filter((name) => name.includes('商贸'))
    expect(nodes.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })

  it('is counted as far as it is worth it', async () => {
    const replica = await exchange.replica()
    expect((await page(replica, qts, { query: '有限公司', first: 1 })).matches).toEqual({
      atLeast: limits.searchCounted,
      exact: false,
    })
    expect((await page(server, qts, { query: '天中1', first: 1 })).matches.exact).toBe(true)
  })

  it('ends where nothing of it may be seen', async () => {
    await exchange.database.pool.query("UPDATE record SET status = 'WITHDRAWN'")
    const replica = await exchange.replica()
    expect(await pages(replica, '商贸', 10, 5, pboc)).toEqual([])
  })
})
