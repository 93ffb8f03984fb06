import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { datasetAdvice } from '../../../src/catalogue/catalogue-policy.ts'
import { definitionSchema } from '../../../src/catalogue/definition.ts'
import { personNames } from '../../../src/records/responsible-person.ts'
import type { Answer, TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, type QualityRow, qualityCsv, qualityRow } from '../../support/quality-rows.ts'
import { residentId } from '../catalogue/sample-sheets.ts'

/** 责任人员 (河南省社会信用条例 art. 35): who answers for an organisation on a list. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment
let court: TestDepartment

const founding = new URL('../../../prisma/catalogue/datasets/qts-dishonest.json', import.meta.url)
const dataset = 'QTS_CONTROLLED'

type Definition = { fields: object[]; subject: Record<string, unknown> }
async function foundingDefinition(): Promise<Definition> {
  return JSON.parse(await readFile(founding, 'utf8')).datasets[0].definition
}

/** The founding list with the actual controller and his certificate number. */
async function controlledDefinition(): Promise<Definition> {
  const definition = await foundingDefinition()
  const names = { label: '实际控制人', labelEn: 'Actual controller', disclosure: 'AUTHORISED' }
  return {
    ...definition,
    fields: [
      ...definition.fields,
      { ...names, name: 'controller', disclosure: 'GOV_SHARED', value: { type: 'TEXT', maxLength: 100 } },
      { ...names, name: 'controllerNo', label: '实际控制人身份证号', value: { type: 'CERTIFICATE' } },
      { ...names, name: 'secret', label: '主要负责人', value: { type: 'TEXT', maxLength: 100 } },
    ],
    subject: {
      ...definition.subject,
      responsible: [
        { role: 'LEGAL_REPRESENTATIVE', name: 'legalRepresentative' },
        { role: 'DIRECTLY_RESPONSIBLE', name: 'responsiblePersons' },
        { role: 'ACTUAL_CONTROLLER', name: 'controller', certificate: 'controllerNo' },
        { role: 'PRINCIPAL', name: 'secret' },
      ],
    },
  }
}

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  court = await exchange.department(server, 'COURT', { kind: 'COURT' })
  await importFoundingCatalogue(exchange)
  const entry = { code: dataset, department: 'QTS', listType: 'QUALITY_DISHONEST', status: 'ACTIVE' }
  await exchange.importCatalogue({ datasets: [{ ...entry, definition: await controlledDefinition() }] })
  await new Promise((resolve) => setTimeout(resolve, 1_100))
})
afterAll(() => exchange[Symbol.asyncDispose]())

const dataOf = <T>(answer: Answer): T => {
  const { data } = answer.json as { data?: T }
  if (!data) throw new TypeError(answer.body)
  return data
}

