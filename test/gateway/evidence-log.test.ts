import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { leafHash, nodeHash } from '../../src/evidence/merkle-tree.ts'
import {
  formatVkey,
  type NoteKey,
  noteKeyId,
  parseNote,
  signatureLine,
} from '../../src/evidence/signed-note.ts'
import type { TestDepartment } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'
import { importFoundingCatalogue } from '../support/founding-catalogue.ts'

let exchange: TestExchange
let server: RunningServer
let asker: TestDepartment
let other: TestDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  await importFoundingCatalogue(exchange)
  server = await exchange.replica()
  asker = await exchange.department(server, 'ASKER', { roles: ['ENQUIRER'] })
  other = await exchange.department(server, 'OTHER', { roles: ['ENQUIRER'] })
})
afterAll(() => exchange[Symbol.asyncDispose]())

const read = (path: string, init?: RequestInit) => fetch(`${server.url}/log/${path}`, init)
const question = JSON.stringify({
  query: `{ screen(input: { purpose: "招标审查", subjects: [{ identifier: "91411700MA0TEXT047" }] }) { results { outcome } } }`,
})

async function ask(department: TestDepartment, query: string, variables = {}) {
  const body = JSON.stringify({ query, variables })
  const answer = await department.send(server.url, body)
  return answer.json as { data: Record<string, Record<string, unknown>>; errors?: { message: string }[] }
}

const receiptQuery = `query ($id: String!, $index: Int) { receipt(requestId: $id, logIndex: $index) { __typename
  ... on Refusal { code } ... on Receipt { logIndex leaf salt subjectDigests checkpoint treeSize inclusionProof keys { kid x activeTo } } } }`

/** Signs checkpoints as soon as they are asked for, instead of in ten seconds. */
async function checkpointNow(): Promise<void> {
  const { pool } = exchange.database
  const { rows } = await pool.query('SELECT next_index FROM log_head')
  await pool.query('ALTER TABLE log_checkpoint DISABLE TRIGGER log_checkpoint_append_only')
  await pool.query(`UPDATE log_checkpoint SET at = at - interval '1 hour'`)
  await pool.query('ALTER TABLE log_checkpoint ENABLE TRIGGER log_checkpoint_append_only')
  await expect
    .poll(
      async () =>
        (await pool.query('SELECT max(size) AS size FROM log_checkpoint')).rows[0].size >= rows[0].next_index,
      { timeout: 5_000 },
    )
    .toBe(true)
}

/** RFC 9162, 2.1.3.2, over the place of each bit, written from the RFC alone. */
function rootFrom(index: number, size: number, hash: Buffer, proof: readonly string[]): string {
  let fn = index
  let sn = size - 1
  let root = hash
  for (const each of proof) {
    const sibling = Buffer.from(each, 'base64')
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(sibling, root)
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2)
        sn = Math.floor(sn / 2)
      }
    } else root = nodeHash(root, sibling)
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return root.toString('base64')
}

describe('/log, for anyone', () => {
  test('the checkpoint, its keys, and the hashes', async () => {
    await asker.send(server.url, question)
    await checkpointNow()
    const response = await read('checkpoint')
    expect({
      status: response.status,
      type: response.headers.get('content-type'),
      cache: response.headers.get('cache-control'),
    }).toEqual({ status: 200, type: 'text/plain; charset=utf-8', cache: 'public, max-age=2' })
    const note = await response.text()
    const [origin, size, root] = note.split('\n')
    expect(origin).toBe('credit.example.invalid/log')
    expect(await (await read(`checkpoint/${size}`)).text()).toBe(note)
    const tile = Buffer.from(await (await read(`tile/0/000.p/${size}`)).arrayBuffer())
    const rows = await exchange.logRows()
    expect(tile).toEqual(
      Buffer.concat(
        (
          await exchange.database.pool.query('SELECT leaf FROM exchange_log ORDER BY log_index LIMIT $1', [
            size,
          ])
        ).rows.map((row) => leafHash(row.leaf)),
      ),
    )
    expect(rows.length).toBeGreaterThanOrEqual(Number(size))
    const keys = (await (await read('keys')).json()) as { origin: string; keys: { vkey: string }[] }
    expect(keys).toMatchObject({
      origin,
      keys: [
        {
          kid: server.app.signer.keys[0]?.kid,
          vkey: expect.stringMatching(/^credit\.example\.invalid\/log\+/),
        },
      ],
    })
    const proof = (await (await read(`consistency?from=0&to=${size}`)).json()) as object
    expect(proof).toEqual({ from: 0, to: Number(size), hashes: [] })
    expect(root).toHaveLength(44)
  })

  test.each([
    ['checkpoint/999999', 404],
    ['checkpoint/x', 404],
    ['tile/0/000', 404],
    ['tile/0/x000/000.p/1', 404],
    ['tile/0/000.p/256', 404],
    ['tile/0/000.p/0', 404],
    ['tile/9/000.p/1', 404],
    ['tile/entries/000.p/1', 404],
    ['consistency?from=0&to=999999', 404],
    ['consistency?from=2&to=1', 400],
    ['consistency?from=-1&to=1', 400],
    ['consistency', 400],
    ['elsewhere', 404],
    ['', 404],
  ])('%s: %i', async (path, status) => {
    expect((await read(path)).status).toBe(status)
  })

  test('is only read', async () => {
    const response = await read('checkpoint', { method: 'POST', body: 'x' })
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'GET, HEAD',
    })
    expect(await (await read('checkpoint', { method: 'HEAD' })).text()).toBe('')
  })
})

