import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ago,
  ask,
  faultOf,
  fillPublicCity,
  type PublicCity,
  personName,
  personNumber,
  publicCity,
  readReply,
  secret,
  today,
} from '../support/public-city.ts'
import { inventedUscc } from '../support/quality-rows.ts'

/** The public surface as anybody meets it: what it tells, what it does not, and how it is asked. */

let city: PublicCity
let url: string

beforeAll(async () => {
  city = await publicCity()
  await fillPublicCity(city)
  url = city.server.url
})
afterAll(() => city[Symbol.asyncDispose]())

const operations = new Map(
  readdirSync(new URL('../../schema/public/operations/', import.meta.url)).map((file) => [
    file.replace('.graphql', ''),
    readFileSync(new URL(`../../schema/public/operations/${file}`, import.meta.url), 'utf8').trim(),
  ]),
)
const operation = (name: string) => operations.get(name) ?? ''
const sha = (text: string) => createHash('sha256').update(text).digest('hex')

type Page<T> = {
  edges: { node: T }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  totalCount: number
}
const dataOf = async (query: string, variables: Record<string, unknown> = {}) => {
  const reply = await ask(url, query, variables)
  if (!reply.json.data) throw new TypeError(reply.text)
  return reply.json.data
}

describe('what is published', () => {
  it('a subject page has every group, each record with its source, days and end of publication', async () => {
    const query = `query ($uscc: String!) { subject(uscc: $uscc) { uscc name updatedOn counts { group records }
      penalties: records(group: PENALTIES) { edges { node { documentNo day source { code name } updatedOn publicationEndsOn
        disputedSince correctedOn } } totalCount }
      listed: records(group: SERIOUS_DISHONESTY) { edges { node { listType name documentNo day endsOn publicationEndsOn
        fields { name value } } } }
      basic { dataset fields { label value } } } }`
    const { subject } = await dataOf(query, { uscc: inventedUscc(1) })
    const source = { code: 'AIC', name: '部门 AIC' }
    const penalty = { source, updatedOn: today, disputedSince: null, correctedOn: null }
    expect(subject).toMatchObject({
      uscc: inventedUscc(1),
      name: '汝宁市虚构1号食品有限公司',
      updatedOn: today,
      counts: [
        { group: 'LICENCES', records: 1 },
        { group: 'PENALTIES', records: 2 },
        { group: 'TRUSTWORTHY', records: 0 },
        { group: 'KEY_ATTENTION', records: 0 },
        { group: 'SERIOUS_DISHONESTY', records: 1 },
      ],
      penalties: {
        edges: [
          { node: { ...penalty, documentNo: '汝工商处罚〔2026〕1号', day: ago(30) } },
          { node: { ...penalty, documentNo: '汝工商处罚〔2026〕101号', day: ago(60) } },
        ],
        totalCount: 2,
      },
      listed: {
        edges: [
          { node: { listType: 'QUALITY_DISHONEST', documentNo: '汝质监失信〔2026〕1号', day: '2026-03-20' } },
        ],
      },
      basic: [{ dataset: 'AIC_REGISTRATION' }],
    })
  })

  it('what is over, not shown, or for departments alone makes no page and no entry', async () => {
    expect(await dataOf(operation('Subject'), { uscc: inventedUscc(4) })).toEqual({ subject: null })
    const two = await dataOf(operation('SubjectRecords'), { uscc: inventedUscc(2), group: 'PENALTIES' })
    const three = await dataOf(operation('SubjectRecords'), { uscc: inventedUscc(3), group: 'PENALTIES' })
    expect([two, three]).toMatchObject([
      { subject: { records: { edges: [], totalCount: 0 } } },
      { subject: { records: { edges: [], totalCount: 0 } } },
    ])
  })

  it('lists, double publicity and cases go page by page, the latest first, to the last row', async () => {
    const all: unknown[] = []
    let after: string | null = null
    do {
      const { listEntries } = await dataOf(operation('ListEntries'), { first: 1, after })
      const page = listEntries as Page<{ listType: string; name: string; day: string }>
      expect(page.totalCount).toBe(3)
      all.push(...page.edges.map(({ node }) => [node.listType, node.name, node.day]))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(all).toEqual([
      ['JOINT_PUNISHMENT', '汝宁市虚构3号食品有限公司', ago(100)],
      ['QUALITY_TRUSTWORTHY', '汝宁市虚构2号食品有限公司', '2026-03-20'],
      ['QUALITY_DISHONEST', '汝宁市虚构1号食品有限公司', '2026-03-20'],
    ])
    const { doublePublicity } = await dataOf(operation('DoublePublicity'), {
      kind: 'LICENCE',
      division: '419800',
    })
    expect(doublePublicity).toMatchObject({
      edges: [{ node: { documentNo: '汝食许〔2026〕1号' } }],
      totalCount: 1,
    })
    const elsewhere = await dataOf(operation('DoublePublicity'), { kind: 'LICENCE', division: '410100' })
    expect(elsewhere).toMatchObject({ doublePublicity: { edges: [], totalCount: 0 } })
  })

  it('a case has its legal contents, without numbers of persons, and its clock', async () => {
    const { cases, caseRules } = await dataOf(operation('Cases'))
    expect(cases).toEqual({
      edges: [
        {
          node: {
            documentNo: '汝工商处罚〔2026〕101号',
            name: '汝宁市虚构1号食品有限公司',
            uscc: inventedUscc(1),
            legalRepresentative: '孙演示',
            violation: '侵犯注册商标专用权',
            facts:
              '经查，当事人（负责人身份证号（号码不公开），电话（号码不公开））销售假冒他人注册商标的商品。',
            penaltyKinds: '罚款',
            basis: '《中华人民共和国广告法》第五十五条第一款',
            penalty: '罚款30000元。',
            fine: '3',
            confiscated: null,
            validUntil: '2099-12-31',
            organ: '汝宁市工商行政管理局',
            decidedOn: ago(60),
            publication: {
              dueOn: expect.stringMatching(/^2026-/),
              publishedOn: today,
              status: 'LATE',
              provisional: false,
            },
            publicationEndsOn: expect.any(String),
            disputedSince: null,
            correctedOn: null,
          },
        },
      ],
      pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
      totalCount: 1,
    })
    expect(caseRules).toMatchObject({
      days: 20,
      unit: 'WORKING_DAY',
      legalBasis: [expect.stringContaining('国发')],
    })
  })

  it('search finds organisations by any part of a published name, or by the code', async () => {
    const find = async (query: string, type = 'ANY') => {
      const { searchSubjects } = await dataOf(operation('Search'), { query, type })
      return (searchSubjects as Page<{ uscc: string }>).edges.map(({ node }) => node.uscc)
    }
    expect(await find('虚构1号')).toEqual([inventedUscc(1)])
    expect(await find('虚构１号食品有限责任公司')).toEqual([inventedUscc(1)])
    expect(await find(inventedUscc(2))).toEqual([inventedUscc(2)])
    expect(await find('虚构', 'LISTED')).toEqual([inventedUscc(1), inventedUscc(3)])
    expect(await find('虚构', 'TRUSTWORTHY')).toEqual([inventedUscc(2)])
    expect(await find(secret)).toEqual([])
    expect(await find(personName)).toEqual([])
  })

  it('the rest of the site: home, lists, measures, departments, statistics, code check', async () => {
    const { home } = await dataOf(operation('Home'))
    expect(home).toMatchObject({
      counters: {
        organisations: 3,
        licences: 1,
        penalties: 2,
        cases: 1,
        listed: [
          { nature: 'SERIOUS_DISHONESTY', entries: 1 },
          { nature: 'TRUSTWORTHY', entries: 1 },
          { nature: 'KEY_ATTENTION', entries: 0 },
          { nature: 'JOINT_PUNISHMENT', entries: 1 },
        ],
      },
      latestPenalties: [{ documentNo: '汝工商处罚〔2026〕1号' }, { documentNo: '汝工商处罚〔2026〕101号' }],
    })
    const { lists } = await dataOf(operation('Lists'))
    expect(lists).toContainEqual(expect.objectContaining({ code: 'QUALITY_DISHONEST', entries: 1 }))
    const { measures } = await dataOf(operation('Measures'))
    expect(measures).toContainEqual(expect.objectContaining({ legalBasis: [expect.any(String)] }))
    const { departments } = await dataOf(operation('Departments'))
    expect(departments).toContainEqual(expect.objectContaining({ code: 'PBOC', datasets: [] }))
    const { statistics } = await dataOf(operation('Statistics'))
    expect(statistics).toMatchObject({
      byDivision: [
        {
          division: '419800',
          name: '汝宁市',
          counts: { licences: 1, penalties: 2, cases: 1, adverse: 2, trustworthy: 1 },
        },
      ],
    })
    expect(JSON.stringify(statistics)).not.toContain('PBOC')
    const check = (code: string) => dataOf(operation('CreditCode'), { code })
    expect(await check('91419802MADEM002XE')).toMatchObject({
      checkCreditCode: {
        status: 'VALID',
        parts: [{ meaning: '市场监督管理（工商）' }, { meaning: '企业' }, {}, {}, {}],
      },
    })
    expect(await check('9141170OMA0TEXT047')).toMatchObject({
      checkCreditCode: { status: 'MALFORMED', suggestion: '91411700MA0TEXT047' },
    })
    expect((await ask(url, operation('CreditCode'), { code: personNumber })).text).not.toContain(personNumber)
  })

  it('no answer to any of the site’s operations holds what is for departments alone', async () => {
    // What applies for something tells nothing but the code of its own case: test/web/remedies.test.ts.
    const reading = [...operations].filter(([, document]) => !document.startsWith('mutation'))
    for (const [name, document] of reading) {
      const variables = {
        ...{ uscc: inventedUscc(1), query: '虚构', group: 'PENALTIES', kind: 'PENALTY' },
        ...{ code: inventedUscc(1), name: personName, certificateEnding: personNumber.slice(-4) },
        reference: '2024-01-01.1',
      }
      const { text, json } = await ask(url, document, variables)
      expect(json.errors, name).toBeUndefined()
      for (const hidden of [secret, personNumber, '13800138000']) expect(text, name).not.toContain(hidden)
      expect(text, name).not.toContain(personName)
    }
  })
})

describe('the transport', () => {
  const departments = operation('Departments')

  it('takes GET and POST, a document or the name of a persisted operation', async () => {
    const manifest: { id: string; name: string; document: string }[] = await (
      await fetch(`${url}/public/operations.json`)
    ).json()
    expect(manifest.map(({ name }) => name)).toEqual([...operations.keys()].sort())
    const { id } = manifest.find(({ name }) => name === 'Search') ?? { id: '' }
    expect(id).toBe(`sha256:${sha(operation('Search'))}`)
    const variables = JSON.stringify({ query: '虚构1号' })
    const got = async (parameters: Record<string, string>) =>
      readReply(await fetch(`${url}/public/graphql?${new URLSearchParams(parameters)}`))
    const byName = await got({ documentId: id, variables })
    const byText = await got({ query: operation('Search'), variables })
    const byApollo = await got({
      variables,
      extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: id.slice(7) } }),
    })
    expect(byName.json).toMatchObject({ data: { searchSubjects: { totalCount: 1 } } })
    expect([byText.json, byApollo.json]).toEqual([byName.json, byName.json])
    expect(faultOf(await got({ documentId: `sha256:${'0'.repeat(64)}` }))).toBe('PERSISTED_QUERY_NOT_FOUND')
    expect(faultOf(await got({ query: '{ home { version { day } } }', documentId: id }))).toBe(
      'REQUEST_MALFORMED',
    )
    expect(faultOf(await got({ variables: '{' }))).toBe('REQUEST_MALFORMED')
  })

  it('answers a conditional request with 304, compresses, and lets every page read it', async () => {
    const first = await ask(url, departments, {}, { 'accept-encoding': 'gzip, br' })
    const etag = first.headers.get('etag') ?? ''
    expect(Object.fromEntries(first.headers)).toMatchObject({
      etag: expect.stringMatching(/^W\/"[\w-]{43}"$/),
      'cache-control': 'public, max-age=2, must-revalidate',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'data-version': expect.stringMatching(/^\d+$/),
      'content-encoding': 'br',
    })
    const again = await ask(url, departments, {}, { 'if-none-match': etag })
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
    const plain = await ask(url, departments, {}, { 'accept-encoding': 'identity' })
    expect([plain.headers.get('content-encoding'), plain.text]).toEqual([null, first.text])
    const preflight = await fetch(`${url}/public/graphql`, { method: 'OPTIONS' })
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, POST, OPTIONS',
    ])
    expect((await fetch(`${url}/public/graphql`, { method: 'DELETE' })).status).toBe(405)
  })

  it('bounds depth, aliases, cost and size, and yet tells tools its schema', async () => {
    const deep = `{ subject(uscc: "x") ${'{ records(group: PENALTIES) { edges { node '.repeat(4)} { name } ${'} } }'.repeat(4)} }`
    const aliases = `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: divisions { code }`).join(' ')} }`
    const costly =
      '{ cases(first: 100) { edges { node { name uscc } } } listEntries(first: 100) { edges { node { name fields { name label labelEn unit value } } } } }'
    expect(faultOf(await ask(url, deep))).toMatch(/TOO_DEEP|GRAPHQL_VALIDATION_FAILED/)
    expect(faultOf(await ask(url, aliases))).toBe('TOO_MANY_ALIASES')
    expect(faultOf(await ask(url, costly))).toBe('TOO_COSTLY')
    expect(faultOf(await ask(url, operation('ListEntries'), { first: 101 }))).toBe('INPUT_INVALID')
    expect(faultOf(await ask(url, `{ divisions { code } } # ${'x'.repeat(70_000)}`))).toBe('BODY_TOO_LARGE')
    expect(faultOf(await ask(url, 'mutation { x }'))).toBe('GRAPHQL_VALIDATION_FAILED')
    expect((await ask(url, getIntrospectionQuery())).json).toMatchObject({ data: { __schema: {} } })
    const circular =
      '{ __type(name: "Query") { fields { type { fields { type { fields { type { fields { name } } } } } } } } }'
    expect(faultOf(await ask(url, circular))).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  it('asks too many requests of one address to wait, documents of its own sooner', async () => {
    const replica = await city.exchange.replica({ publicRequestsPerMinute: 6 })
    const statuses: number[] = []
    for (const query of [departments, departments, '{ divisions { code } }', departments])
      statuses.push((await ask(replica.url, query)).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    const waiting = await ask(replica.url, departments)
    expect([faultOf(waiting), Number(waiting.headers.get('retry-after')) > 0]).toEqual(['RATE_LIMITED', true])
    await replica.stop()
  })
})

it('fragments that double each other are measured once, and refused like any other document', async () => {
  const bomb = `query { ...f0 ...f0 } ${Array.from({ length: 150 }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`).join(' ')}
    fragment f150 on Query { checkCreditCode(code: "x") { nothing } }`
  expect((await ask(url, bomb)).json.errors).toBeDefined()
  // Had it been expanded, this would not be answered while the universe lasts.
  expect((await ask(url, '{ measures { code } }')).json.errors).toBeUndefined()
})
