import { Tag } from 'antd'
import { Link } from 'react-router'
import { act } from '../../api/ask.ts'
import { useAsk } from '../../api/use-ask.ts'
import { ActButton } from '../../parts/act-button.tsx'
import { useAddress } from '../../parts/address.ts'
import { choicesOf } from '../../parts/common-fields.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Moment } from '../../parts/facts.tsx'
import { neededText } from '../../parts/fields.tsx'
import { FilterChoice, Filters, FilterText } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { RowLink } from '../../parts/row-opener.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { departmentTexts } from '../../texts/departments.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { departmentRoleWords, departmentStatusWords } from '../../texts/words.ts'
import { AddDivisionDocument, DepartmentsDocument } from './department-operations.ts'

const statuses = ['REGISTERED', 'ACTIVE', 'SUSPENDED', 'CLOSED'] as const
const none = {}

/** All departments and whether their systems work. */
export default function Departments() {
  const t = useTexts(departmentTexts)
  const titles = useTexts(pageTexts)
  const statusWord = useWords(departmentStatusWords)
  const roleWord = useWords(departmentRoleWords)
  const may = useMay()
  const { value } = useAddress()
  const asked = useAsk(DepartmentsDocument, none)
  const find = value('find')
  const status = value('status')
  const rows = (asked.data?.managedDepartments ?? []).filter(
    (department) =>
      (status === null || department.status === status) &&
      (find === null || department.name.includes(find) || department.code.includes(find.toUpperCase())),
  )
  return (
    <>
      <PageHead title={titles.departments}>
        {may('department.register') ? (
          <>
            <ActButton
              label={t.addDivision}
              title={t.addDivision}
              fields={[
                { name: 'code', label: t.divisionCode, kind: 'text', pattern: /^\d{6}$/ },
                { name: 'name', label: t.name, kind: 'text' },
                { name: 'statistical', label: t.statistical, kind: 'check' },
              ]}
              onAct={(values) =>
                act(AddDivisionDocument, {
                  input: {
                    code: neededText(values, 'code'),
                    name: neededText(values, 'name'),
                    statistical: values.statistical === true,
                  },
                })
              }
              onDone={asked.reload}
            />
            <Link className="ant-btn-like" to="/departments/new">
              {t.register}
            </Link>
          </>
        ) : null}
      </PageHead>
      <Filters label={t.filters}>
        <FilterText name="find" label={t.find} />
        <FilterChoice name="status" label={t.status} choices={choicesOf(statuses, statusWord)} />
      </Filters>
      <Ready asked={asked}>
        {() => (
          <DataTable
            caption={titles.departments}
            rows={rows}
            rowKey={({ code }) => code}
            empty={t.noDepartments}
            columns={[
              {
                key: 'name',
                title: t.name,
                render: ({ code, name }) => (
                  <>
                    <RowLink to={`/departments/${code}`}>{name}</RowLink>
                    <div className="uscc">{code}</div>
                  </>
                ),
                sortBy: ({ name }) => name,
              },
              { key: 'division', title: t.division, render: ({ divisionName }) => divisionName },
              { key: 'roles', title: t.roles, render: ({ roles }) => roles.map(roleWord).join('、') },
              {
                key: 'status',
                title: t.status,
                render: (department) => (
                  <>
                    <Tag color={department.status === 'ACTIVE' ? 'green' : 'default'}>
                      {statusWord(department.status)}
                    </Tag>
                    {department.keys.some((key) => key.status === 'PENDING') ? (
                      <Tag color="orange">{t.pendingKey}</Tag>
                    ) : null}
                  </>
                ),
                sortBy: (department) => department.status,
              },
              {
                key: 'last',
                title: t.lastQuery,
                render: ({ health }) => (health.lastAt ? <Moment at={health.lastAt} /> : t.never),
                sortBy: ({ health }) => health.lastAt ?? '',
              },
              {
                key: 'answered',
                title: t.answered,
                number: true,
                render: ({ health }) => health.answered.toLocaleString('zh-CN'),
                sortBy: ({ health }) => health.answered,
              },
              {
                key: 'refused',
                title: t.errorRate,
                number: true,
                render: ({ health }) => percent(health.errorRate),
                sortBy: ({ health }) => health.errorRate ?? -1,
              },
            ]}
          />
        )}
      </Ready>
    </>
  )
}

const percent = (share: number | null) => (share === null ? '—' : `${(share * 100).toFixed(1)}%`)
