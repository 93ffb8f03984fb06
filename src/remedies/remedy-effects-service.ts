import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { FeedEntry } from '../feed/feed-store.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { lockListing, type StoredMembership } from '../listings/listing-store.ts'
import { isInForce, type MembershipEvent } from '../listings/membership.ts'
import { changeMembership } from '../listings/membership-service.ts'
import { requireStanding } from '../records/record-change.ts'
import { type CurrentRecord, changeRecord, lockDataset, lockRecordById } from '../records/record-store.ts'
import { caseBasis, type RemedyEvent, type RemedyEventType } from './remedy.ts'
import { listingIdOf, otherOpenCases, type StoredCase, wasCorrectedSince } from './remedy-store.ts'
import { type RepairTerm, requireRepairable } from './repair-conditions.ts'

/** The rules on when a record may be repaired; null: never. */
export type EarliestRepair = (
  client: Queryable,
  recordId: number,
  day: LegalDay,
) => Promise<RepairTerm | null>

/** What a case is about, locked: dataset, record, membership, in the order in which everybody locks them. */
export type Locked = { record: CurrentRecord; listing: StoredMembership | null }

export async function lockTarget(
  client: Queryable,
  target: { datasetId: number; recordId: number },
): Promise<Locked> {
  await lockDataset(client, target.datasetId)
  const record = await lockRecordById(client, target.recordId)
  if (!record)
    throw new Refusal('RECORD_NOT_FOUND', '没有此来源编号的记录 (no record has this source number)')
  const listingId = await listingIdOf(client, record.id)
  return { record, listing: listingId === null ? null : await lockListing(client, listingId) }
}

/** Events that change more than the case, so that what it is about is locked before it. */
export const reachesTheRecord = (type: RemedyEventType): boolean =>
  type === 'UPHELD' || type === 'REJECTED' || type === 'GRANTED' || type === 'REFUSED' || type === 'WITHDRAWN'

type Acting = {
  client: Queryable
  code: string
  today: LegalDay
  by: { departmentId: number | null; actor: string }
}

/** An objection marks the membership at once (异议标注), before anybody has looked into it. */
export async function markDisputed(acting: Acting, listing: StoredMembership | null): Promise<FeedEntry[]> {
  if (listing?.phase !== 'LISTED' || listing.disputedSince !== null) return []
  return membership(acting, listing, 'DISPUTED', {})
}

type Facts = { locked: Locked; dataset: CatalogueDataset }

/** All that an event brings about beside the case itself. Returns the entries for the change feed. */
export async function applyEffects(
  acting: Acting,
  facts: Facts & { found: StoredCase; event: RemedyEvent },
  earliestRepairOn: EarliestRepair,
): Promise<FeedEntry[]> {
  const { found, event, locked } = facts
  if (event.type === 'GRANTED') return repairRecord(acting, event, facts, earliestRepairOn)
  const settled = await settleDispute(acting, found, locked.listing)
  if (event.type !== 'UPHELD') return settled
  switch (event.outcome) {
    case 'CORRECT':
      await requireCorrected(acting.client, found, locked.record)
      return settled
    case 'REMOVE':
      return [...settled, ...(await removeRecord(acting, event, facts))]
    case 'PLATFORM':
      return settled
  }
}

/** The mark stays while another objection to the same record is open. */
async function settleDispute(
  acting: Acting,
  found: StoredCase,
  listing: StoredMembership | null,
): Promise<FeedEntry[]> {
  if (found.kind !== 'OBJECTION' || !listing || listing.disputedSince === null) return []
  if ((await otherOpenCases(acting.client, found.recordId, 'OBJECTION', found.id)) > 0) return []
  return membership(acting, listing, 'DISPUTE_SETTLED', {})
}

async function requireCorrected(client: Queryable, found: StoredCase, record: CurrentRecord): Promise<void> {
  // What stands no more needs no correcting.
  if (record.status !== 'ACTIVE') return
  const received = found.events.map(({ event }) => event).find(({ type }) => type === 'RECEIVED')
  const version = received?.type === 'RECEIVED' ? received.recordVersion : 0
  if (await wasCorrectedSince(client, found.recordId, version)) return
  throw new Refusal(
    'TRANSITION_NOT_ALLOWED',
    '提供单位须先更正该记录 (the provider must correct the record first: correctRecord)',
    caseBasis.OBJECTION,
  )
}

/** It should never have been there: the record falls, the membership ends with an apology (河南省社会信用条例 art. 66). */
async function removeRecord(
  acting: Acting,
  event: Extract<RemedyEvent, { type: 'UPHELD' }>,
  { locked, dataset }: Facts,
): Promise<FeedEntry[]> {
  const { record, listing } = locked
  const { documentNo, apology } = event
  const feed: FeedEntry[] = []
  // The provider may have withdrawn it in the meantime.
  if (record.status === 'ACTIVE' || record.status === 'REPAIRED') {
    await writeVersion(acting, 'WITHDRAWN', event, { record, dataset })
    feed.push(entry('RECORD_WITHDRAWN', record))
  }
  if (listing) feed.push(...(await membership(acting, listing, 'WRONGFUL', { documentNo, apology })))
  return feed
}

/** Three effects at once (NDRC order 36/2025): measures lifted, sharing stopped, publication ended with it. */
async function repairRecord(
  acting: Acting,
  event: Extract<RemedyEvent, { type: 'GRANTED' }>,
  { locked: { record, listing }, dataset }: Facts,
  earliestRepairOn: EarliestRepair,
): Promise<FeedEntry[]> {
  requireStanding(record)
  const term = await earliestRepairOn(acting.client, record.id, acting.today)
  requireRepairable(term, acting.today, 'DISCLOSED')
  const lifted =
    listing && bindsStill(listing, acting.today)
      ? await membership(acting, listing, 'REPAIRED', { documentNo: event.documentNo })
      : []
  await writeVersion(acting, 'REPAIRED', event, { record, dataset })
  return [entry('RECORD_REPAIRED', record), ...lifted]
}

/** The decision on a case as a version of the record, with the day on which it was taken. */
async function writeVersion(
  { client, code, today }: Acting,
  kind: 'WITHDRAWN' | 'REPAIRED',
  { reasons, documentNo }: { reasons: string; documentNo: string },
  { record, dataset }: { record: CurrentRecord; dataset: CatalogueDataset },
): Promise<void> {
  await changeRecord(client, {
    departmentId: dataset.departmentId,
    changeId: `remedy ${code}`,
    inputMac: '',
    kind,
    record,
    datasetVersionId: dataset.versionId,
    reason: reasons,
    documentNo,
    decidedOn: today,
    corrected: null,
    supersededById: null,
  })
}

/** In force, or suspended and so to be in force again. */
const bindsStill = (listing: StoredMembership, today: LegalDay) =>
  listing.phase === 'LISTED' &&
  (isInForce(listing, today) || listing.suspensions.some(({ until }) => until === null))

const entry = (kind: FeedEntry['kind'], { id, subjectId }: CurrentRecord): FeedEntry => ({
  kind,
  recordId: id,
  subjectId,
  listingId: null,
})

function membership(
  { client, code, today, by }: Acting,
  listing: StoredMembership,
  type: Exclude<MembershipEvent['type'], 'NOTICED' | 'DECIDED' | 'LISTED' | 'CORRECTED'>,
  data: { documentNo?: string; apology?: string | null },
): Promise<FeedEntry[]> {
  return changeMembership(client, {
    listingId: listing.id,
    event: { type, on: today },
    data: { case: code, ...data },
    by,
    today,
  })
}
