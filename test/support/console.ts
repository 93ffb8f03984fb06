import { createHmac, randomBytes } from 'node:crypto'
import type { RunningServer } from '../../gateway/server.ts'
import type { OfficerRole } from '../../src/officers/officer.ts'
import { sessionCookieName } from '../../src/officers/session-cookie.ts'
import type { TestExchange } from './exchange.ts'
import { audience } from './exchange.ts'

export type ConsoleAnswer = {
  status: number
  headers: Headers
  body: string
  json: {
    data?: Record<string, unknown> | null
    errors?: { message: string; extensions?: { code?: string } }[]
  }
}

/** An officer with an open session, as if she had signed in; how one signs in is tested beside it. */
export class TestOfficer {
  readonly id: string
  readonly sessionId: string
  readonly cookie: string
  readonly #server: RunningServer

  private constructor(server: RunningServer, id: string, sessionId: string, cookie: string) {
    this.#server = server
    this.id = id
    this.sessionId = sessionId
    this.cookie = cookie
  }

  static async signedIn(
    exchange: TestExchange,
    server: RunningServer,
    facts: { department: string; roles: readonly OfficerRole[]; division?: string; name?: string },
  ): Promise<TestOfficer> {
    const [id, sessionId, token] = [name('officer'), name('session'), randomBytes(24).toString('base64url')]
    const { pool } = exchange.database
    const { rowCount } = await pool.query(
      `INSERT INTO officer (id, name, email, roles, department_id, division_code, status)
       SELECT $1, $2, $3, $4, id, $5, 'ACTIVE' FROM department WHERE code = $6`,
      [
        id,
        facts.name ?? '经办人甲',
        `${id.toLowerCase()}@example.invalid`,
        facts.roles,
        facts.division ?? null,
        facts.department,
      ],
    )
    if (rowCount !== 1) throw new TypeError(`no department ${facts.department}`)
    await pool.query(
      `INSERT INTO officer_session (id, token, officer_id, method, expires_at) VALUES ($1, $2, $3, 'TOTP', now() + interval '8 hours')`,
      [sessionId, token, id],
    )
    const { prefix, secret } = server.app.sessions.signing
    const signature = createHmac('sha256', secret).update(token).digest('base64')
    const cookie = `${sessionCookieName(prefix)}=${encodeURIComponent(`${token}.${signature}`)}`
    return new TestOfficer(server, id, sessionId, cookie)
  }

  async send(
    path: string,
    init: {
      method?: string
      body?: string | Uint8Array<ArrayBuffer>
      headers?: Record<string, string | null>
    } = {},
  ): Promise<Response> {
    const headers = {
      cookie: this.cookie,
      origin: audience,
      'x-console': '1',
      'content-type': 'application/json',
      ...init.headers,
    }
    return fetch(`${this.#server.url}${path}`, {
      method: init.method ?? 'POST',
      headers: Object.entries(headers).flatMap(([key, value]): [string, string][] =>
        value === null ? [] : [[key, value]],
      ),
      ...(init.body === undefined ? {} : { body: init.body }),
    })
  }

  async ask(
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string | null> = {},
  ): Promise<ConsoleAnswer> {
    const response = await this.send('/console/graphql', {
      body: JSON.stringify({ query, variables }),
      headers,
    })
    const body = await response.text()
    return { status: response.status, headers: response.headers, body, json: JSON.parse(body) }
  }

  /** The one root field of the answer; any error is thrown. */
  async get<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const { json, body } = await this.ask(query, variables)
    const [value] = Object.values(json.data ?? {})
    if (json.errors || value === undefined) throw new TypeError(body)
    return value as T
  }
}

const name = (kind: string) => `${kind}-${randomBytes(9).toString('base64url')}`

/** The code of the first error of an answer, or of a refusal that is its only field. */
export function consoleCode({ json }: ConsoleAnswer): string | null {
  const [value] = Object.values(json.data ?? {})
  const refusal = value as { __typename?: string; code?: string } | null | undefined
  return (
    json.errors?.[0]?.extensions?.code ?? (refusal?.__typename === 'Refusal' ? (refusal.code ?? null) : null)
  )
}
