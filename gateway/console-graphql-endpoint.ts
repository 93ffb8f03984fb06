import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { consoleServicesOf, type ServiceHealth } from '../schema/console/console-side.ts'
import { unlogged } from '../schema/console/root-actions.ts'
import { consoleSchema } from '../schema/console/schema.ts'
import type { App } from '../src/app.ts'
import type { Department } from '../src/departments/department.ts'
import { limits } from '../src/limits.ts'
import { createCallerGraphql } from './caller-graphql.ts'
import { type ConsoleRequests, type ConsoleVerdict, kidOf, type Visit } from './console-request.ts'
import { isJson, readGraphqlParams } from './graphql-request.ts'
import { consoleBounds } from './query-guards.ts'
import { jsonReply, sha256 } from './reply.ts'

/** `POST /console/graphql`: what an officer asks in the browser, by her session. */
export function createConsoleGraphqlEndpoint(parts: {
  app: App
  logger: Logger
  requests: ConsoleRequests
  exchangeUrl: string
  serviceHealth(): Promise<ServiceHealth>
}) {
  const { requests } = parts
  const graphql = createCallerGraphql(parts.app, parts.logger, consoleSchema(), consoleBounds)
  const services = consoleServicesOf(parts.app, parts)

  /**
   * The department whose work is shown: the officer's own. An auditor, who changes nothing, reads those of any department by its
   * code, and every such reading is a leaf of the log. Null: nobody else may, or there is no such department.
   */
  async function seenAs(visit: Visit, code: string | string[] | undefined): Promise<Department | null> {
    const { officer, notes } = visit
    if (code === undefined || code === officer.department.code) return officer.department
    if (typeof code !== 'string' || !officer.roles.includes('AUDITOR')) return null
    notes.purpose = `审计 (audit) ${code}`
    return parts.app.overview.department(code)
  }

  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST' && !isJson(request.headers['content-type']))
      return requests.refuseWith(response, 'MEDIA_TYPE_UNSUPPORTED')
    const visit = await requests.admit(request, response, { method: 'POST' })
    if (!visit) return
    const body = await requests.readBody(request, response, limits.bodyBytes)
    if (!body) return
    const params = readGraphqlParams(body)
    if (!params) return requests.refuseWith(response, 'REQUEST_MALFORMED')
    const { officer } = visit
    const seen = await seenAs(visit, request.headers['x-department'])
    if (!seen) return requests.refuseWith(response, 'FORBIDDEN')
    const caller = { ...requests.callerOf(visit), department: seen }
    let readsOfOthers = false
    const executed = await graphql.execute(
      params,
      {
        caller,
        console: {
          ...services,
          officer,
          actor: kidOf(officer),
          manager: { kind: 'OFFICER', officer, claim: (client) => caller.request.claim(client) },
          secondPerson: null,
          decidingCaller: (deciding) => requests.callerOf(visit, deciding),
        },
        running({ label, roots }) {
          visit.operation = label
          readsOfOthers = roots.some((root) => !unlogged.has(root))
        },
      },
      visit.id,
      { kind: 'REFUSED' },
    )
    if (executed.kind === 'STREAM') throw new TypeError('the console has no subscriptions')
    // Her session ended while she asked: nothing took effect.
    if (visit.notes.ended) return requests.refuseWith(response, 'NOT_SIGNED_IN')
    const { answer } = executed
    const verdict: ConsoleVerdict = {
      reply: jsonReply(200, answer.result),
      outcome: answer.outcome,
      requestSha256: sha256(body),
      dataVersion: answer.dataVersion,
      // What was refused for want of the right is kept whatever it asked for.
      kind:
        (answer.ran && (answer.kind === 'mutation' || readsOfOthers)) || answer.outcome === 'FORBIDDEN'
          ? 'LEAF'
          : 'READING',
    }
    return requests.conclude(response, visit, verdict)
  }
}
