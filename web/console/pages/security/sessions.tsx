import { Tag } from 'antd'
import { useLoaded } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { Ready } from '../../parts/states.tsx'
import { deviceOf, type OwnSession, readSessions } from '../../session/own-log-in.ts'
import { postLogin } from '../../session/sign-in.ts'
import { fill, useTexts, useWords } from '../../texts/language.tsx'
import { methodWords, securityTexts } from '../../texts/security.ts'
import { shellTexts } from '../../texts/shell.ts'

/** Where she is signed in; any of them but this can be ended (this one ends by signing out). */
export function SessionsCard() {
  const shell = useTexts(shellTexts)
  const t = useTexts(securityTexts)
  const method = useWords(methodWords)
  const asked = useLoaded(readSessions)
  const device = ({ userAgent }: OwnSession) => deviceOf(userAgent) || t.unknownDevice
  return (
    <section className="card">
      <h2>{t.sessions}</h2>
      <p className="note">{t.sessionsText}</p>
      <Ready asked={asked}>
        {(sessions) => (
          <DataTable
            caption={t.sessions}
            rows={sessions}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'device',
                title: t.device,
                render: (session) => (
                  <>
                    {device(session)} {session.current ? <Tag color="blue">{t.thisOne}</Tag> : null}
                  </>
                ),
              },
              { key: 'method', title: t.method, render: (session) => method(session.method) },
              { key: 'address', title: t.address, render: ({ address }) => address ?? '—' },
              { key: 'begun', title: t.begun, render: ({ createdAt }) => <Moment at={createdAt} /> },
              { key: 'used', title: t.used, render: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
              { key: 'until', title: t.expires, render: ({ expiresAt }) => <Moment at={expiresAt} /> },
              {
                key: 'acts',
                title: shell.acts,
                render: (session) =>
                  session.current ? null : (
                    <ActButton
                      small
                      danger
                      label={t.endSession}
                      title={fill(t.endSessionTitle, { device: device(session) })}
                      text={t.endSessionText}
                      onAct={() => postLogin('sessions/revoke', { id: session.id })}
                      onDone={asked.reload}
                    />
                  ),
              },
            ]}
          />
        )}
      </Ready>
    </section>
  )
}