let batches = 0
async function submit(records: QualityRow[], into = dataset): Promise<unknown> {
  batches += 1
  const answer = await qts.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
       ... on SubmitRecordsSuccess { batch { accepted unchanged held rejected problems { field code } } } ... on Refusal { code message } } }`,
    { input: { dataset: into, batchId: `batch-${batches}`, records } },
  )
  return dataOf<{ submitRecords: { batch?: object } }>(answer).submitRecords.batch
}

type Person = { role: string; name: string }
async function personsOf(n: number, by = ndrc): Promise<Person[] | undefined> {
  const answer = await by.query(
    server.url,
    `query ($id: String!) { subject(identifier: $id) { listings(first: 10) { edges { node { listing { responsiblePersons { role name } } } } } } }`,
    { id: inventedUscc(n) },
  )
  const { subject } = dataOf<{
    subject: { listings: { edges: { node: { listing: { responsiblePersons: Person[] } } }[] } } | null
  }>(answer)
  return subject?.listings.edges[0]?.node.listing.responsiblePersons
}

async function answersFor(number: string, by = ndrc): Promise<string[] | null> {
  const answer = await by.query(
    server.url,
    `query ($id: String!) { subject(identifier: $id, scheme: RESIDENT_ID) { kind
       responsibleFor(first: 10) { edges { node { subject { uscc } } } } } }`,
    { id: number },
  )
  const { subject } = dataOf<{
    subject: { responsibleFor: { edges: { node: { subject: { uscc: string } } }[] } } | null
  }>(answer)
  return subject?.responsibleFor.edges.map(({ node }) => node.subject.uscc) ?? null
}

const linked = () =>
  exchange.database.pool.query(
    'SELECT count(*)::int AS n FROM responsible_person WHERE subject_id IS NOT NULL',
  )

describe('names in one cell', () => {
  it.each([
    ['张示例、李样本，王范例；赵演示', ['张示例', '李样本', '王范例', '赵演示']],
    ['张示例（财务负责人、股东）,李样本', ['张示例', '李样本']],
    ['Anna Maria Example；阿卜杜拉·示例', ['Anna Maria Example', '阿卜杜拉·示例']],
    ['无', []],
    ['、；/', []],
  ])('%s', (text, names) => {
    expect(personNames(text)).toEqual(names)
  })
})

describe('a definition that names responsible persons', () => {
  it.each([
    ['a field that is not there', { role: 'PRINCIPAL', name: 'nobody' }, 'no field nobody'],
    ['a day as name', { role: 'PRINCIPAL', name: 'listedOn' }, 'listedOn: expected a field of type TEXT'],
    [
      'a name as certificate',
      { role: 'PRINCIPAL', name: 'legalRepresentative', certificate: 'product' },
      'product: expected a field of type CERTIFICATE',
    ],
  ])('refuses %s', async (_what, person, message) => {
    const definition = await foundingDefinition()
    const parsed = definitionSchema.safeParse({
      ...definition,
      subject: { ...definition.subject, responsible: [person] },
    })
    expect(parsed.error?.issues.map((issue) => issue.message)).toContain(message)
  })
})

describe('a list of serious dishonesty', () => {
  it('is advised to name them, other datasets are not', async () => {
    const definition = definitionSchema.parse(await foundingDefinition())
    const { responsible: _, ...subject } = definition.subject
    const without = { ...definition, subject }
    const ofPersons = { ...without, subjectKinds: ['PERSON' as const] }
    expect(datasetAdvice(definition, 'SERIOUS_DISHONESTY')).toEqual([])
    expect(datasetAdvice(without, 'SERIOUS_DISHONESTY')).toHaveLength(1)
    expect(datasetAdvice(ofPersons, 'SERIOUS_DISHONESTY')).toEqual([])
    expect(datasetAdvice(without, 'KEY_ATTENTION')).toEqual([])
    expect(datasetAdvice(without, null)).toEqual([])
  })
})

describe('responsible persons', () => {
  const controller = { controller: '周虚构', controllerNo: residentId(1) }

  it('are told with the listing, each role as its field is disclosed', async () => {
    const row = qualityRow(1, { ...controller, responsiblePersons: '吴示例、郑样本', secret: '冯内部' })
    expect(await submit([row])).toMatchObject({ accepted: 1 })
    const shared = [
      { role: 'LEGAL_REPRESENTATIVE', name: '孙演示' },
      { role: 'DIRECTLY_RESPONSIBLE', name: '吴示例' },
      { role: 'DIRECTLY_RESPONSIBLE', name: '郑样本' },
      { role: 'ACTUAL_CONTROLLER', name: '周虚构' },
    ]
    expect(await personsOf(1)).toEqual(shared)
    expect(await personsOf(1, qts)).toEqual([...shared, { role: 'PRINCIPAL', name: '冯内部' }])
  })

  it('are linked by a certificate number, never by name', async () => {
    expect((await linked()).rows).toEqual([{ n: 1 }])
    expect(await submit([qualityRow(2, { ...controller, responsiblePersons: '周虚构' })])).toMatchObject({
      accepted: 1,
    })
    expect(await submit([qualityRow(3, { controller: '周虚构' })])).toMatchObject({ accepted: 1 })
    expect((await linked()).rows).toEqual([{ n: 2 }])
    expect(await answersFor(residentId(1))).toEqual([inventedUscc(1), inventedUscc(2)])
    expect(await answersFor(residentId(2))).toBeNull()
  })

  it('cost the row where their number is wrong: only the key of the subject is for a person to decide', async () => {
    const number = residentId(7)
    const wrong = number.slice(0, 17) + (number.endsWith('1') ? '2' : '1')
    expect(await submit([qualityRow(9, { ...controller, controllerNo: wrong })])).toMatchObject({
      rejected: 1,
      problems: [{ field: 'controllerNo', code: 'IDENTIFIER_CHECKSUM' }],
    })
  })

  it('are those of the latest version: a row sent anew, a correction', async () => {
    await submit([qualityRow(1, { responsiblePersons: '吴示例' })])
    expect(await personsOf(1)).toEqual([
      { role: 'LEGAL_REPRESENTATIVE', name: '孙演示' },
      { role: 'DIRECTLY_RESPONSIBLE', name: '吴示例' },
    ])
    expect(await answersFor(residentId(1))).toEqual([inventedUscc(2)])
    const { decisionNo, uscc } = qualityRow(1)
    const answer = await qts.query(
      server.url,
      `mutation ($input: CorrectRecordInput!) { correctRecord(input: $input) { ... on Refusal { code message } } }`,
      {
        input: {
          dataset,
          changeId: 'controller',
          sourceKey: { decisionNo, uscc },
          reason: '漏报',
          documentNo: '汝质监更〔2026〕1号',
          record: qualityRow(1, { ...controller, legalRepresentative: '钱范例' }),
        },
      },
    )
    expect(answer.json).toEqual({ data: { correctRecord: {} } })
    expect(await personsOf(1)).toEqual([
      { role: 'LEGAL_REPRESENTATIVE', name: '钱范例' },
      { role: 'ACTUAL_CONTROLLER', name: '周虚构' },
    ])
    expect(await answersFor(residentId(1))).toEqual([inventedUscc(1), inventedUscc(2)])
  })

  it('answer no more for what was withdrawn', async () => {
    const { decisionNo, uscc } = qualityRow(2)
    await qts.query(
      server.url,
      `mutation ($input: WithdrawRecordInput!) { withdrawRecord(input: $input) { ... on Refusal { code message } } }`,
      {
        input: {
          dataset,
          changeId: 'withdrawal',
          sourceKey: { decisionNo, uscc },
          reason: '撤销',
          documentNo: '汝质监撤〔2026〕1号',
          decidedOn: '2026-06-01',
        },
      },
    )
    expect(await answersFor(residentId(1))).toEqual([inventedUscc(1)])
  })

  it('come with files and with rows that were held for a decision', async () => {
    const file = qualityCsv([qualityRow(11), qualityRow(12, { legalRepresentative: '吴样本' })])
    expect((await qts.sendFile(server.url, { dataset: 'QTS_DISHONEST', batchId: 'file' }, file)).status).toBe(
      202,
    )
    await expect
      .poll(() => personsOf(12), { timeout: 20_000 })
      .toEqual([{ role: 'LEGAL_REPRESENTATIVE', name: '吴样本' }])
    const right = inventedUscc(13)
    const wrong = right.slice(0, 17) + (right.endsWith('0') ? '1' : '0')
    expect(await submit([qualityRow(13, { uscc: wrong, ...controller })])).toMatchObject({ held: 1 })
    const held = await exchange.database.prisma.heldRow.findFirst({ where: { status: 'WAITING' } })
    await server.app.submissions.decideHeld('tester', Number(held?.id), 'ACCEPTED', '营业执照原件如此')
    expect(await answersFor(residentId(1))).toEqual([inventedUscc(1), wrong])
  })

  it('are not told of a dataset that the caller may not see', async () => {
    expect(await answersFor(residentId(1), court)).toHaveLength(2)
    const definition = { ...(await controlledDefinition()), sharing: 'AUTHORISED' }
    await exchange.importCatalogue({
      datasets: [
        { code: dataset, department: 'QTS', listType: 'QUALITY_DISHONEST', status: 'ACTIVE', definition },
      ],
    })
    await expect.poll(() => answersFor(residentId(1), court), { timeout: 1_500 }).toBeNull()
    expect(await answersFor(residentId(1), qts)).toHaveLength(2)
  })
})
