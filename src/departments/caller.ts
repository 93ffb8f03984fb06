import type { Queryable } from '../kernel/database.ts'
import type { Department } from './department.ts'

/**
 * The department on whose behalf a use case runs, known by its signature. A use case that changes something claims
 * the request inside its own transaction, before any effect, so that a repeated request has none; one that looks
 * something up notes what for and about whom, which the evidence log keeps.
 */
export type Caller = {
  department: Department
  kid: string
  /** Who sits at the console; left out: a system of the department asks. */
  officer?: { id: string; name: string }
  /** Six digits, where an officer sees and does only what concerns her county; left out: all of the department. */
  county?: string
  request: SignedRequest
}

export type SignedRequest = {
  /** Records the token as used. Throws `ReplayedRequest` where it was used before. */
  claim(client: Queryable): Promise<void>
  /** Whom the request asks about, each as scheme and number; only salted digests of them are kept. */
  note(enquiry: { purpose: string | null; subjects: readonly string[] }): void
  /** Which subjects of the exchange these turned out to be: they may know who asked (Henan regulation, art. 40). */
  found(subjectIds: readonly number[]): void
}

export class ReplayedRequest extends Error {
  override readonly name = 'ReplayedRequest'
}
