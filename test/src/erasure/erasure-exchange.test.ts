import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ErasureHindered } from '../../../src/erasure/erasure.ts'
import { vaultOf } from '../../../src/kernel/key-file.ts'
import { applicantContext } from '../../../src/remedies/remedy-intake-service.ts'
import { certificateIndexDomain } from '../../../src/subjects/identification.ts'
import { audience } from '../../support/exchange.ts'
import { inventedUscc } from '../../support/quality-rows.ts'
import { residentId } from '../catalogue/sample-sheets.ts'
import {
  canary,
  canaryNumber,
  controlledRow,
  lists,
  other,
  PersonWorld,
  personRow,
  today,
} from './person-world.ts'

/** Erasing a person (个人信息删除) out of all that the product was told of it; each step goes on where the last one ended. */

let world: PersonWorld
let valueKey: string
let subjectId: number
let knownBefore: number
/** What must be as it was afterwards. */
let skeleton: unknown
const person = { scheme: 'RESIDENT_ID' as const, number: canaryNumber }
const why = { reason: '本人申请', basis: '个人信息保护法第四十七条' }
const erase = () => world.server.app.erasures.erase('tester', person, why)

beforeAll(async () => {
  world = await PersonWorld.start()
  valueKey = vaultOf(world.exchange.keyFile).blindIndex(certificateIndexDomain('RESIDENT_ID'), canaryNumber)
})
afterAll(() => world[Symbol.asyncDispose]())

const heldIds = async () =>
  (await world.rows<{ id: number }>(`SELECT id FROM held_row WHERE status = 'WAITING'`)).map(({ id }) => id)
const keyOf = (n: number) => ({ decisionNo: personRow(n).decisionNo })
const controlledKey = ({ decisionNo, uscc }: Record<string, string>) => ({ decisionNo, uscc })
const controlledBy = (n: number) =>
  controlledRow(n, { controller: canary, controllerNo: canaryNumber, reason: `${canary}指使` })
const { uscc = '' } = controlledBy(20)
const misread = { ...controlledBy(20), uscc: uscc.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }
async function screened(extra: object = {}): Promise<object | undefined> {
  const answer = await world.qts.query(
    world.server.url,
    'query ($i: ScreenInput!) { screen(input: $i) { results { outcome listings { id reason } candidates { name } } } }',
    { i: { purpose: '核查', subjects: [{ identifier: canaryNumber, name: canary }], ...extra } },
  )
  const { data } = answer.json as { data?: { screen: { results: object[] } } }
  if (!data) throw new TypeError(answer.body)
  return data.screen.results[0]
}

it('nobody is erased whose number nobody has, and no organisation', async () => {
  const { erasures } = world.server.app
  await expect(erase()).rejects.toMatchObject({ code: 'SUBJECT_NOT_FOUND' })
  await expect(
    erasures.erase('tester', { scheme: 'USCC', number: inventedUscc(1) }, why),
  ).rejects.toMatchObject({ code: 'NOT_A_PERSON' })
  await expect(erasures.erase('tester', { ...person, number: '12' }, why)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  })
})

