import { Bars } from '../../parts/charts/bars.tsx'
import { type Bar, type Series, sumOf, type Tone } from '../../parts/charts/series.tsx'
import { Nothing } from '../../parts/states.tsx'
import { dashboardTexts } from '../../texts/dashboard.ts'
import { useTexts, useWords } from '../../texts/language.tsx'
import { taskPhaseWords } from '../../texts/words.ts'
import type { Numbers } from './dashboard-operations.ts'

const tones: Readonly<Record<string, Tone>> = {
  DELIVERED: 'warn',
  ACKNOWLEDGED: 'blue',
  IMPLEMENTED: 'good',
  NOT_APPLICABLE: 'light',
  LIFTING: 'bad',
  LIFTED: 'light',
}

export function TasksCard({ rows }: { rows: Numbers['tasks'] }) {
  const t = useTexts(dashboardTexts)
  const word = useWords(taskPhaseWords)
  const phases = Object.keys(tones).filter((phase) => rows.some((row) => row.phase === phase))
  const series = phases.map((key): Series => ({ key, name: word(key), tone: tones[key] ?? 'light' }))
  return (
    <section className="card">
      <h2>{t.tasks}</h2>
      <p className="note">{t.tasksNote}</p>
      {rows.length === 0 ? (
        <Nothing>{t.noTasks}</Nothing>
      ) : (
        <Bars
          title={t.tasks}
          scale="AMOUNT"
          series={series}
          bars={byDepartment(rows)}
          text={(bar) => String(sumOf(bar, series))}
        />
      )}
    </section>
  )
}

function byDepartment(rows: Numbers['tasks']): Bar[] {
  const bars = new Map<string, { label: string; values: Record<string, number> }>()
  for (const { department, departmentName, phase, tasks } of rows) {
    const bar = bars.get(department) ?? { label: departmentName, values: {} }
    bar.values[phase] = (bar.values[phase] ?? 0) + tasks
    bars.set(department, bar)
  }
  return [...bars].map(([key, bar]) => ({ key, ...bar }))
}
