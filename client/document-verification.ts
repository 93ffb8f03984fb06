import { createHash } from 'node:crypto'
import { isSignedBy, readToken } from './compact-jws.ts'
import { isJsonObject, isText, type JsonObject } from './encoding.ts'
import type { PublicJwk } from './keys.ts'
import { readAttachment } from './pdf-attachment.ts'

/** Documents that the exchange issued (查询证明, 公共信用信息报告), checked offline from the PDF alone. */

export type DocumentStep = 'STATEMENT' | 'KEY' | 'SIGNATURE' | 'ISSUER' | 'CONTENT'

export interface DocumentFinding {
  readonly step: DocumentStep
  readonly holds: boolean
  readonly detail: string
}

/** What the exchange signed, as far as every document says it. */
export interface DocumentStatement {
  readonly kind: 'SEARCH_CERTIFICATE' | 'CREDIT_REPORT'
  readonly serial: string
  readonly issuedAt: string
  readonly asOf: string
  readonly dataVersion: number
  readonly verifyAt: string
  readonly askedBy: string
  readonly purpose: string
  /** Name, and the unified social credit code or the end of a certificate number, where the statement tells them. */
  readonly subject: string
  /** LISTED, NOT_LISTED or NO_RECORD; of a report undefined. */
  readonly outcome: string | undefined
  /** The lists of a certificate. */
  readonly lists: readonly string[]
}

/** `statement` only where everything holds. `pdfSha256` hexadecimal, as the verification page shows it. */
export interface DocumentReport {
  readonly holds: boolean
  readonly findings: readonly DocumentFinding[]
  readonly statement: DocumentStatement | undefined
  readonly pdfSha256: string
}

export const statementAttachment = 'statement.jws'

/**
 * Checks the signed statement inside a PDF. It proves what the statement says, not what the pages show: whoever changed the
 * pages alone is found out by the digest of the file, which only the exchange can confirm.
 */
export async function verifyDocument(
  pdf: Uint8Array,
  trust: { readonly issuer: string; readonly exchangeKeys: readonly PublicJwk[] },
): Promise<DocumentReport> {
  const pdfSha256 = createHash('sha256').update(pdf).digest('hex')
  const findings: DocumentFinding[] = []
  const end = (step: DocumentStep, detail: string): DocumentReport => ({
    holds: false,
    findings: [...findings, { step, holds: false, detail }],
    statement: undefined,
    pdfSha256,
  })
  const hold = (step: DocumentStep, detail: string) => findings.push({ step, holds: true, detail })

  const attachment = readAttachment(pdf, statementAttachment)
  if (attachment.outcome !== 'FOUND')
    return end('STATEMENT', `expected one attachment ${statementAttachment}: ${attachment.outcome}`)
  const token = Buffer.from(attachment.bytes).toString('latin1')
  const read = readToken(token, 'document+jwt')
  if (!read)
    return end('STATEMENT', 'expected a compact JWS with exactly the header {alg, kid, typ: document+jwt}')
  hold(
    'STATEMENT',
    `the file holds a statement with SHA-256 ${createHash('sha256').update(token).digest('hex')}`,
  )

  const key = trust.exchangeKeys.find(({ kid }) => kid === read.header.kid)
  if (!key || key.alg !== read.header.alg)
    return end('KEY', `signed with key ${read.header.kid}, which is not pinned here`)
  hold('KEY', `signed with key ${key.kid}, which is pinned here`)
  if (!(await isSignedBy(token, key))) return end('SIGNATURE', 'the signature does not match the key')
  hold('SIGNATURE', 'the statement is exactly what was signed')
  const { iss } = read.claims
  if (iss !== trust.issuer) return end('ISSUER', `expected ${trust.issuer}, got ${String(iss)}`)
  hold('ISSUER', `issued by ${trust.issuer}`)
  const statement = readStatement(read.claims)
  if (!statement) return end('CONTENT', 'expected a statement of version 1')
  hold('CONTENT', `${statement.kind} ${statement.serial}, issued at ${statement.issuedAt}`)
  return { holds: true, findings, statement, pdfSha256 }
}

function readStatement(claims: JsonObject): DocumentStatement | undefined {
  const { v, kind, serial, issued_at, as_of, data_version, verify_at, asked_by, purpose, subject, outcome } =
    claims
  if (v !== 1 || (kind !== 'SEARCH_CERTIFICATE' && kind !== 'CREDIT_REPORT')) return undefined
  if (!isText(serial) || !isText(issued_at) || !isText(as_of) || !isText(verify_at) || !isText(purpose))
    return undefined
  if (typeof data_version !== 'number' || !isJsonObject(asked_by) || !isJsonObject(subject)) return undefined
  const listings = Array.isArray(claims.listings) ? claims.listings.filter(isJsonObject) : []
  return {
    kind,
    serial,
    issuedAt: issued_at,
    asOf: as_of,
    dataVersion: data_version,
    verifyAt: verify_at,
    askedBy: isText(asked_by.name) ? asked_by.name : '',
    purpose,
    subject: [subject.name, subject.uscc ?? subject.number_ends].filter(isText).join(' '),
    outcome: isText(outcome) ? outcome : undefined,
    lists: listings.map(({ list }) => list).filter(isText),
  }
}
