import type pg from 'pg'
import type { Clock } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import type { Officer } from './officer.ts'
import { administer, demand, demandAnother, demandReason, type OfficerManager } from './officer-manager.ts'
import { lockOfficer, mayBeOne, setOfficerStatus } from './officer-store.ts'
import {
  decideRecovery,
  expireRecoveries,
  insertRecovery,
  lockRecovery,
  openRecoveries,
  type RecoveryRow,
} from './recovery-store.ts'
import { endSessions } from './session-store.ts'
import { issueSetUpCode, type SetUpCode } from './set-up-service.ts'
import { removeLogIns } from './sign-in-store.ts'

/** An administrator in the console: who works on the machine has a name that anybody can type, so is nobody here. */
export type Administrator = Extract<OfficerManager, { kind: 'OFFICER' }>

/**
 * A lost password or second factor. Two administrators, neither of them the officer, both have to want it: one opens, the
 * other confirms. Everything that she signed in with goes, her sessions end, and she gets a new set-up code.
 */
export type RecoveryService = {
  open(by: Administrator, officerId: string, reason: string): Promise<{ id: number; expiresAt: Date }>
  /** The code is told to the second administrator, once. */
  confirm(by: Administrator, id: number): Promise<SetUpCode>
  cancel(by: Administrator, id: number): Promise<void>
  pending(by: OfficerManager): Promise<(RecoveryRow & { mayConfirm: boolean })[]>
}

export function createRecoveryService(parts: {
  pool: pg.Pool
  clock: Clock
  random: (bytes: number) => Buffer
}): RecoveryService {
  const { pool, clock, random } = parts

  async function openOne(client: Queryable, id: number, now: Date): Promise<RecoveryRow> {
    const recovery = await lockRecovery(client, id)
    if (!recovery)
      throw new AdministrationRefusal('RECOVERY_NOT_FOUND', '没有该恢复申请 (there is no such recovery)')
    if (recovery.outcome !== null || recovery.expiresAt <= now)
      throw new AdministrationRefusal('WRONG_STATE', '该恢复申请已结束 (this recovery is over)')
    return recovery
  }

  return {
    async open(by, officerId, reason) {
      demand(by, 'officer.recover')
      demandAnother(by, officerId)
      demandReason(reason)
      const openedAt = clock.now()
      const expiresAt = new Date(openedAt.getTime() + limits.recoveryHours * 3_600_000)
      return administer(pool, by, 'officer.recover', async (client) => {
        const officer = await lockOfficer(client, officerId)
        if (!officer)
          throw new AdministrationRefusal('OFFICER_NOT_FOUND', '没有该人员 (there is no such officer)')
        if (officer.status !== 'ACTIVE')
          throw new AdministrationRefusal(
            'WRONG_STATE',
            `人员状态为 ${officer.status} (the officer is ${officer.status})`,
          )
        await expireRecoveries(client, officerId, openedAt)
        const id = await insertRecovery(client, {
          officerId,
          reason,
          openedBy: by.officer.id,
          openedAt,
          expiresAt,
        })
        if (id === null)
          throw new AdministrationRefusal('ALREADY_EXISTS', '已有未决的恢复申请 (a recovery is open already)')
        return {
          result: { id, expiresAt },
          trace: { action: 'OFFICER_RECOVERY_OPENED', target: officerId, facts: { recovery: id, reason } },
        }
      })
    },

    async confirm(by, id) {
      const now = clock.now()
      return administer(pool, by, 'officer.recover', async (client) => {
        const recovery = await openOne(client, id, now)
        await demandSecondPerson(client, by.officer, recovery)
        const officerId = recovery.officer.id
        const officer = await lockOfficer(client, officerId)
        if (officer?.status !== 'ACTIVE')
          throw new AdministrationRefusal(
            'WRONG_STATE',
            '该人员已不可恢复 (the officer is not active any more)',
          )
        await decideRecovery(client, id, { outcome: 'CONFIRMED', by: by.officer.id, at: now })
        await removeLogIns(client, officerId)
        const sessionsEnded = await endSessions(client, officerId)
        await setOfficerStatus(client, officerId, 'INVITED')
        const setUp = await issueSetUpCode(client, { officerId, by: by.officer.id }, now, random)
        return {
          result: setUp,
          trace: {
            action: 'OFFICER_RECOVERY_CONFIRMED',
            target: officerId,
            facts: { recovery: id, openedBy: `officer:${recovery.openedBy.id}`, sessionsEnded },
          },
        }
      })
    },

    async cancel(by, id) {
      const now = clock.now()
      await administer(pool, by, 'officer.recover', async (client) => {
        const recovery = await openOne(client, id, now)
        await decideRecovery(client, id, { outcome: 'CANCELLED', by: by.officer.id, at: now })
        return {
          result: undefined,
          trace: {
            action: 'OFFICER_RECOVERY_CANCELLED',
            target: recovery.officer.id,
            facts: { recovery: id },
          },
        }
      })
    },

    async pending(by) {
      demand(by, 'officer.read')
      const rows = await openRecoveries(pool, clock.now())
      return Promise.all(
        rows.map(async (row) => ({
          ...row,
          mayConfirm: by.kind === 'OFFICER' && (await isSecondPerson(pool, by.officer, row)),
        })),
      )
    },
  }
}

/** Nor somebody whom the first one made, or who was made by the same: that may be the first herself, with another account. */
async function isSecondPerson(client: Queryable, officer: Officer, recovery: RecoveryRow): Promise<boolean> {
  return (
    officer.roles.includes('CITY_ADMINISTRATOR') &&
    officer.id !== recovery.openedBy.id &&
    officer.id !== recovery.officer.id &&
    !(await mayBeOne(client, officer.id, recovery.openedBy.id))
  )
}

async function demandSecondPerson(client: Queryable, officer: Officer, recovery: RecoveryRow): Promise<void> {
  if (!(await isSecondPerson(client, officer, recovery)))
    throw new AdministrationRefusal(
      'SAME_PERSON',
      '须由另一名管理员确认，且双方账号互不由对方、也不由同一人设立 (another administrator has to confirm, and neither may have made the other)',
    )
}
