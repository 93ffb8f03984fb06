import { Tag } from 'antd'
import { useState } from 'react'
import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { neededText } from '../../parts/fields.tsx'
import { FilterChoice, Filters, FilterText } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowOpener } from '../../parts/row-opener.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { officerStatusWords, officerTexts } from '../../texts/officers.ts'
import { pageTexts, roleWords } from '../../texts/shell.ts'
import { useAssignmentFields } from './assignment-fields.ts'
import {
  CreateOfficerDocument,
  type ManagedOfficer,
  OfficersDocument,
  RecoveriesDocument,
} from './officer-operations.ts'
import { OfficerPanel } from './officer-panel.tsx'
import { Recoveries } from './recoveries.tsx'
import { type IssuedCode, SetUpCode } from './set-up-code.tsx'

const none = {}
const colours: Readonly<Record<string, string>> = { INVITED: 'orange', ACTIVE: 'green', DISABLED: 'default' }

export default function Officers() {
  const t = useTexts(officerTexts)
  const titles = useTexts(pageTexts)
  const may = useMay()
  const { value, set } = useAddress()
  const asked = useAsk(OfficersDocument, none)
  const recoveries = useAsk(RecoveriesDocument, may('officer.recover') ? none : null)
  const changed = () => {
    asked.reload()
    recoveries.reload()
  }
  const [issued, setIssued] = useState<IssuedCode | null>(null)
  return (
    <Ready asked={asked}>
      {(data) => (
        <>
          <PageHead title={titles.officers} note={t.note}>
            {may('officer.manage') ? (
              <CreateOfficer places={data} onIssued={setIssued} onDone={asked.reload} />
            ) : null}
          </PageHead>
          <Recoveries asked={recoveries} onIssued={setIssued} onChange={changed} />
          <OfficerList officers={data.officers} />
          <OfficerPanel
            officer={data.officers.find(({ id }) => id === value('open')) ?? null}
            places={data}
            onIssued={setIssued}
            onChange={changed}
            onClose={() => set({ open: null })}
          />
          <SetUpCode issued={issued} onClose={() => setIssued(null)} />
        </>
      )}
    </Ready>
  )
}

function CreateOfficer({
  places,
  onIssued,
  onDone,
}: {
  places: Parameters<typeof useAssignmentFields>[0]
  onIssued(issued: IssuedCode): void
  onDone(): void
}) {
  const t = useTexts(officerTexts)
  const assignment = useAssignmentFields(places, null)
  return (
    <ActButton
      primary
      label={t.create}
      title={t.create}
      text={t.createText}
      fields={[
        { name: 'name', label: t.name, kind: 'text', most: 100 },
        { name: 'email', label: t.email, kind: 'text', most: 200 },
        ...assignment.fields,
      ]}
      onAct={async (values) => {
        const name = neededText(values, 'name')
        const { createOfficer } = await act(CreateOfficerDocument, {
          input: { name, email: neededText(values, 'email'), ...assignment.read(values) },
        })
        onIssued({ name, ...createOfficer.setUp })
      }}
      onDone={onDone}
    />
  )
}

function OfficerList({ officers }: { officers: readonly ManagedOfficer[] }) {
  const t = useTexts(officerTexts)
  const role = useWords(roleWords)
  const status = useWords(officerStatusWords)
  const { value } = useAddress()
  const departments = new Map(officers.map(({ department }) => [department.code, department.name]))
  const wanted = (value('name') ?? '').toLowerCase()
  const rows = officers.filter(
    (officer) =>
      (value('department') ?? officer.department.code) === officer.department.code &&
      (value('status') ?? officer.status) === officer.status &&
      (value('role') === null || officer.roles.some((one) => one === value('role'))) &&
      `${officer.name} ${officer.email}`.toLowerCase().includes(wanted),
  )
  return (
    <>
      <Filters label={t.list}>
        <FilterText name="name" label={t.name} />
        <FilterChoice
          name="department"
          label={t.department}
          choices={[...departments].map(([code, label]) => ({ value: code, label }))}
        />
        <FilterChoice
          name="role"
          label={t.roles}
          choices={Object.keys(roleWords).map((code) => ({ value: code, label: role(code) }))}
        />
        <FilterChoice
          name="status"
          label={t.status}
          choices={Object.keys(officerStatusWords).map((code) => ({ value: code, label: status(code) }))}
        />
      </Filters>
      <DataTable
        caption={t.list}
        rows={rows}
        rowKey={({ id }) => id}
        empty={t.none}
        columns={[
          {
            key: 'name',
            title: t.name,
            sortBy: ({ name }) => name,
            render: ({ id, name }) => <RowOpener value={id}>{name}</RowOpener>,
          },
          { key: 'email', title: t.email, render: ({ email }) => email },
          {
            key: 'department',
            title: t.department,
            sortBy: ({ department }) => department.name,
            render: ({ department }) => department.name,
          },
          { key: 'division', title: t.division, render: ({ division }) => division ?? t.wholeDepartment },
          { key: 'roles', title: t.roles, render: ({ roles }) => roles.map(role).join('、') },
          {
            key: 'status',
            title: t.status,
            render: (officer) => (
              <Tag color={colours[officer.status] ?? 'blue'}>{status(officer.status)}</Tag>
            ),
          },
          {
            key: 'last',
            title: t.lastSignedIn,
            sortBy: ({ lastSignedInAt }) => lastSignedInAt ?? '',
            render: ({ lastSignedInAt }) =>
              lastSignedInAt === null ? t.never : <Moment at={lastSignedInAt} />,
          },
        ]}
      />
    </>
  )
}
