import { type AnnotatedCopy, downloadAnnotated } from './annotated-download.ts'
import {
  type BatchView,
  cancelBatch,
  confirmBatch,
  findBatch,
  listBatches,
  listProblems,
  watchBatch,
} from './batches.ts'
import { type ChangePage, changePages, type FollowInput, follow } from './changes.ts'
import { RequestError } from './errors.ts'
import type { Evidence } from './evidence.ts'
import { type BatchReceipt, type SendFileInput, sendFile } from './file-submission.ts'
import { query, type Variables } from './graphql-query.ts'
import {
  type CertificateInput,
  type IssuedDocument,
  issueCertificate,
  issueReport,
  type ReportInput,
} from './issued-documents.ts'
import { type PrivateJwk, publicJwk } from './keys.ts'
import { limits } from './limits.ts'
import {
  actOnTask,
  type FeedbackInput,
  type LiftedInput,
  listTasks,
  type MeasureTaskFilter,
  type MeasureTaskView,
  type TaskActInput,
  type TaskReceipt,
} from './measure-tasks.ts'
import {
  type BatchResult,
  type KeyRotation,
  type RecordProblem,
  ROTATE_KEY,
  type RotateKeyPayload,
  refusedByRule,
  SCREEN,
  type ScreenInput,
  type Screening,
  SUBMIT_RECORDS,
  type SubmitRecordsInput,
  type SubmitRecordsPayload,
} from './operations.ts'
import { rotationProof } from './possession-proof.ts'
import type { Receipt } from './receipt.ts'
import { requestReceipt } from './receipt-request.ts'
import {
  type CorrectRecordInput,
  changeRecord,
  type RecordChange,
  type SupersedeRecordInput,
  type WithdrawRecordInput,
} from './record-changes.ts'
import { repeatWhileUnanswered } from './repetition.ts'
import type { ExchangeClientOptions, Proven } from './signed-exchange.ts'

/**
 * The department's side of the exchange: signs each request, and gives back only answers whose signature and digest
 * hold. All methods throw ExchangeRefusal, ReplyVerificationError, TransportError, RequestError, EvidenceStorageError.
 */
export interface ExchangeClient {
  query<T>(document: string, variables?: Variables): Promise<Proven<T>>
  /** At most 5,000 subjects. */
  screen(input: ScreenInput): Promise<Proven<Screening>>
  /** At most 5,000 records. Repeated by itself when no answer comes: the batch id makes that safe. */
  submitRecords(input: SubmitRecordsInput): Promise<Proven<BatchResult>>
  /** A file of records of up to 512 MiB, streamed. Repeated by itself like submitRecords. Throws InputFileError. */
  sendFile(input: SendFileInput): Promise<Proven<BatchReceipt>>
  /** Null where there is none. */
  batch(batchId: string): Promise<Proven<BatchView | null>>
  /** The batch, again and again, until it no longer goes on by itself; only the last one is kept as evidence. */
  watchBatch(batchId: string): AsyncIterable<Proven<BatchView>>
  /** Latest first. */
  batches(filter?: { readonly dataset?: string | undefined }): AsyncIterable<BatchView>
  /** All problems of a batch, in the order of its rows. */
  problems(batchId: string): AsyncIterable<RecordProblem>
  /** Stops a file on its way. What was stored until then stays. */
  cancelBatch(batchId: string): Promise<Proven<BatchView>>
  /** An officer (经办人) looked at a suspicious file and answers for it. */
  confirmBatch(
    batchId: string,
    by: { readonly officer: string; readonly reason: string },
  ): Promise<Proven<BatchView>>
  /** Written to `toPath` only when it is proven. Throws OutputFileError. */
  downloadAnnotated(batchId: string, toPath: string): Promise<Proven<AnnotatedCopy>>
  correctRecord(input: CorrectRecordInput): Promise<Proven<RecordChange>>
  withdrawRecord(input: WithdrawRecordInput): Promise<Proven<RecordChange>>
  supersedeRecord(input: SupersedeRecordInput): Promise<Proven<RecordChange>>
  /** The change feed from a position to its end, page by page: apply a page and keep its `upTo` in one transaction. */
  changes(after: number): AsyncIterable<ChangePage>
  /** Every change as it happens, until the signal ends it. Repeated by itself when the stream breaks off. */
  follow(input: FollowInput): Promise<void>
  /** What the department has to do for joint punishment, in the order of delivery. */
  tasks(filter?: MeasureTaskFilter): AsyncIterable<MeasureTaskView>
  respondToTask(input: TaskActInput): Promise<Proven<TaskReceipt>>
  /** Given again it amends, until the measure is to be lifted. */
  reportFeedback(input: FeedbackInput): Promise<Proven<TaskReceipt>>
  confirmLifted(input: LiftedInput): Promise<Proven<TaskReceipt>>
  /**
   * The log's receipt for an exchange of ours, once a checkpoint covers it, which takes about ten seconds; `onWait` is
   * told of each wait in milliseconds. Check it by `verifyReceipt`. Refused as RECEIPT_NOT_FOUND for another's request.
   */
  receipt(evidence: Evidence, onWait?: (ms: number) => void): Promise<Receipt>
  /** A certificate of search (查询证明) as PDF with the signed statement inside. Repeated by itself like submitRecords. */
  issueCertificate(input: CertificateInput): Promise<Proven<IssuedDocument>>
  /** A public credit report (公共信用信息报告), likewise. */
  issueReport(input: ReportInput): Promise<Proven<IssuedDocument>>
  /** Brings in `next`, proven by itself and signed for by the present key. */
  rotateKey(next: PrivateJwk): Promise<Proven<KeyRotation>>
}

