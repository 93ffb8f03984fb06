import {
  type DefaultConnectionArguments,
  type ResolveCursorConnectionArgs,
  resolveCursorConnection,
} from '@pothos/plugin-relay'
import { Refusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import { builder, department, onDepartment } from './builder.ts'

/** Connection and edge type, both on the department surface. */
export const connectionTypes = [onDepartment, onDepartment] as const

/** Pages forward by number. The cursor is the number of the last row, so that a page once read never shifts. */
export function paged<T>(
  args: DefaultConnectionArguments,
  numberOf: (row: T) => number,
  load: (page: { afterId: number | null; limit: number }) => Promise<T[]>,
  most: number = limits.pageSize.max,
) {
  if (args.after && !/^\d{1,15}$/.test(args.after)) {
    throw new Refusal('INPUT_INVALID', '游标无效 (after: expected a cursor of an earlier page)')
  }
  return resolveCursorConnection<Promise<T[]>>(
    {
      args,
      defaultSize: Math.min(limits.pageSize.normal, most),
      maxSize: most,
      toCursor: (row: T) => String(numberOf(row)),
    },
    ({ limit, after }: ResolveCursorConnectionArgs) => load({ afterId: after ? Number(after) : null, limit }),
  )
}

/** `first` of a page that has cursors of its own. */
export function pageLimit(first: number): number {
  const most = limits.pageSize.max
  if (first >= 1 && first <= most) return first
  throw new Refusal('INPUT_INVALID', `first 须为 1 至 ${most} (first: expected 1 to ${most})`)
}

export const WorkOrder = builder.enumType('WorkOrder', {
  subGraphs: department,
  values: {
    BY_MAKING: { description: 'In the order of their making.' },
    URGENT_FIRST: { description: 'First what is overdue, or waits for a decision; then the rest.' },
  } as const,
})

/** Pages through what presses and then through the rest. The cursor tells in which of the two its row lies. */
export function pagedUrgentFirst<T extends object>(
  args: DefaultConnectionArguments,
  numberOf: (row: T) => number,
  load: (part: 'URGENT' | 'REST', page: { afterId: number | null; limit: number }) => Promise<T[]>,
) {
  const [, part = 'U', number = null] = args.after ? (/^([UR])(\d{1,15})$/.exec(args.after) ?? []) : ['', 'U']
  if (args.after && number === null)
    throw new Refusal('INPUT_INVALID', '游标无效 (after: expected a cursor of an earlier page)')
  const afterId = number === null ? null : Number(number)
  const urgent = new Set<T>()
  return resolveCursorConnection<Promise<T[]>>(
    {
      args,
      defaultSize: limits.pageSize.normal,
      maxSize: limits.pageSize.max,
      toCursor: (row: T) => `${urgent.has(row) ? 'U' : 'R'}${numberOf(row)}`,
    },
    async ({ limit }: ResolveCursorConnectionArgs) => {
      const first = part === 'U' ? await load('URGENT', { afterId, limit }) : []
      for (const row of first) urgent.add(row)
      if (first.length >= limit) return first
      const page = { afterId: part === 'R' ? afterId : null, limit: limit - first.length }
      return [...first, ...(await load('REST', page))]
    },
  )
}
