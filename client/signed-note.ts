import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { base64url, fromBase64, fromBase64url } from './encoding.ts'
import { NoteError, type NoteErrorCode } from './errors.ts'
import type { PrivateJwk, PublicJwk } from './keys.ts'
import { limits } from './limits.ts'

/**
 * Signed notes (c2sp.org/signed-note) and cosignatures of witnesses (c2sp.org/tlog-cosignature), by Ed25519 alone.
 * A note: a text that ends in a newline, an empty line, and lines `— <key name> <base64 of key ID and signature>`.
 */

/** Signature type identifiers of c2sp.org/signed-note: whoever signs as a log never signs as a witness by accident. */
const typeBytes = { SIGNER: 0x01, COSIGNER: 0x04 } as const
export type NoteKeyType = keyof typeof typeBytes

/** A key that notes are checked against (vkey); `id` is four bytes in hexadecimal. */
export interface NoteKey {
  readonly name: string
  readonly type: NoteKeyType
  readonly id: string
  readonly publicKey: Uint8Array
}

export interface NoteSignature {
  readonly name: string
  readonly keyId: string
  readonly signature: Uint8Array
}

/** `text` ends in a newline; it is nobody's word until `verifyNote` says whose. */
export interface SignedNote {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/** `timestamp` in seconds since 1970, of cosignatures alone. */
export interface VerifiedSignature {
  readonly key: NoteKey
  readonly timestamp: number | undefined
}

const deny = (code: NoteErrorCode, message: string): never => {
  throw new NoteError(code, message)
}

const SIGNATURE_LINE = /^— (?<name>[^\s+]+) (?<signature>[A-Za-z0-9+/]+={0,2})$/u
const VERIFIER_KEY = /^(?<name>[^\s+]+)\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/]+={0,2})$/u
const KEY_BYTES = 32
const ID_BYTES = 4
const TIMESTAMP_BYTES = 8

/** The key for a name; its ID is what c2sp.org/signed-note recommends, and c2sp.org/tlog-cosignature demands. */
export function noteKey(name: string, type: NoteKeyType, publicKey: Uint8Array): NoteKey {
  if (!/^[^\s+]+$/u.test(name) || publicKey.length !== KEY_BYTES)
    return deny('KEY_MALFORMED', 'expected a name without spaces and plus signs, and an Ed25519 key')
  const digest = createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(typeBytes[type]))
    .update(publicKey)
    .digest()
  return { name, type, publicKey, id: digest.toString('hex', 0, ID_BYTES) }
}

/** As `noteKey`, of a key that this project keeps as JWK. */
export function noteKeyOf(name: string, type: NoteKeyType, jwk: PublicJwk): NoteKey {
  const publicKey = jwk.kty === 'OKP' ? fromBase64url(jwk.x) : undefined
  return noteKey(name, type, publicKey ?? deny('KEY_MALFORMED', 'expected an Ed25519 key'))
}

/** `<name>+<key ID>+<base64 of type and key>`. @throws NoteError KEY_MALFORMED, also for other types of keys */
export function parseNoteKey(vkey: string): NoteKey {
  const { name = '', id, key = '' } = VERIFIER_KEY.exec(vkey)?.groups ?? {}
  const bytes = fromBase64(key)
  const type = bytes && noteKeyTypes.find((known) => typeBytes[known] === bytes[0])
  if (!bytes || !type) return deny('KEY_MALFORMED', 'expected <name>+<key ID>+<base64> of an Ed25519 key')
  const made = noteKey(name, type, bytes.subarray(1))
  return made.id === id ? made : deny('KEY_MALFORMED', `expected key ID ${made.id}, got ${id}`)
}

export function formatNoteKey({ name, type, id, publicKey }: NoteKey): string {
  return `${name}+${id}+${base64(Uint8Array.of(typeBytes[type], ...publicKey))}`
}

