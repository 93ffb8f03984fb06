import { Worker } from 'node:worker_threads'
import { Refusal } from '../kernel/refusal.ts'
import { createTurns } from '../kernel/turns.ts'
import { limits } from '../limits.ts'
import type { DrawingOrder } from './pdf/draw-document.ts'

/** Draws documents (PDF), a few at once. */
export type Drawing = {
  /** Throws TOO_MANY_DOCUMENTS where too many wait already. */
  draw(order: DrawingOrder): Promise<Buffer>
}

/** `atOnce` are drawn together, `waiting` wait for it; each kind of asker has numbers of its own. */
export function createDrawing(
  drawOne: Drawing['draw'],
  most: { atOnce: number; waiting: number } = limits.documentsDrawn,
): Drawing {
  const inTurn = createTurns(most, (): never => {
    throw new Refusal(
      'TOO_MANY_DOCUMENTS',
      '等待生成的文件过多，请稍后以同一编号重试 (too many documents are waiting: repeat later under the same id)',
    )
  })
  return { draw: (order) => inTurn(() => drawOne(order)) }
}

/** In a thread that ends with it: queries are answered meanwhile, and nothing of fonts stays in memory. */
export function drawInThread(order: DrawingOrder): Promise<Buffer> {
  const worker = new Worker(new URL('./pdf/drawing-worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: limits.documentDrawingMemory },
  })
  return new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new RangeError('drawing a document took too long'))
      void worker.terminate()
    }, limits.documentDrawingTimeout)
    worker.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes)))
    worker.once('error', reject)
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(new RangeError('drawing a document ended without one'))
    })
  })
}
