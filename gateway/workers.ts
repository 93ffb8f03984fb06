import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { AggregatorRegistry } from 'prom-client'
import type { Config } from '../src/config.ts'
import { limits } from '../src/limits.ts'

/**
 * Several processes that listen at one address (`npm start -- --workers N`). Each is a replica: what holds across replicas
 * (replay, revocation, work that is done once) holds across them by the same means, the database. What a process counts in
 * memory is divided among them.
 */

/** What a worker is told before it starts. */
export type WorkerJob = { config: Config; databaseUrl: string }
/** What workers say and ask: `metrics` asks for those of all, and is answered under the same number. */
export type WorkerMessage = { worker: 'READY' } | { worker: 'METRICS'; id: number }
export type MetricsReply = { metricsOf: number; text: string }

/** Resolves when all of them listen. One that ends is replaced, until `close`. */
export async function startWorkers(job: WorkerJob, logger: Logger): Promise<{ close(): Promise<void> }> {
  cluster.setupPrimary({ exec: fileURLToPath(new URL('./worker.ts', import.meta.url)) })
  const aggregator = new AggregatorRegistry()
  const running = new Set<Worker>()
  let closing = false

  function fork(): Promise<void> {
    const worker = cluster.fork()
    running.add(worker)
    worker.send(job)
    return new Promise((resolve, reject) => {
      worker.on('message', (message: WorkerMessage) => {
        if (message.worker === 'READY') resolve()
        if (message.worker === 'METRICS') void tellMetrics(worker, message.id)
      })
      worker.once('exit', (code) => {
        running.delete(worker)
        reject(new WorkerFailed(code))
        if (closing) return
        logger.error({ code }, 'a worker ended and is replaced')
        setTimeout(() => {
          if (!closing) fork().catch(() => {})
        }, limits.workerRestartPause)
      })
    })
  }

  async function tellMetrics(worker: Worker, id: number): Promise<void> {
    const text = await aggregator.clusterMetrics().catch(() => '')
    const reply: MetricsReply = { metricsOf: id, text }
    if (worker.isConnected()) worker.send(reply)
  }

  async function close(): Promise<void> {
    closing = true
    await Promise.all(
      [...running].map((worker) => {
        const ended = new Promise((resolve) => worker.once('exit', resolve))
        worker.process.kill('SIGTERM')
        return ended
      }),
    )
  }

  try {
    await Promise.all(Array.from({ length: job.config.workers }, fork))
  } catch (error) {
    await close()
    throw error
  }
  return { close }
}

/** A worker could not start; what was wrong it has said itself. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed'

  constructor(code: number | null) {
    super(`工作进程未能启动 (a worker could not start: ${code})`)
  }
}
