import { graphql, type ResultOf, type VariablesOf } from '../../api/graphql.ts'

export const AuditChoicesDocument = graphql(`
  query AuditChoices {
    departments { code name }
    officers { id name department { name } }
  }
`)

export type Choices = ResultOf<typeof AuditChoicesDocument>

export const EntriesDocument = graphql(`
  query AuditEntries($filter: AuditFilter, $after: String) {
    auditEntries(first: 50, after: $after, filter: $filter) {
      pageInfo { hasNextPage endCursor }
      edges {
        cursor
        node {
          logIndex at department kid jti operation purpose outcome status subjects proofState
          officer { id name }
        }
      }
    }
  }
`)

export type Filter = NonNullable<VariablesOf<typeof EntriesDocument>['filter']>
export type Entry = ResultOf<typeof EntriesDocument>['auditEntries']['edges'][number]['node']
export type OpenEntry = {
  entry: Entry
  /** It is the first after this cursor. */
  after: string | null
}

/** The entry that comes after a cursor. */
export const ProofDocument = graphql(`
  query AuditProof($filter: AuditFilter, $after: String) {
    auditEntries(first: 1, after: $after, filter: $filter) {
      edges { node { logIndex proof { leaf checkpoint treeSize inclusionProof verified } } }
    }
  }
`)

export type Proof = NonNullable<
  ResultOf<typeof ProofDocument>['auditEntries']['edges'][number]['node']['proof']
>

export const ExportDocument = graphql(`
  query AuditExport($filter: AuditFilter) {
    auditExport(filter: $filter) { csv rows complete }
  }
`)

export const ActsDocument = graphql(`
  query OfficerActs($filter: AuditFilter, $after: String) {
    officerActs(first: 50, after: $after, filter: $filter) {
      pageInfo { hasNextPage endCursor }
      edges { node { id at department operation logIndex pendingActId officer { id name } } }
    }
  }
`)

export const AdministrationDocument = graphql(`
  query AdministrationEvents($filter: AuditFilter, $after: String) {
    events: administrationEvents(first: 50, after: $after, filter: $filter) {
      pageInfo { hasNextPage endCursor }
      edges { node { id at actor action target facts } }
    }
  }
`)

export const SignInsDocument = graphql(`
  query SignInEvents($filter: AuditFilter, $after: String) {
    events: signInEvents(first: 50, after: $after, filter: $filter) {
      pageInfo { hasNextPage endCursor }
      edges { node { id at actor action target facts } }
    }
  }
`)
