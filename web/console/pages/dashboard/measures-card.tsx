import { Columns } from '../../parts/charts/columns.tsx'
import type { Bar } from '../../parts/charts/series.tsx'
import { Nothing } from '../../parts/states.tsx'
import { dashboardTexts } from '../../texts/dashboard.ts'
import { useTexts } from '../../texts/language.tsx'
import type { MeasureRow } from './dashboard-operations.ts'

const counts = ['initiated', 'implemented', 'notApplicable', 'lifted'] as const

export function MeasuresCard({ rows }: { rows: readonly MeasureRow[] }) {
  const t = useTexts(dashboardTexts)
  const overdue = rows.reduce((sum, row) => sum + row.overdue, 0)
  return (
    <section className="card">
      <h2>{t.measures}</h2>
      <p className="note">{t.measuresNote}</p>
      {rows.length === 0 ? (
        <Nothing>{t.noMeasures}</Nothing>
      ) : (
        <>
          <Columns
            title={t.measures}
            series={[
              { key: 'initiated', name: t.initiated, tone: 'blue' },
              { key: 'implemented', name: t.implemented, tone: 'good' },
              { key: 'notApplicable', name: t.notApplicable, tone: 'light' },
              { key: 'lifted', name: t.lifted, tone: 'warn' },
            ]}
            bars={byMonth(rows)}
          />
          {overdue === 0 ? null : (
            <p className="bad">
              {t.overdueSteps} {overdue}
            </p>
          )}
        </>
      )}
    </section>
  )
}

function byMonth(rows: readonly MeasureRow[]): Bar[] {
  const months = new Map<string, Record<(typeof counts)[number], number>>()
  for (const row of rows) {
    const month = months.get(row.month) ?? { initiated: 0, implemented: 0, notApplicable: 0, lifted: 0 }
    for (const count of counts) month[count] += row[count]
    months.set(row.month, month)
  }
  return [...months]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([month, values]) => ({ key: month, label: month, values }))
}
