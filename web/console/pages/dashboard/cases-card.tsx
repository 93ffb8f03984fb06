import { Bars } from '../../parts/charts/bars.tsx'
import { Nothing } from '../../parts/states.tsx'
import { dashboardTexts } from '../../texts/dashboard.ts'
import { useTexts } from '../../texts/language.tsx'
import type { CaseRow } from './dashboard-operations.ts'

export function CasesCard({ rows }: { rows: readonly CaseRow[] }) {
  const t = useTexts(dashboardTexts)
  return (
    <section className="card">
      <h2>{t.cases}</h2>
      <p className="note">{t.casesNote}</p>
      {rows.length === 0 ? (
        <Nothing>{t.noCases}</Nothing>
      ) : (
        <Bars
          title={t.cases}
          scale="SHARE"
          series={[
            { key: 'onTime', name: t.onTime, tone: 'good' },
            { key: 'late', name: t.late, tone: 'warn' },
            { key: 'openOverdue', name: t.openOverdue, tone: 'bad' },
          ]}
          bars={rows.map(({ departmentCode, departmentName, rule, ruleName, onTime, late, openOverdue }) => ({
            key: `${departmentCode} ${rule}`,
            label: `${departmentName} ${ruleName}`,
            values: { onTime, late, openOverdue },
          }))}
          text={({ values: { onTime = 0, late = 0, openOverdue = 0 } }) =>
            `${onTime} / ${onTime + late + openOverdue}`
          }
        />
      )}
    </section>
  )
}
