import { randomBytes } from 'node:crypto'
import type { PrismaClient } from '../prisma/generated/client.ts'
import { createActTargetService } from './acts/act-target-service.ts'
import { createPendingActService, type PendingActService } from './acts/pending-act-service.ts'
import { type AuditService, createAuditService } from './audit/audit-service.ts'
import { type CatalogueReader, createCatalogueReader } from './catalogue/catalogue-store.ts'
import { createDeadlineRulesReader } from './catalogue/clock-store.ts'
import { createProposalService, type ProposalService } from './catalogue/proposal-service.ts'
import { createPublicationRulesReader } from './catalogue/publication-rules-store.ts'
import { createDashboardService, type DashboardService } from './dashboard/dashboard-service.ts'
import type { Caller } from './departments/caller.ts'
import { createDepartmentStore } from './departments/department-store.ts'
import { createEnrolmentService, type EnrolmentService } from './departments/enrolment-service.ts'
import { createKeyDirectory, type KeyDirectory } from './departments/key-directory.ts'
import { createMergeService, type MergeService } from './departments/merge-service.ts'
import { createOverviewService, type OverviewService } from './departments/overview-service.ts'
import { createRegistryService, type RegistryService } from './departments/registry-service.ts'
import { createEnquiryService, type EnquiryService } from './enquiries/enquiry-service.ts'
import { createErasureService, type ErasureService } from './erasure/erasure-service.ts'
import { originOf, signNote } from './evidence/checkpoint.ts'
import { type CheckpointService, createCheckpointService } from './evidence/checkpoint-service.ts'
import { createExchangeLog, type ExchangeLog } from './evidence/exchange-log-service.ts'
import { claimToken, sweepUsedTokens } from './evidence/exchange-log-store.ts'
import { createLogAuditService, type LogAuditService } from './evidence/log-audit-service.ts'
import { createLogReadingService, type LogReadingService } from './evidence/log-reading-service.ts'
import type { Pkcs11Config } from './evidence/pkcs11-library.ts'
import { createPkcs11Token } from './evidence/pkcs11-token.ts'
import { createReceiptService, type ReceiptService } from './evidence/receipt-service.ts'
import { createReplySigner, type ReplySigner } from './evidence/reply-signer.ts'
import { createWitnessService, type WitnessService } from './evidence/witness-service.ts'
import { type ChangeService, createChangeService, readChanges } from './feed/changes-service.ts'
import { feedPosition } from './feed/feed-store.ts'
import { createFeedWatch, type FeedWatch } from './feed/feed-watch-service.ts'
import {
  createDoubtfulNumberService,
  type DoubtfulNumberService,
} from './identities/doubtful-number-service.ts'
import { createIdentityService, type IdentityService } from './identities/identity-service.ts'
import { createSuspicionService, type SuspicionService } from './identities/suspicion-service.ts'
import { type Clock, legalDay } from './kernel/clock.ts'
import type { Database } from './kernel/database.ts'
import { type KeyFile, vaultOf } from './kernel/key-file.ts'
import type { Vault } from './kernel/vault.ts'
import { limits } from './limits.ts'
import { createMembershipService, type MembershipService } from './listings/membership-service.ts'
import { createTaskFanOut, type TaskFanOut } from './measures/fan-out-service.ts'
import { createTaskReadingService, type TaskReadingService } from './measures/task-reading-service.ts'
import { createTaskService, type TaskService } from './measures/task-service.ts'
import {
  createTaskTimelinessService,
  type TaskTimelinessService,
} from './measures/task-timeliness-service.ts'
import { createOfficerService, type OfficerService } from './officers/officer-service.ts'
import { createPasskeyService, type PasskeyService } from './officers/passkey-service.ts'
import { createPasswordHashing } from './officers/password-hashing.ts'
import { createRecoveryService, type RecoveryService } from './officers/recovery-service.ts'
import { createSessionService, type SessionService } from './officers/session-service.ts'
import { createSetUpService, type SetUpService } from './officers/set-up-service.ts'
import { createSignInService, type SignInService } from './officers/sign-in-service.ts'
import {
  createPublicationService,
  type PublicationService,
  publicationOfRecord,
} from './publication/publication-service.ts'
import { createOpenDataService, type OpenDataService } from './publicity/open-data-service.ts'
import { createPublicWorldReader } from './publicity/public-world-service.ts'
import { createPublicityService, type PublicityService } from './publicity/publicity-service.ts'
import { type BatchService, createBatchService } from './records/batch-service.ts'
import { createFileIntakeService, type FileIntakeService } from './records/file-intake-service.ts'
import { type FileWorker, startFileWorker } from './records/file-worker-service.ts'
import { createRecordChangeService, type RecordChangeService } from './records/record-change-service.ts'
import {
  createResponsiblePersonService,
  type ResponsiblePersonService,
} from './records/responsible-person-service.ts'
import { createSubmissionService, type SubmissionService } from './records/submission-service.ts'
import { createPublicRemedyService, type PublicRemedyService } from './remedies/public-remedy-service.ts'
import type { EarliestRepair } from './remedies/remedy-effects-service.ts'
import { createRemedyReadingService, type RemedyReadingService } from './remedies/remedy-reading-service.ts'
import { createRemedyService, type RemedyService } from './remedies/remedy-service.ts'
import {
  createRemedyTimelinessService,
  type RemedyTimelinessService,
} from './remedies/remedy-timeliness-service.ts'
import { type CertificateService, createCertificateService } from './reports/certificate-service.ts'
import { type CreditReportService, createCreditReportService } from './reports/credit-report-service.ts'
import { createDrawing, drawInThread } from './reports/drawing-service.ts'
import { createIssuing, type IssuedDocumentView } from './reports/issuing-service.ts'
import { createPublicReportService, type PublicReportService } from './reports/public-report-service.ts'
import { createVerificationService, type VerificationService } from './reports/verification-service.ts'
import { createSearchService, type SearchService } from './search/search-service.ts'
import { createNameKeying, type NameKeying } from './subjects/name-keying-service.ts'
import { createTimelinessService, type TimelinessService } from './timeliness/timeliness-service.ts'
import type { WebhookTargets } from './webhooks/address-policy.ts'
import { type DeliveryQueue, type QueueParts, startDeliveryQueue } from './webhooks/delivery-queue-service.ts'
import { createWebhookDelivery, type ReadFeedPage } from './webhooks/delivery-service.ts'
import { createWebhookPost } from './webhooks/webhook-post.ts'
import { createWebhookService, type WebhookService } from './webhooks/webhook-service.ts'