it('the person comes in by every use case that takes a name or a text', async () => {
  const { app } = world.server
  expect(
    await world.submit(
      lists.persons,
      [1, 2, 3].map((n) => personRow(n)),
    ),
  ).toMatchObject({ accepted: 3 })
  subjectId = await world.personId()
  // The controller of organisations; one is held for the check character of its code, then let in.
  expect(await world.submit(lists.controlled, [misread, controlledBy(21), controlledBy(22)])).toMatchObject({
    accepted: 2,
    held: 1,
  })
  const [held] = await heldIds()
  await expect(erase()).rejects.toMatchObject({
    hindrances: expect.arrayContaining([{ kind: 'HELD_ROW', ref: held }]),
  })
  await app.submissions.decideHeld('tester', held ?? 0, 'ACCEPTED', `${canary}的执照原件如此`)
  // A number that was wrong: the record becomes that of somebody else.
  await world.done(world.qts, 'correctRecord', {
    changeId: world.nextId(),
    dataset: lists.persons,
    sourceKey: keyOf(3),
    reason: `原误为${canary}`,
    documentNo: '汝质监更〔2026〕1号',
    record: personRow(3, { name: other, certificateNo: residentId(9), reason: '另有其人' }),
  })
  // By a file, kept for thirty days.
  const headings = [
    '企业名称',
    '身份证号',
    '产品名称',
    '列入原因',
    '失信等级*',
    '决定书文号',
    '认定机关',
    '告知日期',
    '列入名单时间',
  ]
  const { name, certificateNo, product, reason, grade, decisionNo, authority, noticedOn, listedOn } =
    personRow(4)
  const cells = [name, certificateNo, product, reason, grade, decisionNo, authority, noticedOn, listedOn]
  const file = await world.qts.sendFile(
    world.server.url,
    { dataset: lists.persons, batchId: world.nextId(), format: 'CSV' },
    `${headings.join(',')}\r\n${cells.join(',')}\r\n${canary},12\r\n`,
  )
  expect(file.status, file.body).toBe(202)
  const fileIs = (status: string) =>
    expect
      .poll(() => world.rows(`SELECT id::int FROM batch WHERE channel = 'FILE' AND status = $1`, [status]), {
        timeout: 15_000,
      })
      .toEqual([{ id: expect.any(Number) }])
  await fileIs('SUSPICIOUS')
  const batch = await world.exchange.database.prisma.batch.findFirstOrThrow({ where: { channel: 'FILE' } })
  await app.batches.administer('tester', 'CONFIRM', batch, `${canary}一行已核对`)
  await fileIs('DONE')
  // Noticed and dropped.
  const { listing } = await world.done<{ listing: { id: string } }>(
    world.qts,
    'giveListingNotice',
    {
      actionId: world.nextId(),
      dataset: lists.persons,
      identifier: canaryNumber,
      scheme: 'RESIDENT_ID',
      name: canary,
      grade: '一般',
      reason: `拟列入${canary}`,
      documentNo: '汝质监告〔2026〕1号',
      noticedOn: today,
    },
    '... on GiveListingNoticeSuccess { listing { id } }',
  )
  await expect(erase()).rejects.toMatchObject({
    hindrances: expect.arrayContaining([{ kind: 'LISTING', ref: Number(listing.id) }]),
  })
  await world.done(world.qts, 'changeListing', {
    actionId: world.nextId(),
    listingId: listing.id,
    event: 'DROPPED',
    documentNo: '汝质监不〔2026〕1号',
    reason: `${canary}已整改`,
  })
  // Applied, objected to, asked about.
  for (const { id: taskId, by } of await world.tasks())
    await world.done(by, 'reportFeedback', {
      actionId: world.nextId(),
      taskId,
      outcome: 'IMPLEMENTED',
      effect: `${canary}不得参加`,
      actedOn: today,
      documentNo: '1号',
    })
  await world.objection(lists.persons, keyOf(1))
  expect(await screened()).toMatchObject({ outcome: 'LISTED' })
})

it('is refused while the law needs it, saying what stands against it', async () => {
  const open = await world.objection(lists.persons, keyOf(2), false)
  const caught: unknown = await erase().catch((error: unknown) => error)
  if (!(caught instanceof ErasureHindered)) throw caught
  const kinds = Map.groupBy(caught.hindrances, ({ kind }) => kind)
  expect([...kinds].map(([kind, each]) => [kind, each.length])).toEqual([
    ['CASE', 1],
    ['LISTING', 3],
    ['RECORD', 3],
    ['RESPONSIBLE', 3],
    ['TASK', (await world.tasks()).length],
  ])
  // The function of the database refuses on its own, whoever calls it.
  await expect(
    world.rows(`SELECT erase_person($1, '{}', 'tester', '{}')`, [subjectId]),
  ).rejects.toMatchObject({ code: '23000' })
  await world.refuse(open)
})

it('is refused while the person is merged with another', async () => {
  const rows = await world.rows(
    `INSERT INTO subject (kind, name) VALUES ('PERSON', '另一人') RETURNING id::text AS other`,
    [],
  )
  const { other } = rows[0] as { other: string }
  const merge = (canonical: string | null) =>
    world.rows('UPDATE subject SET canonical_id = $1 WHERE id IN ($2, $3)', [canonical, subjectId, other])
  await merge(other)
  await expect(erase()).rejects.toMatchObject({
    hindrances: expect.arrayContaining([{ kind: 'MERGED', ref: Number(other) }]),
  })
  await merge(null)
})

