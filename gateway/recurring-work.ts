import type { Logger } from 'pino'
import type { App } from '../src/app.ts'
import { limits } from '../src/limits.ts'
import { describeError } from './describe-error.ts'
import type { Metrics } from './metrics.ts'

/** Work that nobody asks for, on every replica: what fails is told and tried again next time. */
export function startRecurringWork(parts: {
  app: App
  metrics: Metrics
  logger: Logger
  isStopping(): boolean
}): { stop(): Promise<void> } {
  const { app, metrics, logger, isStopping } = parts
  const { escalationInterval } = limits

  const failed = (what: string) => (error: unknown) => {
    for (const each of error instanceof AggregateError ? error.errors : [error])
      logger.error(describeError(each), `${what} failed and is tried again`)
  }
  const fileWorker = app.startFileWorker((batchRef, error) =>
    logger.error({ ...describeError(error), batch: batchRef }, 'work on a file failed and is tried again'),
  )

  const jobs = [
    fileWorker,
    repeating(
      limits.usedTokenSweepInterval,
      limits.usedTokenSweepInterval,
      failed('sweeping used tokens'),
      async () => {
        await app.sweepUsedTokens()
      },
    ),
    repeating(limits.fileSweepInterval, limits.fileSweepInterval, failed('sweeping files'), async () => {
      await app.files.sweep()
    }),
    repeating(
      limits.documentSweepInterval,
      limits.documentSweepInterval,
      failed('erasing old documents and acts'),
      async () => {
        await app.eraseOldDocuments()
        await app.pendingActs.eraseOld()
      },
    ),
    repeating(
      limits.officerSweepInterval,
      limits.officerSweepInterval,
      failed('sweeping sessions of officers'),
      async () => {
        await app.sessions.sweep()
        await app.signIns.sweep()
      },
    ),
    repeating(limits.openDataInterval, limits.openDataInterval, failed('making open data'), async () => {
      const done = await app.openData.refresh()
      if (done === 'MADE') logger.info('the files of open data were made')
    }),
    repeating(0, limits.publicIndexInterval, failed('following the feed for the public'), async () => {
      await app.publicity.catchUp()
    }),
    repeating(0, limits.nameKeyingInterval, failed('keying names'), async () => {
      const keyed = await app.nameKeying.catchUp(isStopping)
      if (keyed > 0) logger.info({ keyed }, 'names were keyed by the rules of this version')
    }),
    // In force is told by the days; this only notes what is over, soon after midnight (Asia/Shanghai) and at every start.
    repeating(0, limits.endNotingInterval, failed('noting what is over'), async () => {
      const noted = await app.memberships.noteEnded()
      if (noted > 0) logger.info({ noted }, 'memberships that are over were noted')
    }),
    repeating(0, limits.checkpointPollInterval, failed('signing a checkpoint'), async () => {
      const wasIntact = app.checkpoints.isLogIntact()
      while (!isStopping() && (await app.checkpoints.publishDue()))
        logger.info('catching up with checkpoints')
      const isIntact = app.checkpoints.isLogIntact()
      metrics.logIntact.set(isIntact ? 1 : 0)
      if (wasIntact && !isIntact) logger.fatal('the log was changed after it was signed: queries are refused')
      if (!wasIntact && isIntact) logger.info('the log is again as it was signed: queries are answered')
    }),
    repeating(
      limits.signingCheckInterval,
      limits.signingCheckInterval,
      failed('reaching the signing key'),
      async () => {
        if (app.signer.reachable()) return
        await app.signer.check(app.clock.now())
        logger.info('the signing key is reached again: queries are answered')
      },
    ),
    repeating(escalationInterval, escalationInterval, failed('escalation'), async () => {
      const escalated = await app.remedyTimeliness.escalateOverdue(app.clock.now())
      if (escalated > 0) logger.warn({ escalated }, 'steps of cases are overdue')
    }),
    repeating(0, limits.taskFanOutInterval, failed('making tasks of joint punishment'), async () => {
      const tasks = await app.taskFanOut.catchUp(isStopping)
      if (tasks > 0) logger.info({ tasks }, 'tasks of joint punishment were made or moved')
    }),
    repeating(escalationInterval, escalationInterval, failed('escalation of tasks'), async () => {
      const escalated = await app.taskTimeliness.escalateOverdue(app.clock.now(), isStopping)
      if (escalated > 0) logger.warn({ escalated }, 'steps of tasks of joint punishment are overdue')
    }),
  ]
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}

/** Runs again and again, never twice at once. */
function repeating(
  firstAfter: number,
  interval: number,
  failed: (error: unknown) => void,
  work: () => Promise<void>,
): { stop(): Promise<void> } {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  const run = () => {
    running = work()
      .catch(failed)
      .then(() => {
        if (!stopped) timer = setTimeout(run, interval).unref()
      })
  }
  let timer = setTimeout(run, firstAfter).unref()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
