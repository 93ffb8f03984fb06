import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto'
import { randomPiece } from './random.ts'

/**
 * Protection of certificate numbers (证件号码): AES-256-GCM with a versioned key, and a blind index by HMAC-SHA-256
 * with another key, so that a number can be looked up but not read. A stolen table tells neither.
 */
export type Vault = {
  /** Bytes: key version (1), nonce (12), tag (16), ciphertext. `context` binds the value to its place. */
  encrypt(plaintext: string | Uint8Array, context: string): Buffer
  /** Throws where the bytes were changed, moved to another context or made by an unknown key. */
  decrypt(sealed: Uint8Array, context: string): string
  decryptBytes(sealed: Uint8Array, context: string): Buffer
  /** base64url, 43 characters; equal for equal values of one domain. */
  blindIndex(domain: string, value: string): string
}

export type VaultKeys = { encryptionKeys: { version: number; key: Uint8Array }[]; indexKey: Uint8Array }

export function createVault(given: VaultKeys): Vault {
  // Key objects are prepared once; raw bytes would be prepared again for every value, which takes longer than the rest.
  const indexKey = createSecretKey(given.indexKey)
  const encryptionKeys = given.encryptionKeys.map(({ version, key }) => ({
    version,
    key: createSecretKey(key),
  }))
  const current = encryptionKeys.reduce((newest, key) => (key.version > newest.version ? key : newest))
  function decryptBytes(sealed: Uint8Array, context: string): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const key = encryptionKeys.find((candidate) => candidate.version === bytes[0])
    if (!key) throw new RangeError(`no encryption key of version ${bytes[0]}`)
    const decipher = createDecipheriv('aes-256-gcm', key.key, bytes.subarray(1, 13))
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(bytes.subarray(13, 29))
    return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()])
  }

  return {
    encrypt(plaintext, context) {
      const nonce = randomPiece(12)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce)
      cipher.setAAD(Buffer.from(context))
      const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext
      const body = Buffer.concat([cipher.update(bytes), cipher.final()])
      return Buffer.concat([Buffer.from([current.version]), nonce, cipher.getAuthTag(), body])
    },
    decrypt: (sealed, context) => decryptBytes(sealed, context).toString('utf8'),
    decryptBytes,
    blindIndex(domain, value) {
      return createHmac('sha256', indexKey).update(`${domain}\0${value}`).digest('base64url')
    },
  }
}
