/** `joint-credit-exchange/client`: what a department's own program needs. */
export { enrol, fetchExchangeKeys, type PendingEnrolment } from './enrolment.ts'
export {
  EvidenceStorageError,
  ExchangeRefusal,
  InputFileError,
  KeyError,
  type ReplyVerificationCode,
  ReplyVerificationError,
  RequestError,
  TransportError,
} from './errors.ts'
export { type Evidence, parseEvidence } from './evidence.ts'
export { type EvidenceFinding, type EvidenceReport, verifyEvidence } from './evidence-verification.ts'
export {
  createExchangeClient,
  type ExchangeClient,
  type ExchangeClientOptions,
  type Proof,
  type Proven,
} from './exchange-client.ts'
export { loadKeyFile, saveKeyFiles } from './key-files.ts'
export { generatePrivateJwk, type PrivateJwk, type PublicJwk, parsePublicJwk, thumbprint } from './keys.ts'
export type { AskedSubject, BatchResult, ScreenInput, Screening, ScreeningResult } from './operations.ts'
export { type ReplyClaims, verifyReply } from './reply-verification.ts'
export { type RequestClaims, signRequest } from './request-signature.ts'
