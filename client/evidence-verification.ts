import { isSignedBy, readToken } from './compact-jws.ts'
import { isText } from './encoding.ts'
import { ReplyVerificationError } from './errors.ts'
import { type Evidence, type KeptBody, keptSha256 } from './evidence.ts'
import { type PublicJwk, thumbprint } from './keys.ts'
import { type ReplyClaims, verifyReply } from './reply-verification.ts'

export type EvidenceStep = 'REQUEST_FORM' | 'REQUEST_SIGNATURE' | 'REQUEST_BODY' | 'REPLY' | 'FILE'

/** One step of the check; `detail` says what was found. */
export interface EvidenceFinding {
  readonly step: EvidenceStep
  readonly holds: boolean
  readonly detail: string
}

export interface EvidenceReport {
  readonly holds: boolean
  readonly findings: readonly EvidenceFinding[]
  readonly logIndex: number | undefined
  /** Who asked, as the request says; undefined where the request could not be read. */
  readonly request: AskedRequest | undefined
  /** What the exchange signed, where its signature holds. */
  readonly reply: ReplyClaims | undefined
}

/** `issuedAt` in seconds since 1970, by the department's clock. */
export interface AskedRequest {
  readonly department: string
  readonly exchange: string
  readonly kid: string
  readonly jti: string
  readonly issuedAt: number
}

/**
 * Checks an evidence file offline: that the department's key signed this request, and that an exchange key that the
 * verifier trusts signed this answer to it. Nothing in the file vouches for itself: trusted keys come from outside.
 * Where a body was a file, `fileSha256` is the digest of the file at hand; without it, what is proven is proven of a
 * file with the digest that the evidence names.
 */
export async function verifyEvidence(
  evidence: Evidence,
  trust: { readonly exchangeKeys: readonly PublicJwk[]; readonly departmentKey?: PublicJwk | undefined },
  fileSha256?: string,
): Promise<EvidenceReport> {
  const bodySha256 = keptSha256(evidence.request)
  const token = evidence.request.authorization.replace(/^Bearer /, '')
  const read = readToken(token, 'query+jwt')
  if (!read) return report([{ step: 'REQUEST_FORM', holds: false, detail: 'expected a signed query' }])
  const { iss, aud, iat, jti, htu, body_sha256 } = read.claims
  if (!isText(iss) || !isText(aud) || !isText(jti) || typeof iat !== 'number') {
    return report([
      { step: 'REQUEST_FORM', holds: false, detail: 'expected the claims iss, aud, iat and jti' },
    ])
  }
  const request = { department: iss, exchange: aud, kid: read.header.kid, jti, issuedAt: iat }
  const isForPath = htu === evidence.request.path
  const findings: EvidenceFinding[] = [
    {
      step: 'REQUEST_FORM',
      holds: isForPath,
      detail: isForPath
        ? `${iss} asked ${aud} at ${new Date(iat * 1000).toISOString()}`
        : 'the token is for another path',
    },
    await requestSignature(token, read.header.kid, trust.departmentKey ?? evidence.departmentKey),
    body_sha256 === bodySha256
      ? {
          step: 'REQUEST_BODY',
          holds: true,
          detail: `${bodyName(evidence.request)} is the one that was signed`,
        }
      : {
          step: 'REQUEST_BODY',
          holds: false,
          detail: `${bodyName(evidence.request)} is not the one that was signed`,
        },
    ...fileFindings(evidence, fileSha256),
  ]
  try {
    const claims = await verifyReply(
      {
        replySignature: evidence.reply.replySignature,
        status: evidence.reply.status,
        bodySha256: keptSha256(evidence.reply),
        receivedAt: Math.floor(Date.parse(evidence.reply.receivedAt) / 1000),
      },
      { audience: aud, department: iss, jti, issuedAt: iat, bodySha256 },
      trust.exchangeKeys,
    )
    const detail = `entry ${claims.log_index} of the log, answered at ${new Date(claims.iat * 1000).toISOString()}`
    return report([...findings, { step: 'REPLY', holds: true, detail }], request, claims)
  } catch (error) {
    if (!(error instanceof ReplyVerificationError)) throw error
    const finding = { step: 'REPLY', holds: false, detail: `${error.code}: ${error.message}` } as const
    return report([...findings, finding], request)
  }
}

const bodyName = (kept: KeptBody): string =>
  'bodyFile' in kept ? `the file with SHA-256 ${kept.bodyFile.sha256}` : 'the body'

function fileFindings(
  { request, reply }: Evidence,
  fileSha256: string | undefined,
): readonly EvidenceFinding[] {
  const step = 'FILE'
  const files = [request, reply].flatMap((kept) => ('bodyFile' in kept ? [kept.bodyFile] : []))
  if (files.length === 0) {
    return fileSha256 === undefined
      ? []
      : [{ step, holds: false, detail: 'the evidence is not about a file' }]
  }
  return files.map(({ name, size, sha256: expected }) => {
    const file = `${name} (${size} bytes, SHA-256 ${expected})`
    if (fileSha256 === undefined) {
      return {
        step,
        holds: true,
        detail: `not looked at: keep ${file}, the evidence proves nothing without it`,
      }
    }
    return fileSha256 === expected
      ? { step, holds: true, detail: `the file at hand is ${file}` }
      : { step, holds: false, detail: `expected ${file}, got one with SHA-256 ${fileSha256}` }
  })
}

/** The file's own key is good enough, since the token names it by thumbprint: another key would have another. */
async function requestSignature(
  token: string,
  kid: string,
  key: PublicJwk | undefined,
): Promise<EvidenceFinding> {
  const step = 'REQUEST_SIGNATURE'
  if (!key) return { step, holds: false, detail: 'expected the department’s public key' }
  if ((await thumbprint(key)) !== kid) return { step, holds: false, detail: `signed by another key, ${kid}` }
  const holds = await isSignedBy(token, key)
  return { step, holds, detail: holds ? `signed by key ${kid}` : 'the signature does not match the key' }
}

function report(
  findings: readonly EvidenceFinding[],
  request?: AskedRequest,
  reply?: ReplyClaims,
): EvidenceReport {
  return {
    holds: findings.every((finding) => finding.holds),
    findings,
    logIndex: reply?.log_index,
    request,
    reply,
  }
}
