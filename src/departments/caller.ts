import type { Queryable } from '../kernel/database.ts'
import type { Department } from './department.ts'

/**
 * The department on whose behalf a use case runs, known by its signature. A use case that changes something claims
 * the request inside its own transaction, before any effect, so that a repeated request has none.
 */
export type Caller = {
  department: Department
  kid: string
  request: SingleUse
}

export type SingleUse = {
  /** Records the token as used. Throws `ReplayedRequest` where it was used before. */
  claim(client: Queryable): Promise<void>
}

export class ReplayedRequest extends Error {
  override readonly name = 'ReplayedRequest'
}
