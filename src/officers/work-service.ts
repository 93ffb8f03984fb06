import { activateRegistered } from '../departments/department-store.ts'
import { noteAdministration } from '../kernel/administration-trace.ts'
import type { Queryable } from '../kernel/database.ts'
import { requestSweep } from '../measures/fan-out-store.ts'
import { workplaceOf } from './officer-store.ts'

/**
 * A department without a system of its own is at work from its first officer on, as another is from its first key: it gets
 * its tasks, and can be suspended. In the transaction that made her able to sign in.
 */
export async function beginWork(client: Queryable, officerId: string): Promise<void> {
  const departmentId = await workplaceOf(client, officerId)
  const code = departmentId === null ? null : await activateRegistered(client, departmentId)
  if (code === null) return
  await requestSweep(client, `DEPARTMENT_ACTIVE ${code}`)
  await noteAdministration(client, {
    actor: `officer:${officerId}`,
    action: 'DEPARTMENT_ACTIVE',
    target: code,
    facts: { from: 'REGISTERED', to: 'ACTIVE' },
  })
}
