import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { codeOf, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'

/** At the counter: who decides on a bid, a licence or a subsidy asks, and is told what binds in that matter alone. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment
let tax: TestDepartment
const today = legalDay(new Date())

const company = (n: number) => ({
  name: `汝宁市虚构${n}号建设有限公司`,
  uscc: inventedUscc(n),
  legalRepresentative: '孙演示',
  listedOn: addCalendarDays(today, -100),
})
const penalised = (n: number, grade: string) => ({
  ...company(n),
  reason: '串通投标。',
  decisionNo: `汝信惩〔2026〕${n}号`,
  authority: '汝宁市发展和改革委员会',
  noticedOn: addCalendarDays(today, -130),
  endsOn: addCalendarDays(today, 900),
  subjectKind: '法人及非法人组织',
  field: '工程建设',
  grade,
})
const trustworthy = (n: number) => ({
  ...company(n),
  reason: '连续三年监督抽查合格。',
  decisionNo: `汝质监守信〔2026〕${n}号`,
  authority: '汝宁市质量技术监督局',
  endsOn: addCalendarDays(today, 600),
  product: '灯具',
  qualityGrade: 'A',
  publicisedOn: addCalendarDays(today, -130),
})
const abnormal = (n: number) => ({
  ...company(n),
  reason: '未公示年度报告。',
  decisionNo: `汝工商异字〔2026〕${n}号`,
  authority: '汝宁市工商行政管理局',
  ground: '未按期公示年度报告',
})
const [serious, ordinary, dishonest, praised, attended] = [11, 12, 13, 14, 15]

async function submit(
  by: TestDepartment,
  dataset: string,
  records: unknown[],
  batchId = 'first',
): Promise<void> {
  const answer = await by.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
       ... on SubmitRecordsSuccess { batch { accepted problems { field code message } } } ... on Refusal { code message } } }`,
    { input: { dataset, batchId: `${dataset}-${batchId}`, records } },
  )
  expect(answer.json).toEqual({
    data: { submitRecords: { batch: { accepted: records.length, problems: [] } } },
  })
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  const aic = await exchange.department(server, 'AIC', { kind: foundingKinds.AIC })
  tax = await exchange.department(server, 'TAX', { kind: 'TAX', roles: ['ENQUIRER'] })
  await importFoundingCatalogue(exchange)
  await submit(qts, 'QTS_DISHONEST', [qualityRow(dishonest)])
  await submit(ndrc, 'NDRC_JOINT_PUNISHMENT', [penalised(serious, '严重'), penalised(ordinary, '一般')])
  await submit(qts, 'QTS_TRUSTWORTHY', [trustworthy(praised)])
  await submit(aic, 'AIC_ABNORMAL_OPERATIONS', [abnormal(attended)])
})
afterAll(() => exchange[Symbol.asyncDispose]())

/** As a provider that has become cautious: its next version discloses the number to those authorised. */
async function hideDecisionNumbers(dataset: string): Promise<void> {
  await exchange.database.pool.query(
    `INSERT INTO dataset_version (dataset_id, version, definition)
     SELECT dataset_id, version + 1, jsonb_set(definition, '{fields}',
              (SELECT jsonb_agg(CASE WHEN f ->> 'name' = 'decisionNo' THEN f || '{"disclosure":"AUTHORISED"}' ELSE f END)
                 FROM jsonb_array_elements(definition -> 'fields') f))
       FROM dataset_version v JOIN dataset s ON s.id = v.dataset_id
      WHERE s.code = $1 ORDER BY version DESC LIMIT 1`,
    [dataset],
  )
}

type Bound = {
  code: string
  class: string
  reducesRights: boolean
  decisionText: string
  listings: { id: string }[]
}
type Result = { ref: string | null; outcome: string; measures: Bound[] }
const results = async (by: TestDepartment, subjects: object[], more: object = {}): Promise<Result[]> => {
  const answer = await by.query(
    server.url,
    `query ($input: ScreenInput!) { screen(input: $input) { results {
       ref outcome measures { code class reducesRights decisionText listings { id } } } } }`,
    { input: { purpose: '招标资格审查', subjects, ...more } },
  )
  const { data } = answer.json as { data?: { screen: { results: Result[] } } }
  if (!data) throw new TypeError(answer.body)
  return data.screen.results
}
const measuresOf = async (by: TestDepartment, n: number, more: object = {}): Promise<Bound[]> =>
  (await results(by, [{ identifier: inventedUscc(n) }], more))[0]?.measures ?? []
const codesOf = async (by: TestDepartment, n: number, more: object = {}): Promise<string[]> =>
  (await measuresOf(by, n, more)).map(({ code }) => code)

describe('who asks in a matter', () => {
  it('is told what binds in it and its department, by the grade of the listing', async () => {
    const tendering = { matter: 'TENDERING' }
    const deduction = 'PUBLIC_RESOURCE_CREDIT_DEDUCTION'
    expect(await codesOf(ndrc, serious, tendering)).toEqual([deduction, 'PUBLIC_RESOURCE_TRADING_BAN'])
    expect(await codesOf(ndrc, ordinary, tendering)).toEqual([deduction])
    expect(await codesOf(tax, serious, tendering)).toEqual([])
    expect(await codesOf(tax, serious, { matter: 'SUPERVISION' })).toEqual([
      'CONVENIENCE_LIMIT',
      'KEY_SUPERVISION',
      'TAX_STRICTER_ADMINISTRATION',
    ])
  })

  it('is told everything that binds its department where no matter is named', async () => {
    const all = await codesOf(ndrc, serious)
    const byMatter = await Promise.all(
      ['TENDERING', 'HONOURS', 'PUBLICITY'].map((matter) => codesOf(ndrc, serious, { matter })),
    )
    expect(byMatter.flat().filter((code) => !all.includes(code))).toEqual([])
    expect(all.length).toBeGreaterThan(new Set(byMatter.flat()).size)
  })

  it('gets the words of the decision: whom, by which listing, on what basis', async () => {
    const bound = await measuresOf(ndrc, serious, { matter: 'TENDERING' })
    const [, ban] = bound
    expect(ban?.decisionText).toBe(
      `经查，汝宁市虚构${serious}号建设有限公司被部门 NDRC列入失信联合惩戒对象名单（汝信惩〔2026〕${serious}号）。` +
        '依据河南省社会信用条例第三十四条第一项（依照法律、行政法规的规定实施）以及〔填写据以作出限制的法律、行政法规具体条款〕，限制其参加本次公共资源交易。',
    )
    expect(ban?.listings).toHaveLength(1)
  })

  it('gets no number of a decision that is not disclosed to it', async () => {
    const [measure] = await measuresOf(tax, dishonest, { matter: 'SUPERVISION' })
    const known = await measuresOf(qts, dishonest, { matter: 'SUPERVISION' })
    expect(known[0]?.decisionText).toContain(`（汝质监失信〔2026〕${dishonest}号）`)
    await hideDecisionNumbers('QTS_DISHONEST')
    const hidden = () => measuresOf(tax, dishonest, { matter: 'SUPERVISION' })
    await expect
      .poll(async () => (await hidden())[0]?.decisionText, { timeout: 3_000 })
      .not.toContain('汝质监失信')
    expect((await hidden())[0]?.decisionText).toContain('被部门 QTS列入质量失信企业名单。')
    expect(measure?.code).toBe('CONVENIENCE_LIMIT')
  })

  it('is told incentives and hints as what they are, and neither reduces rights', async () => {
    const told = async (by: TestDepartment, n: number, matter: string) =>
      (await measuresOf(by, n, { matter })).map(({ code, class: of, reducesRights }) => [
        code,
        of,
        reducesRights,
      ])
    expect(await told(qts, praised, 'LICENCE')).toEqual([['INCENTIVE_GREEN_CHANNEL', '守信激励', false]])
    expect(await told(ndrc, attended, 'TENDERING')).toEqual([['ABNORMAL_OPERATIONS_NOTICE', '提示', false]])
    expect(await told(ndrc, attended, 'LICENCE')).toEqual([])
  })

  it('is told what bound on the day asked about', async () => {
    expect(await codesOf(ndrc, serious, { matter: 'TENDERING', asOf: addCalendarDays(today, -101) })).toEqual(
      [],
    )
    expect(await codesOf(ndrc, serious, { matter: 'TENDERING', asOf: addCalendarDays(today, 901) })).toEqual(
      [],
    )
  })

  it('cannot ask in a matter that is none', async () => {
    const answer = await ndrc.query(
      server.url,
      'query ($input: ScreenInput!) { screen(input: $input) { asOf } }',
      { input: { purpose: '核查', matter: 'MARRIAGE', subjects: [] } },
    )
    expect(codeOf(answer)).not.toBeNull()
  })
})

describe('an opening of bids', () => {
  const bidders = Array.from({ length: 2_000 }, (_, place) => 1_000 + place)
  const isListed = (n: number) => n % 4 === 0

  it('screens two thousand bidders in one request, each with its own answer', async () => {
    const records = bidders.filter(isListed).map((n) => penalised(n, n % 8 === 0 ? '严重' : '一般'))
    await submit(ndrc, 'NDRC_JOINT_PUNISHMENT', records, 'bidders')
    const subjects = bidders.map((n) => ({ ref: String(n), identifier: inventedUscc(n) }))
    const began = performance.now()
    const answered = await results(ndrc, subjects, { matter: 'TENDERING' })
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(answered.map(({ ref, outcome, measures }) => `${ref} ${outcome} ${measures.length}`)).toEqual(
      bidders.map((n) => (isListed(n) ? `${n} LISTED ${n % 8 === 0 ? 2 : 1}` : `${n} UNKNOWN 0`)),
    )
    const strangers = answered.flatMap(({ ref, measures }) =>
      measures.filter(({ decisionText }) => !decisionText.includes(`虚构${ref}号建设有限公司被部门 NDRC`)),
    )
    expect(strangers).toEqual([])
  })

  it('takes five thousand and no more', async () => {
    const subjects = (count: number) =>
      Array.from({ length: count }, (_, place) => ({ identifier: inventedUscc(place) }))
    expect(await results(ndrc, subjects(5_000), { matter: 'TENDERING' })).toHaveLength(5_000)
    const answer = await ndrc.query(
      server.url,
      'query ($input: ScreenInput!) { screen(input: $input) { asOf } }',
      { input: { purpose: '核查', subjects: subjects(5_001) } },
    )
    expect(codeOf(answer)).toBe('TOO_MANY_SUBJECTS')
  })
})

describe('the catalogue of measures', () => {
  it('tells the versions in force on a day, each with all others', async () => {
    const ask = async (asOf: string) => {
      const answer = await ndrc.query(
        server.url,
        `query ($asOf: Day) { measures(asOf: $asOf) {
           code target status matters documentNeeded triggers { listType grades } versions { effectiveFrom effectiveTo } } }`,
        { asOf },
      )
      const { data } = answer.json as { data?: { measures: { code: string }[] } }
      if (!data) throw new TypeError(answer.body)
      return data.measures
    }
    expect((await ask('2014-10-01')).map(({ code }) => code)).toEqual([
      'ABNORMAL_OPERATIONS_NOTICE',
      'MARKET_LIST_PROCUREMENT_LIMIT',
    ])
    const now = await ask(today)
    expect(now.find(({ code }) => code === 'HIGH_CONSUMPTION_BAN')).toEqual({
      code: 'HIGH_CONSUMPTION_BAN',
      target: '失信被执行人；被执行人为单位的，及于法律规定的有关人员',
      status: 'ACTIVE',
      matters: ['CONSUMPTION'],
      documentNeeded: true,
      triggers: [{ listType: 'JUDGMENT_DEFAULTER', grades: null }],
      versions: [{ effectiveFrom: '2020-05-01', effectiveTo: null }],
    })
  })
})
