import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { consoleCode, TestOfficer } from '../support/console.ts'
import type { TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { catalogueSeen, foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../support/quality-rows.ts'

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let officer: TestOfficer
let auditor: TestOfficer
let administrator: TestOfficer

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  await exchange.department(server, 'NDRC', {
    kind: foundingKinds.NDRC,
    roles: ['CREDIT_OFFICE', 'ENQUIRER'],
  })
  await importFoundingCatalogue(exchange)
  await catalogueSeen(server)
  officer = await TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: ['OFFICER'] })
  auditor = await TestOfficer.signedIn(exchange, server, { department: 'NDRC', roles: ['AUDITOR'] })
  administrator = await TestOfficer.signedIn(exchange, server, {
    department: 'NDRC',
    roles: ['CITY_ADMINISTRATOR'],
  })
})
afterAll(() => exchange[Symbol.asyncDispose]())

const rows = (...numbers: number[]) =>
  numbers
    .map((n) => JSON.stringify(qualityRow(n, { listedOn: '2026-03-20', noticedOn: '2026-02-20' })))
    .join('\n')

const sendFile = (
  who: TestOfficer,
  body: string,
  address = 'dataset=QTS_DISHONEST&batchId=from-the-browser&name=a.ndjson',
) => who.send(`/console/batches?${address}`, { body, headers: { 'content-type': 'application/x-ndjson' } })

const confirmBatch = (who: TestOfficer) =>
  who.ask(
    `mutation ($input: ConfirmBatchInput!) { confirmBatch(input: $input) { __typename ... on Refusal { code } } }`,
    { input: { batchId: 'from-the-browser', officer: '别人', reason: '已核对' } },
  )

type BatchState = { status: string; accepted: number; rejected: number; annotated: { bytes: number } | null }
const batchOf = (id: string) =>
  officer.get<BatchState>(
    'query ($id: String!) { batch(batchId: $id) { status accepted rejected annotated { bytes } } }',
    { id },
  )

