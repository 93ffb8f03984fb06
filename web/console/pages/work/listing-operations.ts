import { graphql, type ResultOf } from '../../api/graphql.ts'

export const ProposalsDocument = graphql(`
  query ListingProposals($phase: ListingProposalPhase, $after: String) {
    listingProposals(phase: $phase, order: URGENT_FIRST, first: 50, after: $after) {
      edges {
        node {
          id
          phase
          objectUntil
          subject { name uscc }
          allowedActions { mutation choice secondPerson }
          listType
          grade
          decisionNo
          reason
          listedOn
          disputedSince
          events { type effectiveOn recordedAt data }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
    listTypes { code name }
  }
`)
export type ProposedListing = ResultOf<typeof ProposalsDocument>['listingProposals']['edges'][number]['node']

export const ListingsDocument = graphql(`
  query Listings($listType: String, $includeEnded: Boolean, $asOf: Day, $purpose: String!, $after: String) {
    listings(
      listType: $listType
      includeEnded: $includeEnded
      asOf: $asOf
      purpose: $purpose
      first: 50
      after: $after
    ) {
      edges {
        node {
          subject { name uscc kind }
          listing {
            id
            dataset
            grade
            decisionNo
            reason
            listedOn
            endsOn
            exitedOn
            exitKind
            disputedSince
            publishedOn
            listType { code name }
            determinedBy { code name }
            responsiblePersons { name role }
            suspensions { from until }
            repairNotice
            events { type effectiveOn recordedAt data }
          }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
    listTypes { code name }
  }
`)
export type ListedRow = ResultOf<typeof ListingsDocument>['listings']['edges'][number]['node']

export const ManagedListingDocument = graphql(`
  query ManagedListing($id: ID!) {
    managedListing(id: $id) { id phase listType subject { name uscc } allowedActions { mutation choice secondPerson } }
  }
`)

export const NoticeDocument = graphql(`
  mutation GiveListingNotice($input: GiveListingNoticeInput!) {
    giveListingNotice(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const ChangeListingDocument = graphql(`
  mutation ChangeListing($input: ChangeListingInput!) {
    changeListing(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
export const OwnDatasetsDocument = graphql(`
  query OwnDatasets {
    datasets { code name department { code } listType { code name } }
  }
`)
