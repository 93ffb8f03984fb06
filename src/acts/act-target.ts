import type { Json } from '../kernel/canonical-json.ts'

/** What an act would change. */
export type ActTarget =
  | { kind: 'LISTING'; listingId: number }
  | { kind: 'CASE'; code: string }
  | { kind: 'TASK'; taskId: number }
  | { kind: 'PAIR'; proposalId: number }
  | {
      kind: 'RECORD'
      dataset: string
      sourceKey: { [key: string]: Json }
      /** The record that takes its place, where one does. */
      successor: { [key: string]: Json } | null
    }

/**
 * As it was when somebody looked at it. Kept with what is proposed, shown to the second person, and compared when the act is
 * to happen: what is approved is what was looked at.
 */
export type SeenTarget = {
  /** Codes of the organisations it is about: they tell the county. */
  usccs: (string | null)[]
  facts: { [key: string]: Json }
}
