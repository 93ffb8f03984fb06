import type pg from 'pg'
import type { Caller } from '../departments/caller.ts'
import { checkpointOfSize } from '../evidence/checkpoint-store.ts'
import type { LogReadingService } from '../evidence/log-reading-service.ts'
import { tileReader } from '../evidence/log-tile-store.ts'
import { inclusionProof, leafHash, rootOfInclusion } from '../evidence/merkle-tree.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { addCalendarDays } from '../kernel/working-days.ts'
import { identify } from '../subjects/identification.ts'
import type { IdentifierScheme } from '../subjects/identifiers.ts'
import {
  type AuditEntry,
  type AuditFilter,
  type OfficerActEntry,
  pageOfAdministration,
  pageOfEntries,
  pageOfOfficerActs,
  pageOfSignIns,
  signedUpTo,
  subjectsNumbered,
  type TraceEntry,
} from './audit-store.ts'

type Page = { afterId: number | null; limit: number }

export type AuditQuestion = {
  department: string | null
  officerId: string | null
  subject: { identifier: string; scheme: IdentifierScheme | null } | null
  operation: string | null
  outcome: AuditFilter['outcome']
  /** Days of Asia/Shanghai, both included. */
  from: LegalDay | null
  to: LegalDay | null
}

/** WAITING: no checkpoint covers the entry yet. SIGNED, and WITNESSED where a witness signed the head too. */
export type ProofState = 'WAITING' | 'SIGNED' | 'WITNESSED'
export type EntryProof = {
  leaf: string
  checkpoint: string
  treeSize: number
  inclusionProof: Buffer[]
  /** The leaf leads by the proof to the root that was signed. */
  verified: boolean
}

/** Who asked what and why, and who did what: for auditors, of all departments. */
export type AuditService = {
  entries(
    caller: Caller,
    question: AuditQuestion,
    page: Page,
  ): Promise<(AuditEntry & { proof: ProofState })[]>
  /** The proof that the entry is in the log, made and checked now; null: no checkpoint covers it yet. */
  proofOf(entry: Pick<AuditEntry, 'logIndex' | 'leaf'>): Promise<EntryProof | null>
  officerActs(question: AuditQuestion, page: Page): Promise<OfficerActEntry[]>
  administration(question: AuditQuestion, page: Page): Promise<TraceEntry[]>
  signIns(question: AuditQuestion, page: Page): Promise<TraceEntry[]>
}

export function createAuditService(parts: {
  pool: pg.Pool
  vault: Vault
  log: LogReadingService
}): AuditService {
  const { pool, vault, log } = parts
  const tiles = tileReader(pool)

  /** Whoever audits who asked about a subject asks about it herself, which the log keeps like any question. */
  async function subjectIdsOf(caller: Caller, subject: AuditQuestion['subject']): Promise<number[] | null> {
    if (subject === null) return null
    const identification = identify(vault, subject.identifier, subject.scheme)
    if (identification.status === 'MALFORMED')
      throw new Refusal('INPUT_INVALID', '号码格式不正确 (the identifier has not the form of its scheme)')
    const keys = identification.keys.filter(({ strength }) => strength === 'LINKS')
    caller.request.note({
      purpose: '审计 (audit)',
      subjects: keys.map(({ scheme, value }) => `${scheme} ${value}`),
    })
    const ids = await subjectsNumbered(pool, keys)
    caller.request.found(ids)
    return ids
  }

  return {
    async entries(caller, question, page) {
      const subjectIds = await subjectIdsOf(caller, question.subject)
      const { department, officerId, operation, outcome } = question
      const filter = { department, officerId, operation, outcome, subjectIds, ...momentsOf(question) }
      const [entries, { signed, witnessed }] = [
        await pageOfEntries(pool, filter, page),
        await signedUpTo(pool),
      ]
      return entries.map((entry) => ({
        ...entry,
        proof: entry.logIndex < witnessed ? 'WITNESSED' : entry.logIndex < signed ? 'SIGNED' : 'WAITING',
      }))
    },

    async proofOf({ logIndex, leaf }) {
      const { signed } = await signedUpTo(pool)
      const checkpoint = logIndex < signed ? await log.checkpointOf(signed) : null
      if (!checkpoint) return null
      const head = await checkpointOfSize(pool, signed)
      const path = await inclusionProof(logIndex, signed, tiles)
      const root = rootOfInclusion(logIndex, signed, leafHash(leaf), path)
      const verified = head !== null && root?.equals(head.root) === true
      return { leaf, checkpoint, treeSize: signed, inclusionProof: path, verified }
    },

    officerActs: (question, page) => pageOfOfficerActs(pool, { ...question, ...momentsOf(question) }, page),
    administration: (question, page) =>
      pageOfAdministration(pool, { ...question, ...momentsOf(question) }, page),
    signIns: (question, page) => pageOfSignIns(pool, { ...question, ...momentsOf(question) }, page),
  }
}

const shanghaiMidnight = (day: LegalDay) => new Date(`${day}T00:00:00+08:00`)

function momentsOf({ from, to }: Pick<AuditQuestion, 'from' | 'to'>): Pick<AuditFilter, 'from' | 'until'> {
  if (from !== null && to !== null && to < from)
    throw new Refusal('INPUT_INVALID', '止日早于起日 (to: earlier than from)')
  return {
    from: from === null ? null : shanghaiMidnight(from),
    until: to === null ? null : shanghaiMidnight(addCalendarDays(to, 1)),
  }
}
