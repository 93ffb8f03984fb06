import {
  type BatchStatus,
  type BatchView,
  batchStatuses,
  type FileFormat,
  findBatch,
  type TextEncoding,
} from './batches.ts'
import { isJsonObject, isText, parseJsonObject } from './encoding.ts'
import { RequestError, TransportError } from './errors.ts'
import { limits } from './limits.ts'
import { repeatWhileUnanswered } from './repetition.ts'
import {
  type ExchangeClientOptions,
  exchangeSigned,
  type Proven,
  type SignedAnswer,
  throwRefusal,
} from './signed-exchange.ts'
import { inspectFile, type SourceFile, streamOf } from './source-file.ts'

/**
 * `batchId` is chosen by the caller: the same id with the same file gives the same batch for ever. Format, sheet and
 * encoding are told from the file itself unless named. `onSent` hears how many bytes went out.
 */
export interface SendFileInput {
  readonly dataset: string
  readonly batchId: string
  readonly path: string
  /** What the file is called at the exchange; otherwise as on this machine. */
  readonly name?: string | undefined
  readonly format?: FileFormat | undefined
  readonly sheet?: string | undefined
  readonly encoding?: TextEncoding | undefined
  readonly onSent?: ((sent: number, total: number) => void) | undefined
}

/** The file is received whole; what becomes of it is told by the batch. */
export interface BatchReceipt {
  readonly batchId: string
  readonly dataset: string
  readonly status: BatchStatus
  readonly receivedAt: string
}

/**
 * `POST /batches`. The file is read twice, never whole into memory. Where no answer came, the exchange is asked for
 * the batch before half a gigabyte is sent again.
 */
export async function sendFile(
  options: ExchangeClientOptions,
  input: SendFileInput,
): Promise<Proven<BatchReceipt>> {
  const file = await inspectFile(input.path)
  if (file.size > limits.fileBytes) {
    throw new RequestError('BODY_TOO_LARGE', `expected at most ${limits.fileBytes} bytes, got ${file.size}`)
  }
  return repeatWhileUnanswered(async (attempt) => {
    const known = attempt === 1 ? null : await alreadyReceived(options, input, file)
    return known ?? sendOnce(options, input, file)
  })
}

async function alreadyReceived(
  options: ExchangeClientOptions,
  input: SendFileInput,
  file: SourceFile,
): Promise<Proven<BatchReceipt> | null> {
  const { data: batch, proof } = await findBatch(options, input.batchId)
  if (!batch || !isOf(batch, input, file)) return null
  const { batchId, dataset, status, receivedAt } = batch
  return { data: { batchId, dataset, status, receivedAt }, proof }
}

/** In doubt it is not: sent again, the exchange decides. */
function isOf(batch: BatchView, input: SendFileInput, { sha256 }: SourceFile): boolean {
  const { file, dataset } = batch
  return (
    file?.sha256 === sha256 &&
    dataset === input.dataset &&
    (input.format ?? file.format) === file.format &&
    (input.sheet ?? file.sheet) === file.sheet &&
    (input.encoding ?? file.encoding) === file.encoding
  )
}

async function sendOnce(
  options: ExchangeClientOptions,
  input: SendFileInput,
  file: SourceFile,
): Promise<Proven<BatchReceipt>> {
  const { size, sha256 } = file
  const answer = await exchangeSigned(options, {
    target: targetOf(input, file),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: { sha256, kept: { bodyFile: { name: file.name, size, sha256 } } },
    init: (alive) => ({
      // The answer may come before the file is out: a refusal does.
      duplex: 'half',
      // Where a redirect could be looked at, fetch keeps a copy of the whole body in memory.
      redirect: 'error',
      body: streamOf(file, (sent) => {
        alive()
        input.onSent?.(sent, size)
      }),
    }),
    timeoutMs: limits.fileSilenceTimeout,
  })
  await throwRefusal(answer)
  const proof = await answer.keep()
  return { data: readReceipt(answer), proof }
}

function targetOf(
  { dataset, batchId, name, format, sheet, encoding }: SendFileInput,
  file: SourceFile,
): string {
  const parameters = new URLSearchParams({ dataset, batchId })
  const named = { name: fileName(name ?? file.name), format, sheet, encoding }
  for (const [key, value] of Object.entries(named)) if (value !== undefined) parameters.set(key, value)
  return `/batches?${parameters}`
}

/** The name is for people to recognise the file by: never a reason for a refusal. */
function fileName(name: string): string {
  return [...name.replace(/\p{Cc}/gu, '_')].slice(-Math.floor(limits.fileNameCharacters / 2)).join('')
}

function readReceipt({ status, body }: SignedAnswer): BatchReceipt {
  const answer = body.kind === 'BYTES' ? parseJsonObject(body.bytes)?.batch : undefined
  if (status === 202 && isJsonObject(answer)) {
    const { batchId, dataset, receivedAt } = answer
    const state = batchStatuses.find((known) => known === answer.status)
    if (isText(batchId) && isText(dataset) && state && isText(receivedAt))
      return { batchId, dataset, status: state, receivedAt }
  }
  throw new TransportError('UNEXPECTED_ANSWER', `HTTP ${status} without a batch`)
}
