import { act } from '../../api/ask.ts'
import type { ResultOf } from '../../api/graphql.ts'
import type { Asked } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { FaultNotice } from '../../parts/states.tsx'
import { fill, useTexts } from '../../texts/language.tsx'
import { officerTexts } from '../../texts/officers.ts'
import { shellTexts } from '../../texts/shell.ts'
import {
  CancelRecoveryDocument,
  ConfirmRecoveryDocument,
  type RecoveriesDocument,
} from './officer-operations.ts'
import type { IssuedCode } from './set-up-code.tsx'

/** One administrator opened each; another, and not the officer herself, confirms. */
export function Recoveries({
  asked,
  onIssued,
  onChange,
}: {
  asked: Asked<ResultOf<typeof RecoveriesDocument>>
  onIssued(issued: IssuedCode): void
  onChange(): void
}) {
  const t = useTexts(officerTexts)
  const shell = useTexts(shellTexts)
  const rows = asked.data?.recoveries ?? []
  if (asked.fault) return <FaultNotice fault={asked.fault} />
  if (rows.length === 0) return null
  return (
    <section className="card">
      <h2>{t.recoveries}</h2>
      <DataTable
        caption={t.recoveries}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { key: 'name', title: t.name, render: ({ officer }) => officer.name },
          { key: 'reason', title: shell.reason, render: ({ reason }) => reason },
          { key: 'by', title: t.openedBy, render: ({ openedBy }) => openedBy.name },
          { key: 'at', title: t.openedAt, render: ({ openedAt }) => <Moment at={openedAt} /> },
          { key: 'until', title: t.expiresAt, render: ({ expiresAt }) => <Moment at={expiresAt} /> },
          {
            key: 'acts',
            title: shell.acts,
            render: ({ id, officer, mayConfirm }) => (
              <div className="acts">
                {mayConfirm ? (
                  <ActButton
                    small
                    danger
                    label={t.confirmRecovery}
                    title={fill(t.confirmRecoveryTitle, { name: officer.name })}
                    text={t.confirmRecoveryText}
                    onAct={async () => {
                      const { confirmRecovery } = await act(ConfirmRecoveryDocument, {
                        input: { id },
                      })
                      const { code, expiresAt } = confirmRecovery
                      onIssued({ name: officer.name, code, expiresAt })
                    }}
                    onDone={onChange}
                  />
                ) : (
                  <span className="note">{t.needsAnother}</span>
                )}
                <ActButton
                  small
                  label={t.cancelRecovery}
                  title={fill(t.cancelRecoveryTitle, { name: officer.name })}
                  onAct={() => act(CancelRecoveryDocument, { input: { id } })}
                  onDone={onChange}
                />
              </div>
            ),
          },
        ]}
      />
    </section>
  )
}
