import { act } from '../../api/ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { Facts, Moment } from '../../parts/facts.tsx'
import { type Field, neededText } from '../../parts/fields.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { useMay, useViewer } from '../../session/viewer.tsx'
import { fill, useTexts, useWords } from '../../texts/language.tsx'
import { officerStatusWords, officerTexts } from '../../texts/officers.ts'
import { roleWords, shellTexts } from '../../texts/shell.ts'
import { useAssignmentFields } from './assignment-fields.ts'
import {
  AssignOfficerDocument,
  DisableOfficerDocument,
  EnableOfficerDocument,
  type ManagedOfficer,
  OpenRecoveryDocument,
  type Places,
  RenewSetUpCodeDocument,
} from './officer-operations.ts'
import { OfficerSessions } from './officer-sessions.tsx'
import type { IssuedCode } from './set-up-code.tsx'

type Props = {
  places: Places
  onIssued(issued: IssuedCode): void
  onChange(): void
}

/** One officer: who she is, what she may, where she is signed in, and what an administrator does about it. */
export function OfficerPanel(props: Props & { officer: ManagedOfficer | null; onClose(): void }) {
  const { officer, onClose } = props
  return (
    <SidePanel title={officer?.name} open={officer !== null} onClose={onClose}>
      {officer === null ? null : (
        <div className="tall" key={officer.id}>
          <OfficerFacts officer={officer} />
          <OfficerActs {...props} officer={officer} />
          <OfficerSessions officer={officer} />
        </div>
      )}
    </SidePanel>
  )
}

function OfficerFacts({ officer }: { officer: ManagedOfficer }) {
  const t = useTexts(officerTexts)
  const role = useWords(roleWords)
  const status = useWords(officerStatusWords)
  const ways = [
    officer.hasPassword ? t.password : null,
    officer.passkeys > 0 ? fill(t.passkeys, { count: officer.passkeys }) : null,
    officer.hasSingleSignOn ? t.singleSignOn : null,
  ].filter((way) => way !== null)
  return (
    <Facts
      facts={[
        [t.email, officer.email],
        [t.status, status(officer.status)],
        [t.department, officer.department.name],
        [t.division, officer.division ?? t.wholeDepartment],
        [t.roles, officer.roles.map(role).join('、')],
        [t.logIn, ways.length === 0 ? t.noLogIn : ways.join('、')],
        [
          t.lastSignedIn,
          officer.lastSignedInAt === null ? t.never : <Moment key="last" at={officer.lastSignedInAt} />,
        ],
        [t.createdAt, <Moment key="created" at={officer.createdAt} />],
        ...(officer.setUpCodeExpiresAt === null
          ? []
          : [[t.codeUntil, <Moment key="code" at={officer.setUpCodeExpiresAt} />] as const]),
      ]}
    />
  )
}

/** Nobody does any of it to herself. */
function OfficerActs({ officer, places, onIssued, onChange }: Props & { officer: ManagedOfficer }) {
  const t = useTexts(officerTexts)
  const shell = useTexts(shellTexts)
  const may = useMay()
  const viewer = useViewer()
  const assignment = useAssignmentFields(places, officer)
  if (!may('officer.manage') || viewer.id === officer.id) return null
  if (officer.roles.includes('CITY_ADMINISTRATOR')) return <p className="note">{t.onMachine}</p>
  const { id, name, status } = officer
  const reason: Field = { name: 'reason', label: shell.reason, kind: 'area', most: 500 }
  const titled = (text: string) => fill(text, { name })
  return (
    <div className="acts">
      <ActButton
        label={t.assign}
        title={titled(t.assignTitle)}
        text={t.assignText}
        fields={assignment.fields}
        onAct={(values) => act(AssignOfficerDocument, { input: { id, ...assignment.read(values) } })}
        onDone={onChange}
      />
      {status === 'INVITED' ? (
        <ActButton
          label={t.renewCode}
          title={titled(t.renewCodeTitle)}
          text={t.renewCodeText}
          onAct={async () => {
            const { renewOfficerSetUpCode } = await act(RenewSetUpCodeDocument, { input: { id } })
            onIssued({ name, code: renewOfficerSetUpCode.code, expiresAt: renewOfficerSetUpCode.expiresAt })
          }}
          onDone={onChange}
        />
      ) : null}
      {status === 'ACTIVE' && may('officer.recover') ? (
        <ActButton
          label={t.recover}
          title={titled(t.recoverTitle)}
          text={t.recoverText}
          fields={[reason]}
          onAct={(values) =>
            act(OpenRecoveryDocument, { input: { id, reason: neededText(values, 'reason') } })
          }
          onDone={onChange}
        />
      ) : null}
      {status === 'DISABLED' ? (
        <ActButton
          label={t.enable}
          title={titled(t.enableTitle)}
          fields={[reason]}
          onAct={(values) =>
            act(EnableOfficerDocument, { input: { id, reason: neededText(values, 'reason') } })
          }
          onDone={onChange}
        />
      ) : (
        <ActButton
          danger
          label={t.disable}
          title={titled(t.disableTitle)}
          text={t.disableText}
          fields={[reason]}
          onAct={(values) =>
            act(DisableOfficerDocument, { input: { id, reason: neededText(values, 'reason') } })
          }
          onDone={onChange}
        />
      )}
    </div>
  )
}
