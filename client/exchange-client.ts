import { GraphQLClient } from 'graphql-request'
import { isText, sha256 } from './encoding.ts'
import { ExchangeRefusal, RequestError, TransportError } from './errors.ts'
import { prepareEvidenceDirectory, storeEvidence } from './evidence.ts'
import { endpoint, exchangeBytes, readRefusal } from './http.ts'
import { type PrivateJwk, type PublicJwk, publicJwk } from './keys.ts'
import { limits } from './limits.ts'
import {
  type BatchResult,
  type KeyRotation,
  type RefusalMember,
  ROTATE_KEY,
  type RotateKeyPayload,
  SCREEN,
  type ScreenInput,
  type Screening,
  SUBMIT_RECORDS,
  type SubmitRecordsInput,
  type SubmitRecordsPayload,
} from './operations.ts'
import { rotationProof } from './possession-proof.ts'
import { verifyReply } from './reply-verification.ts'
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

/**
 * The department's side of the exchange: signs each request, and gives back only answers whose signature and digest
 * hold. All methods throw ExchangeRefusal, ReplyVerificationError, TransportError, RequestError, EvidenceStorageError.
 */
export interface ExchangeClient {
  query<T>(document: string, variables?: Readonly<Record<string, unknown>>): Promise<Proven<T>>
  /** At most 5,000 subjects. */
  screen(input: ScreenInput): Promise<Proven<Screening>>
  /** At most 5,000 records. Repeated by itself when no answer comes: the batch id makes that safe. */
  submitRecords(input: SubmitRecordsInput): Promise<Proven<BatchResult>>
  /** Brings in `next`, proven by itself and signed for by the present key. */
  rotateKey(next: PrivateJwk): Promise<Proven<KeyRotation>>
}

export function createExchangeClient(options: ExchangeClientOptions): ExchangeClient {
  async function query<T>(
    document: string,
    variables: Readonly<Record<string, unknown>> = {},
  ): Promise<Proven<T>> {
    if (options.evidenceDir) await prepareEvidenceDirectory(options.evidenceDir)
    const exchange = new SignedExchange(options)
    const client = new GraphQLClient(endpoint(options.url, '/graphql').href, {
      fetch: exchange.fetch,
      errorPolicy: 'all',
    })
    const { data, errors } = await client
      .rawRequest<T>(document, { ...variables })
      .catch((error: unknown) => {
        // The transport may wrap what happened on the way: the reason itself is what the caller needs.
        throw exchange.failure ?? error
      })
    const [first] = errors ?? []
    if (first) throw refusalOf(first.message, first.extensions)
    if (!exchange.proof || data === undefined) {
      throw new TransportError('UNEXPECTED_ANSWER', 'the answer holds neither data nor errors')
    }
    return { data, proof: exchange.proof }
  }

  return {
    query,

    async screen(input) {
      if (input.subjects.length > limits.subjectsPerScreening) {
        throw new RequestError(
          'TOO_MANY_SUBJECTS',
          `expected at most ${limits.subjectsPerScreening} subjects, got ${input.subjects.length}`,
        )
      }
      const { data, proof } = await query<{ screen: Screening }>(SCREEN, { input })
      return { data: data.screen, proof }
    },

    async submitRecords(input) {
      if (input.records.length > limits.recordsPerBatch) {
        throw new RequestError(
          'TOO_MANY_RECORDS',
          `expected at most ${limits.recordsPerBatch} records, got ${input.records.length}`,
        )
      }
      return repeatWhileUnanswered(async () => {
        const { data, proof } = await query<{ submitRecords: SubmitRecordsPayload }>(SUBMIT_RECORDS, {
          input,
        })
        const payload = data.submitRecords
        if (payload.__typename === 'Refusal') throw refusedByRule(payload)
        return { data: payload.batch, proof }
      })
    },

    async rotateKey(next) {
      const proofOfNext = await rotationProof(next, {
        audience: options.audience,
        department: options.department,
        issuedAt: seconds(),
      })
      const { data, proof } = await query<{ rotateKey: RotateKeyPayload }>(ROTATE_KEY, {
        input: { jwk: publicJwk(next), proof: proofOfNext },
      })
      if (data.rotateKey.__typename === 'Refusal') throw refusedByRule(data.rotateKey)
      return { data: data.rotateKey, proof }
    },
  }
}

/** One request and its answer: the transport of graphql-request, with the signature on both ways. */
class SignedExchange {
  proof: Proof | undefined
  failure: unknown
  readonly #options: ExchangeClientOptions

