/** What happens in the change feed (变更流): to a record, or to the listing that rests on it. */
export const feedEventKinds = [
  'RECORD_STORED',
  'RECORD_WITHDRAWN',
  'RECORD_SUPERSEDED',
  'RECORD_REPAIRED',
  'LISTED',
  'LISTING_CORRECTED',
  'LISTING_CHANGED',
  'LISTING_ENDED',
] as const
export type FeedEventKind = (typeof feedEventKinds)[number]
