import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { OutputFileError, TransportError } from './errors.ts'
import { limits } from './limits.ts'
import {
  digestedBytes,
  type ExchangeClientOptions,
  exchangeSigned,
  type FileBody,
  type Proven,
  receiveBytes,
  throwRefusal,
} from './signed-exchange.ts'

/** The file again, with the reason beside each row that was not taken; `sha256` in base64url. */
export interface AnnotatedCopy {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

/**
 * `POST /batches/annotated`. Until the digest of what came is the one that the exchange signed, nothing stands under
 * the name that was asked for; of an answer that is not proven nothing is left.
 * @throws ExchangeRefusal BATCH_STATE where there is none; OutputFileError
 */
export async function downloadAnnotated(
  options: ExchangeClientOptions,
  batchId: string,
  path: string,
): Promise<Proven<AnnotatedCopy>> {
  const draft = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.part`)
  const request = digestedBytes(new TextEncoder().encode(JSON.stringify({ batchId })))
  try {
    const answer = await exchangeSigned(
      options,
      {
        target: '/batches/annotated',
        headers: { 'content-type': 'application/json' },
        body: request,
        init: () => ({ body: request.bytes }),
        timeoutMs: limits.fileSilenceTimeout,
      },
      (response, alive) =>
        response.status === 200
          ? receiveFile(response, { draft, name: basename(path), alive })
          : receiveBytes(response, alive),
    )
    await throwRefusal(answer)
    const { body } = answer
    if (body.kind !== 'FILE')
      throw new TransportError('UNEXPECTED_ANSWER', `HTTP ${answer.status} without a file`)
    const proof = await answer.keep()
    await rename(draft, path).catch((cause) => unwritable(path, cause))
    return { data: { path, size: body.size, sha256: body.sha256 }, proof }
  } finally {
    await rm(draft, { force: true })
  }
}

async function receiveFile(
  response: Response,
  { draft, name, alive }: { draft: string; name: string; alive: () => void },
): Promise<FileBody> {
  const file = await open(draft, 'wx', 0o600).catch((cause) => unwritable(draft, cause))
  try {
    const digest = createHash('sha256')
    let size = 0
    for await (const piece of response.body ?? []) {
      alive()
      size += piece.length
      if (size > limits.annotatedBytes) {
        throw new TransportError('UNEXPECTED_ANSWER', `expected at most ${limits.annotatedBytes} bytes`)
      }
      digest.update(piece)
      await write(file, piece, draft)
    }
    await file.sync().catch((cause) => unwritable(draft, cause))
    const sha256 = digest.digest('base64url')
    return { kind: 'FILE', size, sha256, kept: { bodyFile: { name, size, sha256 } } }
  } finally {
    await file.close()
  }
}

async function write(file: FileHandle, piece: Uint8Array, path: string): Promise<void> {
  await file.writeFile(piece).catch((cause) => unwritable(path, cause))
}

function unwritable(path: string, cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
  throw new OutputFileError(`无法写入 ${path} (cannot write the file: ${code})`)
}
