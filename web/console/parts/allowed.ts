/** What the viewer may do next with an item, as the server tells it: state, department and roles together. */
export type Allowed = readonly { mutation: string; choice: string | null; secondPerson: boolean }[]

export const allows = (allowed: Allowed, mutation: string): boolean =>
  allowed.some((action) => action.mutation === mutation)

/** Of a mutation that takes one of several: which. */
export const choicesAllowed = (allowed: Allowed, mutation: string): string[] =>
  allowed.flatMap((action) => (action.mutation === mutation && action.choice !== null ? [action.choice] : []))

/** Whether any of them waits for a second person (双人复核). */
export const needsSecond = (allowed: Allowed, mutation: string, choice?: string): boolean =>
  allowed.some(
    (action) =>
      action.mutation === mutation &&
      (choice === undefined || action.choice === choice) &&
      action.secondPerson,
  )
