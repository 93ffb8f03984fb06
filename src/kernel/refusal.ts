/**
 * What a rule refuses. Codes are a closed union, the message is for the clerk (Chinese, then English), and the legal
 * basis is named where a law says so. A refusal is an answer, not a bug: it reaches the caller as it is.
 */
export type RefusalCode =
  | 'BATCH_ID_REUSED'
  | 'BATCH_NOT_FOUND'
  | 'BATCH_STATE'
  | 'BATCH_TOO_LARGE'
  | 'CHANGE_ID_REUSED'
  | 'NOT_YET_IN_CHECKPOINT'
  | 'CHECKPOINT_UNKNOWN'
  | 'COSIGNATURE_INVALID'
  | 'DATASET_NOT_DRAFT'
  | 'DATASET_NOT_FOUND'
  | 'DATASET_NOT_ACTIVE'
  | 'DATASET_NOT_YOURS'
  | 'DOCUMENT_ERASED'
  | 'DOCUMENT_ID_REUSED'
  | 'DOCUMENT_REQUIRED'
  | 'IDENTIFIER_AMBIGUOUS'
  | 'IDENTITY_CONTRADICTION'
  | 'IDENTITY_GROUND_NOT_FITTING'
  | 'IDENTITY_NOT_JUDGED'
  | 'IDENTITY_NOT_YOURS'
  | 'IDENTITY_PROPOSAL_NOT_FOUND'
  | 'INPUT_INVALID'
  | 'KEY_UNACCEPTABLE'
  | 'LIST_TYPE_NOT_ACTIVE'
  | 'PROOF_INVALID'
  | 'PROPOSAL_ID_REUSED'
  | 'PROPOSAL_INVALID'
  | 'RATE_LIMITED'
  | 'RECORD_NOT_FOUND'
  | 'RECORD_REPAIRED'
  | 'RECORD_SUPERSEDED'
  | 'RECORD_WITHDRAWN'
  | 'REGISTRATION_ID_REUSED'
  | 'REPORT_NOT_AUTHORISED'
  | 'SAMPLE_UNREADABLE'
  | 'SEARCH_TOO_SHORT'
  | 'SOURCE_KEY_TAKEN'
  | 'SUBJECT_NOT_FOUND'
  | 'LISTING_NOT_FOUND'
  | 'LISTING_NOT_YOURS'
  | 'ACTION_ID_REUSED'
  | 'TRANSITION_NOT_ALLOWED'
  | 'CASE_ALREADY_OPEN'
  | 'CASE_NOT_FOUND'
  | 'CASE_NOT_YOURS'
  | 'REPAIR_TOO_EARLY'
  | 'REPAIR_NOT_POSSIBLE'
  | 'TASK_NOT_FOUND'
  | 'TASK_STATE'
  | 'TOO_MANY_DOCUMENTS'
  | 'TOO_MANY_FILES'
  | 'TOO_MANY_SUBJECTS'
  | 'TOO_MANY_WEBHOOKS'
  | 'RECEIPT_NOT_FOUND'
  | 'TOO_MANY_WITNESSES'
  | 'WEBHOOK_NOT_FOUND'
  | 'WITNESS_UNKNOWN'
  | 'WITNESS_UNACCEPTABLE'
  | 'FOUR_EYES_REQUIRED'
  | 'ACT_NOT_FOUND'
  | 'ACT_NOT_YOURS'
  | 'ACT_STATE'
  | 'ACT_TARGET_CHANGED'
  | 'ACT_TARGET_NOT_FOUND'
  | 'ACT_UNREADABLE'

export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** Those of administrators where one is told to an officer at the console. */
  readonly code: RefusalCode | AdministrationCode
  readonly legalBasis: string | null
  /** Numbers of what stands in the way, where the code says of what kind. */
  readonly concerns: readonly number[]

  constructor(
    code: RefusalCode | AdministrationCode,
    message: string,
    legalBasis: string | null = null,
    concerns: readonly number[] = [],
  ) {
    super(message)
    this.code = code
    this.legalBasis = legalBasis
    this.concerns = concerns
  }
}

/** The use cases of administrators and of enrolment have refusals of their own. */
export type AdministrationCode =
  | 'ALREADY_EXISTS'
  | 'ALREADY_MERGED'
  | 'CATALOGUE_INVALID'
  | 'COMMAND_LINE_ONLY'
  | 'DATASET_NOT_FOUND'
  | 'DEPARTMENT_CLOSED'
  | 'DEPARTMENT_NOT_FOUND'
  | 'DIVISION_NOT_FOUND'
  | 'ERASURE_HINDERED'
  | 'FILES_UNFINISHED'
  | 'HELD_ROW_NOT_FOUND'
  | 'INPUT_INVALID'
  | 'KEY_NOT_FOUND'
  | 'LAST_ADMINISTRATOR'
  | 'MERGE_CIRCLE'
  | 'NOT_ALLOWED'
  | 'NOT_A_PERSON'
  | 'OFFICER_NOT_FOUND'
  | 'RECOVERY_NOT_FOUND'
  | 'SAME_PERSON'
  | 'SESSION_NOT_FOUND'
  | 'SUBJECT_NOT_FOUND'
  | 'WRONG_STATE'

export class AdministrationRefusal extends Error {
  override readonly name = 'AdministrationRefusal'
  readonly code: AdministrationCode

  constructor(code: AdministrationCode, message: string) {
    super(message)
    this.code = code
  }
}
