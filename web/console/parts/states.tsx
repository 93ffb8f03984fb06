import { Alert, Button, Empty, Spin } from 'antd'
import type { ReactNode } from 'react'
import type { Fault } from '../api/fault.ts'
import type { Asked } from '../api/use-ask.ts'
import { useTexts } from '../texts/language.tsx'
import { shellTexts } from '../texts/shell.ts'

export function Loading() {
  const t = useTexts(shellTexts)
  return (
    <div className="state" role="status">
      <Spin />
      <p>{t.loading}</p>
    </div>
  )
}

/** What a rule or the service refused, with the article. */
export function FaultNotice({ fault }: { fault: Fault }) {
  const t = useTexts(shellTexts)
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={fault.message}
      description={
        <>
          {fault.legalBasis === null ? null : (
            <p>
              {t.basis}
              {fault.legalBasis}
            </p>
          )}
          <code>{fault.code}</code>
        </>
      }
    />
  )
}

export function Failed({ fault, onAgain }: { fault: Fault; onAgain(): void }) {
  const t = useTexts(shellTexts)
  return (
    <div className="state">
      <FaultNotice fault={fault} />
      <Button onClick={onAgain}>{t.again}</Button>
    </div>
  )
}

export function Nothing({ children }: { children?: ReactNode }) {
  const t = useTexts(shellTexts)
  return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={children ?? t.empty} />
}

/** What was asked for, or why it is not there yet. */
export function Ready<Result>({
  asked,
  children,
}: {
  asked: Asked<Result>
  children(data: Result): ReactNode
}) {
  const { data, fault, loading, reload } = asked
  const failed = fault === null ? null : <Failed fault={fault} onAgain={reload} />
  if (data === null) return failed ?? <Loading />
  return (
    <div aria-busy={loading}>
      {failed}
      {children(data)}
    </div>
  )
}
