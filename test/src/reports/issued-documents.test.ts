import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAttachment } from '../../../client/pdf-attachment.ts'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { checkIdentifier } from '../../../src/subjects/identifiers.ts'
import { codeOf, type TestDepartment } from '../../support/department.ts'
import { audience, TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'

/** Certificates of search and credit reports by signed requests, and what everybody may verify of them. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment
let pboc: TestDepartment
let tax: TestDepartment
let silent: TestDepartment
const today = legalDay(new Date())
const [listed, penalised, clear, repaired, rare, many, unknown] = [1, 2, 3, 4, 5, 6, 7]
const personNumber =
  [...'0123456789X']
    .map((last) => `41980219900101001${last}`)
    .find((number) => checkIdentifier('RESIDENT_ID', number).status === 'valid') ?? ''

const penalty = (n: number, decision: string) => ({
  CF_XDR_MC: `汝宁市虚构${n}号食品有限公司`,
  CF_XDR_LB: '法人及非法人组织',
  CF_XDR_SHXYM: inventedUscc(n),
  CF_FRDB: '孙演示',
  CF_WSH: decision,
  CF_WFXW: '签发空头支票',
  CF_SY: '经查，当事人签发与账户可用余额不符的支票一张。',
  CF_YJ: '《票据管理实施办法》第三十一条',
  CF_CFLB: '罚款',
  CF_NR: '罚款2000元。',
  CF_NR_FK: '0.2',
  CF_JDRQ: addCalendarDays(today, -30),
  CF_YXQ: addCalendarDays(today, 335),
  CF_GSJZQ: addCalendarDays(today, 335),
  CF_CFJG: '中国人民银行汝宁市中心支行',
  CF_CFJGDM: '11419800MADEM9024D',
  CF_SJLY: '中国人民银行汝宁市中心支行',
  CF_SJLYDM: '11419800MADEM9024D',
  procedure: '普通程序',
  businessArea: '支付结算',
})
const person = {
  name: '周虚构',
  subjectKind: '自然人',
  certificateKind: '身份证',
  certificateNo: personNumber,
  reason: '串通投标。',
  decisionNo: '汝信惩〔2026〕91号',
  authority: '汝宁市发展和改革委员会',
  noticedOn: addCalendarDays(today, -130),
  listedOn: addCalendarDays(today, -100),
  endsOn: addCalendarDays(today, 900),
  field: '工程建设',
  grade: '严重',
}

let counter = 0
const nextId = () => `id-${++counter}`

async function mutate(by: TestDepartment, field: string, type: string, selection: string, input: object) {
  const answer = await by.query(
    server.url,
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} ... on Refusal { code message } } }`,
    { input },
  )
  const { data } = answer.json as { data?: Record<string, Record<string, unknown>> }
  const outcome = data?.[field]
  if (!outcome) throw new TypeError(answer.body)
  return outcome
}

async function submit(by: TestDepartment, dataset: string, records: unknown[]): Promise<void> {
  const told = await mutate(
    by,
    'submitRecords',
    'SubmitRecordsInput',
    '... on SubmitRecordsSuccess { batch { accepted problems { field code } } }',
    { dataset, batchId: nextId(), records },
  )
  expect(told).toEqual({ batch: { accepted: records.length, problems: [] } })
}

type Document = {
  serial: string
  dataVersion: number
  statement: string
  statementSha256: string
  pdf: string
  pdfSha256: string
  verifyAt: string
}
const selection = 'document { serial dataVersion statement statementSha256 pdf pdfSha256 verifyAt }'

async function issued(
  told: Record<string, unknown>,
): Promise<{ document: Document; claims: Record<string, unknown>; pdf: Buffer }> {
  const { document } = told as { document?: Document }
  if (!document) throw new TypeError(JSON.stringify(told))
  const { keys } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as { keys: JWK[] }
  const { payload, protectedHeader } = await compactVerify(
    document.statement,
    await importJWK(keys[0] ?? {}, 'EdDSA'),
  )
  expect(protectedHeader.typ).toBe('document+jwt')
  return {
    document,
    claims: JSON.parse(Buffer.from(payload).toString('utf8')),
    pdf: Buffer.from(document.pdf, 'base64'),
  }
}

const certify = (by: TestDepartment, input: object) =>
  mutate(
    by,
    'issueSearchCertificate',
    'IssueSearchCertificateInput',
    `... on IssueSearchCertificateSuccess { ${selection} }`,
    {
      certificateId: nextId(),
      purpose: '招标资格审查',
      ...input,
    },
  )
const report = (by: TestDepartment, input: object) =>
  mutate(
    by,
    'issueCreditReport',
    'IssueCreditReportInput',
    `... on IssueCreditReportSuccess { ${selection} }`,
    {
      reportId: nextId(),
      purpose: '补贴审核',
      edition: 'PUBLIC',
      ...input,
    },
  )
const verified = async (serial: string) => {
  const response = await fetch(`${server.url}/verify/${serial}.json`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const page = async (serial: string) => (await fetch(`${server.url}/verify/${serial}`)).text()
const textOf = (pdf: Buffer): string => {
  const directory = mkdtempSync(join(tmpdir(), 'joint-credit-exchange-pdf-'))
  try {
    writeFileSync(join(directory, 'document.pdf'), pdf)
    return execFileSync('pdftotext', ['-layout', join(directory, 'document.pdf'), '-']).toString('utf8')
  } finally {
    rmSync(directory, { recursive: true })
  }
}
/** poppler-utils of the system. */
const hasPoppler = (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, 'pdftotext')))

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', {
    kind: foundingKinds.NDRC,
    roles: ['PROVIDER', 'ENQUIRER', 'CREDIT_OFFICE'],
  })
  pboc = await exchange.department(server, 'PBOC', { kind: foundingKinds.PBOC })
  tax = await exchange.department(server, 'TAX', { kind: 'TAX', roles: ['ENQUIRER'] })
  silent = await exchange.department(server, 'SILENT', { kind: 'TAX', roles: ['PROVIDER'] })
  await importFoundingCatalogue(exchange)
  const old = { noticedOn: '2025-02-20', listedOn: '2025-03-20' }
  await submit(qts, 'QTS_DISHONEST', [
    qualityRow(listed),
    qualityRow(repaired, old),
    qualityRow(rare, { name: '汝宁市虚构𠮷祥食品有限公司' }),
    ...Array.from({ length: 60 }, (_, index) =>
      qualityRow(many, { decisionNo: `汝质监失信〔2026〕多${index}号` }),
    ),
  ])
  await submit(pboc, 'PBOC_PENALTIES', [
    penalty(penalised, '汝银罚决字〔2026〕1号'),
    penalty(listed, '汝银罚决字〔2026〕2号'),
  ])
  await submit(ndrc, 'NDRC_JOINT_PUNISHMENT', [person])
})
afterAll(() => exchange[Symbol.asyncDispose]())

