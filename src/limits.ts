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
  catalogueEditions: 500,
  definitionCharacters: 256 * 1024,
  draftsPerDepartment: 50,

  /** Beyond this difference between process and database clock nothing is answered. */
  clockDifference: 5_000,
  clockCheckInterval: 1_000,

  graphqlTokens: 2_000,
  graphqlDepth: 12,
  graphqlAliases: 30,
  /** Documents that are known by their text, and the longest of them: a longer one is read anew each time. */
  operationCacheEntries: 1_000,
  operationCacheCharacters: 16_384,

  subjectsPerScreening: 5_000,
  /** Numbers of one request that are looked up together with those of others, and of all of them together. */
  numbersSoughtByOne: 16,
  numbersFoundTogether: 256,
  /** Statements that look up such numbers at the same time: what comes meanwhile goes into the next. */
  findingsAtOnce: 2,
  recordsPerBatch: 5_000,
  problemsPerRow: 20,
  textCharacters: 5_000,
  batchIdCharacters: 128,
  referenceCharacters: 128,
  purposeCharacters: 200,
  reasonCharacters: 500,
  documentNoCharacters: 128,
  officerCharacters: 100,
  nameCharacters: 200,
  gradeCharacters: 20,
  groundsCharacters: 2_000,
  pageSize: { normal: 50, max: 500 },
  /** Days of which timeliness is told at once, and the first year. */
  timelinessDays: 366,
  timelinessFromYear: 1949,
  /** The longest clock: beyond it a number of days is a slip of the pen. */
  clockDays: 1_000,
  /** The same of terms and publication periods. */
  ruleMonths: 600,
  candidatesPerName: 10,
  /** Looking for one subject that is there twice: subjects in one transaction, and holders beyond whom a number tells nothing. */
  identitySubjectsPerStretch: 5_000,
  identityNumberHolders: 10,
  /** Candidates of one name that are compared with it: those that share most of its keys. */
  candidatesCompared: 100,
  /** Names of one request that are looked up together, so that others are answered in between. */
  namesComparedTogether: 100,
  /** Names of a group of rows that are taken apart without a pause. */
  namesTakenApart: 200,
  /** Names that are keyed anew in one transaction, and how often it is looked whether any are left to be. */
  namesKeyedPerTransaction: 500,
  nameKeyingInterval: 10 * 60_000,

  /** Search: its question, and the parts of it that are looked for each by itself. */
  searchCharacters: 100,
  searchTerms: 5,
  /** Ways to read letters as pinyin that are tried. */
  searchReadings: 4,
  /** A prefix of a number that is searched for: shorter ones are no question about a subject. */
  identifierPrefixCharacters: 6,
  /** Of more answers than these those whose core answers are looked for first. */
  namesSortedAtOnce: 500,
  /** Names looked through in their order for a common word, before the page is answered as far as it got. */
  namesLookedThrough: 20_000,
  /** Beyond so many answers they are not counted, but said to be at least as many. */
  searchCounted: 1_000,
  /** How old what is known of common words may be. */
  searchStatisticsTtl: 10 * 60_000,

  /** Files of records: bytes, rows and columns of one file; what one row and one cell may hold. */
  fileBytes: 512 * 1024 * 1024,
  fileNameCharacters: 255,
  fileReceiveTimeout: 30 * 60_000,
  /** Between two pieces of a file that is being received. */
  fileSilenceTimeout: 60_000,
  fileRows: 1_000_000,
  fileColumns: 300,
  fileRowBytes: 1024 * 1024,
  fileCellCharacters: 32_767,
  /** Rows above the headings that hold a title. */
  fileTitleRows: 10,
  /** Inside an XLSX: members of the archive, unpacked bytes of one, how often larger than packed, shared strings. */
  workbookMembers: 2_000,
  workbookMemberBytes: 4 * 1024 * 1024 * 1024,
  workbookRatio: 200,
  workbookSharedStringBytes: 1024 * 1024 * 1024,
  /** How much of the shared strings is held in memory; the rest waits, encrypted, in a file without a name. */
  workbookStringCacheBytes: 32 * 1024 * 1024,
  /** The list of sheets, the styles: parts that are held whole. */
  workbookPartBytes: 64 * 1024 * 1024,
  /** Small members may be packed better than the ratio: they do no harm. */
  workbookRatioFrom: 16 * 1024 * 1024,
  workbookStyles: 100_000,
  xmlDepth: 64,
  jsonDepth: 64,
  /** Rows that are read, checked and stored together: small, so that queries are answered in between. */
  fileRowsPerRead: 500,
  fileRowsPerStore: 2_000,
  /** A reading ends after so many characters, however few rows it has; so many readings are stored together at most. */
  fileCharactersPerRead: 1024 * 1024,
  fileGroupsPerStore: 16,
  fileChunkBytes: 512 * 1024,
  /** A definition by example: rows read of the sample, rows shown of it, and how large it may be in one query. */
  sampleRows: 2_000,
  previewRows: 20,
  sampleBytes: 4 * 1024 * 1024,
  /** Files that one replica works on, and files that one department may be sending to it, at once. */
  filesAtOnce: 2,
  filesReceivedAtOnce: 4,
  filePollInterval: 1_000,
  fileProgressInterval: 500,
  /** Attempts at one file that end in an error of ours before it is given up, and the wait after the first. */
  fileAttempts: 5,
  fileFirstRetryDelay: 1_000,
  /** After the end of a batch its file and annotated copy are kept so many days. */
  fileRetentionDays: 30,
  fileSweepInterval: 10 * 60_000,
  /** How many earlier files tell what is usual, and the fewest that tell anything. */
  usualFiles: { most: 10, fewest: 3 },
  problemsShown: 1_000,
  /** Memberships whose end is noted in one transaction: few, since writers of the feed wait for it. */
  endedPerTransaction: 2_000,
  endNotingInterval: 60_000,
  /** How often overdue steps of cases are looked for. */
  escalationInterval: 10 * 60_000,
  /**
   * Tasks of joint punishment: events read and memberships gone through in one transaction, so that locks are short. Of those
   * that events tell of, as many are settled together as make about so many tasks.
   */
  taskEventsPerTransaction: 4_000,
  tasksPerTransaction: 10_000,
  taskListingsTogether: { first: 100, most: 1_000 },
  taskListingsPerTransaction: 50,
  taskFanOutInterval: 1_000,
  taskEscalationsPerTransaction: 2_000,
  feedbackCharacters: 2_000,
  /** In fen: beyond it an amount is a slip of the pen. */
  feedbackAmountFen: 1_000_000_000_000_00,
  batchesPerPage: 50,
  /** A file with more is refused as a whole: nobody corrects so many one by one. */
  problemsPerFile: 200_000,
  /** Codes that a message names; the catalogue names them all. */
  codesShown: 20,
  /** Files of one department that are not done yet, and their bytes. */
  filesWaiting: 200,
  fileBytesWaiting: 4 * 1024 * 1024 * 1024,

  /** Webhooks: what may be registered. */
  webhooksPerDepartment: 5,
  webhookUrlCharacters: 2_000,
  registrationIdCharacters: 128,
  /** One delivery: name, connection and status line together; what of the answer is read and thrown away. */
  webhookTimeout: 10_000,
  webhookAnswerBytes: 64 * 1024,
  webhookPageChanges: 200,
  /** After a failure: the first wait, the longest, and how many failures in a row make about a day. */
  webhookFirstRetrySeconds: 5,
  webhookMostRetrySeconds: 15 * 60,
  webhookFailures: 104,
  /** Webhooks that one replica delivers to at once, and how often it looks which lag behind. */
  webhooksAtOnce: 4,
  webhooksAtOncePerDepartment: 2,
  webhookPollInterval: 1_000,
  webhookLeastPause: 100,
  /** A job begins no other page after its run time, and is taken by another replica when it has expired. */
  webhookRunTime: 20_000,
  webhookJobSeconds: 90,
  webhookSuperviseSeconds: 15,
  webhookJobKeptSeconds: 60 * 60,

  /** Positions of the feed that one page looks through, whether or not the caller may see what happened there. */
  feedPositionsPerPage: 20_000,
  /** If no notice of the database arrives, the feed is looked at all the same. */
  feedPollInterval: 3_000,
  feedReconnectDelay: { first: 200, longest: 10_000 },
  /** Open streams of one department, per replica, and what each reads ahead. */
  streamsPerDepartment: 10,
  changesPerStreamPage: 100,
  streamHeartbeat: 15_000,
  /** With the age of a key reading this must stay below the second that the contract allows. */
  streamRecheckInterval: 250,
  /** A reader that takes nothing for so long is cut off; until then nothing more is prepared for it. */
  streamDrainTimeout: 30_000,
  streamEndGrace: 200,
  streamRoomRetrySeconds: 5,
  /** What a reader is asked to wait before it connects again. */
  streamRetry: 2_000,

  /** Issued documents: what the asker's own id may hold, and how long what they say is kept, encrypted. */
  documentIdCharacters: 128,
  documentRetentionDays: 180,
  /** Reports that anybody asked for: what they say can be asked for again at any time. */
  publicDocumentRetentionDays: 30,
  documentSweepInterval: 60 * 60_000,
  /** Of one dataset a report shows so many records, the latest; of one subject it looks through so many. */
  reportRecordsPerDataset: 50,
  reportRecordsConsidered: 10_000,
  reportEnquiries: 50,
  /** Documents drawn at once, those that wait for it, and the longest time and most memory (MiB) that one may take. */
  documentsDrawn: { atOnce: 2, waiting: 40 },
  documentDrawingTimeout: 30_000,
  documentDrawingMemory: 512,
  /** Seconds for which a browser may show a verification again. */
  verificationCacheSeconds: 5,

  logGroupSize: 256,
  /** A checkpoint is due after so long or so many leaves, whichever is first; how often each replica looks. */
  checkpointInterval: 10_000,
  checkpointLeaves: 1_000,
  checkpointPollInterval: 500,
  /** What one checkpoint adds at most, and what one statement builds: each ends well before the statement timeout. */
  leavesPerCheckpoint: 262_144,
  subjectsPerCheckpoint: 200_000,
  tilesPerStatement: 64,
  auditedPerStatement: 10_000,
  /** Rows held for a decision that are read at a time where all have to be gone through. */
  heldRowsPerStatement: 1_000,
  /** Levels of tiles: 256^6 leaves are more than can be counted exactly. */
  tileLevels: 5,
  witnessesPerDepartment: 5,
  /** In all: readers take so many signatures on a note with certainty, and none must be crowded out. */
  witnesses: 32,
  witnessNameCharacters: 200,
  /** A checkpoint with the signatures of many witnesses. */
  noteCharacters: 64 * 1024,
  /** Reads of the log without a signature, per address. Per replica. */
  logReadsPerAddress: { points: 1_200, seconds: 60 },
  databaseConnections: 10,
  /** Connections of the public surface, beside those, and how long one of its statements may take. */
  publicConnections: 4,
  publicStatementTimeout: 10_000,
  /** Two files that are worked on hold a connection each. */
  leastDatabaseConnections: 4,
  /** No statement of the service runs longer: a slow one must not hold locks or connections for others. */
  statementTimeout: 30_000,
  usedTokenSweepInterval: 60_000,
  shutdownGrace: 20_000,
  /** Processes that share one address, and the wait before one that ended is replaced. */
  workers: 64,
  workerRestartPause: 1_000,
  silentConnectionGrace: 500,

  enrolmentCodeHours: 72,
  enrolmentProofSeconds: 300,
  rotationOverlapDays: 7,
  signingKeyLeadHours: 24,

  /** Officers: a session ends after a working day, or when it was left alone; its use is noted so often. */
  officerSessionSeconds: 10 * 3_600,
  officerIdle: 30 * 60_000,
  officerUseNoted: 60_000,
  /** So soon after signing in an officer may register a passkey: a session left open must not become a key. */
  officerFreshSeconds: 15 * 60,
  /** Between the password and the second factor; the time step of authenticators (RFC 6238), and how many around now count. */
  secondFactorSeconds: 300,
  totpStepSeconds: 30,
  totpStepsAround: 1,
  passwordCharacters: { min: 12, max: 128 },
  passwordDifferentCharacters: 5,
  /** Passwords hashed at once, of the four threads that Node has, and those who wait for it: some seconds at most. */
  passwordsHashed: { atOnce: 2, waiting: 40 },
  backupCodes: 10,
  setUpCodeHours: 72,
  recoveryHours: 24,
  officerNameCharacters: 50,
  emailCharacters: 254,
  passkeysPerOfficer: 10,
  officersShown: 2_000,
  /**
   * Tries at one account from one address, of password and second factor together: then the account is locked for that
   * address, each time twice as long; and from all addresses together: then it is locked for all.
   */
  triesBeforeLock: 5,
  triesFromEverywhere: 50,
  firstLock: 15 * 60_000,
  longestLock: 60 * 60_000,
  triesForgottenAfter: 24 * 3_600_000,
  /** Tries to sign in of one address, over all replicas: an office may be behind one. */
  signInsPerAddress: { points: 300, seconds: 300 },
  authBodyBytes: 64 * 1024,
  /** A single sign-on that could not be reached is looked for again no sooner. */
  singleSignOnRetry: 5_000,
  singleSignOnTimeout: 5_000,
  officerSweepInterval: 10 * 60_000,

  /** Keys on a token: sessions, each in a thread of its own (of the four that Node has), and how long a signature may take. */
  signingSessions: 2,
  signingTimeout: 5_000,
  /** A token that could not be reached is tried again no sooner; a service that waits for it looks so often. */
  signingRetryPause: 500,
  signingCheckInterval: 1_000,

  /** Requests: refusals before the caller is known, per address; answered requests, per department. Per replica. */
  refusalsPerAddress: { points: 120, seconds: 60 },
  requestsPerDepartment: { points: 60_000, seconds: 60 },
  enrolmentsPerAddress: { points: 20, seconds: 60 },
  verificationsPerAddress: { points: 60, seconds: 60 },

  /** What anyone may ask of the public surface: documents, addresses and bodies, rows of a page. */
  publicBodyBytes: 64 * 1024,
  publicTokens: 2_000,
  publicDepth: 10,
  publicAliases: 15,
  publicSearchCharacters: 100,
  publicPageSize: { normal: 20, max: 100 },
  /** Fields that one answer may hold at most, as its document announces: of any document, of the site's own operations. */
  publicCost: { any: 5_000, own: 50_000 },
  /** Counted for a list whose length no argument bounds. */
  publicListCost: 20,
  /** Counted for a field that reads all that is published. */
  publicReadsAllCost: 1_000,
  /** Per address and replica: all requests, those with a document of their own, look-ups of persons. */
  publicRequestsPerAddress: { points: 600, seconds: 60 },
  /** A document of the asker's own takes so many points, one of the site's operations one. */
  publicDocumentPoints: 4,
  personLookupsPerAddress: { points: 10, seconds: 3_600 },
  /** Of one name, whoever asks, so that many addresses do not try its numbers in turns. */
  personLookupsPerName: { points: 30, seconds: 86_400 },
  /** Applications from the website, of an address and about an organisation; tries of a case's code. Per replica. */
  applicationsPerAddress: { points: 10, seconds: 86_400 },
  applicationsPerSubject: { points: 30, seconds: 86_400 },
  trackingsPerAddress: { points: 60, seconds: 3_600 },
  applicantCharacters: { name: 50, contact: 100 },
  applicationIdCharacters: 64,
  /** Reports that anybody asks for: by address, and such as were not made yet in all. Per replica. */
  reportsPerAddress: { points: 20, seconds: 3_600 },
  newReports: { points: 300, seconds: 3_600 },
  /** Drawn beside those of departments, which never wait for them. */
  publicReportsDrawn: { atOnce: 1, waiting: 10 },
  /** Published records of one organisation that a report for everybody looks through. */
  publicReportRecords: 2_000,
  personNumberEnding: { min: 4, max: 6 },
  /** Every answer about persons takes at least so long, found or not. */
  personLookupTime: 300,
  namesakes: 1_000,
  /** Kept answers: with the wait of the feed's poll and `max-age`, what has ended is gone within five seconds. */
  publicCacheLifetime: 2_000,
  /** Texts of questions that are known again, and the longest of them. */
  publicQuestionsRemembered: 1_000,
  publicQuestionCharacters: 4_096,
  publicCacheBytes: 32 * 1024 * 1024,
  publicMaxAgeSeconds: 2,
  /** The website: entries of a site map, as sitemaps.org bounds them; how long a reader is asked to wait. */
  siteMapEntries: 50_000,
  siteRetrySeconds: 60,
  /** The index of published records: how long a reader waits for it, events followed and time in one transaction of it. */
  publicIndexWait: 1_000,
  publicIndexEvents: 20_000,
  publicIndexTimeout: 600_000,
  publicIndexInterval: 1_000,
  /** Counts of all that is published are made anew after a change, but not oftener. */
  publicCountsLifetime: 3_000,
  /** Timeliness of departments as the public reads it. */
  publicTimelinessLifetime: 60_000,
  compressFrom: 1_024,
  latestShown: 10,
  /** Open data: rows read together, how often it is looked whether files are to be made, and the least pause between. */
  openDataRowsPerRead: 2_000,
  openDataPieceBytes: 256 * 1024,
  openDataInterval: 1_000,
  /** After something ended a file is given out for so long at most; by then it is mended, or nothing is given out. */
  openDataGrace: 4_000,
  /**
   * Beyond so many records that ended or changed, files are made anew instead of mended: once nothing more has for so long,
   * or so long after they were made last.
   */
  openDataMended: 20_000,
  openDataEventsLookedThrough: 100_000,
  openDataStill: 3_000,
  openDataLongestWait: 60_000,
  /** A version of a file that was replaced is kept so long, for whoever is taking it. */
  openDataReplacedKept: 10 * 60_000,
  openDataTimeout: 120_000,
  openDataRetrySeconds: 5,

  /** The console: over how many days the health of departments is told, requests of an officer per replica. */
  healthDays: 30,
  /** Subjects that its dashboard counts; of more it tells the estimate of the database. */
  subjectsCounted: 10_000,
  requestsPerOfficer: { points: 600, seconds: 60 },
  /** An act that waits for a second person is void after so many days; what it was is erased so many after its end. */
  pendingActDays: 7,
  decidedActDays: 30,
  pendingActsPerDepartment: 500,
  /** Of what is asked for, as the log names it. */
  operationLabelCharacters: 200,
  pendingActBytes: 64 * 1024,
  pendingActsPerPage: 20,
  /** Rows of one export of the audit: beyond it the question is to be narrowed. */
  auditExportRows: 10_000,
} as const
