import { isObject } from '../api/fault.ts'
import { readLogin } from './sign-in.ts'

/** What an officer has of her own to sign in with, as the login's endpoints tell it. */

export type OwnSession = {
  id: string
  current: boolean
  method: string
  createdAt: string
  lastUsedAt: string
  expiresAt: string
  address: string | null
  userAgent: string | null
}
export type OwnPasskey = { id: string; name: string; createdAt: string }

export const readSessions = async (): Promise<OwnSession[]> =>
  listIn(await readLogin('sessions'), 'sessions').map((session) => ({
    id: String(session.id),
    current: session.current === true,
    method: String(session.method),
    createdAt: String(session.createdAt),
    lastUsedAt: String(session.lastUsedAt),
    expiresAt: String(session.expiresAt),
    address: textOrNull(session.address),
    userAgent: textOrNull(session.userAgent),
  }))

export const readPasskeys = async (): Promise<OwnPasskey[]> =>
  listIn(await readLogin('passkeys'), 'passkeys').map((passkey) => ({
    id: String(passkey.id),
    name: textOrNull(passkey.name) ?? '',
    createdAt: String(passkey.createdAt),
  }))

const listIn = (answer: Record<string, unknown>, name: string): Record<string, unknown>[] =>
  Array.isArray(answer[name]) ? answer[name].filter(isObject) : []

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Browser and system of a User-Agent, as people call them; what is not known is left out. */
export function deviceOf(userAgent: string | null): string {
  if (userAgent === null) return ''
  const browser = browsers.find(([mark]) => mark.test(userAgent))?.[1]
  const system = systems.find(([mark]) => mark.test(userAgent))?.[1]
  return [browser, system].filter((part) => part !== undefined).join(' · ')
}

/** The order decides: each of the first names itself like those after it as well. */
const browsers: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/QQBrowser/, 'QQ浏览器'],
  [/MicroMessenger/, '微信'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]
