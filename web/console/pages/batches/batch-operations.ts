import { graphql, type ResultOf } from '../../api/graphql.ts'

export const BatchDocument = graphql(`
  query Batch($batchId: String!, $after: String) {
    batch(batchId: $batchId) {
      batchId dataset status received accepted unchanged held rejected withdrawn
      receivedAt startedAt finishedAt rowsChecked rowsTotal rowsPerSecond secondsLeft problemCount
      money { field read accepted unchanged held rejected }
      suspicions { code message }
      refusal { code message line }
      file { name bytes format sheet }
      annotated { bytes }
      allProblems(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node { index line field code message held } }
      }
    }
    datasets { code name fields { name label labelEn } }
  }
`)

export type Batch = NonNullable<ResultOf<typeof BatchDocument>['batch']>
export type Dataset = ResultOf<typeof BatchDocument>['datasets'][number]

export const ConfirmBatchDocument = graphql(`
  mutation ConfirmBatch($input: ConfirmBatchInput!) {
    confirmBatch(input: $input) {
      __typename
      ... on Refusal { code message legalBasis }
    }
  }
`)

export const CancelBatchDocument = graphql(`
  mutation CancelBatch($input: CancelBatchInput!) {
    cancelBatch(input: $input) {
      __typename
      ... on Refusal { code message legalBasis }
    }
  }
`)
