import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { addMonths, legalDay } from '../../../src/kernel/clock.ts'
import { transaction } from '../../../src/kernel/database.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { publicationOfRecord } from '../../../src/publication/publication-service.ts'
import { type Answer, codeOf, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { importFoundingCatalogue } from '../../support/founding-catalogue.ts'

/** Publication as departments ask for it, by the founding rules and datasets, of days counted from today. */

let exchange: TestExchange
let server: RunningServer
let aic: TestDepartment
let pboc: TestDepartment
let guest: TestDepartment
const today = legalDay(new Date())
const ago = (months: number) => addMonths(today, -months)

const submit = `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
  ... on SubmitRecordsSuccess { batch { accepted rejected problems { field code message } } } ... on Refusal { code message } } }`
const ofRecords = `query ($dataset: String!) { records(dataset: $dataset, includeEnded: true) { edges { node { id status
  publication { grade shown publishedNow reason from earliestRepairOn until legalBasis } } } } }`

const dataOf = <T>(answer: Answer): T => {
  const { data } = answer.json as { data?: T }
  if (!data) throw new TypeError(answer.body)
  return data
}

type Told = {
  id: string
  status: string
  publication: { grade: string; reason: string; publishedNow: boolean; legalBasis: string[] } | null
}
async function recordsOf(asker: TestDepartment, dataset: string): Promise<Told[]> {
  type Page = { records: { edges: { node: Told }[] } }
  return dataOf<Page>(await asker.query(server.url, ofRecords, { dataset })).records.edges.map(
    ({ node }) => node,
  )
}

async function templateOf(dataset: string): Promise<Record<string, string>> {
  const file = new URL(`../../../prisma/demo-city/records/${dataset}.ndjson`, import.meta.url)
  const [line] = (await readFile(file, 'utf8')).split('\n')
  return JSON.parse(line ?? '{}')
}

async function send(provider: TestDepartment, dataset: string, changes: object[]): Promise<void> {
  const {
    CF_GSJZQ: _,
    finalOn: __,
    removedOn: ___,
    removalReason: ____,
    noticedOn: _____,
    ...row
  } = await templateOf(dataset)
  const number = 'CF_WSH' in row ? 'CF_WSH' : 'decisionNo' in row ? 'decisionNo' : null
  const records = changes.map((change, index) => ({
    ...row,
    ...(number ? { [number]: `测〔2026〕${index + 1}号` } : {}),
    ...change,
  }))
  const answer = await provider.query(server.url, submit, { input: { dataset, batchId: dataset, records } })
  expect(answer.json).toMatchObject({ data: { submitRecords: { batch: { accepted: records.length } } } })
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  aic = await exchange.department(server, 'AIC', { kind: 'INDUSTRY_COMMERCE' })
  pboc = await exchange.department(server, 'PBOC', { kind: 'CENTRAL_BANK' })
  guest = await exchange.department(server, 'GUEST', { roles: [] })
  await importFoundingCatalogue(exchange)
  const penalty = { CF_YXQ: '2099-12-31', CF_CFLB: '罚款', CF_NR_WFFF: '' }
  await send(aic, 'AIC_PENALTIES', [
    { ...penalty, CF_JDRQ: today },
    { ...penalty, CF_JDRQ: ago(13) },
    { ...penalty, CF_JDRQ: ago(13), dutiesPerformed: '否' },
    { ...penalty, CF_JDRQ: ago(13), dishonestyGrade: '严重' },
    { ...penalty, CF_JDRQ: today, CF_CFLB: '警告', CF_NR_FK: '' },
    { ...penalty, CF_JDRQ: today, CF_CFLB: '警告', CF_NR_FK: '', dishonestyGrade: '一般' },
  ])
  await send(pboc, 'PBOC_PENALTIES', [{ ...penalty, CF_JDRQ: today }])
  await send(aic, 'AIC_SERIOUS_DISHONESTY', [
    { listedOn: ago(6) },
    { listedOn: ago(37) },
    { listedOn: ago(6), removedOn: today, removalReason: '提前移出' },
  ])
  await send(aic, 'AIC_ABNORMAL_OPERATIONS', [{ listedOn: ago(80) }])
  await send(aic, 'AIC_REGISTRATION', [{}])
})
afterAll(() => exchange[Symbol.asyncDispose]())

