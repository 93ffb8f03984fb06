import type pg from 'pg'
import { noteAdministration } from '../kernel/administration-trace.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import type { Officer, OfficerRole } from './officer.ts'
import { type ConsoleAction, mayDo } from './officer-policy.ts'

/** Who manages officers: an administrator in the console, or whoever works on the machine itself (`npm run admin`). */
export type OfficerManager =
  | {
      kind: 'OFFICER'
      officer: Officer
      /** Called inside the transaction of the act, before any effect. */
      claim(client: Queryable): Promise<void>
    }
  | { kind: 'OPERATOR'; name: string }

export const actorOf = (by: OfficerManager): string =>
  by.kind === 'OFFICER' ? `officer:${by.officer.id}` : by.name

export const idOf = (by: OfficerManager): string | null => (by.kind === 'OFFICER' ? by.officer.id : null)

export function demand(by: OfficerManager, action: ConsoleAction): void {
  if (by.kind === 'OFFICER' && !mayDo(by.officer, action))
    throw new AdministrationRefusal(
      'NOT_ALLOWED',
      `您的角色不能进行此操作 (your roles do not allow ${action})`,
    )
}

export function demandAnother(by: OfficerManager, officerId: string): void {
  if (idOf(by) === officerId)
    throw new AdministrationRefusal('SAME_PERSON', '不能对自己进行此操作 (nobody does this to herself)')
}

export function demandReason(reason: string): void {
  if (reason.trim() === '' || reason.length > limits.reasonCharacters)
    throw new AdministrationRefusal(
      'INPUT_INVALID',
      `理由须为 1 至 ${limits.reasonCharacters} 个字符 (expected a reason)`,
    )
}

/**
 * Administrators are made and unmade on the machine. Whoever could make one at the console would have its set-up code, and be
 * both persons wherever two administrators are demanded.
 */
export function keepAdministratorsFromConsole(
  by: OfficerManager,
  roles: readonly OfficerRole[],
  command: 'add' | 'assign' | 'code' | 'disable' | 'enable',
): void {
  if (by.kind === 'OFFICER' && roles.includes('CITY_ADMINISTRATOR'))
    throw new AdministrationRefusal(
      'COMMAND_LINE_ONLY',
      `市级管理员账号只能在服务器上办理：npm run admin -- officer ${command} … (city administrators are managed on the machine itself)`,
    )
}

/** An act on officers: allowed, claimed before any effect, and traced, in one transaction with what it does. */
export async function administer<Result>(
  pool: pg.Pool,
  by: OfficerManager,
  allowed: ConsoleAction,
  work: (client: Queryable) => Promise<{
    result: Result
    trace: { action: string; target: string; facts: Record<string, unknown> }
  }>,
): Promise<Result> {
  demand(by, allowed)
  return transaction(pool, async (client) => {
    if (by.kind === 'OFFICER') await by.claim(client)
    const { result, trace } = await work(client)
    await noteAdministration(client, { actor: actorOf(by), ...trace })
    return result
  })
}
