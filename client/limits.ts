/** What the exchange accepts in one call, and how patient this side is. Milliseconds and bytes unless named. */
export const limits = {
  subjectsPerScreening: 5_000,
  recordsPerBatch: 5_000,
  bodyBytes: 8 * 1024 * 1024,
  /** Of a body, what is left for the document and the names around the rows. */
  bodyReserveBytes: 64 * 1024,

  timeout: 30_000,
  /** Sends of one `submitRecords`, the first included. */
  submitAttempts: 4,
  firstRetryDelay: 500,
  /** Beyond this a `Retry-After` is for a person, not for a loop. */
  longestRetryDelay: 30_000,
} as const
