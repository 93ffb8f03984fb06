/** `joint-credit-exchange/client`: what a department's own program needs. */
export type { AnnotatedCopy } from './annotated-download.ts'
export {
  type BatchFile,
  type BatchRemark,
  type BatchStatus,
  type BatchView,
  type FileFormat,
  isUnderWay,
  type MoneyTotal,
  type TextEncoding,
} from './batches.ts'
export {
  type Change,
  type ChangedListing,
  type ChangedSubject,
  type ChangeKind,
  type ChangePage,
  type FollowInput,
  isInForce,
  legalDay,
} from './changes.ts'
export {
  type Checkpoint,
  type CheckpointBody,
  type CheckpointTrust,
  logKeys,
  logOrigin,
  openCheckpoint,
} from './checkpoint.ts'
export {
  type DocumentFinding,
  type DocumentReport,
  type DocumentStatement,
  verifyDocument,
} from './document-verification.ts'
export { enrol, fetchExchangeKeys, type PendingEnrolment } from './enrolment.ts'
export {
  EvidenceStorageError,
  ExchangeRefusal,
  InputFileError,
  KeyError,
  LogInconsistencyError,
  NoteError,
  type NoteErrorCode,
  OutputFileError,
  type ReplyVerificationCode,
  ReplyVerificationError,
  RequestError,
  TransportError,
  type WebhookVerificationCode,
  WebhookVerificationError,
} from './errors.ts'
export { type EventClaims, verifyEvent } from './event-verification.ts'
export { type BodyFile, type Evidence, parseEvidence } from './evidence.ts'
export { type EvidenceFinding, type EvidenceReport, verifyEvidence } from './evidence-verification.ts'
export { createExchangeClient, type ExchangeClient } from './exchange-client.ts'
export type { BatchReceipt, SendFileInput } from './file-submission.ts'
export type { CertificateInput, IssuedDocument, ReportEdition, ReportInput } from './issued-documents.ts'
export { loadKeyFile, saveKeyFiles } from './key-files.ts'
export { generatePrivateJwk, type PrivateJwk, type PublicJwk, parsePublicJwk, thumbprint } from './keys.ts'
export type {
  FeedbackInput,
  LiftedInput,
  MeasureTaskFilter,
  MeasureTaskPhase,
  MeasureTaskView,
  TaskActInput,
  TaskReceipt,
} from './measure-tasks.ts'
export {
  type Consistency,
  type Hash,
  type Inclusion,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'
export type {
  AskedSubject,
  BatchResult,
  BusinessMatter,
  MeasureView,
  RecordProblem,
  ScreenInput,
  Screening,
  ScreeningResult,
} from './operations.ts'
export { type LogEntry, type PublishedKey, parseReceipt, type Receipt } from './receipt.ts'
export {
  type ReceiptFinding,
  type ReceiptReport,
  type ReceiptStep,
  type ReceiptTrust,
  verifyReceipt,
} from './receipt-verification.ts'
export { type ReceiptWords, wordsOf } from './receipt-words.ts'
export type {
  CorrectRecordInput,
  RecordChange,
  RecordChangeInput,
  SourceKey,
  SupersedeRecordInput,
  WithdrawRecordInput,
} from './record-changes.ts'
export { type ReplyClaims, verifyReply } from './reply-verification.ts'
export { type RequestClaims, signRequest } from './request-signature.ts'
export type { ExchangeClientOptions, Proof, Proven } from './signed-exchange.ts'
export { formatNoteKey, type NoteKey, type NoteKeyType, parseNoteKey } from './signed-note.ts'
export {
  type ExpectedWebhook,
  verifyWebhook,
  type WebhookDelivery,
  type WebhookHeaders,
} from './webhook-verification.ts'
