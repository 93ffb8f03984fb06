import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callOf, UsageError } from '../../../gateway/admin/command.ts'
import { departmentCommands } from '../../../gateway/admin/departments.ts'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { type Answer, codeOf, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'

/** 机构改革: quality supervision (QTS) and industry and commerce (AIC) become market regulation (MARKET). */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let aic: TestDepartment
let ndrc: TestDepartment
let market: TestDepartment
const today = legalDay(new Date())
const document = '汝办〔2018〕35号'

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  aic = await exchange.department(server, 'AIC', { kind: foundingKinds.AIC })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  market = await exchange.department(server, 'MARKET', { kind: 'MARKET_REGULATION', roles: ['ENQUIRER'] })
  await importFoundingCatalogue(exchange)
  await server.app.registry.grant('tester', 'AIC', 'NDRC_JOINT_PUNISHMENT', '授权书〔2026〕1号')
  await server.app.registry.grant('tester', 'MARKET', 'QTS_DISHONEST', '授权书〔2026〕2号')
})
afterAll(() => exchange[Symbol.asyncDispose]())

const dataOf = <T>(answer: Answer): T => {
  const { data } = answer.json as { data?: T }
  if (!data) throw new TypeError(answer.body)
  return data
}

type Submitted = { batch?: { accepted: number; unchanged: number }; code?: string }
async function submit(by: TestDepartment, batchId: string, records: unknown[]): Promise<Submitted> {
  const answer = await by.query(
    server.url,
    `mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) {
       ... on SubmitRecordsSuccess { batch { accepted unchanged } } ... on Refusal { code } } }`,
    { input: { dataset: 'QTS_DISHONEST', batchId, records } },
  )
  return dataOf<{ submitRecords: Submitted }>(answer).submitRecords
}

type Screened = {
  outcome: string
  listings: { reason: string; determinedBy: { code: string; name: string } }[]
  measures: { code: string }[]
}
async function screened(n: number, by = ndrc): Promise<Screened | undefined> {
  const answer = await by.query(
    server.url,
    `query ($i: ScreenInput!) { screen(input: $i) { results {
       outcome listings { reason determinedBy { code name } } measures { code } } } }`,
    { i: { purpose: '核查', subjects: [{ identifier: inventedUscc(n) }] } },
  )
  return dataOf<{ screen: { results: Screened[] } }>(answer).screen.results[0]
}

async function change(kind: 'correct' | 'withdraw', n: number, more: object): Promise<unknown> {
  const name = `${kind}Record`
  const type = kind === 'correct' ? 'CorrectRecord' : 'WithdrawRecord'
  const { decisionNo, uscc } = qualityRow(n)
  const input = {
    dataset: 'QTS_DISHONEST',
    changeId: `${kind}-${n}`,
    sourceKey: { decisionNo, uscc },
    reason: '录入有误',
    documentNo: '汝市监更〔2026〕1号',
    ...more,
  }
  const answer = await market.query(
    server.url,
    `mutation ($input: ${type}Input!) { ${name}(input: $input) {
       ... on ${type}Success { change { kind version } } ... on Refusal { code message } } }`,
    { input },
  )
  return dataOf<Record<string, unknown>>(answer)[name]
}

const merge = (from: string[], into: string, more: { effectiveFrom?: string; reason?: string } = {}) =>
  server.app.merges.merge('tester', { from, into, effectiveFrom: today, reason: document, ...more })
/** As an administrator types it. */
const typed = (from: string[], values: { into?: string; from: string; reason: string }) =>
  departmentCommands.commands['department merge']?.run(
    callOf(
      { app: server.app, exchangeUrl: server.url, keyFile: '', pkcs11: null },
      { values, arguments: from, user: 'tester' },
    ),
  )
const mergeEvents = () =>
  exchange.database.prisma.administrationEvent.findMany({
    where: { action: 'DEPARTMENT_MERGED' },
    orderBy: { id: 'asc' },
    select: { actor: true, target: true, facts: true },
  })
/** Other processes hear of it within a second. */
const withinASecond = { timeout: 1_500, interval: 50 }

