import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { App } from '../src/app.ts'
import { ReplayedRequest } from '../src/departments/caller.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import type { FileFormat } from '../src/tabular/tabular-file.ts'
import { isJson, parseJsonBody } from './graphql-request.ts'
import { jsonReply, type Reply, ruleRefusalReply, sha256 } from './reply.ts'
import { BodyFault, streamBody } from './request-body.ts'
import { type Arrival, refusalVerdict, type SignedExchange, type Verdict } from './signed-exchange.ts'
import { faultSince } from './signed-query.ts'

/**
 * `POST /batches?dataset=…&batchId=…`: a file of records. Signed like a query; what the address says of the file is
 * signed with it, since `htu` names path and query. The body is kept as it streams and nothing takes effect unless
 * its digest is the signed one.
 */

export const isFile = (contentType: string | undefined) => {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  return (
    type !== undefined &&
    type !== '' &&
    !type.startsWith('multipart/') &&
    !type.endsWith('x-www-form-urlencoded')
  )
}

const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u)
export const fileParameters = z.strictObject({
  dataset: text(64),
  batchId: text(limits.batchIdCharacters),
  name: text(limits.fileNameCharacters).default('file'),
  format: z.enum(['CSV', 'XLSX', 'NDJSON', 'XML']).nullable().default(null),
  sheet: text(limits.fileNameCharacters).nullable().default(null),
  encoding: z.enum(['UTF-8', 'GB18030', 'UTF-16LE']).nullable().default(null),
})

/** Each parameter once: a second one is refused like an unknown one. */
export function parametersOf(request: IncomingMessage): unknown {
  const pairs = [...new URLSearchParams(searchOf(request))]
  return new Set(pairs.map(([name]) => name)).size === pairs.length ? Object.fromEntries(pairs) : null
}

function searchOf(request: IncomingMessage): string {
  const url = request.url ?? ''
  return url.includes('?') ? url.slice(url.indexOf('?')) : ''
}

export function createBatchesEndpoint(parts: { app: App; exchange: SignedExchange; path: string }) {
  const { app, exchange } = parts
  const arriving = createCounter()

  return async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    /** Lets the body take longer than those of other requests. */
    allowSlowBody: () => void,
  ): Promise<void> {
    const started = performance.now()
    const query = await exchange.admit(request, response, {
      target: `${parts.path}${searchOf(request)}`,
      acceptsType: isFile,
      mostBytes: limits.fileBytes,
    })
    if (!query) return
    allowSlowBody()
    // The digest that the department signed stands for the body: a refusal need not wait for half a gigabyte.
    const arrival = exchange.arrive(query, query.bodySha256)
    const others = arriving.enter(query.department.id)
    try {
      const verdict = await judge(arrival, request, others)
      if (verdict) await exchange.conclude(request, response, arrival, verdict, started)
      // What was not begun is read to its end and forgotten, so that the answer reaches a client that still sends.
      if (!request.readableDidRead) request.resume()
    } finally {
      arriving.leave(query.department.id)
    }
  }

  /** Null where the sender is gone and nobody hears an answer. */
  async function judge(arrival: Arrival, request: IncomingMessage, others: number): Promise<Verdict | null> {
    const { query } = arrival
    const before = await exchange.refusalBefore(arrival)
    if (before) return before
    if (others >= limits.filesReceivedAtOnce) return refusalVerdict('RATE_LIMITED', { 'retry-after': '5' })
    const parameters = fileParameters.safeParse(parametersOf(request))
    if (!parameters.success) return refusalVerdict('FILE_PARAMETERS')
    const operation = await batchOperation(app, parameters.data.dataset)
    try {
      await app.files.admit(query.department, parameters.data)
      const receipt = await app.files.receive(
        exchange.callerOf(arrival),
        { ...parameters.data, sha256: query.bodySha256 },
        streamBody(request, {
          most: limits.fileBytes,
          silence: limits.fileSilenceTimeout,
          whole: limits.fileReceiveTimeout,
        }),
        async () => {
          arrival.notes.refused = await faultSince(query, app.keys)
          if (arrival.notes.refused) throw new ReplayedRequest()
        },
      )
      if (receipt.outcome === 'DIGEST_MISMATCH') return refusalVerdict('BODY_MISMATCH')
      const { batchId, dataset, status, receivedAt } = receipt.batch
      const reply = jsonReply(202, { batch: { batchId, dataset, status, receivedAt } })
      return { reply, outcome: 'OK', operation, dataVersion: await app.feedPosition(), singleUse: true }
    } catch (error) {
      if (error instanceof ReplayedRequest) return refusalVerdict(arrival.notes.refused ?? 'REPLAYED')
      if (error instanceof Refusal) return ruleVerdict(error, operation)
      if (error instanceof BodyFault) {
        return error.code === 'ABORTED' ? null : refusalVerdict(error.code, { connection: 'close' })
      }
      throw error
    }
  }
}