describe('publication over the network', () => {
  it('is told of each penalty, by its kinds, its grade and whether it was corrected', async () => {
    const told = await recordsOf(aic, 'AIC_PENALTIES')
    expect(told.map(({ publication }) => publication)).toMatchObject([
      {
        grade: 'ORDINARY',
        shown: true,
        publishedNow: true,
        reason: 'PUBLISHED',
        from: today,
        earliestRepairOn: addCalendarDays(addMonths(today, 3), 1),
        until: addMonths(today, 12),
      },
      { grade: 'ORDINARY', publishedNow: false, reason: 'MAXIMUM_REACHED', until: addMonths(ago(13), 12) },
      { grade: 'ORDINARY', publishedNow: true, reason: 'HELD_UNCORRECTED', until: addMonths(ago(13), 60) },
      { grade: 'SERIOUS', publishedNow: true, reason: 'PUBLISHED', until: addMonths(ago(13), 36) },
      { grade: 'MINOR', shown: false, publishedNow: false, reason: 'NOT_SHOWN', until: null },
      { grade: 'ORDINARY', publishedNow: true, reason: 'PUBLISHED' },
    ])
    expect(told[0]?.publication?.legalBasis.join()).toContain('第36号')
  })

  it('never shows what the central bank shares with government alone', async () => {
    expect((await recordsOf(pboc, 'PBOC_PENALTIES')).map(({ publication }) => publication)).toMatchObject([
      { grade: 'ORDINARY', publishedNow: false, reason: 'DATASET_NOT_PUBLIC' },
    ])
  })

  it('of a membership ends with it', async () => {
    expect(
      (await recordsOf(aic, 'AIC_SERIOUS_DISHONESTY')).map(({ publication }) => publication),
    ).toMatchObject([
      { publishedNow: true, reason: 'PUBLISHED', until: addMonths(ago(6), 36) },
      { publishedNow: false, reason: 'EXPIRED', until: addMonths(ago(37), 36) },
      { publishedNow: false, reason: 'REMOVED', until: addCalendarDays(today, -1) },
    ])
    expect(
      (await recordsOf(aic, 'AIC_ABNORMAL_OPERATIONS')).map(({ publication }) => publication),
    ).toMatchObject([{ publishedNow: true, reason: 'HELD_LISTED', until: null }])
  })

  it('is not told where the dataset has none', async () => {
    expect((await recordsOf(aic, 'AIC_REGISTRATION')).map(({ publication }) => publication)).toEqual([null])
  })

  it('is not told to whom what it rests on is not disclosed', async () => {
    const { pool } = exchange.database
    const definition = `jsonb_set(definition, '{fields}', (SELECT jsonb_agg(CASE WHEN f ->> 'name' = 'CF_CFLB'
      THEN jsonb_set(f, '{disclosure}', '"AUTHORISED"') ELSE f END) FROM jsonb_array_elements(definition -> 'fields') f))`
    await pool.query(`INSERT INTO dataset_version (dataset_id, version, definition)
      SELECT dataset_id, version + 1, ${definition} FROM dataset_version v JOIN dataset d ON d.id = v.dataset_id
       WHERE d.code = 'AIC_PENALTIES'`)
    await expect
      .poll(async () => (await recordsOf(pboc, 'AIC_PENALTIES')).map(({ publication }) => publication))
      .toEqual([null, null, null, null, null, null])
    expect((await recordsOf(aic, 'AIC_PENALTIES'))[0]?.publication).toMatchObject({ grade: 'ORDINARY' })
  })

  it('rests on rules that everybody can read', async () => {
    const answer = await guest.query(
      server.url,
      `{ publicationRules { category grade effectiveFrom effectiveTo shown minMonths maxMonths }
         penaltyGrades { kind grade effectiveFrom effectiveTo }
         listTypes { code termMonths earlyExitMonths rules { effectiveFrom effectiveTo termMonths legalBasis } } }`,
    )
    const { publicationRules, penaltyGrades, listTypes } = dataOf<{
      publicationRules: object[]
      penaltyGrades: object[]
      listTypes: { code: string }[]
    }>(answer)
    expect(publicationRules).toContainEqual({
      category: 'DISCLOSURE',
      grade: 'SERIOUS',
      effectiveFrom: '2020-05-01',
      effectiveTo: null,
      shown: true,
      minMonths: null,
      maxMonths: 60,
    })
    expect(penaltyGrades).toContainEqual({
      kind: '吊销',
      grade: 'SERIOUS',
      effectiveFrom: '2026-04-01',
      effectiveTo: null,
    })
    expect(listTypes.find(({ code }) => code === 'MARKET_SERIOUS_DISHONESTY')).toMatchObject({
      termMonths: 36,
      earlyExitMonths: 12,
      rules: [{ effectiveFrom: '2021-09-01', effectiveTo: null, termMonths: 36 }],
    })
    // Its only rule is over, so today none is in force.
    expect(listTypes.find(({ code }) => code === 'MARKET_SERIOUS_DISHONESTY_2014')).toMatchObject({
      termMonths: null,
      rules: [{ termMonths: 60 }],
    })
  })
})

