import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noteKeyOf, sizeIn } from '../../../src/evidence/checkpoint.ts'
import { createCheckpointService } from '../../../src/evidence/checkpoint-service.ts'
import { forgetEnquiries } from '../../../src/evidence/checkpoint-store.ts'
import { digestSubjects, type Exchange } from '../../../src/evidence/exchange-log.ts'
import { appendExchanges } from '../../../src/evidence/exchange-log-store.ts'
import { createLogAuditService } from '../../../src/evidence/log-audit-service.ts'
import { createLogReadingService } from '../../../src/evidence/log-reading-service.ts'
import { tileReader } from '../../../src/evidence/log-tile-store.ts'
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
} from '../../../src/evidence/merkle-tree.ts'
import { ed25519Holds, parseNote, signatureLine } from '../../../src/evidence/signed-note.ts'
import { createVault } from '../../../src/kernel/vault.ts'
import { limits } from '../../../src/limits.ts'
import { TestExchange } from '../../support/exchange.ts'

const vault = createVault({
  encryptionKeys: [{ version: 1, key: Buffer.alloc(32, 1) }],
  indexKey: Buffer.alloc(32, 2),
})
const origin = 'credit.example.invalid/log'

/** A log on a database of its own, whose checkpoints carry a signature that is only told from others. */
async function openLog() {
  const exchange = await TestExchange.start()
  const { pool } = exchange.database
  let now = Date.parse('2026-11-25T00:00:00Z')
  const clock = { now: () => new Date(now) }
  const serviceOf = () =>
    createCheckpointService({
      pool,
      clock,
      origin,
      sign: async (text) => signatureLine({ name: origin, keyId: text.length }, Buffer.from('signed')),
    })
  let appended = 0
  return {
    exchange,
    pool,
    serviceOf,
    service: serviceOf(),
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    async append(count: number, subjectIds: number[] = []) {
      const exchanges = Array.from({ length: count }, (): Exchange => {
        appended += 1
        return {
          departmentId: 1,
          departmentCode: 'NDRC',
          kid: 'kid',
          jti: `jti-${appended}`,
          tokenExpiresAt: clock.now(),
          arrival: randomUUID(),
          at: clock.now(),
          operation: 'query screen',
          purpose: null,
          outcome: 'OK',
          status: 200,
          requestSha256: 'r',
          answerSha256: `a${appended}`,
          dataVersion: 0,
          subjects:
            subjectIds.length > 0 ? digestSubjects(vault, ['USCC 91411700MA0TEXT047'], subjectIds) : null,
        }
      })
      for (let at = 0; at < count; at += 1_000) {
        await appendExchanges(
          pool,
          exchanges.slice(at, at + 1_000).map((each) => ({ exchange: each, singleUse: false })),
        )
      }
    },
    async checkpoints(): Promise<number[]> {
      const { rows } = await pool.query('SELECT size, note FROM log_checkpoint ORDER BY size')
      return rows.map((row) => {
        expect(sizeIn(parseNote(row.note)?.text ?? '')).toBe(row.size)
        return row.size
      })
    },
    async leaves(): Promise<Buffer[]> {
      const { rows } = await pool.query('SELECT leaf FROM exchange_log ORDER BY log_index')
      return rows.map((row) => leafHash(row.leaf))
    },
  }
}

function naiveRoot(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes
  if (hashes.length === 1 && only) return only
  const k = 2 ** Math.floor(Math.log2(hashes.length - 1))
  return nodeHash(naiveRoot(hashes.slice(0, k)), naiveRoot(hashes.slice(k)))
}

