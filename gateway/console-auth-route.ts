import { z } from 'zod'
import { limits } from '../src/limits.ts'
import type { Officer } from '../src/officers/officer.ts'
import { type EdgeCode, type EdgeRefusal, refuse } from './http-refusal.ts'

/** One line of the login: who may ask it, and how it answers. */

export type Call = {
  headers: Headers
  address: string
  body: unknown
  /** Begins with a question mark, or is empty. */
  search: string
}
export type Answer =
  | { json: unknown; cookies?: readonly string[] }
  | { redirect: string; cookies: readonly string[] }
  | { refusal: EdgeRefusal }

export type Route = {
  method: 'GET' | 'POST'
  /** A GET that another site may send the browser to. Answers at once, uncounted, what this browser did not ask for. */
  fromElsewhere?(headers: Headers): Answer | null
} & (
  | { who: 'ANYBODY'; answer(call: Call): Promise<Answer> }
  /** Counted by address in the database: each takes a look at something secret, or leaves a row. */
  | { who: 'ANYBODY_COUNTED'; answer(call: Call): Promise<Answer> }
  | { who: 'SIGNED_IN'; answer(call: Call, officer: Officer): Promise<Answer> }
)

export type Routes = Readonly<Record<string, Route>>

export const text = z.string().max(limits.textCharacters)
export const idBody = z.strictObject({ id: text })
export const emptyBody = z.strictObject({})

export const refusal = (code: EdgeCode): Answer => ({ refusal: refuse(code) })

/** Answers a POST whose body has that shape, and refuses any other. */
export const taking =
  <Body, Rest extends unknown[]>(
    shape: z.ZodType<Body>,
    work: (given: Body, call: Call, ...rest: Rest) => Promise<Answer>,
  ) =>
  async (call: Call, ...rest: Rest): Promise<Answer> => {
    const given = shape.safeParse(call.body)
    return given.success ? work(given.data, call, ...rest) : refusal('REQUEST_MALFORMED')
  }

/** `response`: of better-auth, with the cookie of a session that has begun. */
export function signedIn(response: Response, extra: object, cookies: readonly string[]): Answer {
  if (!response.ok) return refusal('SIGN_IN_REFUSED')
  return { json: { signedIn: true, ...extra }, cookies: [...response.headers.getSetCookie(), ...cookies] }
}