describe('the notice of repair', () => {
  it('goes with each listing', async () => {
    const query =
      '{ listings(listType: "MARKET_SERIOUS_DISHONESTY") { edges { node { listing { repairNotice } } } } }'
    type Page = { listings: { edges: { node: { listing: { repairNotice: string } } }[] } }
    const { listings } = dataOf<Page>(await pboc.query(server.url, query))
    const [notice] = listings.edges.map(({ node }) => node.listing.repairNotice)
    const [year, month, day] = addCalendarDays(addMonths(ago(6), 12), 1)
      .split('-')
      .map(Number)
    expect(notice).toContain(`最早自${year}年${month}月${day}日起`)
    expect(notice).toContain('部门 AIC')
    expect(notice).toContain('第44号')
  })

  it('is for those who ask', async () => {
    const query = '{ listings { edges { node { listing { repairNotice } } } } }'
    expect(codeOf(await guest.query(server.url, query))).toBe('FORBIDDEN')
  })
})

describe('publication inside a transaction', () => {
  const of = (id: number, day: string) =>
    transaction(exchange.database.pool, (client) => publicationOfRecord(client, id, day))

  it('is by what the transaction sees, on the day asked about', async () => {
    const [first] = await recordsOf(aic, 'AIC_PENALTIES')
    const id = Number(first?.id)
    expect(await of(id, addMonths(today, 12))).toMatchObject({ published: true })
    expect(await of(id, addCalendarDays(addMonths(today, 12), 1))).toMatchObject({
      reason: 'MAXIMUM_REACHED',
    })
    const withdrawn = await transaction(exchange.database.pool, async (client) => {
      await client.query(`UPDATE record SET status = 'WITHDRAWN' WHERE id = $1`, [id])
      const seen = await publicationOfRecord(client, id, today)
      await client.query(`UPDATE record SET status = 'ACTIVE' WHERE id = $1`, [id])
      return seen
    })
    expect(withdrawn).toMatchObject({ published: false, reason: 'WITHDRAWN' })
  })

  it('of a suspended membership is masked while the plan runs', async () => {
    const [first] = await recordsOf(aic, 'AIC_SERIOUS_DISHONESTY')
    const until = addCalendarDays(today, 10)
    const seen = await transaction(exchange.database.pool, async (client) => {
      const suspend = 'UPDATE listing SET suspended = $2::datemultirange WHERE record_id = $1'
      await client.query(suspend, [first?.id, `{[${today},${until})}`])
      const days = [today, addCalendarDays(until, -1), until]
      const found = []
      for (const day of days) found.push(await publicationOfRecord(client, Number(first?.id), day))
      await client.query(suspend, [first?.id, '{}'])
      return found.map((publication) => publication?.reason)
    })
    expect(seen).toEqual(['SUSPENDED', 'SUSPENDED', 'PUBLISHED'])
  })

  it('is none of a record that is not there, and of a dataset without one', async () => {
    const [registration] = await recordsOf(aic, 'AIC_REGISTRATION')
    expect(await of(Number(registration?.id), today)).toBeNull()
    expect(await of(999_999_999, today)).toBeNull()
  })
})