describe('a file from the browser', () => {
  test('is taken, worked on, and its rows come back with the reasons beside them', async () => {
    const body = `${rows(1, 2)}\n${JSON.stringify({ ...qualityRow(3), uscc: '不是代码' })}`
    const taken = await sendFile(officer, body)
    expect([taken.status, await taken.json()]).toMatchObject([202, { batch: { status: 'RECEIVED' } }])
    const state = async () => (await batchOf('from-the-browser')).status
    // It feeds a list: one officer alone lists nobody.
    await expect.poll(state, { timeout: 15_000 }).toBe('SUSPICIOUS')
    expect(consoleCode(await confirmBatch(officer))).toBe('FOUR_EYES_REQUIRED')
    expect([await state(), (await batchOf('from-the-browser')).accepted]).toEqual(['SUSPICIOUS', 0])
    const second = await TestOfficer.signedIn(exchange, server, {
      department: 'QTS',
      roles: ['REVIEWER'],
      name: '周复核',
    })
    expect(consoleCode(await confirmBatch(second))).toBeNull()
    await expect.poll(state, { timeout: 15_000 }).toBe('DONE')
    const { rows: confirmed } = await exchange.database.pool.query(
      `SELECT sent_by, confirmation ->> 'by' AS by FROM batch WHERE batch_id = 'from-the-browser'`,
    )
    // Who confirmed is who sat there, whatever name the input bore.
    expect(confirmed).toEqual([{ sent_by: officer.id, by: `周复核（officer:${second.id}）` }])
    expect(await batchOf('from-the-browser')).toMatchObject({ accepted: 2, rejected: 1 })
    const copy = await officer.send('/console/batches/annotated?batchId=from-the-browser', {
      method: 'GET',
      headers: { origin: null, 'x-console': null, 'sec-fetch-site': 'same-origin' },
    })
    expect([copy.status, copy.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    expect(await copy.text()).toContain('不是代码')
    const { rows: acts } = await exchange.database.pool.query(
      `SELECT operation FROM officer_act WHERE officer_id = $1`,
      [officer.id],
    )
    expect(acts).toContainEqual({ operation: 'batch QTS_DISHONEST' })
    expect((await exchange.logRows()).map(({ leaf }) => leaf)).toContainEqual(
      expect.objectContaining({
        operation: 'batch QTS_DISHONEST',
        outcome: 'OK',
        kid: `officer:${officer.id}`,
      }),
    )
  })

  test.each<[string, () => Promise<Response>, number]>([
    ['of somebody who may not send any', () => sendFile(auditor, rows(4)), 403],
    [
      'for a dataset that is not hers',
      () => sendFile(officer, rows(4), 'dataset=PBOC_PENALTIES&batchId=b'),
      422,
    ],
    ['without its dataset', () => sendFile(officer, rows(4), 'batchId=b'), 400],
    [
      'of another page',
      () =>
        officer.send('/console/batches?dataset=QTS_DISHONEST&batchId=evil', {
          body: rows(4),
          headers: { 'content-type': 'text/plain', origin: 'https://evil.example.invalid' },
        }),
      403,
    ],
    [
      'as a form sends it',
      () =>
        officer.send('/console/batches?dataset=QTS_DISHONEST&batchId=evil', {
          body: rows(4),
          headers: { 'content-type': 'multipart/form-data; boundary=x' },
        }),
      415,
    ],
  ])('%s is not taken', async (_what, send, status) => {
    expect((await send()).status).toBe(status)
    const { rows: found } = await exchange.database.pool.query(
      `SELECT FROM batch WHERE batch_id IN ('b', 'evil')`,
    )
    expect(found).toEqual([])
  })

  test('a link of another site downloads nothing', async () => {
    const answer = await officer.send('/console/batches/annotated?batchId=from-the-browser', {
      method: 'GET',
      headers: { origin: null, 'x-console': null, 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.status).toBe(403)
  })
})

describe('a look-up', () => {
  const lookUp = 'query ($i: String!, $p: String!) { lookUp(identifier: $i, purpose: $p) { name } }'

  test('is in the log with its purpose, its officer and a digest of whom it was about', async () => {
    const answer = await officer.ask(lookUp, { i: inventedUscc(1), p: '行政许可审查' })
    expect(answer.json.errors).toBeUndefined()
    const row = (await exchange.logRows()).at(-1)
    expect(row?.leaf).toMatchObject({
      operation: 'query lookUp',
      purpose: '行政许可审查',
      kid: `officer:${officer.id}`,
    })
    const digest = createHash('sha256')
      .update(row?.salt ?? '')
      .update(`USCC ${inventedUscc(1)}`)
      .digest()
    expect(row?.digests).toEqual(digest)
    expect(answer.headers.get('log-index')).toBe(String(row?.logIndex))
  })

  test('needs a purpose that says something', async () => {
    expect(consoleCode(await officer.ask(lookUp, { i: inventedUscc(1), p: ' ' }))).toBe('INPUT_INVALID')
  })

  test('a certificate that was printed can be had again, by her department alone', async () => {
    const issued = await officer.get<{ document: { serial: string; pdfSha256: string } }>(
      `mutation ($input: IssueSearchCertificateInput!) { issueSearchCertificate(input: $input) {
         ... on IssueSearchCertificateSuccess { document { serial pdfSha256 } } ... on Refusal { code message } } }`,
      { input: { certificateId: 'c-1', identifier: inventedUscc(1), purpose: '招标投标' } },
    )
    const { serial, pdfSha256 } = issued.document
    const pdf = await officer.send(`/console/documents/${serial}`, {
      method: 'GET',
      headers: { origin: null },
    })
    const bytes = Buffer.from(await pdf.arrayBuffer())
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(pdfSha256)
    const stranger = await TestOfficer.signedIn(exchange, server, { department: 'NDRC', roles: ['OFFICER'] })
    const refused = await stranger.send(`/console/documents/${serial}`, {
      method: 'GET',
      headers: { origin: null },
    })
    expect(refused.status).toBe(404)
  })
})

describe('an auditor', () => {
  type Entry = {
    logIndex: number
    operation: string
    officer: { id: string } | null
    proofState: string
    proof: { verified: boolean; leaf: string } | null
  }
  const entries = async (filter: object) =>
    (
      await auditor.get<{ edges: { node: Entry }[] }>(
        `query ($filter: AuditFilter) { auditEntries(filter: $filter, first: 200) { edges { node {
           logIndex operation officer { id } proofState proof { verified leaf } } } } }`,
        { filter },
      )
    ).edges.map(({ node }) => node)

  test('sees what every department and officer asked, each proven to be in the log', async () => {
    await qts.query(server.url, `{ subject(identifier: "${inventedUscc(2)}") { name } }`)
    await expect
      .poll(async () => (await entries({})).every(({ proofState }) => proofState !== 'WAITING'), {
        timeout: 30_000,
      })
      .toBe(true)
    const all = await entries({})
    expect(all.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['query lookUp', 'query subject']),
    )
    expect(all.every(({ proof }) => proof?.verified)).toBe(true)
    const hers = await entries({ officerId: officer.id, operation: 'query lookUp', outcome: 'OK' })
    expect(hers.length).toBeGreaterThan(0)
    expect(hers.every((entry) => entry.officer?.id === officer.id)).toBe(true)
    expect(await entries({ to: '2020-01-01' })).toEqual([])
    expect(await entries({ department: 'PBOC' })).toEqual([])
  })

  test('finds who asked about a subject, and that she looked is in the log as well', async () => {
    const found = await entries({ subject: inventedUscc(2) })
    expect(found.map(({ operation }) => operation)).toContain('query subject')
    expect(found.map(({ operation }) => operation)).not.toContain('query lookUp')
    expect((await exchange.logRows()).at(-1)?.leaf).toMatchObject({
      kid: `officer:${auditor.id}`,
      operation: 'query auditEntries',
      purpose: '审计 (audit)',
    })
  })

  test('an entry that was changed where it lies is not proven', async () => {
    const last = (await entries({ outcome: 'OK' })).find(({ proofState }) => proofState === 'SIGNED')
    const { pool } = exchange.database
    await pool.query('ALTER TABLE exchange_log DISABLE TRIGGER ALL')
    const { rows: before } = await pool.query('SELECT leaf FROM exchange_log WHERE log_index = $1', [
      last?.logIndex,
    ])
    const forge = (leaf: string) =>
      pool.query('UPDATE exchange_log SET leaf = $2 WHERE log_index = $1', [last?.logIndex, leaf])
    await forge(before[0].leaf.replace('"status":200', '"status":201'))
    expect((await entries({})).filter(({ proof }) => proof && !proof.verified)).toMatchObject([
      { logIndex: last?.logIndex },
    ])
    await forge(before[0].leaf)
    await pool.query('ALTER TABLE exchange_log ENABLE TRIGGER ALL')
  })

  test('sees what officers and administrators did, and takes the log with her as a table', async () => {
    await administrator.get(
      `mutation { addDivision(input: { code: "419822", name: "=汝西县" }) { __typename } }`,
    )
    const acts = await auditor.get<{
      edges: { node: { officer: { id: string }; logIndex: number | null } }[]
    }>('{ officerActs { edges { node { officer { id } logIndex } } } }')
    expect(acts.edges.every(({ node }) => node.logIndex !== null)).toBe(true)
    const events = await auditor.get<{ edges: { node: { action: string; actor: string } }[] }>(
      'query ($f: AuditFilter) { administrationEvents(filter: $f) { edges { node { action actor } } } }',
      { f: { officerId: administrator.id } },
    )
    expect(events.edges.map(({ node }) => node.action)).toEqual(['DIVISION_ADDED'])
    await auditor.get('{ signInEvents { edges { node { action } } } }')
    const exported = await auditor.get<{ csv: string; rows: number; complete: boolean }>(
      '{ auditExport { csv rows complete } }',
    )
    expect(exported.complete).toBe(true)
    expect(exported.csv.trimEnd().split('\r\n')).toHaveLength(exported.rows + 1)
  })

  test('the log holds together with all of it, and a receipt of an officer’s exchange stands alone', async () => {
    const audit = await server.app.logAudit.audit(() => {})
    expect(audit.fault).toBeNull()
    const { jti } = (await exchange.logRows()).find(({ leaf }) => leaf.operation === 'query lookUp') ?? {
      jti: '',
    }
    const receipt = await qts.query(
      server.url,
      'query ($jti: String!) { receipt(requestId: $jti) { __typename ... on Receipt { leaf subjectDigests } } }',
      { jti },
    )
    expect(receipt.json).toMatchObject({ data: { receipt: { __typename: 'Receipt' } } })
  })
})

test('the dashboard tells what is there', async () => {
  const today = new Date().toLocaleDateString('en-CA', { timeZone: 'Asia/Shanghai' })
  const told = await officer.get<Record<string, unknown>>(
    `query ($from: Day!, $to: Day!) { dashboard { intake(from: $from, to: $to) { day department accepted rejected }
       lists { listType inForce } tasks { phase tasks } cases { kind cases }
       store { subjects logEntries signedEntries } service { ready logIntact answered medianTime } } }`,
    { from: today, to: today },
  )
  // Nobody has analysed this database: what it estimates of its tables would be nothing.
  const { rows: stored } = await exchange.database.pool.query('SELECT count(*) AS subjects FROM subject')
  expect(stored).toEqual([{ subjects: 2 }])
  expect(told).toMatchObject({
    store: { subjects: 2 },
    intake: [{ day: today, department: 'QTS', accepted: 2, rejected: 1 }],
    service: { ready: true, logIntact: true },
  })
  expect(told.lists).toContainEqual(expect.objectContaining({ inForce: 2 }))
})
