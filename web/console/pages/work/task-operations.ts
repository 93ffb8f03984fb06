import { graphql, type ResultOf } from '../../api/graphql.ts'

export const TasksDocument = graphql(`
  query Tasks($phase: MeasureTaskPhase, $overdueOnly: Boolean, $after: String) {
    measureTasks(phase: $phase, overdueOnly: $overdueOnly, order: URGENT_FIRST, first: 50, after: $after) {
      edges {
        node {
          id
          phase
          createdOn
          liftFrom
          allowedActions { mutation choice secondPerson }
          decisionText
          subject { name uscc }
          measure { code name content class documentNeeded legalBasis }
          listing { id grade decisionNo listedOn endsOn listType { name } determinedBy { name } }
          due { step name dueOn overdue provisional legalBasis }
          feedback { actedOn amount documentNo effect matter outcome }
          history { seq type on recordedAt byDepartment details }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
export type Task = ResultOf<typeof TasksDocument>['measureTasks']['edges'][number]['node']

export const RespondDocument = graphql(`
  mutation RespondToTask($input: RespondToTaskInput!) {
    respondToTask(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const FeedbackDocument = graphql(`
  mutation ReportFeedback($input: ReportFeedbackInput!) {
    reportFeedback(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const LiftedDocument = graphql(`
  mutation ConfirmLifted($input: ConfirmLiftedInput!) {
    confirmLifted(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
