import type { LegalDay } from '../kernel/clock.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import type { DepartmentRole, DepartmentStatus } from './department.ts'

/**
 * Institutional reform (机构改革): departments are merged into a successor (承继部门) that bears their duties from then
 * on. What they issued keeps the name it was issued under. Pure: who may be merged into whom.
 */

export type MergeInput = {
  from: readonly string[]
  into: string
  /** The day of the reform; it takes effect when it is recorded, so it is today or earlier. */
  effectiveFrom: LegalDay
  /** Number of the document (文号) that says so. */
  reason: string
}

export type MergingDepartment = {
  id: number
  code: string
  status: DepartmentStatus
  roles: DepartmentRole[]
  successorCode: string | null
}

/** The departments named, and all that follow on the successor. */
export type MergeFacts = {
  departments: readonly MergingDepartment[]
  /** Codes of the successors of `into`, the next first. */
  successorsOfInto: readonly string[]
}

export type MergePlan = {
  into: MergingDepartment
  /** Those that are still to be merged. */
  merging: readonly MergingDepartment[]
  /** Those that were merged into it before. */
  merged: readonly string[]
}

export function planMerge(input: MergeInput, facts: MergeFacts, today: LegalDay): MergePlan {
  requireSense(input, today)
  const from = [...new Set(input.from)]
  const into = departmentOf(facts, input.into)
  requireNoCircle(from, into, facts)
  if (into.status === 'CLOSED') {
    throw new AdministrationRefusal(
      'DEPARTMENT_CLOSED',
      `承继部门 ${into.code} 已关闭 (the successor ${into.code} is closed)`,
    )
  }
  const predecessors = from.map((code) => departmentOf(facts, code))
  const open = predecessors.filter((department) => !isMergedInto(department, into))
  for (const department of open) requireOpen(department)
  return {
    into,
    merging: open,
    merged: predecessors.filter((department) => isMergedInto(department, into)).map(({ code }) => code),
  }
}

function requireSense({ from, effectiveFrom, reason }: MergeInput, today: LegalDay): void {
  if (from.length === 0)
    throw new AdministrationRefusal('INPUT_INVALID', '没有被合并的部门 (no department to be merged)')
  if (reason.trim() === '')
    throw new AdministrationRefusal('INPUT_INVALID', '须有文号 (the number of the document is missing)')
  if (effectiveFrom > today) {
    throw new AdministrationRefusal(
      'INPUT_INVALID',
      `合并于登记时生效，日期 ${effectiveFrom} 不得在将来，请到当日再办 (a merge takes effect when it is recorded: not in the future, do it on the day)`,
    )
  }
}

function requireNoCircle(
  from: readonly string[],
  into: MergingDepartment,
  { successorsOfInto }: MergeFacts,
): void {
  const circle = from.find((code) => code === into.code || successorsOfInto.includes(code))
  if (circle === undefined) return
  throw new AdministrationRefusal(
    'MERGE_CIRCLE',
    `部门不能并入自己或者自己的前身：${circle} → ${into.code} (a department cannot be merged into itself or into what was merged into it)`,
  )
}

function departmentOf({ departments }: MergeFacts, code: string): MergingDepartment {
  const department = departments.find((candidate) => candidate.code === code)
  if (department) return department
  throw new AdministrationRefusal('DEPARTMENT_NOT_FOUND', `没有部门 ${code} (no department ${code})`)
}

const isMergedInto = (department: MergingDepartment, into: MergingDepartment) =>
  department.status === 'CLOSED' && department.successorCode === into.code

function requireOpen({ code, status, successorCode }: MergingDepartment): void {
  if (status !== 'CLOSED') return
  throw successorCode === null
    ? new AdministrationRefusal('DEPARTMENT_CLOSED', `部门 ${code} 已关闭 (the department ${code} is closed)`)
    : new AdministrationRefusal(
        'ALREADY_MERGED',
        `部门 ${code} 已并入 ${successorCode} (the department was merged into ${successorCode} before)`,
      )
}
