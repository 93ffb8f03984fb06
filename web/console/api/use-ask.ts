import { useCallback, useEffect, useState } from 'react'
import { ask } from './ask.ts'
import { type Fault, faultOf } from './fault.ts'
import type { TadaDocumentNode } from './graphql.ts'

export type Asked<Result> = {
  /** Kept while the next answer is awaited. */
  data: Result | null
  fault: Fault | null
  loading: boolean
  reload(): void
}

/** `while`: only as long as the answer is one that changes by itself. */
type Options<Result> = { every?: number | null; while?: (result: Result) => boolean }

/** Asks whenever document or variables change, and `every` so many milliseconds. Null variables: does not ask yet. */
export function useAsk<Result, Variables>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables | null,
  options: Options<Result> = {},
): Asked<Result> {
  const key = variables === null ? null : JSON.stringify(variables)
  const load = useCallback(
    // The key is the variables; they are the same as long as it is.
    (signal: AbortSignal) => ask(document, JSON.parse(key ?? '{}') as Variables, signal),
    [document, key],
  )
  return useLoaded(key === null ? null : load, options)
}

/** Loads whenever `load` is another function, and `every` so many milliseconds. Null: does not load yet. */
export function useLoaded<Result>(
  load: ((signal: AbortSignal) => Promise<Result>) | null,
  { every = null, while: goesOn }: Options<Result> = {},
): Asked<Result> {
  const [answer, setAnswer] = useState<Omit<Asked<Result>, 'reload'>>({
    data: null,
    fault: null,
    loading: load !== null,
  })
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((last) => last + 1), [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` stands for loading again.
  useEffect(() => {
    if (load === null) return
    const controller = new AbortController()
    setAnswer((last) => ({ ...last, loading: true }))
    load(controller.signal)
      .then((data) => {
        if (!controller.signal.aborted) setAnswer({ data, fault: null, loading: false })
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) setAnswer({ data: null, fault: faultOf(error), loading: false })
      })
    return () => controller.abort()
  }, [load, turn])

  const again = answer.data === null || goesOn === undefined || goesOn(answer.data)
  useEffect(() => {
    if (every === null || !again) return
    const timer = setInterval(reload, every)
    return () => clearInterval(timer)
  }, [every, again, reload])

  return { ...answer, reload }
}
