import { ExchangeRefusal } from './errors.ts'

/** Operations of the department API that the SDK sends, with the shapes of their answers. */

export type ScreeningOutcome = 'LISTED' | 'CLEAR' | 'AMBIGUOUS' | 'UNKNOWN' | 'INVALID'

/** `identifier` of any scheme and `name`: at least one of the two; `ref` is the caller's own line number. */
export interface AskedSubject {
  readonly ref?: string
  readonly identifier?: string
  readonly name?: string
}

/** What is being decided (办理事项). */
export const businessMatters = [
  'GOVERNMENT_PROCUREMENT',
  'TENDERING',
  'LAND',
  'LICENCE',
  'SUBSIDY',
  'FINANCE',
  'HONOURS',
  'FRANCHISE',
  'APPOINTMENT',
  'CONSUMPTION',
  'SUPERVISION',
  'PUBLICITY',
] as const
export type BusinessMatter = (typeof businessMatters)[number]

/**
 * `purpose` says what the answer is for and is kept in the evidence log; `asOf` a day `YYYY-MM-DD`, else today. With a
 * `matter` only the measures that bind in it are told.
 */
export interface ScreenInput {
  readonly purpose: string
  readonly matter?: BusinessMatter
  readonly asOf?: string
  readonly subjects: readonly AskedSubject[]
}

export interface Remark {
  readonly code: string
  readonly message: string
}

export interface ListingView {
  readonly id: string
  readonly listType: { readonly code: string; readonly name: string; readonly nature: string }
  readonly grade: string
  readonly listedOn: string
  readonly endsOn: string | null
  readonly decisionNo: string | null
  readonly determinedBy: { readonly code: string; readonly name: string }
}

/** `class` 守信激励 is an incentive, 提示 a mere hint; `decisionText` is filled in for the subject. */
export interface MeasureView {
  readonly code: string
  readonly name: string
  readonly content: string
  readonly class: string
  readonly reducesRights: boolean
  readonly decisionText: string
  readonly legalBasis: readonly string[]
}

export interface CandidateView {
  readonly name: string
  readonly uscc: string | null
  readonly reasons: readonly string[]
  /** How close `closestName`, the closest of its names, is to the name asked for, up to 1; null where a number found it. */
  readonly score: number | null
  readonly closestName: string | null
}

export interface ScreeningResult {
  readonly ref: string | null
  readonly outcome: ScreeningOutcome
  readonly subject: { readonly uscc: string | null; readonly name: string; readonly kind: string } | null
  readonly listings: readonly ListingView[]
  readonly measures: readonly MeasureView[]
  readonly candidates: readonly CandidateView[]
  readonly warnings: readonly Remark[]
  readonly errors: readonly Remark[]
}

/** One result for each subject, in the order asked; `dataVersion` is the change-feed position it reflects. */
export interface Screening {
  readonly dataVersion: number
  readonly asOf: string
  readonly results: readonly ScreeningResult[]
}

export const SCREEN = /* GraphQL */ `
  query Screen($input: ScreenInput!) {
    screen(input: $input) {
      dataVersion
      asOf
      results {
        ref
        outcome
        subject { uscc name kind }
        listings {
          id
          listType { code name nature }
          grade
          listedOn
          endsOn
          decisionNo
          determinedBy { code name }
        }
        measures { code name content class reducesRights decisionText legalBasis }
        candidates { name uscc reasons score closestName }
        warnings { code message }
        errors { code message }
      }
    }
  }
`

/** `batchId` is chosen by the caller: the same id with the same records gives the same result for ever. */
export interface SubmitRecordsInput {
  readonly dataset: string
  readonly batchId: string
  readonly records: readonly unknown[]
}

/** `index` is the position of the row, from 0; `line` where a person finds it in the file, from 1. */
export interface RecordProblem {
  readonly index: number
  readonly line: number | null
  readonly field: string | null
  readonly code: string
  readonly message: string
  readonly held: boolean
}

/** received = accepted + unchanged + held + rejected. */
export interface BatchResult {
  readonly batchId: string
  readonly dataset: string
  readonly received: number
  readonly accepted: number
  readonly unchanged: number
  readonly held: number
  readonly rejected: number
  readonly problems: readonly RecordProblem[]
}

/** The refusal of a rule, as a member of a mutation's union. */
export interface RefusalMember {
  readonly __typename: 'Refusal'
  readonly code: string
  readonly message: string
  readonly legalBasis: string | null
}

export function refusedByRule({ code, message, legalBasis }: RefusalMember): ExchangeRefusal {
  return new ExchangeRefusal({
    code,
    message,
    status: 200,
    signed: true,
    legalBasis: legalBasis ?? undefined,
  })
}

export type SubmitRecordsPayload =
  | { readonly __typename: 'SubmitRecordsSuccess'; readonly batch: BatchResult }
  | RefusalMember

export const SUBMIT_RECORDS = /* GraphQL */ `
  mutation SubmitRecords($input: SubmitRecordsInput!) {
    submitRecords(input: $input) {
      __typename
      ... on SubmitRecordsSuccess {
        batch {
          batchId
          dataset
          received
          accepted
          unchanged
          held
          rejected
          problems { index line field code message held }
        }
      }
      ... on Refusal { code message legalBasis }
    }
  }
`

/** Until `previousNotAfter` the key that signed the rotation still counts. ISO 8601 in UTC. */
export interface KeyRotation {
  readonly kid: string
  readonly notBefore: string
  readonly previousNotAfter: string
}

export type RotateKeyPayload = ({ readonly __typename: 'RotateKeySuccess' } & KeyRotation) | RefusalMember

export const ROTATE_KEY = /* GraphQL */ `
  mutation RotateKey($input: RotateKeyInput!) {
    rotateKey(input: $input) {
      __typename
      ... on RotateKeySuccess { kid notBefore previousNotAfter }
      ... on Refusal { code message legalBasis }
    }
  }
`
