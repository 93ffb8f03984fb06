import { createPublicKey, verify } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { TokenKey } from '../kernel/key-file.ts'
import { limits } from '../limits.ts'
import type { Cryptoki } from './cryptoki.ts'
import {
  edDsa,
  findKey,
  initialize,
  loadLibrary,
  openSession,
  openToken,
  type Pkcs11Config,
  readPin,
  unavailable,
} from './pkcs11-library.ts'
import { publicPartOf, type SigningKey, SigningUnavailable } from './signing-key.ts'

/**
 * Signs on a token. Nothing is opened before the first signature, so that a command that signs nothing needs no token.
 * The signature itself is made in a thread of its own; a session makes one at a time, so there are a few of them.
 */
export type Pkcs11Token = {
  /** 64 bytes. @throws SigningUnavailable, also when the token takes longer than `limits.signingTimeout` */
  sign(key: TokenKey, bytes: Uint8Array): Promise<Uint8Array>
}

/** What a login gave, good until any signature fails. */
type Opened = {
  library: Cryptoki
  sessions: readonly Buffer[]
  free: Buffer[]
  waiting: ((session: Buffer) => void)[]
  /** Private keys by label, with whether a signature of theirs was checked. */
  keys: Map<string, { handle: Buffer; proven: boolean }>
}

export function createPkcs11Token(config: Pkcs11Config, monotonicNow: () => number): Pkcs11Token {
  let loaded: Cryptoki | null = null
  let opened: Promise<Opened> | null = null
  let before: Opened | null = null
  let failure: { error: SigningUnavailable; at: number } | null = null
  let refusedPin: string | null = null
  const underway = new Set<Promise<unknown>>()

  async function open(): Promise<Opened> {
    // A module may not be begun anew while a thread is still inside it (PKCS#11 3.0, C_Finalize).
    await Promise.allSettled(underway)
    if (before) closeSessions(before)
    before = null
    const pin = await readPin(config)
    // A token locks itself after a few wrong PINs: the same one is never tried twice.
    if (pin === refusedPin)
      throw new SigningUnavailable(
        'PIN_REFUSED',
        'PIN 已被拒绝，更正后自动重试 (the PIN was refused: correct it)',
      )
    loaded ??= loadLibrary(config)
    const library = loaded
    try {
      try {
        return openSessions(library, pin)
      } catch (error) {
        if (isPinRefusal(error)) throw error
        // A token that was away is seen again only by a module that begins anew.
        finalize(library)
        return openSessions(library, pin)
      }
    } catch (error) {
      if (isPinRefusal(error)) refusedPin = pin
      throw error
    }
  }

  function openSessions(library: Cryptoki, pin: string): Opened {
    initialize(library)
    const { slot, session } = openToken(library, config, pin, 'reading')
    const further = Array.from({ length: limits.signingSessions - 1 }, () =>
      openSession(library, slot, 'reading'),
    )
    const sessions = [session, ...further]
    return { library, sessions, free: [...sessions], waiting: [], keys: new Map() }
  }

  function reach(): Promise<Opened> {
    if (opened) return opened
    if (failure && monotonicNow() - failure.at < limits.signingRetryPause)
      return Promise.reject(failure.error)
    const opening = open()
    opened = opening
    opening.catch((error: unknown) => {
      failure = { error: unavailable(error), at: monotonicNow() }
      if (opened === opening) opened = null
    })
    return opening
  }

  async function attempt(key: TokenKey, bytes: Uint8Array): Promise<Uint8Array> {
    const reached = reach()
    const pool = await reached
    const session = pool.free.pop() ?? (await new Promise<Buffer>((resolve) => pool.waiting.push(resolve)))
    try {
      if (opened !== reached) throw new RangeError('the session was given up while this waited for it')
      return await signIn(pool, session, key, bytes)
    } catch (error) {
      if (opened === reached) {
        opened = null
        before = pool
      }
      throw error
    } finally {
      const next = pool.waiting.shift()
      if (next) next(session)
      else pool.free.push(session)
    }
  }

  async function signIn(
    { library, keys }: Opened,
    session: Buffer,
    key: TokenKey,
    bytes: Uint8Array,
  ): Promise<Uint8Array> {
    const { label } = key.pkcs11
    const known = keys.get(label) ?? { handle: privateKey(library, session, label), proven: false }
    keys.set(label, known)
    library.C_SignInit(session, edDsa, known.handle)
    const signing = library.C_SignAsync(session, Buffer.from(bytes), Buffer.alloc(64))
    underway.add(signing)
    const signature = await signing.finally(() => underway.delete(signing))
    // A label says nothing: an answer signed by another key than the published one could never be verified.
    known.proven ||= verify(null, bytes, createPublicKey({ key: key.jwk, format: 'jwk' }), signature)
    if (!known.proven)
      throw new SigningUnavailable(
        'KEY_DIFFERS',
        `签名设备中的 ${label} 不是密钥文件所记的密钥 (the key of this label is not the one of the key file)`,
      )
    return signature
  }

  return {
    async sign(key, bytes) {
      const enough = new AbortController()
      const signed = attempt(key, bytes).catch((error: unknown) => {
        // A session that was lost is no reason to refuse: once more, on new ones.
        if (isFinal(error)) throw error
        return attempt(key, bytes)
      })
      const late = wait(limits.signingTimeout, undefined, { signal: enough.signal, ref: false }).then(() => {
        throw new SigningUnavailable('TIMEOUT', '签名设备没有回应 (the token does not answer)')
      })
      try {
        return await Promise.race([signed, late])
      } catch (error) {
        throw unavailable(error)
      } finally {
        late.catch(() => {})
        enough.abort()
      }
    },
  }
}

/** A key of the key file whose private part lies on the token. */
export function tokenSigningKey(entry: TokenKey, token: Pkcs11Token | null): SigningKey {
  return {
    kid: entry.kid,
    alg: 'EdDSA',
    publicJwk: publicPartOf(entry.jwk),
    activeFrom: new Date(entry.activeFrom),
    async sign(bytes) {
      if (!token)
        throw new SigningUnavailable(
          'TOKEN_NOT_CONFIGURED',
          '密钥在签名设备上，须设 SIGNING_PKCS11_MODULE 等 (the key lies on a token: set SIGNING_PKCS11_MODULE, _TOKEN and _PIN_FILE)',
        )
      return token.sign(entry, bytes)
    },
  }
}

function privateKey(library: Cryptoki, session: Buffer, label: string): Buffer {
  const handle = findKey({ library, session }, 'privateKey', label)
  if (handle) return handle
  throw new SigningUnavailable(
    'KEY_MISSING',
    `签名设备中没有标签为 ${label} 的 Ed25519 密钥 (the token has no Ed25519 key with this label)`,
  )
}

const isPinRefusal = (error: unknown) => error instanceof SigningUnavailable && error.code === 'PIN_REFUSED'

/** What our own rules refuse does not become right by opening the token again; what the module refused may. */
const isFinal = (error: unknown) => error instanceof SigningUnavailable

function closeSessions({ library, sessions }: Opened): void {
  for (const session of sessions) heedless(() => library.C_CloseSession(session))
}

function finalize(library: Cryptoki): void {
  heedless(() => library.C_Finalize())
}

/** What is given up anyway may fail: the session is gone, or the module was never begun. */
function heedless(work: () => void): void {
  try {
    work()
  } catch {
    // Nothing depends on it.
  }
}
