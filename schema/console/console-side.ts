import type { Deciding } from '../../src/acts/pending-act.ts'
import type { App } from '../../src/app.ts'
import type { Caller } from '../../src/departments/caller.ts'
import type { Officer } from '../../src/officers/officer.ts'
import type { ConsoleAction } from '../../src/officers/officer-policy.ts'
import type { Administrator } from '../../src/officers/recovery-service.ts'

/** What of the exchange only a resolver of the console may use. */
const services = [
  'prisma',
  'registry',
  'merges',
  'overview',
  'exchangeId',
  'officers',
  'recoveries',
  'pendingActs',
  'audit',
  'dashboard',
] as const satisfies readonly (keyof App)[]

export type ConsoleServices = Pick<App, (typeof services)[number]> & {
  /** The public base URL without a trailing slash. */
  exchangeUrl: string
  /** What this replica measures of itself. */
  serviceHealth(): Promise<ServiceHealth>
}

/** Of one replica, since it started. Times in milliseconds; null: nothing was measured yet. */
export type ServiceHealth = {
  ready: boolean
  logIntact: boolean
  startedAt: Date
  answered: number
  refused: number
  medianTime: number | null
  slowTime: number | null
  eventLoopDelay: number | null
  residentBytes: number
}

export type ConsoleSide = ConsoleServices & {
  officer: Officer
  /** Her, as the services that manage officers ask for her. */
  manager: Administrator
  /** As administrators' traces name her. */
  actor: string
  /** What she decides as the second person: it may run, once. */
  secondPerson: { action: ConsoleAction } | null
  /** The same officer as the second person: what claims the request decides the act in the same transaction. */
  decidingCaller(deciding: Deciding): Caller
}

export const consoleServicesOf = (
  app: App,
  beside: Pick<ConsoleServices, 'exchangeUrl' | 'serviceHealth'>,
): ConsoleServices => ({
  ...(Object.fromEntries(services.map((name) => [name, app[name]])) as Pick<App, (typeof services)[number]>),
  ...beside,
})
