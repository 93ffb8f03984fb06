/** What happens in the change feed (变更流): to a record, to the listing that rests on it, or to who their subject is. */
export const feedEventKinds = [
  'RECORD_STORED',
  'RECORD_WITHDRAWN',
  'RECORD_SUPERSEDED',
  'RECORD_REPAIRED',
  'LISTED',
  'LISTING_CORRECTED',
  'LISTING_CHANGED',
  'LISTING_ENDED',
  'SUBJECT_MERGED',
  'SUBJECT_SPLIT',
  'SUBJECT_ERASED',
] as const
export type FeedEventKind = (typeof feedEventKinds)[number]
