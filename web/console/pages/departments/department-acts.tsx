import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { today } from '../../parts/facts.tsx'
import { neededText } from '../../parts/fields.tsx'
import { useMay } from '../../session/viewer.tsx'
import { departmentTexts } from '../../texts/departments.ts'
import { useTexts } from '../../texts/language.tsx'
import {
  ChoicesDocument,
  type Managed,
  MergeDocument,
  RenameDocument,
  ResumeDocument,
  SuspendDocument,
} from './department-operations.ts'

const none = {}

export function DepartmentActs({ department, onChange }: { department: Managed; onChange(): void }) {
  const t = useTexts(departmentTexts)
  const may = useMay()
  const { code, name, status } = department
  if (status === 'CLOSED') return null
  return (
    <>
      {may('department.rename') ? (
        <ActButton
          label={t.rename}
          title={`${t.rename}：${name}`}
          fields={[
            { name: 'name', label: t.newName, kind: 'text', initial: name, most: 100 },
            { name: 'validFrom', label: t.renameFrom, kind: 'day', initial: today() },
          ]}
          onAct={(values) =>
            act(RenameDocument, {
              input: { code, name: neededText(values, 'name'), validFrom: neededText(values, 'validFrom') },
            })
          }
          onDone={onChange}
        />
      ) : null}
      {may('department.merge') && status === 'ACTIVE' ? (
        <MergeAct department={department} onChange={onChange} />
      ) : null}
      {may('department.suspend') && status === 'ACTIVE' ? (
        <ActButton
          label={t.suspend}
          title={`${t.suspend}：${name}`}
          text={<p className="bad">{t.suspendText}</p>}
          danger
          onAct={() => act(SuspendDocument, { input: { code } })}
          onDone={onChange}
        />
      ) : null}
      {may('department.suspend') && status === 'SUSPENDED' ? (
        <ActButton
          label={t.resume}
          title={`${t.resume}：${name}`}
          primary
          onAct={() => act(ResumeDocument, { input: { code } })}
          onDone={onChange}
        />
      ) : null}
    </>
  )
}

function MergeAct({ department, onChange }: { department: Managed; onChange(): void }) {
  const t = useTexts(departmentTexts)
  const asked = useAsk(ChoicesDocument, none)
  const others = (asked.data?.managedDepartments ?? []).filter(
    ({ code, status }) => code !== department.code && status !== 'CLOSED',
  )
  if (others.length === 0) return null
  return (
    <ActButton
      label={t.merge}
      title={`${t.merge}：${department.name}`}
      text={<p className="bad">{t.mergeText}</p>}
      danger
      fields={[
        {
          name: 'from',
          label: t.mergeFrom,
          kind: 'choices',
          choices: others.map(({ code, name }) => ({ value: code, label: name })),
        },
        { name: 'effectiveFrom', label: t.renameFrom, kind: 'day', initial: today() },
        { name: 'reason', label: t.mergeReason, kind: 'text' },
      ]}
      onAct={(values) =>
        act(MergeDocument, {
          input: {
            from: Array.isArray(values.from) ? values.from : [],
            into: department.code,
            effectiveFrom: neededText(values, 'effectiveFrom'),
            reason: neededText(values, 'reason'),
          },
        })
      }
      onDone={onChange}
    />
  )
}
