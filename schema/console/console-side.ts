import type { App } from '../../src/app.ts'
import type { Officer } from '../../src/officers/officer.ts'
import type { ConsoleAction } from '../../src/officers/officer-policy.ts'

/** What of the exchange only a resolver of the console may use. */
const services = [
  'prisma',
  'registry',
  'merges',
  'overview',
  'exchangeId',
] as const satisfies readonly (keyof App)[]

export type ConsoleServices = Pick<App, (typeof services)[number]> & {
  /** The public base URL without a trailing slash. */
  exchangeUrl: string
}

export type ConsoleSide = ConsoleServices & {
  officer: Officer
  /** As administrators' traces name her. */
  actor: string
  /** What she decides as the second person: it may run, once. */
  secondPerson: { action: ConsoleAction } | null
}

export const consoleServicesOf = (app: App, exchangeUrl: string): ConsoleServices => ({
  ...(Object.fromEntries(services.map((name) => [name, app[name]])) as Pick<App, (typeof services)[number]>),
  exchangeUrl,
})
