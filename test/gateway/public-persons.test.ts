import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { legalDay } from '../../src/kernel/clock.ts'
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
} from '../support/public-city.ts'

/** Natural persons: who knows the name and the end of the number finds what is published, and nobody finds persons. */

let city: PublicCity

beforeAll(async () => {
  city = await publicCity()
  await fillPublicCity(city)
})
afterAll(() => city[Symbol.asyncDispose]())

const query = `query ($name: String!, $ending: String!) { personEntries(name: $name, certificateEnding: $ending) { asOf entries {
  kind listType documentNo day source { code } facts decision nameBasis } } }`
const ending = personNumber.slice(-4)
const nothing = { data: { personEntries: { asOf: legalDay(new Date()), entries: [] } } }

/** A replica of its own counts its own look-ups. */
async function fresh(): Promise<(name: string, end: string) => ReturnType<typeof ask>> {
  const { url } = await city.exchange.replica()
  return (name, end) => ask(url, query, { name, ending: end })
}

describe('a look-up of a person', () => {
  it('finds entries whose basis publishes names, and no others', async () => {
    const look = await fresh()
    const { json } = await look(personName, ending)
    expect(json).toEqual({
      data: {
        personEntries: {
          asOf: nothing.data.personEntries.asOf,
          entries: [
            {
              kind: 'PENALTY',
              listType: null,
              documentNo: '汝工商处罚〔2026〕901号',
              day: ago(30),
              source: { code: 'AIC' },
              facts: '经查，当事人发布与实际不符的广告。',
              decision: '罚款30000元。',
              nameBasis: '国发〔2014〕6号第三条',
            },
            {
              kind: 'LIST',
              listType: 'JOINT_PUNISHMENT',
              documentNo: '汝信惩〔2026〕4号',
              day: ago(100),
              source: { code: 'NDRC' },
              facts: '无照经营屡次处罚后仍继续。',
              decision: null,
              nameBasis: '河南省社会信用条例第三十六条',
            },
          ],
        },
      },
    })
  })

  it('says the same of a stranger, of a wrong number and of who has no published entry', async () => {
    const look = await fresh()
    const replies = [
      await look('查无此人', ending),
      await look(personName, '0000'),
      await look('孙演示', ending),
    ]
    for (const { status, json, headers } of replies) {
      expect([status, json, headers.get('cache-control'), headers.get('etag')]).toEqual([
        200,
        nothing,
        'no-store',
        null,
      ])
    }
  })

  it('takes no fragment, no placeholder and no short ending', async () => {
    const look = await fresh()
    for (const name of ['周', '周示', '周%', '周_例', '*', '%', '周示例%'])
      expect([name, (await look(name, ending)).json]).toEqual([
        name,
        name === '周示'
          ? nothing
          : { errors: [expect.objectContaining({ extensions: { code: 'INPUT_INVALID' } })], data: null },
      ])
    const lookAgain = await fresh()
    for (const end of ['', '018', '%%%%', '____', '1982031'])
      expect([end, faultOf(await lookAgain(personName, end))]).toEqual([end, 'INPUT_INVALID'])
  })

  it('is one in a request, however it is written, and by POST only', async () => {
    const replica = await city.exchange.replica()
    const one = `personEntries(name: "${personName}", certificateEnding: "${ending}") { entries { documentNo } }`
    const twice = await ask(replica.url, `{ a: ${one} b: ${one} }`)
    expect(twice.json.errors).toMatchObject([{ extensions: { code: 'INPUT_INVALID' } }])
    expect(twice.headers.get('cache-control')).toBe('no-store')
    const array = await fetch(`${replica.url}/public/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: `{ ${one} }` }, { query: `{ ${one} }` }]),
    })
    expect([array.status, faultOf(await readReply(array))]).toEqual([400, 'REQUEST_MALFORMED'])
    const got = await readReply(
      await fetch(`${replica.url}/public/graphql?${new URLSearchParams({ query: `{ ${one} }` })}`),
    )
    expect(faultOf(got)).toBe('INPUT_INVALID')
  })

  it('has to wait after ten in an hour, whether they found anybody or not', async () => {
    const look = await fresh()
    for (let n = 0; n < 10; n += 1) expect((await look(`某人${n}`, ending)).status).toBe(200)
    const eleventh = await look(personName, ending)
    expect([eleventh.status, faultOf(eleventh), Number(eleventh.headers.get('retry-after')) > 60]).toEqual([
      429,
      'RATE_LIMITED',
      true,
    ])
    expect(eleventh.text).not.toContain('901')
  })

  it('leaves no name and no number in the log', () => {
    for (const line of city.exchange.logLines) {
      expect(line).not.toContain(personName)
      expect(line).not.toContain(personNumber)
    }
  })
})

describe('persons are nowhere else', () => {
  it.each([
    ['lists', '{ listEntries(text: "周") { totalCount edges { node { name } } } }', 'listEntries'],
    [
      'penalties',
      '{ doublePublicity(kind: PENALTY, text: "901") { totalCount edges { node { name } } } }',
      'doublePublicity',
    ],
    ['cases', '{ cases(text: "周示例") { totalCount edges { node { name } } } }', 'cases'],
    [
      'search',
      '{ searchSubjects(query: "周示例") { totalCount edges { node { name } } } }',
      'searchSubjects',
    ],
  ])('not in %s, by name, number or count', async (_where, document, field) => {
    const { json } = await ask(city.server.url, document)
    expect(json).toEqual({ data: { [field]: { totalCount: 0, edges: [] } } })
  })

  it('not by wildcards, cursors or numbers', async () => {
    const { url } = city.server
    expect((await ask(url, '{ searchSubjects(query: "%%") { totalCount } }')).json).toEqual({
      data: { searchSubjects: { totalCount: 0 } },
    })
    expect(faultOf(await ask(url, '{ node(id: "1") { id } }'))).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(faultOf(await ask(url, '{ subject(uscc: "419802198203151018") { name } }'))).toBeNull()
    expect((await ask(url, '{ subject(uscc: "419802198203151018") { name } }')).json).toEqual({
      data: { subject: null },
    })
    for (const after of ['9999-12-31.999999', '2026-01-01.1', `${ago(0)}.99`]) {
      const { text } = await ask(
        url,
        `{ listEntries(after: "${after}", first: 100) { edges { node { name documentNo } } } }`,
      )
      expect(text).not.toContain(personName)
      expect(text).not.toContain('汝信惩〔2026〕4号')
    }
    expect(faultOf(await ask(url, '{ listEntries(after: "1 OR 1=1") { totalCount } }'))).toBe('INPUT_INVALID')
  })
})
