import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalOf, contradictionIn, type Link, wholesOf } from '../../../src/identities/wholes.ts'

const subjects = [1, 2, 3, 4, 5, 6, 7, 8]

/** Judgements on distinct pairs, as they stand: one of each pair. */
const links = fc
  .uniqueArray(
    fc.record({
      pair: fc.subarray(subjects, { minLength: 2, maxLength: 2 }),
      verdict: fc.constantFrom('SAME' as const, 'DIFFERENT' as const),
    }),
    { maxLength: 14, selector: ({ pair }) => pair.join() },
  )
  .map((judged) =>
    judged.map(({ pair, verdict }, index): Link => {
      const [low = 0, high = 0] = pair
      return { proposalId: index + 1, low, high, verdict }
    }),
  )

/** By repeating, until nothing changes, that what is the same as the same is the same. */
function naiveWholes(standing: readonly Link[]): number[][] {
  const label = new Map(subjects.map((subject) => [subject, subject]))
  const labelOf = (subject: number) => label.get(subject) ?? subject
  for (let isChanged = true; isChanged; ) {
    isChanged = false
    for (const { low, high, verdict } of standing) {
      const least = Math.min(labelOf(low), labelOf(high))
      if (verdict !== 'SAME' || (labelOf(low) === least && labelOf(high) === least)) continue
      label.set(low, least).set(high, least)
      isChanged = true
    }
  }
  return [...Map.groupBy(subjects, labelOf).values()]
}

describe('wholes of subjects judged the same', () => {
  it('are what repeated reasoning gives, in whatever order the judgements come', () => {
    fc.assert(
      fc.property(
        links.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const wholes = wholesOf(subjects, all)
          expect(wholes).toEqual(naiveWholes(all))
          expect(wholesOf([...subjects].reverse(), shuffled)).toEqual(wholes)
        },
      ),
    )
  })

  it('are again what they were once a judgement is withdrawn', () => {
    fc.assert(
      fc.property(links, fc.subarray(subjects, { minLength: 2, maxLength: 2 }), (all, pair) => {
        const [low = 0, high = 0] = pair
        const others = all.filter((link) => link.low !== low || link.high !== high)
        const before = wholesOf(subjects, others)
        const added: Link = { proposalId: 99, low, high, verdict: 'SAME' }
        const after = wholesOf(subjects, [...others, added])
        expect(after.length).toBeLessThanOrEqual(before.length)
        expect(
          wholesOf(
            subjects,
            [...others, added].filter((link) => link !== added),
          ),
        ).toEqual(before)
      }),
    )
  })
})

describe('a contradiction', () => {
  it('is found exactly where two that differ are in one whole, with the chain that joins them', () => {
    fc.assert(
      fc.property(links, (all) => {
        const wholes = naiveWholes(all)
        const isTogether = ({ low, high }: Link) =>
          wholes.some((whole) => whole.includes(low) && whole.includes(high))
        const clashing = all.filter((link) => link.verdict === 'DIFFERENT' && isTogether(link))
        const found = contradictionIn(all)
        expect(found === null).toBe(clashing.length === 0)
        if (!found) return
        expect(found.different).toEqual(clashing[0])
        // The chain leads from one end to the other, each step by a judgement of the same.
        let at = found.different.low
        for (const step of found.same) {
          expect(step.verdict).toBe('SAME')
          expect([step.low, step.high]).toContain(at)
          at = step.low === at ? step.high : step.low
        }
        expect(at).toBe(found.different.high)
      }),
    )
  })

  it('names the shortest chain', () => {
    const same = (proposalId: number, low: number, high: number): Link => ({
      proposalId,
      low,
      high,
      verdict: 'SAME',
    })
    const different: Link = { proposalId: 9, low: 1, high: 4, verdict: 'DIFFERENT' }
    const all = [same(1, 1, 2), same(2, 2, 3), same(3, 3, 4), same(4, 2, 4), different]
    expect(contradictionIn(all)).toEqual({ same: [same(1, 1, 2), same(4, 2, 4)], different })
  })
})

describe('the subject that stands for a whole', () => {
  it('has a sound number where any has, and is then the one known longest', () => {
    const members = [
      { id: 3, hasSoundNumber: false },
      { id: 7, hasSoundNumber: true },
      { id: 9, hasSoundNumber: true },
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(members, { minLength: 3 }), (shuffled) => {
        expect(canonicalOf(shuffled)).toBe(7)
      }),
    )
    expect(canonicalOf(members.slice(0, 1))).toBe(3)
  })
})
