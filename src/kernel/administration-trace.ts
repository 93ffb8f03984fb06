import type { Queryable } from './database.ts'

/** What an administrator did, kept for ever (administration_event). Facts hold no certificate numbers. */
export type AdministrationTrace = {
  actor: string
  action: string
  target: string
  facts: Readonly<Record<string, unknown>>
}

export async function noteAdministration(client: Queryable, trace: AdministrationTrace): Promise<void> {
  await client.query(
    'INSERT INTO administration_event (actor, action, target, facts) VALUES ($1, $2, $3, $4)',
    [trace.actor, trace.action, trace.target, JSON.stringify(trace.facts)],
  )
}
