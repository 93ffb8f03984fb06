import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../../gateway/server.ts'
import { legalDay } from '../../../src/kernel/clock.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { codeOf, type TestDepartment } from '../../support/department.ts'
import { TestExchange } from '../../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../../support/founding-catalogue.ts'
import { inventedUscc, qualityRow } from '../../support/quality-rows.ts'

/** Acts on tasks, bad input and escalation, over the wire. */

let exchange: TestExchange
let server: RunningServer
let qts: TestDepartment
let ndrc: TestDepartment
let guest: TestDepartment
const today = legalDay(new Date())

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  qts = await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
  ndrc = await exchange.department(server, 'NDRC', { kind: foundingKinds.NDRC })
  guest = await exchange.department(server, 'GUEST', { kind: 'TOURISM', roles: [] })
  await importFoundingCatalogue(exchange)
  await submit([1, 2, 3])
})
afterAll(() => exchange[Symbol.asyncDispose]())

let counter = 0
const nextId = () => `t-${++counter}`

async function submit(numbers: readonly number[]): Promise<void> {
  const answer = await qts.query(
    server.url,
    'mutation ($i: SubmitRecordsInput!) { submitRecords(input: $i) { ... on SubmitRecordsSuccess { batch { accepted } } ... on Refusal { code } } }',
    { i: { dataset: 'QTS_DISHONEST', batchId: nextId(), records: numbers.map((n) => qualityRow(n)) } },
  )
  expect(answer.json).toMatchObject({ data: { submitRecords: { batch: { accepted: numbers.length } } } })
  await server.app.taskFanOut.catchUp()
}

const inputs: Record<string, string> = {
  respondToTask: 'RespondToTaskInput',
  reportFeedback: 'ReportFeedbackInput',
  confirmLifted: 'ConfirmLiftedInput',
}

async function act(name: string, input: object, by = ndrc): Promise<{ code?: string; receipt?: object }> {
  const answer = await by.query(
    server.url,
    `mutation ($input: ${inputs[name]}!) { ${name}(input: $input) { ... on MeasureTaskSuccess { receipt { event phase at } } ... on Refusal { code legalBasis } } }`,
    { input: { actionId: nextId(), ...input } },
  )
  const { data, errors } = answer.json as { data?: Record<string, object>; errors?: unknown }
  const outcome = data?.[name]
  if (!outcome) throw new TypeError(JSON.stringify(errors))
  return outcome
}

async function taskOf(n: number, department = 'NDRC', measure = 'LICENCE_KEY_REVIEW'): Promise<string> {
  const { rows } = await exchange.database.pool.query(
    `SELECT t.id FROM measure_task t JOIN department d ON d.id = t.department_id JOIN listing l ON l.id = t.listing_id
       JOIN subject s ON s.id = l.subject_id WHERE s.uscc = $1 AND d.code = $2 AND t.measure_code = $3`,
    [inventedUscc(n), department, measure],
  )
  return String(rows[0].id)
}

const fedBack = { outcome: 'IMPLEMENTED', effect: '列为重点审查对象', actedOn: today }

