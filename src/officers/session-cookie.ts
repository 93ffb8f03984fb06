import { createHmac, timingSafeEqual } from 'node:crypto'

/** The session cookie as better-auth writes it: the token, a full stop, its HMAC-SHA-256 in base64, percent-encoded. */
export type CookieSigning = { prefix: string; secret: string }

export const sessionCookieName = (prefix: string): string => `${prefix}session_token`

/** The token of a cookie that this exchange signed; null where there is none. */
export function sessionTokenOf(headers: Headers, signing: CookieSigning): string | null {
  const value = cookieOf(headers, sessionCookieName(signing.prefix))
  const end = value?.lastIndexOf('.') ?? -1
  if (value === null || end < 1) return null
  const token = value.slice(0, end)
  const expected = createHmac('sha256', signing.secret).update(token).digest()
  const signature = Buffer.from(value.slice(end + 1), 'base64')
  return signature.length === expected.length && timingSafeEqual(signature, expected) ? token : null
}

/** Null where there is none, or two: then another site of this host has set one of them. */
export function cookieOf(headers: Headers, name: string): string | null {
  const given = (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  const [only] = given
  return only === undefined || given.length > 1 ? null : decoded(only.slice(name.length + 1))
}

function decoded(value: string): string | null {
  try {
    return decodeURIComponent(value)
  } catch {
    return null
  }
}