it('after everything has ended the preview tells what goes, and changes nothing', async () => {
  await world.objection(lists.controlled, controlledKey(controlledBy(21)))
  await world.withdraw(lists.controlled, controlledKey(controlledBy(21)))
  await world.withdraw(lists.controlled, controlledKey(misread))
  // Corrected: what named the person is an earlier version of a record that stands.
  await world.done(world.qts, 'correctRecord', {
    changeId: world.nextId(),
    dataset: lists.controlled,
    sourceKey: controlledKey(controlledBy(22)),
    reason: `实际控制人不是${canary}`,
    documentNo: '汝质监更〔2026〕2号',
    record: controlledRow(22),
  })
  knownBefore = await world.server.app.feedPosition()
  for (const n of [1, 2, 4]) await world.withdraw(lists.persons, keyOf(n))
  for (const { id: taskId, by } of await world.tasks())
    await world.done(by, 'confirmLifted', {
      actionId: world.nextId(),
      taskId,
      liftedOn: today,
      documentNo: '2号',
    })
  // Whether open data were made in between is chance.
  const named = await world.columnsWith(canary)
  expect(named.filter((column) => column !== 'public.open_data_piece.bytes')).toEqual([
    'public.administration_event.facts',
    'public.batch.confirmation',
    'public.doubtful_number_decision.reason',
    'public.held_row.reason',
    'public.listing.reason',
    'public.listing_event.data',
    'public.listing_event.state',
    'public.measure_task_event.data',
    'public.record_version.content',
    'public.record_version.reason',
    'public.remedy_case.grounds',
    'public.remedy_event.data',
    'public.responsible_person.name',
    'public.subject.name',
    'public.subject_name.key',
    'public.subject_name.name',
  ])
  expect(await world.columnsWith(valueKey)).toEqual(['public.subject_identifier.value_key'])
  const preview = await world.server.app.erasures.preview(person)
  expect(preview).toEqual({
    subjectId,
    names: [canary],
    hindrances: [],
    counts: {
      records: 3,
      listings: 4,
      cases: 2,
      tasks: expect.any(Number),
      responsibleFor: 2,
      enquiries: expect.any(Number),
      files: 2,
      naming: 4,
      heldRows: 1,
    },
  })
  skeleton = await skeletonOf()
})