/** @throws NoteError NOTE_MALFORMED for anything that is not exactly of the form */
export function parseNote(note: string): SignedNote {
  if (Buffer.byteLength(note) > limits.noteBytes)
    deny('NOTE_MALFORMED', `expected at most ${limits.noteBytes} bytes`)
  // Control characters could show a reader of the terminal something else than what is signed.
  if (/(?!\n)[\p{Cc}\p{Cs}]/u.test(note))
    deny('NOTE_MALFORMED', 'expected no control characters but newlines')
  const end = note.lastIndexOf('\n\n')
  if (end < 1 || !note.endsWith('\n')) deny('NOTE_MALFORMED', 'expected a text, an empty line and signatures')
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > limits.noteSignatures)
    deny('NOTE_MALFORMED', `expected at most ${limits.noteSignatures} signatures`)
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): NoteSignature {
  const { name, signature = '' } = SIGNATURE_LINE.exec(line)?.groups ?? {}
  const bytes = fromBase64(signature)
  if (name === undefined || !bytes || bytes.length <= ID_BYTES)
    return deny('NOTE_MALFORMED', 'expected signature lines: — <key name> <base64>')
  return { name, keyId: hex(bytes.subarray(0, ID_BYTES)), signature: bytes.subarray(ID_BYTES) }
}

export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(({ name, keyId, signature }) => {
    const bytes = Buffer.concat([Buffer.from(keyId, 'hex'), signature])
    return `— ${name} ${base64(bytes)}\n`
  })
  return `${text}\n${lines.join('')}`
}

/**
 * The signatures by known keys, which all have to hold. Those by others say nothing and are passed over, also where
 * they bear a known name.
 * @throws NoteError SIGNATURE_INVALID where one by a known key does not hold
 */
export function verifyNote(
  { text, signatures }: SignedNote,
  keys: readonly NoteKey[],
): readonly VerifiedSignature[] {
  return signatures.flatMap(({ name, keyId, signature }) =>
    keys
      .filter((key) => key.name === name && key.id === keyId)
      .map((key) => {
        const verified = verifyOne(text, signature, key)
        return verified ?? deny('SIGNATURE_INVALID', `the signature of ${name} does not hold`)
      }),
  )
}

function verifyOne(text: string, signature: Uint8Array, key: NoteKey): VerifiedSignature | undefined {
  const timestamp = key.type === 'COSIGNER' ? timestampOf(signature) : undefined
  if (key.type === 'COSIGNER' && timestamp === undefined) return undefined
  const bare = key.type === 'COSIGNER' ? signature.subarray(TIMESTAMP_BYTES) : signature
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: base64url(key.publicKey) },
    format: 'jwk',
  })
  return verify(null, Buffer.from(messageOf(text, timestamp)), publicKey, bare)
    ? { key, timestamp }
    : undefined
}

/** The note with one signature more; of a cosigner with the moment (seconds since 1970) that it vouches for. */
export function addSignature(
  note: SignedNote,
  name: string,
  jwk: PrivateJwk,
  timestamp?: number,
): SignedNote {
  const key = noteKeyOf(name, timestamp === undefined ? 'SIGNER' : 'COSIGNER', jwk)
  const bare = sign(
    null,
    Buffer.from(messageOf(note.text, timestamp)),
    createPrivateKey({ key: { ...jwk }, format: 'jwk' }),
  )
  const signature = Uint8Array.of(...(timestamp === undefined ? [] : timestampBytes(timestamp)), ...bare)
  const others = note.signatures.filter((known) => known.name !== name || known.keyId !== key.id)
  return { text: note.text, signatures: [...others, { name, keyId: key.id, signature }] }
}

/** The two lines before the text keep a cosignature from counting as the log's own signature. */
function messageOf(text: string, timestamp: number | undefined): string {
  return timestamp === undefined ? text : `cosignature/v1\ntime ${timestamp}\n${text}`
}

function timestampOf(signature: Uint8Array): number | undefined {
  if (signature.length < TIMESTAMP_BYTES) return undefined
  const timestamp = Number(Buffer.from(signature).readBigUInt64BE(0))
  return Number.isSafeInteger(timestamp) ? timestamp : undefined
}

function timestampBytes(timestamp: number): Uint8Array {
  const bytes = Buffer.alloc(TIMESTAMP_BYTES)
  bytes.writeBigUInt64BE(BigInt(timestamp))
  return bytes
}

const noteKeyTypes: readonly NoteKeyType[] = ['SIGNER', 'COSIGNER']
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