describe('checkpoints', () => {
  let log: Awaited<ReturnType<typeof openLog>>
  beforeAll(async () => {
    log = await openLog()
  })
  afterAll(() => log.exchange[Symbol.asyncDispose]())

  test('the first is of the empty log, at once', async () => {
    await expect(log.service.publishDue()).resolves.toBe(false)
    expect(await log.checkpoints()).toEqual([0])
  })

  test('a few leaves wait ten seconds', async () => {
    await log.append(3)
    log.pass(limits.checkpointInterval - 1)
    await log.service.publishDue()
    expect(await log.checkpoints()).toEqual([0])
    log.pass(1)
    await log.service.publishDue()
    expect(await log.checkpoints()).toEqual([0, 3])
  })

  test('nothing new, nothing signed', async () => {
    log.pass(limits.checkpointInterval * 10)
    await log.service.publishDue()
    expect(await log.checkpoints()).toEqual([0, 3])
  })

  test('a thousand leaves do not wait', async () => {
    await log.append(limits.checkpointLeaves)
    await log.service.publishDue()
    expect(await log.checkpoints()).toEqual([0, 3, 1_003])
  })

  test('a clock that was set back does not hold them up', async () => {
    log.pass(-3_600_000)
    await log.append(1)
    await log.service.publishDue()
    expect(await log.checkpoints()).toEqual([0, 3, 1_003, 1_004])
  })

  test('of several replicas one signs', async () => {
    await log.append(66_000)
    const replicas = [log.serviceOf(), log.serviceOf(), log.serviceOf(), log.serviceOf()]
    await Promise.all(replicas.map((replica) => replica.publishDue()))
    expect(await log.checkpoints()).toEqual([0, 3, 1_003, 1_004, 67_004])
  })

  test('the tree that is stored is that of the leaves, at any two sizes', async () => {
    const leaves = await log.leaves()
    const tiles = tileReader(log.pool)
    for (const size of [1, 2, 255, 256, 257, 511, 1_003, 65_535, 65_536, 65_537, 67_004]) {
      expect(await rootAt(size, tiles)).toEqual(naiveRoot(leaves.slice(0, size)))
      expect((await inclusionProof(size - 1, 67_004, tiles)).length).toBeLessThanOrEqual(17)
      expect((await consistencyProof(size, 67_004, tiles)).length).toBeLessThanOrEqual(18)
    }
    const { rows } = await log.pool.query(
      'SELECT level, count(*)::int AS tiles FROM log_tile GROUP BY level ORDER BY level',
    )
    expect(rows).toEqual([
      { level: 0, tiles: 261 },
      { level: 1, tiles: 1 },
    ])
  })

  test('the audit reads all of it', async () => {
    const seen: number[] = []
    await expect(
      createLogAuditService(log.pool).audit((entries) => void seen.push(entries)),
    ).resolves.toEqual({ entries: 67_004, signed: 67_004, fault: null })
    expect(seen.at(-1)).toBe(67_004)
  })

  test('nobody reads a tile beyond what is signed', async () => {
    await log.append(600)
    const reading = createLogReadingService(log.pool, origin)
    expect(await reading.tile({ level: 0, index: 261, width: 188 })).toHaveLength(188 * 32)
    expect(await reading.tile({ level: 0, index: 261, width: 189 })).toBeNull()
    expect(await reading.tile({ level: 0, index: 262, width: 1 })).toBeNull()
    expect(await reading.consistency(3, 67_005)).toBeNull()
    expect(await reading.consistency(3, 67_004)).not.toBeNull()
  })
})

describe('a log that was rewritten by whoever owns the database', () => {
  /** The triggers hold everyone else; an owner can take them away. */
  const rewrite = async (log: Awaited<ReturnType<typeof openLog>>, statement: string) => {
    await log.pool.query(
      'ALTER TABLE exchange_log DISABLE TRIGGER ALL; ALTER TABLE log_tile DISABLE TRIGGER ALL',
    )
    await log.pool.query(statement)
  }
  const forged = `leaf_hash = sha256('\\x00'::bytea || convert_to('forged', 'UTF8'))`

  test.each([
    ['a changed leaf', `UPDATE exchange_log SET leaf = 'forged', ${forged} WHERE log_index = 299`],
    ['a dropped leaf', 'DELETE FROM exchange_log WHERE log_index = 299'],
    [
      'two leaves in each other’s place',
      `UPDATE exchange_log l SET leaf = o.leaf, leaf_hash = o.leaf_hash FROM exchange_log o
        WHERE (l.log_index, o.log_index) IN ((298, 299), (299, 298))`,
    ],
    ['a changed tile', `UPDATE log_tile SET root = sha256('x')`],
    ['a truncated log', 'DELETE FROM exchange_log WHERE log_index >= 280'],
    [
      'a log that was turned back with its head',
      `DELETE FROM exchange_log WHERE log_index >= 200; ALTER TABLE log_head DISABLE TRIGGER ALL;
       UPDATE log_head SET next_index = 200`,
    ],
  ])('%s: nothing is signed over it', async (_what, statement) => {
    const log = await openLog()
    await using _ = log.exchange
    await log.append(300)
    await log.service.publishDue()
    await rewrite(log, statement)
    await log.append(5)
    log.pass(limits.checkpointInterval)
    await log.service.publishDue()
    expect(log.service.isLogIntact()).toBe(false)
    expect(await log.checkpoints()).toEqual([300])
  })

  test('a replica that starts over it knows before it answers', async () => {
    const log = await openLog()
    await using _ = log.exchange
    await log.append(300)
    await log.service.publishDue()
    const fresh = log.serviceOf()
    expect(fresh.isLogIntact()).toBe(false)
    await fresh.check()
    expect(fresh.isLogIntact()).toBe(true)
    await rewrite(log, `UPDATE exchange_log SET leaf = 'forged', ${forged} WHERE log_index = 299`)
    const late = log.serviceOf()
    await late.check()
    expect(late.isLogIntact()).toBe(false)
  })

  test('a leaf inside a full tile is found by the audit', async () => {
    const log = await openLog()
    await using _ = log.exchange
    await log.append(300)
    await log.service.publishDue()
    await rewrite(log, `UPDATE exchange_log SET leaf = 'forged', ${forged} WHERE log_index = 7`)
    await expect(createLogAuditService(log.pool).audit(() => {})).resolves.toEqual({
      entries: 300,
      signed: 300,
      fault: 'the root signed for 300 entries is another',
    })
  })

  test('a leaf changed without its hash is named', async () => {
    const log = await openLog()
    await using _ = log.exchange
    await log.append(300)
    await log.service.publishDue()
    await rewrite(log, `UPDATE exchange_log SET leaf = 'forged' WHERE log_index = 7`)
    await expect(createLogAuditService(log.pool).audit(() => {})).resolves.toEqual({
      entries: 7,
      signed: 300,
      fault: 'entry 7 was changed',
    })
  })
})

