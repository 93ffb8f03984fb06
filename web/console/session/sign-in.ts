import { ended, readJson } from '../api/ask.ts'
import { Fault, firstFault, isObject } from '../api/fault.ts'
import { base } from '../api/page.ts'

/** The login's own endpoints, as docs/console-login.md describes them. Each throws a Fault. */

type Answer = Record<string, unknown>

export const postLogin = (path: string, body: object = {}): Promise<Answer> =>
  answerOf(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

export const readLogin = (path: string): Promise<Answer> => answerOf(path, {})

async function answerOf(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(`${base}/api/auth/${path}`, { credentials: 'same-origin', ...init })
  const answer = await readJson(response)
  const fault = firstFault(answer)
  if (fault !== null) throw path.startsWith('sign-in/') ? fault : ended(fault)
  if (!response.ok || !isObject(answer))
    throw new Fault('UNKNOWN', `服务出错 (the service failed, HTTP ${response.status})`)
  return answer
}

/** Signs in by a passkey that the browser or a security key holds. */
export async function signInByPasskey(): Promise<void> {
  const options = await readLogin('passkey/generate-authenticate-options')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  )
  const credential = await unlessRefused(() => navigator.credentials.get({ publicKey }))
  await postLogin('passkey/verify-authentication', { response: jsonOf(credential) })
}

export async function registerPasskey(name: string): Promise<void> {
  const options = await readLogin('passkey/generate-register-options')
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  )
  const credential = await unlessRefused(() => navigator.credentials.create({ publicKey }))
  await postLogin('passkey/verify-registration', { response: jsonOf(credential), name })
}

export const passkeysKnown = (): boolean =>
  typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

async function unlessRefused(use: () => Promise<Credential | null>): Promise<Credential | null> {
  try {
    return await use()
  } catch {
    throw new Fault('PASSKEY_CANCELLED', '通行密钥未被使用 (the passkey was not used)')
  }
}

function jsonOf(credential: Credential | null): unknown {
  if (credential instanceof PublicKeyCredential) return credential.toJSON()
  throw new Fault('PASSKEY_CANCELLED', '没有可用的通行密钥 (there is no passkey to use)')
}

/** Leaves nothing of the session in the page: it is loaded anew. */
export async function signOut(): Promise<void> {
  await postLogin('sign-out').catch(() => undefined)
  location.assign(`${base}/sign-in`)
}

/** Where to go after signing in; only places of the console. */
export function nextPlace(search: URLSearchParams): string {
  const next = search.get('next') ?? '/'
  return next.startsWith('/') && !next.startsWith('//') ? next : '/'
}
