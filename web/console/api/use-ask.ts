import { useCallback, useEffect, useRef, useState } from 'react'
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

/** Asks whenever document or variables change, and `every` so many milliseconds. Null variables: does not ask yet. */
export function useAsk<Result, Variables>(
  document: TadaDocumentNode<Result, Variables>,
  variables: Variables | null,
  { every = null }: { every?: number | null } = {},
): Asked<Result> {
  const [answer, setAnswer] = useState<Omit<Asked<Result>, 'reload'>>({
    data: null,
    fault: null,
    loading: variables !== null,
  })
  const [turn, setTurn] = useState(0)
  const reload = useCallback(() => setTurn((last) => last + 1), [])
  const key = JSON.stringify(variables)
  const asked = useRef(variables)
  asked.current = variables

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the variables, `turn` for asking again.
  useEffect(() => {
    const current = asked.current
    if (current === null) return
    const controller = new AbortController()
    setAnswer((last) => ({ ...last, loading: true }))
    ask(document, current, controller.signal)
      .then((data) => setAnswer({ data, fault: null, loading: false }))
      .catch((error: unknown) => {
        if (!controller.signal.aborted) setAnswer({ data: null, fault: faultOf(error), loading: false })
      })
    return () => controller.abort()
  }, [document, key, turn])

  useEffect(() => {
    if (every === null) return
    const timer = setInterval(reload, every)
    return () => clearInterval(timer)
  }, [every, reload])

  return { ...answer, reload }
}
