import type { Queryable } from '../kernel/database.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
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

export async function claim(by: OfficerManager, client: Queryable): Promise<void> {
  if (by.kind === 'OFFICER') await by.claim(client)
}
