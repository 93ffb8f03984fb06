import { appendToFeed, feedPosition } from '../feed/feed-store.ts'
import type { Queryable } from '../kernel/database.ts'
import { isSound } from './judgement.ts'
import {
  type LockedSubject,
  noteStanding,
  type Standing,
  setCanonical,
  sharedRecords,
} from './standing-store.ts'
import { canonicalOf, type Link, wholesOf } from './wholes.ts'

/**
 * Makes subjects stand for each other as the judgements now say, in the transaction of the judgement. Records and listings
 * stay where they are. What is shared of the wholes that changed is told again in the change feed, each under its subject of
 * now, so that whoever follows ends with what is answered; last comes an entry for the decision itself, whose position is
 * from when on it was known.
 */
export async function letStand(
  client: Queryable,
  pair: { proposalId: number; low: number; high: number },
  subjects: readonly LockedSubject[],
  links: readonly Link[],
): Promise<void> {
  const wholes = wholesOf(
    subjects.map(({ id }) => id),
    links,
  )
  const changed = wholes.flatMap((whole) => {
    const canonicalId = standingFor(subjects.filter(({ id }) => whole.includes(id)))
    return subjects
      .filter((subject) => whole.includes(subject.id) && subject.canonicalId !== canonicalId)
      .map(({ id }): Standing => ({ subjectId: id, canonicalId }))
  })
  if (changed.length === 0) return
  const [whole, ...others] = wholes.filter(
    (candidate) => candidate.includes(pair.low) || candidate.includes(pair.high),
  )
  if (!whole) throw new RangeError('both subjects are in a whole')
  await setCanonical(client, changed)
  const kind = others.length === 0 ? 'SUBJECT_MERGED' : 'SUBJECT_SPLIT'
  const records = await sharedRecords(client, [...whole, ...others.flat()])
  await appendToFeed(client, [
    ...records.map((record) => ({ ...record, kind }) as const),
    { kind, subjectId: pair.low, recordId: null, listingId: null },
  ])
  await noteStanding(client, pair.proposalId, await feedPosition(client), changed)
}

function standingFor(whole: readonly LockedSubject[]): number | null {
  if (whole.length < 2) return null
  return canonicalOf(whole.map(({ id, numbers }) => ({ id, hasSoundNumber: numbers.some(isSound) })))
}
