import { graphql, type ResultOf } from '../../api/graphql.ts'

export const DepartmentsDocument = graphql(`
  query ManagedDepartments {
    managedDepartments {
      code
      name
      kind
      status
      roles
      divisionName
      successor { code name }
      keys { status }
      health { lastAt answered refused errorRate }
    }
    divisions { code name }
  }
`)

export const RegistrationDocument = graphql(`
  query Registration {
    divisions { code name }
    managedDepartments { kind }
    measures { departmentKinds }
  }
`)

export const DepartmentDocument = graphql(`
  query ManagedDepartment($code: String!) {
    managedDepartment(code: $code) {
      code
      name
      kind
      uscc
      status
      roles
      registeredAt
      division
      divisionName
      officers
      successor { code name }
      predecessors { code name }
      names { name validFrom }
      keys { kid algorithm status requestedAt notBefore notAfter revokedAt }
      enrolmentCodes { createdAt expiresAt usedAt }
      datasets { code status }
      grants { dataset basis grantedAt }
      health { since lastAt answered refused errorRate }
      timeliness { dataset datasetName rule ruleName received onTime late medianDays }
      integrationSheet { facts { label value } commands { label value } text }
    }
  }
`)
export type Managed = NonNullable<ResultOf<typeof DepartmentDocument>['managedDepartment']>

export const RegisterDocument = graphql(`
  mutation RegisterDepartment($input: RegisterDepartmentInput!) {
    registerDepartment(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const IssueCodeDocument = graphql(`
  mutation IssueEnrolmentCode($input: DepartmentCodeInput!) {
    issueEnrolmentCode(input: $input) {
      __typename
      ... on Refusal { code message legalBasis }
      ... on EnrolmentCodeIssued { code expiresAt }
    }
  }
`)
export const ApproveDocument = graphql(`
  mutation ApproveDepartmentKey($input: DepartmentKeyInput!) {
    approveDepartmentKey(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const RefuseDocument = graphql(`
  mutation RefuseDepartmentKey($input: DepartmentKeyInput!) {
    refuseDepartmentKey(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const RevokeDocument = graphql(`
  mutation RevokeDepartmentKey($input: RevokeDepartmentKeyInput!) {
    revokeDepartmentKey(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const SuspendDocument = graphql(`
  mutation SuspendDepartment($input: DepartmentCodeInput!) {
    suspendDepartment(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const ResumeDocument = graphql(`
  mutation ResumeDepartment($input: DepartmentCodeInput!) {
    resumeDepartment(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const RenameDocument = graphql(`
  mutation RenameDepartment($input: RenameDepartmentInput!) {
    renameDepartment(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const MergeDocument = graphql(`
  mutation MergeDepartments($input: MergeDepartmentsInput!) {
    mergeDepartments(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const GrantDocument = graphql(`
  mutation GrantDataset($input: GrantDatasetInput!) {
    grantDataset(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const UngrantDocument = graphql(`
  mutation RevokeDatasetGrant($input: RevokeDatasetGrantInput!) {
    revokeDatasetGrant(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const AddDivisionDocument = graphql(`
  mutation AddDivision($input: AddDivisionInput!) {
    addDivision(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const ChoicesDocument = graphql(`
  query DepartmentChoices {
    managedDepartments { code name status }
    datasets { code name status }
  }
`)