it('the trace may not name the person', async () => {
  const { erasures } = world.server.app
  for (const reason of [`${canary}申请`, `号码 ${canaryNumber.slice(0, 6)} ${canaryNumber.slice(6)}`])
    await expect(erasures.erase('tester', person, { ...why, reason })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
})

/** Numbers, days, kinds, phases and documents: all but texts. */
const skeletonOf = () =>
  Promise.all(
    [
      `SELECT id, dataset_id, source_key, subject_id, version, status FROM record ORDER BY id`,
      `SELECT record_id, version, dataset_version_id, batch_ref, change_ref, kind, document_no, decided_on, recorded_at FROM record_version ORDER BY 1, 2`,
      `SELECT id, phase, list_type_code, subject_id, record_id, grade, decision_no, listed_on, ends_on, exited_on, exit_kind FROM listing ORDER BY id`,
      `SELECT listing_id, seq, type, effective_on, recorded_at, state - 'reason' AS state FROM listing_event ORDER BY 1, 2`,
      `SELECT case_id, seq, type, effective_on, recorded_at, department_id, data -> 'documentNo' AS document FROM remedy_event ORDER BY 1, 2`,
      `SELECT task_id, seq, type, effective_on, recorded_at, department_id, data - 'effect' AS data FROM measure_task_event ORDER BY 1, 2`,
      `SELECT id, code, kind, phase, record_id, opened_on, closed_at FROM remedy_case ORDER BY id`,
      `SELECT * FROM exchange_log ORDER BY log_index`,
      `SELECT * FROM feed_event WHERE kind NOT IN ('SUBJECT_ERASED', 'LISTING_CHANGED') ORDER BY position`,
      `SELECT id, at, actor, action, target FROM administration_event WHERE action <> 'SUBJECT_ERASED' ORDER BY id`,
    ].map((sql) => world.rows(sql)),
  )

it('then nothing of name or number is left anywhere, and all the rest is', async () => {
  const erased = await erase()
  expect(erased.subjectId).toBe(subjectId)
  for (const text of [canary, canaryNumber, valueKey]) expect(await world.columnsWith(text)).toEqual([])
  expect(await skeletonOf()).toEqual(skeleton)
  expect(await world.rows('SELECT kind, uscc, name FROM subject WHERE id = $1', [subjectId])).toEqual([
    { kind: 'PERSON', uscc: null, name: '〔已删除〕' },
  ])
  expect(
    await world.rows(`SELECT actor, target, facts FROM administration_event WHERE action = 'SUBJECT_ERASED'`),
  ).toEqual([{ actor: 'tester', target: String(subjectId), facts: { ...why, ...erased.counts } }])
  // What others said of others stays whole.
  const [standing] = await world.rows(
    `SELECT v.content ->> 'controller' AS now, o.content ->> 'controller' AS before, o.content ->> 'reason' AS reason
       FROM record r JOIN record_version v ON v.record_id = r.id AND v.version = r.version
       JOIN record_version o ON o.record_id = r.id AND o.version = 1
      WHERE r.source_key LIKE '%22号%' AND r.status = 'ACTIVE' AND r.subject_id <> $1`,
    [subjectId],
  )
  expect(standing).toEqual({ now: other, before: '〔已删除〕', reason: '〔已删除〕指使' })
  expect(await world.rows(`SELECT count(*)::int AS n FROM stored_file_piece`)).toEqual([{ n: 0 }])
  expect(await world.rows(`SELECT count(*)::int AS n FROM held_row WHERE length(ciphertext) > 0`)).toEqual([
    { n: 0 },
  ])
  const vault = vaultOf(world.exchange.keyFile)
  const cases = await world.rows<{ code: string; applicant: Buffer }>(
    'SELECT code, applicant FROM remedy_case',
  )
  expect(
    cases.map(({ code, applicant }) => JSON.parse(vault.decrypt(applicant, applicantContext(code)))),
  ).toEqual(cases.map(() => ({ name: '〔已删除〕', contact: '', relation: 'SUBJECT', documentNo: null })))
  await expect(erase()).rejects.toMatchObject({ code: 'SUBJECT_NOT_FOUND' })
})

it('log and feed verify; followers are told, and what they are told names nobody', async () => {
  expect(await world.server.app.logAudit.audit(() => {})).toMatchObject({ fault: null })
  expect(
    await world.rows(
      `SELECT count(*)::int AS events, min(position)::int AS first, max(position)::int AS last, (SELECT position FROM feed_head)::int AS head FROM feed_event`,
    ),
  ).toEqual([expect.objectContaining(await gapFree())])
  for (const by of [world.qts, world.ndrc]) {
    const answer = await by.query(
      world.server.url,
      'query ($after: Int!) { changes(after: $after, first: 200) { changes { kind recordId subject { name } listing { id } record { id } } } }',
      { after: knownBefore },
    )
    const { data } = answer.json as {
      data: {
        changes: {
          changes: { kind: string; subject: object | null; listing: object | null; record: object | null }[]
        }
      }
    }
    const told = data.changes.changes.filter(({ kind }) => kind === 'SUBJECT_ERASED')
    expect(told).toHaveLength(3)
    for (const { listing, record } of told)
      expect({ listing, record }).toEqual({ listing: null, record: null })
    expect(answer.body).not.toContain(canary)
  }
})

const gapFree = async () => {
  const [{ n }] = (await world.rows<{ n: number }>('SELECT count(*)::int AS n FROM feed_event')) as [
    { n: number },
  ]
  return { events: n, first: 1, last: n, head: n }
}

it('asked now or as known then, the number is unknown', async () => {
  for (const extra of [{}, { knownAtVersion: knownBefore }])
    expect(await screened(extra)).toEqual({ outcome: 'UNKNOWN', listings: [], candidates: [] })
})

it('its own department still reads the skeleton', async () => {
  const answer = await world.qts.query(
    world.server.url,
    '{ listings(first: 100) { edges { node { subject { name } listing { id reason decisionNo } } } } }',
  )
  expect(answer.json.errors).toBeUndefined()
  expect(answer.body).not.toContain(canary)
})

it('the old row sent again is refused and makes nobody; a new record is a new subject', async () => {
  expect(await world.submit(lists.persons, [personRow(1)])).toMatchObject({
    accepted: 0,
    rejected: 1,
    problems: [{ code: 'RECORD_WITHDRAWN' }],
  })
  expect(await world.columnsWith(valueKey)).toEqual([])
  expect(await world.submit(lists.persons, [personRow(5)])).toMatchObject({ accepted: 1 })
  const again = await world.personId()
  expect(again).not.toBe(subjectId)
  expect(await world.rows('SELECT count(*)::int AS n FROM record WHERE subject_id = $1', [again])).toEqual([
    { n: 1 },
  ])
  expect(await screened()).toMatchObject({ outcome: 'LISTED' })
  expect(await screened({ knownAtVersion: knownBefore })).toMatchObject({ outcome: 'UNKNOWN' })
})

it('nothing else may rewrite: neither the owner, nor the setting, nor more than texts', async () => {
  const { pool } = world.exchange.database
  const client = await pool.connect()
  try {
    const attempt = async (setting: boolean, statement: string) => {
      await client.query('BEGIN')
      if (setting) await client.query(`SELECT set_config('exchange.erasing', 'yes', true)`)
      try {
        await client.query(statement)
        return 'done'
      } catch (error) {
        return error instanceof Error && 'code' in error ? error.code : error
      } finally {
        await client.query('ROLLBACK')
      }
    }
    expect(await attempt(false, `UPDATE listing_event SET data = '{}'`)).toBe('23000')
    expect(await attempt(true, `UPDATE listing_event SET data = '{}'`)).toBe('done')
    expect(await attempt(true, `UPDATE listing_event SET type = 'DROPPED'`)).toBe('23000')
    expect(await attempt(true, 'DELETE FROM listing_event')).toBe('23000')
    expect(await attempt(true, `UPDATE exchange_log SET leaf = ''`)).toBe('23000')
    expect(await attempt(true, 'UPDATE feed_event SET subject_id = NULL')).toBe('23000')
  } finally {
    client.release()
  }
})

const directory = await mkdtemp(join(tmpdir(), 'erasure-'))
afterAll(() => rm(directory, { recursive: true }))

/** The administrator's command as a process, with the number on its standard input. */
async function command(...more: string[]): Promise<{ code: number | null; output: string }> {
  const keyFile = join(directory, 'keys.json')
  await writeFile(keyFile, JSON.stringify(world.exchange.keyFile), { mode: 0o600 })
  const words = ['subject', 'erase', 'RESIDENT_ID', '--reason', why.reason, '--basis', why.basis, ...more]
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../../gateway/admin.ts', import.meta.url)), ...words],
    {
      cwd: directory,
      env: {
        PATH: process.env.PATH,
        KEY_FILE: keyFile,
        DATABASE_URL: world.exchange.databaseUrl,
        EXCHANGE_ID: audience,
      },
    },
  )
  let output = ''
  const hear = (chunk: Buffer) => {
    output += chunk.toString('utf8')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  child.stdin.end(`${canaryNumber}\n`)
  const [code] = await once(child, 'close')
  return { code, output }
}

it('the command shows first, says what stands against it, and erases only when confirmed', async () => {
  const hindered = await command('--confirm')
  expect(hindered.code, hindered.output).toBe(1)
  expect(hindered.output).toContain('记录仍有效')
  await world.withdraw(lists.persons, keyOf(5))
  for (const { id: taskId, by } of await world.tasks())
    await world.done(by, 'confirmLifted', {
      actionId: world.nextId(),
      taskId,
      liftedOn: today,
      documentNo: '2号',
    })
  const shown = await command()
  expect(shown.code, shown.output).toBe(0)
  expect(shown.output).toContain(canary)
  expect(shown.output).not.toContain(canaryNumber)
  expect(await world.personId()).toEqual(expect.any(Number))
  const erased = await command('--confirm')
  expect(erased.code, erased.output).toBe(0)
  expect(await world.columnsWith(valueKey)).toEqual([])
  expect(await world.columnsWith(canary)).toEqual([])
})

it('a record that comes while the person is being erased is that of a new subject', async () => {
  expect(await world.submit(lists.persons, [personRow(6)])).toMatchObject({ accepted: 1 })
  const before = await world.personId()
  await world.withdraw(lists.persons, keyOf(6))
  for (const { id: taskId, by } of await world.tasks())
    await world.done(by, 'confirmLifted', {
      actionId: world.nextId(),
      taskId,
      liftedOn: today,
      documentNo: '2号',
    })
  const holder = await world.exchange.database.pool.connect()
  await holder.query('BEGIN')
  await holder.query('LOCK TABLE administration_event IN EXCLUSIVE MODE')
  const erasing = erase()
  const waiting = (pattern: string) =>
    expect
      .poll(() =>
        world.rows(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1`,
          [pattern],
        ),
      )
      .toHaveLength(1)
  await waiting('SELECT erase_person%')
  const submitting = world.submit(lists.persons, [personRow(7)])
  await waiting('SELECT 1 FROM dataset%')
  await holder.query('COMMIT')
  holder.release()
  expect((await erasing).subjectId).toBe(before)
  expect(await submitting).toMatchObject({ accepted: 1 })
  expect(await world.personId()).not.toBe(before)
})