describe('who may have what', () => {
  it('a department without the role of an enquirer has neither', async () => {
    for (const [field, type, input] of [
      ['issueSearchCertificate', 'IssueSearchCertificateInput', { certificateId: 'x' }],
      ['issueCreditReport', 'IssueCreditReportInput', { reportId: 'x', edition: 'PUBLIC' }],
    ] as const) {
      const answer = await silent.query(
        server.url,
        `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`,
        {
          input: { identifier: inventedUscc(listed), purpose: '试', ...input },
        },
      )
      expect(codeOf(answer)).toBe('FORBIDDEN')
    }
  })

  it('a report on a person is for authorised departments, and never public', async () => {
    const about = { identifier: personNumber, edition: 'DEPARTMENT' }
    expect(await report(tax, about)).toMatchObject({ code: 'REPORT_NOT_AUTHORISED' })
    expect(await report(ndrc, { ...about, edition: 'PUBLIC' })).toMatchObject({
      code: 'REPORT_NOT_AUTHORISED',
    })
    const { document, claims } = await issued(await report(ndrc, about))
    expect(claims.subject).toEqual({
      kind: 'PERSON',
      name: '周虚构',
      name_from: 'RECORDS',
      uscc: null,
      number_ends: personNumber.slice(-4),
    })
    expect(JSON.stringify(claims)).not.toContain(personNumber)
    expect((await verified(document.serial)).body).toMatchObject({
      genuine: true,
      standing: 'UNCHANGED',
      content: null,
    })
    expect(await page(document.serial)).not.toMatch(/周虚构|\d{17}/)
  })

  it('a purpose is demanded and holds no number of a person', async () => {
    for (const purpose of ['', `核查 ${personNumber}`])
      expect(await certify(tax, { identifier: inventedUscc(listed), purpose })).toMatchObject({
        code: 'INPUT_INVALID',
      })
  })

  it('only a number that names one subject will do', async () => {
    expect(await certify(tax, { identifier: '419800000000012' })).toMatchObject({ code: 'INPUT_INVALID' })
    expect(await certify(tax, { identifier: 'E12345678' })).toMatchObject({ code: 'IDENTIFIER_AMBIGUOUS' })
    expect(await report(tax, { identifier: inventedUscc(clear) })).toMatchObject({
      code: 'SUBJECT_NOT_FOUND',
    })
  })
})

