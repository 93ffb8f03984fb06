import type { Queryable } from '../kernel/database.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import type { Officer } from './officer.ts'
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

export async function claim(by: OfficerManager, client: Queryable): Promise<void> {
  if (by.kind === 'OFFICER') await by.claim(client)
}
