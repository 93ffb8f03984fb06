import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { InputFileError } from './errors.ts'
import type { Bytes } from './http.ts'
import { limits } from './limits.ts'

/** A file on this machine as it was when it was digested; `sha256` in base64url. */
export interface SourceFile {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly sha256: string
}

/**
 * Reads the file once, piece by piece, for its digest.
 * @throws InputFileError
 */
export async function inspectFile(path: string): Promise<SourceFile> {
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => unreadable(path, cause))
  if (!facts.isFile()) throw new InputFileError(`${path} 不是文件 (expected a file)`)
  const digest = createHash('sha256')
  let size = 0
  for await (const piece of piecesOf(path)) {
    digest.update(piece)
    size += piece.length
  }
  return { path, name: basename(path), size, sha256: digest.digest('base64url') }
}

/**
 * The same bytes again, to be sent, as they are asked for: exactly those that were digested. The stream fails with
 * InputFileError where the file is another one by now.
 */
export function streamOf(file: SourceFile, onPiece: (sent: number) => void): ReadableStream<Bytes> {
  const pieces = bytesOf(file, onPiece)
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: async () => void (await pieces.return(undefined)),
    },
    { highWaterMark: 0 },
  )
}

async function* bytesOf(file: SourceFile, onPiece: (sent: number) => void): AsyncGenerator<Bytes> {
  const digest = createHash('sha256')
  let sent = 0
  for await (const piece of piecesOf(file.path)) {
    sent += piece.length
    if (sent > file.size) throw changed(file)
    digest.update(piece)
    // The last piece goes out only when the whole is known to be what was signed.
    if (sent === file.size && digest.copy().digest('base64url') !== file.sha256) throw changed(file)
    onPiece(sent)
    yield piece
  }
  if (sent < file.size) throw changed(file)
}

async function* piecesOf(path: string): AsyncGenerator<Bytes> {
  try {
    yield* createReadStream(path, { highWaterMark: limits.fileChunkBytes })
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function changed({ path }: SourceFile): InputFileError {
  return new InputFileError(
    `${path} 在发送期间改变，请重新运行 (the file changed while it was being sent: run it again)`,
  )
}

function unreadable(path: string, cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
  throw new InputFileError(`无法读取 ${path} (cannot read the file: ${code})`)
}
