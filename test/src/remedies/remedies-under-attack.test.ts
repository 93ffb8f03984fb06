import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import type { TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityRow } from '../../support/quality-rows.ts'

/** Cases that outlive departments and repairs, and what they must not tell: by signed requests. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment
let asker: TestDepartment
const today = legalDay(new Date())
const dataset = 'QTS_DISHONEST'
/** The same list, its grade for its own department alone, its rows withdrawn by a remark. */
const guarded = 'QTS_GUARDED'
const within = { timeout: 3_000, interval: 50 }

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', {
    kind: foundingKinds.NDRC,
    roles: ['ENQUIRER', 'CREDIT_OFFICE'],
  })
  asker = await exchange.department(server, 'TAX', { kind: 'TAX', roles: ['ENQUIRER'] })
  await importFoundingCatalogue(exchange)
  const file = new URL('../../../prisma/catalogue/datasets/qts-dishonest.json', import.meta.url)
  const [entry] = JSON.parse(await readFile(file, 'utf8')).datasets
  entry.code = guarded
  for (const field of entry.definition.fields) if (field.name === 'grade') field.disclosure = 'AUTHORISED'
  entry.definition.withdrawal = { when: [{ field: 'remarks', in: ['已撤销'] }] }
  await exchange.importCatalogue({ datasets: [entry] })
  await new Promise((resolve) => setTimeout(resolve, 1_100))
})
afterAll(() => exchange[Symbol.asyncDispose]())

let ids = 0
const nextId = () => {
  ids += 1
  return `id-${ids}`
}

type Told = {
  code?: string
  message?: string
  legalBasis?: string | null
  receipt?: { code: string; phase: string }
}