describe('a certificate of search', () => {
  it('says on which list, by whom and since when, in the statement and on paper', async () => {
    const { document, claims, pdf } = await issued(
      await certify(tax, { identifier: inventedUscc(listed), matter: 'SUPERVISION' }),
    )
    expect(claims).toMatchObject({
      v: 1,
      kind: 'SEARCH_CERTIFICATE',
      iss: audience,
      serial: document.serial,
      verify_at: `${audience}/verify/${document.serial}`,
      asked_by: { code: 'TAX', name: '部门 TAX' },
      purpose: '招标资格审查',
      matter: 'SUPERVISION',
      as_of: today,
      data_version: document.dataVersion,
      outcome: 'LISTED',
      subject: {
        kind: 'ORGANISATION',
        name: `汝宁市虚构${listed}号食品有限公司`,
        name_from: 'RECORDS',
        uscc: inventedUscc(listed),
        number_ends: null,
      },
      listings: [
        {
          list: '质量失信企业名单',
          determined_by: '部门 QTS',
          decision_no: `汝质监失信〔2026〕${listed}号`,
          listed_on: '2026-03-20',
        },
      ],
    })
    expect(document.serial).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/)
    const datasets = claims.datasets as { code: string; records: number }[]
    expect(datasets.map(({ code, records }) => `${code} ${records}`)).toEqual([
      'NDRC_JOINT_PUNISHMENT 0',
      'PBOC_PENALTIES 1',
      'QTS_DISHONEST 1',
      'QTS_TRUSTWORTHY 0',
    ])
    expect(createHash('sha256').update(pdf).digest('hex')).toBe(document.pdfSha256)
    expect(createHash('sha256').update(document.statement).digest('hex')).toBe(document.statementSha256)
    const attachment = readAttachment(pdf, 'statement.jws')
    expect(attachment.outcome === 'FOUND' && Buffer.from(attachment.bytes).toString()).toBe(
      document.statement,
    )
    if (!hasPoppler) return
    const text = textOf(pdf)
    for (const words of [
      document.serial,
      inventedUscc(listed),
      '列入名单',
      '质量失信企业名单',
      '第 1 页，共',
    ])
      expect(text).toContain(words)
  })

  it('signs canonical JSON: anyone makes the same bytes of the same content', async () => {
    const { document, claims } = await issued(await certify(tax, { identifier: inventedUscc(listed) }))
    const signed = Buffer.from(document.statement.split('.')[1] ?? '', 'base64url').toString('utf8')
    expect(Object.keys(claims)).toEqual(Object.keys(claims).toSorted())
    expect(JSON.stringify(claims)).toBe(signed)
  })

  it('tells apart: no record at all, and records but no list', async () => {
    const nothing = await issued(
      await certify(tax, { identifier: inventedUscc(clear), name: '汝宁市虚构3号食品有限公司' }),
    )
    expect(nothing.claims).toMatchObject({
      outcome: 'NO_RECORD',
      listings: [],
      subject: { name: '汝宁市虚构3号食品有限公司', name_from: 'ASKED', uscc: inventedUscc(clear) },
    })
    const noList = await issued(await certify(tax, { identifier: inventedUscc(penalised) }))
    expect(noList.claims).toMatchObject({ outcome: 'NOT_LISTED', listings: [] })
    const before = await issued(await certify(tax, { identifier: inventedUscc(listed), asOf: '2026-03-19' }))
    expect(before.claims).toMatchObject({ outcome: 'NOT_LISTED', as_of: '2026-03-19', listings: [] })
  })

  it('repeated under its id is the same, byte for byte; other content under it is refused', async () => {
    const input = { certificateId: 'same', identifier: inventedUscc(listed), purpose: '补贴' }
    const first = await certify(tax, input)
    expect(await certify(tax, input)).toEqual(first)
    const twice = await Promise.all([1, 2].map(() => certify(tax, { ...input, certificateId: 'at once' })))
    expect(twice[0]).toEqual(twice[1])
    expect(await certify(tax, { ...input, purpose: '其他' })).toMatchObject({ code: 'DOCUMENT_ID_REUSED' })
    expect(await certify(ndrc, input)).not.toEqual(first)
  })

  it('never loses a character that the font lacks', async () => {
    const { claims } = await issued(await certify(tax, { identifier: inventedUscc(rare) }))
    expect(claims.subject).toMatchObject({ name: '汝宁市虚构𠮷祥食品有限公司' })
  })

  it('leaves purpose and subject in the evidence log, and neither name nor number', async () => {
    await certify(tax, { identifier: personNumber, purpose: '资格核查' })
    const row = (await exchange.logRows()).at(-1)
    expect(row?.leaf).toMatchObject({
      operation: 'mutation issueSearchCertificate',
      purpose: '资格核查',
      outcome: 'OK',
    })
    expect(row?.digests?.length).toBe(32)
    expect(JSON.stringify(row?.leaf)).not.toMatch(/周虚构|4198021990/)
    expect(exchange.logLines.join('')).not.toContain(personNumber)
  })
})