describe('a receipt', () => {
  test('is refused until a checkpoint covers the entry, then holds without the exchange', async () => {
    const answer = await asker.send(server.url, question)
    const pending = await ask(asker, receiptQuery, { id: answer.jti })
    expect(pending.data.receipt).toEqual({ __typename: 'Refusal', code: 'NOT_YET_IN_CHECKPOINT' })
    await checkpointNow()
    const { data } = await ask(asker, receiptQuery, { id: answer.jti })
    const receipt = data.receipt as {
      logIndex: number
      leaf: string
      salt: string
      subjectDigests: string[]
      checkpoint: string
      treeSize: number
      inclusionProof: string[]
      keys: object[]
    }
    const claims = await asker.verify(server.url, answer, question)
    expect(receipt.logIndex).toBe(claims.log_index)
    expect(JSON.parse(receipt.leaf)).toMatchObject({
      department: 'ASKER',
      jti: answer.jti,
      purpose: '招标审查',
      req_sha256: claims.req_sha256,
      body_sha256: claims.body_sha256,
    })
    expect(receipt.leaf).not.toContain('91411700MA0TEXT047')
    const [, size, root] = receipt.checkpoint.split('\n')
    expect(size).toBe(String(receipt.treeSize))
    expect(rootFrom(receipt.logIndex, receipt.treeSize, leafHash(receipt.leaf), receipt.inclusionProof)).toBe(
      root,
    )
    const digest = createHash('sha256')
      .update(Buffer.from(receipt.salt, 'base64'))
      .update('USCC 91411700MA0TEXT047')
      .digest('base64')
    expect(receipt.subjectDigests).toEqual([digest])
    expect(receipt.keys).toEqual([
      { kid: server.app.signer.keys[0]?.kid, x: server.app.signer.keys[0]?.publicJwk.x, activeTo: null },
    ])
  })

  test('of another department there is none', async () => {
    const answer = await asker.send(server.url, question)
    expect((await ask(other, receiptQuery, { id: answer.jti })).data.receipt).toEqual({
      __typename: 'Refusal',
      code: 'RECEIPT_NOT_FOUND',
    })
  })

  test('of a token sent twice is about what was answered; the refusal has its own', async () => {
    const { token, jti } = asker.token(question)
    const first = await asker.send(server.url, question, { authorization: `Bearer ${token}` })
    const second = await asker.send(server.url, question, { authorization: `Bearer ${token}` })
    expect([first.status, second.status]).toEqual([200, 401])
    await checkpointNow()
    const outcome = async (index?: number) => {
      const { data } = await ask(asker, receiptQuery, { id: jti, index })
      const receipt = data.receipt as { leaf: string; logIndex: number }
      return { ...JSON.parse(receipt.leaf), logIndex: receipt.logIndex } as {
        outcome: string
        logIndex: number
      }
    }
    const answered = await outcome()
    expect(answered).toMatchObject({ outcome: 'OK' })
    expect(await outcome(answered.logIndex + 1)).toMatchObject({ outcome: 'REPLAYED' })
  })
})

