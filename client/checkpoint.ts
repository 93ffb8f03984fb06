import { fromBase64 } from './encoding.ts'
import { NoteError } from './errors.ts'
import type { PublicJwk } from './keys.ts'
import type { Hash } from './merkle.ts'
import { type NoteKey, noteKeyOf, parseNote, type VerifiedSignature, verifyNote } from './signed-note.ts'

/** Checkpoints of the evidence log (检查点, c2sp.org/tlog-checkpoint): its size and root, signed by the exchange. */

/** `text` is what is signed. Nobody's word yet. */
export interface CheckpointBody {
  readonly origin: string
  readonly size: number
  readonly root: Hash
  readonly text: string
}

/** A checkpoint whose signature holds, by a pinned key of the log; with the cosignatures of known witnesses. */
export interface Checkpoint extends CheckpointBody {
  readonly signedBy: NoteKey
  readonly cosignatures: readonly VerifiedSignature[]
  /** The whole note. */
  readonly note: string
}

/** Keys come from the verifier; a note never vouches for its own. */
export interface CheckpointTrust {
  readonly origin: string
  readonly logKeys: readonly NoteKey[]
  readonly witnesses: readonly NoteKey[]
}

const ROOT_BYTES = 32

/**
 * The log's name, which is also the name of its keys: the exchange's identifier without scheme, and `/log`; in it what may
 * not stand in a key name is written as in addresses.
 */
export function logOrigin(exchangeId: string): string {
  const name = exchangeId.replace(/^https?:\/\//, '').replace(/\/+$/, '')
  return `${encodeURI(name).replaceAll('+', '%2B')}/log`
}

/** The exchange's keys that can sign checkpoints, under the name of the log. */
export function logKeys(origin: string, jwks: readonly PublicJwk[]): readonly NoteKey[] {
  return jwks.flatMap((jwk) => (jwk.kty === 'OKP' ? [noteKeyOf(origin, 'SIGNER', jwk)] : []))
}

/** @throws NoteError CHECKPOINT_MALFORMED */
export function parseCheckpoint(text: string): CheckpointBody {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n')
  const hash = fromBase64(root)
  const isWhole =
    origin !== '' &&
    /^(0|[1-9]\d{0,15})$/.test(size) &&
    Number.isSafeInteger(Number(size)) &&
    hash?.length === ROOT_BYTES &&
    rest.at(-1) === '' &&
    !rest.slice(0, -1).includes('')
  if (!isWhole || !hash)
    throw new NoteError('CHECKPOINT_MALFORMED', 'expected three lines: origin, size and root hash in base64')
  return { origin, size: Number(size), root: hash, text }
}

/**
 * The checkpoint in a note, once a pinned key of this very log is known to have signed it.
 * @throws NoteError NOTE_MALFORMED, CHECKPOINT_MALFORMED, ORIGIN_MISMATCH, SIGNATURE_INVALID, SIGNATURE_MISSING
 */
export function openCheckpoint(note: string, trust: CheckpointTrust): Checkpoint {
  const parsed = parseNote(note)
  const body = parseCheckpoint(parsed.text)
  if (body.origin !== trust.origin)
    throw new NoteError('ORIGIN_MISMATCH', `expected the log ${trust.origin}, got ${body.origin}`)
  const signatures = verifyNote(parsed, [...trust.logKeys, ...trust.witnesses])
  const byLog = signatures.find(({ key }) => key.type === 'SIGNER')
  if (!byLog) {
    const names = parsed.signatures.map(({ name, keyId }) => `${name} (${keyId})`).join(', ')
    throw new NoteError(
      'SIGNATURE_MISSING',
      `no pinned key of the exchange signed it, but ${names}: if the operator announced a new key, run "jce trust"`,
    )
  }
  const cosignatures = signatures.filter(({ key }) => key.type === 'COSIGNER')
  return { ...body, signedBy: byLog.key, cosignatures, note }
}
