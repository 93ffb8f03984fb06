import { Button } from 'antd'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'

/**
 * The browser's own dialog: it keeps the focus inside, closes with Esc and gives the focus back. Ant Design's locks
 * scrolling by a style sheet without a nonce, which the policy of the console does not take.
 */
export function Dialog({
  title,
  open,
  side = false,
  onClose,
  children,
}: {
  title: ReactNode
  open: boolean
  /** Beside the page instead of in its middle. */
  side?: boolean
  onClose(): void
  children: ReactNode
}) {
  const t = useTexts(shellTexts)
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const element = dialog.current
    if (!open || element === null) return
    element.showModal()
    return () => element.close()
  }, [open])
  if (!open) return null
  return (
    <dialog
      ref={dialog}
      className={side ? 'dialog side' : 'dialog'}
      aria-labelledby={titleId}
      // Closed by Esc it would be closed for the browser and open for the page.
      onCancel={(event) => {
        event.preventDefault()
        // A dialog inside this one bubbles its own.
        if (event.target === dialog.current) onClose()
      }}
    >
      <header>
        <h2 id={titleId}>{title}</h2>
        <Button type="text" aria-label={t.close} onClick={onClose}>
          ✕
        </Button>
      </header>
      <div className="dialog-body">{children}</div>
    </dialog>
  )
}
