import type { App } from '../src/app.ts'
import type { Caller } from '../src/departments/caller.ts'
import type { FeedCursor } from '../src/feed/following.ts'
import type { ConsoleSide } from './console/console-side.ts'

/** What of the exchange a resolver may use; nothing else is within its reach. */
const services = [
  'clock',
  'prisma',
  'catalogue',
  'enquiries',
  'search',
  'submissions',
  'batches',
  'recordChanges',
  'responsiblePersons',
  'memberships',
  'enrolment',
  'timeliness',
  'remedies',
  'remedyReading',
  'remedyTimeliness',
  'tasks',
  'taskReading',
  'taskTimeliness',
  'identities',
  'doubtfulNumbers',
  'publication',
  'proposals',
  'webhooks',
  'changes',
  'receipts',
  'witnesses',
  'certificates',
  'creditReports',
] as const satisfies readonly (keyof App)[]
type Services = Pick<App, (typeof services)[number]>

export const servicesOf = (app: App): Services =>
  Object.fromEntries(services.map((name) => [name, app[name]])) as Services

/** The caller is known by its signature; there is no other way to name it. */
export type Context = Services & {
  caller: Caller
  /** Who sits at the console, and what only the console may use; null where a department's system asks. */
  console: ConsoleSide | null
  /** Where a subscription resumes, and how far it came. */
  cursor: FeedCursor
  /** Tells the evidence log the code of a refusal that is answered as data. */
  refused(code: string): void
  /** Tells of which position of the feed an answer is the picture; only a field with `tellsPosition` is asked. */
  reflects(position: number): void
}