/** As a leaf of the log names it. What the catalogue does not have may be anything, a certificate's number as well. */
export async function batchOperation(app: App, dataset: string | undefined): Promise<string> {
  const { datasets } = await app.catalogue.current()
  return datasets.some(({ code }) => code === dataset) ? `batch ${dataset}` : 'batch'
}

export const annotatedRequest = z.strictObject({ batchId: text(limits.batchIdCharacters) })

/** `POST /batches/annotated` with `{"batchId": …}`: the file again, with the reason beside each row that was not taken. */
export function createAnnotatedEndpoint(parts: { app: App; exchange: SignedExchange; path: string }) {
  const { app, exchange } = parts
  const leaving = createCounter()

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now()
    const query = await exchange.admit(request, response, {
      target: parts.path,
      acceptsType: isJson,
      mostBytes: limits.enrolmentBodyBytes,
    })
    if (!query) return
    const bytes = await exchange.readBody(request, response, limits.enrolmentBodyBytes)
    if (!bytes) return
    const arrival = exchange.arrive(query, sha256(bytes))
    const others = leaving.enter(query.department.id)
    response.once('close', () => leaving.leave(query.department.id))
    const verdict = await judge(arrival, bytes, others)
    await exchange.conclude(request, response, arrival, verdict, started)
  }

  async function judge(arrival: Arrival, body: Buffer, others: number): Promise<Verdict> {
    const before = await exchange.refusalBefore(arrival)
    if (before) return before
    if (others >= limits.filesReceivedAtOnce) return refusalVerdict('RATE_LIMITED', { 'retry-after': '5' })
    const asked = annotatedRequest.safeParse(parseJsonBody(body))
    if (!asked.success) return refusalVerdict('REQUEST_MALFORMED')
    const operation = 'annotated batch'
    try {
      const { name, format, ...body } = await app.batches.annotated(
        exchange.callerOf(arrival),
        asked.data.batchId,
      )
      const reply: Reply = {
        status: 200,
        body,
        contentType: (format && mediaTypes[format]) ?? 'application/octet-stream',
        headers: { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` },
      }
      return { reply, outcome: 'OK', operation, dataVersion: await app.feedPosition(), singleUse: true }
    } catch (error) {
      if (error instanceof Refusal) return ruleVerdict(error, operation)
      throw error
    }
  }
}

/** How many files of each department are on their way at this replica. */
export function createCounter() {
  const counts = new Map<number, number>()
  return {
    /** Returns how many others there are. */
    enter(department: number): number {
      const others = counts.get(department) ?? 0
      counts.set(department, others + 1)
      return others
    },
    leave(department: number): void {
      const left = (counts.get(department) ?? 1) - 1
      if (left > 0) counts.set(department, left)
      else counts.delete(department)
    },
  }
}

export const mediaTypes: Record<FileFormat, string> = {
  CSV: 'text/csv',
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  NDJSON: 'application/x-ndjson',
  XML: 'application/xml',
}

function ruleVerdict(refusal: Refusal, operation: string): Verdict {
  return {
    reply: ruleRefusalReply(refusal),
    outcome: refusal.code,
    operation,
    dataVersion: 0,
    singleUse: true,
  }
}