describe('a credit report', () => {
  type Section = {
    group: string
    dataset: string
    total: number
    records: { fields: { name: string; value: string }[] }[]
  }
  const sectionsOf = (claims: Record<string, unknown>) =>
    (claims.sections as Section[]).map(
      ({ group, dataset, total, records }) => `${group} ${dataset} ${records.length}/${total}`,
    )

  it('in the public edition holds only public data and fields, and nobody’s purpose', async () => {
    await certify(ndrc, { identifier: inventedUscc(listed), purpose: '内部核查' })
    const open = await issued(await report(tax, { identifier: inventedUscc(listed) }))
    expect(sectionsOf(open.claims)).toEqual([
      'TRUSTWORTHY QTS_TRUSTWORTHY 0/0',
      'DISHONESTY NDRC_JOINT_PUNISHMENT 0/0',
      'DISHONESTY QTS_DISHONEST 1/1',
    ])
    expect(JSON.stringify(open.claims)).not.toMatch(/responsiblePersons|空头支票|内部核查/)
    const closed = await issued(
      await report(tax, { identifier: inventedUscc(listed), edition: 'DEPARTMENT' }),
    )
    expect(sectionsOf(closed.claims)).toEqual([
      'PENALTY PBOC_PENALTIES 1/1',
      'TRUSTWORTHY QTS_TRUSTWORTHY 0/0',
      'DISHONESTY NDRC_JOINT_PUNISHMENT 0/0',
      'DISHONESTY QTS_DISHONEST 1/1',
    ])
    const fields = (closed.claims.sections as Section[])[0]?.records[0]?.fields
    expect(fields?.find(({ name }) => name === 'CF_NR_FK')).toEqual({
      name: 'CF_NR_FK',
      label: '罚款金额（万元）',
      value: '0.2',
    })
    const { entries } = closed.claims.enquiries as { entries: { department: string; purpose: string }[] }
    expect(entries).toContainEqual({ at: expect.any(String), department: '部门 NDRC', purpose: '内部核查' })
  })

  it('says how much of how much it shows', async () => {
    const { claims } = await issued(await report(tax, { identifier: inventedUscc(many) }))
    expect(sectionsOf(claims).at(-1)).toBe('DISHONESTY QTS_DISHONEST 50/60')
  })
})

