import type { PrismaClient } from '../prisma/generated/client.ts'
import type { CatalogueReader } from '../src/catalogue/catalogue-store.ts'
import type { ProposalService } from '../src/catalogue/proposal-service.ts'
import type { Caller } from '../src/departments/caller.ts'
import type { EnrolmentService } from '../src/departments/enrolment-service.ts'
import type { EnquiryService } from '../src/enquiries/enquiry-service.ts'
import type { ChangeService } from '../src/feed/changes-service.ts'
import type { FeedCursor } from '../src/feed/following.ts'
import type { Clock } from '../src/kernel/clock.ts'
import type { MembershipService } from '../src/listings/membership-service.ts'
import type { TaskReadingService } from '../src/measures/task-reading-service.ts'
import type { TaskService } from '../src/measures/task-service.ts'
import type { TaskTimelinessService } from '../src/measures/task-timeliness-service.ts'
import type { PublicationService } from '../src/publication/publication-service.ts'
import type { BatchService } from '../src/records/batch-service.ts'
import type { RecordChangeService } from '../src/records/record-change-service.ts'
import type { ResponsiblePersonService } from '../src/records/responsible-person-service.ts'
import type { SubmissionService } from '../src/records/submission-service.ts'
import type { RemedyReadingService } from '../src/remedies/remedy-reading-service.ts'
import type { RemedyService } from '../src/remedies/remedy-service.ts'
import type { RemedyTimelinessService } from '../src/remedies/remedy-timeliness-service.ts'
import type { TimelinessService } from '../src/timeliness/timeliness-service.ts'
import type { WebhookService } from '../src/webhooks/webhook-service.ts'

/** What a resolver may use. The caller is known by its signature; there is no other way to name it. */
export type Context = {
  caller: Caller
  clock: Clock
  prisma: PrismaClient
  catalogue: CatalogueReader
  enquiries: EnquiryService
  submissions: SubmissionService
  batches: BatchService
  recordChanges: RecordChangeService
  responsiblePersons: ResponsiblePersonService
  memberships: MembershipService
  enrolment: EnrolmentService
  timeliness: TimelinessService
  remedies: RemedyService
  remedyReading: RemedyReadingService
  remedyTimeliness: RemedyTimelinessService
  tasks: TaskService
  taskReading: TaskReadingService
  taskTimeliness: TaskTimelinessService
  publication: PublicationService
  proposals: ProposalService
  webhooks: WebhookService
  changes: ChangeService
  /** Where a subscription resumes, and how far it came. */
  cursor: FeedCursor
  /** Tells the evidence log the code of a refusal that is answered as data. */
  refused(code: string): void
}
