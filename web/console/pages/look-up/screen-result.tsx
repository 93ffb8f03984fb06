import { Alert, Button, Tag } from 'antd'
import { CopyText } from '../../parts/copy-text.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Facts } from '../../parts/facts.tsx'
import { useMay } from '../../session/viewer.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { lookUpTexts } from '../../texts/look-up.ts'
import { outcomeWords } from '../../texts/words.ts'
import { IssueDocuments } from './issue-documents.tsx'
import type { Question, Screened } from './look-up-operations.ts'

const colours: Readonly<Record<string, string>> = { LISTED: 'red', CLEAR: 'green', AMBIGUOUS: 'orange' }

export function ScreenResult({
  question,
  screened,
  onChoose,
}: {
  question: Question
  screened: Screened
  onChoose(uscc: string): void
}) {
  const t = useTexts(lookUpTexts)
  const outcomeWord = useWords(outcomeWords)
  const may = useMay()
  const [result] = screened.results
  if (!result) return null
  const { subject, listings, measures, candidates } = result
  return (
    <>
      <section className="card">
        <h2>
          {t.result}：<Tag color={colours[result.outcome] ?? 'default'}>{outcomeWord(result.outcome)}</Tag>
        </h2>
        {[...result.errors, ...result.warnings].map(({ code, message }) => (
          <Alert key={code} type="warning" showIcon title={message} />
        ))}
        <Facts
          facts={[
            [t.name, subject?.name],
            [t.uscc, subject?.uscc],
            [t.asOf, screened.asOf],
            [t.dataVersion, screened.dataVersion],
          ]}
        />
        {may('certificate.print') && result.outcome !== 'INVALID' && result.outcome !== 'AMBIGUOUS' ? (
          <IssueDocuments question={question} />
        ) : null}
      </section>
      {candidates.length === 0 ? null : (
        <section className="card">
          <h2>{t.candidates}</h2>
          <DataTable
            caption={t.candidates}
            rows={candidates}
            rowKey={({ uscc, name }) => uscc ?? name}
            columns={[
              { key: 'name', title: t.name, render: ({ name }) => name },
              { key: 'uscc', title: t.uscc, render: ({ uscc }) => uscc ?? '—' },
              { key: 'score', title: t.score, number: true, render: ({ score }) => score?.toFixed(2) ?? '—' },
              {
                key: 'choose',
                title: t.choose,
                render: ({ uscc, name }) =>
                  uscc ? (
                    <Button size="small" aria-label={`${t.choose} ${name}`} onClick={() => onChoose(uscc)}>
                      {t.choose}
                    </Button>
                  ) : null,
              },
            ]}
          />
        </section>
      )}
      <section className="card">
        <h2>{t.listings}</h2>
        <DataTable
          caption={t.listings}
          rows={listings}
          rowKey={({ id }) => id}
          empty={t.noListings}
          columns={[
            {
              key: 'list',
              title: t.listType,
              render: ({ listType, disputedSince }) => (
                <>
                  {listType.name} {disputedSince ? <Tag color="orange">{t.disputed}</Tag> : null}
                </>
              ),
            },
            { key: 'by', title: t.by, render: ({ determinedBy }) => determinedBy.name },
            { key: 'reason', title: t.reason, render: ({ reason }) => reason ?? '—' },
            { key: 'on', title: t.listedOn, render: ({ listedOn }) => listedOn },
            { key: 'ends', title: t.endsOn, render: ({ endsOn }) => endsOn ?? '—' },
          ]}
        />
      </section>
      <section className="card">
        <h2>{t.measures}</h2>
        {measures.length === 0 ? <p className="note">{t.noMeasures}</p> : null}
        {measures.map((measure) => (
          <details key={measure.code} className="measure">
            <summary>
              {measure.name} {measure.reducesRights ? <Tag color="red">{t.mayReduce}</Tag> : null}
              <Tag>{measure.class}</Tag>
            </summary>
            <p>{measure.content}</p>
            <p className="note">{measure.legalBasis.join('；')}</p>
            <CopyText block label={measure.name} text={measure.decisionText} />
          </details>
        ))}
      </section>
    </>
  )
}
