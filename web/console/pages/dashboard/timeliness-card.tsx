import { Bars } from '../../parts/charts/bars.tsx'
import { Nothing } from '../../parts/states.tsx'
import { dashboardTexts } from '../../texts/dashboard.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import type { TimelinessRow } from './dashboard-operations.ts'

export function TimelinessCard({ rows }: { rows: readonly TimelinessRow[] }) {
  const t = useTexts(dashboardTexts)
  const ran = rows.filter(({ received }) => received > 0)
  return (
    <section className="card">
      <h2>{t.timeliness}</h2>
      <p className="note">{t.timelinessNote}</p>
      {ran.length === 0 ? (
        <Nothing>{t.noTimeliness}</Nothing>
      ) : (
        <Bars
          title={t.timeliness}
          scale="SHARE"
          series={[
            { key: 'onTime', name: t.onTime, tone: 'good' },
            { key: 'late', name: t.late, tone: 'bad' },
          ]}
          bars={ran.map(({ dataset, datasetName, departmentName, rule, ruleName, onTime, late }) => ({
            key: `${dataset} ${rule}`,
            label: `${departmentName} ${datasetName}（${ruleName}）`,
            values: { onTime, late },
          }))}
          text={({ values: { onTime = 0, late = 0 } }) =>
            fill(t.timelyShare, {
              share: Math.floor((onTime / (onTime + late)) * 100),
              onTime,
              received: onTime + late,
            })
          }
        />
      )}
    </section>
  )
}
