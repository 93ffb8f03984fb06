import { createHash } from 'node:crypto'
import { opensslVerifier } from '../kernel/ed25519.ts'

/**
 * Signed notes (C2SP signed-note): text that ends in a newline, a blank line, and one line for each signature. Key names
 * hold no space and no plus.
 */
export type SignedNote = { text: string; signatures: NoteSignature[] }
/** `bytes`: what follows the four bytes of the key id. `line` is the signature as it stands in the note, without newline. */
export type NoteSignature = { name: string; keyId: number; bytes: Buffer; line: string }
/** A key that notes are checked with (vkey). `type`: 0x01 Ed25519 over the text, 0x04 a cosignature with its time. */
export type NoteKey = { name: string; keyId: number; type: number; publicKey: Buffer }

export const ed25519Note = 0x01
export const ed25519Cosignature = 0x04

const separator = '\n\n— '
const rawEd25519Bytes = 32

export function noteKeyId(name: string, type: number, publicKey: Uint8Array): number {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(type))
    .update(publicKey)
    .digest()
    .readUInt32BE(0)
}

export function signatureLine(key: Pick<NoteKey, 'name' | 'keyId'>, bytes: Uint8Array): string {
  const id = Buffer.alloc(4)
  id.writeUInt32BE(key.keyId)
  return `— ${key.name} ${Buffer.concat([id, bytes]).toString('base64')}`
}

/** The note with these signature lines. */
export function noteOf(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.map((line) => `${line}\n`).join('')}`
}

/** Null where it is no signed note. Says nothing about whether any signature holds. */
export function parseNote(note: string): SignedNote | null {
  const split = note.lastIndexOf(separator)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids them
  if (split < 0 || !note.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(note)) return null
  const lines = note.slice(split + 2, -1).split('\n')
  const signatures = lines.map(parseSignature)
  const read = signatures.filter((signature) => signature !== null)
  return read.length === lines.length ? { text: note.slice(0, split + 1), signatures: read } : null
}

function parseSignature(line: string): NoteSignature | null {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? []
  if (name === undefined || encoded === undefined || !isKeyName(name)) return null
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length < 5 || bytes.toString('base64') !== encoded) return null
  return { name, keyId: bytes.readUInt32BE(0), bytes: bytes.subarray(4), line }
}

export function formatVkey(key: NoteKey): string {
  const id = key.keyId.toString(16).padStart(8, '0')
  return `${key.name}+${id}+${Buffer.concat([Buffer.of(key.type), key.publicKey]).toString('base64')}`
}

/** Spaces, plus and control characters of any kind would make a note that some readers refuse. */
const isKeyName = (name: string) => !/[\s+\p{Cc}\p{Cs}]/u.test(name)

/** Null where it is no vkey, or its id is not the one that its name and key make. */
export function parseVkey(text: string): NoteKey | null {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(text) ?? []
  if (name === undefined || id === undefined || encoded === undefined || !isKeyName(name)) return null
  const bytes = Buffer.from(encoded, 'base64')
  const type = bytes[0]
  const publicKey = bytes.subarray(1)
  if (type === undefined || publicKey.length !== rawEd25519Bytes || bytes.toString('base64') !== encoded)
    return null
  const keyId = Number.parseInt(id, 16)
  return keyId === noteKeyId(name, type, publicKey) ? { name, keyId, type, publicKey } : null
}

export function ed25519Holds(publicKey: Uint8Array, message: string, signature: Uint8Array): boolean {
  try {
    return opensslVerifier(publicKey)(Buffer.from(message), signature)
  } catch {
    return false
  }
}
