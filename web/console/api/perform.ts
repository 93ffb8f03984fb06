import { act } from './ask.ts'
import { Fault } from './fault.ts'
import { graphql, type TadaDocumentNode, type VariablesOf } from './graphql.ts'

const ProposeActDocument = graphql(`
  mutation ProposeAct($input: ProposeActInput!) {
    proposeAct(input: $input) { __typename ... on Refusal { code message legalBasis } }
  }
`)
type Operation = VariablesOf<typeof ProposeActDocument>['input']['operation']

/** What came of an act: it has effect, or it waits for a second person. */
export type Performed = 'DONE' | 'PROPOSED'

/**
 * Acts, or where the rules want four eyes (双人复核) proposes the same act, with the same variables, to the second person.
 * Which of the two it is, the server says.
 */
export async function perform<Result, Variables extends { input: { actionId: string } }>(
  operation: Operation,
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables,
  note: string,
): Promise<Performed> {
  try {
    await act(document, variables)
    return 'DONE'
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'FOUR_EYES_REQUIRED') throw error
    await act(ProposeActDocument, { input: { id: variables.input.actionId, operation, variables, note } })
    return 'PROPOSED'
  }
}