describe('departments that are merged', () => {
  it('stay as they are where the merge is refused', async () => {
    await submit(qts, 'before', [qualityRow(1), qualityRow(2), qualityRow(3)])
    const refused = (code: string) => expect.objectContaining({ code })
    await expect(merge(['QTS', 'NOBODY'], 'MARKET')).rejects.toEqual(refused('DEPARTMENT_NOT_FOUND'))
    await expect(merge(['QTS'], 'QTS')).rejects.toEqual(refused('MERGE_CIRCLE'))
    await expect(merge(['QTS'], 'MARKET', { effectiveFrom: addCalendarDays(today, 1) })).rejects.toEqual(
      refused('INPUT_INVALID'),
    )
    const file = { batchId: 'before' }
    await exchange.database.prisma.batch.updateMany({ where: file, data: { status: 'SUSPICIOUS' } })
    await expect(merge(['QTS', 'AIC'], 'MARKET')).rejects.toEqual(refused('FILES_UNFINISHED'))
    await exchange.database.prisma.batch.updateMany({ where: file, data: { status: 'DONE' } })
    expect(await mergeEvents()).toEqual([])
    expect(await submit(qts, 'still', [qualityRow(3)])).toEqual({ batch: { accepted: 0, unchanged: 1 } })
  })

  it('pass their datasets, grants and roles to the successor, once', async () => {
    const datasets = [
      'AIC_ABNORMAL_OPERATIONS',
      'AIC_PENALTIES',
      'AIC_REGISTRATION',
      'AIC_SERIOUS_DISHONESTY',
      'QTS_DISHONEST',
      'QTS_TRUSTWORTHY',
    ]
    const result = await merge(['QTS', 'AIC'], 'MARKET')
    expect({ ...result, datasets: [...result.datasets].sort() }).toEqual({
      into: 'MARKET',
      merged: ['QTS', 'AIC'],
      alreadyMerged: [],
      datasets,
      grants: ['NDRC_JOINT_PUNISHMENT'],
    })
    expect(await merge(['AIC', 'QTS'], 'MARKET')).toEqual({
      into: 'MARKET',
      merged: [],
      alreadyMerged: ['AIC', 'QTS'],
      datasets: [],
      grants: [],
    })
    expect(await mergeEvents()).toMatchObject([
      { actor: 'tester', target: 'QTS', facts: { into: 'MARKET', reason: document, effectiveFrom: today } },
      { actor: 'tester', target: 'AIC', facts: { into: 'MARKET' } },
    ])
    const grants = await exchange.database.prisma.datasetGrant.findMany({
      select: { basis: true, department: { select: { code: true } }, dataset: { select: { code: true } } },
    })
    expect(grants).toEqual([
      {
        basis: '授权书〔2026〕1号',
        department: { code: 'MARKET' },
        dataset: { code: 'NDRC_JOINT_PUNISHMENT' },
      },
    ])
  })

  it('sign no more within a second', async () => {
    for (const department of [qts, aic]) {
      const ask = () => department.query(server.url, '{ departments { code } }')
      await expect.poll(async () => (await ask()).status, withinASecond).toBe(403)
      expect((await ask()).body).toContain('DEPARTMENT_SUSPENDED')
    }
    await expect(server.app.registry.issueEnrolmentCode('tester', 'QTS')).rejects.toMatchObject({
      code: 'WRONG_STATE',
    })
  })

  it('are told by the catalogue, with names and dates', async () => {
    await server.app.registry.rename('tester', 'MARKET', '汝宁市市场监督管理局', '2018-12-28')
    const answer = await ndrc.query(
      server.url,
      `{ departments { code name status names { name validFrom } successor { code } predecessors { code } datasets { code } }
         datasets { code department { code } } }`,
    )
    const { departments, datasets } = dataOf<{
      departments: { code: string }[]
      datasets: { code: string; department: { code: string } }[]
    }>(answer)
    expect(departments.find(({ code }) => code === 'QTS')).toEqual({
      code: 'QTS',
      name: '部门 QTS',
      status: 'CLOSED',
      names: [{ name: '部门 QTS', validFrom: '1949-10-01' }],
      successor: { code: 'MARKET' },
      predecessors: [],
      datasets: [],
    })
    expect(departments.find(({ code }) => code === 'MARKET')).toMatchObject({
      name: '汝宁市市场监督管理局',
      names: [
        { name: '部门 MARKET', validFrom: '1949-10-01' },
        { name: '汝宁市市场监督管理局', validFrom: '2018-12-28' },
      ],
      successor: null,
      predecessors: [{ code: 'AIC' }, { code: 'QTS' }],
    })
    expect(datasets.find(({ code }) => code === 'QTS_DISHONEST')?.department).toEqual({ code: 'MARKET' })
  })

  it('leave records that the successor sends again, corrects and withdraws', async () => {
    await expect
      .poll(async () => (await submit(market, 'first', [qualityRow(1)])).batch, withinASecond)
      .toEqual({ accepted: 0, unchanged: 1 })
    const corrected = await change('correct', 1, { record: qualityRow(1, { reason: '复查不合格。' }) })
    expect(corrected).toEqual({ change: { kind: 'CORRECTED', version: 2 } })
    const withdrawn = await change('withdraw', 2, { decidedOn: today })
    expect(withdrawn).toEqual({ change: { kind: 'WITHDRAWN', version: 2 } })
    expect((await screened(2))?.outcome).not.toBe('LISTED')
  })

  it('remain who determined what they listed; what the successor lists is its own', async () => {
    await submit(market, 'second', [qualityRow(4)])
    const measures = (await screened(3))?.measures
    expect(measures?.length).toBeGreaterThan(0)
    expect(await screened(1)).toEqual({
      outcome: 'LISTED',
      listings: [{ reason: '复查不合格。', determinedBy: { code: 'QTS', name: '部门 QTS' } }],
      measures,
    })
    expect(await screened(4)).toMatchObject({
      outcome: 'LISTED',
      listings: [{ determinedBy: { code: 'MARKET', name: '汝宁市市场监督管理局' } }],
      measures,
    })
    expect((await screened(1, market))?.measures.length).toBeGreaterThan(0)
  })

  it('leave their batches to the successor to read', async () => {
    const batch =
      'query ($id: String!) { batch(batchId: $id) { batchId accepted } batches(first: 10) { edges { node { batchId } } } }'
    const { batch: found, batches } = dataOf<{ batch: object; batches: { edges: { node: object }[] } }>(
      await market.query(server.url, batch, { id: 'before' }),
    )
    expect(found).toEqual({ batchId: 'before', accepted: 3 })
    expect(batches.edges.map(({ node }) => node)).toEqual(
      ['second', 'first', 'still', 'before'].map((batchId) => ({ batchId })),
    )
    expect(codeOf(await ndrc.query(server.url, batch, { id: 'before' }))).toBeNull()
    expect((await ndrc.query(server.url, batch, { id: 'before' })).json).toEqual({
      data: { batch: null, batches: { edges: [] } },
    })
  })

  it('can be followed along a chain, never in a circle', async () => {
    await exchange.department(server, 'NEXT', { kind: 'MARKET_REGULATION' })
    const refused = (code: string) => expect.objectContaining({ code })
    await expect(merge(['NDRC'], 'QTS')).rejects.toEqual(refused('DEPARTMENT_CLOSED'))
    await expect(merge(['QTS'], 'NDRC')).rejects.toEqual(refused('ALREADY_MERGED'))
    await typed(['MARKET'], { into: 'NEXT', from: today, reason: document })
    await expect(typed(['NDRC'], { from: today, reason: document })).rejects.toBeInstanceOf(UsageError)
    await expect(
      typed(['NDRC'], { into: 'NEXT', from: '2026-02-30', reason: document }),
    ).rejects.toBeInstanceOf(UsageError)
    await expect(merge(['NEXT'], 'QTS')).rejects.toEqual(refused('MERGE_CIRCLE'))
    const next = (await server.app.registry.list()).find(({ code }) => code === 'MARKET')
    expect(next).toMatchObject({ status: 'CLOSED', successor: 'NEXT', datasets: [] })
    const heir = (await server.app.registry.list()).find(({ code }) => code === 'NEXT')
    expect(heir?.datasets).toHaveLength(6)
    await expect
      .poll(async () => (await market.query(server.url, '{ departments { code } }')).status, withinASecond)
      .toBe(403)
    expect((await screened(1))?.listings[0]?.determinedBy).toEqual({ code: 'QTS', name: '部门 QTS' })
  })
})
