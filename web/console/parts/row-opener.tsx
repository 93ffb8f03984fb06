import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useAddress } from './address.ts'

/** Opens a row's item; j and k walk over them. */
export function RowLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} data-row-opener="">
      {children}
    </Link>
  )
}

/** Opens the item beside the list; the address keeps which. */
export function RowOpener({
  name = 'open',
  value,
  children,
}: {
  name?: string
  value: string
  children: ReactNode
}) {
  const address = useAddress()
  return (
    <button
      type="button"
      className="row-opener"
      data-row-opener=""
      onClick={() => address.set({ [name]: value, after: address.value('after') })}
    >
      {children}
    </button>
  )
}