async function mutate(by: TestDepartment, name: string, type: string, input: object): Promise<Told> {
  const receipt = name.endsWith('Remedy') ? '... on RemedySuccess { receipt { code phase } }' : ''
  const answer = await by.query(
    server.url,
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${receipt} ... on Refusal { code message legalBasis } } }`,
    { input },
  )
  const { data } = answer.json as { data?: { [field: string]: Told } }
  const told = data?.[name]
  if (!told) throw new TypeError(answer.body)
  return told
}

async function listed(n: number, change: QualityRow = {}, into = dataset): Promise<QualityRow> {
  const row = qualityRow(n, change)
  expect(
    await mutate(qts, 'submitRecords', 'SubmitRecordsInput', {
      dataset: into,
      batchId: nextId(),
      records: [row],
    }),
  ).toEqual({})
  return row
}

const keyOf = ({ decisionNo, uscc }: QualityRow) => ({ decisionNo, uscc })
const open = (by: TestDepartment, row: QualityRow, more: object = {}) =>
  mutate(by, 'openRemedy', 'OpenRemedyInput', {
    openingId: nextId(),
    kind: 'OBJECTION',
    dataset,
    sourceKey: keyOf(row),
    applicant: { name: '赵隐私', contact: '13800001111', relation: 'SUBJECT' },
    grounds: '并非本企业所为',
    receivedOn: today,
    ...more,
  })
const repair = { kind: 'REPAIR', pledge: { signedOn: today, text: '所交材料真实' } }
const codeOf = ({ receipt, ...refusal }: Told): string => {
  if (!receipt) throw new TypeError(JSON.stringify(refusal))
  return receipt.code
}
const accept = (by: TestDepartment, code: string) =>
  mutate(by, 'acceptRemedy', 'RemedyActInput', { actionId: nextId(), code })
const decide = (by: TestDepartment, code: string, more: object) =>
  mutate(by, 'decideRemedy', 'DecideRemedyInput', {
    actionId: nextId(),
    code,
    reasons: '经查属实',
    documentNo: '汝质监〔2026〕9号',
    ...more,
  })
const withdraw = (row: QualityRow, decidedOn = today) =>
  mutate(qts, 'withdrawRecord', 'WithdrawRecordInput', {
    changeId: nextId(),
    dataset,
    sourceKey: keyOf(row),
    reason: '决定被撤销',
    documentNo: '汝行复〔2026〕1号',
    decidedOn,
  })

/** A record that is on the list no more, because it was repaired. */
async function repaired(n: number, into = dataset): Promise<QualityRow> {
  const row = await listed(n, {}, into)
  const code = codeOf(await open(qts, row, { ...repair, dataset: into }))
  await accept(qts, code)
  const grant = { decision: 'GRANTED', corrected: true, dutiesPerformed: true }
  expect((await decide(qts, code, grant)).receipt?.phase).toBe('GRANTED')
  return row
}

async function standing(n: number) {
  const { rows } = await exchange.database.pool.query(
    `SELECT r.status, l.id AS listing, l.exit_kind, (SELECT array_agg(v.kind ORDER BY v.version) FROM record_version v
             WHERE v.record_id = r.id AND v.version <= r.version) AS versions
       FROM record r JOIN listing l ON l.record_id = r.id JOIN subject s ON s.id = r.subject_id WHERE s.uscc = $1`,
    [inventedUscc(n)],
  )
  return rows[0]
}

describe('a record that was repaired', () => {
  it('can be withdrawn', async () => {
    const row = await repaired(1)
    expect(await standing(1)).toMatchObject({ status: 'REPAIRED', versions: ['SUBMITTED', 'REPAIRED'] })
    expect(await withdraw(row)).toEqual({})
    expect(await standing(1)).toMatchObject({
      status: 'WITHDRAWN',
      exit_kind: 'WITHDRAWN',
      versions: ['SUBMITTED', 'REPAIRED', 'WITHDRAWN'],
    })
    expect((await withdraw(row)).code).toBe('RECORD_WITHDRAWN')
  })

  it('can be withdrawn by a row as well, and is not revived by one', async () => {
    const row = await repaired(8, guarded)
    await listed(8, row, guarded)
    expect(await standing(8)).toMatchObject({ status: 'REPAIRED', exit_kind: 'REPAIRED' })
    await listed(8, { remarks: '已撤销' }, guarded)
    expect(await standing(8)).toMatchObject({ status: 'WITHDRAWN', exit_kind: 'WITHDRAWN' })
  })

  it('can be objected to, and falls where it should never have been', async () => {
    const row = await repaired(2)
    const code = codeOf(await open(ndrc, row))
    await accept(ndrc, code)
    await mutate(ndrc, 'sendRemedyToProvider', 'RemedyActInput', { actionId: nextId(), code })
    const answer = { actionId: nextId(), code, answer: 'TO_WITHDRAW', reasons: '认定有误' }
    await mutate(qts, 'answerRemedy', 'AnswerRemedyInput', answer)
    const remove = { decision: 'UPHELD', outcome: 'REMOVE', apology: '谨此致歉' }
    expect((await decide(ndrc, code, remove)).receipt?.phase).toBe('UPHELD')
    expect(await standing(2)).toMatchObject({ status: 'WITHDRAWN', exit_kind: 'WRONGFUL' })
  })

  it('falls with a listing that was wrongful', async () => {
    await repaired(3)
    const { listing } = await standing(3)
    expect(
      await mutate(qts, 'changeListing', 'ChangeListingInput', {
        actionId: nextId(),
        listingId: String(listing),
        event: 'WRONGFUL',
        documentNo: '汝质监〔2026〕10号',
        reason: '错误列入',
        apology: '谨此致歉',
      }),
    ).toEqual({})
    expect(await standing(3)).toMatchObject({ status: 'WITHDRAWN', exit_kind: 'WRONGFUL' })
  })

  it('is neither corrected nor superseded nor repaired again', async () => {
    const row = await repaired(4)
    const input = { dataset, sourceKey: keyOf(row), reason: '错字', documentNo: '汝质监更1号' }
    const correction = { ...input, changeId: nextId(), record: { ...row, product: '面包' } }
    expect(await mutate(qts, 'correctRecord', 'CorrectRecordInput', correction)).toMatchObject({
      code: 'RECORD_REPAIRED',
    })
    const supersession = { ...input, changeId: nextId(), supersededBy: keyOf(await listed(5)) }
    expect(await mutate(qts, 'supersedeRecord', 'SupersedeRecordInput', supersession)).toMatchObject({
      code: 'RECORD_REPAIRED',
    })
    expect((await open(qts, row, repair)).code).toBe('RECORD_REPAIRED')
  })

  async function publicationOf(n: number) {
    const answer = await qts.query(
      server.url,
      `query ($id: String!) { subject(identifier: $id) { records(first: 5, includeEnded: true) { edges { node { publication {
         reason until } } } } } }`,
      { id: inventedUscc(n) },
    )
    const { data } = answer.json as {
      data: { subject: { records: { edges: { node: { publication: object } }[] } } }
    }
    return data.subject.records.edges[0]?.node.publication
  }
  const ofRecord =
    '(SELECT r.id FROM record r JOIN subject s ON s.id = r.subject_id WHERE s.uscc = $1)' as const

  it('was published until the day of its repair, whatever happened since', async () => {
    const { pool } = exchange.database
    const row = await repaired(6)
    const uscc = [inventedUscc(6)]
    await pool.query(
      `UPDATE record_version SET recorded_at = '2026-04-01' WHERE version = 1 AND record_id = ${ofRecord}`,
      uscc,
    )
    // What rests on the record itself, not on its listing.
    await pool.query(
      `UPDATE listing SET exited_on = NULL, exit_kind = NULL WHERE record_id = ${ofRecord}`,
      uscc,
    )
    const until = addCalendarDays(today, -1)
    expect(await publicationOf(6)).toEqual({ reason: 'REPAIRED', until })
    await pool.query(
      `UPDATE record_version SET decided_on = '2026-07-02' WHERE kind = 'REPAIRED' AND record_id = ${ofRecord}`,
      uscc,
    )
    await withdraw(row)
    expect(await publicationOf(6)).toEqual({ reason: 'REPAIRED', until: '2026-07-01' })
  })

  it('before repairs were versions is given one by its case', async () => {
    const { pool } = exchange.database
    await repaired(7)
    const uscc = [inventedUscc(7)]
    await pool.query('ALTER TABLE record_change DISABLE TRIGGER record_change_append_only')
    await pool.query(`DELETE FROM record_version WHERE kind = 'REPAIRED' AND record_id = ${ofRecord}`, uscc)
    await pool.query(`DELETE FROM record_change WHERE kind = 'REPAIRED' AND record_id = ${ofRecord}`, uscc)
    await pool.query('ALTER TABLE record_change ENABLE TRIGGER record_change_append_only')
    await pool.query(`UPDATE record SET version = 1 WHERE id = ${ofRecord}`, uscc)
    const script = new URL(
      '../../../prisma/migrations/20261125003100_repair_version/migration.sql',
      import.meta.url,
    )
    // Of the others that are repaired still, none may be given a second.
    const only = `WHERE r."status" = 'REPAIRED' AND r."version" = 1`
    await pool.query((await readFile(script, 'utf8')).replace(`WHERE r."status" = 'REPAIRED'`, only))
    expect(await standing(7)).toMatchObject({ status: 'REPAIRED', versions: ['SUBMITTED', 'REPAIRED'] })
    const { rows } = await pool.query(
      `SELECT decided_on, document_no FROM record_version WHERE kind = 'REPAIRED' AND record_id = ${ofRecord}`,
      uscc,
    )
    expect(rows).toEqual([{ decided_on: today, document_no: '汝质监〔2026〕9号' }])
  })
})

describe('an opening tells nothing', () => {
  it('of records that stand no more, but to those who work on them', async () => {
    const [gone, was, never] = [await listed(10), await repaired(11), qualityRow(12)]
    await withdraw(gone)
    const none = await open(asker, never)
    expect(none).toMatchObject({ code: 'RECORD_NOT_FOUND' })
    for (const row of [gone, was])
      for (const kind of [{}, repair]) expect(await open(asker, row, kind)).toEqual(none)
    const byListing = async (n: number) => ({
      dataset: null,
      sourceKey: null,
      listingId: n === 0 ? '99999' : String((await standing(n)).listing),
    })
    const noListing = await open(asker, gone, await byListing(0))
    expect(noListing).toMatchObject({ code: 'LISTING_NOT_FOUND' })
    for (const n of [10, 11]) expect(await open(asker, gone, await byListing(n))).toEqual(noListing)
    for (const by of [qts, ndrc]) {
      expect((await open(by, gone)).code).toBe('RECORD_WITHDRAWN')
      expect((await open(by, was, repair)).code).toBe('RECORD_REPAIRED')
    }
  })

  it('of the day of repair, where what it rests on is not disclosed', async () => {
    const recently = {
      noticedOn: addCalendarDays(today, -30),
      listedOn: addCalendarDays(today, -10),
      grade: '严重',
    }
    const told = { code: 'REPAIR_TOO_EARLY', message: expect.stringMatching(/\d{4}-\d{2}-\d{2}/) }
    expect(await open(asker, await listed(13, recently), repair)).toMatchObject(told)
    const row = await listed(14, recently, guarded)
    expect(await open(qts, row, { ...repair, dataset: guarded })).toMatchObject(told)
    for (const by of [asker, ndrc]) {
      const untold = await open(by, row, { ...repair, dataset: guarded })
      expect(untold).toMatchObject({ code: 'REPAIR_TOO_EARLY' })
      expect(`${untold.message} ${untold.legalBasis}`).not.toMatch(/\d{4}-\d{2}-\d{2}|严重|一年/)
    }
  })

  it('nor does the notice of repair', async () => {
    const recently = {
      noticedOn: addCalendarDays(today, -30),
      listedOn: addCalendarDays(today, -10),
      grade: '严重',
    }
    await listed(15, recently, guarded)
    const notice = async (by: TestDepartment) => {
      const answer = await by.query(
        server.url,
        'query ($id: String!) { subject(identifier: $id) { listings(first: 5) { edges { node { listing { repairNotice } } } } } }',
        { id: inventedUscc(15) },
      )
      const { data } = answer.json as {
        data: { subject: { listings: { edges: { node: { listing: { repairNotice: string } } }[] } } }
      }
      return data.subject.listings.edges[0]?.node.listing.repairNotice
    }
    expect(await notice(qts)).toMatch(/最早自/)
    const untold = await notice(asker)
    expect(untold).toMatch(/修复：/)
    expect(untold).not.toMatch(/最早自|严重失信信息/)
  })
})

describe('timeliness', () => {
  const asked = async (from: string, to: string) => {
    const answer = await asker.query(
      server.url,
      'query ($from: Day!, $to: Day!) { remedyTimeliness(from: $from, to: $to) { due } }',
      { from, to },
    )
    const { errors } = answer.json as { errors?: { extensions?: { code?: string } }[] }
    return errors?.[0]?.extensions?.code ?? 'TOLD'
  }
  it.each([
    ['2024-01-01', '2024-12-31', 'TOLD'],
    ['2024-01-01', '2025-01-01', 'INPUT_INVALID'],
    ['2000-01-01', '2999-12-31', 'INPUT_INVALID'],
    ['1949-01-01', '1949-12-31', 'TOLD'],
    ['1948-12-31', '1949-01-31', 'INPUT_INVALID'],
    ['0001-01-01', '0001-01-02', 'INPUT_INVALID'],
    ['9999-12-01', '9999-12-31', 'TOLD'],
  ])('from %s to %s: %s', async (from, to, code) => {
    expect(await asked(from, to)).toBe(code)
  })
})

describe('after departments were merged', () => {
  const shown = async (by: TestDepartment, code: string) => {
    const answer = await by.query(
      server.url,
      'query ($code: String!) { remedy(code: $code) { phase openedBy { code } present { owedBy { code } } } }',
      { code },
    )
    return (answer.json as { data: { remedy: object | null } }).data.remedy
  }
  const page = async (by: TestDepartment, args: string): Promise<string[]> => {
    const answer = await by.query(server.url, `{ remedies(first: 100, ${args}) { edges { node { code } } } }`)
    const { data } = answer.json as { data: { remedies: { edges: { node: { code: string } }[] } } }
    return data.remedies.edges.map(({ node }) => node.code)
  }
  const merge = (from: string, into: string) =>
    server.app.merges.merge('tester', {
      from: [from],
      into,
      effectiveFrom: today,
      reason: '汝办〔2026〕1号',
    })

  it('what they took in is their successor’s, however often', async () => {
    const [small, middle, big] = [
      await exchange.department(server, 'SMALL', { roles: ['ENQUIRER'] }),
      await exchange.department(server, 'MIDDLE', { roles: ['ENQUIRER'] }),
      await exchange.department(server, 'BIG', { roles: ['ENQUIRER'] }),
    ]
    const code = codeOf(await open(small, await listed(20)))
    expect(await shown(middle, code)).toBeNull()
    await merge('SMALL', 'MIDDLE')
    await merge('MIDDLE', 'BIG')
    expect(await shown(big, code)).toMatchObject({ phase: 'RECEIVED', openedBy: { code: 'SMALL' } })
    expect(await page(big, 'phase: RECEIVED')).toEqual([code])
    const input = { actionId: nextId(), code, reasons: '申请人撤回' }
    expect(await mutate(big, 'withdrawRemedy', 'ReasonedRemedyInput', input)).toMatchObject({
      receipt: { phase: 'WITHDRAWN' },
    })
  })

  it('provider and credit office are the successors', async () => {
    const row = await listed(21)
    const [own, offices, asked] = [
      codeOf(await open(qts, row)),
      codeOf(await open(ndrc, row)),
      codeOf(await open(asker, row)),
    ]
    const website = {
      openingId: 'form-1',
      kind: 'OBJECTION' as const,
      target: { dataset, sourceKey: keyOf(row) as { [field: string]: string } },
      applicant: { name: '赵', contact: '1', relation: 'SUBJECT' as const, documentNo: null },
      grounds: '并非本企业所为',
      pledge: null,
    }
    const receipt = await server.app.remedies.openByPublic(website)
    const amr = await exchange.department(server, 'AMR', { kind: 'MARKET_REGULATION' })
    const office = await exchange.department(server, 'NEWOFFICE', { roles: ['ENQUIRER'] })
    await merge('QTS', 'AMR')
    await merge('NDRC', 'NEWOFFICE')
    const owedBy = (code: string) => ({ present: { owedBy: { code } } })
    await expect.poll(() => shown(amr, own), within).toMatchObject(owedBy('AMR'))
    await expect.poll(() => shown(office, offices), within).toMatchObject(owedBy('NEWOFFICE'))
    expect(await shown(office, asked)).toMatchObject(owedBy('NEWOFFICE'))
    const waiting = [offices, asked, receipt.code].toSorted()
    expect((await page(office, 'mine: true')).toSorted()).toEqual(waiting)
    expect(await page(amr, 'mine: true')).toEqual([own])
    expect(await server.app.remedies.openByPublic(website)).toEqual(receipt)
    expect((await accept(office, asked)).receipt?.phase).toBe('ACCEPTED')
  })
})
