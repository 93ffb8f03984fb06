export type Timing = { asked: number; p50: number; p95: number; perSecond: number; empty: number }

/** Asks each question once, `atOnce` of them at any time; milliseconds of each. `empty`: how many had no answer. */
export async function timed(
  questions: readonly string[],
  atOnce: number,
  ask: (question: string) => Promise<number>,
): Promise<Timing> {
  const taken: number[] = []
  let [next, empty] = [0, 0]
  const begun = performance.now()
  const worker = async () => {
    for (let question = questions[next]; question !== undefined; question = questions[next]) {
      next += 1
      const start = performance.now()
      const answers = await ask(question)
      taken.push(performance.now() - start)
      if (answers === 0) empty += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const seconds = (performance.now() - begun) / 1000
  const sorted = taken.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    asked: taken.length,
    p50: rounded(at(0.5)),
    p95: rounded(at(0.95)),
    perSecond: Math.round(taken.length / seconds),
    empty,
  }
}

export const rounded = (value: number) => Math.round(value * 10) / 10

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return (performance.now() - begun) / 1000
}