/** The one place where the parts of the domain meet. It opens nothing: database, keys and clock come in. */
export type App = {
  exchangeId: string
  clock: Clock
  prisma: PrismaClient
  keys: KeyDirectory
  catalogue: CatalogueReader
  enrolment: EnrolmentService
  officers: OfficerService
  recoveries: RecoveryService
  sessions: SessionService
  signIns: SignInService
  passkeys: PasskeyService
  setUps: SetUpService
  registry: RegistryService
  /** Departments as administrators see them. */
  overview: OverviewService
  /** What waits for a second person. */
  pendingActs: PendingActService
  audit: AuditService
  dashboard: DashboardService
  merges: MergeService
  erasures: ErasureService
  enquiries: EnquiryService
  search: SearchService
  submissions: SubmissionService
  batches: BatchService
  files: FileIntakeService
  recordChanges: RecordChangeService
  responsiblePersons: ResponsiblePersonService
  memberships: MembershipService
  timeliness: TimelinessService
  remedies: RemedyService
  remedyReading: RemedyReadingService
  /** What anybody may do about a published record. */
  publicRemedies: PublicRemedyService
  remedyTimeliness: RemedyTimelinessService
  tasks: TaskService
  taskReading: TaskReadingService
  taskTimeliness: TaskTimelinessService
  /** Only a process that serves makes tasks; a command line leaves them to it. */
  taskFanOut: TaskFanOut
  identities: IdentityService
  suspicions: SuspicionService
  doubtfulNumbers: DoubtfulNumberService
  /** Only a process that serves keys names anew after an upgrade. */
  nameKeying: NameKeying
  publication: PublicationService
  /** What anybody may read, also for pages rendered in this process. */
  publicity: PublicityService
  openData: OpenDataService
  proposals: ProposalService
  log: ExchangeLog
  logReading: LogReadingService
  receipts: ReceiptService
  witnesses: WitnessService
  logAudit: LogAuditService
  /** Only a process that serves signs checkpoints. */
  checkpoints: CheckpointService
  vault: Vault
  signer: ReplySigner
  claimToken: typeof claimToken
  /** Only a process that serves works on files; a command line leaves them to it. */
  startFileWorker(onFailure: (batchRef: number, error: unknown) => void): FileWorker
  changes: ChangeService
  /** Connects with the first follower; only a process that serves has any. */
  feedWatch: FeedWatch
  webhooks: WebhookService
  /** Only a process that serves delivers to webhooks. */
  startWebhookDelivery(heard: Pick<QueueParts, 'onError' | 'onGivenUp'>): Promise<DeliveryQueue>
  certificates: CertificateService
  creditReports: CreditReportService
  /** What anybody may have of an organisation on paper. */
  publicReports: PublicReportService
  verifications: VerificationService
  /** A document that was issued to the caller before. */
  issuedBefore(caller: Caller, serial: string): Promise<IssuedDocumentView | null>
  /** Erases what documents say that were issued long ago. Returns how many. */
  eraseOldDocuments(): Promise<number>
  feedPosition(): Promise<number>
  sweepUsedTokens(): Promise<number>
}

