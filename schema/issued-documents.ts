import { limits } from '../src/limits.ts'
import type { IssuedDocumentView } from '../src/reports/issuing-service.ts'
import { documentKinds, editions } from '../src/reports/statement.ts'
import { builder, department, onDepartment } from './builder.ts'
import { BusinessMatter } from './catalogue.ts'
import { purposeText, requiredText } from './input-text.ts'
import { Refusal, refusable } from './refusal.ts'
import { IdentifierScheme } from './subjects.ts'

const DocumentKind = builder.enumType('DocumentKind', {
  subGraphs: department,
  description: 'SEARCH_CERTIFICATE (查询证明) or CREDIT_REPORT (公共信用信息报告).',
  values: documentKinds,
})

const ReportEdition = builder.enumType('ReportEdition', {
  subGraphs: department,
  description: 'PUBLIC: only public fields, published today. DEPARTMENT: what the caller may see.',
  values: editions,
})

const IssuedDocument = builder.objectRef<IssuedDocumentView>('IssuedDocument').implement({
  ...onDepartment,
  description: 'A document that can be handed on and verified by anyone, offline or at verifyAt.',
  fields: (t) => ({
    serial: t.exposeString('serial', { description: 'Not to be guessed: who has it may verify.' }),
    kind: t.expose('kind', { type: DocumentKind }),
    issuedAt: t.expose('issuedAt', { type: 'DateTime' }),
    asOf: t.expose('asOf', { type: 'Day' }),
    dataVersion: t.exposeInt('dataVersion', {
      description: 'Position of the change feed that it reflects.',
    }),
    verifyAt: t.exposeString('verifyAt', { description: 'The public page; .json behind it for programs.' }),
    statement: t.exposeString('statement', {
      description:
        'What it says, signed by the exchange: JWS, typ document+jwt. It is inside the PDF as well.',
    }),
    statementSha256: t.exposeString('statementSha256', {
      description: 'Hexadecimal, of the text statement.',
    }),
    pdf: t.string({ description: 'Base64.', resolve: ({ pdf }) => pdf.toString('base64') }),
    pdfSha256: t.exposeString('pdfSha256', { description: 'Hexadecimal, of the bytes.' }),
  }),
})

const success = (name: string) =>
  builder.objectRef<{ document: IssuedDocumentView }>(name).implement({
    ...onDepartment,
    fields: (t) => ({ document: t.expose('document', { type: IssuedDocument }) }),
  })

const kept = `Chosen by the caller; repeated within ${limits.documentRetentionDays} days with the same content it gives the same document, byte for byte.`
const purposeMeaning = 'What it is for; it stands in the document and in the evidence log.'
const nameMeaning =
  'As the caller knows the subject: compared with what records tell; stated, as unverified, where none tells a name.'

const IssueSearchCertificateInput = builder.inputType('IssueSearchCertificateInput', {
  subGraphs: department,
  fields: (t) => ({
    certificateId: t.string({ required: true, description: kept }),
    identifier: t.string({
      required: true,
      description: 'Unified social credit code, or the certificate number of a person.',
    }),
    scheme: t.field({ type: IdentifierScheme, description: 'Told from the form where left out.' }),
    name: t.string({ description: nameMeaning }),
    purpose: t.string({ required: true, description: purposeMeaning }),
    asOf: t.field({ type: 'Day', description: 'The day it is about; today where left out.' }),
    matter: t.field({
      type: BusinessMatter,
      description: 'What is being decided: only measures that bind this matter are stated.',
    }),
  }),
})

const IssueCreditReportInput = builder.inputType('IssueCreditReportInput', {
  subGraphs: department,
  fields: (t) => ({
    reportId: t.string({ required: true, description: kept }),
    identifier: t.string({
      required: true,
      description: 'Unified social credit code, or the certificate number of a person.',
    }),
    scheme: t.field({ type: IdentifierScheme, description: 'Told from the form where left out.' }),
    purpose: t.string({ required: true, description: purposeMeaning }),
    edition: t.field({ type: ReportEdition, required: true }),
  }),
})

builder.mutationFields((t) => ({
  issueSearchCertificate: t.field({
    subGraphs: department,
    type: success('IssueSearchCertificateSuccess'),
    authScopes: { role: 'ENQUIRER' },
    description:
      'Issues a certificate of search (查询证明) for one subject: on which lists, or on none and no record in the datasets that the caller may see.',
    errors: { types: [Refusal], union: { name: 'IssueSearchCertificateResult', subGraphs: department } },
    args: { input: t.arg({ type: IssueSearchCertificateInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        document: await context.certificates.issue(context.caller, {
          documentId: requiredText('certificateId', input.certificateId, limits.documentIdCharacters),
          purpose: purposeText(input.purpose),
          identifier: input.identifier,
          scheme: input.scheme ?? null,
          name: input.name ? requiredText('name', input.name, limits.nameCharacters) : null,
          asOf: input.asOf ?? null,
          matter: input.matter ?? null,
        }),
      })),
  }),
  issueCreditReport: t.field({
    subGraphs: department,
    type: success('IssueCreditReportSuccess'),
    authScopes: { role: 'ENQUIRER' },
    description:
      'Issues a public credit report (公共信用信息报告). Of a person only in the DEPARTMENT edition, to an authorised department.',
    errors: { types: [Refusal], union: { name: 'IssueCreditReportResult', subGraphs: department } },
    args: { input: t.arg({ type: IssueCreditReportInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        document: await context.creditReports.issue(context.caller, {
          documentId: requiredText('reportId', input.reportId, limits.documentIdCharacters),
          purpose: purposeText(input.purpose),
          identifier: input.identifier,
          scheme: input.scheme ?? null,
          name: null,
          edition: input.edition,
        }),
      })),
  }),
}))
