import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { limits } from '../src/limits.ts'
import { normaliseName } from '../src/names/normalise.ts'
import { checkUscc } from '../src/subjects/identifiers.ts'

/**
 * Counts per replica, in memory: refusals before the caller is known, enrolments, reads of the log, verifications and
 * public requests by address, answered queries by department. Seconds to wait, or null where there is room.
 */
export type RateLimits = {
  /** Whether the address has used up its refusals. Asks only, counts nothing. */
  refusalsUsedUp(address: string): Promise<number | null>
  countRefusal(address: string): Promise<void>
  takeEnrolment(address: string): Promise<number | null>
  takeQuery(department: string): Promise<number | null>
  takeOfficer(officerId: string): Promise<number | null>
  takeLogRead(address: string): Promise<number | null>
  takeVerification(address: string): Promise<number | null>
  /** Of the public surface, so many points for one request. */
  takePublic(address: string, points: number): Promise<number | null>
  /** By address and by name: many addresses together do not try the numbers of one name either. */
  takePersonLookup(address: string, name: string): Promise<number | null>
  /** By address and by organisation: nobody floods one with objections from many addresses. */
  takeApplication(address: string, uscc: string): Promise<number | null>
  takeTracking(address: string): Promise<number | null>
  /** A report on an organisation: asked for, and to be made. */
  takeReport(address: string): Promise<number | null>
  takeNewReport(): Promise<number | null>
}

export function createRateLimits(points: {
  refusalsPerMinute: number
  requestsPerMinute: number
  publicRequestsPerMinute: number
  /** Processes that answer at one address share what is allowed: together they never allow more. */
  processes?: number
}): RateLimits {
  const limiterOf = ({ points: all, seconds }: { points: number; seconds: number }) =>
    new RateLimiterMemory({ points: Math.ceil(all / (points.processes ?? 1)), duration: seconds })
  const refusals = limiterOf({ ...limits.refusalsPerAddress, points: points.refusalsPerMinute })
  const enrolments = limiterOf(limits.enrolmentsPerAddress)
  const verifications = limiterOf(limits.verificationsPerAddress)
  const queries = limiterOf({ ...limits.requestsPerDepartment, points: points.requestsPerMinute })
  const officers = limiterOf(limits.requestsPerOfficer)
  const logReads = limiterOf(limits.logReadsPerAddress)
  const everybody = limiterOf({ ...limits.publicRequestsPerAddress, points: points.publicRequestsPerMinute })
  const persons = {
    byAddress: limiterOf(limits.personLookupsPerAddress),
    byName: limiterOf(limits.personLookupsPerName),
  }
  const applications = {
    byAddress: limiterOf(limits.applicationsPerAddress),
    bySubject: limiterOf(limits.applicationsPerSubject),
  }
  const trackings = limiterOf(limits.trackingsPerAddress)
  const reports = { byAddress: limiterOf(limits.reportsPerAddress), made: limiterOf(limits.newReports) }
  return {
    async refusalsUsedUp(address) {
      const state = await refusals.get(address)
      return state !== null && state.remainingPoints <= 0 ? secondsOf(state) : null
    },
    async countRefusal(address) {
      await take(refusals, address)
    },
    takeEnrolment: (address) => take(enrolments, address),
    takeQuery: (department) => take(queries, department),
    takeOfficer: (officerId) => take(officers, officerId),
    takeLogRead: (address) => take(logReads, address),
    takeVerification: (address) => take(verifications, address),
    takePublic: (address, count) => take(everybody, address, count),
    async takePersonLookup(address, name) {
      return (await take(persons.byAddress, address)) ?? (await take(persons.byName, normaliseName(name)))
    },
    async takeApplication(address, uscc) {
      return (
        (await take(applications.byAddress, address)) ??
        (await take(applications.bySubject, checkUscc(uscc).value))
      )
    },
    takeTracking: (address) => take(trackings, address),
    takeReport: (address) => take(reports.byAddress, address),
    takeNewReport: () => take(reports.made, 'everybody'),
  }
}

async function take(limiter: RateLimiterMemory, key: string, count = 1): Promise<number | null> {
  try {
    await limiter.consume(key, count)
    return null
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return secondsOf(refused)
    throw refused
  }
}

const secondsOf = (state: RateLimiterRes) => Math.max(1, Math.ceil(state.msBeforeNext / 1000))

/**
 * Whom to count against. Of X-Forwarded-For only what the proxies of this installation appended is believed: the
 * sender chooses the rest. An IPv6 address counts with its /64, which one customer owns whole.
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const address = trustedProxies > 0 ? forwardedFor(request, trustedProxies) : null
  const counted = address ?? request.socket.remoteAddress ?? ''
  return counted.includes(':') && isIPv6(counted) ? networkOf(counted) : counted
}

/** Null: it came past the proxies. */
function forwardedFor(request: IncomingMessage, trustedProxies: number): string | null {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  return forwarded[forwarded.length - trustedProxies] ?? null
}

/** However it is written: an IPv4 address in IPv6 is itself, any other its /64. */
function networkOf(address: string): string {
  const mapped = /^(?:0*:)*:?(?:0+:)*ffff:([0-9.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined && isIPv4(mapped)) return mapped
  const [plain = ''] = address.split('%')
  // An IPv4 ending takes the place of two groups.
  const groups = (part: string) => (part === '' ? [] : part.replace(/[0-9.]+\.[0-9]+$/, '0:0').split(':'))
  const [head = '', tail] = plain.split('::')
  const [front, back] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length
  const whole = [...front, ...Array<string>(zeros).fill('0'), ...back]
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
