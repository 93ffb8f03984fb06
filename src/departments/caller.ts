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
  request: SignedRequest
}

export type SignedRequest = {
  /** Records the token as used. Throws `ReplayedRequest` where it was used before. */
  claim(client: Queryable): Promise<void>
  /** Keys of subjects: a USCC or other number of an organisation, a keyed hash for a person; never a plain certificate number. */
  note(enquiry: { purpose: string | null; subjectKeys: readonly string[] }): void
}

export class ReplayedRequest extends Error {
  override readonly name = 'ReplayedRequest'
}
