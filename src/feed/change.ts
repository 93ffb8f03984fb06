import type { RecordRow } from '../enquiries/enquiry-store.ts'
import type { FoundSubject } from '../enquiries/screening.ts'
import type { ListingView } from '../enquiries/views.ts'
import type { FeedEventKind } from './feed-kinds.ts'

/**
 * One change, with what is true of its record and listing now, not then: whoever applies all changes in order ends with
 * what is true. What is not shared any more is told by its numbers alone.
 */
export type Change = {
  position: number
  at: Date
  kind: FeedEventKind
  recordId: number
  /** The listing that rests on the record; null: none does. */
  listingId: number | null
  /** Of the record as it stands; null: it is not shared any more. */
  subject: FoundSubject | null
  /** Null: over, or not shared any more. One that is suspended or has not begun is told with its days. */
  listing: ListingView | null
  /** Null: withdrawn, superseded or repaired. Read it by `ChangeService.recordOf`. */
  record: RecordRow | null
}

/** `upTo`: the page is complete up to here, whether or not the reader may see what happened. `position`: end of the feed. */
export type ChangePage = { changes: Change[]; upTo: number; position: number }
