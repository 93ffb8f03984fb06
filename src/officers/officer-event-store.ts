import type { Queryable } from '../kernel/database.ts'
import type { EventContext, OfficerEvent } from './officer-event.ts'

export async function noteOfficerEvent(
  client: Queryable,
  event: OfficerEvent,
  about: EventContext,
): Promise<void> {
  await client.query(
    `INSERT INTO officer_event (kind, officer_id, email_key, session_id, address, facts)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      event.kind,
      about.officerId ?? null,
      about.emailKey ?? null,
      about.sessionId ?? null,
      about.address ?? null,
      JSON.stringify(event.facts),
    ],
  )
}
