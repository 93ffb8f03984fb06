import { Tag } from 'antd'
import { useParams } from 'react-router'
import { useAsk } from '../../api/use-ask.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Clock, Facts, History, Moment } from '../../parts/facts.tsx'
import { NotFound } from '../../parts/not-found.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { Ready } from '../../parts/states.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { pageTexts } from '../../texts/shell.ts'
import { caseEventWords, casePhaseWords } from '../../texts/words.ts'
import { workTexts } from '../../texts/work.ts'
import { CaseActs } from './case-acts.tsx'
import { type Case, CaseDocument } from './case-operations.ts'

/** One objection or application for repair with everything about it. */
export default function CasePage() {
  const { code = '' } = useParams()
  const asked = useAsk(CaseDocument, { code })
  return (
    <Ready asked={asked}>
      {({ remedy, datasets }) => {
        if (!remedy) return <NotFound />
        const dataset = datasets.find(({ code: each }) => each === remedy.dataset)?.name ?? remedy.dataset
        return <CaseView remedy={remedy} dataset={dataset} onChange={asked.reload} />
      }}
    </Ready>
  )
}

function CaseView({ remedy, dataset, onChange }: { remedy: Case; dataset: string; onChange(): void }) {
  const t = useTexts(workTexts)
  const titles = useTexts(pageTexts)
  const phaseWord = useWords(casePhaseWords)
  const eventWord = useWords(caseEventWords)
  const { applicant, subject, present } = remedy
  return (
    <>
      <PageHead
        title={`${remedy.kind === 'OBJECTION' ? titles.objections : titles.repairs} ${remedy.code}`}
        note={
          <>
            <Tag>{phaseWord(remedy.phase)}</Tag> <Clock due={present} />
          </>
        }
      />
      <section className="card">
        <h2>{t.nextActs}</h2>
        <CaseActs remedy={remedy} onChange={onChange} />
      </section>
      <section className="card">
        <h2>{t.facts}</h2>
        <Facts
          facts={[
            [t.subject, subject.name],
            [t.uscc, subject.uscc],
            [t.dataset, dataset],
            [t.provider, remedy.provider.name],
            [t.opened, remedy.openedOn],
            [t.applicant, applicant?.name],
            [t.contact, applicant?.contact],
            [t.relation, applicant ? (applicant.relation === 'AGENT' ? t.agent : t.self) : null],
            [t.grounds, remedy.grounds],
          ]}
        />
      </section>
      <section className="card">
        <h2>{t.steps}</h2>
        <DataTable
          caption={t.steps}
          rows={remedy.steps}
          rowKey={({ rule, startsOn }) => `${rule} ${startsOn}`}
          columns={[
            { key: 'name', title: t.step, render: ({ name }) => name },
            { key: 'by', title: t.owedBy, render: ({ owedBy }) => owedBy?.name ?? '—' },
            {
              key: 'due',
              title: t.clock,
              render: (step) => (step.endedOn === null ? <Clock due={step} /> : `✓ ${step.endedOn}`),
            },
            { key: 'basis', title: t.basis, render: ({ legalBasis }) => legalBasis.join('；') },
          ]}
        />
      </section>
      <section className="card">
        <h2>{t.history}</h2>
        <History
          label={t.history}
          entries={remedy.history.map(({ seq, type, recordedAt, by, details }) => ({
            key: String(seq),
            what: eventWord(type),
            on: <Moment at={recordedAt} />,
            by: by?.name,
            details,
          }))}
        />
      </section>
    </>
  )
}
