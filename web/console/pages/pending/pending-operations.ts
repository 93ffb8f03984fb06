import { graphql, type ResultOf } from '../../api/graphql.ts'

export const PendingActsDocument = graphql(`
  query PendingActs($filter: ActFilter, $after: String) {
    pendingActs(filter: $filter, first: 20, after: $after) {
      edges {
        node {
          id
          operation
          state
          note
          summary { name value }
          target { name value }
          proposedBy { id name }
          proposedAt
          expiresAt
          decidedBy { id name }
          decidedAt
          reason
          mayDecide
          mayWithdraw
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
export type PendingAct = ResultOf<typeof PendingActsDocument>['pendingActs']['edges'][number]['node']

export const DecideActDocument = graphql(`
  mutation DecideAct($input: DecideActInput!) {
    decideAct(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
