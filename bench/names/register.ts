import { limits } from '../../src/limits.ts'
import { askedKeys, candidateKeys } from '../../src/names/candidate-keys.ts'
import { compareNames, isProposed, nameScores } from '../../src/names/compare-names.ts'
import { type NameParts, namePartsOf } from '../../src/names/name-parts.ts'

export type Found = { subject: number; name: string; score: number }
export type Answer = { found: Found[]; proposed: Found | null; looked: number }

/** Names of subjects, found through the same keys and judged by the same scores as in the service, without a database. */
export class Register {
  #rows: { subject: number; parts: NameParts; name: string }[] = []
  #byKey = new Map<number, number[]>()
  #norms = new Set<string>()

  add(subject: number, name: string): void {
    const parts = namePartsOf(name)
    const row = this.#rows.push({ subject, parts, name }) - 1
    this.#norms.add(parts.norm)
    for (const key of candidateKeys(parts)) {
      const rows = this.#byKey.get(key)
      if (rows) rows.push(row)
      else this.#byKey.set(key, [row])
    }
  }

  /** Whether a name is some subject's, so that an invented one would not be a wrong one. */
  holds(name: string): boolean {
    return this.#norms.has(namePartsOf(name).norm)
  }

  /** Subjects by how close their closest name is, and the one that is proposed as the same, if any. */
  ask(name: string): Answer {
    const asked = namePartsOf(name)
    const shared = new Map<number, number>()
    for (const key of askedKeys(asked)) {
      for (const row of this.#byKey.get(key) ?? []) shared.set(row, (shared.get(row) ?? 0) + 1)
    }
    const nearest = [...shared].sort((one, other) => other[1] - one[1]).slice(0, limits.candidatesCompared)
    const bySubject = new Map<number, Found>()
    for (const [index] of nearest) {
      const row = this.#rows[index]
      if (!row) continue
      const { score } = compareNames(asked, row.parts)
      const known = bySubject.get(row.subject)
      if (score < nameScores.shown || (known && known.score >= score)) continue
      bySubject.set(row.subject, { subject: row.subject, name: row.name, score })
    }
    const found = [...bySubject.values()].sort((one, other) => other.score - one.score)
    const [first] = found
    const proposed = first && isProposed(found.map(({ score }) => score)) ? first : null
    return { found, proposed, looked: shared.size }
  }
}
