import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { type Answer, codeOf, type TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, qualityCsv, qualityRow } from '../support/quality-rows.ts'

/** Files of records over the wire: real bytes to `POST /batches`, on one or two replicas, through crashes. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let pboc: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  await importFoundingCatalogue(exchange)
})
afterAll(() => exchange[Symbol.asyncDispose]())

const batchFields = `batchId dataset status received accepted unchanged held rejected withdrawn rowsChecked rowsTotal
  money { field read accepted rejected } suspicions { code } refusal { code line message }
  file { name format encoding sheet bytes sha256 } annotated { bytes sha256 } problemCount
  problems { index line field code held }`

type Batch = {
  status: string
  received: number
  accepted: number
  unchanged: number
  held: number
  rejected: number
  withdrawn: number
  rowsChecked: number
  rowsTotal: number | null
  suspicions: { code: string }[]
  refusal: { code: string; line: number | null; message: string } | null
  file: { format: string; encoding: string | null; sheet: string | null }
  annotated: { bytes: number; sha256: string } | null
  problemCount: number
  problems: { index: number; line: number; field: string | null; code: string; held: boolean }[]
}

async function batchOf(batchId: string, department = qts, from = server): Promise<Batch | null> {
  const answer = await department.query(
    from.url,
    `query ($id: String!) { batch(batchId: $id) { ${batchFields} } }`,
    {
      id: batchId,
    },
  )
  const { data } = answer.json as { data?: { batch: Batch | null } }
  if (!data) throw new TypeError(answer.body)
  return data.batch
}

const working = ['RECEIVED', 'CHECKING', 'STORING', 'ANNOTATING']

async function settled(batchId: string, department = qts, from = server): Promise<Batch> {
  for (;;) {
    const batch = await batchOf(batchId, department, from)
    if (!batch) throw new TypeError(`no batch ${batchId}`)
    if (!working.includes(batch.status)) return batch
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

const send = (batchId: string, bytes: string | Buffer, more: Record<string, string> = {}, bend = {}) =>
  qts.sendFile(server.url, { dataset: 'QTS_DISHONEST', batchId, ...more }, bytes, bend)

const count = async (sql: string, values: unknown[] = []): Promise<number> =>
  (await exchange.database.pool.query(`SELECT count(*)::int AS n FROM ${sql}`, values)).rows[0].n

/** Numbers of enterprises, so that no test meets the rows of another. */
const block = (n: number, size: number) => Array.from({ length: size }, (_, index) => n * 1_000_000 + index)

