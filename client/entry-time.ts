import { type Checkpoint, type CheckpointTrust, openCheckpoint } from './checkpoint.ts'
import { NoteError } from './errors.ts'
import type { EvidenceReport } from './evidence-verification.ts'
import { limits } from './limits.ts'
import type { LogLeaf } from './log-leaf.ts'
import { isSameHash } from './merkle.ts'
import { CLOCK_SKEW } from './reply-verification.ts'

/** What an entry says of its time, held against every clock that is not the exchange's own. Pure. */

export interface TimeFinding {
  readonly step: 'ENTRY_TIME' | 'OTHER_CHECKPOINT'
  readonly holds: boolean
  readonly detail: string
}

/** The entry's own time must lie between the request and the answer, and before any witness saw it. */
export function verifyEntryTime(
  leaf: LogLeaf,
  { request, reply }: EvidenceReport,
  checkpoint: Checkpoint | undefined,
): TimeFinding {
  const step = 'ENTRY_TIME'
  if (!request || !reply) return { step, holds: false, detail: 'there is no answer to compare with' }
  const at = Math.floor(Date.parse(leaf.at) / 1000)
  const earliest = request.issuedAt - CLOCK_SKEW
  if (at < earliest || at > reply.iat) {
    return {
      step,
      holds: false,
      detail: `expected a time from ${told(earliest)} to ${told(reply.iat)}, got ${leaf.at}`,
    }
  }
  const seen = (checkpoint?.cosignatures ?? []).flatMap(({ timestamp }) => timestamp ?? [])
  const first = Math.min(...seen)
  if (reply.iat > first + CLOCK_SKEW)
    return { step, holds: false, detail: `dated ${told(reply.iat)}, but a witness saw it at ${told(first)}` }
  const witnessed = seen.length === 0 ? 'by the exchange’s word alone' : `a witness saw it by ${told(first)}`
  return { step, holds: true, detail: `between request and answer, at ${leaf.at}; ${witnessed}` }
}

/**
 * The receipt beside a checkpoint that the verifier holds from elsewhere. Of an entry that it lacks, one knows that it
 * was made later than the witness's time on it: an answer that says it is older was dated back. One size with two roots
 * is a fork.
 */
export function compareWithCheckpoint(
  note: string,
  trust: CheckpointTrust,
  { reply }: EvidenceReport,
  checkpoint: Checkpoint | undefined,
): TimeFinding {
  const step = 'OTHER_CHECKPOINT'
  if (!reply || !checkpoint)
    return { step, holds: false, detail: 'there is no proven answer and checkpoint to compare with' }
  let other: Checkpoint
  try {
    other = openCheckpoint(note, trust)
  } catch (error) {
    if (error instanceof NoteError) return { step, holds: false, detail: `${error.code}: ${error.message}` }
    throw error
  }
  if (other.size === checkpoint.size && !isSameHash(other.root, checkpoint.root))
    return { step, holds: false, detail: `two roots for ${other.size} entries: the log was forked` }
  const times = other.cosignatures.flatMap(({ timestamp }) => timestamp ?? [])
  if (times.length === 0)
    return { step, holds: false, detail: 'no witness that you trust says when that checkpoint was seen' }
  const isIn = reply.log_index < other.size
  const [first, last] = [Math.min(...times), Math.max(...times)]
  if (isIn && reply.iat > first + CLOCK_SKEW)
    return { step, holds: false, detail: `dated ${told(reply.iat)}, but in the log by ${told(first)}` }
  if (!isIn && reply.iat < last - limits.entryDelay) {
    return {
      step,
      holds: false,
      detail: `dated back: ${told(reply.iat)}, but not in the log of ${other.size} entries at ${told(last)}`,
    }
  }
  const place = isIn ? 'and' : 'but not'
  return {
    step,
    holds: true,
    detail: `agrees with a log of ${other.size} entries at ${told(last)}, ${place} this one`,
  }
}

const told = (seconds: number): string => new Date(seconds * 1000).toISOString()
