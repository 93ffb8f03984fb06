import { access, constants, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BatchView } from '../batches.ts'
import { OutputFileError, TransportError } from '../errors.ts'
import type { ExchangeClient } from '../exchange-client.ts'
import { note, UsageError } from './command.ts'
import type { Progress, Screen } from './progress.ts'
import { shellWord } from './terminal-text.ts'

/** Waiting for a batch, and its annotated copy. */

/** As shells tell it: 128 and the number of SIGINT. */
const interrupted = 130

export const standardError: Screen = {
  isTTY: process.stderr.isTTY === true,
  get columns() {
    return process.stderr.columns ?? 80
  },
  write: (text) => void process.stderr.write(text),
}

/** Until it no longer goes on by itself. Whoever stops waiting is told that the exchange does not stop. */
export async function follow(
  client: ExchangeClient,
  batchId: string,
  progress: Progress,
): Promise<BatchView> {
  const goesOn = () => {
    progress.end()
    note(
      `文件仍在处理，不必重新报送；查看 (the exchange goes on with the file, do not send it again; to look): jce batch ${shellWord(batchId)} --watch`,
    )
  }
  const stop = () => {
    goesOn()
    process.exit(interrupted)
  }
  process.once('SIGINT', stop)
  try {
    let last: BatchView | undefined
    for await (const { data } of client.watchBatch(batchId)) {
      last = data
      progress.batch(data)
    }
    progress.end()
    return last ?? noBatch()
  } catch (error) {
    if (error instanceof TransportError) goesOn()
    throw error
  } finally {
    process.removeListener('SIGINT', stop)
  }
}

function noBatch(): never {
  throw new TransportError('UNEXPECTED_ANSWER', 'expected a batch')
}

/** Before half a gigabyte is sent: whether the annotated copy can be written there, and not over the file itself. */
export async function checkAnnotatedTarget(target: string, source?: string): Promise<void> {
  await access(dirname(target), constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new OutputFileError(`无法写入 ${target} (cannot write the file: ${cause.code ?? 'unknown error'})`)
  })
  const [one, other] = await Promise.all(
    [target, source ?? ''].map((path) => realpath(path).catch(() => null)),
  )
  if (one !== null && one === other)
    throw new UsageError('批注文件不得覆盖原文件 (the annotated copy must not replace the file itself)')
}

export async function saveAnnotated(client: ExchangeClient, view: BatchView, target: string): Promise<void> {
  if (view.annotated === null) {
    note('没有批注文件 (there is no annotated copy: every row was taken, or the batch is not finished)')
    return
  }
  const { data } = await client.downloadAnnotated(view.batchId, target)
  note(`批注文件已写入 annotated copy written: ${data.path} (${data.size} bytes, SHA-256 ${data.sha256})`)
}
