import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { vaultOf } from '../../../src/kernel/key-file.ts'
import { resolveSubjects } from '../../../src/subjects/subject-store.ts'
import { codeOf, newJti, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'

/** Officers find enterprises by what they remember of a name; nobody finds a person by it. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let pboc: TestDepartment
let aic: TestDepartment
let batch = 0

const enterprises: [n: number, name: string][] = [
  [1, '汝宁市天中食品有限公司'],
  [2, '汝宁市金天中商贸有限公司'],
  [3, '天中食品（汝宁）有限责任公司'],
  [4, '汝宁市天中小磨香油坊'],
  [5, '汝宁市翰林斋商贸有限公司'],
  [6, '汝宁市蓝鲸ABC商贸有限公司'],
  [7, '汝宁市天中商贸有限公司西河分公司'],
  [8, '汝宁市重阳酒业有限公司'],
]

async function submit(rows: object[], dataset = 'QTS_DISHONEST', by = qts): Promise<void> {
  batch += 1
  const answer = await by.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
       ... on SubmitRecordsSuccess { batch { accepted problems { field code message } } } ... on Refusal { code message } } }`,
    { input: { dataset, batchId: `batch ${batch}`, records: rows } },
  )
  expect(answer.json).toEqual({
    data: { submitRecords: { batch: { accepted: rows.length, problems: [] } } },
  })
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  aic = await exchange.department(server, 'AIC', { kind: foundingKinds.AIC })
  await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  await importFoundingCatalogue(exchange)
  await submit(enterprises.map(([n, name]) => qualityRow(n, { name })))
  // The enterprise took another name since.
  await submit([qualityRow(8, { name: '汝宁市九九老窖有限公司', decisionNo: '汝质监失信〔2026〕108号' })])
})
afterAll(() => exchange[Symbol.asyncDispose]())

type Hit = {
  name: string
  subject: { uscc: string | null }
  reasons: string[]
  highlights: { start: number; end: number }[]
  score: number | null
}
type Found = {
  edges: { cursor: string; node: Hit }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  matches: { atLeast: number; exact: boolean }
}

const document = `query ($query: String!, $filter: SubjectSearchFilter, $first: Int, $after: String, $purpose: String) {
  searchSubjects(query: $query, filter: $filter, first: $first, after: $after, purpose: $purpose) {
    edges { cursor node { name subject { uscc } reasons highlights { start end } score } }
    pageInfo { hasNextPage endCursor } matches { atLeast exact } } }`

async function ask(query: string, more: object = {}, by = qts) {
  return by.query(server.url, document, { query, ...more })
}
async function search(query: string, more: object = {}, by = qts): Promise<Found> {
  const { json } = await ask(query, more, by)
  return (json as { data: { searchSubjects: Found } }).data.searchSubjects
}
/** Names with what was asked for between 【】. */
async function found(query: string, more: object = {}, by = qts): Promise<string[]> {
  const { edges } = await search(query, more, by)
  return edges.map(({ node: { name, highlights } }) =>
    highlights
      .toReversed()
      .reduce(
        (text, { start, end }) => `${text.slice(0, start)}【${text.slice(start, end)}】${text.slice(end)}`,
        name,
      ),
  )
}

describe('searchSubjects', () => {
  it('finds two characters wherever they stand: an equal core first, then what begins so', async () => {
    const { edges, matches } = await search('天中食品')
    expect(edges.map(({ node }) => node)).toEqual([
      {
        name: '汝宁市天中食品有限公司',
        subject: { uscc: inventedUscc(1) },
        reasons: ['SAME_CORE'],
        highlights: [{ start: 3, end: 7 }],
        score: null,
      },
      {
        name: '天中食品（汝宁）有限责任公司',
        subject: { uscc: inventedUscc(3) },
        reasons: ['SAME_CORE'],
        highlights: [{ start: 0, end: 4 }],
        score: null,
      },
    ])
    expect(matches).toEqual({ atLeast: 2, exact: true })
    const names = await found('天中')
    expect(names.slice(0, 4).toSorted()).toEqual(
      [
        '【天中】食品（汝宁）有限责任公司',
        '汝宁市【天中】食品有限公司',
        '汝宁市【天中】小磨香油坊',
        '汝宁市【天中】商贸有限公司西河分公司',
      ].toSorted(),
    )
    expect(names.slice(4)).toEqual(['汝宁市金【天中】商贸有限公司'])
  })

  const questions: [what: string, query: string, names: string[]][] = [
    ['characters in the middle', '林斋', ['汝宁市翰【林斋】商贸有限公司']],
    ['traditional characters', '翰林齋商貿', ['汝宁市【翰林斋商贸】有限公司']],
    ['full pinyin', 'hanlinzhai', ['汝宁市【翰林斋】商贸有限公司']],
    ['pinyin with blanks', 'han lin zhai', ['汝宁市【翰林斋】商贸有限公司']],
    ['pinyin that is not finished', 'hanlinzh', ['汝宁市【翰林斋】商贸有限公司']],
    ['initials', 'hlzsm', ['汝宁市【翰林斋商贸】有限公司']],
    ['two initials of the core', 'hl', ['汝宁市【翰林】斋商贸有限公司']],
    ['characters and pinyin', '翰lin斋', ['汝宁市【翰林斋】商贸有限公司']],
    ['a character and an initial', '翰l', ['汝宁市【翰林】斋商贸有限公司']],
    ['syllables and initials', 'hanlz', ['汝宁市【翰林斋】商贸有限公司']],
    ['one syllable', 'zhai', ['汝宁市翰林【斋】商贸有限公司']],
    ['Latin letters as they are', 'abc', ['汝宁市蓝鲸【ABC】商贸有限公司']],
    ['Latin letters amid initials', 'ljabc', ['汝宁市【蓝鲸ABC】商贸有限公司']],
    ['parts that must all be there', '商贸 翰林', ['汝宁市【翰林】斋【商贸】有限公司']],
    ['characters written apart', '翰 林', ['汝宁市【翰林】斋商贸有限公司']],
    ['a form that is levelled', '食品(汝宁)有限责任', ['天中【食品（汝宁）有限】责任公司']],
    ['a former name', '重阳酒', ['汝宁市【重阳酒】业有限公司']],
    ['a former name by its reading', 'chongyang', ['汝宁市【重阳】酒业有限公司']],
    ['a branch', '西河分', ['汝宁市天中商贸有限公司【西河分】公司']],
    ['nothing', '峨眉山', []],
    ['what a pattern would mean', '天%中', []],
    ['what a regular expression would mean', '天.*z', []],
  ]
  it.each(questions)('finds %s: %s', async (_what, query, names) => {
    expect(await found(query)).toEqual(names)
  })

  it('tells that a name was borne before, and names the subject as it is now', async () => {
    const { data } = (
      await qts.query(
        server.url,
        '{ searchSubjects(query: "重阳酒业") { edges { node { name reasons subject { name } structure { region tradeName industry organisationalForm branch } } } } }',
      )
    ).json as { data: unknown }
    expect(data).toEqual({
      searchSubjects: {
        edges: [
          {
            node: {
              name: '汝宁市重阳酒业有限公司',
              reasons: ['SAME_CORE', 'FORMER_NAME'],
              subject: { name: '汝宁市九九老窖有限公司' },
              structure: {
                region: '汝宁市',
                tradeName: '重阳',
                industry: '酒业',
                organisationalForm: '有限公司',
                branch: null,
              },
            },
          },
        ],
      },
    })
  })

  it('finds a subject once, however many of its names answer', async () => {
    expect((await search(inventedUscc(8).slice(0, 15))).edges.length).toBe(8)
    const names = await found('汝宁市', { first: 50 })
    expect(names.length).toBe(8 - 1)
    expect(names.filter((name) => /重阳|九九/.test(name))).toEqual(['【汝宁市】九九老窖有限公司'])
  })

  it('finds numbers by their beginning, of organisations alone', async () => {
    const { edges } = await search('914198')
    expect(edges.map(({ node }) => [node.subject.uscc, node.reasons])).toEqual(
      enterprises
        .map(([n]) => inventedUscc(n))
        .toSorted()
        .map((uscc) => [uscc, ['NUMBER_BEGINS']]),
    )
    const [whole] = (await search(inventedUscc(5))).edges
    expect([whole?.node.name, whole?.node.reasons]).toEqual(['汝宁市翰林斋商贸有限公司', ['SAME_NUMBER']])
    const first = await search('914198', { first: 3 })
    const next = await search('914198', { first: 50, after: first.pageInfo.endCursor })
    expect([...first.edges, ...next.edges].map(({ node }) => node.subject.uscc)).toEqual(
      edges.map(({ node }) => node.subject.uscc),
    )
  })

  it('shows what is close where nothing holds what was typed', async () => {
    const { edges, matches } = await search('汝宁市翰琳斋商贸有限公司')
    expect(edges.map(({ node: { name, highlights } }) => ({ name, highlights }))).toEqual([
      { name: '汝宁市翰林斋商贸有限公司', highlights: [] },
    ])
    expect(edges[0]?.node.reasons).toContain('PINYIN_EQUAL')
    expect(edges[0]?.node.score).toBeGreaterThan(0.5)
    expect(matches).toEqual({ atLeast: 0, exact: true })
  })

  it('turns pages of any size without leaving out or repeating', async () => {
    const all = (await search('汝宁', { first: 50 })).edges.map(({ node }) => node.subject.uscc)
    expect(new Set(all).size).toBe(8)
    for (const first of [1, 3]) {
      const turned: (string | null)[] = []
      let after: string | null = null
      for (let page = 0; page < 10; page += 1) {
        const { edges, pageInfo }: Found = await search('汝宁', { first, after })
        turned.push(...edges.map(({ node }) => node.subject.uscc))
        if (!pageInfo.hasNextPage) break
        after = pageInfo.endCursor
      }
      expect(turned).toEqual(all)
    }
  })

  it('filters by division, list and what is in force', async () => {
    expect(await found('翰林', { filter: { division: '419800' } })).toHaveLength(1)
    expect(await found('翰林', { filter: { division: '410000' } })).toHaveLength(1)
    expect(await found('翰林', { filter: { division: '411700' } })).toEqual([])
    expect(await found('翰林', { filter: { inForceOnly: true } })).toHaveLength(1)
    expect(
      await found('翰林', { filter: { listType: 'QUALITY_DISHONEST', inForceOnly: true } }),
    ).toHaveLength(1)
    expect(await found('翰林', { filter: { listType: 'TRUSTWORTHY' } })).toEqual([])
    // What is only close may be anywhere.
    expect(await found('翰琳斋商贸', { filter: { division: '411700' } })).toEqual([])
  })

  it('tells nobody of a subject that it may not know of', async () => {
    await exchange.database.pool.query(
      `UPDATE record SET status = 'WITHDRAWN' WHERE subject_id = (SELECT id FROM subject WHERE uscc = $1)`,
      [inventedUscc(5)],
    )
    expect(await found('翰林斋')).toHaveLength(1)
    for (const query of ['翰林斋', '翰琳斋商贸', inventedUscc(5), 'hanlinzhai'])
      expect(await found(query, {}, pboc)).toEqual([])
    await exchange.database.pool.query(
      `UPDATE record SET status = 'ACTIVE' WHERE subject_id = (SELECT id FROM subject WHERE uscc = $1)`,
      [inventedUscc(5)],
    )
    expect(await found('翰林斋', {}, pboc)).toHaveLength(1)
  })

  it('finds no person by name', async () => {
    const { pool } = exchange.database
    const person = {
      kind: 'PERSON',
      scheme: 'RESIDENT_ID',
      number: '419802199001010018',
      name: '钱样例',
    } as const
    await resolveSubjects(pool, vaultOf(exchange.keyFile), [person], { nameIsRegistered: false })
    const { rows } = await pool.query(
      "SELECT n.name FROM subject_name n JOIN subject s ON s.id = n.subject_id WHERE s.kind = 'PERSON'",
    )
    expect(rows).toEqual([{ name: '钱样例' }])
    const searchable = await pool.query(
      "SELECT n.* FROM searchable_name n JOIN subject s ON s.id = n.subject_id WHERE s.kind = 'PERSON'",
    )
    expect(searchable.rows).toEqual([])
    for (const query of ['钱样例', '样例', 'qianyangli', 'qyl']) expect(await found(query)).toEqual([])
  })

  const refused: [what: string, query: string, more: object, code: string][] = [
    ['one character', '天', {}, 'SEARCH_TOO_SHORT'],
    ['one initial', 't', {}, 'SEARCH_TOO_SHORT'],
    ['nothing', '  ', {}, 'SEARCH_TOO_SHORT'],
    ['more than a name is long', '天'.repeat(101), {}, 'INPUT_INVALID'],
    ['too many parts', '天中 食品 有限 公司 汝宁 翰林', {}, 'INPUT_INVALID'],
    ['a cursor of elsewhere', '天中', { after: '7' }, 'INPUT_INVALID'],
    ['no page', '天中', { first: 0 }, 'INPUT_INVALID'],
    ['a page too large', '天中', { first: 501 }, 'INPUT_INVALID'],
    ['half a division', '天中', { filter: { division: '4198' } }, 'INPUT_INVALID'],
    ['a number as purpose', '天中', { purpose: '查 419802199001010018' }, 'INPUT_INVALID'],
  ]
  it.each(refused)('refuses %s', async (_what, query, more, code) => {
    expect(codeOf(await ask(query, more))).toBe(code)
  })

  it('is refused to a department that may not enquire', async () => {
    const provider = await exchange.department(server, 'ONLY', { roles: ['PROVIDER'] })
    expect(codeOf(await ask('天中', {}, provider))).toBe('FORBIDDEN')
  })

  it('is logged with its purpose, and never with a number of a person', async () => {
    await search('419802199001010018', { purpose: '业务办理' })
    const [row] = (await exchange.logRows()).slice(-1)
    expect(row?.leaf).toMatchObject({ purpose: '业务办理' })
    expect(JSON.stringify(row)).not.toContain('419802199001010018')
  })
})

describe('subjects that were judged the same', () => {
  const [one, other] = [21, 22].map(inventedUscc)
  const names = ['汝宁市云栖茶业有限公司', '汝宁市云栖茶行'] as const

  async function change(
    by: TestDepartment,
    field: string,
    selection: string,
    input: object,
  ): Promise<unknown> {
    const type = field.charAt(0).toUpperCase() + field.slice(1)
    const { json } = await by.query(
      server.url,
      `mutation ($i: ${type}Input!) { ${field}(input: $i) { ... on ${type}Success { ${selection} } ... on Refusal { code } } }`,
      { i: { actionId: newJti(), reason: '营业执照换发后代码不同', ...input } },
    )
    return (json as { data: Record<string, unknown> }).data[field]
  }

  beforeAll(async () => {
    await submit([qualityRow(21, { name: names[0] }), qualityRow(22, { name: names[1] })])
    expect(await found('云栖')).toHaveLength(2)
    const proposed = await change(aic, 'proposeIdentity', 'proposal { id }', {
      one: { identifier: one },
      other: { identifier: other },
    })
    const { id } = (proposed as { proposal: { id: string } }).proposal
    const judged = await change(aic, 'judgeIdentity', 'proposal { verdict }', {
      proposalId: id,
      verdict: 'SAME',
      ground: 'NUMBER_REPLACED',
      documentNo: '汝市监换〔2026〕1号',
    })
    expect(judged).toEqual({ proposal: { verdict: 'SAME' } })
  })

  it('are found once, by whichever of their names or numbers', async () => {
    for (const query of ['云栖', 'yunqi', 'yq', '云栖茶']) {
      const { edges, matches, pageInfo } = await search(query, { first: 1 })
      expect({ query, found: edges.length, more: pageInfo.hasNextPage, matches }).toEqual({
        query,
        found: 1,
        more: false,
        matches: { atLeast: 1, exact: true },
      })
    }
    const shown = await Promise.all(names.map((name) => search(name)))
    expect(shown.map(({ edges }) => edges.map(({ node }) => node.name))).toEqual(names.map((name) => [name]))
    const codes = new Set(shown.flatMap(({ edges }) => edges.map(({ node }) => node.subject.uscc)))
    expect(codes.size).toBe(1)
    const numbers = (await search(String(one).slice(0, 8), { first: 50 })).edges
    expect(numbers.filter(({ node }) => codes.has(node.subject.uscc))).toHaveLength(1)
    for (const code of [one, other]) expect((await search(String(code))).edges).toHaveLength(1)
  })

  it('are found by the name that the asker may know of', async () => {
    const { pool } = exchange.database
    const withdraw = (code: string | undefined, status: string) =>
      pool.query(
        'UPDATE record SET status = $2 WHERE subject_id = (SELECT id FROM subject WHERE uscc = $1)',
        [code, status],
      )
    for (const [code, name] of [
      [one, names[1]],
      [other, names[0]],
    ]) {
      await withdraw(code, 'WITHDRAWN')
      expect(await found('云栖', {}, pboc)).toEqual([name?.replace('云栖', '【云栖】')])
      await withdraw(code, 'ACTIVE')
    }
  })
})
