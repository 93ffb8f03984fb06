import type pg from 'pg'
import { transaction, tryLockName } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { lockOldNames, rekeyNames } from './name-store.ts'

/**
 * Keys anew the names that older rules keyed, after an upgrade: a migration cannot, since the rules are not SQL. Each step
 * is one short transaction, so it may stop anywhere and goes on where it stopped; one replica does it at a time. Until it
 * is done, a name not reached yet is not found by search, and may be told to differ (NAME_DIFFERS) from one equal to it.
 */
export type NameKeying = {
  /** Until nothing is left, another replica is at it, or `stop` says so. Returns how many names were keyed. */
  catchUp(stop?: () => boolean): Promise<number>
}

export function createNameKeying(pool: pg.Pool): NameKeying {
  const step = (kind: 'ORGANISATION' | 'PERSON') =>
    transaction(pool, async (client) => {
      if (!(await tryLockName(client, 'keying names'))) return 0
      const names = await lockOldNames(client, kind, limits.namesKeyedPerTransaction)
      if (names.length > 0) await rekeyNames(client, kind, names)
      return names.length
    })
  return {
    async catchUp(stop = () => false) {
      let total = 0
      for (const kind of ['ORGANISATION', 'PERSON'] as const) {
        for (let keyed = -1; keyed !== 0 && !stop(); ) {
          keyed = await step(kind)
          total += keyed
        }
      }
      return total
    },
  }
}
