import { graphql, type ResultOf } from '../../api/graphql.ts'

export const DatasetsDocument = graphql(`
  query ManagedDatasets {
    managedDatasets { code name status version listType department }
    departments { code name }
    listTypes { code name }
  }
`)

export type ManagedDataset = ResultOf<typeof DatasetsDocument>['managedDatasets'][number]

export const DatasetDocument = graphql(`
  query DatasetHistory($code: String!) {
    datasetHistory(code: $code) {
      version createdAt definition changes { added removed parts changed { field parts } }
    }
    managedDatasets { code name status version listType department }
    departments { code name }
    listTypes { code name }
  }
`)

export type Edition = ResultOf<typeof DatasetDocument>['datasetHistory'][number]

/** Of the officer's own department. */
export const ByExampleDocument = graphql(`
  query DatasetByExample($input: DatasetByExampleInput!) {
    datasetByExample(input: $input) {
      family definition
      columns { heading field matchedBy alternatives note }
      missing { code legalBasis }
      problems { code heading message }
      faults { code place message legalBasis }
      preview {
        read stored held refused
        rows { index outcome values problems }
        problems { code field rows message }
      }
    }
  }
`)

/** Of any department, for who publishes. */
export const ByExampleForDocument = graphql(`
  query DatasetByExampleFor($department: String!, $input: DatasetByExampleInput!) {
    datasetByExample: datasetByExampleFor(department: $department, input: $input) {
      family definition
      columns { heading field matchedBy alternatives note }
      missing { code legalBasis }
      problems { code heading message }
      faults { code place message legalBasis }
      preview {
        read stored held refused
        rows { index outcome values problems }
        problems { code field rows message }
      }
    }
  }
`)

export type ByExample = ResultOf<typeof ByExampleDocument>['datasetByExample']

export const PublishDatasetDocument = graphql(`
  mutation PublishDataset($input: PublishDatasetInput!) {
    publishDataset(input: $input) {
      __typename
      ... on DatasetPublished { code version advice }
      ... on Refusal { code message legalBasis }
    }
  }
`)

export const ProposeDatasetDocument = graphql(`
  mutation ProposeDataset($input: ProposeDatasetInput!) {
    proposeDataset(input: $input) {
      __typename
      ... on ProposeDatasetSuccess { code version }
      ... on Refusal { code message legalBasis }
    }
  }
`)

export const PublishDraftDocument = graphql(`
  mutation PublishDatasetDraft($input: DatasetCodeInput!) {
    publishDatasetDraft(input: $input) {
      __typename
      ... on DatasetPublished { code version advice }
      ... on Refusal { code message legalBasis }
    }
  }
`)

export const RetireDatasetDocument = graphql(`
  mutation RetireDataset($input: DatasetCodeInput!) {
    retireDataset(input: $input) {
      __typename
      ... on Refusal { code message legalBasis }
    }
  }
`)
