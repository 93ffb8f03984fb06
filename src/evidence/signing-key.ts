import { type Ed25519Signer, ed25519Signer } from '../kernel/ed25519.ts'
import { type FileKey, type KeyFile, KeyFileError } from '../kernel/key-file.ts'

/** A public key of the exchange, RFC 8037. */
export type ExchangePublicJwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }

/** A key of the exchange (平台签名密钥) that can sign, wherever its private part lies. */
export type SigningKey = {
  /** RFC 7638 thumbprint. */
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly publicJwk: ExchangePublicJwk
  readonly activeFrom: Date
  /**
   * Ed25519 (RFC 8032) over these very bytes, 64 bytes.
   * @throws SigningUnavailable where the private part cannot be reached; then nothing may leave as signed
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** A key as it is published: also what signs later, and what signs no more. */
export type PublishedKey = {
  readonly kid: string
  readonly publicJwk: ExchangePublicJwk
  readonly activeFrom: Date
  /** When it retired: nothing signed later is genuine. Null: it has not. */
  readonly activeTo: Date | null
}

/** The private part of the key cannot be reached. `code` says why and holds no secret, e.g. `CKR_DEVICE_REMOVED`. */
export class SigningUnavailable extends Error {
  override readonly name = 'SigningUnavailable'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A key whose private part lies in the key file. */
export function fileSigningKey({ kid, activeFrom, jwk }: FileKey): SigningKey {
  const signature = signerOf(jwk)
  return {
    kid,
    alg: 'EdDSA',
    publicJwk: publicPartOf(jwk),
    activeFrom: new Date(activeFrom),
    // In the calling thread: it takes less time than handing the bytes to another one and back.
    sign: async (bytes) => signature(bytes),
  }
}

function signerOf(jwk: FileKey['jwk']): Ed25519Signer {
  try {
    return ed25519Signer(jwk)
  } catch {
    throw new KeyFileError(
      'INVALID',
      '签名密钥的两部分不相符 (the parts of a signing key do not belong together)',
    )
  }
}

export function publishedKey(entry: KeyFile['signing'][number]): PublishedKey {
  return {
    kid: entry.kid,
    publicJwk: publicPartOf(entry.jwk),
    activeFrom: new Date(entry.activeFrom),
    activeTo: 'activeTo' in entry ? new Date(entry.activeTo) : null,
  }
}

/** Member by member, so that no private one can slip through. */
export function publicPartOf({ kty, crv, x }: ExchangePublicJwk): ExchangePublicJwk {
  return { kty, crv, x }
}
