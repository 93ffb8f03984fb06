import { Tag } from 'antd'
import { isObject } from '../../../api/fault.ts'
import { DataTable } from '../../../parts/data-table.tsx'
import { Nothing } from '../../../parts/states.tsx'
import { byExampleTexts, sampleOutcomeWords } from '../../../texts/datasets.ts'
import { fill, useTexts, useWords } from '../../../texts/language.tsx'
import type { ByExample } from '../dataset-operations.ts'
import { definitionOf, fieldsIn } from '../definition.ts'

const colours: Readonly<Record<string, string>> = { STORED: 'green', HELD: 'orange', REFUSED: 'red' }

type Row = NonNullable<ByExample['preview']>['rows'][number]

/** The rows of the sample as they would be stored, with what is wrong beside each. */
export function PreviewCard({ example }: { example: ByExample }) {
  const t = useTexts(byExampleTexts)
  const outcome = useWords(sampleOutcomeWords)
  const { preview } = example
  const fields = fieldsIn(definitionOf(example.definition))
  const labelOf = (name: string | null) => fields.find((field) => field.name === name)?.label ?? name ?? ''
  return (
    <section className="card sample">
      <h2>{t.preview}</h2>
      {preview === null ? (
        <Nothing>{t.noPreview}</Nothing>
      ) : (
        <>
          <dl className="figures">
            {(['read', 'stored', 'held', 'refused'] as const).map((name) => (
              <div key={name}>
                <dt>{t[name]}</dt>
                <dd className={name === 'refused' && preview.refused > 0 ? 'bad' : ''}>{preview[name]}</dd>
              </div>
            ))}
          </dl>
          {preview.problems.length === 0 ? null : (
            <ul className="plain">
              {preview.problems.map(({ code, field, rows, message }) => (
                <li key={`${code} ${field}`}>
                  <strong>{labelOf(field)}</strong> {message} × {rows}
                </li>
              ))}
            </ul>
          )}
          <h3>{fill(t.firstRows, { count: preview.rows.length })}</h3>
          <DataTable
            caption={t.preview}
            rows={preview.rows}
            rowKey={({ index }) => String(index)}
            columns={[
              { key: 'row', title: t.row, number: true, render: ({ index }) => index + 1 },
              {
                key: 'outcome',
                title: t.outcome,
                render: (row) => <Tag color={colours[row.outcome] ?? 'blue'}>{outcome(row.outcome)}</Tag>,
              },
              ...(preview.refused + preview.held === 0
                ? []
                : [
                    {
                      key: 'problems',
                      title: t.problem,
                      render: ({ problems }: Row) => (
                        <ul className="plain">
                          {problemsIn(problems).map(({ field, message }) => (
                            <li key={`${field} ${message}`}>
                              <strong>{labelOf(field)}</strong> {message}
                            </li>
                          ))}
                        </ul>
                      ),
                    },
                  ]),
              ...fields.map(({ name, label }) => ({
                key: name,
                title: label,
                render: ({ values }: Row) => (isObject(values) ? String(values[name] ?? '') : ''),
              })),
            ]}
          />
        </>
      )}
    </section>
  )
}

const problemsIn = (problems: unknown): { field: string | null; message: string }[] =>
  (Array.isArray(problems) ? problems : []).filter(isObject).map(({ field, message }) => ({
    field: typeof field === 'string' ? field : null,
    message: String(message),
  }))
