import type { FoundSubject } from '../enquiries/screening.ts'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { askedKeys } from '../names/candidate-keys.ts'
import { compareNames, type NameReason } from '../names/compare-names.ts'
import { type NameParts, namePartsOf } from '../names/name-parts.ts'
import {
  type CandidateRow,
  type CandidateScope,
  namesSharingKeys,
  subjectsStandingFor,
} from './candidate-store.ts'
import { partsOf } from './search-sql.ts'

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

/**
 * For each name the organisations that it may mean, best first, at most `limits.candidatesPerName`: those whose score
 * reaches the threshold. Never more than a proposal (Henan regulation art. 16: the code alone ties). Names are looked up
 * and judged some at a time, so that a request with thousands leaves room for others in between; while some are judged, the
 * database looks up the next.
 */
export async function candidatesForNames(
  database: Queryable,
  asked: readonly Asked[],
  scope: CandidateScope,
): Promise<NameCandidate[][]> {
  const together = limits.namesComparedTogether
  const stretches = Array.from({ length: Math.ceil(asked.length / together) }, (_, i) =>
    asked.slice(i * together, (i + 1) * together),
  )
  const found: NameCandidate[][] = []
  let next = lookedUp(database, stretches[0] ?? [], scope)
  for (const [position] of stretches.entries()) {
    const { questions, rows } = await next
    next = lookedUp(database, stretches[position + 1] ?? [], scope)
    // Should the judging fail, nobody waits for this one any more.
    next.catch(() => {})
    found.push(...(await judged(database, questions, rows, scope)))
  }
  return found
}

type Question = { parts: NameParts; threshold: number }

async function lookedUp(database: Queryable, asked: readonly Asked[], scope: CandidateScope) {
  const questions = asked.map(({ name, threshold }): Question => ({ parts: namePartsOf(name), threshold }))
  const keySets = questions.map(({ parts }) => askedKeys(parts))
  const rows =
    asked.length === 0 ? [] : await namesSharingKeys(database, keySets, scope, limits.candidatesCompared)
  return { questions, rows }
}

type Close = CandidateRow & { score: number; reasons: NameReason[] }

async function judged(
  database: Queryable,
  questions: readonly Question[],
  rows: readonly CandidateRow[],
  scope: CandidateScope,
): Promise<NameCandidate[][]> {
  const close = rows.flatMap((row): Close[] => {
    const question = questions[row.item]
    if (!question) return []
    const { score, reasons } = compareNames(question.parts, row)
    return score < question.threshold || score === 0 ? [] : [{ ...row, score, reasons }]
  })
  const ids = [...new Set(close.map(({ subjectId }) => subjectId))]
  const subjects = ids.length === 0 ? new Map() : await subjectsStandingFor(database, ids, scope)
  const byItem = Map.groupBy(close, ({ item }) => item)
  return questions.map((_, item) => closest(byItem.get(item) ?? [], subjects))
}

/** Each subject once, by that of its names which is closest. */
function closest(rows: readonly Close[], subjects: ReadonlyMap<number, FoundSubject>): NameCandidate[] {
  const best = new Map<number, NameCandidate>()
  for (const row of rows) {
    const subject = subjects.get(row.subjectId)
    if (!subject || row.score <= (best.get(subject.id)?.score ?? 0)) continue
    const isFormer = row.isFormer || subject.id !== row.subjectId
    best.set(subject.id, {
      subject,
      name: isFormer ? row.name : subject.name,
      parts: partsOf(row),
      score: row.score,
      reasons: isFormer ? [...row.reasons, 'FORMER_NAME'] : row.reasons,
    })
  }
  return [...best.values()]
    .toSorted((a, b) => b.score - a.score || a.subject.id - b.subject.id)
    .slice(0, limits.candidatesPerName)
}
