import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose'

/**
 * A department that can sign, written from the wire contract with nothing of the product's own code, so that both
 * sides cannot share a mistake. Every part of a request can be bent.
 */

export type Bend = {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  dropClaims?: string[]
  /** Sends these bytes instead of those that were signed. */
  body?: string | Buffer
  /** Signs with another key. */
  signWith?: TestDepartment
  /** Replaces the token altogether. */
  authorization?: string | null
  headers?: Record<string, string>
}

export type Answer = {
  status: number
  body: string
  bytes: Buffer
  headers: Headers
  jti: string
  json: Record<string, unknown>
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('base64url')
export const newJti = () => randomBytes(16).toString('base64url')

export class TestDepartment {
  readonly code: string
  readonly audience: string
  readonly kid: string
  readonly alg: 'EdDSA' | 'ES256'
  readonly publicJwk: JWK
  readonly #key: KeyObject

  private constructor(
    code: string,
    audience: string,
    kid: string,
    alg: 'EdDSA' | 'ES256',
    publicJwk: JWK,
    key: KeyObject,
  ) {
    this.code = code
    this.audience = audience
    this.kid = kid
    this.alg = alg
    this.publicJwk = publicJwk
    this.#key = key
  }

  static async create(
    code: string,
    audience: string,
    alg: 'EdDSA' | 'ES256' = 'EdDSA',
  ): Promise<TestDepartment> {
    const { privateKey } =
      alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { d, ...publicJwk } = privateKey.export({ format: 'jwk' })
    if (!d) throw new TypeError('no private key')
    return new TestDepartment(
      code,
      audience,
      await calculateJwkThumbprint(publicJwk),
      alg,
      publicJwk,
      createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    )
  }

  /** PKCS#8, for programs of other languages. */
  get pem(): string {
    return this.#key.export({ format: 'pem', type: 'pkcs8' }).toString()
  }

  jws(header: Record<string, unknown>, claims: Record<string, unknown>): string {
    const input = `${encode(header)}.${encode(claims)}`
    const signature =
      this.alg === 'EdDSA'
        ? sign(null, Buffer.from(input), this.#key)
        : sign('sha256', Buffer.from(input), { key: this.#key, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  }

  claims(body: string | Buffer, now = Math.floor(Date.now() / 1000)): Record<string, unknown> {
    return {
      iss: this.code,
      aud: this.audience,
      iat: now,
      exp: now + 60,
      jti: newJti(),
      htm: 'POST',
      htu: '/graphql',
      body_sha256: sha256(body),
    }
  }

  token(body: string | Buffer, bend: Bend = {}): { token: string; jti: string } {
    const claims: Record<string, unknown> = { ...this.claims(body), ...bend.claims }
    for (const name of bend.dropClaims ?? []) delete claims[name]
    const token = (bend.signWith ?? this).jws(
      { alg: this.alg, kid: this.kid, typ: 'query+jwt', ...bend.header },
      claims,
    )
    return { token, jti: String(claims.jti) }
  }

  send(url: string, body: string | Buffer, bend: Bend = {}): Promise<Answer> {
    return this.post(url, '/graphql', 'application/json', body, bend)
  }

  /** `POST /batches`: the address is signed as it is sent. */
  sendFile(
    url: string,
    parameters: Record<string, string>,
    bytes: string | Buffer,
    bend: Bend = {},
  ): Promise<Answer> {
    const target = `/batches?${new URLSearchParams(parameters)}`
    return this.post(url, target, 'application/octet-stream', bytes, bend)
  }

  async post(
    url: string,
    target: string,
    contentType: string,
    body: string | Buffer,
    bend: Bend = {},
  ): Promise<Answer> {
    const { token, jti } = this.token(body, { ...bend, claims: { htu: target, ...bend.claims } })
    const authorization = bend.authorization === undefined ? `Bearer ${token}` : bend.authorization
    const response = await fetch(`${url}${target}`, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        ...(authorization === null ? {} : { authorization }),
        ...bend.headers,
      },
      body: new Uint8Array(Buffer.from(bend.body ?? body)),
    })
    return readAnswer(response, jti)
  }

  query(url: string, query: string, variables: unknown = {}, bend: Bend = {}): Promise<Answer> {
    return this.send(url, JSON.stringify({ query, variables }), bend)
  }

  async enrol(
    url: string,
    code: string,
    bend: { claims?: Record<string, unknown>; jwk?: unknown; signWith?: TestDepartment } = {},
  ): Promise<Answer> {
    const now = Math.floor(Date.now() / 1000)
    const claims = { aud: this.audience, code, iat: now, exp: now + 60, jti: newJti(), ...bend.claims }
    const proof = (bend.signWith ?? this).jws({ alg: this.alg, kid: this.kid, typ: 'enrolment+jwt' }, claims)
    const response = await fetch(`${url}/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, jwk: bend.jwk ?? this.publicJwk, proof }),
    })
    return readAnswer(response, '')
  }

  rotationProof(next: TestDepartment): string {
    const now = Math.floor(Date.now() / 1000)
    return next.jws(
      { alg: next.alg, kid: next.kid, typ: 'rotation+jwt' },
      { aud: this.audience, iss: this.code, iat: now, exp: now + 60, jti: newJti() },
    )
  }

  /** Checks the signature of an answer with the published keys and returns its claims. */
  async verify(url: string, answer: Answer, sentBody: string | Buffer): Promise<Record<string, unknown>> {
    const token = answer.headers.get('reply-signature')
    if (!token) throw new TypeError(`the answer ${answer.status} ${answer.body} is not signed`)
    const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: JWK[] }
    const { payload, protectedHeader } = await compactVerify(token, async (header) => {
      const jwk = keys.find((candidate) => candidate.kid === header.kid)
      if (!jwk) throw new TypeError('signed by a key that is not published')
      return importJWK(jwk, 'EdDSA')
    })
    if (protectedHeader.typ !== 'reply+jwt') throw new TypeError(`typ ${String(protectedHeader.typ)}`)
    const claims = JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>
    const expected = {
      iss: this.audience,
      aud: this.code,
      jti_req: answer.jti,
      req_sha256: sha256(sentBody),
      status: answer.status,
      body_sha256: sha256(answer.bytes),
    }
    for (const [name, value] of Object.entries(expected)) {
      if (claims[name] !== value)
        throw new TypeError(`claim ${name}: expected ${String(value)}, got ${String(claims[name])}`)
    }
    return claims
  }
}

async function readAnswer(response: Response, jti: string): Promise<Answer> {
  const bytes = Buffer.from(await response.arrayBuffer())
  const body = bytes.toString('utf8')
  const isJson = response.headers.get('content-type')?.includes('json') && body.startsWith('{')
  const json: unknown = isJson ? JSON.parse(body) : {}
  return {
    status: response.status,
    body,
    bytes,
    headers: response.headers,
    jti,
    json: json as Record<string, unknown>,
  }
}

/** The code of the first error, or null. */
export function codeOf(answer: Answer): string | null {
  const { errors } = answer.json as { errors?: { extensions?: { code?: string } }[] }
  return errors?.[0]?.extensions?.code ?? null
}
