import type { PrismaClient } from '../prisma/generated/client.ts'
import type { CatalogueReader } from '../src/catalogue/catalogue-store.ts'
import type { Caller } from '../src/departments/caller.ts'
import type { EnrolmentService } from '../src/departments/enrolment-service.ts'
import type { EnquiryService } from '../src/enquiries/enquiry-service.ts'
import type { Clock } from '../src/kernel/clock.ts'
import type { SubmissionService } from '../src/records/submission-service.ts'

/** What a resolver may use. The caller is known by its signature; there is no other way to name it. */
export type Context = {
  caller: Caller
  clock: Clock
  prisma: PrismaClient
  catalogue: CatalogueReader
  enquiries: EnquiryService
  submissions: SubmissionService
  enrolment: EnrolmentService
  /** Tells the evidence log the code of a refusal that is answered as data. */
  refused(code: string): void
}
