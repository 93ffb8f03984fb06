/**
 * Who is who (主体归并), as judgements make it: subjects judged the same are one whole (同一主体), through others as well. Pure.
 * What comes out depends on which judgements stand, never on the order in which they were made.
 */

/** A judgement that stands between two subjects. `proposalId` names it to people. */
export type Link = { proposalId: number; low: number; high: number; verdict: 'SAME' | 'DIFFERENT' }

/** Judgements that do not go together: a chain of the same from one subject to another, and that the two differ. */
export type Contradiction = { same: Link[]; different: Link }

/** Subjects in wholes; one that is the same as no other is a whole by itself. Each whole and all of them in rising order. */
export function wholesOf(subjects: readonly number[], links: readonly Link[]): number[][] {
  const neighbours = neighboursIn(links)
  const placed = new Set<number>()
  return [...subjects]
    .sort((a, b) => a - b)
    .flatMap((subject) => {
      if (placed.has(subject)) return []
      const whole = [...reach(neighbours, subject).keys()].sort((a, b) => a - b)
      for (const member of whole) placed.add(member)
      return [whole]
    })
}

/** The first contradiction, by the number of the judgement that two subjects differ; null: the judgements go together. */
export function contradictionIn(links: readonly Link[]): Contradiction | null {
  const neighbours = neighboursIn(links)
  const differing = links.filter(({ verdict }) => verdict === 'DIFFERENT')
  for (const different of differing.toSorted((a, b) => a.proposalId - b.proposalId)) {
    const same = chain(reach(neighbours, different.low), different.high)
    if (same) return { same, different }
  }
  return null
}

/** How much the number of a subject is worth: a code or identity number in force before a doubtful, old or other one. */
export type Member = { id: number; hasSoundNumber: boolean }

/** The subject that stands for the whole: one with a sound number before others, then the one known longest. */
export function canonicalOf(members: readonly Member[]): number {
  const [first] = members.toSorted(
    (a, b) => Number(b.hasSoundNumber) - Number(a.hasSoundNumber) || a.id - b.id,
  )
  if (!first) throw new RangeError('a whole has members')
  return first.id
}

type Step = { to: number; by: Link }

function neighboursIn(links: readonly Link[]): Map<number, Step[]> {
  const neighbours = new Map<number, Step[]>()
  const add = (from: number, step: Step) => {
    const steps = neighbours.get(from)
    if (steps) steps.push(step)
    else neighbours.set(from, [step])
  }
  for (const link of links) {
    if (link.verdict !== 'SAME') continue
    add(link.low, { to: link.high, by: link })
    add(link.high, { to: link.low, by: link })
  }
  return neighbours
}

/** All that is reached from a subject, nearest first, with the step that led there; null for the subject itself. */
function reach(neighbours: ReadonlyMap<number, Step[]>, from: number): Map<number, Link | null> {
  const ledBy = new Map<number, Link | null>([[from, null]])
  for (const subject of ledBy.keys()) {
    for (const { to, by } of neighbours.get(subject) ?? []) if (!ledBy.has(to)) ledBy.set(to, by)
  }
  return ledBy
}

/** The steps from the beginning to a subject; null where it was not reached. */
function chain(ledBy: ReadonlyMap<number, Link | null>, to: number): Link[] | null {
  if (!ledBy.has(to)) return null
  const steps: Link[] = []
  for (let at = to; ; ) {
    const link = ledBy.get(at)
    if (!link) return steps.reverse()
    steps.push(link)
    at = link.low === at ? link.high : link.low
  }
}
