import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { nameScores } from '../names/compare-names.ts'
import { candidatesForNames } from '../search/candidate-service.ts'
import {
  type AskedSubject,
  type Candidate,
  type FoundSubject,
  isNameAsked,
  type Knowledge,
  type ReadSubject,
} from './screening.ts'

/** How close a name has to be to be a candidate, where the asker does not say. */
export const thresholdOf = ({ nameThreshold }: AskedSubject): number => nameThreshold ?? nameScores.shown

/**
 * What names alone propose in a screening, for those of whom no number tells more: the others need no candidates. They are
 * read behind the statement that the answer reflects, but no listing is told with them, so nothing can contradict it.
 */
export async function proposalsByName(
  database: Queryable,
  subjects: readonly AskedSubject[],
  asked: readonly ReadSubject[],
  known: Pick<Knowledge, 'byKey'> & { namesakesOf(asked: ReadSubject): readonly FoundSubject[] },
  scope: Parameters<typeof candidatesForNames>[2],
): Promise<ReadonlyMap<ReadSubject, Candidate[]>> {
  const open = asked.flatMap((subject, position) => {
    const given = subjects[position]
    if (!given || given.name === null || !isNameAsked(subject, known)) return []
    return [{ subject, name: given.name, threshold: thresholdOf(given) }]
  })
  const found = await candidatesForNames(database, open, scope)
  return new Map(
    open.map(({ subject }, position) => {
      const candidates = (found[position] ?? []).map(
        ({ subject: candidate, reasons, ...closest }): Candidate => ({
          subject: candidate,
          reasons,
          closest,
        }),
      )
      return [subject, withNamesakes(candidates, known.namesakesOf(subject))]
    }),
  )
}

/** An equal name is found without the index of names as well, which after an upgrade may not hold all of them yet. */
function withNamesakes(candidates: readonly Candidate[], namesakes: readonly FoundSubject[]): Candidate[] {
  const proposed = new Set(candidates.map(({ subject }) => subject.id))
  return [
    ...namesakes
      .filter(({ id }) => !proposed.has(id))
      .map((subject): Candidate => ({ subject, reasons: ['SAME_NAME'], closest: null })),
    ...candidates,
  ].slice(0, limits.candidatesPerName)
}
