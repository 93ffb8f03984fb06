import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { Ready } from '../../parts/states.tsx'
import { deviceOf } from '../../session/own-log-in.ts'
import { useMay } from '../../session/viewer.tsx'
import { fill, useTexts, useWords } from '../../texts/language.tsx'
import { officerTexts } from '../../texts/officers.ts'
import { methodWords, securityTexts } from '../../texts/security.ts'
import { shellTexts } from '../../texts/shell.ts'
import {
  type ManagedOfficer,
  OfficerSessionsDocument,
  RevokeOfficerSessionDocument,
} from './officer-operations.ts'

export function OfficerSessions({ officer }: { officer: ManagedOfficer }) {
  const shell = useTexts(shellTexts)
  const t = useTexts(officerTexts)
  const s = useTexts(securityTexts)
  const method = useWords(methodWords)
  const may = useMay()
  const { id, name } = officer
  const asked = useAsk(OfficerSessionsDocument, { id })
  return (
    <section>
      <h2>{t.sessions}</h2>
      <Ready asked={asked}>
        {(data) => (
          <DataTable
            caption={t.sessions}
            rows={data.officer?.sessions ?? []}
            rowKey={(session) => session.id}
            empty={t.noSessions}
            columns={[
              {
                key: 'device',
                title: s.device,
                render: ({ userAgent }) => deviceOf(userAgent) || s.unknownDevice,
              },
              { key: 'method', title: s.method, render: (session) => method(session.method) },
              { key: 'address', title: s.address, render: ({ address }) => address ?? '—' },
              { key: 'used', title: s.used, render: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
              {
                key: 'acts',
                title: shell.acts,
                render: (session) =>
                  may('officer.manage') ? (
                    <ActButton
                      small
                      danger
                      label={t.endSession}
                      title={fill(t.endSessionTitle, { name })}
                      onAct={() =>
                        act(RevokeOfficerSessionDocument, { input: { id, sessionId: session.id } })
                      }
                      onDone={asked.reload}
                    />
                  ) : null,
              },
            ]}
          />
        )}
      </Ready>
    </section>
  )
}
