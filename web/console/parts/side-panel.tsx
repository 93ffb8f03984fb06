import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'

/** One item of a list in full, beside the list. */
export function SidePanel(props: { title: ReactNode; open: boolean; onClose(): void; children: ReactNode }) {
  return <Dialog side {...props} />
}
