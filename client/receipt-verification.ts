import { createHash } from 'node:crypto'
import {
  type Checkpoint,
  type CheckpointTrust,
  logKeys,
  logOrigin,
  openCheckpoint,
  parseCheckpoint,
} from './checkpoint.ts'
import { compareWithCheckpoint, type TimeFinding, verifyEntryTime } from './entry-time.ts'
import { NoteError } from './errors.ts'
import { type EvidenceFinding, type EvidenceReport, verifyEvidence } from './evidence-verification.ts'
import type { PublicJwk } from './keys.ts'
import { type LogLeaf, parseLeaf } from './log-leaf.ts'
import { leafHash, verifyInclusion } from './merkle.ts'
import type { LogEntry, Receipt } from './receipt.ts'
import { formatNoteKey, type NoteKey, parseNote } from './signed-note.ts'
import { subjectReadings } from './subject-digest.ts'

export type ReceiptStep =
  | EvidenceFinding['step']
  | 'LEAF'
  | 'LEAF_SUBJECTS'
  | 'INCLUSION'
  | 'CHECKPOINT'
  | 'WITNESSES'
  | TimeFinding['step']
  | 'SUBJECT'

/** One step of the check; `detail` says what was found. */
export interface ReceiptFinding {
  readonly step: ReceiptStep
  readonly holds: boolean
  readonly detail: string
}

/**
 * What the verifier believes and asks, none of it out of the receipt. `witnesses` are known, `demandedWitnesses` must
 * have cosigned. `otherCheckpoints` are cosigned notes that the verifier holds from elsewhere. `subject` is a number,
 * with or without its scheme before it. `fileSha256` as for `verifyEvidence`.
 */
export interface ReceiptTrust {
  readonly exchangeKeys: readonly PublicJwk[]
  readonly departmentKey?: PublicJwk | undefined
  readonly witnesses?: readonly NoteKey[] | undefined
  readonly demandedWitnesses?: readonly NoteKey[] | undefined
  readonly otherCheckpoints?: readonly string[] | undefined
  readonly subject?: string | undefined
  readonly fileSha256?: string | undefined
}

/** `leaf` and `checkpoint` are there where they could be believed. */
export interface ReceiptReport {
  readonly holds: boolean
  readonly findings: readonly ReceiptFinding[]
  readonly exchange: EvidenceReport
  readonly leaf: LogLeaf | undefined
  readonly checkpoint: Checkpoint | undefined
}

/** Checks a receipt offline, step by step; nothing in it vouches for itself. */
export async function verifyReceipt(receipt: Receipt, trust: ReceiptTrust): Promise<ReceiptReport> {
  const { evidence, entry } = receipt
  const exchange = await verifyEvidence(evidence, trust, trust.fileSha256)
  const leaf = parseLeaf(entry.leaf)
  const logTrust = checkpointTrust(exchange, trust)
  const opened = openedCheckpoint(entry, logTrust)
  const checkpoint = opened instanceof NoteError ? undefined : opened
  const findings: ReceiptFinding[] = [
    ...exchange.findings,
    leafFinding(entry, leaf, exchange),
    subjectsFinding(entry, leaf),
    inclusionFinding(entry),
    checkpointFinding(opened),
    witnessFinding(checkpoint, trust),
    ...(leaf ? [verifyEntryTime(leaf, exchange, checkpoint)] : []),
    ...(trust.otherCheckpoints ?? []).map((note) =>
      compareWithCheckpoint(note, logTrust, exchange, checkpoint),
    ),
    ...subjectFindings(entry, trust.subject),
  ]
  return {
    holds: findings.every((finding) => finding.holds),
    findings,
    exchange,
    leaf,
    checkpoint,
  }
}

/** The entry must be that of this very request and answer, or a true entry could vouch for a swapped answer. */
function leafFinding(
  entry: LogEntry,
  leaf: LogLeaf | undefined,
  { request, reply }: EvidenceReport,
): ReceiptFinding {
  const step = 'LEAF'
  if (!leaf) return { step, holds: false, detail: 'expected an entry of version 1 in canonical JSON' }
  if (!request || !reply)
    return { step, holds: false, detail: 'request and answer do not hold: nothing to compare with' }
  const members: [string, unknown, unknown][] = [
    ['log_index', reply.log_index, entry.logIndex],
    ['department', request.department, leaf.department],
    ['kid', request.kid, leaf.kid],
    ['jti', request.jti, leaf.jti],
    ['req_sha256', reply.req_sha256, leaf.requestSha256],
    ['body_sha256', reply.body_sha256, leaf.answerSha256],
    ['status', reply.status, leaf.status],
    ['data_version', reply.data_version, leaf.dataVersion],
  ]
  const wrong = members.find(([, expected, got]) => expected !== got)
  return wrong
    ? { step, holds: false, detail: `${wrong[0]}: expected ${wrong[1]}, got ${wrong[2]}` }
    : { step, holds: true, detail: `entry ${entry.logIndex} is that of this request and this answer` }
}

