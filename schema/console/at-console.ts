import { AdministrationRefusal, Refusal } from '../../src/kernel/refusal.ts'
import type { Context } from '../context.ts'
import type { ConsoleSide } from './console-side.ts'

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
