import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { neededText } from '../../parts/fields.tsx'
import { useMay } from '../../session/viewer.tsx'
import { departmentTexts } from '../../texts/departments.ts'
import { useTexts } from '../../texts/language.tsx'
import { ChoicesDocument, GrantDocument, type Managed, UngrantDocument } from './department-operations.ts'

const none = {}

/** Rights to read AUTHORISED fields (授权查询), each with its basis. */
export function Grants({ department, onChange }: { department: Managed; onChange(): void }) {
  const t = useTexts(departmentTexts)
  const may = useMay()
  const asked = useAsk(ChoicesDocument, none)
  const nameOf = (dataset: string) =>
    asked.data?.datasets.find(({ code }) => code === dataset)?.name ?? dataset
  const granted = new Set(department.grants.map(({ dataset }) => dataset))
  const choices = (asked.data?.datasets ?? [])
    .filter(({ code, status }) => status === 'ACTIVE' && !granted.has(code))
    .map(({ code, name }) => ({ value: code, label: `${name}（${code}）` }))
  return (
    <section className="card">
      <div className="page-head">
        <h2>{t.grants}</h2>
        {may('department.grant') ? (
          <div className="page-acts">
            <ActButton
              label={t.grant}
              title={`${t.grant}：${department.name}`}
              fields={[
                { name: 'dataset', label: t.dataset, kind: 'choice', choices },
                { name: 'basis', label: t.grantBasis, kind: 'text', most: 200 },
              ]}
              onAct={(values) =>
                act(GrantDocument, {
                  input: {
                    code: department.code,
                    dataset: neededText(values, 'dataset'),
                    basis: neededText(values, 'basis'),
                  },
                })
              }
              onDone={onChange}
            />
          </div>
        ) : null}
      </div>
      <DataTable
        caption={t.grants}
        rows={department.grants}
        rowKey={({ dataset }) => dataset}
        empty={t.noGrants}
        columns={[
          { key: 'dataset', title: t.dataset, render: ({ dataset }) => nameOf(dataset) },
          { key: 'basis', title: t.grantBasis, render: ({ basis }) => basis },
          { key: 'at', title: t.validFrom, render: ({ grantedAt }) => <Moment at={grantedAt} /> },
          {
            key: 'take',
            title: t.ungrant,
            render: ({ dataset }) =>
              may('department.grant') ? (
                <ActButton
                  label={t.ungrant}
                  title={`${t.ungrant}：${nameOf(dataset)}`}
                  danger
                  small
                  onAct={() => act(UngrantDocument, { input: { code: department.code, dataset } })}
                  onDone={onChange}
                />
              ) : null,
          },
        ]}
      />
    </section>
  )
}
