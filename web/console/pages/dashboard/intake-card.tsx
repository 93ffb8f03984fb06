import { Columns } from '../../parts/charts/columns.tsx'
import type { Bar } from '../../parts/charts/series.tsx'
import { Nothing } from '../../parts/states.tsx'
import { dashboardTexts } from '../../texts/dashboard.ts'
import { useTexts } from '../../texts/language.tsx'
import type { Numbers } from './dashboard-operations.ts'

export function IntakeCard({ rows }: { rows: Numbers['intake'] }) {
  const t = useTexts(dashboardTexts)
  return (
    <section className="card">
      <h2>{t.intake}</h2>
      <p className="note">{t.intakeNote}</p>
      {rows.length === 0 ? (
        <Nothing>{t.noIntake}</Nothing>
      ) : (
        <Columns
          title={t.intake}
          series={[
            { key: 'accepted', name: t.accepted, tone: 'good' },
            { key: 'unchanged', name: t.unchanged, tone: 'light' },
            { key: 'held', name: t.held, tone: 'warn' },
            { key: 'rejected', name: t.rejected, tone: 'bad' },
          ]}
          bars={byDay(rows)}
        />
      )}
    </section>
  )
}

/** received = accepted + unchanged + held + rejected. */
function byDay(rows: Numbers['intake']): Bar[] {
  const days = new Map<string, { accepted: number; unchanged: number; held: number; rejected: number }>()
  for (const { day, received, accepted, held, rejected } of rows) {
    const sums = days.get(day) ?? { accepted: 0, unchanged: 0, held: 0, rejected: 0 }
    sums.accepted += accepted
    sums.held += held
    sums.rejected += rejected
    sums.unchanged += received - accepted - held - rejected
    days.set(day, sums)
  }
  return [...days]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([day, values]) => ({ key: day, label: day.slice(5), values }))
}
