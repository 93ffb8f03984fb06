import { Alert } from 'antd'
import { useLoaded } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { neededText } from '../../parts/fields.tsx'
import { Ready } from '../../parts/states.tsx'
import { readPasskeys } from '../../session/own-log-in.ts'
import { passkeysKnown, postLogin, registerPasskey } from '../../session/sign-in.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import { securityTexts } from '../../texts/security.ts'
import { shellTexts } from '../../texts/shell.ts'

export function PasskeysCard() {
  const shell = useTexts(shellTexts)
  const t = useTexts(securityTexts)
  const asked = useLoaded(readPasskeys)
  return (
    <section className="card">
      <h2>{t.passkeys}</h2>
      <p className="note">{t.passkeysText}</p>
      <Ready asked={asked}>
        {(passkeys) => (
          <DataTable
            caption={t.passkeys}
            rows={passkeys}
            rowKey={({ id }) => id}
            empty={t.noPasskeys}
            columns={[
              { key: 'name', title: t.passkeyName, render: ({ name }) => name },
              { key: 'added', title: t.added, render: ({ createdAt }) => <Moment at={createdAt} /> },
              {
                key: 'acts',
                title: shell.acts,
                render: ({ id, name }) => (
                  <ActButton
                    small
                    danger
                    label={t.removePasskey}
                    title={fill(t.removePasskeyTitle, { name })}
                    text={t.removePasskeyText}
                    onAct={() => postLogin('passkeys/delete', { id })}
                    onDone={asked.reload}
                  />
                ),
              },
            ]}
          />
        )}
      </Ready>
      {passkeysKnown() ? (
        <div className="acts card-acts">
          <ActButton
            label={t.addPasskey}
            title={t.addPasskey}
            fields={[{ name: 'name', label: t.passkeyName, kind: 'text', help: t.passkeyNameHelp, most: 40 }]}
            onAct={(values) => registerPasskey(neededText(values, 'name'))}
            onDone={asked.reload}
          />
        </div>
      ) : (
        <Alert type="info" showIcon title={t.passkeysUnknown} />
      )}
    </section>
  )
}
