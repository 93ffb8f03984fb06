import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { vaultOf } from '../../../src/kernel/key-file.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { createRemedyService } from '../../../src/remedies/remedy-service.ts'
import { codeOf, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityRow } from '../../support/quality-rows.ts'

/** Objections and repairs as departments bring them: signed requests to a running exchange with the founding catalogue. */

let exchange: TestExchange
let server: RunningServer
let second: RunningServer
/** Provider of the list, of penalties; the credit office; one that only asks; one without part in it. */
let qts: TestDepartment
let aic: TestDepartment
let ndrc: TestDepartment
let asker: TestDepartment
let guest: TestDepartment
const today = legalDay(new Date())
const dataset = 'QTS_DISHONEST'
const applicant = {
  name: '赵隐私',
  contact: '13800001111',
  relation: 'SUBJECT',
  documentNo: '419802199001011238',
}

type Receipt = { code: string; kind: string; event: string; phase: string; at: string }
type Outcome = { receipt?: Receipt; code?: string; message?: string; legalBasis?: string | null }
let counter = 0
const nextId = () => {
  counter += 1
  return `act-${counter}`
}

const inputTypes: { [mutation: string]: string } = {
  openRemedy: 'OpenRemedyInput',
  acceptRemedy: 'RemedyActInput',
  refuseRemedy: 'ReasonedRemedyInput',
  sendRemedyToProvider: 'RemedyActInput',
  answerRemedy: 'AnswerRemedyInput',
  pauseRemedy: 'PauseRemedyInput',
  resumeRemedy: 'RemedyActInput',
  decideRemedy: 'DecideRemedyInput',
  withdrawRemedy: 'ReasonedRemedyInput',
}

async function act(by: TestDepartment, name: string, input: object, at = server): Promise<Outcome> {
  const answer = await by.query(
    at.url,
    `mutation ($input: ${inputTypes[name]}!) { ${name}(input: $input) {
       ... on RemedySuccess { receipt { code kind event phase at } } ... on Refusal { code message legalBasis } } }`,
    { input: name === 'openRemedy' ? input : { actionId: nextId(), ...input } },
  )
  const { data } = answer.json as { data?: { [field: string]: Outcome | null } }
  const outcome = data?.[name]
  if (!outcome) throw new TypeError(answer.body)
  return outcome
}

/** An act that must succeed. */
async function done(by: TestDepartment, name: string, input: object): Promise<Receipt> {
  const outcome = await act(by, name, input)
  if (!outcome.receipt) throw new TypeError(JSON.stringify(outcome))
  return outcome.receipt
}

const keyOf = ({ decisionNo, uscc }: QualityRow) => ({ decisionNo, uscc })
const opening = (row: QualityRow, more: object = {}) => ({
  openingId: nextId(),
  kind: 'OBJECTION',
  dataset,
  sourceKey: keyOf(row),
  applicant,
  grounds: '并非本企业所为。\r\n请核实。',
  receivedOn: today,
  ...more,
})
const repair = (row: QualityRow, more: object = {}) =>
  opening(row, {
    kind: 'REPAIR',
    pledge: { signedOn: today, text: '所交材料真实，如有不实愿承担责任' },
    ...more,
  })
const grant = {
  decision: 'GRANTED',
  reasons: '已履行全部义务',
  documentNo: '汝质监修〔2026〕1号',
  corrected: true,
  dutiesPerformed: true,
}

