import { type Checkpoint, type CheckpointTrust, openCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { InputFileError, LogInconsistencyError } from './errors.ts'
import { query } from './graphql-query.ts'
import { type RefusalMember, refusedByRule } from './operations.ts'
import { repeatWhileUnanswered } from './repetition.ts'
import type { ExchangeClientOptions } from './signed-exchange.ts'
import { addSignature, formatNote, formatNoteKey, noteKeyOf, parseNote, verifyNote } from './signed-note.ts'
import { fetchCheckpoint, fetchConsistency } from './transparency-log.ts'
import { type InconsistencyFault, judge, proofNeeded, type WitnessVerdict } from './witness.ts'
import type { WitnessFolder } from './witness-folder.ts'

/** One witness at work: what it needs to know, and where it keeps what it saw. */
export interface Witness {
  readonly options: ExchangeClientOptions
  readonly trust: CheckpointTrust
  readonly folder: WitnessFolder
  readonly now: () => Date
}

export interface WitnessRound {
  readonly verdict: Exclude<WitnessVerdict['kind'], 'INCONSISTENT'>
  readonly size: number
  /** Sent in this round. */
  readonly cosigned: boolean
}

type Payload = { readonly __typename: string } | RefusalMember

const REGISTER = /* GraphQL */ `
  mutation RegisterWitness($input: RegisterWitnessInput!) {
    done: registerWitness(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`
const COSIGN = /* GraphQL */ `
  mutation CosignCheckpoint($input: CosignCheckpointInput!) {
    done: cosignCheckpoint(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`

/**
 * Fetches the checkpoint, holds it against the last one, and vouches for it where the log only grew.
 * @throws LogInconsistencyError after keeping both notes; NoteError for a checkpoint that no pinned key signed; and
 * what every query throws
 */
export async function runRound(witness: Witness): Promise<WitnessRound> {
  const { options, trust, folder, now } = witness
  let state = await folder.state()
  const own = noteKeyOf(state.name, 'COSIGNER', folder.key)
  if (!state.registered) {
    await send(options, REGISTER, { vkey: formatNoteKey(own) })
    state = { ...state, registered: true }
    await folder.save(state, dayOf(now()))
  }
  const shown = openCheckpoint(await fetchCheckpoint(options.url), { ...trust, witnesses: [own] })
  if (state.note !== null && verifyNote(parseNote(state.note), [own]).length === 0)
    throw new InputFileError('见证状态中的检查点没有本见证方的副署 (the note in the state is not ours)')
  const last = state.note === null ? undefined : parseCheckpoint(parseNote(state.note).text)
  const verdict = await compare(witness, last && { ...last, note: state.note ?? '' }, shown)
  switch (verdict) {
    case 'OLDER':
      return { verdict, size: shown.size, cosigned: false }
    case 'UNCHANGED': {
      // The answer to an earlier round may have been lost: what was vouched for then is sent again.
      const isThere = shown.cosignatures.length > 0 || state.note === null
      if (!isThere) await send(options, COSIGN, { note: state.note })
      return { verdict, size: shown.size, cosigned: !isThere }
    }
    case 'FIRST':
    case 'GROWN': {
      const moment = now()
      const cosigned = formatNote(
        addSignature(parseNote(shown.note), state.name, folder.key, Math.floor(moment.getTime() / 1000)),
      )
      // Remembered before it is sent: after a crash this witness must not vouch for anything else.
      await folder.save({ ...state, note: cosigned }, dayOf(moment))
      await send(options, COSIGN, { note: cosigned })
      return { verdict, size: shown.size, cosigned: true }
    }
  }
}

/** What another department was shown, held against what this one was. @throws as `runRound` */
export async function compareViews(witness: Witness, otherNote: string): Promise<WitnessRound> {
  const { options, trust, folder } = witness
  const { note } = await folder.state()
  const ours = openCheckpoint(note ?? (await fetchCheckpoint(options.url)), trust)
  const theirs = openCheckpoint(otherNote, trust)
  return { verdict: await compare(witness, ours, theirs), size: theirs.size, cosigned: false }
}

async function compare(
  { options, folder, now }: Witness,
  last: Pick<Checkpoint, 'size' | 'root' | 'note'> | undefined,
  shown: Checkpoint,
): Promise<WitnessRound['verdict']> {
  const needed = proofNeeded(last, shown)
  const verdict = judge(last, shown, needed && (await fetchConsistency(options.url, needed)))
  if (verdict.kind !== 'INCONSISTENT') return verdict.kind
  const { fault } = verdict
  const alarm = { fault, at: now().toISOString(), kept: last?.note ?? '', shown: shown.note }
  throw new LogInconsistencyError(
    `${faultNames[fault]}: ${last?.size ?? 0} → ${shown.size}`,
    await folder.keepAlarm(alarm),
  )
}

const faultNames: Record<InconsistencyFault, string> = {
  TWO_ROOTS: '同一大小有两个根，日志已分叉 one size with two roots: the log was forked',
  NOT_CONTINUED: '新日志未被证明包含原有条目 the larger log is not proven to begin with what was there',
  TRUNCATED: '日志变小且未被证明是其旧貌 the log shrank and is not proven to be how it once was',
}

/** Both take effect once, however often they are sent. */
async function send(
  options: ExchangeClientOptions,
  document: string,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { data } = await repeatWhileUnanswered(() =>
    query<{ done: Payload }>({ ...options, evidenceDir: undefined }, document, { input }),
  )
  if ('code' in data.done) throw refusedByRule(data.done)
}

const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)
