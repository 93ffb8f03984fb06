import { Button } from 'antd'
import { useAsk } from '../../api/use-ask.ts'
import { oneOf, useAddress } from '../../parts/address.ts'
import { today } from '../../parts/facts.tsx'
import { FilterChoice, Filters } from '../../parts/filters.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Ready } from '../../parts/states.tsx'
import { useViewer } from '../../session/viewer.tsx'
import { dashboardTexts } from '../../texts/dashboard.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import { CasesCard } from './cases-card.tsx'
import { FiguresDocument } from './dashboard-operations.ts'
import { HealthCard } from './health-card.tsx'
import { IntakeCard } from './intake-card.tsx'
import { ListsCard } from './lists-card.tsx'
import { MeasuresCard } from './measures-card.tsx'
import { TasksCard } from './tasks-card.tsx'
import { TimelinessCard } from './timeliness-card.tsx'

const periods = ['7', '30', '90', '365'] as const
const usualPeriod = '30'

/** What the exchange did of late, in figures that come from its own tables. */
export default function Dashboard() {
  const t = useTexts(dashboardTexts)
  const { name, department } = useViewer()
  const { value } = useAddress()
  const days = Number(oneOf(value('days'), periods) ?? usualPeriod)
  const to = today()
  const figures = useAsk(FiguresDocument, { from: daysBefore(to, days), to })
  return (
    <>
      <PageHead title={fill(t.welcome, { name })} note={department.name}>
        <Button onClick={figures.reload}>{t.reload}</Button>
      </PageHead>
      <Filters label={t.period}>
        <FilterChoice
          name="days"
          label={t.period}
          unset={fill(t.days, { days: usualPeriod })}
          choices={periods
            .filter((period) => period !== usualPeriod)
            .map((period) => ({ value: period, label: fill(t.days, { days: period }) }))}
        />
      </Filters>
      <Ready asked={figures}>
        {({ timeliness, remedyTimeliness, measureStatistics, dashboard }) => (
          <div className="cards">
            <IntakeCard rows={dashboard.intake} />
            <ListsCard rows={dashboard.lists} />
            <TimelinessCard rows={timeliness} />
            <TasksCard rows={dashboard.tasks} />
            <MeasuresCard rows={measureStatistics} />
            <CasesCard rows={remedyTimeliness} />
            <HealthCard service={dashboard.service} store={dashboard.store} />
          </div>
        )}
      </Ready>
    </>
  )
}

function daysBefore(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() - days)
  return date.toISOString().slice(0, 10)
}
