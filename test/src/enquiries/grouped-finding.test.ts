import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Findings, Sought } from '../../../src/enquiries/enquiry-store.ts'
import { groupedFinding } from '../../../src/enquiries/grouped-finding.ts'
import { limits } from '../../../src/limits.ts'

/** What is sought together is told apart again: each asker gets what it would have got alone. */

const uscc = (key: string) => ({ scheme: 'USCC' as const, key, value: key, strength: 'LINKS' as const })
const sought = (keys: string[], other: Partial<Sought> = {}): Sought => ({
  keys: keys.map(uscc),
  nameKeys: [],
  datasetIds: [1, 2],
  ownDatasetIds: [],
  day: '2026-11-11',
  knownPosition: null,
  namesakes: 0,
  ...other,
})

/** Subject n bears the code `n`; 3 was judged to be 2, and all but 4 are listed once. */
const standsFor = new Map([[3, 2]])
const canonicalOf = (id: number) => standsFor.get(id) ?? id
function findingsOf({ keys }: Sought): Findings {
  const ids = keys.map(({ key }) => Number(key)).filter((id) => id < 100)
  const whole = [...new Set(ids.map(canonicalOf))]
  const members = whole.flatMap((id) => [
    id,
    ...[...standsFor].flatMap(([one, other]) => (other === id ? [one] : [])),
  ])
  return {
    position: 5,
    matches: ids.map((id) => ({ scheme: 'USCC', key: String(id), subjectId: id })),
    subjects: whole.map((id) => ({
      ...{ id, kind: 'ORGANISATION' as const, uscc: String(id), name: `第${id}号` },
      ...{ nameKeys: [], otherUsccs: [] },
    })),
    merged: members
      .filter((id) => canonicalOf(id) !== id)
      .map((id) => ({ id, canonicalId: canonicalOf(id), uscc: String(id), nameKeys: [] })),
    listings: members
      .filter((id) => id !== 4)
      .map((subjectId) => ({
        ...{ id: subjectId * 10, listTypeCode: 'L', subjectId, recordId: 1, datasetId: 1, grade: '' },
        ...{ departmentCode: 'D', departmentName: '', decisionNo: '', reason: '', listedOn: '2026-01-01' },
        ...{
          endsOn: null,
          exitedOn: null,
          exitKind: null,
          publishedOn: null,
          disputedSince: null,
          suspended: '{}',
        },
      })),
  }
}

function register(answer: (sought: Sought) => Findings = findingsOf) {
  const statements: Sought[] = []
  const find = groupedFinding(async (asked) => {
    statements.push(asked)
    await delay(1)
    return answer(asked)
  })
  return { statements, find }
}

describe('looking up together', () => {
  test('gives each asker its own part, in few statements', async () => {
    const { statements, find } = register()
    const askers = [
      ['1'],
      ['2'],
      ['3'],
      ['4'],
      ['999'],
      ['1'],
      ['2', '4'],
      ['5'],
      ['6'],
      ['7'],
      [],
      ['8', '8'],
    ]
    const found = await Promise.all(askers.map((keys) => find(sought(keys))))
    found.forEach((findings, n) => {
      const alone = findingsOf(sought([...new Set(askers[n])]))
      expect({ ...findings, matches: new Set(findings.matches) }).toEqual({
        ...alone,
        matches: new Set(alone.matches),
      })
    })
    expect(statements.length).toBeLessThanOrEqual(limits.findingsAtOnce + 1)
    for (const { keys } of statements) expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length)
  })

  test('no statement began before its asker asked', async () => {
    let version = 0
    const { find } = register((asked) => ({ ...findingsOf(asked), position: version }))
    const asked = Array.from({ length: 20 }, async (_, n) => {
      await delay(n / 2)
      version += 1
      const before = version
      expect((await find(sought(['1']))).position).toBeGreaterThanOrEqual(before)
    })
    await Promise.all(asked)
  })

  test('only of who may see the same on the same day', async () => {
    const { statements, find } = register()
    const scopes = [{}, { datasetIds: [1] }, { ownDatasetIds: [2] }, { day: '2026-11-12' }]
    await Promise.all(scopes.flatMap((scope) => Array.from({ length: 8 }, () => find(sought(['1'], scope)))))
    for (const scope of scopes) {
      const its = statements.filter(({ datasetIds, ownDatasetIds, day }) => {
        const expected = sought([], scope)
        return (
          datasetIds.join() === expected.datasetIds.join() &&
          ownDatasetIds.join() === expected.ownDatasetIds.join() &&
          day === expected.day
        )
      })
      expect(its.length).toBeGreaterThan(0)
      expect(its.length).toBeLessThanOrEqual(limits.findingsAtOnce + 1)
    }
  })

  test('what is long, by name or of an earlier time goes alone', async () => {
    const { statements, find } = register()
    const long = Array.from({ length: limits.numbersSoughtByOne + 1 }, (_, n) => String(n))
    const alone = [sought(long), sought(['1'], { nameKeys: ['某某'] }), sought(['1'], { knownPosition: 3 })]
    await Promise.all([...alone, ...alone].map(find))
    expect(statements).toHaveLength(6)
  })

  test('one statement takes only so many numbers', async () => {
    const { statements, find } = register()
    const each = limits.numbersSoughtByOne
    const keys = (n: number) => Array.from({ length: each }, (_, k) => String(100 + n * each + k))
    await Promise.all(Array.from({ length: 60 }, (_, n) => find(sought(keys(n)))))
    expect(Math.max(...statements.map(({ keys: asked }) => asked.length))).toBe(limits.numbersFoundTogether)
    expect(statements.reduce((sum, { keys: asked }) => sum + asked.length, 0)).toBe(60 * each)
  })

  test('an error is told to those of the statement, and to nobody later', async () => {
    let broken = true
    const { find } = register((asked) => {
      if (broken) throw new RangeError('the database is away')
      return findingsOf(asked)
    })
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => find(sought(['1']))))
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    broken = false
    expect((await find(sought(['1']))).subjects).toHaveLength(1)
  })
})
