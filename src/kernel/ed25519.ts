import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { createRequire } from 'node:module'

/**
 * Ed25519 (RFC 8032) by libsodium, which takes half the time of OpenSSL, and of a look-up signatures are most. It also
 * refuses keys and points of small order, which OpenSSL does not. Where it has no build for the machine, node:crypto does it.
 */

/** `publicKey`: 32 bytes. Over these very bytes; false for anything that is no signature of the key. */
export type Ed25519Verifier = (bytes: Uint8Array, signature: Uint8Array) => boolean
/** 64 bytes. */
export type Ed25519Signer = (bytes: Uint8Array) => Uint8Array

const publicKeyBytes = 32
const seedBytes = 32
const secretKeyBytes = 64
const signatureBytes = 64

type Sodium = {
  sodium_malloc(bytes: number): Buffer
  sodium_memzero(buffer: Buffer): void
  crypto_sign_seed_keypair(publicKey: Buffer, secretKey: Buffer, seed: Buffer): void
  crypto_sign_detached(signature: Buffer, bytes: Buffer, secretKey: Buffer): void
  crypto_sign_verify_detached(signature: Buffer, bytes: Buffer, publicKey: Buffer): boolean
}

const require = createRequire(import.meta.url)

/** Null: it does not run here. */
function loadSodium(): Sodium | null {
  try {
    return require('sodium-native')
  } catch {
    return null
  }
}
const sodium = loadSodium()

export function ed25519Verifier(publicKey: Uint8Array): Ed25519Verifier {
  if (publicKey.length !== publicKeyBytes) throw new RangeError('expected a public key of 32 bytes')
  return sodium ? sodiumVerifier(sodium, Buffer.from(publicKey)) : opensslVerifier(publicKey)
}

function sodiumVerifier(library: Sodium, publicKey: Buffer): Ed25519Verifier {
  return (bytes, signature) =>
    signature.length === signatureBytes &&
    library.crypto_sign_verify_detached(bufferOf(signature), bufferOf(bytes), publicKey)
}

/** As anybody verifies who has no libsodium: for what others have signed and will check, too. */
export function opensslVerifier(publicKey: Uint8Array): Ed25519Verifier {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return (bytes, signature) => verify(null, bytes, key, signature)
}

/** `jwk`: a private key, RFC 8037. What signs is kept apart from other memory, where it is not swapped out. */
export function ed25519Signer(jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string; d: string }): Ed25519Signer {
  if (!sodium) {
    const key = createPrivateKey({ key: jwk, format: 'jwk' })
    return (bytes) => sign(null, bytes, key)
  }
  const library = sodium
  const seed = Buffer.from(jwk.d, 'base64url')
  if (seed.length !== seedBytes) throw new RangeError('expected a private key of 32 bytes')
  const publicKey = Buffer.alloc(publicKeyBytes)
  const secretKey = library.sodium_malloc(secretKeyBytes)
  library.crypto_sign_seed_keypair(publicKey, secretKey, seed)
  library.sodium_memzero(seed)
  if (publicKey.toString('base64url') !== jwk.x)
    throw new RangeError('expected the public part of a key to belong to its private part')
  return (bytes) => {
    const signature = Buffer.allocUnsafe(signatureBytes)
    library.crypto_sign_detached(signature, bufferOf(bytes), secretKey)
    return signature
  }
}

const bufferOf = (bytes: Uint8Array) =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