export async function createApp(parts: {
  database: Database
  keyFile: KeyFile
  pkcs11: Pkcs11Config | null
  exchangeId: string
  clock: Clock
  monotonicNow: () => number
  observeLogGroup: (size: number) => void
  webhookTargets: WebhookTargets
  /** Whether browsers reach the console by https alone. */
  secureCookies: boolean
  /** Where everybody verifies issued documents, and the font for characters that the usual one lacks. */
  documents: { verifyAt: string; fallbackFont: string | null }
}): Promise<App> {
  const { clock, exchangeId, monotonicNow } = parts
  const { pool, publicPool, prisma } = parts.database
  const vault = vaultOf(parts.keyFile)
  const catalogue = createCatalogueReader(pool, monotonicNow)
  const deadlineRules = createDeadlineRulesReader(pool, monotonicNow)
  const publicationRules = createPublicationRulesReader(pool, monotonicNow)
  // The public's index reads them all the time. With readings of its own it does not keep those of the departments warm,
  // so a department that asks right after a change of the catalogue is answered by the new one.
  const publicParts = {
    pool: publicPool,
    clock,
    catalogue: createCatalogueReader(publicPool, monotonicNow),
    publicationRules: createPublicationRulesReader(publicPool, monotonicNow),
    deadlineRules: createDeadlineRulesReader(publicPool, monotonicNow),
  }
  const publicWorld = createPublicWorldReader(publicParts)
  const timeliness = createTimelinessService({ pool, catalogue, deadlineRules })
  const feedWatch = createFeedWatch({ connectionString: pool.options.connectionString, random: Math.random })
  let fileWorker: FileWorker | null = null
  const wakeFileWorker = () => fileWorker?.wake()
  const hashing = createPasswordHashing()
  const origin = originOf(exchangeId)
  const logReading = createLogReadingService(pool, origin)
  const token = parts.pkcs11 && createPkcs11Token(parts.pkcs11, monotonicNow)
  const signer = createReplySigner(parts.keyFile.signing, token)
  const readFeedPage: ReadFeedPage = async (department, page) =>
    readChanges(pool, await catalogue.current(), department, {
      ...page,
      records: 'LEFT_OUT',
      today: legalDay(clock.now()),
    })
  const issuingParts = { pool, vault, clock, signer, exchangeId, random: randomBytes, ...parts.documents }
  const issuing = createIssuing({ ...issuingParts, drawing: createDrawing(drawInThread) })
  const publicity = createPublicityService({
    ...publicParts,
    world: publicWorld,
    vault,
    timeliness,
    monotonicNow,
  })
  const remedies = createRemedyService({
    pool,
    vault,
    clock,
    catalogue,
    random: randomBytes,
    earliestRepairOn: earliestRepairByPublication,
  })
  return {
    exchangeId,
    clock,
    prisma,
    keys: createKeyDirectory(createDepartmentStore(pool), monotonicNow),
    catalogue,
    officers: createOfficerService({ pool, clock, random: randomBytes }),
    recoveries: createRecoveryService({ pool, clock, random: randomBytes }),
    sessions: createSessionService({
      pool,
      clock,
      // Of the key file, so that there is no further secret to keep; another installation's cookies are not ours.
      signing: {
        prefix: parts.secureCookies ? '__Secure-console.' : 'console.',
        secret: vault.blindIndex('console-sessions', '1'),
      },
    }),
    passkeys: createPasskeyService(pool),
    signIns: createSignInService({ pool, vault, clock, hashing, random: randomBytes }),
    setUps: createSetUpService({
      pool,
      vault,
      clock,
      hashing,
      random: randomBytes,
      issuer: exchangeId.replace(/^https?:\/\//, ''),
    }),
    enrolment: createEnrolmentService({ pool, clock, exchangeId }),
    registry: createRegistryService({ prisma, clock }),
    overview: createOverviewService({ pool, clock }),
    pendingActs: createPendingActService({
      pool,
      vault,
      clock,
      targets: createActTargetService({ clock, catalogue }),
    }),
    audit: createAuditService({ pool, vault, log: logReading }),
    dashboard: createDashboardService({ pool, clock }),
    merges: createMergeService({ pool, clock }),
    erasures: createErasureService({ pool, vault, clock }),
    enquiries: createEnquiryService({ pool, vault, clock, catalogue }),
    search: createSearchService({ pool, vault, clock, catalogue, monotonicNow }),
    submissions: createSubmissionService({ pool, vault, clock, catalogue }),
    batches: createBatchService({ pool, vault, clock, onReady: wakeFileWorker }),
    files: createFileIntakeService({ pool, vault, clock, catalogue, onTaken: wakeFileWorker }),
    recordChanges: createRecordChangeService({ pool, vault, clock, catalogue }),
    responsiblePersons: createResponsiblePersonService({ pool, catalogue }),
    memberships: createMembershipService({ pool, vault, clock, catalogue, deadlineRules }),
    startFileWorker(onFailure) {
      fileWorker = startFileWorker({ pool, vault, clock, catalogue, onFailure })
      return fileWorker
    },
    proposals: createProposalService({ pool, clock, catalogue }),
    timeliness,
    publicity,
    remedies,
    publicRemedies: createPublicRemedyService({
      pool,
      clock,
      catalogue,
      deadlineRules,
      publicity,
      intake: remedies,
    }),
    remedyReading: createRemedyReadingService({ pool, vault, clock, catalogue, deadlineRules }),
    remedyTimeliness: createRemedyTimelinessService({ pool, clock, catalogue, deadlineRules }),
    tasks: createTaskService({ pool, vault, clock, catalogue }),
    taskReading: createTaskReadingService({ pool, clock, catalogue, deadlineRules }),
    taskTimeliness: createTaskTimelinessService({ pool, clock, catalogue, deadlineRules }),
    taskFanOut: createTaskFanOut({ pool, clock }),
    publication: createPublicationService({ pool, clock, catalogue, publicationRules }),
    openData: createOpenDataService({ pool: publicPool, clock, exchangeId, signer, world: publicWorld }),
    log: createExchangeLog(pool, parts.observeLogGroup),
    logReading,
    logAudit: createLogAuditService(pool),
    receipts: createReceiptService({ pool, vault, log: logReading, keys: signer.keys }),
    witnesses: createWitnessService({ pool, clock }),
    identities: createIdentityService({ pool, vault, clock, catalogue }),
    suspicions: createSuspicionService({ pool, vault }),
    doubtfulNumbers: createDoubtfulNumberService({ pool, vault, catalogue }),
    nameKeying: createNameKeying(pool),
    checkpoints: createCheckpointService({
      pool,
      clock,
      origin,
      sign: (text, now) => signNote(signer.activeKey(now), origin, text),
    }),
    vault,
    signer,
    webhooks: createWebhookService({ pool, vault, targets: parts.webhookTargets }),
    startWebhookDelivery(heard) {
      const post = createWebhookPost({ targets: parts.webhookTargets })
      const delivery = createWebhookDelivery({
        pool,
        clock,
        exchangeId,
        readFeedPage,
        sign: signer.signWebhook,
        post,
      })
      return startDeliveryQueue({ pool, delivery, watch: feedWatch, random: Math.random, ...heard })
    },
    claimToken,
    changes: createChangeService({
      pool,
      vault,
      clock,
      catalogue,
      watch: feedWatch,
      feedPosition: () => feedPosition(pool),
    }),
    feedWatch,
    certificates: createCertificateService({ issuing, vault, clock, catalogue }),
    creditReports: createCreditReportService({ issuing, vault, clock, catalogue }),
    publicReports: createPublicReportService({
      vault,
      world: publicWorld,
      issuing: createIssuing({
        ...issuingParts,
        pool: publicPool,
        drawing: createDrawing(drawInThread, limits.publicReportsDrawn),
      }),
    }),
    verifications: createVerificationService({ pool, vault, clock, catalogue }),
    issuedBefore: issuing.issuedBefore,
    eraseOldDocuments: issuing.eraseOld,
    feedPosition: () => feedPosition(pool),
    sweepUsedTokens: () => sweepUsedTokens(pool, clock.now()),
  }
}

/** The minimum period of publication, and of the list itself, is what an application for repair waits for. */
const earliestRepairByPublication: EarliestRepair = async (client, recordId, day) => {
  const publication = await publicationOfRecord(client, recordId, day)
  if (!publication?.earliestRepairOn) return null
  return { day: publication.earliestRepairOn, legalBasis: publication.legalBasis.join('；') }
}