describe('a witness', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const keyOf = (name: string, type = 4): NoteKey => ({
    name,
    type,
    publicKey: raw,
    keyId: noteKeyId(name, type, raw),
  })
  const key = keyOf('asker.example.invalid/witness')

  function cosigned(note: string, seconds: number, signer = privateKey): string {
    const text = parseNote(note)?.text ?? ''
    const time = Buffer.alloc(8)
    time.writeBigUInt64BE(BigInt(seconds))
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), signer)
    return `${note}${signatureLine(key, Buffer.concat([time, signature]))}\n`
  }
  const register = (department: TestDepartment, vkey: string) =>
    ask(
      department,
      `mutation ($vkey: String!) { registerWitness(input: { vkey: $vkey }) { __typename
        ... on Refusal { code } ... on RegisterWitnessSuccess { witness { name } } } }`,
      { vkey },
    ).then(({ data }) => data.registerWitness)
  const cosign = (department: TestDepartment, note: string) =>
    ask(
      department,
      `mutation ($note: String!) { cosignCheckpoint(input: { note: $note }) { __typename
        ... on Refusal { code } ... on CosignCheckpointSuccess { treeSize } } }`,
      { note },
    ).then(({ data }) => data.cosignCheckpoint)
  const refusal = (code: string) => ({ __typename: 'Refusal', code })
  const now = () => Math.floor(Date.now() / 1000)

  test('is registered by its department, once', async () => {
    expect(await register(asker, 'nonsense')).toEqual(refusal('WITNESS_UNACCEPTABLE'))
    expect(await register(asker, formatVkey(keyOf(key.name, 1)))).toEqual(refusal('WITNESS_UNACCEPTABLE'))
    const registered = { __typename: 'RegisterWitnessSuccess', witness: { name: key.name } }
    expect(await register(asker, formatVkey(key))).toEqual(registered)
    expect(await register(asker, formatVkey(key))).toEqual(registered)
    expect(await register(other, formatVkey(key))).toEqual(refusal('WITNESS_UNACCEPTABLE'))
    expect(await register(other, formatVkey(keyOf('w\u0080x')))).toEqual(refusal('WITNESS_UNACCEPTABLE'))
    for (const number of [2, 3, 4, 5]) await register(asker, formatVkey(keyOf(`w${number}`)))
    expect(await register(asker, formatVkey(keyOf('w6')))).toEqual(refusal('TOO_MANY_WITNESSES'))
  })

  test('what it signed is published with the checkpoint, and in receipts', async () => {
    const answer = await asker.send(server.url, question)
    await checkpointNow()
    const note = await (await read('checkpoint')).text()
    const size = Number(note.split('\n')[1])
    expect(await cosign(other, cosigned(note, now()))).toEqual(refusal('WITNESS_UNKNOWN'))
    expect(await cosign(asker, note)).toEqual(refusal('COSIGNATURE_INVALID'))
    expect(await cosign(asker, 'no note')).toEqual(refusal('COSIGNATURE_INVALID'))
    const stranger = generateKeyPairSync('ed25519').privateKey
    expect(await cosign(asker, cosigned(note, now(), stranger))).toEqual(refusal('COSIGNATURE_INVALID'))
    expect(await cosign(asker, cosigned(note, now() + 3_600))).toEqual(refusal('COSIGNATURE_INVALID'))
    expect(await cosign(asker, cosigned(note, now() - 3_600))).toEqual(refusal('COSIGNATURE_INVALID'))
    const forged = note.replace(/\n\d+\n/, `\n${size + 1}\n`)
    expect(await cosign(asker, cosigned(forged, now()))).toEqual(refusal('CHECKPOINT_UNKNOWN'))
    const signed = cosigned(note, now())
    const done = { __typename: 'CosignCheckpointSuccess', treeSize: size }
    expect(await cosign(asker, signed)).toEqual(done)
    expect(await cosign(asker, signed)).toEqual(done)
    expect(await (await read(`checkpoint/${size}`)).text()).toBe(signed)
    const { data } = await ask(asker, receiptQuery, { id: answer.jti })
    expect(data.receipt).toMatchObject({ checkpoint: signed, treeSize: size })
    expect(await (await read('keys')).json()).toMatchObject({
      witnesses: expect.arrayContaining([
        { department: 'ASKER', name: key.name, vkey: formatVkey(key), since: expect.any(String) },
      ]),
    })
  })
})

test('over a log that was changed nothing is answered, until it is as it was', async () => {
  const { pool } = exchange.database
  await checkpointNow()
  const { rows } = await pool.query(
    'SELECT log_index, leaf, leaf_hash FROM exchange_log ORDER BY log_index DESC LIMIT 1',
  )
  const rewrite = (hash: Buffer) =>
    pool.query('UPDATE exchange_log SET leaf_hash = $1 WHERE log_index = $2', [hash, rows[0].log_index])
  await pool.query('ALTER TABLE exchange_log DISABLE TRIGGER exchange_log_append_only')
  await rewrite(leafHash('forged'))
  await asker.send(server.url, question)
  await pool.query('ALTER TABLE log_checkpoint DISABLE TRIGGER log_checkpoint_append_only')
  await pool.query(`UPDATE log_checkpoint SET at = at - interval '1 hour'`)
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 5_000 }).toBe(503)
  const refused = await asker.send(server.url, question)
  expect({ status: refused.status, body: refused.json }).toMatchObject({
    status: 503,
    body: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
  })
  await rewrite(rows[0].leaf_hash)
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 5_000 }).toBe(200)
})
