import { sha256 } from './encoding.ts'
import { type ExchangeRefusal, TransportError } from './errors.ts'
import { evidenceVersion, type KeptBody, prepareEvidenceDirectory, storeEvidence } from './evidence.ts'
import { type Bytes, endpoint, exchange, type RawReply, readBytes, readRefusal } from './http.ts'
import { type PrivateJwk, type PublicJwk, publicJwk } from './keys.ts'
import { limits } from './limits.ts'
import { type SentRequest, verifyReply } from './reply-verification.ts'
import { newJti, signRequest } from './request-signature.ts'

/** `url` is where the exchange is reached, `audience` its identifier; `evidenceDir` keeps every proven answer. */
export interface ExchangeClientOptions {
  readonly url: string
  readonly audience: string
  readonly department: string
  readonly key: PrivateJwk
  readonly trustedKeys: readonly PublicJwk[]
  readonly evidenceDir?: string | undefined
  readonly timeoutMs?: number | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
}

/** Where the answer stands in the exchange's log, and the evidence file, if kept. */
export interface Proof {
  readonly jti: string
  readonly logIndex: number
  readonly dataVersion: number
  readonly evidencePath: string | undefined
}

export interface Proven<T> {
  readonly data: T
  readonly proof: Proof
}

/** A body with the digest of its exact bytes, and what the evidence keeps of it. */
export interface Digested {
  readonly sha256: string
  readonly kept: KeptBody
}

/** `target` is path and query under the exchange's own address; `init` may stream, and tells so by `alive`. */
export interface OutgoingRequest {
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Digested
  readonly init: (alive: () => void) => RequestInit
  readonly timeoutMs: number
}

export type BytesBody = Digested & { readonly kind: 'BYTES'; readonly bytes: Bytes }
/** Written to a file as it came. */
export type FileBody = Digested & { readonly kind: 'FILE'; readonly size: number }

export type Receive = (response: Response, alive: () => void) => Promise<BytesBody | FileBody>

/** An answer whose signature and digest hold. `keep` writes the evidence, where it is wanted at all. */
export interface SignedAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: BytesBody | FileBody
  keep(): Promise<Proof>
  /** Without evidence: for looks at what is still under way. */
  readonly fleeting: Proof
}

export function digestedBytes(bytes: Bytes): BytesBody {
  return {
    kind: 'BYTES',
    bytes,
    sha256: sha256(bytes),
    kept: { body: Buffer.from(bytes).toString('base64') },
  }
}

export const receiveBytes: Receive = async (response) => digestedBytes(await readBytes(response))

/**
 * One request, signed, and its answer, proven. A refusal that is signed is an answer as well: see `throwRefusal`.
 * @throws ExchangeRefusal unsigned ones; ReplyVerificationError, TransportError, EvidenceStorageError
 */
export async function exchangeSigned(
  options: ExchangeClientOptions,
  outgoing: OutgoingRequest,
  receive: Receive = receiveBytes,
): Promise<SignedAnswer> {
  const { url, audience, department, key, trustedKeys, evidenceDir } = options
  if (evidenceDir) await prepareEvidenceDirectory(evidenceDir)
  // What is signed is the path under the exchange's own address, whatever proxy or tunnel leads there.
  const { pathname, search } = endpoint(isHttpUrl(audience) ? audience : url, outgoing.target)
  const path = pathname + search
  const sent: SentRequest = {
    audience,
    department,
    jti: newJti(),
    issuedAt: Math.floor(Date.now() / 1000),
    bodySha256: outgoing.body.sha256,
  }
  const sentAt = new Date().toISOString()
  const authorization = `Bearer ${await signRequest({ audience, department, key }, { path, ...sent })}`
  const reply = await exchange(
    endpoint(url, outgoing.target),
    (alive) => ({
      ...outgoing.init(alive),
      method: 'POST',
      headers: { ...outgoing.headers, authorization },
    }),
    // Nothing that a stranger could have written is taken for a file.
    (response, alive) => (hasSignature(response) ? receive(response, alive) : receiveBytes(response, alive)),
    { timeoutMs: outgoing.timeoutMs, fetch: options.fetch ?? globalThis.fetch },
  )
  const receivedAt = new Date()
  const replySignature = reply.headers.get('reply-signature')
  if (replySignature === null && reply.status >= 400) {
    throw (
      refusalIn(reply, false) ??
      new TransportError('UNEXPECTED_ANSWER', `HTTP ${reply.status}, and not from the exchange`)
    )
  }
  const claims = await verifyReply(
    {
      replySignature,
      status: reply.status,
      bodySha256: reply.body.sha256,
      receivedAt: Math.floor(receivedAt.getTime() / 1000),
    },
    sent,
    trustedKeys,
  )
  const fleeting: Proof = {
    jti: sent.jti,
    logIndex: claims.log_index,
    dataVersion: claims.data_version,
    evidencePath: undefined,
  }
  return {
    status: reply.status,
    headers: reply.headers,
    body: reply.body,
    fleeting,
    async keep() {
      if (!evidenceDir) return fleeting
      const evidencePath = await storeEvidence(evidenceDir, sent.jti, {
        version: evidenceVersion(outgoing.body.kept, reply.body.kept),
        request: { authorization, path, ...outgoing.body.kept, sentAt },
        reply: {
          status: reply.status,
          replySignature: replySignature ?? '',
          ...reply.body.kept,
          receivedAt: receivedAt.toISOString(),
        },
        exchangeKeys: trustedKeys.map(publicJwk),
        departmentKey: publicJwk(key),
      })
      return { ...fleeting, evidencePath }
    },
  }
}

/** Keeps the evidence of a refusal and throws it; any other answer passes. */
export async function throwRefusal(answer: SignedAnswer): Promise<void> {
  const refusal = answer.status < 300 ? undefined : refusalIn(answer, true)
  if (!refusal) return
  await answer.keep()
  throw refusal
}

export const timeoutOf = ({ timeoutMs }: ExchangeClientOptions): number => timeoutMs ?? limits.timeout

function refusalIn(
  { status, headers, body }: RawReply<BytesBody | FileBody>,
  signed: boolean,
): ExchangeRefusal | undefined {
  return body.kind === 'BYTES' ? readRefusal({ status, headers, body: body.bytes }, signed) : undefined
}

const hasSignature = (response: Response): boolean => response.headers.has('reply-signature')
const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text)
