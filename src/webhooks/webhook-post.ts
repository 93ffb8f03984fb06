import { lookup as systemLookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { type RequestOptions, request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { limits } from '../limits.ts'
import { mayConnect, type WebhookTargets } from './address-policy.ts'
import type { DeliveryFailure } from './webhook.ts'
import { parseWebhookUrl } from './webhook-url.ts'

export type ResolvedAddress = { address: string; family: number }
export type Lookup = (name: string) => Promise<ResolvedAddress[]>

/** Null: the other side has it. */
export type PostOutcome = DeliveryFailure | null
export type PostWebhook = (
  url: string,
  message: { body: Buffer; signature: string },
  signal: AbortSignal,
) => Promise<PostOutcome>

/** `ca` is for tests, whose certificates nobody else knows. */
export function createWebhookPost(parts: {
  targets: WebhookTargets
  lookup?: Lookup
  ca?: string
  timeout?: number
}): PostWebhook {
  const { targets, ca } = parts
  const lookup = parts.lookup ?? ((name) => systemLookup(name, { all: true }))
  const timeout = parts.timeout ?? limits.webhookTimeout

  return async (registered, message, stopping) => {
    const read = parseWebhookUrl(registered)
    if (!read) return 'ADDRESS_FORBIDDEN'
    const { protocol, host, url } = read
    const deadline = AbortSignal.timeout(timeout)
    const addresses = await resolve(lookup, host, deadline)
    if (addresses === 'TIMEOUT' || addresses === 'NAME_NOT_RESOLVED') return addresses
    const listed = addresses.map(({ address }) => address)
    if (!mayConnect(protocol, listed, targets)) return 'ADDRESS_FORBIDDEN'
    return send(
      url,
      {
        lookup: exactly(addresses),
        headers: {
          host: url.host,
          'content-type': 'application/json; charset=utf-8',
          'content-length': message.body.length,
          'webhook-signature': message.signature,
          'user-agent': 'joint-credit-exchange',
        },
        signal: AbortSignal.any([deadline, stopping]),
        ...(ca === undefined ? {} : { ca }),
      },
      message.body,
      deadline,
    )
  }
}

async function resolve(
  lookup: Lookup,
  host: string,
  deadline: AbortSignal,
): Promise<ResolvedAddress[] | 'TIMEOUT' | 'NAME_NOT_RESOLVED'> {
  const family = isIP(host)
  if (family !== 0) return [{ address: host, family }]
  // The system's resolver cannot be stopped; it is not waited for any longer.
  const timedOut = new Promise<'TIMEOUT'>((done) => {
    if (deadline.aborted) done('TIMEOUT')
    deadline.addEventListener('abort', () => done('TIMEOUT'), { once: true })
  })
  return Promise.race([lookup(host).catch(() => 'NAME_NOT_RESOLVED' as const), timedOut])
}

/** Answers with what was checked: asked again, the name could resolve to something else (DNS rebinding). */
function exactly(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_name, options, done) => {
    const [first] = addresses
    if (options.all) done(null, [...addresses])
    else if (first) done(null, first.address, first.family)
    else done(new RangeError('no address'), '')
  }
}

/** One request. Redirects are answers like any other, and an agent of its own knows no proxy of the environment. */
function send(url: URL, options: RequestOptions, body: Buffer, deadline: AbortSignal): Promise<PostOutcome> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((settle) => {
    const sent = request(url, {
      ...options,
      method: 'POST',
      agent: false,
      maxHeaderSize: limits.headerBytes,
      // Said here, so that no variable of the environment turns it off.
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
    })
    let outcome: PostOutcome | undefined
    sent.on('response', (response) => {
      const status = response.statusCode ?? 0
      outcome = status >= 200 && status < 300 ? null : `HTTP_${status}`
      let received = 0
      // Read only so that the other side may finish writing; a longer answer is cut off.
      response.on('data', (piece: Buffer) => {
        received += piece.length
        if (received > limits.webhookAnswerBytes) sent.destroy()
      })
      response.on('error', () => {})
      response.on('end', () => sent.destroy())
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // Null is an outcome: what was taken stays taken, however the connection ends.
      if (outcome === undefined) outcome = deadline.aborted ? 'TIMEOUT' : failureOf(error)
    })
    sent.on('close', () => settle(outcome === undefined ? 'CONNECTION_FAILED' : outcome))
    sent.end(body)
  })
}

const tlsFault =
  /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/

function failureOf({ code }: NodeJS.ErrnoException): DeliveryFailure {
  return code !== undefined && tlsFault.test(code) ? 'TLS_FAILED' : 'CONNECTION_FAILED'
}
