const colours: Readonly<Record<string, string>> = { DRAFT: 'orange', ACTIVE: 'green', RETIRED: 'default' }

/** Colours of Ant Design for the states of a dataset; the word says it as well. */
export const datasetColour = (status: string): string => colours[status] ?? 'blue'
