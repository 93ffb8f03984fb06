import type { ListingView } from '../enquiries/views.ts'
import type { Change } from '../feed/change.ts'

/**
 * What is sent of a change, named as in the printed SDL. Each member is written out: what a change carries beside them is
 * not meant for outside (the sealed record, its subject's number in the tables).
 */
export function messageOf(registrationId: string, upTo: number, changes: readonly Change[]): object {
  return { registrationId, upTo, changes: changes.map(changeOf) }
}

function changeOf({ position, at, kind, recordId, listingId, subject, listing }: Change): object {
  return {
    position,
    at: at.toISOString(),
    kind,
    recordId: String(recordId),
    listingId: listingId === null ? null : String(listingId),
    subject: subject && {
      uscc: subject.uscc,
      name: subject.name,
      kind: subject.kind,
      otherUsccs: subject.otherUsccs,
    },
    listing: listing && listingOf(listing),
  }
}

function listingOf(listing: ListingView): object {
  const { listType, determinedBy, suspensions } = listing
  return {
    id: String(listing.id),
    listType: { code: listType.code, name: listType.name },
    dataset: listing.dataset,
    grade: listing.grade,
    listedOn: listing.listedOn,
    endsOn: listing.endsOn,
    exitedOn: listing.exitedOn,
    exitKind: listing.exitKind,
    publishedOn: listing.publishedOn,
    disputedSince: listing.disputedSince,
    suspensions: suspensions.map(({ from, until }) => ({ from, until })),
    decisionNo: listing.decisionNo,
    reason: listing.reason,
    determinedBy: { code: determinedBy.code, name: determinedBy.name },
  }
}
