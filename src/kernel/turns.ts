/**
 * What takes much of the machine is done by a few at once: `atOnce` work, `waiting` wait for their turn in the order in
 * which they came, and whoever comes beyond them gets what `whenFull` says at once.
 */
export function createTurns<Full>(
  most: { atOnce: number; waiting: number },
  whenFull: () => Full,
): <Result>(work: () => Promise<Result>) => Promise<Result | Full> {
  const waiting: (() => void)[] = []
  let busy = 0

  function leave(): void {
    const next = waiting.shift()
    if (next) next()
    else busy -= 1
  }

  return async (work) => {
    if (busy < most.atOnce) busy += 1
    else if (waiting.length < most.waiting) await new Promise<void>((resolve) => waiting.push(resolve))
    else return whenFull()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