  constructor(options: ExchangeClientOptions) {
    this.#options = options
  }

  readonly fetch: typeof globalThis.fetch = async (_url, init) => {
    try {
      return await this.#exchange(init?.body)
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  async #exchange(text: unknown): Promise<Response> {
    if (typeof text !== 'string') throw new TypeError('expected a JSON body')
    const { url, audience, department, key, trustedKeys, evidenceDir } = this.#options
    const body = new TextEncoder().encode(text)
    if (body.byteLength > limits.bodyBytes) {
      throw new RequestError(
        'BODY_TOO_LARGE',
        `expected at most ${limits.bodyBytes} bytes, got ${body.byteLength}`,
      )
    }
    const target = endpoint(url, '/graphql')
    // What is signed is the path under the exchange's own address, whatever proxy or tunnel leads there.
    const path = endpoint(isHttpUrl(audience) ? audience : url, '/graphql').pathname
    const jti = newJti()
    const issuedAt = seconds()
    const sentAt = new Date().toISOString()
    const token = await signRequest({ audience, department, key }, { path, body, issuedAt, jti })
    const authorization = `Bearer ${token}`
    const reply = await exchangeBytes(
      target,
      { method: 'POST', headers: { 'content-type': 'application/json', authorization }, body },
      {
        timeoutMs: this.#options.timeoutMs ?? limits.timeout,
        fetch: this.#options.fetch ?? globalThis.fetch,
      },
    )
    const receivedAt = new Date()
    const replySignature = reply.headers.get('reply-signature')
    if (replySignature === null && reply.status >= 400) {
      const refusal = readRefusal(reply, false)
      if (refusal) throw refusal
      throw new TransportError('UNEXPECTED_ANSWER', `HTTP ${reply.status}, and not from the exchange`)
    }
    const claims = await verifyReply(
      {
        replySignature,
        status: reply.status,
        body: reply.body,
        receivedAt: Math.floor(receivedAt.getTime() / 1000),
      },
      { audience, department, jti, issuedAt, bodySha256: sha256(body) },
      trustedKeys,
    )
    const evidencePath = evidenceDir
      ? await storeEvidence(evidenceDir, jti, {
          version: 1,
          request: { authorization, path, body: base64(body), sentAt },
          reply: {
            status: reply.status,
            replySignature: replySignature ?? '',
            body: base64(reply.body),
            receivedAt: receivedAt.toISOString(),
          },
          exchangeKeys: trustedKeys.map(publicJwk),
          departmentKey: publicJwk(key),
        })
      : undefined
    this.proof = { jti, logIndex: claims.log_index, dataVersion: claims.data_version, evidencePath }
    if (reply.status !== 200) {
      const refusal = readRefusal(reply, true)
      if (refusal) throw refusal
    }
    return new Response(reply.body, { status: reply.status, headers: { 'content-type': 'application/json' } })
  }
}

/** Sends again, signed anew, while it is unknown whether the request took effect, or the exchange asks to wait. */
async function repeatWhileUnanswered<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send()
    } catch (error) {
      const wait = waitBeforeRepeating(error, attempt)
      if (wait === undefined || attempt >= limits.submitAttempts) throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

function waitBeforeRepeating(error: unknown, attempt: number): number | undefined {
  const growing = limits.firstRetryDelay * 2 ** (attempt - 1)
  if (error instanceof TransportError) return growing
  if (!(error instanceof ExchangeRefusal) || ![429, 503].includes(error.status)) return undefined
  const asked = (error.retryAfter ?? 0) * 1000
  return asked <= limits.longestRetryDelay ? Math.max(asked, growing) : undefined
}

function refusalOf(
  message: string,
  extensions: Readonly<Record<string, unknown>> | undefined,
): ExchangeRefusal {
  const { code, legalBasis } = extensions ?? {}
  return new ExchangeRefusal({
    code: isText(code) ? code : 'INTERNAL',
    message,
    status: 200,
    signed: true,
    legalBasis: isText(legalBasis) ? legalBasis : undefined,
  })
}

function refusedByRule({ code, message, legalBasis }: RefusalMember): ExchangeRefusal {
  return new ExchangeRefusal({
    code,
    message,
    status: 200,
    signed: true,
    legalBasis: legalBasis ?? undefined,
  })
}

const seconds = (): number => Math.floor(Date.now() / 1000)
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const isHttpUrl = (text: string): boolean => /^https?:\/\//.test(text)
