/** Why an answer cannot be trusted; one code per step of `verifyReply`. */
export type ReplyVerificationCode =
  | 'SIGNATURE_MISSING'
  | 'FORM_INVALID'
  | 'KEY_UNKNOWN'
  | 'SIGNATURE_INVALID'
  | 'ISSUER_MISMATCH'
  | 'AUDIENCE_MISMATCH'
  | 'REQUEST_MISMATCH'
  | 'STATUS_MISMATCH'
  | 'BODY_MISMATCH'
  | 'TIME_INVALID'

/** The answer did not prove that it is the exchange's answer to this request. Nothing of it may be used. */
export class ReplyVerificationError extends Error {
  override readonly name = 'ReplyVerificationError'
  readonly code: ReplyVerificationCode

  constructor(code: ReplyVerificationCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Why what arrived at a webhook cannot be trusted; one code per step of `verifyWebhook`. */
export type WebhookVerificationCode =
  | 'SIGNATURE_MISSING'
  | 'FORM_INVALID'
  | 'KEY_UNKNOWN'
  | 'SIGNATURE_INVALID'
  | 'AUDIENCE_MISMATCH'
  | 'URL_MISMATCH'
  | 'TIME_INVALID'
  | 'BODY_MISMATCH'

/** What arrived is not proven to be the exchange's delivery to this webhook. Nothing of it may be used; answer 401. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError'
  readonly code: WebhookVerificationCode

  constructor(code: WebhookVerificationCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Facts of a refusal; `retryAfter` in seconds; `legalBasis` only for a refusal by a rule of the domain. */
export interface RefusalFacts {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly signed: boolean
  readonly retryAfter?: number | undefined
  readonly legalBasis?: string | undefined
}

/**
 * The exchange understood and said no. `signed` tells whether the refusal itself is proven: refusals before the
 * caller is known, and 503, carry no signature, so anyone on the path could have made them up.
 */
export class ExchangeRefusal extends Error {
  override readonly name = 'ExchangeRefusal'
  readonly code: string
  readonly status: number
  readonly signed: boolean
  readonly retryAfter: number | undefined
  readonly legalBasis: string | undefined

  constructor(facts: RefusalFacts) {
    super(facts.message)
    this.code = facts.code
    this.status = facts.status
    this.signed = facts.signed
    this.retryAfter = facts.retryAfter
    this.legalBasis = facts.legalBasis
  }
}

export type TransportCode = 'NETWORK' | 'TIMEOUT' | 'UNEXPECTED_ANSWER'

/**
 * No answer of the exchange arrived: whether the request took effect is unknown. Signing again and repeating
 * the same client-chosen id (`batchId`) is safe.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: TransportCode

  constructor(code: TransportCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export type RequestErrorCode = 'TOO_MANY_SUBJECTS' | 'TOO_MANY_RECORDS' | 'BODY_TOO_LARGE'

/** The exchange would refuse this for its size, so nothing was sent. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: RequestErrorCode

  constructor(code: RequestErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** The answer was proven but its evidence could not be kept; what the request did at the exchange stands. */
export class EvidenceStorageError extends Error {
  override readonly name = 'EvidenceStorageError'
}

export type KeyErrorCode =
  | 'KEY_MALFORMED'
  | 'KEY_FILE_EXISTS'
  | 'KEY_FILE_UNWRITABLE'
  | 'KEY_FILE_MISSING'
  | 'KEY_FILE_EXPOSED'

/** A key or key file that cannot be used. The message never holds key material. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
  readonly code: KeyErrorCode

  constructor(code: KeyErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** A file that the department handed in (list, records, configuration, evidence) is not what it should be. */
export class InputFileError extends Error {
  override readonly name = 'InputFileError'
}

/** What the exchange answered could not be written where the department wants it. */
export class OutputFileError extends Error {
  override readonly name = 'OutputFileError'
}

export type NoteErrorCode =
  | 'NOTE_MALFORMED'
  | 'KEY_MALFORMED'
  | 'SIGNATURE_INVALID'
  | 'SIGNATURE_MISSING'
  | 'CHECKPOINT_MALFORMED'
  | 'ORIGIN_MISMATCH'

/** A signed note, checkpoint or verifier key that cannot be believed. */
export class NoteError extends Error {
  override readonly name = 'NoteError'
  readonly code: NoteErrorCode

  constructor(code: NoteErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The log showed two things that cannot both be true of one log that only grows. `evidencePath` holds both notes, each
 * signed by the exchange: whoever sees them knows.
 */
export class LogInconsistencyError extends Error {
  override readonly name = 'LogInconsistencyError'
  readonly evidencePath: string

  constructor(message: string, evidencePath: string) {
    super(message)
    this.evidencePath = evidencePath
  }
}
