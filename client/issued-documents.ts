import { createHash } from 'node:crypto'
import { OutputFileError } from './errors.ts'
import { query } from './graphql-query.ts'
import { type BusinessMatter, type RefusalMember, refusedByRule } from './operations.ts'
import { repeatWhileUnanswered } from './repetition.ts'
import type { ExchangeClientOptions, Proven } from './signed-exchange.ts'

/** Documents that can be handed on: certificates of search (查询证明) and credit reports (公共信用信息报告). */

/** `certificateId` is chosen by the caller: the same id gives the same document. `asOf` a day `YYYY-MM-DD`. */
export interface CertificateInput {
  readonly certificateId: string
  readonly identifier: string
  readonly scheme?: string | undefined
  readonly name?: string | undefined
  readonly purpose: string
  readonly asOf?: string | undefined
  readonly matter?: BusinessMatter | undefined
}

export const reportEditions = ['PUBLIC', 'DEPARTMENT'] as const
export type ReportEdition = (typeof reportEditions)[number]

export interface ReportInput {
  readonly reportId: string
  readonly identifier: string
  readonly scheme?: string | undefined
  readonly purpose: string
  readonly edition: ReportEdition
}

/** `pdf` the bytes; digests hexadecimal SHA-256. */
export interface IssuedDocument {
  readonly serial: string
  readonly kind: string
  readonly issuedAt: string
  readonly asOf: string
  readonly dataVersion: number
  readonly verifyAt: string
  readonly statement: string
  readonly statementSha256: string
  readonly pdf: Uint8Array
  readonly pdfSha256: string
}

type Answered = Omit<IssuedDocument, 'pdf'> & { readonly pdf: string }
type Payload = { readonly __typename: string; readonly document: Answered } | RefusalMember

const mutationOf = (field: string, name: string): string => /* GraphQL */ `
  mutation ${name}($input: ${name}Input!) {
    issued: ${field}(input: $input) {
      __typename
      ... on ${name}Success {
        document {
          serial kind issuedAt asOf dataVersion verifyAt statement statementSha256 pdf pdfSha256
        }
      }
      ... on Refusal { code message legalBasis }
    }
  }
`

const certificateMutation = mutationOf('issueSearchCertificate', 'IssueSearchCertificate')
const reportMutation = mutationOf('issueCreditReport', 'IssueCreditReport')

/** Repeated by itself when no answer comes: the id makes that safe. */
export const issueCertificate = (options: ExchangeClientOptions, input: CertificateInput) =>
  issue(options, certificateMutation, input)

/** Likewise. */
export const issueReport = (options: ExchangeClientOptions, input: ReportInput) =>
  issue(options, reportMutation, input)

function issue(
  options: ExchangeClientOptions,
  mutation: string,
  input: CertificateInput | ReportInput,
): Promise<Proven<IssuedDocument>> {
  return repeatWhileUnanswered(async () => {
    const { data, proof } = await query<{ issued: Payload }>(options, mutation, { input })
    if (!('document' in data.issued)) throw refusedByRule(data.issued)
    const { document } = data.issued
    const pdf = new Uint8Array(Buffer.from(document.pdf, 'base64'))
    if (createHash('sha256').update(pdf).digest('hex') !== document.pdfSha256)
      throw new OutputFileError('the document has not the digest that the exchange gives it')
    return { data: { ...document, pdf }, proof }
  })
}
