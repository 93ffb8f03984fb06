import { mayDo } from '../src/officers/officer-policy.ts'
import type { Context } from './context.ts'

/**
 * Whether who asks reads what is said of a subject, and by whom, or only how far a case is: the help desk, and whoever manages
 * departments, do the latter. A department's system reads all that its department may.
 */
export const readsContents = ({ console: side }: Pick<Context, 'console'>): boolean =>
  side === null || mayDo(side.officer, 'record.read')
