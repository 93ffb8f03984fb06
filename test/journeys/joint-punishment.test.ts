import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { legalDay } from '../../src/kernel/clock.ts'
import { addCalendarDays } from '../../src/kernel/working-days.ts'
import { JceDepartment } from '../client/jce-department.ts'
import type { TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc } from '../support/quality-rows.ts'

/**
 * Four departments around one subject, from initiation to lifting (发起—响应—反馈—解除): the market regulator lists it; the
 * procurement side, the bank and the quality bureau respond, feed back and, when it is removed, lift. Signed requests to
 * two replicas, whose workers make the tasks by themselves; the bank works by `jce`.
 */

let exchange: TestExchange
let server: RunningServer
let second: RunningServer
let aic: TestDepartment
let ndrc: TestDepartment
let qts: TestDepartment
let pboc: JceDepartment

const today = legalDay(new Date())
const uscc = inventedUscc(7_777)
const name = '汝宁市虚构七七食品有限公司'

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  second = await exchange.replica()
  aic = await exchange.department(server, 'AIC', { kind: foundingKinds.AIC })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  pboc = await JceDepartment.start(server, 'PBOC', foundingKinds.PBOC)
  await importFoundingCatalogue(exchange)
})
afterAll(async () => {
  await pboc[Symbol.asyncDispose]()
  await exchange[Symbol.asyncDispose]()
})

let counter = 0
const id = () => `act-${++counter}`

async function mutate(by: TestDepartment, field: string, type: string, success: string, input: object) {
  const answer = await by.query(
    second.url,
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${success} ... on Refusal { code message legalBasis } } }`,
    { input },
  )
  const { data, errors } = answer.json as { data?: Record<string, Record<string, unknown>>; errors?: unknown }
  const outcome = data?.[field]
  if (!outcome) throw new TypeError(JSON.stringify(errors))
  return outcome
}

const act = (by: TestDepartment, field: string, input: object) =>
  mutate(
    by,
    field,
    `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`,
    '... on MeasureTaskSuccess { receipt { taskId event phase } }',
    { actionId: id(), ...input },
  )

type Task = {
  id: string
  phase: string
  decisionText: string
  createdOn: string
  liftFrom: string | null
  measure: { code: string; documentNeeded: boolean }
  subject: { uscc: string; name: string } | null
  listing: { listType: { code: string }; decisionNo: string | null } | null
  due: { step: string; dueOn: string; overdue: boolean } | null
  feedback: { outcome: string; amount: string | null } | null
  history: { type: string }[]
}

async function tasksOf(by: TestDepartment, phase: string | null = null): Promise<Task[]> {
  const answer = await by.query(
    server.url,
    `query ($phase: MeasureTaskPhase) { measureTasks(phase: $phase, first: 100) { edges { node {
       id phase decisionText createdOn liftFrom measure { code documentNeeded } subject { uscc name }
       listing { listType { code } decisionNo } due { step dueOn overdue } feedback { outcome amount } history { type } } } } }`,
    { phase },
  )
  const { data, errors } = answer.json as {
    data?: { measureTasks: { edges: { node: Task }[] } }
    errors?: unknown
  }
  if (!data) throw new TypeError(JSON.stringify(errors))
  return data.measureTasks.edges.map(({ node }) => node)
}

/** Workers need a moment; they are not asked for anything. */
async function soon<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (const until = Date.now() + 20_000; ; ) {
    const value = await read()
    if (isThere(value)) return value
    if (Date.now() > until) throw new TypeError(`still ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const codesOf = (tasks: readonly Task[]) => tasks.map(({ measure }) => measure.code).sort()
const byCode = (tasks: readonly Task[], code: string): Task => {
  const task = tasks.find(({ measure }) => measure.code === code)
  if (!task) throw new TypeError(`no task ${code}`)
  return task
}

