import type { App } from '../../src/app.ts'
import { AdministrationRefusal, Refusal } from '../../src/kernel/refusal.ts'
import type { Officer } from '../../src/officers/officer.ts'
import type { ConsoleAction } from '../../src/officers/officer-policy.ts'
import type { Context } from '../context.ts'

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

/** A field of the console is reached by officers alone; anything else is a fault of ours. */
export function consoleSide(context: Context): ConsoleSide {
  if (context.console === null) throw new TypeError('a field of the console was asked for without an officer')
  return context.console
}

/** Runs a use case of administrators; what it refuses becomes part of the answer, and its code part of the evidence. */
export async function administering<T>(
  context: Context,
  work: (side: ConsoleSide) => Promise<T>,
): Promise<T> {
  try {
    return await work(consoleSide(context))
  } catch (error) {
    const refusal = error instanceof AdministrationRefusal ? new Refusal(error.code, error.message) : error
    if (refusal instanceof Refusal) context.refused(refusal.code)
    throw refusal
  }
}
