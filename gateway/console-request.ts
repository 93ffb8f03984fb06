import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { noteOfficerAct } from '../src/acts/officer-act-store.ts'
import type { Deciding } from '../src/acts/pending-act.ts'
import type { App } from '../src/app.ts'
import { type Caller, ReplayedRequest } from '../src/departments/caller.ts'
import { digestSubjects } from '../src/evidence/exchange-log.ts'
import { limits } from '../src/limits.ts'
import type { Officer } from '../src/officers/officer.ts'
import { describeError } from './describe-error.ts'
import { type EdgeCode, refuse } from './http-refusal.ts'
import { clientAddress, type RateLimits } from './rate-limits.ts'
import { digestOf, type Reply, refusalReply, write } from './reply.ts'
import { announcesTooMuch, readBody } from './request-body.ts'

/**
 * What every endpoint of the console does alike. A browser sends its cookie along with whatever a page of any site makes it
 * send. So beside the cookie, which is SameSite=Strict, a request must bear a header that no form can set, and the Origin of
 * this exchange: a page of another site can do neither.
 */

export type SessionOf = (headers: Headers) => Promise<Officer | null>

export type ConsoleParts = {
  app: App
  rates: RateLimits
  logger: Logger
  sessionOf: SessionOf
  exchangeUrl: string
  trustedProxies: number
  ready(): boolean
}

/** One request of an officer who is signed in. */
export type Visit = {
  officer: Officer
  id: string
  /** Names its leaf of the log. */
  jti: string
  at: Date
  /** What is run; known before anything of it runs. */
  operation: string | null
  notes: { purpose: string | null; subjects: string[]; subjectIds: number[]; acted: boolean; ended: boolean }
}

export type ConsoleRequests = {
  /** Who asks; null: it was refused and answered. Nothing of the body was read. */
  admit(
    request: IncomingMessage,
    response: ServerResponse,
    entrance: { method: 'GET' | 'POST' },
  ): Promise<Visit | null>
  readBody(request: IncomingMessage, response: ServerResponse, mostBytes: number): Promise<Buffer | null>
  /** `deciding`: what she lets happen as the second person. */
  callerOf(visit: Visit, deciding?: Deciding): Caller
  /**
   * Answers. What asked about subjects or changed something becomes a leaf of the log first, and without that there is no
   * answer. The leaf's place is told in the header `log-index`.
   */
  conclude(response: ServerResponse, visit: Visit, verdict: ConsoleVerdict): Promise<void>
  refuseWith(response: ServerResponse, code: EdgeCode, headers?: Record<string, string>): void
}

export type ConsoleVerdict = {
  reply: Reply
  outcome: string
  requestSha256: string
  dataVersion: number
  /** LEAF: always one; READING: only where it asked about subjects. */
  kind: 'LEAF' | 'READING'
}

