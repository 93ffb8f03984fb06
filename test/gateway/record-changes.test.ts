import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import type { TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityRow } from '../support/quality-rows.ts'

/** Corrections, withdrawals and supersession of single records, over the wire. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

type Change = { kind: string; recordId: string; version: number; changeId: string }
type Outcome = { change?: Change; code?: string; message?: string }

const dataset = 'QTS_DISHONEST'
const keyOf = ({ decisionNo, uscc }: QualityRow) => ({ decisionNo, uscc })

async function change(
  name: 'correctRecord' | 'withdrawRecord' | 'supersedeRecord',
  input: Record<string, unknown>,
  by = qts,
): Promise<Outcome> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const answer = await by.query(
    server.url,
    `mutation ($input: ${type}Input!) { ${name}(input: $input) {
       ... on ${type}Success { change { changeId kind recordId version } } ... on Refusal { code message } } }`,
    { input: { dataset, reason: '录入有误', documentNo: '汝质监更〔2026〕1号', ...input } },
  )
  const { data, errors } = answer.json as { data?: Record<string, Outcome | null>; errors?: unknown }
  const outcome = data?.[name]
  if (!outcome) throw new TypeError(JSON.stringify(errors))
  return outcome
}

const submit = (batchId: string, records: unknown[]) =>
  qts.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { ... on SubmitRecordsSuccess { batch {
       accepted unchanged rejected withdrawn problems { code } } } ... on Refusal { code } } }`,
    { input: { dataset, batchId, records } },
  )

async function listed(n: number, asOf?: string, asker = ndrc): Promise<string> {
  const answer = await asker.query(
    server.url,
    'query ($i: ScreenInput!) { screen(input: $i) { results { outcome } } }',
    { i: { purpose: '核查', subjects: [{ identifier: inventedUscc(n) }], ...(asOf ? { asOf } : {}) } },
  )
  return (
    (answer.json as { data: { screen: { results: { outcome: string }[] } } }).data.screen.results[0]
      ?.outcome ?? ''
  )
}

async function recordsOf(n: number, includeEnded = false) {
  const answer = await qts.query(
    server.url,
    `query ($id: String!, $e: Boolean!) { subject(identifier: $id) { records(first: 10, includeEnded: $e) { edges { node { version status content } } } } }`,
    { id: inventedUscc(n), e: includeEnded },
  )
  const { subject } = (
    answer.json as {
      data: {
        subject: {
          records: { edges: { node: { version: number; status: string; content: QualityRow } }[] }
        } | null
      }
    }
  ).data
  return subject?.records.edges.map(({ node }) => node) ?? []
}

const feedOf = async (n: number): Promise<string[]> =>
  (
    await exchange.database.pool.query(
      'SELECT f.kind FROM feed_event f JOIN subject s ON s.id = f.subject_id WHERE s.uscc = $1 ORDER BY f.position',
      [inventedUscc(n)],
    )
  ).rows.map(({ kind }) => kind)

describe('a correction', () => {
  it('is a version of its own, even of the source number and of the enterprise', async () => {
    const wrong = qualityRow(1)
    await submit('first', [wrong])
    const right = qualityRow(2, { decisionNo: '汝质监失信〔2026〕甲1号' })
    const outcome = await change('correctRecord', { changeId: 'c-1', sourceKey: keyOf(wrong), record: right })
    expect(outcome).toMatchObject({ change: { kind: 'CORRECTED', version: 2 } })
    expect(await recordsOf(1)).toEqual([])
    expect(await recordsOf(2)).toMatchObject([
      { version: 2, status: 'ACTIVE', content: { decisionNo: right.decisionNo } },
    ])
    expect([await listed(1), await listed(2)]).toEqual(['UNKNOWN', 'LISTED'])
    expect(await feedOf(2)).toEqual(['RECORD_STORED', 'LISTING_CORRECTED'])
  })

  it('is repeated without effect, and its id stands for nothing else', async () => {
    const wrong = qualityRow(3)
    await submit('third', [wrong])
    const input = { changeId: 'c-3', sourceKey: keyOf(wrong), record: { ...wrong, reason: '另一事由' } }
    const first = await change('correctRecord', input)
    expect(await change('correctRecord', input)).toEqual(first)
    expect(await change('correctRecord', { ...input, reason: '别的原因' })).toMatchObject({
      code: 'CHANGE_ID_REUSED',
    })
    expect(await recordsOf(3)).toMatchObject([{ version: 2 }])
  })

  it('twenty at once with one id take effect once', async () => {
    const wrong = qualityRow(4)
    await submit('fourth', [wrong])
    const input = { changeId: 'c-4', sourceKey: keyOf(wrong), record: { ...wrong, reason: '另一事由' } }
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => change('correctRecord', input)))
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    expect(await recordsOf(4)).toMatchObject([{ version: 2 }])
  })

  it.each<[string, string, Record<string, unknown>]>([
    [
      'of a record that is not there',
      'RECORD_NOT_FOUND',
      { sourceKey: { decisionNo: '没有', uscc: inventedUscc(9) } },
    ],
    ['that is no good record', 'INPUT_INVALID', { record: qualityRow(5, { listedOn: '1990-02-30' }) }],
    [
      'with a number whose check character is wrong',
      'INPUT_INVALID',
      { record: qualityRow(5, { uscc: '91419800MADEM00110' }) },
    ],
    ['whose source number another record has', 'SOURCE_KEY_TAKEN', { record: qualityRow(6) }],
    [
      'by half a source number and something else',
      'INPUT_INVALID',
      { sourceKey: { decisionNo: 'x', name: 'y' } },
    ],
    ['without a reason', 'INPUT_INVALID', { reason: '  ' }],
    ['without a document', 'INPUT_INVALID', { documentNo: '' }],
  ])('%s is refused', async (_what, code, bent) => {
    await submit('fifth', [qualityRow(5), qualityRow(6)])
    const input = {
      changeId: `bad ${_what}`,
      sourceKey: keyOf(qualityRow(5)),
      record: qualityRow(5, { reason: '改' }),
    }
    expect(await change('correctRecord', { ...input, ...bent })).toMatchObject({ code })
    expect(await recordsOf(5)).toMatchObject([{ version: 1 }])
  })

  it('of another department’s record is refused', async () => {
    await submit('fifth', [qualityRow(5), qualityRow(6)])
    const input = { changeId: 'theirs', sourceKey: keyOf(qualityRow(5)), record: qualityRow(5) }
    expect(await change('correctRecord', input, ndrc)).toMatchObject({ code: 'DATASET_NOT_YOURS' })
  })
})

describe('a withdrawal', () => {
  it('ends the listing from the day of the decision, and the record is shown no more', async () => {
    const row = qualityRow(20)
    await submit('w-20', [row])
    expect(await listed(20)).toBe('LISTED')
    const input = { changeId: 'w-20', sourceKey: keyOf(row), decidedOn: '2026-11-20', reason: '复议撤销' }
    expect(await change('withdrawRecord', input)).toMatchObject({ change: { kind: 'WITHDRAWN', version: 2 } })
    // It is shared no more, not even for days on which it stood; only its own department still sees those.
    expect([await listed(20), await listed(20, '2026-11-19')]).toEqual(['UNKNOWN', 'UNKNOWN'])
    expect([await listed(20, '2026-11-19', qts), await listed(20, '2026-11-20', qts)]).toEqual([
      'LISTED',
      'CLEAR',
    ])
    expect(await recordsOf(20)).toEqual([])
    expect(await recordsOf(20, true)).toMatchObject([{ version: 2, status: 'WITHDRAWN' }])
    expect((await feedOf(20)).slice(2)).toEqual(['RECORD_WITHDRAWN', 'LISTING_ENDED'])
  })

  it('is final: the same row sent again is rejected, as is any further change', async () => {
    const row = qualityRow(21)
    await submit('w-21', [row])
    const input = { sourceKey: keyOf(row), decidedOn: '2026-11-20' }
    await change('withdrawRecord', { ...input, changeId: 'w-21' })
    expect((await submit('w-21-again', [row])).json).toMatchObject({
      data: {
        submitRecords: { batch: { accepted: 0, rejected: 1, problems: [{ code: 'RECORD_WITHDRAWN' }] } },
      },
    })
    expect(await change('withdrawRecord', { ...input, changeId: 'w-21-2' })).toMatchObject({
      code: 'RECORD_WITHDRAWN',
    })
    expect(await listed(21)).toBe('UNKNOWN')
  })

  it('decided in the future is refused', async () => {
    const row = qualityRow(22)
    await submit('w-22', [row])
    const input = { changeId: 'w-22', sourceKey: keyOf(row), decidedOn: '2099-01-01' }
    expect(await change('withdrawRecord', input)).toMatchObject({ code: 'INPUT_INVALID' })
  })
})

describe('supersession', () => {
  it('ends the earlier record in favour of a later one that stands', async () => {
    const [earlier, later] = [qualityRow(30), qualityRow(31)]
    await submit('s-30', [earlier, later])
    const input = { changeId: 's-30', sourceKey: keyOf(earlier), supersededBy: keyOf(later) }
    expect(await change('supersedeRecord', input)).toMatchObject({
      change: { kind: 'SUPERSEDED', version: 2 },
    })
    expect([await listed(30), await listed(31)]).toEqual(['UNKNOWN', 'LISTED'])
    expect(await recordsOf(30, true)).toMatchObject([{ status: 'SUPERSEDED' }])
    const back = { changeId: 's-31', sourceKey: keyOf(later), supersededBy: keyOf(earlier) }
    expect(await change('supersedeRecord', back)).toMatchObject({ code: 'RECORD_SUPERSEDED' })
    const itself = { changeId: 's-32', sourceKey: keyOf(later), supersededBy: keyOf(later) }
    expect(await change('supersedeRecord', itself)).toMatchObject({ code: 'INPUT_INVALID' })
  })
})

describe('rows that come late', () => {
  it('a row held in an earlier batch does not undo what was sent since', async () => {
    const good = qualityRow(40)
    const wrong = `${good.uscc?.slice(0, 17)}${good.uscc?.endsWith('0') ? '1' : '0'}`
    await submit('h-40', [{ ...good, uscc: wrong }])
    await change('correctRecord', { changeId: 'none', sourceKey: keyOf(good), record: good })
    const held = await exchange.database.prisma.heldRow.findFirstOrThrow({ where: { status: 'WAITING' } })
    await server.app.submissions.decideHeld('tester', Number(held.id), 'ACCEPTED', '原件如此')
    const later = { ...good, uscc: wrong, reason: '后来的事由' }
    expect((await submit('h-41', [later])).json).toMatchObject({
      data: { submitRecords: { batch: { accepted: 1 } } },
    })
  })
})

describe('versions', () => {
  it('a field that a later edition drops is still part of what was written by the earlier', async () => {
    await submit('v-50', [qualityRow(50)])
    const row = await exchange.database.prisma.dataset.findUniqueOrThrow({
      where: { code: dataset },
      include: { versions: { orderBy: { version: 'desc' }, take: 1 } },
    })
    const definition = JSON.parse(JSON.stringify(row.versions[0]?.definition))
    definition.fields = definition.fields
      .filter(({ name }: { name: string }) => name !== 'product')
      .map((field: { name: string }) =>
        field.name === 'reason' ? { ...field, disclosure: 'AUTHORISED' } : field,
      )
    await exchange.importCatalogue({
      datasets: [
        { code: dataset, department: 'QTS', listType: 'QUALITY_DISHONEST', status: 'ACTIVE', definition },
      ],
    })
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(await recordsOf(50)).toMatchObject([{ content: { product: '糕点', reason: expect.anything() } }])
    const answer = await ndrc.query(
      server.url,
      `query ($id: String!) { subject(identifier: $id) { records(first: 1) { edges { node { content } } } } }`,
      { id: inventedUscc(50) },
    )
    const { content } = (
      answer.json as { data: { subject: { records: { edges: { node: { content: QualityRow } }[] } } } }
    ).data.subject.records.edges[0]?.node ?? { content: {} }
    expect(content.product).toBe('糕点')
    expect(content.reason).toBeUndefined()
  })
})
