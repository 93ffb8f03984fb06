import type { ServerResponse } from 'node:http'
import { type EdgeCode, refuse } from './http-refusal.ts'
import type { Metrics } from './metrics.ts'
import { refusalReply, write } from './reply.ts'

/** Refuses whoever is not known, or not yet: not logged, so it is counted. */
export function refuseCounted(
  metrics: Pick<Metrics, 'refusals'>,
  response: ServerResponse,
  code: EdgeCode,
  headers?: Record<string, string>,
): void {
  metrics.refusals.inc({ code })
  write(response, refusalReply(refuse(code, headers)))
}
