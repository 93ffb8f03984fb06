import type { RunningServer } from '../../gateway/server.ts'
import { limits } from '../../src/limits.ts'
import type { OfficerManager } from '../../src/officers/officer-manager.ts'
import type { NewOfficer } from '../../src/officers/officer-service.ts'
import { totpCode, totpStep } from '../../src/officers/totp.ts'

/** A browser without a page: it keeps cookies as their attributes say and names its origin in every POST. */
export class ConsoleVisitor {
  readonly #server: RunningServer
  readonly #origin: string
  readonly cookies = new Map<string, { value: string; attributes: string }>()

  constructor(server: RunningServer, origin: string) {
    this.#server = server
    this.#origin = origin
  }

  /** The same browser, at another replica behind the same address. */
  at(server: RunningServer): ConsoleVisitor {
    const other = new ConsoleVisitor(server, this.#origin)
    for (const [name, cookie] of this.cookies) other.cookies.set(name, cookie)
    return other
  }

  get(path: string, headers: Record<string, string> = {}): Promise<ConsoleAnswer> {
    return this.send('GET', `/console/api/auth/${path}`, headers)
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<ConsoleAnswer> {
    return this.send(
      'POST',
      `/console/api/auth/${path}`,
      { origin: this.#origin, 'content-type': 'application/json', ...headers },
      JSON.stringify(body),
    )
  }

  async send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<ConsoleAnswer> {
    const response = await fetch(`${this.#server.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.cookies.size > 0 ? { cookie: this.cookieHeader() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    for (const set of response.headers.getSetCookie()) this.#keep(set)
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      json: text === '' ? null : JSON.parse(text),
    }
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
  }

  /** As `sessionOf` sees the browser. */
  headers(): Headers {
    return new Headers(this.cookies.size > 0 ? { cookie: this.cookieHeader() } : {})
  }

  #keep(set: string): void {
    const [pair = '', ...attributes] = set.split('; ')
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(pair.indexOf('=') + 1)
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
    else this.cookies.set(name, { value, attributes: attributes.join('; ') })
  }
}

export type ConsoleAnswer = { status: number; headers: Headers; json: unknown }

export const codeOf = (answer: ConsoleAnswer): string => {
  const { errors } = answer.json as { errors?: { extensions: { code: string } }[] }
  return errors?.[0]?.extensions.code ?? `HTTP ${answer.status}`
}

/** NDRC, of which officers sign in; it has no key and asks nothing. */
export const registerOffice = (server: RunningServer): Promise<unknown> =>
  server.app.registry.register('tester', {
    code: 'NDRC',
    name: '发展改革委',
    kind: 'DEVELOPMENT_REFORM',
    division: '419800',
    roles: ['PROVIDER'],
  })

const operator: OfficerManager = { kind: 'OPERATOR', name: 'tester' }
export const goodPassword = '三个和尚没水喝-2026-ok'

/** An officer with everything she signs in with. */
export type ReadyOfficer = {
  id: string
  email: string
  password: string
  secret: Buffer
  backupCodes: string[]
  /** Signed in by the set-up. */
  visitor: ConsoleVisitor
}

/** Creates an officer as an administrator of the machine does, and sets up her log-in over HTTP. */
export async function readyOfficer(
  server: RunningServer,
  origin: string,
  input: Partial<NewOfficer> & { email: string; department: string },
  now: Date = new Date(),
): Promise<ReadyOfficer> {
  const { officer, setUp } = await server.app.officers.create(operator, {
    name: '经办人甲',
    roles: ['OFFICER'],
    division: null,
    ...input,
  })
  return setUpLogIn(server, origin, { id: officer.id, email: officer.email, code: setUp.code }, now)
}

/** What an officer does with her set-up code. */
export async function setUpLogIn(
  server: RunningServer,
  origin: string,
  officer: { id: string; email: string; code: string },
  now: Date = new Date(),
): Promise<ReadyOfficer> {
  const visitor = new ConsoleVisitor(server, origin)
  const started = await visitor.post('set-up/start', { code: officer.code })
  const { secret } = started.json as { secret: string }
  const bytes = fromBase32(secret)
  const finished = await visitor.post('set-up/finish', {
    code: officer.code,
    password: goodPassword,
    totp: totpCode(bytes, totpStep(now)),
  })
  if (finished.status !== 200) throw new TypeError(`set-up: ${JSON.stringify(finished.json)}`)
  const { backupCodes } = finished.json as { backupCodes: string[] }
  return { id: officer.id, email: officer.email, password: goodPassword, secret: bytes, backupCodes, visitor }
}

/** The code of the authenticator so many steps after now. */
export const codeAt = (officer: Pick<ReadyOfficer, 'secret'>, now: Date, steps = 0): string =>
  totpCode(officer.secret, totpStep(now) + steps)

export const stepLater = (now: Date, steps: number): Date =>
  new Date(now.getTime() + steps * limits.totpStepSeconds * 1000)

export function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