async function submit(rows: object[], by = qts, into = dataset) {
  const answer = await by.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { ... on SubmitRecordsSuccess { batch {
       accepted unchanged rejected problems { code } } } ... on Refusal { code message } } }`,
    { input: { dataset: into, batchId: nextId(), records: rows } },
  )
  const { data } = answer.json as {
    data: { submitRecords: { batch: { accepted: number; rejected: number; problems: { code: string }[] } } }
  }
  return data.submitRecords.batch
}

async function listed(n: number): Promise<string> {
  const answer = await asker.query(
    server.url,
    'query ($i: ScreenInput!) { screen(input: $i) { results { outcome listings { id } measures { code } } } }',
    { i: { purpose: '核查', subjects: [{ identifier: inventedUscc(n) }] } },
  )
  const { data } = answer.json as {
    data: { screen: { results: { outcome: string; listings: object[]; measures: object[] }[] } }
  }
  const [result] = data.screen.results
  if (result && result.outcome !== 'LISTED') expect([result.listings, result.measures]).toEqual([[], []])
  return result?.outcome ?? ''
}

async function listingOf(n: number) {
  const { rows } = await exchange.database.pool.query(
    `SELECT l.id, l.phase, l.disputed_since, l.exit_kind, l.exited_on, r.status, r.version
       FROM record r JOIN subject s ON s.id = r.subject_id LEFT JOIN listing l ON l.record_id = r.id WHERE s.uscc = $1`,
    [inventedUscc(n)],
  )
  return rows[0]
}

const feedOf = async (n: number): Promise<string[]> =>
  (
    await exchange.database.pool.query(
      'SELECT f.kind FROM feed_event f JOIN subject s ON s.id = f.subject_id WHERE s.uscc = $1 ORDER BY f.position',
      [inventedUscc(n)],
    )
  ).rows.map(({ kind }) => kind)

const caseFields = `code kind phase grounds applicant { name documentNo } provider { code } openedBy { code }
  present { rule owedBy { code } dueOn overdue } steps { rule } history { type by { code } details }`
type CaseShown = {
  code: string
  phase: string
  grounds: string | null
  applicant: { name: string; documentNo: string } | null
  present: { rule: string; owedBy: { code: string } | null; dueOn: string | null; overdue: boolean } | null
  history: { type: string; by: { code: string } | null; details: { [name: string]: unknown } | null }[]
}

async function shown(by: TestDepartment, code: string): Promise<CaseShown | null> {
  const answer = await by.query(
    server.url,
    `query ($code: String!) { remedy(code: $code) { ${caseFields} } }`,
    {
      code,
    },
  )
  return (answer.json as { data: { remedy: CaseShown | null } }).data.remedy
}

async function codes(by: TestDepartment, args: string): Promise<string[]> {
  const answer = await by.query(
    server.url,
    `{ remedies(${args}) { edges { node { code } } pageInfo { hasNextPage endCursor } } }`,
  )
  const { data } = answer.json as { data?: { remedies: { edges: { node: { code: string } }[] } } }
  if (!data) throw new TypeError(answer.body)
  return data.remedies.edges.map(({ node }) => node.code)
}

async function withListed(n: number, change: QualityRow = {}): Promise<QualityRow> {
  const row = qualityRow(n, change)
  expect((await submit([row])).accepted).toBe(1)
  return row
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  second = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  aic = await exchange.department(server, 'AIC', { kind: foundingKinds.AIC })
  ndrc = await exchange.department(server, 'NDRC', {
    kind: foundingKinds.NDRC,
    roles: ['PROVIDER', 'ENQUIRER', 'CREDIT_OFFICE'],
  })
  asker = await exchange.department(server, 'TAX', { kind: 'TAX', roles: ['ENQUIRER'] })
  guest = await exchange.department(server, 'GUEST', { kind: 'TAX', roles: [] })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

describe('who may', () => {
  it('a department without a role does nothing, one that only asks takes in and follows', async () => {
    const row = await withListed(1)
    const refused = await guest.query(
      server.url,
      'mutation ($input: OpenRemedyInput!) { openRemedy(input: $input) { __typename } }',
      { input: opening(row) },
    )
    expect(codeOf(refused)).toBe('FORBIDDEN')
    const { code } = await done(asker, 'openRemedy', opening(row))
    const accept = await asker.query(
      server.url,
      'mutation ($input: RemedyActInput!) { acceptRemedy(input: $input) { __typename } }',
      { input: { actionId: nextId(), code } },
    )
    expect(codeOf(accept)).toBe('FORBIDDEN')
    expect(await shown(aic, code)).toBeNull()
    expect(await act(aic, 'acceptRemedy', { code })).toMatchObject({ code: 'CASE_NOT_FOUND' })
    await done(ndrc, 'acceptRemedy', { code })
    expect(await act(qts, 'sendRemedyToProvider', { code })).toMatchObject({
      code: 'CASE_NOT_YOURS',
      legalBasis: expect.stringContaining('第四十一条'),
    })
    expect(await act(ndrc, 'answerRemedy', { code, answer: 'CONFIRMED', reasons: '属实' })).toMatchObject({
      code: 'CASE_NOT_YOURS',
    })
  })

  it('who applied and what was found is for provider and credit office, and unreadable in the database', async () => {
    const row = await withListed(2)
    const { code } = await done(asker, 'openRemedy', opening(row))
    expect(await shown(asker, code)).toMatchObject({
      phase: 'RECEIVED',
      grounds: null,
      applicant: null,
      history: [{ type: 'RECEIVED', by: { code: 'TAX' }, details: null }],
    })
    for (const party of [qts, ndrc])
      expect(await shown(party, code)).toMatchObject({
        grounds: '并非本企业所为。\n请核实。',
        applicant: { name: applicant.name, documentNo: applicant.documentNo },
        history: [{ type: 'RECEIVED', details: { pledge: null } }],
      })
    const { rows } = await exchange.database.pool.query(
      `SELECT c::text || coalesce((SELECT string_agg(e::text, '') FROM remedy_event e WHERE e.case_id = c.id), '') AS text,
              encode(c.applicant, 'escape') AS bytes FROM remedy_case c`,
    )
    const kept = rows.map(({ text, bytes }) => `${text} ${bytes}`).join('') + exchange.logLines.join('')
    for (const secret of [applicant.name, applicant.contact, applicant.documentNo])
      expect(kept).not.toContain(secret)
    // Nor are the bytes of one case good for another.
    await exchange.database.pool.query(
      `UPDATE remedy_case SET applicant = (SELECT applicant FROM remedy_case WHERE code <> $1 LIMIT 1) WHERE code = $1`,
      [code],
    )
    const answer = await qts.query(server.url, `{ remedy(code: "${code}") { applicant { name } } }`)
    expect(codeOf(answer)).toBe('INTERNAL')
  })

  it('a case about what the caller may not know of is not opened', async () => {
    const ghost = qualityRow(999)
    expect(await act(asker, 'openRemedy', opening(ghost))).toMatchObject({ code: 'RECORD_NOT_FOUND' })
    expect(
      await act(asker, 'openRemedy', {
        ...opening(ghost),
        dataset: null,
        sourceKey: null,
        listingId: '99999',
      }),
    ).toMatchObject({ code: 'LISTING_NOT_FOUND' })
    expect(await act(asker, 'openRemedy', { ...opening(ghost), dataset: null })).toMatchObject({
      code: 'INPUT_INVALID',
    })
  })
})

describe('an objection', () => {
  it('marks the listing at once, and once corrected is upheld and the mark taken off', async () => {
    const row = await withListed(10)
    const { code } = await done(asker, 'openRemedy', opening(row))
    expect(await listingOf(10)).toMatchObject({ phase: 'LISTED', disputed_since: today })
    // Disputed, it stays in force.
    expect(await listed(10)).toBe('LISTED')
    await done(ndrc, 'acceptRemedy', { code })
    await done(ndrc, 'sendRemedyToProvider', { code })
    expect(await shown(qts, code)).toMatchObject({
      phase: 'VERIFYING',
      present: { rule: 'OBJECTION_PROVIDER', owedBy: { code: 'QTS' } },
    })
    await done(qts, 'answerRemedy', { code, answer: 'TO_CORRECT', reasons: '事由有误' })
    const upheld = {
      code,
      decision: 'UPHELD',
      outcome: 'CORRECT',
      reasons: '已更正',
      documentNo: '汝发改复1号',
    }
    expect(await act(ndrc, 'decideRemedy', upheld)).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' })
    const corrected = await qts.query(
      server.url,
      `mutation ($input: CorrectRecordInput!) { correctRecord(input: $input) { ... on Refusal { code } } }`,
      {
        input: {
          changeId: nextId(),
          dataset,
          sourceKey: keyOf(row),
          reason: '录入有误',
          documentNo: '汝质监更1号',
          record: { ...row, reason: '另一事由' },
        },
      },
    )
    expect(corrected.json).toEqual({ data: { correctRecord: {} } })
    expect(await act(ndrc, 'decideRemedy', { ...upheld, outcome: 'REMOVE', apology: '致歉' })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    })
    expect(await done(ndrc, 'decideRemedy', upheld)).toMatchObject({ phase: 'UPHELD' })
    expect(await listingOf(10)).toMatchObject({ phase: 'LISTED', disputed_since: null, status: 'ACTIVE' })
    expect(await feedOf(10)).toEqual([
      'RECORD_STORED',
      'LISTED',
      'LISTING_CHANGED',
      'RECORD_STORED',
      'LISTING_CORRECTED',
      'LISTING_CHANGED',
    ])
    expect((await shown(ndrc, code))?.history.map(({ type }) => type)).toEqual([
      'RECEIVED',
      'ACCEPTED',
      'SENT_TO_PROVIDER',
      'ANSWERED',
      'UPHELD',
    ])
  })

  it('against what should never have been ends it all at once, with an apology', async () => {
    const row = await withListed(11)
    const { code } = await done(asker, 'openRemedy', opening(row))
    await done(ndrc, 'acceptRemedy', { code })
    await done(ndrc, 'sendRemedyToProvider', { code })
    await done(qts, 'answerRemedy', { code, answer: 'TO_WITHDRAW', reasons: '张冠李戴' })
    const removal = {
      code,
      decision: 'UPHELD',
      outcome: 'REMOVE',
      reasons: '错误列入',
      documentNo: '汝质监撤1号',
    }
    expect(await act(qts, 'decideRemedy', removal)).toMatchObject({
      code: 'INPUT_INVALID',
      legalBasis: expect.stringContaining('第六十六条'),
    })
    await done(qts, 'decideRemedy', { ...removal, apology: '对此深表歉意' })
    expect(await listed(11)).not.toBe('LISTED')
    expect(await listingOf(11)).toMatchObject({
      phase: 'ENDED',
      exit_kind: 'WRONGFUL',
      exited_on: today,
      disputed_since: null,
      status: 'WITHDRAWN',
      version: 2,
    })
    expect((await feedOf(11)).slice(3).toSorted()).toEqual([
      'LISTING_CHANGED',
      'LISTING_ENDED',
      'RECORD_WITHDRAWN',
    ])
    expect(await submit([row])).toMatchObject({ rejected: 1, problems: [{ code: 'RECORD_WITHDRAWN' }] })
  })

  it('against a record that its provider withdrew in the meantime can still be upheld', async () => {
    const row = await withListed(15)
    const { code } = await done(qts, 'openRemedy', opening(row))
    await done(qts, 'acceptRemedy', { code })
    await qts.query(
      server.url,
      'mutation ($input: WithdrawRecordInput!) { withdrawRecord(input: $input) { __typename } }',
      {
        input: {
          changeId: nextId(),
          dataset,
          sourceKey: keyOf(row),
          decidedOn: today,
          reason: '撤销',
          documentNo: '汝质监撤2号',
        },
      },
    )
    const upheld = { code, decision: 'UPHELD', reasons: '已撤销', documentNo: '汝质监复4号' }
    await done(qts, 'decideRemedy', { ...upheld, outcome: 'REMOVE', apology: '致歉' })
    expect(await listingOf(15)).toMatchObject({
      exit_kind: 'WRONGFUL',
      disputed_since: null,
      status: 'WITHDRAWN',
      version: 2,
    })
  })

  it('the provider settles itself what was brought to it; the platform only its own fault', async () => {
    const row = await withListed(12)
    const own = await done(qts, 'openRemedy', opening(row))
    await done(qts, 'acceptRemedy', { code: own.code })
    const rejected = { decision: 'REJECTED', reasons: '属实', documentNo: '汝质监复2号' }
    await done(qts, 'decideRemedy', { code: own.code, ...rejected })
    expect(await listingOf(12)).toMatchObject({ phase: 'LISTED', disputed_since: null })
    const platform = await done(ndrc, 'openRemedy', opening(row))
    await done(ndrc, 'acceptRemedy', { code: platform.code })
    const upheld = { code: platform.code, decision: 'UPHELD', reasons: '平台错挂', documentNo: '汝发改复2号' }
    expect(await act(ndrc, 'decideRemedy', { ...upheld, outcome: 'REMOVE', apology: '致歉' })).toMatchObject({
      code: 'CASE_NOT_YOURS',
    })
    await done(ndrc, 'decideRemedy', { ...upheld, outcome: 'PLATFORM' })
    expect(await listingOf(12)).toMatchObject({ phase: 'LISTED', disputed_since: null, status: 'ACTIVE' })
  })

  it('the mark stays until the last objection is settled', async () => {
    const row = await withListed(13)
    const [first, other] = [
      await done(asker, 'openRemedy', opening(row)),
      await done(ndrc, 'openRemedy', opening(row)),
    ]
    await done(ndrc, 'refuseRemedy', { code: first.code, reasons: '材料不全' })
    expect(await listingOf(13)).toMatchObject({ disputed_since: today })
    await done(ndrc, 'withdrawRemedy', { code: other.code, reasons: '申请人撤回' })
    expect(await listingOf(13)).toMatchObject({ disputed_since: null })
    expect(await act(ndrc, 'acceptRemedy', { code: other.code })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    })
  })

  it('an inspection stops its clock', async () => {
    const row = await withListed(14)
    const { code } = await done(ndrc, 'openRemedy', opening(row))
    await done(ndrc, 'acceptRemedy', { code })
    await done(ndrc, 'pauseRemedy', { code, inspection: 'APPRAISAL', reasons: '送检' })
    expect(await shown(ndrc, code)).toMatchObject({ present: { rule: 'OBJECTION_OWN', dueOn: null } })
    await done(ndrc, 'resumeRemedy', { code })
    expect((await shown(ndrc, code))?.present?.dueOn).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  })
})

describe('a repair', () => {
  it('granted lifts measures, ends the listing and stops sharing, all at once', async () => {
    const row = await withListed(20)
    expect(await listed(20)).toBe('LISTED')
    const { id: listingId } = await listingOf(20)
    const byListing = { ...repair(row), dataset: null, sourceKey: null, listingId: String(listingId) }
    const { code } = await done(asker, 'openRemedy', byListing)
    expect(await act(asker, 'openRemedy', repair(row))).toMatchObject({ code: 'CASE_ALREADY_OPEN' })
    await done(ndrc, 'acceptRemedy', { code })
    expect(await shown(qts, code)).toMatchObject({
      present: { rule: 'REPAIR_DECISION_SAMR', owedBy: { code: 'QTS' } },
    })
    // 谁认定、谁修复: not even the credit office.
    expect(await act(ndrc, 'decideRemedy', { code, ...grant })).toMatchObject({ code: 'CASE_NOT_YOURS' })
    expect(await act(qts, 'decideRemedy', { code, ...grant, dutiesPerformed: false })).toMatchObject({
      code: 'REPAIR_NOT_POSSIBLE',
    })
    expect(await listed(20)).toBe('LISTED')
    await done(qts, 'decideRemedy', { code, ...grant })
    expect(await listingOf(20)).toMatchObject({
      phase: 'ENDED',
      exit_kind: 'REPAIRED',
      exited_on: today,
      status: 'REPAIRED',
    })
    const { rows } = await exchange.database.pool.query(
      `SELECT count(*) AS standing FROM listing l
        WHERE l.id = $1 AND listing_in_force(l.listed_on, l.ends_on, l.exited_on, l.suspended, $2)`,
      [listingId, today],
    )
    expect(rows).toEqual([{ standing: 0 }])
    expect(await listed(20)).not.toBe('LISTED')
    const answer = await asker.query(
      server.url,
      `query ($id: String!) { subject(identifier: $id) { records(first: 5, includeEnded: true) { edges { node { id } } } } }`,
      { id: inventedUscc(20) },
    )
    const { subject } = (answer.json as { data: { subject: { records: { edges: object[] } } | null } }).data
    expect(subject?.records.edges ?? []).toEqual([])
    expect((await feedOf(20)).slice(2).toSorted()).toEqual(['LISTING_ENDED', 'RECORD_REPAIRED'])
    // The next full export does not revive it.
    expect(await submit([row])).toMatchObject({ rejected: 1, problems: [{ code: 'RECORD_REPAIRED' }] })
    expect(await act(qts, 'openRemedy', repair(row))).toMatchObject({ code: 'RECORD_REPAIRED' })
  })

  it('of a penalty that lists nobody', async () => {
    const lines = await readFile(
      new URL('../../../prisma/demo-city/records/AIC_PENALTIES.ndjson', import.meta.url),
      'utf8',
    )
    const penalty = JSON.parse(lines.split('\n')[0] ?? '')
    expect((await submit([penalty], aic, 'AIC_PENALTIES')).accepted).toBe(1)
    const found = await exchange.database.prisma.dataset.findUniqueOrThrow({
      where: { code: 'AIC_PENALTIES' },
      include: { versions: { orderBy: { version: 'desc' }, take: 1 } },
    })
    const { sourceKey } = JSON.parse(JSON.stringify(found.versions[0]?.definition)) as { sourceKey: string[] }
    const input = {
      ...repair({}),
      dataset: 'AIC_PENALTIES',
      sourceKey: Object.fromEntries(sourceKey.map((name) => [name, penalty[name]])),
    }
    const { code } = await done(asker, 'openRemedy', input)
    await done(aic, 'acceptRemedy', { code })
    await done(aic, 'decideRemedy', { code, ...grant })
    const { rows } = await exchange.database.pool.query(
      'SELECT r.status FROM record r JOIN dataset d ON d.id = r.dataset_id WHERE d.code = $1',
      ['AIC_PENALTIES'],
    )
    expect(rows).toEqual([{ status: 'REPAIRED' }])
  })

  it('is refused before its first day, without a pledge, or where no rule allows it', async () => {
    const fresh = await withListed(21, {
      noticedOn: addCalendarDays(today, -30),
      listedOn: addCalendarDays(today, -10),
    })
    const early = await act(asker, 'openRemedy', repair(fresh))
    expect(early).toMatchObject({
      code: 'REPAIR_TOO_EARLY',
      legalBasis: expect.stringContaining('信用修复管理办法'),
    })
    expect(early.message).toMatch(/\d{4}-\d{2}-\d{2} 起/)
    const old = await withListed(22)
    expect(await act(asker, 'openRemedy', repair(old, { pledge: null }))).toMatchObject({
      code: 'INPUT_INVALID',
    })
    // 守信 is nothing that one is repaired of.
    const lines = await readFile(
      new URL('../../../prisma/demo-city/records/QTS_TRUSTWORTHY.ndjson', import.meta.url),
      'utf8',
    )
    const praise = JSON.parse(lines.split('\n')[0] ?? '')
    expect((await submit([praise], qts, 'QTS_TRUSTWORTHY')).accepted).toBe(1)
    const { rows } = await exchange.database.pool.query(
      `SELECT l.id FROM listing l JOIN dataset d ON d.id = l.dataset_id WHERE d.code = 'QTS_TRUSTWORTHY'`,
    )
    const byListing = { dataset: null, sourceKey: null, listingId: String(rows[0].id) }
    expect(await act(asker, 'openRemedy', repair(old, byListing))).toMatchObject({
      code: 'REPAIR_NOT_POSSIBLE',
    })
    const cases = await exchange.database.pool.query(
      `SELECT count(*) AS cases FROM remedy_case c JOIN record r ON r.id = c.record_id JOIN subject s ON s.id = r.subject_id
        WHERE s.uscc = ANY ($1)`,
      [[inventedUscc(21), inventedUscc(22), praise.uscc]],
    )
    expect(cases.rows).toEqual([{ cases: 0 }])
  })

  it('refused or denied, all stays as it was', async () => {
    const row = await withListed(23)
    const { code } = await done(asker, 'openRemedy', repair(row))
    await done(ndrc, 'acceptRemedy', { code })
    await done(qts, 'decideRemedy', {
      code,
      decision: 'DENIED',
      reasons: '尚未履行',
      documentNo: '汝质监复3号',
    })
    expect(await listingOf(23)).toMatchObject({ phase: 'LISTED', status: 'ACTIVE' })
    const again = await done(asker, 'openRemedy', repair(row))
    await done(ndrc, 'refuseRemedy', { code: again.code, reasons: '材料不全' })
    expect(await listed(23)).toBe('LISTED')
  })
})

describe('once and only once', () => {
  it('twenty openings with one id are one case, told alike', async () => {
    const input = opening(await withListed(30))
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => act(asker, 'openRemedy', input, n % 2 ? server : second)),
    )
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    expect(outcomes[0]?.receipt).toMatchObject({ event: 'RECEIVED' })
    expect(await act(asker, 'openRemedy', { ...input, grounds: '别的理由' })).toMatchObject({
      code: 'ACTION_ID_REUSED',
    })
    expect(await feedOf(30)).toEqual(['RECORD_STORED', 'LISTED', 'LISTING_CHANGED'])
  })

  it('an opening repeated after its record got another source number is still the same', async () => {
    const row = await withListed(37)
    const input = opening(row)
    const { code } = await done(asker, 'openRemedy', input)
    await exchange.database.pool.query(
      `UPDATE record r SET source_key = 'another' FROM remedy_case c WHERE c.record_id = r.id AND c.code = $1`,
      [code],
    )
    expect(await done(asker, 'openRemedy', input)).toMatchObject({ code })
  })

  it('twenty decisions with one id are one decision; with twenty, one counts', async () => {
    const [one, other] = [await withListed(31), await withListed(32)]
    const opened = [
      await done(asker, 'openRemedy', repair(one)),
      await done(asker, 'openRemedy', repair(other)),
    ]
    for (const { code } of opened) await done(ndrc, 'acceptRemedy', { code })
    const same = { code: opened[0]?.code, actionId: nextId(), ...grant }
    const alike = await Promise.all(
      Array.from({ length: 20 }, (_, n) => act(qts, 'decideRemedy', same, n % 2 ? server : second)),
    )
    expect(new Set(alike.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    expect(alike[0]?.receipt).toMatchObject({ phase: 'GRANTED' })
    const rivals = await Promise.all(
      Array.from({ length: 20 }, () => act(qts, 'decideRemedy', { code: opened[1]?.code, ...grant })),
    )
    expect(rivals.filter(({ receipt }) => receipt)).toHaveLength(1)
    for (const n of [31, 32])
      expect((await feedOf(n)).filter((kind) => kind === 'RECORD_REPAIRED')).toHaveLength(1)
    expect(
      await act(qts, 'acceptRemedy', { ...same, ...{ code: opened[1]?.code } }).catch(() => 'typed'),
    ).toBe('typed')
  })

  it('acts, corrections and rows at once never wait for each other in a circle', async () => {
    const rows = await Promise.all([33, 34, 35, 36].map((n) => withListed(n)))
    const opened = await Promise.all(rows.map((row) => done(asker, 'openRemedy', opening(row))))
    const results = await Promise.all([
      ...opened.map(({ code }) => act(ndrc, 'withdrawRemedy', { code, reasons: '撤回' })),
      ...rows.map((row) => submit([{ ...row, reason: '又一事由' }])),
      ...rows.map((row) => act(asker, 'openRemedy', repair(row))),
    ])
    expect(results).toHaveLength(12)
    for (const n of [33, 34, 35, 36]) expect(await listingOf(n)).toMatchObject({ disputed_since: null })
  })
})

describe('what is overdue', () => {
  it('is escalated once a step, by however many replicas, and counts against who owed it', async () => {
    const row = await withListed(40)
    const received = addCalendarDays(today, -40)
    const { code } = await done(asker, 'openRemedy', opening(row, { receivedOn: received }))
    expect(await shown(ndrc, code)).toMatchObject({
      present: { rule: 'OBJECTION_OWN', owedBy: { code: 'NDRC' }, overdue: true },
    })
    expect(await codes(ndrc, 'overdueOnly: true, first: 100')).toEqual([code])
    expect(await codes(ndrc, 'mine: true, first: 100')).toContain(code)
    expect(await codes(qts, 'mine: true, first: 100')).not.toContain(code)
    expect(await codes(aic, 'first: 100')).not.toContain(code)
    const now = new Date()
    const counts = await Promise.all(
      [server, second, server, second].map(({ app }) => app.remedyTimeliness.escalateOverdue(now)),
    )
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect(await server.app.remedyTimeliness.escalateOverdue(now)).toBe(0)
    const { history } = (await shown(ndrc, code)) ?? { history: [] }
    expect(history.slice(1)).toMatchObject([
      { type: 'ESCALATED', by: null, details: { rule: 'OBJECTION_OWN' } },
    ])
    const timeliness = async () => {
      const answer = await asker.query(
        server.url,
        `query ($from: Day!, $to: Day!) { remedyTimeliness(from: $from, to: $to) {
           departmentCode rule due onTime late openOverdue } }`,
        { from: received, to: addCalendarDays(received, 25) },
      )
      return (answer.json as { data: { remedyTimeliness: object[] } }).data.remedyTimeliness
    }
    const counted = { departmentCode: 'NDRC', rule: 'OBJECTION_OWN', due: 1, onTime: 0 }
    expect(await timeliness()).toEqual([{ ...counted, late: 0, openOverdue: 1 }])
    await done(ndrc, 'refuseRemedy', { code, reasons: '材料不全' })
    expect(await timeliness()).toEqual([{ ...counted, late: 1, openOverdue: 0 }])
  })

  it('cases are paged in the order of their making', async () => {
    const all = await codes(ndrc, 'first: 500')
    const answer = await ndrc.query(
      server.url,
      '{ remedies(first: 2) { edges { cursor node { code } } pageInfo { hasNextPage endCursor } } }',
    )
    const { remedies } = (
      answer.json as { data: { remedies: { pageInfo: { hasNextPage: boolean; endCursor: string } } } }
    ).data
    expect(remedies.pageInfo.hasNextPage).toBe(true)
    expect(await codes(ndrc, `first: 2, after: "${remedies.pageInfo.endCursor}"`)).toEqual(all.slice(2, 4))
    expect(await codes(ndrc, 'first: 500, kind: REPAIR, phase: GRANTED')).toHaveLength(4)
  })
})

describe('from the website', () => {
  it('a case is the credit office’s, once', async () => {
    const row = await withListed(50)
    const input = {
      openingId: 'form-1',
      kind: 'OBJECTION' as const,
      target: { dataset, sourceKey: keyOf(row) as { [field: string]: string } },
      applicant: { ...applicant, relation: 'SUBJECT' as const },
      grounds: '并非本企业所为',
      pledge: null,
    }
    const receipt = await server.app.remedies.openByPublic(input)
    expect(await server.app.remedies.openByPublic(input)).toEqual(receipt)
    const tomorrow = createRemedyService({
      pool: exchange.database.pool,
      vault: vaultOf(exchange.keyFile),
      clock: { now: () => new Date(Date.now() + 86_400_000) },
      catalogue: server.app.catalogue,
      random: randomBytes,
      earliestRepairOn: async () => null,
    })
    expect(await tomorrow.openByPublic(input)).toEqual(receipt)
    expect(await listingOf(50)).toMatchObject({ disputed_since: today })
    expect(await shown(ndrc, receipt.code)).toMatchObject({
      openedBy: { code: 'NDRC' },
      history: [{ type: 'RECEIVED', by: null }],
      present: { owedBy: { code: 'NDRC' } },
    })
  })
})