describe('a file', () => {
  it('is taken row by row: good rows count, each bad one is told with line, field and code', async () => {
    const [a, b, c, d, e] = block(1, 5).map((n) => qualityRow(n))
    if (!a || !b || !c || !d || !e) throw new TypeError('five rows')
    const wrong = `${c.uscc?.slice(0, 17)}${c.uscc?.endsWith('0') ? '1' : '0'}`
    const rows = [
      a,
      { ...b, listedOn: '1990-02-30' },
      { ...c, uscc: wrong },
      { ...d, grade: '特别严重', reason: '' },
      e,
      a,
    ]
    const csv = qualityCsv(rows)
    const answer = await send('mixed', csv, { name: '质量失信.csv' })
    expect(answer.status).toBe(202)
    expect(answer.json).toMatchObject({ batch: { batchId: 'mixed', status: 'RECEIVED' } })
    await qts.verify(server.url, answer, csv)

    const batch = await settled('mixed')
    expect(batch).toMatchObject({
      status: 'DONE',
      received: 6,
      accepted: 2,
      unchanged: 0,
      held: 1,
      rejected: 3,
      rowsChecked: 6,
      rowsTotal: 6,
      file: { name: '质量失信.csv', format: 'CSV', encoding: 'UTF-8', bytes: Buffer.byteLength(csv) },
    })
    expect(batch.problems).toEqual([
      { index: 1, line: 3, field: 'listedOn', code: 'DATE_INVALID', held: false },
      { index: 2, line: 4, field: 'uscc', code: 'IDENTIFIER_CHECKSUM', held: true },
      { index: 3, line: 5, field: 'grade', code: 'CODE_UNKNOWN', held: false },
      { index: 5, line: 7, field: 'decisionNo', code: 'SOURCE_KEY_REPEATED', held: false },
    ])
    const screened = await qts.query(
      server.url,
      '{ screen(input: {purpose: "核查", subjects: [{identifier: "' +
        a.uscc +
        '"}]}) { results { outcome } } }',
    )
    expect(screened.json).toMatchObject({ data: { screen: { results: [{ outcome: 'LISTED' }] } } })
  })

  it('comes back annotated, signed, and corrected it can be sent again as it is', async () => {
    const asked = JSON.stringify({ batchId: 'mixed' })
    const answer = await qts.post(server.url, '/batches/annotated', 'application/json', asked)
    expect(answer.status).toBe(200)
    const claims = await qts.verify(server.url, answer, asked)
    expect((await batchOf('mixed'))?.annotated).toEqual({
      bytes: answer.bytes.length,
      sha256: claims.body_sha256,
    })
    const lines = answer.body.split('\r\n')
    expect(lines[0]).toMatch(/^\ufeff处理结果,问题,序号,企业名称/)
    expect(lines[1]).toMatch(/^已接收 taken,,1,/)
    expect(lines[2]).toMatch(/^退回 rejected,"listedOn: 须为实有日期/)
    expect(lines[3]).toMatch(/^待核实 held,/)
    const corrected = answer.body.replace('1990-02-30', '2026-03-20').replace('特别严重', '严重')
    expect((await send('mixed-again', corrected)).status).toBe(202)
    expect(await settled('mixed-again')).toMatchObject({
      status: 'DONE',
      accepted: 1,
      unchanged: 2,
      held: 1,
      rejected: 2,
    })
  })

  it('sent twice under one batch id gives the same batch; other content under it is refused', async () => {
    const csv = qualityCsv(block(2, 3).map((n) => qualityRow(n)))
    await send('twice', csv)
    const first = await settled('twice')
    const again = await send('twice', csv)
    expect(again.status).toBe(202)
    expect(await settled('twice')).toEqual(first)
    const other = await send('twice', `${csv}\r\n`)
    expect([other.status, codeOf(other)]).toEqual([422, 'BATCH_ID_REUSED'])
    await qts.verify(server.url, other, `${csv}\r\n`)
    expect(await count("batch WHERE batch_id = 'twice'")).toBe(1)
  })

  it('of another encoding, format or shape says the same', async () => {
    const rows = block(3, 4).map((n) => qualityRow(n))
    const ndjson = rows.map((row) => JSON.stringify(row)).join('\n')
    const xml = `<?xml version="1.0" encoding="UTF-8"?><ExchangeMessage><Header><sender>QTS</sender></Header><Body>${rows
      .map(
        (row) =>
          `<fields>${Object.entries(row)
            .map(([name, value]) => `<${name}>${value}</${name}>`)
            .join('')}</fields>`,
      )
      .join('')}</Body></ExchangeMessage>`
    await send('as-csv', qualityCsv(rows))
    expect(await settled('as-csv')).toMatchObject({ status: 'DONE', accepted: 4 })
    for (const [format, bytes] of Object.entries({ NDJSON: ndjson, XML: xml })) {
      await send(`as-${format}`, bytes)
      expect(await settled(`as-${format}`)).toMatchObject({ status: 'DONE', unchanged: 4, file: { format } })
    }
  })
})

describe('nothing takes effect', () => {
  const storedFiles = () => count('stored_file WHERE completed_at IS NULL')

  it.each<[string, number, string, (csv: string) => Promise<Answer>]>([
    [
      'of a file that was changed on the way',
      401,
      'BODY_MISMATCH',
      (csv) => send('bad', csv, {}, { body: `${csv} ` }),
    ],
    [
      'where the address was changed on the way',
      401,
      'TARGET_MISMATCH',
      (csv) => send('bad', csv, {}, { claims: { htu: '/batches?dataset=QTS_DISHONEST&batchId=other' } }),
    ],
    [
      'where only the path is signed',
      401,
      'TARGET_MISMATCH',
      (csv) => send('bad', csv, {}, { claims: { htu: '/batches' } }),
    ],
    ['without a signature', 401, 'SIGNATURE_MISSING', (csv) => send('bad', csv, {}, { authorization: null })],
    [
      'signed by another department',
      401,
      'SIGNATURE_INVALID',
      (csv) => send('bad', csv, {}, { signWith: pboc }),
    ],
    [
      'of another department’s dataset',
      422,
      'DATASET_NOT_YOURS',
      (csv) => send('bad', csv, { dataset: 'PBOC_PENALTIES' }),
    ],
    [
      'of a dataset that is not there',
      422,
      'DATASET_NOT_FOUND',
      (csv) => send('bad', csv, { dataset: 'NONE' }),
    ],
    [
      'with a parameter that is not known',
      400,
      'FILE_PARAMETERS',
      (csv) => send('bad', csv, { mode: 'force' }),
    ],
    [
      'without a batch id',
      400,
      'FILE_PARAMETERS',
      (csv) => qts.sendFile(server.url, { dataset: 'QTS_DISHONEST' }, csv),
    ],
    [
      'of a form for browsers',
      415,
      'MEDIA_TYPE_UNSUPPORTED',
      (csv) => send('bad', csv, {}, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }),
    ],
  ])('%s', async (_what, status, code, act) => {
    const answer = await act(qualityCsv([qualityRow(4_000_000)]))
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
    expect(await batchOf('bad')).toBeNull()
    expect(await storedFiles()).toBe(0)
  })

  it('a second time with the same token', async () => {
    const csv = qualityCsv([qualityRow(4_100_000)])
    const target = '/batches?dataset=QTS_DISHONEST&batchId=replayed'
    const { token } = qts.token(csv, { claims: { htu: target } })
    const authorization = `Bearer ${token}`
    const first = await qts.post(server.url, target, 'text/csv', csv, { authorization })
    const second = await qts.post(server.url, target, 'text/csv', csv, { authorization })
    expect([first.status, second.status, codeOf(second)]).toEqual([202, 401, 'REPLAYED'])
    await settled('replayed')
    expect(await storedFiles()).toBe(0)
  })

  it.each<[string, string, string | Buffer]>([
    ['an unknown heading', 'HEADING_UNKNOWN', qualityCsv([qualityRow(1)]).replace('产品名称', '产品批号')],
    ['a required column missing', 'HEADING_MISSING', '企业名称,统一社会信用代码\r\n甲,乙\r\n'],
    ['no headings at all', 'HEADINGS_NOT_FOUND', '甲,乙\r\n丙,丁\r\n'],
    ['broken quotes', 'CSV_QUOTE', `${qualityCsv([qualityRow(1)])}"甲\r\n`],
    [
      'a broken encoding',
      'ENCODING_INVALID',
      Buffer.concat([Buffer.from(qualityCsv([qualityRow(1)])), Buffer.from([0xff, 0xff, 0x0a])]),
    ],
    ['nothing in it', 'FILE_EMPTY', '  \r\n'],
    ['an old workbook', 'FORMAT_OLD_EXCEL', Buffer.from('D0CF11E0A1B11AE1000000000000', 'hex')],
    [
      'a document type',
      'XML_DOCTYPE',
      '<!DOCTYPE a [<!ENTITY x "y">]><ExchangeMessage><Body><fields><name>&x;</name></fields></Body></ExchangeMessage>',
    ],
  ])('of a file with %s', async (_what, code, bytes) => {
    const before = await count('record')
    const batchId = `refused-${code}`
    expect((await send(batchId, bytes)).status).toBe(202)
    const batch = await settled(batchId)
    expect([batch.status, batch.refusal?.code]).toEqual(['REFUSED', code])
    expect(batch.refusal?.message).toMatch(/[\u4e00-\u9fff].*\(.*[a-z]/s)
    expect(await count('record')).toBe(before)
  })
})

describe('a long file', () => {
  const rows = (n: number, size: number) => qualityCsv(block(n, size).map((number) => qualityRow(number)))

  it('goes on behind the last row that counted, on another replica, when the first one stops', async () => {
    const size = 9_000
    const first = await exchange.replica()
    const answer = await qts.sendFile(
      first.url,
      { dataset: 'QTS_DISHONEST', batchId: 'long' },
      rows(10, size),
    )
    expect(answer.status).toBe(202)
    await until(async () => ((await batchOf('long'))?.received ?? 0) > 0)
    await first.stop()
    expect(await settled('long')).toMatchObject({
      status: 'DONE',
      accepted: size,
      received: size,
      problemCount: 0,
    })
    expect(
      await count(
        "record_version v JOIN batch b ON b.id = v.batch_ref WHERE b.batch_id = 'long' AND v.version = 1",
      ),
    ).toBe(size)
  })

  it('goes on when its connection to the database is cut, again and again', async () => {
    const size = 8_000
    await send('cut', rows(11, size))
    let cuts = 0
    await until(async () => {
      const { rows: killed } = await exchange.database.pool.query(
        `SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = 41170002`,
      )
      cuts += killed.length
      return cuts >= 3 || (await batchOf('cut'))?.status === 'DONE'
    })
    expect(cuts).toBeGreaterThan(0)
    const batch = await settled('cut')
    expect(batch).toMatchObject({ status: 'DONE', received: size, rejected: 0 })
    expect(await count("record_version v JOIN batch b ON b.id = v.batch_ref WHERE b.batch_id = 'cut'")).toBe(
      size,
    )
    const feed = await count(
      `feed_event f JOIN record r ON r.id = f.record_id JOIN record_version v ON v.record_id = r.id JOIN batch b ON b.id = v.batch_ref
        WHERE b.batch_id = 'cut' AND f.kind = 'LISTED'`,
    )
    expect(feed).toBe(size)
  })

  it('can be cancelled; what counted until then stays', async () => {
    const size = 12_000
    await send('cancelled', rows(12, size))
    await until(async () => ((await batchOf('cancelled'))?.received ?? 0) > 0)
    const cancel = `mutation { cancelBatch(input: {batchId: "cancelled"}) { ... on CancelBatchSuccess { batch { batchId } } ... on Refusal { code } } }`
    expect((await qts.query(server.url, cancel)).json).toMatchObject({ data: { cancelBatch: { batch: {} } } })
    const batch = await settled('cancelled')
    expect(batch.status).toBe('CANCELLED')
    expect(batch.received).toBeLessThan(size)
    expect(
      await count("record_version v JOIN batch b ON b.id = v.batch_ref WHERE b.batch_id = 'cancelled'"),
    ).toBe(batch.accepted)
    expect((await qts.query(server.url, cancel)).json).toMatchObject({ data: { cancelBatch: { batch: {} } } })
    const done = cancel.replace('"cancelled"', '"long"')
    expect((await qts.query(server.url, done)).json).toMatchObject({
      data: { cancelBatch: { code: 'BATCH_STATE' } },
    })
  })

  it('answers other queries meanwhile', async () => {
    await send('busy', rows(13, 6_000))
    let [answered, slowest] = [0, 0]
    while (working.includes((await batchOf('busy'))?.status ?? '')) {
      const began = performance.now()
      await qts.query(server.url, `{ subject(identifier: "${inventedUscc(1_000_000)}") { name } }`)
      slowest = Math.max(slowest, performance.now() - began)
      answered += 1
    }
    expect(answered).toBeGreaterThan(5)
    expect(slowest).toBeLessThan(5_000)
  })
})

describe('a suspicious file', () => {
  it('waits for an officer, and takes effect when one has looked at it', async () => {
    const broken = block(20, 30).map((n) => qualityRow(n, n % 3 === 0 ? {} : { grade: '无' }))
    await send('suspicious', qualityCsv(broken))
    const waiting = await settled('suspicious')
    expect(waiting).toMatchObject({
      status: 'SUSPICIOUS',
      received: 0,
      rowsTotal: 30,
      problemCount: 20,
      suspicions: [{ code: 'MANY_REJECTIONS' }],
    })
    expect(
      await count("record_version v JOIN batch b ON b.id = v.batch_ref WHERE b.batch_id = 'suspicious'"),
    ).toBe(0)
    const confirm = (officer: string) =>
      qts.query(
        server.url,
        `mutation ($o: String!) { confirmBatch(input: {batchId: "suspicious", officer: $o, reason: "已核对来源"}) { ... on ConfirmBatchSuccess { batch { status } } ... on Refusal { code } } }`,
        { o: officer },
      )
    expect((await confirm(' ')).json).toMatchObject({ data: { confirmBatch: { code: 'INPUT_INVALID' } } })
    expect((await confirm('王经办')).json).toMatchObject({
      data: { confirmBatch: { batch: { status: 'STORING' } } },
    })
    expect(await settled('suspicious')).toMatchObject({ status: 'DONE', accepted: 10, rejected: 20 })
  })
})

describe('what is kept of a file', () => {
  it('is encrypted, and erased when its time is over', async () => {
    await forgetEarlierFiles()
    const name = '汝宁市绝密食品有限公司'
    const csv = qualityCsv([qualityRow(40_000_000, { name })])
    await send('kept', csv)
    await settled('kept')
    const { rows } = await exchange.database.pool.query(
      `SELECT p.ciphertext, f.id FROM stored_file_piece p JOIN stored_file f ON f.id = p.file_id JOIN batch b ON b.source_file_id = f.id WHERE b.batch_id = 'kept'`,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0].ciphertext.includes(Buffer.from(name))).toBe(false)
    await exchange.database.pool.query(
      "UPDATE batch SET finished_at = finished_at - interval '31 days' WHERE batch_id = 'kept'",
    )
    expect(await server.app.files.sweep()).toBe(1)
    expect(await count('stored_file_piece WHERE file_id = $1', [rows[0].id])).toBe(0)
    expect(await batchOf('kept')).toMatchObject({ status: 'DONE', accepted: 1 })
  })

  it('each answer is an entry of the log, the address of a file with it', async () => {
    const entries = (await exchange.logRows()).map(({ leaf }) => leaf)
    expect(entries).toContainEqual(
      expect.objectContaining({ operation: 'batch QTS_DISHONEST', outcome: 'OK', status: 202 }),
    )
    expect(entries).toContainEqual(expect.objectContaining({ operation: 'annotated batch', outcome: 'OK' }))
    expect(exchange.logLines.join('')).not.toContain('绝密食品')
  })
})

describe('a file with far fewer rows than usual', () => {
  it('is suspicious', async () => {
    await forgetEarlierFiles()
    for (const n of [30, 31, 32]) {
      await send(`usual-${n}`, qualityCsv(block(n, 25).map((number) => qualityRow(number))))
      await settled(`usual-${n}`)
    }
    await send('few', qualityCsv(block(33, 2).map((number) => qualityRow(number))))
    expect(await settled('few')).toMatchObject({ status: 'SUSPICIOUS', suspicions: [{ code: 'FEWER_ROWS' }] })
  })
})

/** What is usual is told from earlier files: after this, from none. */
async function forgetEarlierFiles(): Promise<void> {
  await exchange.database.pool.query("UPDATE batch SET status = 'CANCELLED' WHERE channel = 'FILE'")
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}
