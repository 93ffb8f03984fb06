import { graphql, type ResultOf } from '../../api/graphql.ts'

export const CasesDocument = graphql(`
  query Cases($kind: RemedyKind!, $phase: RemedyPhase, $mine: Boolean, $overdueOnly: Boolean, $after: String) {
    remedies(kind: $kind, phase: $phase, mine: $mine, overdueOnly: $overdueOnly, order: URGENT_FIRST, first: 50, after: $after) {
      edges {
        node {
          code
          phase
          openedOn
          dataset
          subject { name uscc }
          provider { code name }
          present { name dueOn overdue provisional owedBy { code name } }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export const CaseDocument = graphql(`
  query Case($code: String!) {
    remedy(code: $code) {
      code
      kind
      phase
      openedOn
      dataset
      listingId
      grounds
      channel
      allowedActions { mutation choice secondPerson }
      subject { kind name uscc }
      provider { code name }
      applicant { name contact relation documentNo }
      present { name dueOn overdue provisional owedBy { code name } }
      steps { rule name startsOn dueOn endedOn overdue provisional legalBasis owedBy { code name } }
      history { seq type on recordedAt by { name } details }
    }
    datasets { code name }
  }
`)
export type Case = NonNullable<ResultOf<typeof CaseDocument>['remedy']>

export const AcceptDocument = graphql(`
  mutation AcceptRemedy($input: RemedyActInput!) {
    acceptRemedy(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const SendDocument = graphql(`
  mutation SendRemedyToProvider($input: RemedyActInput!) {
    sendRemedyToProvider(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const ResumeDocument = graphql(`
  mutation ResumeRemedy($input: RemedyActInput!) {
    resumeRemedy(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const RefuseDocument = graphql(`
  mutation RefuseRemedy($input: ReasonedRemedyInput!) {
    refuseRemedy(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const WithdrawDocument = graphql(`
  mutation WithdrawRemedy($input: ReasonedRemedyInput!) {
    withdrawRemedy(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const PauseDocument = graphql(`
  mutation PauseRemedy($input: PauseRemedyInput!) {
    pauseRemedy(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const AnswerDocument = graphql(`
  mutation AnswerRemedy($input: AnswerRemedyInput!) {
    answerRemedy(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const DecideDocument = graphql(`
  mutation DecideRemedy($input: DecideRemedyInput!) {
    decideRemedy(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const OpenDocument = graphql(`
  mutation OpenRemedy($input: OpenRemedyInput!) {
    openRemedy(input: $input) {
      __typename
      ... on Refusal { code message legalBasis }
      ... on RemedySuccess { receipt { code } }
    }
  }
`)