/** Needs pdftotext of poppler-utils; without it this part is reported as skipped. */
describe.skipIf(!hasPoppler)('on paper', () => {
  const paperOf = async (told: Record<string, unknown>) => {
    const { document, pdf } = await issued(told)
    return { serial: document.serial, text: textOf(pdf) }
  }

  it('a certificate has its number, subject, outcome, lists, datasets and pages', async () => {
    const { serial, text } = await paperOf(await certify(tax, { identifier: inventedUscc(listed) }))
    for (const words of [
      serial,
      inventedUscc(listed),
      '列入名单',
      '质量失信企业名单',
      '查询范围',
      '第 1 页，共',
    ])
      expect(text).toContain(words)
  })

  it('a report has cover, explanation, summary, body, who asked, and a disclaimer', async () => {
    const { serial, text } = await paperOf(await report(tax, { identifier: inventedUscc(many) }))
    for (const words of [
      '公共信用信息报告',
      '报告编号',
      serial,
      '生成时间',
      '数据截至',
      '报告说明',
      '公共信用信息概要',
      '共 60 条，列示最近 50 条',
      '查询记录',
      '声明',
      '本报告免费',
    ])
      expect(text).toContain(words)
  })

  it('no number of a person stands on it, and no character is lost', async () => {
    const about = { identifier: personNumber, edition: 'DEPARTMENT' }
    expect((await paperOf(await report(ndrc, about))).text).not.toContain(personNumber)
    expect((await paperOf(await certify(tax, { identifier: inventedUscc(rare) }))).text).toContain(
      '汝宁市虚构〔U+20BB7〕祥食品有限公司',
    )
  })
})

