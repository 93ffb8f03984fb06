import { type KeyFile, KeyFileError } from '../kernel/key-file.ts'
import { type Pkcs11Token, tokenSigningKey } from './pkcs11-token.ts'
import {
  type ExchangePublicJwk,
  fileSigningKey,
  type PublishedKey,
  publishedKey,
  type SigningKey,
} from './signing-key.ts'

/** Claims of a signed answer (`Reply-Signature`, typ `reply+jwt`). Digests are base64url SHA-256 of exact bytes. */
export type ReplyClaims = {
  iss: string
  aud: string
  iat: number
  jti_req: string
  req_sha256: string
  status: number
  body_sha256: string
  log_index: number
  data_version: number
}

/** Claims of what is sent to a webhook (`Webhook-Signature`, typ `webhook+jwt`). `url` is the registered address. */
export type WebhookClaims = {
  iss: string
  aud: string
  iat: number
  url: string
  body_sha256: string
  up_to: number
}

/**
 * Claims of one event of a stream (typ `event+jwt`). `pos` is the position of the change, `prev` that of the event before it
 * on this stream, or where it began: none is left out in between. `jti_req` is the request that opened the stream.
 */
export type EventClaims = {
  iss: string
  aud: string
  iat: number
  jti_req: string
  pos: number
  prev: number
  body_sha256: string
}

export type ReplySigner = {
  sign(claims: ReplyClaims, now: Date): Promise<string>
  signWebhook(claims: WebhookClaims, now: Date): Promise<string>
  signEvent(claims: EventClaims, now: Date): Promise<string>
  /** A document that is handed on (typ `document+jwt`): what it says, serialised in the order of its members. */
  signDocument(claims: object, now: Date): Promise<string>
  /** The key that signs at `now`. */
  activeKey(now: Date): SigningKey
  /** False since the last signature failed. Then nothing should begin that would have to be signed. */
  reachable(): boolean
  /** Signs for trial with every key that signs now or later. @throws SigningUnavailable */
  checkAll(): Promise<void>
  /** Signs for trial with the key that signs at `now`. @throws SigningUnavailable */
  check(now: Date): Promise<void>
  /** All keys, oldest first: also those that sign from later on, and those that are retired. */
  keys: readonly PublishedKey[]
  /**
   * The same as a JWK set: nobody meets an unknown key (RFC 7517), and what a retired key signed can still be verified.
   * `nbf` and `exp` are seconds, as the historical keys of OpenID Federation 1.0 have them; other
   * readers ignore them.
   */
  jwks: { keys: PublishedJwk[] }
}

type PublishedJwk = ExchangePublicJwk & {
  kid: string
  alg: 'EdDSA'
  use: 'sig'
  nbf: number
  exp?: number
}

/** `token` holds the keys that the key file refers to; null where none is configured. */
export function createReplySigner(
  entries: KeyFile['signing'],
  token: Pkcs11Token | null = null,
): ReplySigner {
  let reachable = true

  /** Notes of every signature, whoever asked for it, whether it came about. */
  const watched = (key: SigningKey): SigningKey => ({
    ...key,
    async sign(bytes) {
      try {
        const signature = await key.sign(bytes)
        reachable = true
        return signature
      } catch (error) {
        reachable = false
        throw error
      }
    },
  })

  const byAge = entries.toSorted((a, b) => Date.parse(a.activeFrom) - Date.parse(b.activeFrom))
  const signing = byAge.flatMap((entry): SigningKey[] => {
    if ('activeTo' in entry) return []
    return [watched('pkcs11' in entry ? tokenSigningKey(entry, token) : fileSigningKey(entry))]
  })
  const [oldest] = signing
  if (!oldest)
    throw new KeyFileError('INVALID', '密钥文件没有可用的签名密钥 (the key file has no key that signs)')
  const keys = byAge.map(publishedKey)

  /** Before the first one is active the oldest signs, since something must. */
  const activeKey = (now: Date) => signing.findLast(({ activeFrom }) => activeFrom <= now) ?? oldest

  /** JWS Compact Serialization, RFC 7515 section 7.1. */
  async function compactJws(
    typ: 'reply+jwt' | 'webhook+jwt' | 'event+jwt' | 'document+jwt',
    claims: object,
    now: Date,
  ): Promise<string> {
    const key = activeKey(now)
    const input = `${headerOf(key, typ)}.${base64urlJson(claims)}`
    const signature = await key.sign(Buffer.from(input, 'ascii'))
    return `${input}.${Buffer.from(signature).toString('base64url')}`
  }

  const headers = new Map<string, string>()
  function headerOf({ alg, kid }: SigningKey, typ: string): string {
    const name = `${kid} ${typ}`
    const header = headers.get(name) ?? base64urlJson({ alg, kid, typ })
    headers.set(name, header)
    return header
  }

  return {
    sign: (claims, now) => compactJws('reply+jwt', claims, now),
    signWebhook: (claims, now) => compactJws('webhook+jwt', claims, now),
    signEvent: (claims, now) => compactJws('event+jwt', claims, now),
    signDocument: (claims, now) => compactJws('document+jwt', claims, now),
    activeKey,
    reachable: () => reachable,
    async checkAll() {
      await Promise.all(signing.map((key) => key.sign(trial)))
    },
    async check(now) {
      await activeKey(now).sign(trial)
    },
    keys,
    jwks: {
      keys: keys.map(({ kid, publicJwk, activeFrom, activeTo }) => ({
        ...publicJwk,
        kid,
        alg: 'EdDSA',
        use: 'sig',
        nbf: secondsOf(activeFrom),
        ...(activeTo && { exp: secondsOf(activeTo) }),
      })),
    },
  }
}

/** Can be taken for nothing else that is signed: neither a JWS signing input nor a note has this form. */
const trial = Buffer.from('joint credit exchange: signed for trial', 'ascii')

const base64urlJson = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const secondsOf = (moment: Date) => Math.floor(moment.getTime() / 1000)
