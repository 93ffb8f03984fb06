import type { FeedEntry } from '../feed/feed-store.ts'
import type { Json } from '../kernel/canonical-json.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { addCalendarDays } from '../kernel/working-days.ts'
import { findListingOfRecord } from './listing-store.ts'
import { isInForce } from './membership.ts'
import { changeMembership, type MembershipChange } from './membership-service.ts'

/**
 * A plan that a court approved covers the enterprise, not one decision on it: what suspends a membership suspends the one
 * that takes its place. Needs `lockDataset`.
 */
export async function carrySuspension(
  client: Queryable,
  records: { fromId: number; toId: number },
  acting: { today: LegalDay; by: MembershipChange['by']; data: { [key: string]: Json } },
): Promise<FeedEntry[]> {
  const earlier = await findListingOfRecord(client, records.fromId)
  const running = earlier?.suspensions.find(({ until }) => until === null)
  const successor = running ? await findListingOfRecord(client, records.toId) : null
  if (!running || !successor || successor.subjectId !== earlier?.subjectId) return []
  const days = successor.suspensions.map(({ until }) => until && addCalendarDays(until, 1))
  if (days.includes(null)) return []
  const on = [running.from, successor.listedOn, ...days].reduce<LegalDay>(
    (latest, day) => (day !== null && day > latest ? day : latest),
    running.from,
  )
  if (on > acting.today || !isInForce(successor, on)) return []
  return changeMembership(client, { ...acting, listingId: successor.id, event: { type: 'SUSPENDED', on } })
}
