import { fromBase64, hasExactly, isJsonObject, isText, type JsonObject } from './encoding.ts'
import { InputFileError } from './errors.ts'
import { type Evidence, parseEvidence } from './evidence.ts'
import { type PublicJwk, parsePublicJwk } from './keys.ts'

/** A key of the exchange as it was published when the receipt was made. ISO 8601 in UTC; null: no end was known. */
export type PublishedKey = PublicJwk & { readonly activeFrom: string; readonly activeTo: string | null }

/**
 * The place of an entry in the log. `leaf` is the exact text that is hashed; `salt` null once it is erased; `checkpoint`
 * a signed note with cosignatures; `inclusionProof` from the leaf to the root. Bytes in base64.
 */
export interface LogEntry {
  readonly logIndex: number
  readonly leaf: string
  readonly salt: string | null
  readonly subjectDigests: readonly string[]
  readonly checkpoint: string
  readonly inclusionProof: readonly string[]
  /** For information: a verifier brings the keys it trusts. */
  readonly keys: readonly PublishedKey[]
}

/** One file (回执) that shows, offline and years later, that the exchange gave this answer and logged it. */
export interface Receipt {
  readonly kind: 'receipt'
  readonly version: 1
  readonly evidence: Evidence
  readonly entry: LogEntry
}

const deny = (message: string): never => {
  throw new InputFileError(message)
}

export function isReceipt(value: unknown): value is JsonObject {
  return isJsonObject(value) && value.kind === 'receipt'
}

/**
 * A receipt out of foreign JSON: exactly the members above. Says nothing yet about its truth.
 * @throws InputFileError, KeyError
 */
export function parseReceipt(value: unknown): Receipt {
  if (!isReceipt(value) || !hasExactly(value, ['kind', 'version', 'evidence', 'entry']))
    return deny('expected a receipt: kind, version, evidence and entry')
  if (value.version !== 1) return deny(`expected receipt version 1, got ${String(value.version)}`)
  return {
    kind: 'receipt',
    version: 1,
    evidence: parseEvidence(value.evidence),
    entry: parseLogEntry(value.entry),
  }
}

const ENTRY_MEMBERS = ['logIndex', 'leaf', 'salt', 'subjectDigests', 'checkpoint', 'inclusionProof', 'keys']

/** @throws InputFileError, KeyError */
export function parseLogEntry(value: unknown): LogEntry {
  if (!isJsonObject(value) || !hasExactly(value, ENTRY_MEMBERS))
    return deny(`entry: expected ${ENTRY_MEMBERS.join(', ')}`)
  const { logIndex, leaf, salt, checkpoint, keys } = value
  if (typeof logIndex !== 'number' || !Number.isSafeInteger(logIndex) || logIndex < 0)
    return deny('entry.logIndex: expected a whole number from 0')
  if (!isText(leaf) || !isText(checkpoint) || !Array.isArray(keys))
    return deny('entry: expected a leaf, a checkpoint and keys')
  return {
    logIndex,
    leaf,
    salt: salt === null ? null : base64('salt', salt),
    subjectDigests: base64List('subjectDigests', value.subjectDigests),
    checkpoint,
    inclusionProof: base64List('inclusionProof', value.inclusionProof),
    keys: keys.map(parsePublishedKey),
  }
}

function parsePublishedKey(value: unknown): PublishedKey {
  const { activeFrom, activeTo } = isJsonObject(value) ? value : {}
  if (!isText(activeFrom) || !(activeTo === null || isText(activeTo)))
    return deny('entry.keys: expected activeFrom and activeTo')
  return { ...parsePublicJwk(value), activeFrom, activeTo }
}

function base64List(name: string, value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.map((item) => base64(name, item))
    : deny(`entry.${name}: expected a list`)
}

function base64(name: string, value: unknown): string {
  return typeof value === 'string' && fromBase64(value) ? value : deny(`entry.${name}: expected base64`)
}
