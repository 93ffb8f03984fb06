import type { CheckpointBody } from './checkpoint.ts'
import { type Hash, isSameHash, verifyConsistency } from './merkle.ts'

/** What a witness (见证方) concludes from the last checkpoint it vouched for and the one it is shown. Pure. */

export type WitnessVerdict =
  /** Nothing was seen before: the first one is taken as it is. */
  | { readonly kind: 'FIRST' }
  | { readonly kind: 'UNCHANGED' }
  | { readonly kind: 'GROWN' }
  /** A smaller log, proven to be how this one once was: a stale copy, or an attempt to turn it back. */
  | { readonly kind: 'OLDER' }
  | { readonly kind: 'INCONSISTENT'; readonly fault: InconsistencyFault }

export type InconsistencyFault =
  /** One size, two roots. */
  | 'TWO_ROOTS'
  /** Larger, and not proven to begin with what was there. */
  | 'NOT_CONTINUED'
  /** Smaller, and not proven to be how it once was: entries were dropped, or it is another log. */
  | 'TRUNCATED'

type Tree = Pick<CheckpointBody, 'size' | 'root'>

/** Between which sizes a proof is needed; undefined where none is. */
export function proofNeeded(
  last: Tree | undefined,
  shown: Tree,
): { readonly from: number; readonly to: number } | undefined {
  if (!last || last.size === shown.size) return undefined
  const [from, to] = [Math.min(last.size, shown.size), Math.max(last.size, shown.size)]
  return from === 0 ? undefined : { from, to }
}

/** `proof` undefined where none was needed, or the exchange had none to give. */
export function judge(
  last: Tree | undefined,
  shown: Tree,
  proof: readonly Hash[] | undefined,
): WitnessVerdict {
  if (!last) return { kind: 'FIRST' }
  if (last.size === shown.size) {
    return isSameHash(last.root, shown.root)
      ? { kind: 'UNCHANGED' }
      : { kind: 'INCONSISTENT', fault: 'TWO_ROOTS' }
  }
  const hasGrown = shown.size > last.size
  const [smaller, larger] = hasGrown ? [last, shown] : [shown, last]
  const isProven =
    (proof !== undefined || smaller.size === 0) &&
    verifyConsistency({
      from: smaller.size,
      to: larger.size,
      fromRoot: smaller.root,
      toRoot: larger.root,
      proof: proof ?? [],
    })
  if (hasGrown) return isProven ? { kind: 'GROWN' } : { kind: 'INCONSISTENT', fault: 'NOT_CONTINUED' }
  return isProven ? { kind: 'OLDER' } : { kind: 'INCONSISTENT', fault: 'TRUNCATED' }
}