export function createExchangeClient(options: ExchangeClientOptions): ExchangeClient {
  return {
    query: (document, variables) => query(options, document, variables),

    async screen(input) {
      if (input.subjects.length > limits.subjectsPerScreening) {
        throw new RequestError(
          'TOO_MANY_SUBJECTS',
          `expected at most ${limits.subjectsPerScreening} subjects, got ${input.subjects.length}`,
        )
      }
      const { data, proof } = await query<{ screen: Screening }>(options, SCREEN, { input })
      return { data: data.screen, proof }
    },

    async submitRecords(input) {
      if (input.records.length > limits.recordsPerBatch) {
        throw new RequestError(
          'TOO_MANY_RECORDS',
          `expected at most ${limits.recordsPerBatch} records, got ${input.records.length}`,
        )
      }
      return repeatWhileUnanswered(async () => {
        const { data, proof } = await query<{ submitRecords: SubmitRecordsPayload }>(
          options,
          SUBMIT_RECORDS,
          {
            input,
          },
        )
        const payload = data.submitRecords
        if (payload.__typename === 'Refusal') throw refusedByRule(payload)
        return { data: payload.batch, proof }
      })
    },

    sendFile: (input) => sendFile(options, input),
    batch: (batchId) => findBatch(options, batchId),
    watchBatch: (batchId) => watchBatch(options, batchId),
    batches: (filter) => listBatches(options, filter?.dataset ?? null),
    problems: (batchId) => listProblems(options, batchId),
    cancelBatch: (batchId) => cancelBatch(options, batchId),
    confirmBatch: (batchId, by) => confirmBatch(options, batchId, by),
    downloadAnnotated: (batchId, toPath) => downloadAnnotated(options, batchId, toPath),
    correctRecord: (input) => changeRecord(options, 'CORRECT', input),
    withdrawRecord: (input) => changeRecord(options, 'WITHDRAW', input),
    supersedeRecord: (input) => changeRecord(options, 'SUPERSEDE', input),

    changes: (after) => changePages(options, after),
    follow: (input) => follow(options, input),

    tasks: (filter = {}) => listTasks(options, filter),
    respondToTask: (input) => actOnTask(options, 'RESPOND', input),
    reportFeedback: (input) => actOnTask(options, 'FEED_BACK', input),
    confirmLifted: (input) => actOnTask(options, 'CONFIRM_LIFTED', input),

    receipt: (evidence, onWait) => requestReceipt(options, evidence, onWait),
    issueCertificate: (input) => issueCertificate(options, input),
    issueReport: (input) => issueReport(options, input),

    async rotateKey(next) {
      const proofOfNext = await rotationProof(next, {
        audience: options.audience,
        department: options.department,
        issuedAt: Math.floor(Date.now() / 1000),
      })
      const { data, proof } = await query<{ rotateKey: RotateKeyPayload }>(options, ROTATE_KEY, {
        input: { jwk: publicJwk(next), proof: proofOfNext },
      })
      if (data.rotateKey.__typename === 'Refusal') throw refusedByRule(data.rotateKey)
      return { data: data.rotateKey, proof }
    },
  }
}
