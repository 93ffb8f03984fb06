import { graphql, type ResultOf } from '../../api/graphql.ts'

export const OfficersDocument = graphql(`
  query Officers {
    officers {
      id name email roles division status createdAt lastSignedInAt setUpCodeExpiresAt
      hasPassword passkeys hasSingleSignOn department { code name }
    }
    departments { code name status }
    divisions { code name }
  }
`)

type Answer = ResultOf<typeof OfficersDocument>
export type ManagedOfficer = Answer['officers'][number]
export type Places = Pick<Answer, 'departments' | 'divisions'>

/** Told to those who may recover. */
export const RecoveriesDocument = graphql(`
  query OfficerRecoveries {
    recoveries {
      id reason openedAt expiresAt mayConfirm officer { id name } openedBy { id name }
    }
  }
`)

export const OfficerSessionsDocument = graphql(`
  query OfficerSessions($id: ID!) {
    officer(id: $id) {
      id
      sessions { id method createdAt lastUsedAt expiresAt address userAgent }
    }
  }
`)

export const CreateOfficerDocument = graphql(`
  mutation CreateOfficer($input: CreateOfficerInput!) {
    createOfficer(input: $input) {
      __typename
      ... on OfficerCreated { setUp { code expiresAt } }
      ... on Refusal { code message legalBasis }
    }
  }
`)

export const RenewSetUpCodeDocument = graphql(`
  mutation RenewOfficerSetUpCode($input: OfficerIdInput!) {
    renewOfficerSetUpCode(input: $input) {
      __typename
      ... on OfficerSetUpCode { code expiresAt }
      ... on Refusal { code message legalBasis }
    }
  }
`)

export const AssignOfficerDocument = graphql(`
  mutation AssignOfficer($input: AssignOfficerInput!) {
    assignOfficer(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)

export const DisableOfficerDocument = graphql(`
  mutation DisableOfficer($input: OfficerReasonInput!) {
    disableOfficer(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)

export const EnableOfficerDocument = graphql(`
  mutation EnableOfficer($input: OfficerReasonInput!) {
    enableOfficer(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)

export const RevokeOfficerSessionDocument = graphql(`
  mutation RevokeOfficerSession($input: RevokeOfficerSessionInput!) {
    revokeOfficerSession(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)

export const OpenRecoveryDocument = graphql(`
  mutation OpenRecovery($input: OfficerReasonInput!) {
    openRecovery(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)

export const ConfirmRecoveryDocument = graphql(`
  mutation ConfirmRecovery($input: RecoveryIdInput!) {
    confirmRecovery(input: $input) {
      __typename
      ... on OfficerSetUpCode { code expiresAt }
      ... on Refusal { code message legalBasis }
    }
  }
`)

export const CancelRecoveryDocument = graphql(`
  mutation CancelRecovery($input: RecoveryIdInput!) {
    cancelRecovery(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
