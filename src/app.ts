import type { PrismaClient } from '../prisma/generated/client.ts'
import { type CatalogueReader, createCatalogueReader } from './catalogue/catalogue-store.ts'
import { createDepartmentStore } from './departments/department-store.ts'
import { createEnrolmentService, type EnrolmentService } from './departments/enrolment-service.ts'
import { createKeyDirectory, type KeyDirectory } from './departments/key-directory.ts'
import { createRegistryService, type RegistryService } from './departments/registry-service.ts'
import { createEnquiryService, type EnquiryService } from './enquiries/enquiry-service.ts'
import { createExchangeLog, type ExchangeLog } from './evidence/exchange-log-service.ts'
import { claimToken, sweepUsedTokens } from './evidence/exchange-log-store.ts'
import { createReplySigner, type ReplySigner } from './evidence/reply-signer.ts'
import { feedPosition } from './feed/feed-store.ts'
import type { Clock } from './kernel/clock.ts'
import type { Database } from './kernel/database.ts'
import { type KeyFile, vaultOf } from './kernel/key-file.ts'
import { createSubmissionService, type SubmissionService } from './records/submission-service.ts'

/** The one place where the parts of the domain meet. It opens nothing: database, keys and clock come in. */
export type App = {
  exchangeId: string
  clock: Clock
  prisma: PrismaClient
  keys: KeyDirectory
  catalogue: CatalogueReader
  enrolment: EnrolmentService
  registry: RegistryService
  enquiries: EnquiryService
  submissions: SubmissionService
  log: ExchangeLog
  signer: ReplySigner
  claimToken: typeof claimToken
  feedPosition(): Promise<number>
  sweepUsedTokens(): Promise<number>
}

export async function createApp(parts: {
  database: Database
  keyFile: KeyFile
  exchangeId: string
  clock: Clock
  monotonicNow: () => number
  observeLogGroup: (size: number) => void
}): Promise<App> {
  const { clock, exchangeId, monotonicNow } = parts
  const { pool, prisma } = parts.database
  const vault = vaultOf(parts.keyFile)
  const catalogue = createCatalogueReader(pool, monotonicNow)
  return {
    exchangeId,
    clock,
    prisma,
    keys: createKeyDirectory(createDepartmentStore(pool), monotonicNow),
    catalogue,
    enrolment: createEnrolmentService({ pool, clock, exchangeId }),
    registry: createRegistryService({ prisma, clock }),
    enquiries: createEnquiryService({ pool, vault, clock, catalogue }),
    submissions: createSubmissionService({ pool, vault, clock, catalogue }),
    log: createExchangeLog(pool, parts.observeLogGroup),
    signer: await createReplySigner(parts.keyFile.signing),
    claimToken,
    feedPosition: () => feedPosition(pool),
    sweepUsedTokens: () => sweepUsedTokens(pool, clock.now()),
  }
}
