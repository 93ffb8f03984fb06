import { Tag } from 'antd'
import { useAsk } from '../../api/use-ask.ts'
import { useAddress } from '../../parts/address.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { Ready } from '../../parts/states.tsx'
import { auditTexts } from '../../texts/audit.ts'
import { useTexts } from '../../texts/language.tsx'
import { ActsDocument, type Choices, type Filter } from './audit-operations.ts'

/** What officers changed at the console. */
export function ActsView({ filter, choices }: { filter: Filter; choices: Choices }) {
  const t = useTexts(auditTexts)
  const { value } = useAddress()
  const asked = useAsk(ActsDocument, { filter, after: value('after') })
  const nameOf = (code: string) => choices.departments.find((entry) => entry.code === code)?.name ?? code
  return (
    <Ready asked={asked}>
      {({ officerActs: { edges, pageInfo } }) => (
        <DataTable
          caption={t.acts}
          rows={edges.map(({ node }) => node)}
          rowKey={({ id }) => id}
          pageInfo={pageInfo}
          empty={t.none}
          columns={[
            { key: 'at', title: t.at, render: ({ at }) => <Moment at={at} /> },
            { key: 'department', title: t.department, render: ({ department }) => nameOf(department) },
            { key: 'officer', title: t.officer, render: ({ officer }) => officer.name },
            {
              key: 'act',
              title: t.act,
              render: ({ operation, pendingActId }) => (
                <>
                  {operation} {pendingActId === null ? null : <Tag color="blue">{t.secondPerson}</Tag>}
                </>
              ),
            },
            {
              key: 'logIndex',
              title: t.logIndex,
              number: true,
              render: ({ logIndex }) => logIndex ?? '—',
            },
          ]}
        />
      )}
    </Ready>
  )
}
