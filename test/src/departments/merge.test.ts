import { describe, expect, it } from 'vitest'
import {
  type MergeFacts,
  type MergeInput,
  type MergingDepartment,
  planMerge,
} from '../../../src/departments/merge.ts'

const department = (code: string, change: Partial<MergingDepartment> = {}): MergingDepartment => ({
  id: code.charCodeAt(0),
  code,
  status: 'ACTIVE',
  roles: ['PROVIDER'],
  successorCode: null,
  ...change,
})
const facts = (departments: MergingDepartment[], successorsOfInto: string[] = []): MergeFacts => ({
  departments,
  successorsOfInto,
})
const input = (change: Partial<MergeInput> = {}): MergeInput => ({
  from: ['A', 'B'],
  into: 'C',
  effectiveFrom: '2026-11-24',
  reason: '汝办〔2026〕1号',
  ...change,
})
const closedInto = (code: string, successorCode: string | null) =>
  department(code, { status: 'CLOSED', successorCode })
const three = [department('A'), department('B'), department('C')]
const today = '2026-11-24'

describe('who may be merged into whom', () => {
  it.each<[string, MergeInput, MergeFacts, string]>([
    ['itself', input({ from: ['A', 'C'] }), facts(three), 'MERGE_CIRCLE'],
    [
      'what was merged into it',
      input(),
      facts([department('A'), department('B'), closedInto('C', 'A')], ['A']),
      'MERGE_CIRCLE',
    ],
    [
      'what was merged into it by another',
      input(),
      facts([department('A'), department('B'), closedInto('C', 'X')], ['X', 'B']),
      'MERGE_CIRCLE',
    ],
    [
      'a closed successor',
      input(),
      facts([department('A'), department('B'), closedInto('C', 'X')], ['X']),
      'DEPARTMENT_CLOSED',
    ],
    ['an unknown successor', input(), facts(three.slice(0, 2)), 'DEPARTMENT_NOT_FOUND'],
    ['an unknown predecessor', input(), facts(three.slice(1)), 'DEPARTMENT_NOT_FOUND'],
    [
      'one that was merged into another',
      input(),
      facts([closedInto('A', 'X'), department('B'), department('C')]),
      'ALREADY_MERGED',
    ],
    [
      'one that was closed for good',
      input(),
      facts([closedInto('A', null), department('B'), department('C')]),
      'DEPARTMENT_CLOSED',
    ],
    ['a day to come', input({ effectiveFrom: '2026-11-25' }), facts(three), 'INPUT_INVALID'],
    ['no document', input({ reason: ' ' }), facts(three), 'INPUT_INVALID'],
    ['nobody', input({ from: [] }), facts(three), 'INPUT_INVALID'],
  ])('refuses %s', (_what, asked, known, code) => {
    expect(() => planMerge(asked, known, today)).toThrow(expect.objectContaining({ code }))
  })

  it('merges once what is named twice, and leaves out what was merged before', () => {
    const plan = planMerge(
      input({ from: ['B', 'A', 'B'] }),
      facts([closedInto('A', 'C'), department('B', { status: 'SUSPENDED' }), department('C')]),
      today,
    )
    expect(plan.merging.map(({ code }) => code)).toEqual(['B'])
    expect(plan.merged).toEqual(['A'])
  })
})
