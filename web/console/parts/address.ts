import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

/** The filters of a list are in its address: it can be sent, kept and gone back to. */
export function useAddress() {
  const [parameters, setParameters] = useSearchParams()
  /** Null where it is not set. */
  const value = useCallback((name: string): string | null => parameters.get(name) || null, [parameters])
  /** A new filter begins at the first page. */
  const set = useCallback(
    (changes: Readonly<Record<string, string | null>>) =>
      setParameters((last) => {
        const next = new URLSearchParams(last)
        if (!('after' in changes)) next.delete('after')
        for (const [name, given] of Object.entries(changes))
          if (given === null || given === '') next.delete(name)
          else next.set(name, given)
        return next
      }),
    [setParameters],
  )
  return { value, set }
}

/** One of a closed set, or null: addresses are typed by people too. */
export function oneOf<Choice extends string>(
  value: string | null,
  choices: readonly Choice[],
): Choice | null {
  return choices.find((choice) => choice === value) ?? null
}
