import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { codeOf, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'

/** Who is screened by name is proposed, with how close and why; the number alone ties (河南省社会信用条例第十六条). */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let pboc: TestDepartment

const enterprises: [n: number, name: string][] = [
  [1, '汝宁市天中食品有限公司'],
  [2, '青禾县天中食品有限公司'],
  [3, '汝宁市天中食品有限公司柳溪分公司'],
  [4, '汝宁市翰林斋商贸有限公司'],
  [5, '汝宁市重阳酒业有限公司'],
]

async function submit(batchId: string, records: object[]) {
  const answer = await qts.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { ... on SubmitRecordsSuccess { batch { accepted } } } }`,
    { input: { dataset: 'QTS_DISHONEST', batchId, records } },
  )
  expect(answer.json).toEqual({ data: { submitRecords: { batch: { accepted: records.length } } } })
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  await importFoundingCatalogue(exchange)
  await submit(
    'first',
    enterprises.map(([n, name]) => qualityRow(n, { name })),
  )
  await submit('renamed', [
    qualityRow(5, { name: '汝宁市九九老窖有限公司', decisionNo: '汝质监失信〔2026〕105号' }),
  ])
})
afterAll(() => exchange[Symbol.asyncDispose]())

type Asked = { name?: string; identifier?: string; nameThreshold?: number }
type Result = {
  outcome: string
  subject: { uscc: string } | null
  listings: { id: string }[]
  candidates: {
    uscc: string
    name: string
    score: number | null
    closestName: string | null
    reasons: string[]
    structure: object | null
  }[]
  warnings: { code: string }[]
}

const document = `query ($input: ScreenInput!) { screen(input: $input) { dataVersion results { outcome subject { uscc } listings { id }
  candidates { uscc name score closestName reasons structure { region division tradeName industry organisationalForm branch pinyin } }
  warnings { code } } } }`

async function screen(subjects: Asked[], moment: object = {}, by = qts) {
  const { json } = await by.query(server.url, document, { input: { purpose: '复核', subjects, ...moment } })
  return (json as { data: { screen: { dataVersion: number; results: Result[] } } }).data.screen
}
async function screenOne(asked: Asked): Promise<Result> {
  const [result] = (await screen([asked])).results
  if (!result) throw new TypeError('expected one result')
  return result
}

describe('screening by name', () => {
  it('proposes with score, reasons and structure, and never lists by name alone', async () => {
    const { score, ...told } = (await screenOne({ name: '汝寧市天中食品有限責任公司' })).candidates[0] ?? {}
    expect(score).toBe(1)
    expect(told).toEqual({
      uscc: inventedUscc(1),
      name: '汝宁市天中食品有限公司',
      closestName: '汝宁市天中食品有限公司',
      reasons: ['SAME_NAME'],
      structure: {
        region: '汝宁市',
        division: '419800',
        tradeName: '天中',
        industry: '食品',
        organisationalForm: '有限公司',
        branch: null,
        pinyin: 'tian zhong shi pin',
      },
    })
    expect(await screenOne({ name: '汝宁市天中食品有限公司' })).toMatchObject({
      outcome: 'AMBIGUOUS',
      subject: null,
      listings: [],
    })
  })

  it('tells the same core elsewhere, and a branch, from the same enterprise', async () => {
    const { candidates } = await screenOne({ name: '汝宁市天中食品有限公司' })
    expect(candidates.map(({ uscc }) => uscc)).toEqual([1, 2, 3].map(inventedUscc))
    const [same, elsewhere, branch] = candidates
    expect(same?.reasons).toEqual(['SAME_NAME'])
    expect(branch?.reasons).toEqual(expect.arrayContaining(['SAME_CORE', 'PARENT_OF']))
    expect(elsewhere?.reasons).toEqual(expect.arrayContaining(['SAME_CORE', 'REGION_WITHIN']))
    const scores = candidates.map(({ score }) => score ?? 0)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(scores.slice(1).every((score) => score < 0.9)).toBe(true)
  })

  const distorted: [what: string, name: string, reason: string][] = [
    ['a homophone', '汝宁市翰琳斋商贸有限公司', 'PINYIN_EQUAL'],
    ['one character missing', '汝宁市翰林商贸有限公司', 'ONE_CHARACTER_APART'],
    ['one character too many', '汝宁市翰林斋轩商贸有限公司', 'ONE_CHARACTER_APART'],
    ['two swapped', '汝宁市翰斋林商贸有限公司', 'TWO_SWAPPED'],
    ['no region', '翰林斋商贸有限公司', 'REGION_ABSENT'],
  ]
  it.each(distorted)('finds the name with %s', async (_what, name, reason) => {
    const { outcome, candidates } = await screenOne({ name })
    expect(outcome).toBe('AMBIGUOUS')
    expect(candidates.map(({ uscc }) => uscc)).toEqual([inventedUscc(4)])
    expect(candidates[0]?.reasons).toContain(reason)
  })

  it('finds a former name and says so', async () => {
    const { candidates } = await screenOne({ name: '汝宁市重阳酒业有限公司' })
    expect(candidates).toMatchObject([
      {
        uscc: inventedUscc(5),
        name: '汝宁市九九老窖有限公司',
        closestName: '汝宁市重阳酒业有限公司',
        reasons: ['SAME_NAME', 'FORMER_NAME'],
      },
    ])
  })

  it('shows what is as close as each asker wants', async () => {
    const name = '汝宁市翰琳斋商贸有限公司'
    const { results } = await screen([{ name }, { name, nameThreshold: 0.9 }, { name, nameThreshold: 0.2 }])
    expect(results.map(({ outcome, candidates }) => [outcome, candidates.length > 0])).toEqual([
      ['AMBIGUOUS', true],
      ['UNKNOWN', false],
      ['AMBIGUOUS', true],
    ])
    for (const nameThreshold of [-0.1, 1.1]) {
      const input = { purpose: '复核', subjects: [{ name, nameThreshold }] }
      expect(codeOf(await qts.query(server.url, document, { input }))).toBe('INPUT_INVALID')
    }
  })

  it('leaves the number to decide, and only proposes where it tells of nobody', async () => {
    const { results } = await screen([
      { identifier: inventedUscc(1), name: '汝宁市翰琳斋商贸有限公司' },
      { identifier: inventedUscc(99), name: '汝宁市翰琳斋商贸有限公司' },
      { identifier: inventedUscc(99), name: '汝宁市翰林斋商贸有限公司' },
      { name: '峨眉山云雾茶场' },
    ])
    expect(
      results.map(({ outcome, candidates, warnings }) => ({
        outcome,
        candidates: candidates.map(({ uscc }) => uscc),
        warnings: warnings.map(({ code }) => code),
      })),
    ).toEqual([
      { outcome: 'LISTED', candidates: [], warnings: ['NAME_DIFFERS'] },
      { outcome: 'UNKNOWN', candidates: [inventedUscc(4)], warnings: [] },
      { outcome: 'UNKNOWN', candidates: [inventedUscc(4)], warnings: ['NAME_UNDER_OTHER_IDENTIFIER'] },
      { outcome: 'UNKNOWN', candidates: [], warnings: [] },
    ])
  })

  it('takes a thousand names in one request, each with its own candidates', async () => {
    const asked = Array.from({ length: 1_000 }, (_, i) =>
      i % 2 === 0 ? { name: '汝宁市翰琳斋商贸有限公司' } : { name: `峨眉山${i}云雾茶场` },
    )
    const { results } = await screen(asked)
    expect(results.map(({ candidates }) => candidates.length)).toEqual(
      asked.map((_, i) => (i % 2 === 0 ? 1 : 0)),
    )
  })

  it('proposes nobody that the asker may not know of, then as now', async () => {
    const asked = [{ name: '汝宁市翰琳斋商贸有限公司' }]
    const { dataVersion } = await screen(asked, {}, pboc)
    const answer = await qts.query(
      server.url,
      'mutation ($i: WithdrawRecordInput!) { withdrawRecord(input: $i) { __typename ... on Refusal { code message } } }',
      {
        i: {
          changeId: 'withdrawn',
          dataset: 'QTS_DISHONEST',
          sourceKey: { decisionNo: qualityRow(4).decisionNo, uscc: inventedUscc(4) },
          documentNo: '汝质监撤〔2026〕4号',
          reason: '行政复议撤销',
          decidedOn: '2026-05-06',
        },
      },
    )
    expect(answer.json).toEqual({ data: { withdrawRecord: { __typename: 'WithdrawRecordSuccess' } } })
    const outcomes = async (moment: object, by: TestDepartment) =>
      (await screen(asked, moment, by)).results.map(({ outcome, candidates }) => [outcome, candidates.length])
    expect(await outcomes({}, pboc)).toEqual([['UNKNOWN', 0]])
    expect(await outcomes({ knownAtVersion: dataVersion }, pboc)).toEqual([['AMBIGUOUS', 1]])
    expect(await outcomes({ knownAtVersion: 0 }, pboc)).toEqual([['UNKNOWN', 0]])
    expect(await outcomes({}, qts)).toEqual([['AMBIGUOUS', 1]])
  })
})
