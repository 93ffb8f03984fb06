import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../src/app.ts'
import { ReplayedRequest } from '../src/departments/caller.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import { type ConsoleAction, mayDo } from '../src/officers/officer-policy.ts'
import {
  annotatedRequest,
  batchOperation,
  createCounter,
  fileParameters,
  isFile,
  mediaTypes,
  parametersOf,
} from './batches-endpoint.ts'
import type { ConsoleRequests, Visit } from './console-request.ts'
import { type EdgeCode, refuse } from './http-refusal.ts'
import { jsonReply, type Reply, refusalReply, ruleRefusalReply, sha256 } from './reply.ts'
import { BodyFault, streamBody } from './request-body.ts'

/**
 * Files of officers, by session: `POST /console/batches?dataset=…&batchId=…&name=…` takes one in, as that of a department's
 * system does; `GET /console/batches/annotated?batchId=…` and `GET /console/documents/<serial>` hand one out.
 */
export function createConsoleFilesEndpoint(parts: { app: App; requests: ConsoleRequests }) {
  const { app, requests } = parts
  const arriving = createCounter()

  /** Answers an officer who may; what her request is, as far as nobody sends a body, is its address. */
  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    visit: Visit,
    asked: { action: ConsoleAction; operation: string },
    work: () => Promise<Reply>,
  ): Promise<void> {
    visit.operation = asked.operation
    const { reply, outcome } = mayDo(visit.officer, asked.action) ? await attempt(work) : refused('FORBIDDEN')
    if (!reply) return
    if (visit.notes.ended) return requests.refuseWith(response, 'NOT_SIGNED_IN')
    return requests.conclude(response, visit, {
      reply,
      outcome,
      requestSha256: sha256(Buffer.from(request.url ?? '')),
      dataVersion: await app.feedPosition(),
      // A file holds what is said of subjects, whichever way it goes.
      kind: 'LEAF',
    })
  }

  return {
    async receive(
      request: IncomingMessage,
      response: ServerResponse,
      allowSlowBody: () => void,
    ): Promise<void> {
      if (request.method === 'POST' && !isFile(request.headers['content-type']))
        return requests.refuseWith(response, 'MEDIA_TYPE_UNSUPPORTED')
      const visit = await requests.admit(request, response, { method: 'POST' })
      if (!visit) return
      allowSlowBody()
      const parameters = fileParameters.safeParse(parametersOf(request))
      const operation = await batchOperation(app, parameters.data?.dataset)
      const { department } = visit.officer
      const others = arriving.enter(department.id)
      try {
        await answer(request, response, visit, { action: 'batch.submit', operation }, async () => {
          if (others >= limits.filesReceivedAtOnce)
            return refusalReply(refuse('RATE_LIMITED', { 'retry-after': '5' }))
          if (!parameters.success) return refusalReply(refuse('FILE_PARAMETERS'))
          await app.files.admit(department, parameters.data)
          const receipt = await app.files.receive(
            requests.callerOf(visit),
            { ...parameters.data, sha256: null },
            streamBody(request, {
              most: limits.fileBytes,
              silence: limits.fileSilenceTimeout,
              whole: limits.fileReceiveTimeout,
            }),
            // Whether she may still act is asked in the transaction that takes the file.
            async () => {},
          )
          if (receipt.outcome !== 'TAKEN') throw new RangeError('no digest was announced')
          const { batchId, dataset, status, receivedAt } = receipt.batch
          return jsonReply(202, { batch: { batchId, dataset, status, receivedAt } })
        })
        // What was not begun is read to its end and forgotten, so that the answer reaches a browser that still sends.
        if (!request.readableDidRead) request.resume()
      } finally {
        arriving.leave(department.id)
      }
    },

    async annotated(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const visit = await requests.admit(request, response, { method: 'GET' })
      if (!visit) return
      const asked = annotatedRequest.safeParse(parametersOf(request))
      await answer(
        request,
        response,
        visit,
        { action: 'record.read', operation: 'annotated batch' },
        async () => {
          if (!asked.success) return refusalReply(refuse('FILE_PARAMETERS'))
          const { name, format, ...body } = await app.batches.annotated(
            requests.callerOf(visit),
            asked.data.batchId,
          )
          return attachment(name, (format && mediaTypes[format]) ?? 'application/octet-stream', body)
        },
      )
    },

    async document(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const visit = await requests.admit(request, response, { method: 'GET' })
      if (!visit) return
      const path = (request.url ?? '').split('?', 1)[0] ?? ''
      const serial = path.slice(path.lastIndexOf('/') + 1)
      // It tells of a subject, so that it was fetched again is in the log.
      await answer(
        request,
        response,
        visit,
        { action: 'certificate.print', operation: 'document' },
        async () => {
          const document = await app.issuedBefore(requests.callerOf(visit), serial)
          if (!document) return refusalReply(refuse('NOT_FOUND'))
          return attachment(`${document.serial}.pdf`, 'application/pdf', document.pdf)
        },
      )
    },
  }
}

const attachment = (name: string, contentType: string, body: Reply['body']): Reply => ({
  status: 200,
  body,
  contentType,
  headers: { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` },
})

const refused = (code: EdgeCode) => ({ reply: refusalReply(refuse(code)), outcome: code })

/** Null: the sender is gone and nobody hears an answer. */
async function attempt(work: () => Promise<Reply>): Promise<{ reply: Reply | null; outcome: string }> {
  try {
    const reply = await work()
    return { reply, outcome: reply.status < 400 ? 'OK' : 'REFUSED' }
  } catch (error) {
    if (error instanceof Refusal) return { reply: ruleRefusalReply(error), outcome: error.code }
    if (error instanceof ReplayedRequest) return refused('NOT_SIGNED_IN')
    if (error instanceof BodyFault)
      return error.code === 'ABORTED' ? { reply: null, outcome: 'ABORTED' } : refused(error.code)
    throw error
  }
}