export function createConsoleRequests(parts: ConsoleParts): ConsoleRequests {
  const { app, rates, logger } = parts
  const origin = new URL(parts.exchangeUrl).origin

  const refuseWith = (response: ServerResponse, code: EdgeCode, headers: Record<string, string> = {}) =>
    write(response, refusalReply(refuse(code, headers)))

  return {
    refuseWith,

    async admit(request, response, { method }) {
      const refuseNow = (code: EdgeCode, headers?: Record<string, string>) => {
        refuseWith(response, code, headers)
        return null
      }
      if (!parts.ready()) return refuseNow('UNAVAILABLE', { 'retry-after': '1' })
      if (request.method !== method) return refuseNow('METHOD_NOT_ALLOWED', { allow: method })
      // Not counted: a page of another site can make a browser send as many of these as it likes.
      if (!isOwnPage(request, method, origin)) return refuseNow('CSRF_REFUSED')
      const officer = await parts.sessionOf(headersOf(request))
      if (!officer) {
        // Only who has no session is counted, so that a neighbour behind the same address shuts nobody out.
        const address = clientAddress(request, parts.trustedProxies)
        const wait = await rates.refusalsUsedUp(address)
        if (wait !== null) return refuseNow('RATE_LIMITED', { 'retry-after': String(wait) })
        await rates.countRefusal(address)
        return refuseNow('NOT_SIGNED_IN')
      }
      const busy = await rates.takeOfficer(officer.id)
      if (busy !== null) return refuseNow('RATE_LIMITED', { 'retry-after': String(busy) })
      return {
        officer,
        id: randomUUID(),
        jti: randomBytes(16).toString('base64url'),
        at: app.clock.now(),
        operation: null,
        notes: { purpose: null, subjects: [], subjectIds: [], acted: false, ended: false },
      }
    },

    async readBody(request, response, mostBytes) {
      if (announcesTooMuch(request, mostBytes)) {
        refuseWith(response, 'BODY_TOO_LARGE', { connection: 'close' })
        return null
      }
      const reading = await readBody(request, mostBytes, limits.bodyReceiveTimeout)
      if (reading.outcome === 'READ') return reading.bytes
      if (reading.outcome === 'ABORTED') return null
      const code = reading.outcome === 'TIMEOUT' ? 'BODY_TIMEOUT' : 'BODY_TOO_LARGE'
      refuseWith(response, code, { connection: 'close' })
      return null
    },

    callerOf(visit, deciding) {
      const { officer, jti } = visit
      const caller: Caller = {
        department: officer.department,
        kid: kidOf(officer),
        officer: { id: officer.id, name: officer.name },
        ...(officer.division === null ? {} : { county: officer.division }),
        request: {
          async claim(client) {
            visit.notes.acted = true
            if (deciding) visit.operation = `mutation decideAct ${deciding.mutation}`
            await deciding?.decide(client, caller)
            const operation = visit.operation ?? ''
            if (await noteOfficerAct(client, { officer, operation, jti, pendingActId: deciding?.id ?? null }))
              return
            visit.notes.ended = true
            throw new ReplayedRequest()
          },
          note({ purpose, subjects }) {
            visit.notes.purpose = purpose ?? visit.notes.purpose
            for (const subject of subjects) visit.notes.subjects.push(subject)
          },
          found(subjectIds) {
            for (const id of subjectIds) visit.notes.subjectIds.push(id)
          },
        },
      }
      return caller
    },

    async conclude(response, visit, verdict) {
      const { purpose, subjects, subjectIds, acted } = visit.notes
      if (verdict.kind === 'READING' && !acted && purpose === null && subjects.length === 0)
        return write(response, verdict.reply)
      try {
        const logged = await app.log.append({
          singleUse: false,
          exchange: {
            departmentId: visit.officer.department.id,
            departmentCode: visit.officer.department.code,
            kid: kidOf(visit.officer),
            jti: visit.jti,
            tokenExpiresAt: visit.at,
            arrival: visit.id,
            at: visit.at,
            operation: visit.operation,
            purpose,
            outcome: verdict.outcome,
            status: verdict.reply.status,
            requestSha256: verdict.requestSha256,
            answerSha256: digestOf(verdict.reply),
            dataVersion: verdict.dataVersion,
            subjects: subjects.length > 0 ? digestSubjects(app.vault, subjects, subjectIds) : null,
          },
        })
        if (logged.outcome !== 'LOGGED') throw new RangeError('a leaf of the console uses no token')
        const headers = { ...verdict.reply.headers, 'log-index': String(logged.logIndex) }
        write(response, { ...verdict.reply, headers })
      } catch (error) {
        logger.error(
          { ...describeError(error), request: visit.id },
          'the answer to an officer could not be logged and is withheld',
        )
        refuseWith(response, 'UNAVAILABLE', { 'retry-after': '1' })
      }
    },
  }
}

/** As logs and traces name an officer. */
export const kidOf = ({ id }: Pick<Officer, 'id'>) => `officer:${id}`

/**
 * A download is a link that the browser follows: it bears no header of ours and no Origin, but browsers say that it comes
 * from a page of this very site, and it changes nothing.
 */
function isOwnPage({ headers }: IncomingMessage, method: 'GET' | 'POST', origin: string): boolean {
  if (method === 'GET') return headers['x-console'] === '1' || headers['sec-fetch-site'] === 'same-origin'
  return headers['x-console'] === '1' && headers.origin === origin
}

function headersOf(request: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value)
    else for (const each of value ?? []) headers.append(name, each)
  }
  return headers
}
