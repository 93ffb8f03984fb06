import { useState } from 'react'
import { type Fault, faultOf } from './fault.ts'

/** What a button sets going: whether it is under way, and why the last try failed. */
export function useAttempt() {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Fault | null>(null)

  /** Gives the fault back as well, to whoever does more about it than show it. */
  async function attempt(work: () => Promise<unknown>): Promise<Fault | null> {
    setBusy(true)
    setFault(null)
    try {
      await work()
      return null
    } catch (error) {
      const failure = faultOf(error)
      setFault(failure)
      return failure
    } finally {
      setBusy(false)
    }
  }
  return { busy, fault, attempt }
}
