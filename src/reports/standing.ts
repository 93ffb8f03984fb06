import type { Shown } from './statement.ts'

/** Whether what an issued document says still stands. Pure. */

/**
 * ENDED: something that it shows was repaired, expired, withdrawn or is published no more. CHANGED: something came to it, or
 * reads otherwise by now. UNTOLD: it found no subject, and is so old that what it was about is kept no longer. Of data that is not public only the end is told, so that a page for everybody tells no news of it.
 */
export const standings = ['UNCHANGED', 'CHANGED', 'ENDED', 'UNTOLD'] as const
export type Standing = (typeof standings)[number]

export type StandingFacts = {
  /** Of the memberships shown: whether in force today. Left out: it is no more. */
  listings: { id: number; inForce: boolean }[]
  records: { id: number; version: number; stands: boolean; published: boolean }[]
  /** Something happened to the subject in public datasets after the document. */
  publicNews: boolean
}

export function standingOf(shown: Shown, facts: StandingFacts): Standing {
  const inForce = new Set(facts.listings.filter((listing) => listing.inForce).map(({ id }) => id))
  const records = new Map(facts.records.map((record) => [record.id, record]))
  const hasEnded =
    shown.listings.some((id) => !inForce.has(id)) ||
    shown.records.some(({ id, published }) => {
      const now = records.get(id)
      return !now?.stands || (published && !now.published)
    })
  if (hasEnded) return 'ENDED'
  const isOther = shown.records.some(({ id, version }) => records.get(id)?.version !== version)
  return isOther || facts.publicNews ? 'CHANGED' : 'UNCHANGED'
}
