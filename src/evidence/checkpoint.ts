import {
  ed25519Cosignature,
  ed25519Holds,
  ed25519Note,
  type NoteKey,
  noteKeyId,
  type SignedNote,
  signatureLine,
} from './signed-note.ts'
import type { PublishedKey, SigningKey } from './signing-key.ts'

/** A checkpoint (C2SP tlog-checkpoint): origin, size and root of the tree, as a signed note. */
export type Checkpoint = { size: number; root: Buffer; note: string; at: Date }

/** The log's name: the exchange's identifier as an address without its scheme. Spaces and plus would break a key name. */
export function originOf(exchangeId: string): string {
  const name = exchangeId.replace(/^https?:\/\//, '').replace(/\/+$/, '')
  return `${encodeURI(name).replaceAll('+', '%2B')}/log`
}

export function checkpointText(origin: string, size: number, root: Uint8Array): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
}

/** The key under which the exchange's notes are checked: one of those that sign its answers. */
export function noteKeyOf(key: Pick<PublishedKey, 'publicJwk'>, origin: string): NoteKey {
  const publicKey = Buffer.from(key.publicJwk.x, 'base64url')
  return { name: origin, type: ed25519Note, publicKey, keyId: noteKeyId(origin, ed25519Note, publicKey) }
}

/**
 * The line by which the exchange signs a note, with a key that signs its answers too: what is signed there, the input of a
 * JWS, has no newline, and a note has.
 */
export async function signNote(key: SigningKey, origin: string, text: string): Promise<string> {
  return signatureLine(noteKeyOf(key, origin), await key.sign(Buffer.from(text)))
}

/** Size of the tree that a checkpoint speaks of; null where the text is none. */
export function sizeIn(text: string): number | null {
  const [, size] = /^[^\n]+\n(0|[1-9]\d{0,15})\n[A-Za-z0-9+/]{43}=\n$/.exec(text) ?? []
  return size === undefined ? null : Number(size)
}

export type Cosignature = { line: string; at: Date }

/** What a witness signs (C2SP tlog-cosignature, Ed25519 signed message). */
export function cosignedMessage(text: string, seconds: bigint): string {
  return `cosignature/v1\ntime ${seconds}\n${text}`
}

/** The witness's signature on a checkpoint note: a time of eight bytes, then Ed25519. Null where it has none that holds. */
export function cosignatureIn({ text, signatures }: SignedNote, witness: NoteKey): Cosignature | null {
  const signature = signatures.find(
    ({ name, keyId, bytes }) => name === witness.name && keyId === witness.keyId && bytes.length === 72,
  )
  if (!signature || witness.type !== ed25519Cosignature) return null
  const seconds = signature.bytes.readBigUInt64BE(0)
  const holds = ed25519Holds(witness.publicKey, cosignedMessage(text, seconds), signature.bytes.subarray(8))
  return holds ? { line: signature.line, at: new Date(Number(seconds) * 1000) } : null
}
