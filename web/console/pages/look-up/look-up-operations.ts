import { graphql, type ResultOf, type VariablesOf } from '../../api/graphql.ts'

export const ScreenDocument = graphql(`
  query Screen($input: ScreenInput!) {
    screen(input: $input) {
      asOf
      dataVersion
      results {
        outcome
        subject { kind name uscc otherUsccs }
        listings {
          id
          grade
          decisionNo
          reason
          listedOn
          endsOn
          disputedSince
          listType { code name nature }
          determinedBy { code name }
        }
        measures { code name content class reducesRights legalBasis decisionText }
        candidates { name closestName uscc score reasons }
        errors { code message }
        warnings { code message }
      }
    }
  }
`)
export type Screened = ResultOf<typeof ScreenDocument>['screen']

export const SearchDocument = graphql(`
  query SearchSubjects($query: String!, $purpose: String) {
    searchSubjects(query: $query, purpose: $purpose, first: 20) {
      edges { node { name score reasons subject { name uscc } } }
    }
  }
`)
export type Hits = ResultOf<typeof SearchDocument>['searchSubjects']['edges']

export const CertificateDocument = graphql(`
  mutation IssueSearchCertificate($input: IssueSearchCertificateInput!) {
    issueSearchCertificate(input: $input) {
      __typename
      ... on Refusal { code message legalBasis }
      ... on IssueSearchCertificateSuccess { document { serial pdf pdfSha256 verifyAt issuedAt } }
    }
  }
`)
export const ReportDocument = graphql(`
  mutation IssueCreditReport($input: IssueCreditReportInput!) {
    issueCreditReport(input: $input) {
      __typename
      ... on Refusal { code message legalBasis }
      ... on IssueCreditReportSuccess { document { serial pdf pdfSha256 verifyAt issuedAt } }
    }
  }
`)
export type Issued = { serial: string; pdf: string; pdfSha256: string; verifyAt: string }

export type Matter = NonNullable<VariablesOf<typeof ScreenDocument>['input']['matter']>
/** What was asked, and what for: documents are issued on the same. */
export type Question = {
  identifier: string
  purpose: string
  matter: Matter | null
  asOf: string | null
  name: string | null
}
