import type { FoundSubject } from '../enquiries/screening.ts'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { askedKeys } from '../names/candidate-keys.ts'
import { compareNames, type NameReason } from '../names/compare-names.ts'
import { type NameParts, namePartsOf } from '../names/name-parts.ts'
import { type CandidateRow, namesSharingKeys } from './candidate-store.ts'

/** An organisation that a name may mean, by that of its names that is closest. */
export type NameCandidate = {
  subject: FoundSubject
  name: string
  parts: NameParts
  /** 0 to 1, see `nameScores`. */
  score: number
  reasons: NameReason[]
}

type Asked = { name: string; threshold: number }
type Scope = Parameters<typeof namesSharingKeys>[2]

/**
 * For each name the organisations that it may mean, best first, at most `limits.candidatesPerName`: those whose score
 * reaches the threshold. Never more than a proposal (Henan regulation art. 16: the code alone ties). Names are looked up
 * and judged some at a time, so that a request with thousands leaves room for others in between.
 */
export async function candidatesForNames(
  database: Queryable,
  asked: readonly Asked[],
  scope: Scope,
): Promise<NameCandidate[][]> {
  const found: NameCandidate[][] = []
  for (let from = 0; from < asked.length; from += limits.namesComparedTogether) {
    found.push(
      ...(await candidatesOfSome(database, asked.slice(from, from + limits.namesComparedTogether), scope)),
    )
  }
  return found
}

async function candidatesOfSome(database: Queryable, asked: readonly Asked[], scope: Scope) {
  const questions = asked.map(({ name, threshold }) => ({ parts: namePartsOf(name), threshold }))
  const rows = await namesSharingKeys(
    database,
    questions.map(({ parts }) => askedKeys(parts)),
    scope,
    limits.candidatesCompared,
  )
  const byItem = Map.groupBy(rows, ({ item }) => item)
  return questions.map(({ parts, threshold }, item) => closest(parts, threshold, byItem.get(item) ?? []))
}

/** Each subject once, by that of its names which is closest. */
function closest(asked: NameParts, threshold: number, rows: readonly CandidateRow[]): NameCandidate[] {
  const best = new Map<number, NameCandidate>()
  for (const { subject, name, isFormer, parts } of rows) {
    const { score, reasons } = compareNames(asked, parts)
    if (score < threshold || score <= (best.get(subject.id)?.score ?? 0)) continue
    best.set(subject.id, {
      subject,
      name: isFormer ? name : subject.name,
      parts,
      score,
      reasons: isFormer ? [...reasons, 'FORMER_NAME'] : reasons,
    })
  }
  return [...best.values()]
    .toSorted((a, b) => b.score - a.score || a.subject.id - b.subject.id)
    .slice(0, limits.candidatesPerName)
}