describe('the database refuses', () => {
  let log: Awaited<ReturnType<typeof openLog>>
  beforeAll(async () => {
    log = await openLog()
    await log.append(300)
    await log.service.publishDue()
  })
  afterAll(() => log.exchange[Symbol.asyncDispose]())

  test.each([
    `UPDATE exchange_log SET leaf = 'forged' WHERE log_index = 1`,
    'DELETE FROM exchange_log WHERE log_index = 299',
    'TRUNCATE exchange_log',
    'UPDATE log_head SET next_index = next_index - 1',
    'DELETE FROM log_head',
    'UPDATE log_tile SET root = hashes',
    'DELETE FROM log_tile',
    `UPDATE log_checkpoint SET note = ''`,
    'DELETE FROM log_checkpoint',
    'TRUNCATE log_checkpoint CASCADE',
  ])('%s', async (statement) => {
    await expect(log.pool.query(statement)).rejects.toMatchObject({ code: '23000' })
  })
})

test('a checkpoint covers no more subjects than it can note in time', async () => {
  const log = await openLog()
  await using _ = log.exchange
  const many = Array.from({ length: 5_000 }, (_each, id) => id + 1)
  await log.append(3)
  await log.append(45, many)
  await log.service.publishDue()
  const [first] = await log.checkpoints()
  expect(first).toBe(3 + limits.subjectsPerCheckpoint / 5_000)
  log.pass(limits.checkpointInterval)
  await log.service.publishDue()
  expect(await log.checkpoints()).toEqual([first, 48])
})

test('a subject that is forgotten leaves the tree whole', async () => {
  const log = await openLog()
  await using _ = log.exchange
  const { rows } = await log.pool.query(
    `INSERT INTO subject (kind, uscc, name) VALUES ('ORGANISATION', '91411700MA0TEXT047', '甲'),
       ('ORGANISATION', '91411722MA0TEXT39M', '乙') RETURNING id`,
  )
  const [forgotten, other] = rows.map((row) => Number(row.id))
  await log.append(5, [Number(forgotten), Number(other)])
  await log.append(5, [Number(other)])
  await log.service.publishDue()
  log.pass(limits.checkpointInterval)
  await log.service.publishDue()
  await log.append(2, [Number(forgotten), Number(other)])
  const before = await rootAt(10, tileReader(log.pool))
  const enquiries = async () =>
    (
      await log.pool.query(
        'SELECT subject_id, count(*)::int AS count FROM subject_enquiry GROUP BY 1 ORDER BY 1',
      )
    ).rows
  expect(await enquiries()).toEqual([
    { subject_id: forgotten, count: 5 },
    { subject_id: other, count: 10 },
  ])

  await forgetEnquiries(log.pool, Number(forgotten))

  log.pass(limits.checkpointInterval)
  await log.service.publishDue()
  expect(await enquiries()).toEqual([{ subject_id: other, count: 12 }])
  expect(await rootAt(10, tileReader(log.pool))).toEqual(before)
  await expect(createLogAuditService(log.pool).audit(() => {})).resolves.toEqual({
    entries: 12,
    signed: 12,
    fault: null,
  })
  const { rows: kept } = await log.pool.query(
    'SELECT log_index, digests IS NOT NULL AS told FROM exchange_subjects ORDER BY log_index',
  )
  expect(kept.filter(({ told }) => told).map(({ log_index }) => log_index)).toEqual([5, 6, 7, 8, 9])
})

test('the exchange signs notes with the key of its answers', async () => {
  await using exchange = await TestExchange.start()
  const { app } = await exchange.replica()
  await expect.poll(() => app.logReading.checkpoint(), { timeout: 5_000 }).not.toBeNull()
  const note = parseNote((await app.logReading.checkpoint()) ?? '')
  const [key] = app.signer.keys
  const [signature] = note?.signatures ?? []
  if (!note || !key || !signature) throw new TypeError('expected a signed checkpoint')
  const noteKey = noteKeyOf(key, app.logReading.origin)
  expect({ name: signature.name, keyId: signature.keyId }).toEqual({ name: origin, keyId: noteKey.keyId })
  expect(ed25519Holds(noteKey.publicKey, note.text, signature.bytes)).toBe(true)
  expect(ed25519Holds(noteKey.publicKey, `${note.text} `, signature.bytes)).toBe(false)
})
