import { limits } from '../limits.ts'
import type { LookupKey } from '../subjects/identification.ts'
import type { Findings, ListingRow, Match, MergedSubject, Sought } from './enquiry-store.ts'
import type { FoundSubject } from './screening.ts'

/**
 * Few numbers sought by many at once: what comes while others are being looked up goes into the next statement, as with the
 * commits of the evidence log, and each asker gets its own part. Nothing waits for a timer, and no statement began before
 * its askers asked. Only who may see the same, on the same day, is looked up together.
 */
export function groupedFinding(
  find: (sought: Sought) => Promise<Findings>,
): (sought: Sought) => Promise<Findings> {
  const lines = new Map<string, Line>()

  function lineOf(sought: Sought): Line {
    const name = `${sought.day} ${sought.datasetIds.join()} ${sought.ownDatasetIds.join()}`
    const known = lines.get(name)
    if (known) return known
    const line: Line = { waiting: [], underWay: 0, close: () => void lines.delete(name) }
    lines.set(name, line)
    return line
  }

  async function drain(line: Line): Promise<void> {
    line.underWay += 1
    while (line.waiting.length > 0) await findTogether(find, nextGroup(line.waiting))
    line.underWay -= 1
    if (line.underWay === 0) line.close()
  }

  return (sought) => {
    const isAlone =
      sought.keys.length > limits.numbersSoughtByOne ||
      sought.nameKeys.length > 0 ||
      sought.knownPosition !== null
    if (isAlone) return find(sought)
    return new Promise((resolve, reject) => {
      const line = lineOf(sought)
      line.waiting.push({ sought, resolve, reject })
      if (line.underWay < limits.findingsAtOnce) void drain(line)
    })
  }
}

type Asker = { sought: Sought; resolve: (findings: Findings) => void; reject: (error: unknown) => void }
type Line = { waiting: Asker[]; underWay: number; close(): void }

/** In the order of their coming, as many as one statement takes. */
function nextGroup(waiting: Asker[]): Asker[] {
  let keys = 0
  const end = waiting.findIndex(({ sought }) => {
    keys += sought.keys.length
    return keys > limits.numbersFoundTogether
  })
  return waiting.splice(0, end < 0 ? waiting.length : end)
}

async function findTogether(
  find: (sought: Sought) => Promise<Findings>,
  askers: readonly Asker[],
): Promise<void> {
  const [first] = askers
  if (!first) return
  try {
    if (askers.length === 1) return first.resolve(await find(first.sought))
    const keys = new Map(
      askers.flatMap(({ sought }) => sought.keys.map((key) => [textOf(key), key] as const)),
    )
    const partOf = parts(await find({ ...first.sought, keys: [...keys.values()] }))
    for (const { sought, resolve } of askers) resolve(partOf(sought.keys))
  } catch (error) {
    for (const { reject } of askers) reject(error)
  }
}

const textOf = ({ scheme, key }: Pick<LookupKey, 'scheme' | 'key'> | Match) => `${scheme} ${key}`

/** What was found under some of the keys, as if they alone had been sought. */
function parts(whole: Findings): (keys: readonly LookupKey[]) => Findings {
  const matches = Map.groupBy(whole.matches, textOf)
  const standsFor = new Map(whole.merged.map(({ id, canonicalId }) => [id, canonicalId]))
  const canonicalOf = (id: number) => standsFor.get(id) ?? id
  const subjects = new Map(whole.subjects.map((subject): [number, FoundSubject] => [subject.id, subject]))
  const merged: Map<number, MergedSubject[]> = Map.groupBy(whole.merged, ({ canonicalId }) => canonicalId)
  const listings: Map<number, ListingRow[]> = Map.groupBy(whole.listings, ({ subjectId }) =>
    canonicalOf(subjectId),
  )
  return (keys) => {
    const mine = keys.flatMap((key) => matches.get(textOf(key)) ?? [])
    const ids = [...new Set(mine.map(({ subjectId }) => canonicalOf(subjectId)))]
    return {
      position: whole.position,
      matches: mine,
      subjects: ids.flatMap((id) => subjects.get(id) ?? []),
      merged: ids.flatMap((id) => merged.get(id) ?? []),
      listings: ids.flatMap((id) => listings.get(id) ?? []),
    }
  }
}
