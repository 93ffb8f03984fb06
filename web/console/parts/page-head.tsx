import type { ReactNode } from 'react'

/** The heading of a page, with what can be done on it at the right. */
export function PageHead({
  title,
  note,
  children,
}: {
  title: ReactNode
  note?: ReactNode
  children?: ReactNode
}) {
  return (
    <div className="page-head">
      <div>
        <h1>{title}</h1>
        {note === undefined ? null : <p className="note">{note}</p>}
      </div>
      {children === undefined ? null : <div className="page-acts">{children}</div>}
    </div>
  )
}
