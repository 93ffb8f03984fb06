import { useCallback, useEffect, useRef, useState } from 'react'
import { type Asker, ask } from './ask.ts'
import { type Fault, faultOf } from './fault.ts'
import type { TadaDocumentNode } from './graphql.ts'

export type Asked<Result> = {
  /** Kept while the next answer is awaited. */
  data: Result | null
  fault: Fault | null
  loading: boolean
  reload(): void
}

/** After how many milliseconds what was answered is asked for again; null: it does not change by itself. */
type Again<Result> = (result: Result) => number | null

/** Asks whenever document or variables change. Null variables: does not ask yet. */
export function useAsk<Result, Variables>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables | null,
  again?: Again<Result>,
): Asked<Result> {
  const key = variables === null ? null : JSON.stringify(variables)
  const load = useCallback(
    // The key is the variables; they are the same as long as it is.
    (signal: AbortSignal, by: Asker) => ask(document, JSON.parse(key ?? '{}') as Variables, signal, by),
    [document, key],
  )
  return useLoaded(key === null ? null : load, again)
}

/** Loads whenever `load` is another function. Null: does not load yet. */
export function useLoaded<Result>(
  load: ((signal: AbortSignal, by: Asker) => Promise<Result>) | null,
  again?: Again<Result>,
): Asked<Result> {
  const [answer, setAnswer] = useState<Omit<Asked<Result>, 'reload'>>({
    data: null,
    fault: null,
    loading: load !== null,
  })
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const next = useRef<Asker>('OFFICER')

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` stands for loading again.
  useEffect(() => {
    if (load === null) return
    const by = next.current
    next.current = 'OFFICER'
    const controller = new AbortController()
    setAnswer((last) => ({ ...last, loading: true }))
    load(controller.signal, by)
      .then((data) => {
        if (!controller.signal.aborted) setAnswer({ data, fault: null, loading: false })
      })
      .catch((error: unknown) => {
        if (controller.signal.aborted) return
        // Where the page looked again by itself, what somebody reads or writes there stays.
        setAnswer(({ data }) => ({
          data: by === 'PAGE' ? data : null,
          fault: faultOf(error),
          loading: false,
        }))
      })
    return () => controller.abort()
  }, [load, turn])

  const wait = answer.loading || answer.data === null ? null : (again?.(answer.data) ?? null)
  useEffect(() => {
    if (wait === null) return
    const timer = setTimeout(() => {
      next.current = 'PAGE'
      reload()
    }, wait)
    return () => clearTimeout(timer)
  }, [wait, reload])

  return { ...answer, reload }
}
