import type { Disclosure } from '../catalogue/definition.ts'
import { earlyExitOn, type ListRule, listRuleOn } from '../catalogue/list-rules.ts'
import type { PublicationPart } from '../catalogue/publication-part.ts'
import type { Grade } from '../catalogue/publication-rules.ts'
import { isLegalDay, type LegalDay } from '../kernel/clock.ts'
import { addCalendarDays } from '../kernel/working-days.ts'
import type { ExitKind } from '../listings/membership.ts'
import type { RecordStatus } from '../records/record-status.ts'
import { type PublicationFacts, penaltyKindsOf, type Stop } from './publication.ts'

/** What of a stored record publication hangs on. Pure. */
export type StoredFacts = {
  recordId: number
  datasetId: number
  /** Of the dataset's latest edition; null: its records have no publication period. */
  part: PublicationPart | null
  sharing: Disclosure
  status: RecordStatus
  /** Of the latest version: the day it was decided, else recorded. */
  changedOn: LegalDay
  /** Also where it was revoked after that. */
  repairedOn: LegalDay | null
  determinedOn: string | null
  grade: string | null
  kinds: string | null
  corrected: string | null
  listRules: ListRule[]
  listing: {
    endsOn: LegalDay | null
    exitedOn: LegalDay | null
    exitKind: ExitKind | null
    /** On the day asked about. */
    isInForce: boolean
    isSuspended: boolean
  } | null
}

/** Null: the dataset has no publication period, or an old edition kept no day that determines it. */
export function publicationFactsOf(stored: StoredFacts): PublicationFacts | null {
  const { part, determinedOn, listing } = stored
  if (part === null || determinedOn === null || !isLegalDay(determinedOn)) return null
  return {
    category: part.category,
    sharing: stored.sharing,
    gradeGiven: gradeOf(part, stored.grade),
    penaltyKinds: penaltyKindsOf(stored.kinds ?? ''),
    determinedOn,
    corrected:
      part.corrected && stored.corrected !== null ? part.corrected.in.includes(stored.corrected) : null,
    listing: listing?.isInForce ? 'IN_FORCE' : listing?.isSuspended ? 'SUSPENDED' : 'NONE',
    earlyExitOn: earlyExitOn(listRuleOn(stored.listRules, determinedOn), determinedOn),
    stopped: firstStop(stored),
  }
}

function gradeOf({ grade }: PublicationPart, value: string | null): Grade | null {
  if (!grade) return null
  if ('fixed' in grade) return grade.fixed
  return value === null ? null : (grade.gradeOf[value] ?? null)
}

function firstStop({ status, changedOn, repairedOn, listing }: StoredFacts): Stop | null {
  const stops: Stop[] = []
  if (status !== 'ACTIVE') stops.push({ on: changedOn, kind: status })
  if (repairedOn !== null) stops.push({ on: repairedOn, kind: 'REPAIRED' })
  if (listing?.exitedOn) stops.push({ on: listing.exitedOn, kind: listing.exitKind ?? 'REMOVED' })
  if (listing?.endsOn) stops.push({ on: addCalendarDays(listing.endsOn, 1), kind: 'EXPIRED' })
  // What the record says comes first where both say the same day.
  return stops.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))[0] ?? null
}