describe('verification by everybody', () => {
  it('knows no invented serial number', async () => {
    const serial = '0000-0000-0000-0000-0000-0000-0000'
    expect(await verified(serial)).toEqual({ status: 404, body: { genuine: false } })
    expect(await verified('x')).toEqual({ status: 404, body: { genuine: false } })
    expect(await page(serial)).toContain('没有此编号的文件')
  })

  it('shows what is public of a document, and asks nobody for anything', async () => {
    const { document } = await issued(await certify(tax, { identifier: inventedUscc(rare) }))
    expect((await verified(document.serial.toLowerCase())).body).toEqual({
      genuine: true,
      serial: document.serial,
      kind: 'SEARCH_CERTIFICATE',
      issuedAt: expect.any(String),
      asOf: today,
      dataVersion: document.dataVersion,
      pdfSha256: document.pdfSha256,
      statementSha256: document.statementSha256,
      standing: 'UNCHANGED',
      content: {
        name: '汝宁市虚构𠮷祥食品有限公司',
        uscc: inventedUscc(rare),
        found: { outcome: 'LISTED', lists: ['质量失信企业名单'] },
      },
    })
    const response = await fetch(`${server.url}/verify/${document.serial}`)
    const html = await response.text()
    expect(html).toContain('质量失信企业名单')
    expect(html).toContain(document.pdfSha256)
    expect(html).not.toMatch(/<script|src=|href=|url\(|招标资格审查/)
    expect(
      Object.fromEntries(
        ['cache-control', 'referrer-policy', 'x-robots-tag'].map((name) => [
          name,
          response.headers.get(name),
        ]),
      ),
    ).toEqual({
      'cache-control': 'private, max-age=5',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    })
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
  })

  it('names no organisation that only data for departments name', async () => {
    const { document } = await issued(await certify(tax, { identifier: inventedUscc(penalised) }))
    expect((await verified(document.serial)).body.content).toEqual({
      name: null,
      uscc: inventedUscc(penalised),
      found: { outcome: 'NOT_LISTED', lists: [] },
    })
  })

  it('clear, then listed: as issued at that data version, but changed since', async () => {
    const { document } = await issued(await certify(tax, { identifier: inventedUscc(clear) }))
    expect((await verified(document.serial)).body).toMatchObject({ standing: 'UNCHANGED' })
    await submit(pboc, 'PBOC_PENALTIES', [penalty(clear, '汝银罚决字〔2026〕3号')])
    expect((await verified(document.serial)).body).toMatchObject({ standing: 'UNCHANGED' })
    await submit(qts, 'QTS_DISHONEST', [qualityRow(clear)])
    expect((await verified(document.serial)).body).toMatchObject({
      standing: 'CHANGED',
      dataVersion: document.dataVersion,
      content: { found: { outcome: 'NOT_LISTED', lists: [] } },
    })
    expect(await page(document.serial)).toContain('自出具以来，数据已有变化')
  })

  it('listed, then repaired: the page says so instead of showing content', async () => {
    const certificate = await issued(await certify(tax, { identifier: inventedUscc(repaired) }))
    const credit = await issued(
      await report(tax, { reportId: 'before repair', identifier: inventedUscc(repaired) }),
    )
    expect((await verified(certificate.document.serial)).body).toMatchObject({ standing: 'UNCHANGED' })
    await repair(repaired)
    // Whoever lost the answer still gets what was issued, and is told that it has ended.
    expect(await report(tax, { reportId: 'before repair', identifier: inventedUscc(repaired) })).toEqual({
      document: credit.document,
    })
    for (const { document } of [certificate, credit]) {
      expect((await verified(document.serial)).body).toMatchObject({
        genuine: true,
        standing: 'ENDED',
        content: null,
      })
      const html = await page(document.serial)
      expect(html).toContain('内容不再显示')
      expect(html).not.toMatch(/虚构|质量失信|91419800MAT/)
    }
    expect(await report(tax, { identifier: inventedUscc(repaired) })).toMatchObject({
      code: 'SUBJECT_NOT_FOUND',
    })
  })

  it('is read only', async () => {
    const ask = async (method: string) => (await fetch(`${server.url}/verify/x`, { method })).status
    expect([await ask('HEAD'), await ask('POST'), await ask('DELETE')]).toEqual([404, 405, 405])
  })

  it('of a subject that none knew, once what it said is erased, tells no news', async () => {
    const { document } = await issued(await certify(tax, { identifier: inventedUscc(unknown) }))
    await exchange.database.pool.query('DELETE FROM issued_document_content WHERE serial = $1', [
      document.serial,
    ])
    expect((await verified(document.serial)).body).toMatchObject({ standing: 'UNTOLD', content: null })
  })

  it('keeps what proves a document and erases what it says', async () => {
    const input = { certificateId: 'to be erased', identifier: inventedUscc(listed) }
    const { document } = await issued(await certify(tax, input))
    await expect(
      exchange.database.pool.query('UPDATE issued_document SET purpose = $1', ['x']),
    ).rejects.toThrow('append-only')
    await expect(exchange.database.pool.query('DELETE FROM issued_document')).rejects.toThrow()
    await exchange.database.pool.query('DELETE FROM issued_document_content WHERE serial = $1', [
      document.serial,
    ])
    expect((await verified(document.serial)).body).toMatchObject({
      genuine: true,
      pdfSha256: document.pdfSha256,
      content: null,
    })
    expect(await certify(tax, input)).toMatchObject({ code: 'DOCUMENT_ERASED' })
  })

  it('keeps no name and no number in clear', async () => {
    const { rows } = await exchange.database.pool.query(
      'SELECT d::text AS row, c.statement, c.pdf FROM issued_document d JOIN issued_document_content c USING (serial)',
    )
    expect(rows.length).toBeGreaterThan(5)
    for (const { row, statement, pdf } of rows) {
      expect(row).not.toMatch(/虚构|91419800MAT/)
      for (const bytes of [statement, pdf]) expect(Buffer.from(bytes).includes('虚构')).toBe(false)
      expect(Buffer.from(pdf).subarray(0, 60).includes('%PDF')).toBe(false)
    }
  })

  it('is bounded for each address', async () => {
    const statuses = new Set<number>()
    for (let attempt = 0; attempt < 70; attempt += 1) statuses.add((await verified('x')).status)
    expect(statuses).toEqual(new Set([404, 429]))
  })
})

async function repair(n: number): Promise<void> {
  const { rows } = await exchange.database.pool.query(
    'SELECT l.id FROM listing l JOIN subject s ON s.id = l.subject_id WHERE s.uscc = $1',
    [inventedUscc(n)],
  )
  const opened = await mutate(
    qts,
    'openRemedy',
    'OpenRemedyInput',
    '... on RemedySuccess { receipt { code } }',
    {
      openingId: nextId(),
      kind: 'REPAIR',
      listingId: String(rows[0].id),
      applicant: { name: '赵演示', contact: '0396-0000000', relation: 'SUBJECT' },
      grounds: '已整改并履行全部义务。',
      pledge: { signedOn: today, text: '所交材料真实，如有不实愿承担责任' },
      receivedOn: today,
    },
  )
  const { code } = opened.receipt as { code: string }
  const step = (field: string, type: string, more: object) =>
    mutate(qts, field, type, '... on RemedySuccess { receipt { phase } }', {
      actionId: nextId(),
      code,
      ...more,
    })
  await step('acceptRemedy', 'RemedyActInput', {})
  const decided = await step('decideRemedy', 'DecideRemedyInput', {
    decision: 'GRANTED',
    reasons: '已履行全部义务',
    documentNo: '汝质监修〔2026〕9号',
    corrected: true,
    dutiesPerformed: true,
  })
  expect(decided).toMatchObject({ receipt: { phase: 'GRANTED' } })
}
