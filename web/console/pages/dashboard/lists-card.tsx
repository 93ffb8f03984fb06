import { Bars } from '../../parts/charts/bars.tsx'
import { Nothing } from '../../parts/states.tsx'
import { dashboardTexts } from '../../texts/dashboard.ts'
import { fill, useTexts } from '../../texts/language.tsx'
import type { Numbers } from './dashboard-operations.ts'

export function ListsCard({ rows }: { rows: Numbers['lists'] }) {
  const t = useTexts(dashboardTexts)
  const filled = rows.filter(({ inForce, proposed }) => inForce + proposed > 0)
  return (
    <section className="card">
      <h2>{t.lists}</h2>
      <p className="note">{t.listsNote}</p>
      {filled.length === 0 ? (
        <Nothing>{t.noLists}</Nothing>
      ) : (
        <Bars
          title={t.lists}
          scale="AMOUNT"
          series={[{ key: 'inForce', name: t.inForce, tone: 'blue' }]}
          bars={filled.map(({ listType, name, inForce, proposed }) => ({
            key: listType,
            label: name,
            values: { inForce, proposed },
          }))}
          text={({ values: { inForce = 0, proposed = 0 } }) =>
            proposed === 0 ? String(inForce) : fill(t.listText, { inForce, proposed })
          }
        />
      )}
    </section>
  )
}
