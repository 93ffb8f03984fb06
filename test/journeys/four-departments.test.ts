import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { usccCheckCharacter } from '../../src/subjects/identifiers.ts'
import { type Answer, codeOf, type TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'

/** The main story: four departments enrol, submit what each knows about overlapping enterprises, and ask. */

let exchange: TestExchange
let server: RunningServer
let second: RunningServer
const departments: Record<string, TestDepartment> = {}
const catalogue = new URL('../../prisma/catalogue/', import.meta.url)
const cityRecords = new URL('../../prisma/demo-city/records/', import.meta.url)
const kinds = {
  NDRC: 'DEVELOPMENT_REFORM',
  PBOC: 'CENTRAL_BANK',
  QTS: 'QUALITY_SUPERVISION',
  AIC: 'INDUSTRY_COMMERCE',
}

const submit = `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
  ... on SubmitRecordsSuccess { batch { batchId received accepted unchanged held rejected problems { index field code message } } }
  ... on Refusal { code message } } }`
const screen = `query ($input: ScreenInput!) { screen(input: $input) { dataVersion asOf results {
  ref outcome subject { uscc name kind } warnings { code } errors { code }
  listings { listType { code nature } decisionNo listedOn endsOn determinedBy { code name } }
  measures { code legalBasis } candidates { name uscc reasons } } } }`

type Batch = {
  accepted: number
  unchanged: number
  held: number
  rejected: number
  problems: { index: number; field: string | null; code: string; message: string }[]
}
type Result = {
  ref: string | null
  outcome: string
  subject: { uscc: string | null; name: string; kind: string } | null
  warnings: { code: string }[]
  errors: { code: string }[]
  listings: {
    listType: { code: string; nature: string }
    decisionNo: string | null
    determinedBy: { code: string }
  }[]
  measures: { code: string }[]
  candidates: { name: string; uscc: string | null; reasons: string[] }[]
}

const as = (code: string): TestDepartment => {
  const department = departments[code]
  if (!department) throw new TypeError(`no department ${code}`)
  return department
}
const readJson = async (url: URL): Promise<unknown> => JSON.parse(await readFile(url, 'utf8'))
const recordsOf = async (dataset: string): Promise<Record<string, string>[]> =>
  (await readFile(new URL(`${dataset}.ndjson`, cityRecords), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const batchOf = (answer: Answer): Batch =>
  (answer.json as { data: { submitRecords: { batch: Batch } } }).data.submitRecords.batch
const resultsOf = (answer: Answer): Result[] => {
  const { data } = answer.json as { data?: { screen?: { results: Result[] } } }
  if (!data?.screen) throw new TypeError(answer.body)
  return data.screen.results
}
const submitAs = (
  code: string,
  dataset: string,
  batchId: string,
  records: unknown[],
  to: RunningServer = server,
) => as(code).query(to.url, submit, { input: { dataset, batchId, records } })
const screenAs = (code: string, subjects: object[], more: object = {}) =>
  as(code).query(second.url, screen, { input: { purpose: '招标资格审查', subjects, ...more } })

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  second = await exchange.replica()
  for (const [code, kind] of Object.entries(kinds))
    departments[code] = await exchange.department(server, code, { kind })
  const datasets = (await readdir(new URL('datasets/', catalogue))).map((name) => `datasets/${name}`)
  for (const file of ['calendar.json', 'clocks.json', 'list-types.json', 'measures.json', ...datasets])
    await exchange.importCatalogue(await readJson(new URL(file, catalogue)))
})
afterAll(() => exchange[Symbol.asyncDispose]())

const owners = {
  AIC_REGISTRATION: 'AIC',
  AIC_PENALTIES: 'AIC',
  AIC_SERIOUS_DISHONESTY: 'AIC',
  AIC_ABNORMAL_OPERATIONS: 'AIC',
  NDRC_JOINT_PUNISHMENT: 'NDRC',
  PBOC_PENALTIES: 'PBOC',
  QTS_DISHONEST: 'QTS',
  QTS_TRUSTWORTHY: 'QTS',
}

describe('four departments', () => {
  it.each(Object.entries(owners))(
    '%s: every row of %s is kept, the answer is proven',
    async (dataset, owner) => {
      const records = await recordsOf(dataset)
      const body = JSON.stringify({
        query: submit,
        variables: { input: { dataset, batchId: `first-${dataset}`, records } },
      })
      const answer = await as(owner).send(server.url, body)
      await as(owner).verify(server.url, answer, body)
      expect(batchOf(answer)).toMatchObject({
        accepted: records.length,
        unchanged: 0,
        held: 0,
        rejected: 0,
        problems: [],
      })
    },
  )

  it('the same batch gives the same result, and the same rows in another batch change nothing', async () => {
    const records = await recordsOf('QTS_DISHONEST')
    const again = await submitAs('QTS', 'QTS_DISHONEST', 'first-QTS_DISHONEST', records, second)
    expect(batchOf(again)).toMatchObject({ accepted: records.length, unchanged: 0 })
    expect(batchOf(await submitAs('QTS', 'QTS_DISHONEST', 'another', records))).toMatchObject({
      accepted: 0,
      unchanged: records.length,
    })
    const reused = await submitAs('QTS', 'QTS_DISHONEST', 'another', records.slice(1))
    expect(reused.json).toMatchObject({ data: { submitRecords: { code: 'BATCH_ID_REUSED' } } })
  })

  it('only the provider of a dataset may submit to it', async () => {
    const answer = await submitAs('PBOC', 'QTS_DISHONEST', 'not-mine', await recordsOf('QTS_DISHONEST'))
    expect(answer.json).toMatchObject({ data: { submitRecords: { code: 'DATASET_NOT_YOURS' } } })
  })

  it('good rows are kept, each bad row is answered with index, field and code, never with its value', async () => {
    const [template] = await recordsOf('AIC_ABNORMAL_OPERATIONS')
    if (!template) throw new TypeError('a record')
    const good = { ...template, decisionNo: '汝工商异列〔2026〕901号' }
    const rows = [
      good,
      { ...good, uscc: 'NOT-A-CODE', decisionNo: '汝工商异列〔2026〕902号' },
      'no object',
      { ...good, decisionNo: '汝工商异列〔2026〕903号', strange: 'x' },
    ]
    const before = (await recordsOf('AIC_ABNORMAL_OPERATIONS')).length
    const batch = batchOf(await submitAs('AIC', 'AIC_ABNORMAL_OPERATIONS', 'mixed', rows))
    expect(batch).toMatchObject({ accepted: 1, rejected: 3, held: 0 })
    expect(batch.problems.map(({ index, code }) => [index, code])).toEqual([
      [1, 'IDENTIFIER_MALFORMED'],
      [2, 'ROW_NOT_AN_OBJECT'],
      [3, 'FIELD_UNKNOWN'],
    ])
    expect(JSON.stringify(batch.problems)).not.toContain('NOT-A-CODE')
    const { rows: counted } = await exchange.database.pool.query(
      "SELECT count(*)::int AS n FROM record r JOIN dataset d ON d.id = r.dataset_id WHERE d.code = 'AIC_ABNORMAL_OPERATIONS'",
    )
    expect(counted[0].n).toBe(before + 1)
  })

  it('a number with a wrong check character waits for a person, and counts once accepted', async () => {
    const [template] = await recordsOf('AIC_REGISTRATION')
    if (!template) throw new TypeError('a record')
    const stem = '91419800MADEMT01X'
    const wrong = usccCheckCharacter(stem) === '0' ? '1' : '0'
    const kept = Object.entries(template).filter(
      ([name]) => !['registrationNo', 'organisationCode'].includes(name),
    )
    const row = { ...Object.fromEntries(kept), uscc: `${stem}${wrong}`, name: '汝宁市待核实商贸有限公司' }
    const held = batchOf(await submitAs('AIC', 'AIC_REGISTRATION', 'doubtful', [row]))
    expect(held).toMatchObject({
      accepted: 0,
      held: 1,
      problems: [{ index: 0, code: 'IDENTIFIER_CHECKSUM' }],
    })
    const invalid = resultsOf(await screenAs('NDRC', [{ identifier: row.uscc }]))
    expect(invalid[0]).toMatchObject({ outcome: 'INVALID', errors: [{ code: 'IDENTIFIER_CHECKSUM' }] })
    const waiting = await exchange.database.prisma.heldRow.findFirstOrThrow({ where: { status: 'WAITING' } })
    expect(Buffer.from(waiting.ciphertext).toString('utf8')).not.toContain(stem)
    await server.app.submissions.decideHeld('tester', Number(waiting.id), 'ACCEPTED', '营业执照原件如此')
    expect(resultsOf(await screenAs('NDRC', [{ identifier: row.uscc }]))[0]).toMatchObject({
      outcome: 'CLEAR',
      warnings: [{ code: 'IDENTIFIER_CHECKSUM' }],
    })
  })
})

describe('a held row', () => {
  it('that was sent again corrected meanwhile can no longer be accepted', async () => {
    const [template] = await recordsOf('AIC_PENALTIES')
    if (!template?.CF_XDR_SHXYM) throw new TypeError('a record')
    const wrong = `${template.CF_XDR_SHXYM.slice(0, 17)}${template.CF_XDR_SHXYM.endsWith('0') ? '1' : '0'}`
    const row = { ...template, CF_WSH: '汝工商处罚〔2026〕950号' }
    const held = batchOf(await submitAs('AIC', 'AIC_PENALTIES', 'held', [{ ...row, CF_XDR_SHXYM: wrong }]))
    expect(held).toMatchObject({ held: 1, accepted: 0 })
    expect(batchOf(await submitAs('AIC', 'AIC_PENALTIES', 'corrected', [row]))).toMatchObject({
      accepted: 1,
    })
    const waiting = await exchange.database.prisma.heldRow.findFirstOrThrow({ where: { status: 'WAITING' } })
    const decide = (decision: 'ACCEPTED' | 'REFUSED') =>
      server.app.submissions.decideHeld('tester', Number(waiting.id), decision, '已更正')
    await expect(decide('ACCEPTED')).rejects.toMatchObject({ code: 'WRONG_STATE' })
    await decide('REFUSED')
    await expect(decide('ACCEPTED')).rejects.toMatchObject({ code: 'HELD_ROW_NOT_FOUND' })
  })
})

describe('one subject per identifier', () => {
  it('records of four departments come together, with former names', async () => {
    const { rows } = await exchange.database.pool.query(
      `SELECT s.uscc FROM subject s JOIN record r ON r.subject_id = s.id JOIN dataset d ON d.id = r.dataset_id
        WHERE s.kind = 'ORGANISATION' GROUP BY s.uscc HAVING count(DISTINCT d.department_id) = 4`,
    )
    const uscc = rows[0]?.uscc
    const answer = await as('NDRC').query(
      server.url,
      `query ($id: String!) { subject(identifier: $id) { uscc name kind names { name }
         listings(first: 50, includeEnded: true) { edges { node { subject { uscc } listing { listType { code } } } } }
         records(first: 50) { edges { node { dataset content } } pageInfo { hasNextPage } } } }`,
      { id: uscc },
    )
    const subject = (
      answer.json as {
        data: {
          subject: { uscc: string; names: object[]; records: { edges: { node: { dataset: string } }[] } }
        }
      }
    ).data.subject
    expect(subject.uscc).toBe(uscc)
    const providers = new Set(subject.records.edges.map(({ node }) => node.dataset.split('_')[0]))
    expect([...providers].sort()).toEqual(['AIC', 'NDRC', 'PBOC', 'QTS'])
    const { rows: renamed } = await exchange.database.pool.query(
      'SELECT subject_id FROM subject_name GROUP BY 1 HAVING count(*) > 1',
    )
    expect(renamed.length).toBeGreaterThanOrEqual(4)
  })

  it('persons are found by number alone, and the number is nowhere in the database in the clear', async () => {
    const person = (await recordsOf('NDRC_JOINT_PUNISHMENT'))
      .map((row) => Object.values(row).find((value) => /^\d{17}[\dX]$/.test(value) && !/^9/.test(value)))
      .find(Boolean)
    if (!person) throw new TypeError('a person in the demo city')
    const [result] = resultsOf(await screenAs('AIC', [{ identifier: person }]))
    expect(result).toMatchObject({ subject: { kind: 'PERSON', uscc: null } })
    expect(resultsOf(await screenAs('AIC', [{ name: result?.subject?.name }]))[0]).toMatchObject({
      outcome: 'UNKNOWN',
      candidates: [],
    })
    const { rows: tables } = await exchange.database.pool.query(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    )
    for (const { name } of tables) {
      const { rows } = await exchange.database.pool.query(
        `SELECT count(*)::int AS n FROM "${name}" t WHERE t::text LIKE $1`,
        [`%${person}%`],
      )
      expect({ table: name, rows: rows[0].n }).toEqual({ table: name, rows: 0 })
    }
    expect(exchange.logLines.join('')).not.toContain(person)
  })
})

describe('screening', () => {
  it('answers a mixed list in order, with the measures that bind the caller, proven and logged', async () => {
    const dishonest = (await recordsOf('AIC_SERIOUS_DISHONESTY')).map((row) => row.uscc ?? '')
    const { rows } = await exchange.database.pool.query(
      `SELECT s.uscc, s.name FROM subject s WHERE s.kind = 'ORGANISATION' AND NOT EXISTS (SELECT FROM listing l WHERE l.subject_id = s.id) ORDER BY s.id LIMIT 1`,
    )
    const subjects = [
      ...dishonest.map((identifier, place) => ({ ref: `d${place}`, identifier })),
      { ref: 'clear', identifier: rows[0].uscc, name: rows[0].name },
      { ref: 'renamed', identifier: rows[0].uscc, name: '汝宁市完全不同有限公司' },
      { ref: 'name only', name: rows[0].name },
      { ref: 'unknown', identifier: `91419800MADEMYYY1${usccCheckCharacter('91419800MADEMYYY1')}` },
      { ref: 'nobody', name: '汝宁市查无此企业有限公司' },
      { ref: 'malformed', identifier: '12' },
      { ref: 'empty' },
    ]
    const body = JSON.stringify({
      query: screen,
      variables: { input: { purpose: '招标资格审查', subjects } },
    })
    const answer = await as('NDRC').send(second.url, body)
    const claims = await as('NDRC').verify(second.url, answer, body)
    const results = resultsOf(answer)
    expect(results.map((result) => result.ref)).toEqual(subjects.map((subject) => subject.ref))
    expect(results.slice(dishonest.length).map(({ ref, outcome }) => [ref, outcome])).toEqual([
      ['clear', 'CLEAR'],
      ['renamed', 'CLEAR'],
      ['name only', 'AMBIGUOUS'],
      ['unknown', 'UNKNOWN'],
      ['nobody', 'UNKNOWN'],
      ['malformed', 'INVALID'],
      ['empty', 'INVALID'],
    ])
    expect(results.find(({ ref }) => ref === 'renamed')?.warnings).toEqual([{ code: 'NAME_DIFFERS' }])
    expect(results.find(({ ref }) => ref === 'name only')?.candidates[0]).toMatchObject({
      uscc: rows[0].uscc,
      reasons: ['SAME_NAME'],
    })
    const listed = results.filter(({ outcome }) => outcome === 'LISTED')
    expect(listed.length).toBeGreaterThan(0)
    for (const result of listed) expect(result.measures.length).toBeGreaterThan(0)

    const row = (await exchange.logRows())[Number(claims.log_index)]
    expect(row?.leaf).toMatchObject({
      operation: 'query screen',
      purpose: '招标资格审查',
      outcome: 'OK',
      data_version: claims.data_version,
    })
    expect(row?.digests).toHaveLength(32 * subjects.length)
    const digest = createHash('sha256')
      .update(row?.salt ?? Buffer.alloc(0))
      .update(`USCC ${dishonest[0]}`)
      .digest()
    expect(row?.digests?.subarray(0, 32)).toEqual(digest)
    expect(row?.leaf.subjects_sha256).toBe(
      createHash('sha256')
        .update(row?.digests ?? Buffer.alloc(0))
        .digest('base64url'),
    )
    expect(JSON.stringify(row?.leaf)).not.toContain(dishonest[0])
  })

  it('answers for another day', async () => {
    const [record] = await recordsOf('AIC_SERIOUS_DISHONESTY')
    const subjects = [{ identifier: record?.uscc }]
    const early = resultsOf(await screenAs('NDRC', subjects, { asOf: '2001-01-01' }))
    expect(early[0]?.listings).toEqual([])
    expect(codeOf(await screenAs('NDRC', subjects, { asOf: '2026-02-30' }))).not.toBeNull()
  })

  it('to be listed as trustworthy is no hit', async () => {
    const trustworthy = (await recordsOf('QTS_TRUSTWORTHY')).map((row) => ({ identifier: row.uscc }))
    const results = resultsOf(await screenAs('NDRC', trustworthy))
    const onlyPraised = results.filter(
      ({ listings }) =>
        listings.length > 0 && listings.every(({ listType }) => listType.nature === 'TRUSTWORTHY'),
    )
    expect(onlyPraised.length).toBeGreaterThan(0)
    expect(onlyPraised.map(({ outcome }) => outcome)).toEqual(onlyPraised.map(() => 'CLEAR'))
  })

  it('takes 5,000 subjects and refuses one more', async () => {
    const subjects = Array.from({ length: 5_000 }, (_, place) => ({
      ref: String(place),
      name: `汝宁市第${place}号有限公司`,
    }))
    const results = resultsOf(await screenAs('NDRC', subjects))
    expect(results.map(({ ref }) => ref)).toEqual(subjects.map(({ ref }) => ref))
    expect(codeOf(await screenAs('NDRC', [...subjects, { name: 'x' }]))).toBe('TOO_MANY_SUBJECTS')
  })
})

describe('disclosure', () => {
  it('a subject that only a closed dataset knows is unknown to those without the right', async () => {
    const closed = JSON.parse(
      JSON.stringify(await readJson(new URL('datasets/qts-trustworthy.json', catalogue))),
    )
    closed.datasets[0].code = 'QTS_CLOSED'
    closed.datasets[0].definition.sharing = 'AUTHORISED'
    await exchange.importCatalogue(closed)
    const [template] = await recordsOf('QTS_TRUSTWORTHY')
    const stem = '91419800MADEMYY11'
    const row = { ...template, uscc: `${stem}${usccCheckCharacter(stem)}`, name: '汝宁市隐秘有限公司' }
    await expect
      .poll(
        async () => batchOf(await submitAs('QTS', 'QTS_CLOSED', `closed-${Date.now()}`, [row]))?.rejected,
        { timeout: 5_000 },
      )
      .toBe(0)
    const outcomes = async (code: string) =>
      resultsOf(await screenAs(code, [{ identifier: row.uscc }, { name: row.name }])).map(
        ({ outcome }) => outcome,
      )
    await expect.poll(() => outcomes('QTS'), { timeout: 5_000 }).toEqual(['CLEAR', 'AMBIGUOUS'])
    expect(await outcomes('NDRC')).toEqual(['UNKNOWN', 'UNKNOWN'])
    const asked = await as('NDRC').query(
      server.url,
      'query ($id: String!) { subject(identifier: $id) { name } }',
      { id: row.uscc },
    )
    expect(asked.json).toEqual({ data: { subject: null } })
  })

  it('a purpose must not carry an identity number into the log', async () => {
    expect(codeOf(await screenAs('NDRC', [], { purpose: '核查 419802 19900101 0018' }))).toBe('INPUT_INVALID')
  })

  it('a department without the role is refused', async () => {
    const provider = await exchange.department(server, 'MUTE', { roles: ['PROVIDER'] })
    expect(codeOf(await provider.query(server.url, screen, { input: { purpose: 'x', subjects: [] } }))).toBe(
      'FORBIDDEN',
    )
    const enquirer = await exchange.department(server, 'DEAF', { roles: ['ENQUIRER'] })
    const input = { dataset: 'QTS_DISHONEST', batchId: 'x', records: [] }
    expect(codeOf(await enquirer.query(server.url, submit, { input }))).toBe('FORBIDDEN')
  })

  it('authorised fields are for the provider and for those granted them', async () => {
    const number = /^\d{17}[\dX]$/
    const records = `query { records(dataset: "NDRC_JOINT_PUNISHMENT", first: 100) { edges { node { content } } } }`
    const numbersSeenBy = async (code: string) => {
      const answer = await as(code).query(server.url, records)
      const { edges } = (
        answer.json as { data: { records: { edges: { node: { content: Record<string, unknown> } }[] } } }
      ).data.records
      expect(edges.length).toBeGreaterThan(0)
      return edges.flatMap(({ node }) =>
        Object.values(node.content).filter(
          (value) => number.test(String(value)) && !String(value).startsWith('9'),
        ),
      ).length
    }
    expect(await numbersSeenBy('NDRC')).toBeGreaterThan(0)
    expect(await numbersSeenBy('PBOC')).toBe(0)
    await server.app.registry.grant('tester', 'PBOC', 'NDRC_JOINT_PUNISHMENT', '授权书〔2026〕1号')
    await expect.poll(() => numbersSeenBy('PBOC'), { timeout: 5_000 }).toBeGreaterThan(0)
    await server.app.registry.revokeGrant('tester', 'PBOC', 'NDRC_JOINT_PUNISHMENT')
    await expect.poll(() => numbersSeenBy('PBOC'), { timeout: 5_000 }).toBe(0)
  })

  it('pages through all listings without gap or repeat', async () => {
    const ids: string[] = []
    let after: string | null = null
    do {
      const answer: Answer = await as('QTS').query(
        server.url,
        'query ($after: String) { listings(first: 7, after: $after, includeEnded: true) { edges { cursor node { listing { id } } } pageInfo { hasNextPage endCursor } } }',
        { after },
      )
      const page = (
        answer.json as {
          data: {
            listings: {
              edges: { node: { listing: { id: string } } }[]
              pageInfo: { hasNextPage: boolean; endCursor: string }
            }
          }
        }
      ).data.listings
      ids.push(...page.edges.map(({ node }) => node.listing.id))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    const { rows } = await exchange.database.pool.query('SELECT id FROM listing ORDER BY id')
    expect(ids).toEqual(rows.map((row) => String(row.id)))
  })
})

describe('what is kept', () => {
  it('the log is an unbroken sequence, the feed too', async () => {
    const indexes = (await exchange.logRows()).map((row) => row.logIndex)
    expect(indexes).toEqual(indexes.map((_, place) => place))
    const { rows } = await exchange.database.pool.query('SELECT position FROM feed_event ORDER BY position')
    expect(rows.map((row) => Number(row.position))).toEqual(rows.map((_, place) => place + 1))
  })

  it('neither can be rewritten', async () => {
    for (const table of ['exchange_log', 'feed_event', 'listing_event']) {
      await expect(exchange.database.pool.query(`DELETE FROM ${table}`)).rejects.toThrow('append-only')
    }
  })

  it('concurrent batches of one dataset and replayed mutations take effect once', async () => {
    const records = await recordsOf('PBOC_PENALTIES')
    const input = { dataset: 'PBOC_PENALTIES', batchId: 'raced', records }
    const body = JSON.stringify({ query: submit, variables: { input } })
    const { token } = as('PBOC').token(body)
    const raced = await Promise.all(
      [server, second, server, second].map(({ url }) =>
        as('PBOC').send(url, body, { authorization: `Bearer ${token}` }),
      ),
    )
    expect(raced.map((answer) => codeOf(answer) ?? 'OK').sort()).toEqual([
      'OK',
      'REPLAYED',
      'REPLAYED',
      'REPLAYED',
    ])
    const { rows } = await exchange.database.pool.query(
      "SELECT count(*)::int AS n FROM batch WHERE batch_id = 'raced'",
    )
    expect(rows[0].n).toBe(1)
  })
})
