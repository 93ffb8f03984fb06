import { Tag } from 'antd'
import { Link, useParams } from 'react-router'
import { useAsk } from '../../api/use-ask.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Facts, Moment } from '../../parts/facts.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Ready } from '../../parts/states.tsx'
import { useMay } from '../../session/viewer.tsx'
import { departmentTexts } from '../../texts/departments.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { departmentRoleWords, departmentStatusWords } from '../../texts/words.ts'
import { DepartmentActs } from './department-acts.tsx'
import { DepartmentDocument, type Managed } from './department-operations.ts'
import { Grants } from './grants.tsx'
import { Keys } from './keys.tsx'
import { Onboarding, progressOf } from './onboarding.tsx'

const refreshEvery = 2_000

/** One department: its way to the exchange, its keys, and how it does. */
export default function DepartmentPage() {
  const { code = '' } = useParams()
  const asked = useAsk(DepartmentDocument, { code }, whileComing)
  return (
    <Ready asked={asked}>
      {({ managedDepartment }) =>
        managedDepartment ? <View department={managedDepartment} onChange={asked.reload} /> : <NotFound />
      }
    </Ready>
  )
}

/** Until it is connected, what its engineer does shows by itself. */
const whileComing = ({ managedDepartment }: { managedDepartment: Managed | null }) =>
  managedDepartment !== null &&
  managedDepartment.status !== 'CLOSED' &&
  progressOf(managedDepartment) !== 'CONNECTED'
    ? refreshEvery
    : null

function View({ department, onChange }: { department: Managed; onChange(): void }) {
  const t = useTexts(departmentTexts)
  const statusWord = useWords(departmentStatusWords)
  const roleWord = useWords(departmentRoleWords)
  const may = useMay()
  const { health, integrationSheet, successor } = department
  return (
    <>
      <PageHead
        title={department.name}
        note={
          <>
            <Tag color={department.status === 'ACTIVE' ? 'green' : 'default'}>
              {statusWord(department.status)}
            </Tag>
            {department.code}
          </>
        }
      >
        <DepartmentActs department={department} onChange={onChange} />
      </PageHead>
      {department.status === 'CLOSED' ? null : <Onboarding department={department} onChange={onChange} />}
      <div className="cards">
        <section className="card">
          <h2>{t.facts}</h2>
          <Facts
            facts={[
              [t.kind, department.kind],
              [t.division, `${department.divisionName}（${department.division}）`],
              [t.roles, department.roles.map(roleWord).join('、')],
              [t.uscc, department.uscc],
              [t.requested, <Moment key="at" at={department.registeredAt} />],
              [t.names, department.names.map(({ name, validFrom }) => `${validFrom} ${name}`).join('；')],
              [
                t.successor,
                successor ? (
                  <Link key="successor" to={`/departments/${successor.code}`}>
                    {successor.name}
                  </Link>
                ) : null,
              ],
              [t.predecessors, department.predecessors.map(({ name }) => name).join('、')],
              [
                t.datasets,
                department.datasets.map(({ code }) => (
                  <div key={code}>
                    {may('catalogue.read') ? <Link to={`/datasets/${code}`}>{code}</Link> : code}
                  </div>
                )),
              ],
              [t.officers, department.officers],
            ]}
          />
        </section>
        <section className="card">
          <h2>{t.health}</h2>
          <Facts
            facts={[
              [t.lastQuery, health.lastAt ? <Moment key="last" at={health.lastAt} /> : t.never],
              [t.answered, health.answered.toLocaleString('zh-CN')],
              [t.errorRate, health.errorRate === null ? null : `${(health.errorRate * 100).toFixed(1)}%`],
              [t.since, <Moment key="since" at={health.since} />],
            ]}
          />
          <h3>{t.timeliness}</h3>
          <DataTable
            caption={t.timeliness}
            rows={department.timeliness}
            rowKey={({ dataset, rule }) => `${dataset} ${rule}`}
            empty={t.noTimeliness}
            columns={[
              { key: 'dataset', title: t.dataset, render: ({ datasetName }) => datasetName },
              { key: 'rule', title: t.clock, render: ({ ruleName }) => ruleName },
              { key: 'received', title: t.received, number: true, render: ({ received }) => received },
              { key: 'onTime', title: t.onTime, number: true, render: ({ onTime }) => onTime },
              { key: 'late', title: t.late, number: true, render: ({ late }) => late },
            ]}
          />
        </section>
      </div>
      <Keys department={department} onChange={onChange} />
      <Grants department={department} onChange={onChange} />
      <section className="card">
        <h2>{t.sheet}</h2>
        <dl className="sheet">
          {[...integrationSheet.facts, ...integrationSheet.commands].map(({ label, value }) => (
            <div key={label + value}>
              <dt>{label}</dt>
              <dd>
                <CopyText label={label} text={value} />
              </dd>
            </div>
          ))}
        </dl>
        <h3>{t.sheetAll}</h3>
        <CopyText block label={t.sheetAll} text={integrationSheet.text} />
      </section>
    </>
  )
}
