import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Evidence } from '../../client/evidence.ts'
import { generatePrivateJwk, type PrivateJwk, publicJwk } from '../../client/keys.ts'
import type { LogEntry, Receipt } from '../../client/receipt.ts'
import { canonicalJson } from '../../src/kernel/canonical-json.ts'
import { sha256 } from './department.ts'
import { consistencyPath, inclusionPath, treeHash } from './naive-tree.ts'

/**
 * An exchange with a log, made of the definitions alone: real keys, a real tree, real notes. It can do what no honest
 * one does: change, drop, reorder, insert and date back.
 */

export const exchangeId = 'https://credit.example.invalid'
export const origin = 'credit.example.invalid/log'

export type Asking = {
  department: TestAsker
  /** Seconds since 1970, of the request; the answer comes a second later. */
  at: number
  question?: string
  answer?: string
  subjects?: string[]
  /** What an exchange that lies writes instead. */
  leaf?: Record<string, string | number | null>
  reply?: Record<string, unknown>
}

export type TestAsker = { code: string; key: PrivateJwk }
export const newAsker = async (code: string): Promise<TestAsker> => ({
  code,
  key: await generatePrivateJwk(),
})

export type Logged = { evidence: Evidence; index: number; leaf: string; salt: Buffer; digests: Buffer[] }

export class TestLog {
  readonly key: PrivateJwk
  readonly leaves: string[]

  private constructor(key: PrivateJwk, leaves: string[]) {
    this.key = key
    this.leaves = leaves
  }

  static async start(): Promise<TestLog> {
    return new TestLog(await generatePrivateJwk(), [])
  }

  /** The same keys over a history of its own from here on. */
  fork(leaves: readonly string[] = this.leaves): TestLog {
    return new TestLog(this.key, [...leaves])
  }

  get publicKey() {
    return publicJwk(this.key)
  }

  /** One exchange, signed on both sides and appended. */
  ask(asking: Asking): Logged {
    const {
      department,
      at,
      question = '{"query":"{ departments { code } }"}',
      answer = '{"data":{}}',
    } = asking
    const [jti, index, salt] = [randomBytes(16).toString('base64url'), this.leaves.length, randomBytes(16)]
    const digests = (asking.subjects ?? []).map((key) =>
      createHash('sha256').update(salt).update(key).digest(),
    )
    const token = jws(department.key, 'query+jwt', {
      iss: department.code,
      aud: exchangeId,
      iat: at,
      exp: at + 60,
      jti,
      htm: 'POST',
      htu: '/graphql',
      body_sha256: sha256(question),
    })
    const leaf = canonicalJson({
      v: 1,
      department: department.code,
      kid: department.key.kid,
      jti,
      at: new Date(at * 1000 + 500).toISOString(),
      operation: 'query screen',
      purpose: '招标资格审查',
      outcome: 'OK',
      status: 200,
      req_sha256: sha256(question),
      body_sha256: sha256(answer),
      data_version: 41,
      subjects_sha256: digests.length === 0 ? null : sha256(Buffer.concat(digests)),
      ...asking.leaf,
    })
    const reply = jws(this.key, 'reply+jwt', {
      iss: exchangeId,
      aud: department.code,
      iat: at + 1,
      jti_req: jti,
      req_sha256: sha256(question),
      status: 200,
      body_sha256: sha256(answer),
      log_index: index,
      data_version: 41,
      ...asking.reply,
    })
    this.leaves.push(leaf)
    const evidence: Evidence = {
      version: 1,
      request: {
        authorization: `Bearer ${token}`,
        path: '/graphql',
        body: Buffer.from(question).toString('base64'),
        sentAt: moment(at),
      },
      reply: {
        status: 200,
        replySignature: reply,
        body: Buffer.from(answer).toString('base64'),
        receivedAt: moment(at + 2),
      },
      exchangeKeys: [this.publicKey],
      departmentKey: publicJwk(department.key),
    }
    return { evidence, index, leaf, salt, digests }
  }

  /** What else happened. */
  fill(count: number, department: TestAsker, at: number): this {
    for (let done = 0; done < count; done += 1) this.ask({ department, at: at + done })
    return this
  }

  checkpoint(size = this.leaves.length): string {
    const root = treeHash(this.#bytes(size)).toString('base64')
    const text = `${origin}\n${size}\n${root}\n`
    const signature = sign(null, Buffer.from(text), privateKey(this.key))
    return `${text}\n${noteLine(origin, 1, this.key, signature)}`
  }

  consistency(from: number, to: number): string[] {
    return consistencyPath(from, this.#bytes(to)).map((hash) => hash.toString('base64'))
  }

  entry(logged: Logged, checkpoint = this.checkpoint(), index = logged.index): LogEntry {
    const size = Number(checkpoint.split('\n')[1])
    return {
      logIndex: index,
      leaf: logged.leaf,
      salt: logged.digests.length === 0 ? null : logged.salt.toString('base64'),
      subjectDigests: logged.digests.map((digest) => digest.toString('base64')),
      checkpoint,
      inclusionProof: inclusionPath(index, this.#bytes(size)).map((hash) => hash.toString('base64')),
      keys: [{ ...this.publicKey, activeFrom: moment(0), activeTo: null }],
    }
  }

  receipt(logged: Logged, checkpoint?: string): Receipt {
    return { kind: 'receipt', version: 1, evidence: logged.evidence, entry: this.entry(logged, checkpoint) }
  }

  #bytes(size: number): Buffer[] {
    return this.leaves.slice(0, size).map((leaf) => Buffer.from(leaf))
  }
}

/** The note with a witness's line, by the definition of c2sp.org/tlog-cosignature. */
export function cosigned(note: string, name: string, key: PrivateJwk, time: number): string {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
  const message = `cosignature/v1\ntime ${time}\n${text}`
  const stamp = Buffer.alloc(8)
  stamp.writeBigUInt64BE(BigInt(time))
  return (
    note + noteLine(name, 4, key, Buffer.concat([stamp, sign(null, Buffer.from(message), privateKey(key))]))
  )
}

export function vkeyOf(name: string, type: 1 | 4, key: PrivateJwk): string {
  const typed = Buffer.concat([Uint8Array.of(type), rawPublicKey(key)])
  return `${name}+${keyId(name, type, key).toString('hex')}+${typed.toString('base64')}`
}

function noteLine(name: string, type: 1 | 4, key: PrivateJwk, signature: Buffer): string {
  return `— ${name} ${Buffer.concat([keyId(name, type, key), signature]).toString('base64')}\n`
}

function keyId(name: string, type: 1 | 4, key: PrivateJwk): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(type), rawPublicKey(key)])
  return createHash('sha256').update(named).digest().subarray(0, 4)
}

/** The last 32 bytes of the SPKI form (RFC 8410). */
function rawPublicKey(key: PrivateJwk): Buffer {
  return createPublicKey(privateKey(key)).export({ type: 'spki', format: 'der' }).subarray(-32)
}

function privateKey(key: PrivateJwk): KeyObject {
  return createPrivateKey({ key: { ...key }, format: 'jwk' })
}

export function jws(key: PrivateJwk, typ: string, claims: Record<string, unknown>): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode({ alg: key.alg, kid: key.kid, typ })}.${encode(claims)}`
  return `${input}.${sign(null, Buffer.from(input), privateKey(key)).toString('base64url')}`
}

const moment = (seconds: number) => new Date(seconds * 1000).toISOString()