function subjectsFinding({ salt, subjectDigests }: LogEntry, leaf: LogLeaf | undefined): ReceiptFinding {
  const step = 'LEAF_SUBJECTS'
  const expected = leaf?.subjectsSha256 ?? null
  if (expected === null) {
    const holds = leaf !== undefined && subjectDigests.length === 0
    return { step, holds, detail: holds ? 'no subject was asked about' : 'the entry names no subjects' }
  }
  if (subjectDigests.length === 0)
    return { step, holds: true, detail: 'the subjects were erased; the entry stands without them' }
  const digest = createHash('sha256')
    .update(Buffer.concat(subjectDigests.map(bytesOf)))
    .digest('base64url')
  if (digest !== expected)
    return { step, holds: false, detail: 'the digests of the subjects are not those of the entry' }
  const told = salt === null ? 'the salt was erased, so nobody can tell which' : 'in the order of the request'
  return { step, holds: true, detail: `${subjectDigests.length} subjects asked about, ${told}` }
}

function inclusionFinding(entry: LogEntry): ReceiptFinding {
  const step = 'INCLUSION'
  try {
    const { size, root } = parseCheckpoint(parseNote(entry.checkpoint).text)
    const holds = verifyInclusion({
      leafIndex: entry.logIndex,
      treeSize: size,
      leafHash: leafHash(Buffer.from(entry.leaf)),
      proof: entry.inclusionProof.map(bytesOf),
      root,
    })
    const place = `entry ${entry.logIndex} of the tree of ${size}`
    return { step, holds, detail: holds ? `the leaf is ${place}` : `the leaf is not proven to be ${place}` }
  } catch (error) {
    return { step, holds: false, detail: asNoteError(error).message }
  }
}

/** The audience that the department signed for names the log; the origin in the note alone could be any log. */
function checkpointTrust({ request }: EvidenceReport, trust: ReceiptTrust): CheckpointTrust {
  const { exchangeKeys, witnesses = [], demandedWitnesses = [] } = trust
  const origin = logOrigin(request?.exchange ?? '')
  const known = new Map([...witnesses, ...demandedWitnesses].map((key) => [formatNoteKey(key), key]))
  return { origin, logKeys: logKeys(origin, exchangeKeys), witnesses: [...known.values()] }
}

function openedCheckpoint(entry: LogEntry, trust: CheckpointTrust): Checkpoint | NoteError {
  try {
    return openCheckpoint(entry.checkpoint, trust)
  } catch (error) {
    return asNoteError(error)
  }
}

function checkpointFinding(opened: Checkpoint | NoteError): ReceiptFinding {
  const step = 'CHECKPOINT'
  return opened instanceof NoteError
    ? { step, holds: false, detail: `${opened.code}: ${opened.message}` }
    : { step, holds: true, detail: `${opened.origin} signed the tree of ${opened.size} entries` }
}

function witnessFinding(
  checkpoint: Checkpoint | undefined,
  { demandedWitnesses = [] }: ReceiptTrust,
): ReceiptFinding {
  const step = 'WITNESSES'
  const seen = checkpoint?.cosignatures ?? []
  const missing = demandedWitnesses.filter((key) => !seen.some((one) => isSameKey(one.key, key)))
  const names = seen.map(
    ({ key, timestamp }) => `${key.name} at ${new Date((timestamp ?? 0) * 1000).toISOString()}`,
  )
  const told =
    names.length === 0 ? 'no witness that you trust cosigned it' : `cosigned by ${names.join(', ')}`
  return missing.length === 0
    ? { step, holds: true, detail: told }
    : { step, holds: false, detail: `not cosigned by ${missing.map(({ name }) => name).join(', ')}; ${told}` }
}

function subjectFindings(entry: LogEntry, subject: string | undefined): readonly ReceiptFinding[] {
  const step = 'SUBJECT'
  if (subject === undefined) return []
  if (entry.salt === null)
    return [{ step, holds: false, detail: 'without the salt nobody can tell whether it was asked about' }]
  const salt = bytesOf(entry.salt)
  const found = subjectReadings(subject, salt).find(({ digest }) => entry.subjectDigests.includes(digest))
  if (!found) return [{ step, holds: false, detail: 'this subject is not among those asked about' }]
  const place = entry.subjectDigests.indexOf(found.digest) + 1
  return [{ step, holds: true, detail: `asked about as subject ${place}, by ${found.scheme}` }]
}

function asNoteError(error: unknown): NoteError {
  if (error instanceof NoteError) return error
  throw error
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const isSameKey = (one: NoteKey, other: NoteKey): boolean => formatNoteKey(one) === formatNoteKey(other)