describe('bad input', () => {
  it.each<[string, string, object]>([
    ['a day in the future', 'INPUT_INVALID', { actedOn: addCalendarDays(today, 1) }],
    ['a day before the listing', 'INPUT_INVALID', { actedOn: '2026-03-19' }],
    ['no effect', 'INPUT_INVALID', { effect: '  ' }],
    ['an effect too long', 'INPUT_INVALID', { effect: 'x'.repeat(2_001) }],
    ['an amount with three decimals', 'INPUT_INVALID', { amount: '1.234' }],
    ['an amount below nothing', 'INPUT_INVALID', { amount: '-1' }],
    ['an amount that cannot be', 'INPUT_INVALID', { amount: '9999999999999.99' }],
    ['no number of a task', 'INPUT_INVALID', { taskId: '一' }],
    ['a task that is not there', 'TASK_NOT_FOUND', { taskId: '123456789' }],
    ['an amount of what does not apply', 'INPUT_INVALID', { outcome: 'NOT_APPLICABLE', amount: '1' }],
  ])('%s is refused', async (_what, code, bent) => {
    expect(await act('reportFeedback', { taskId: await taskOf(1), ...fedBack, ...bent })).toMatchObject({
      code,
    })
  })

  it('an id used for one act stands for no other, and a refused act leaves it free', async () => {
    const taskId = await taskOf(1)
    const input = { actionId: 'mine', taskId, ...fedBack }
    expect(await act('reportFeedback', { ...input, actedOn: '2020-01-01' })).toMatchObject({
      code: 'INPUT_INVALID',
    })
    const first = await act('reportFeedback', input)
    expect(first).toMatchObject({ receipt: { phase: 'IMPLEMENTED' } })
    expect(await act('reportFeedback', { ...input, effect: '另' })).toMatchObject({
      code: 'ACTION_ID_REUSED',
    })
    expect(await act('reportFeedback', { ...input, actionId: nextId(), effect: '改' })).toMatchObject({
      receipt: { phase: 'IMPLEMENTED' },
    })
    expect(await act('reportFeedback', input)).toEqual(first)
    expect(await act('confirmLifted', { taskId, liftedOn: today })).toMatchObject({ code: 'TASK_STATE' })
  })

  it('twenty at once with one id take effect once; with twenty ids, one is taken', async () => {
    const taskId = await taskOf(2)
    const same = await Promise.all(
      Array.from({ length: 20 }, () => act('respondToTask', { actionId: 'same', taskId })),
    )
    expect(new Set(same.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    const other = await taskOf(3)
    const each = await Promise.all(Array.from({ length: 20 }, () => act('respondToTask', { taskId: other })))
    expect(each.filter(({ receipt }) => receipt)).toHaveLength(1)
    expect(new Set(each.flatMap(({ code }) => code ?? []))).toEqual(new Set(['TASK_STATE']))
  })

  it('a department without any role sees and does nothing', async () => {
    const answer = await guest.query(server.url, '{ measureTasks(first: 1) { edges { node { id } } } }')
    expect(codeOf(answer)).toBe('FORBIDDEN')
    const statistics = await guest.query(
      server.url,
      '{ measureStatistics(from: "2026-01-01", to: "2026-12-31") { month } }',
    )
    expect(codeOf(statistics)).toBe('FORBIDDEN')
  })
})

describe('a repaired record', () => {
  it('is shown no more, but whose measure is to be lifted is', async () => {
    await submit([9])
    const taskId = await taskOf(9)
    await exchange.database.pool.query(
      `UPDATE record r SET status = 'REPAIRED' FROM subject s WHERE s.id = r.subject_id AND s.uscc = $1`,
      [inventedUscc(9)],
    )
    const answer = await ndrc.query(
      server.url,
      '{ measureTasks(first: 100) { edges { node { id subject { uscc } listing { id } } } } }',
    )
    const { data } = answer.json as {
      data: { measureTasks: { edges: { node: { id: string; subject: object; listing: object | null } }[] } }
    }
    const node = data.measureTasks.edges.find((edge) => edge.node.id === taskId)?.node
    expect(node).toEqual({ id: taskId, subject: { uscc: inventedUscc(9) }, listing: null })
  })
})

describe('escalation', () => {
  it('notes each overdue step once, however many replicas do it at once', async () => {
    const second = await exchange.replica()
    const later = new Date(Date.now() + 60 * 86_400_000)
    const counts = await Promise.all(
      [server, second, server, second].map(({ app }) => app.taskTimeliness.escalateOverdue(later)),
    )
    expect(await server.app.taskTimeliness.escalateOverdue(later)).toBe(0)
    const { rows } = await exchange.database.pool.query(
      `SELECT t.phase, e.data ->> 'step' AS step, count(*)::int AS events, count(DISTINCT t.id)::int AS tasks
         FROM measure_task t JOIN measure_task_event e ON e.task_id = t.id WHERE e.type = 'ESCALATED' GROUP BY 1, 2 ORDER BY 1, 2`,
    )
    for (const { events, tasks } of rows) expect(events).toBe(tasks)
    expect(rows.map(({ phase, step }) => `${phase} ${step}`)).toEqual([
      'ACKNOWLEDGED FEEDBACK',
      'DELIVERED FEEDBACK',
      'DELIVERED RESPONSE',
    ])
    expect(rows.reduce((sum, { events }) => sum + events, 0)).toBe(
      counts.reduce((sum, count) => sum + count, 0),
    )
  })

  it('overdueOnly shows what is overdue, and nothing today is', async () => {
    const ask = async () => {
      const answer = await ndrc.query(
        server.url,
        '{ measureTasks(overdueOnly: true, first: 100) { edges { node { id due { overdue } } } } }',
      )
      return (answer.json as { data: { measureTasks: { edges: { node: { id: string } }[] } } }).data
        .measureTasks.edges
    }
    expect(await ask()).toEqual([])
    const taskId = await taskOf(3, 'NDRC', 'KEY_SUPERVISION')
    await exchange.database.pool.query(`UPDATE measure_task SET created_on = '2026-03-20' WHERE id = $1`, [
      taskId,
    ])
    expect((await ask()).map(({ node }) => node)).toEqual([{ id: taskId, due: { overdue: true } }])
  })
})
