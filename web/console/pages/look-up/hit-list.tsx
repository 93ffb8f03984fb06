import { Button } from 'antd'
import { DataTable } from '../../parts/data-table.tsx'
import { useTexts } from '../../texts/language.tsx'
import { lookUpTexts } from '../../texts/look-up.ts'
import type { Hits } from './look-up-operations.ts'

/** Organisations that a name may mean: a person chooses. */
export function HitList({ hits, onChoose }: { hits: Hits; onChoose(uscc: string): void }) {
  const t = useTexts(lookUpTexts)
  return (
    <section className="card">
      <h2>{t.hits}</h2>
      <DataTable
        caption={t.hits}
        rows={hits.map(({ node }) => node)}
        rowKey={({ subject, name }) => subject.uscc ?? name}
        empty={t.noHits}
        columns={[
          { key: 'name', title: t.name, render: ({ name }) => name },
          { key: 'uscc', title: t.uscc, render: ({ subject }) => subject.uscc ?? '—' },
          { key: 'why', title: t.reasons, render: ({ reasons }) => reasons.join(' ') },
          {
            key: 'choose',
            title: t.choose,
            render: ({ subject, name }) =>
              subject.uscc ? (
                <Button
                  size="small"
                  data-row-opener=""
                  aria-label={`${t.choose} ${name}`}
                  onClick={() => onChoose(subject.uscc ?? '')}
                >
                  {t.choose}
                </Button>
              ) : null,
          },
        ]}
      />
    </section>
  )
}
