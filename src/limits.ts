/** Every number that bounds what the exchange accepts, keeps or waits for. Milliseconds and bytes unless named. */
export const limits = {
  /** Design contract: a query token lives at most so many seconds, clocks may differ by so many. */
  tokenLifetimeSeconds: 60,
  clockSkewSeconds: 30,
  tokenIdCharacters: { min: 22, max: 128 },

  authorizationCharacters: 4_096,
  headerBytes: 16_384,
  bodyBytes: 8 * 1024 * 1024,
  enrolmentBodyBytes: 16_384,
  bodyReceiveTimeout: 30_000,
  headersTimeout: 15_000,
  keepAliveTimeout: 65_000,

  /** A changed key or department is seen by every replica after at most this. The contract allows one second. */
  keyCacheTtl: 500,
  keyCacheEntries: 10_000,
  /** A catalogue change is seen after at most this. */
  catalogueCacheTtl: 1_000,

  /** Beyond this difference between process and database clock nothing is answered. */
  clockDifference: 5_000,
  clockCheckInterval: 1_000,

  graphqlTokens: 2_000,
  graphqlDepth: 12,
  graphqlAliases: 30,
  operationCacheEntries: 1_000,

  subjectsPerScreening: 5_000,
  recordsPerBatch: 5_000,
  problemsPerRow: 20,
  textCharacters: 5_000,
  batchIdCharacters: 128,
  referenceCharacters: 128,
  purposeCharacters: 200,
  pageSize: { normal: 50, max: 500 },
  candidatesPerName: 10,

  logGroupSize: 256,
  databaseConnections: 10,
  /** No statement of the service runs longer: a slow one must not hold locks or connections for others. */
  statementTimeout: 30_000,
  usedTokenSweepInterval: 60_000,
  shutdownGrace: 20_000,

  enrolmentCodeHours: 72,
  enrolmentProofSeconds: 300,
  rotationOverlapDays: 7,
  signingKeyLeadHours: 24,

  /** Requests: refusals before the caller is known, per address; answered requests, per department. Per replica. */
  refusalsPerAddress: { points: 120, seconds: 60 },
  requestsPerDepartment: { points: 60_000, seconds: 60 },
  enrolmentsPerAddress: { points: 20, seconds: 60 },
} as const
