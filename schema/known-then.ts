import type { Known } from '../src/enquiries/known-then.ts'
import { Refusal } from '../src/kernel/refusal.ts'

/** How a query says that it asks about earlier knowledge. */

export const knownAtMeaning =
  'By what the exchange knew at that moment, to prove what one was told; by what it knows now where left out.'
export const knownAtVersionMeaning =
  'The same, exactly: by what an answer of this dataVersion reflected. Not both.'

type Asked = { knownAt?: Date | null | undefined; knownAtVersion?: number | null | undefined }

export function knownOf({ knownAt, knownAtVersion }: Asked): Known | null {
  const version = knownAtVersion ?? null
  if (knownAt && version !== null) {
    throw new Refusal(
      'INPUT_INVALID',
      'knownAt 与 knownAtVersion 只能用其一 (knownAt or knownAtVersion, not both)',
    )
  }
  if (version !== null) return { version }
  return knownAt ? { at: knownAt } : null
}
