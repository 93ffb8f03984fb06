/** Colours of Ant Design for the states of a batch; the word says it as well. */
const colours: Readonly<Record<string, string>> = {
  SUSPICIOUS: 'orange',
  DONE: 'green',
  REFUSED: 'red',
  FAILED: 'red',
  CANCELLED: 'default',
}

export const statusColour = (status: string): string => colours[status] ?? 'blue'
