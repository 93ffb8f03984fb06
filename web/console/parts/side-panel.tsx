import { Drawer } from 'antd'
import type { ReactNode } from 'react'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'

/** One item of a list in full, beside the list. */
export function SidePanel({
  title,
  open,
  onClose,
  children,
}: {
  title: ReactNode
  open: boolean
  onClose(): void
  children: ReactNode
}) {
  const t = useTexts(shellTexts)
  return (
    <Drawer
      title={title}
      open={open}
      onClose={onClose}
      size={720}
      destroyOnHidden
      closable={{ 'aria-label': t.close }}
    >
      {children}
    </Drawer>
  )
}
