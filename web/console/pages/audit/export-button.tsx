import { App, Button } from 'antd'
import { useState } from 'react'
import { ask } from '../../api/ask.ts'
import { faultOf } from '../../api/fault.ts'
import { today } from '../../parts/facts.tsx'
import { auditTexts } from '../../texts/audit.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import { ExportDocument, type Filter } from './audit-operations.ts'

/** What the filters leave, as a table for a spreadsheet. */
export function ExportButton({ filter }: { filter: Filter }) {
  const t = useTexts(auditTexts)
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)

  async function download() {
    setBusy(true)
    try {
      const { auditExport } = await ask(ExportDocument, { filter })
      const { csv, rows, complete } = auditExport
      const address = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }))
      const link = document.createElement('a')
      link.href = address
      link.download = `audit-${today()}.csv`
      link.click()
      URL.revokeObjectURL(address)
      void message.info(fill(complete ? t.exported : t.exportedPart, { rows }))
    } catch (error) {
      void message.error(faultOf(error).message)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Button loading={busy} onClick={() => void download()}>
      {t.export}
    </Button>
  )
}