describe('from initiation to lifting', () => {
  let listingId = ''

  it('a listing gives every bound department its tasks, with all that a decision needs', async () => {
    const sent = await mutate(
      aic,
      'submitRecords',
      'SubmitRecordsInput',
      '... on SubmitRecordsSuccess { batch { accepted problems { code message } } }',
      {
        dataset: 'AIC_SERIOUS_DISHONESTY',
        batchId: id(),
        records: [
          {
            name,
            uscc,
            legalRepresentative: '钱拟名',
            reason: '生产销售不符合食品安全标准的食品。',
            decisionNo: '汝工商严字〔2026〕7号',
            authority: '汝宁市工商行政管理局',
            noticedOn: addCalendarDays(today, -60),
            listedOn: addCalendarDays(today, -5),
          },
        ],
      },
    )
    expect(sent).toMatchObject({ batch: { accepted: 1, problems: [] } })
    const tasks = await soon(
      () => tasksOf(ndrc),
      ({ length }) => length > 0,
    )
    expect(codesOf(tasks)).toEqual(
      expect.arrayContaining([
        'PUBLIC_RESOURCE_TRADING_BAN',
        'CREDIT_SITE_PUBLICATION',
        'LICENCE_KEY_REVIEW',
      ]),
    )
    const ban = byCode(tasks, 'PUBLIC_RESOURCE_TRADING_BAN')
    expect(ban).toMatchObject({
      phase: 'DELIVERED',
      createdOn: today,
      liftFrom: null,
      measure: { documentNeeded: true },
      subject: { uscc, name },
      listing: { listType: { code: 'MARKET_SERIOUS_DISHONESTY' }, decisionNo: '汝工商严字〔2026〕7号' },
      due: { step: 'RESPONSE', overdue: false },
      history: [{ type: 'DELIVERED' }],
    })
    expect(ban.decisionText).toContain(name)
    // What nobody is made to do is shown at the counter, and is no task.
    const bank = await pboc.jce('tasks', '--json')
    const banks = bank.stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []))
    expect(bank.code).toBe(0)
    expect(codesOf(banks)).toContain('FINANCIAL_BUSINESS_LIMIT')
    expect(codesOf(banks)).not.toContain('FINANCING_REFERENCE')
    expect(codesOf(await tasksOf(qts))).toContain('QUALITY_SAMPLING_INCREASE')
    expect(codesOf(await tasksOf(aic))).toContain('MARKET_ACCESS_BAN')
  })

  it('the procurement side responds and feeds back, once whatever is repeated', async () => {
    const { id: taskId } = byCode(await tasksOf(ndrc), 'PUBLIC_RESOURCE_TRADING_BAN')
    const respond = { actionId: 'ndrc-1', taskId }
    const first = await act(ndrc, 'respondToTask', respond)
    expect(first).toEqual({ receipt: { taskId, event: 'ACKNOWLEDGED', phase: 'ACKNOWLEDGED' } })
    expect(await act(ndrc, 'respondToTask', respond)).toEqual(first)
    expect(await act(ndrc, 'respondToTask', { taskId })).toMatchObject({ code: 'TASK_STATE' })
    const told = {
      taskId,
      outcome: 'IMPLEMENTED',
      matter: 'GOVERNMENT_PROCUREMENT',
      effect: '取消其投标资格，合同不予签订。',
      amount: '123456.7',
      actedOn: today,
    }
    expect(await act(ndrc, 'reportFeedback', told)).toMatchObject({
      code: 'DOCUMENT_REQUIRED',
      legalBasis: '河南省社会信用条例第二十九条',
    })
    const documented = { ...told, documentNo: '汝采〔2026〕7号' }
    expect(await act(ndrc, 'reportFeedback', documented)).toMatchObject({ receipt: { phase: 'IMPLEMENTED' } })
    expect(await act(ndrc, 'reportFeedback', documented)).toMatchObject({ code: 'TASK_STATE' })
    expect(byCode(await tasksOf(ndrc), 'PUBLIC_RESOURCE_TRADING_BAN')).toMatchObject({
      due: null,
      feedback: { outcome: 'IMPLEMENTED', amount: '123456.70' },
    })
  })

  it('another department’s task is none of theirs', async () => {
    const { id: taskId } = byCode(await tasksOf(ndrc), 'LICENCE_KEY_REVIEW')
    expect(await act(qts, 'respondToTask', { taskId })).toMatchObject({ code: 'TASK_NOT_FOUND' })
    expect(await act(qts, 'respondToTask', { taskId: '999999' })).toMatchObject({ code: 'TASK_NOT_FOUND' })
  })

  it('the bank works by jce, and the quality bureau finds nothing to do', async () => {
    const lines = (await pboc.jce('tasks', '--phase', 'DELIVERED')).stdout.split('\n')
    const line = lines.find((text) => text.includes('须注明文号')) ?? ''
    const [taskId = ''] = line.split('\t')
    expect(line).toContain(uscc)
    expect(await pboc.jce('tasks', '--respond', taskId)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ACKNOWLEDGED'),
    })
    const fed = [
      'feedback',
      '--task',
      taskId,
      '--outcome',
      'IMPLEMENTED',
      '--effect',
      '不予授信',
      '--on',
      today,
    ]
    expect(await pboc.jce(...fed)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DOCUMENT_REQUIRED'),
    })
    expect(await pboc.jce(...fed, '--document', '汝银〔2026〕7号', '--amount', '5000000')).toMatchObject({
      code: 0,
    })
    const { id } = byCode(await tasksOf(qts), 'QUALITY_SAMPLING_INCREASE')
    const none = {
      taskId: id,
      outcome: 'NOT_APPLICABLE',
      effect: '企业已停产，无产品可抽查。',
      actedOn: today,
    }
    expect(await act(qts, 'reportFeedback', none)).toMatchObject({ receipt: { phase: 'NOT_APPLICABLE' } })
  })

  it('removed from the list, every measure is to be lifted, and lifting is confirmed', async () => {
    const { rows } = await exchange.database.pool.query(
      'SELECT l.id FROM listing l JOIN subject s ON s.id = l.subject_id WHERE s.uscc = $1',
      [uscc],
    )
    listingId = String(rows[0].id)
    const removed = await mutate(
      aic,
      'changeListing',
      'ChangeListingInput',
      '... on ChangeListingSuccess { listing { phase } }',
      {
        actionId: id(),
        listingId,
        event: 'REMOVED',
        on: today,
        documentNo: '汝工商移〔2026〕7号',
        reason: '已履行',
      },
    )
    expect(removed).toMatchObject({ listing: { phase: 'ENDED' } })
    const lifting = await soon(
      () => tasksOf(ndrc, 'LIFTING'),
      ({ length }) => length > 0,
    )
    expect(new Set((await tasksOf(ndrc)).map(({ phase }) => phase))).toEqual(new Set(['LIFTING']))
    const ban = byCode(lifting, 'PUBLIC_RESOURCE_TRADING_BAN')
    expect(ban).toMatchObject({
      liftFrom: today,
      subject: { uscc },
      due: { step: 'LIFTING', overdue: false },
    })
    const { id: taskId } = ban
    const late = { taskId, outcome: 'IMPLEMENTED', effect: '另一说法', documentNo: 'x', actedOn: today }
    expect(await act(ndrc, 'reportFeedback', late)).toMatchObject({ code: 'TASK_STATE' })
    expect(await act(ndrc, 'confirmLifted', { taskId, liftedOn: today })).toMatchObject({
      code: 'DOCUMENT_REQUIRED',
      legalBasis: '河南省社会信用条例第三十七条',
    })
    const confirmed = { taskId, liftedOn: today, documentNo: '汝采解〔2026〕7号' }
    expect(await act(ndrc, 'confirmLifted', confirmed)).toMatchObject({ receipt: { phase: 'LIFTED' } })
    expect(await act(ndrc, 'confirmLifted', confirmed)).toMatchObject({ code: 'TASK_STATE' })
    for (const department of [ndrc, qts, aic])
      for (const task of await tasksOf(department, 'LIFTING'))
        await act(department, 'confirmLifted', { taskId: task.id, liftedOn: today })
    for (const line of (await pboc.jce('tasks', '--phase', 'LIFTING')).stdout.split('\n').filter(Boolean)) {
      const [task = ''] = line.split('\t')
      const lifted = [
        'feedback',
        '--task',
        task,
        '--lifted',
        '--on',
        today,
        '--document',
        '汝银解〔2026〕7号',
      ]
      expect(await pboc.jce(...lifted)).toMatchObject({ code: 0 })
    }
    const phases = await exchange.database.pool.query('SELECT DISTINCT phase FROM measure_task')
    expect(phases.rows).toEqual([{ phase: 'LIFTED' }])
  })

  it('and everybody sees who did what, in numbers', async () => {
    const answer = await qts.query(
      server.url,
      `query ($from: Day!, $to: Day!) { measureStatistics(from: $from, to: $to) {
         departmentCode measure month initiated responded implemented notApplicable lifted overdue medianDaysToFeedback } }`,
      { from: addCalendarDays(today, -1), to: today },
    )
    const { data } = answer.json as { data: { measureStatistics: Record<string, unknown>[] } }
    const of = (department: string, measure: string) =>
      data.measureStatistics.find((row) => row.departmentCode === department && row.measure === measure)
    const month = today.slice(0, 7)
    const nothing = { implemented: 0, notApplicable: 0, overdue: 0 }
    expect(of('NDRC', 'PUBLIC_RESOURCE_TRADING_BAN')).toEqual({
      departmentCode: 'NDRC',
      measure: 'PUBLIC_RESOURCE_TRADING_BAN',
      month,
      ...nothing,
      initiated: 1,
      responded: 1,
      implemented: 1,
      lifted: 1,
      medianDaysToFeedback: 0,
    })
    expect(of('QTS', 'QUALITY_SAMPLING_INCREASE')).toMatchObject({
      responded: 1,
      notApplicable: 1,
      lifted: 1,
    })
    expect(of('NDRC', 'LICENCE_KEY_REVIEW')).toMatchObject({
      ...nothing,
      responded: 0,
      medianDaysToFeedback: null,
    })
  })
})
