import type { HeadingFault } from './heading.ts'
import type { ColumnProblem } from './proposal-columns.ts'

/** Something of a proposal that a person should look at; it keeps nobody from publishing. */
export type ProposalProblem = {
  code: ColumnProblem['code'] | ProblemCode
  heading: string | null
  message: string
}
type ProblemCode =
  | 'STATUS_NOT_UNDERSTOOD'
  | 'CODES_FROM_SAMPLE'
  | 'FIELD_ADDED'
  | 'LIST_TYPE_NOT_NAMED'
  | 'PERSONS_NOT_TOLD_APART'
  | 'STANDARD_FIELDS_ABSENT'
  | 'DEFINITION_INVALID'
  | HeadingFault['code']
