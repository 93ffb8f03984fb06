/** What the exchange accepts in one call, and how patient this side is. Milliseconds and bytes unless named. */
export const limits = {
  subjectsPerScreening: 5_000,
  recordsPerBatch: 5_000,
  bodyBytes: 8 * 1024 * 1024,
  /** Of a body, what is left for the document and the names around the rows. */
  bodyReserveBytes: 64 * 1024,

  /** Of a file of records. */
  fileBytes: 512 * 1024 * 1024,
  fileNameCharacters: 255,
  /** No annotated copy of such a file comes near it: what goes on beyond is no answer. */
  annotatedBytes: 4 * 1024 * 1024 * 1024,
  fileChunkBytes: 256 * 1024,
  problemsPerPage: 500,
  batchesPerPage: 50,
  tasksPerPage: 200,

  /** Of an issued document: the file, and the statement inside once unpacked. */
  documentBytes: 64 * 1024 * 1024,
  statementBytes: 16 * 1024 * 1024,

  changesPerPage: 500,
  /** Of a stream: the longest event, and the longest time without a sign of life, which comes every 15 s. */
  eventCharacters: 4 * 1024 * 1024,
  streamSilenceTimeout: 40_000,
  /** Before a stream that ended is opened again. */
  followDelay: { first: 500, growth: 2, longest: 30_000 },

  /** Of a checkpoint: 16 signatures of 5 kB each, the most that c2sp.org/signed-note asks for, fit in. */
  noteBytes: 128 * 1024,
  noteSignatures: 64,
  /** Between two questions for a receipt, and how long in all: a checkpoint comes every ten seconds. */
  receiptDelay: { first: 1_000, growth: 1.5, longest: 10_000 },
  receiptPatience: 120_000,
  /** Between two rounds of a witness. */
  shortestWitnessInterval: 1_000,
  /**
   * Seconds: an entry this much older than a cosigned checkpoint that lacks it was dated back, since the exchange
   * makes a checkpoint every ten seconds.
   */
  entryDelay: 60,

  timeout: 30_000,
  /** While a file is on its way: the longest time without a byte of it sent, received or answered. */
  fileSilenceTimeout: 90_000,
  /** Between two looks at a batch. */
  pollDelay: { first: 150, growth: 1.3, longest: 2_000 },
  /** Sends of one request that may be repeated, the first included. */
  submitAttempts: 4,
  firstRetryDelay: 500,
  /** Beyond this a `Retry-After` is for a person, not for a loop. */
  longestRetryDelay: 30_000,
} as const
