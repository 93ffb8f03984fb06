import { Tag } from 'antd'
import { DataTable } from '../../parts/data-table.tsx'
import { batchTexts } from '../../texts/batches.ts'
import { fill, useLanguage, useTexts } from '../../texts/language.tsx'
import type { Batch, Dataset } from './batch-operations.ts'

type Problem = Batch['allProblems']['edges'][number]['node']
type ProblemRow = { index: number; line: number | null; held: boolean; problems: Problem[] }

/** What has to be mended, one line for each row of the file. */
export function ProblemTable({ batch, dataset }: { batch: Batch; dataset: Dataset | null }) {
  const t = useTexts(batchTexts)
  const { language } = useLanguage()
  const { edges, pageInfo } = batch.allProblems
  function fieldText(name: string | null): string {
    if (name === null) return t.wholeRow
    const field = dataset?.fields.find((candidate) => candidate.name === name)
    return (language === 'zh' ? field?.label : field?.labelEn) ?? name
  }
  return (
    <section className="card">
      <h2>{t.problems}</h2>
      {batch.problemCount === 0 ? null : (
        <p className="note">{fill(t.problemCount, { count: batch.problemCount })}</p>
      )}
      <DataTable
        caption={t.problems}
        rows={byRow(edges.map(({ node }) => node))}
        rowKey={({ index }) => String(index)}
        pageInfo={pageInfo}
        empty={t.noProblems}
        columns={[
          { key: 'row', title: t.row, number: true, render: ({ line, index }) => line ?? index + 1 },
          {
            key: 'outcome',
            title: t.outcome,
            render: ({ held }) => <Tag color={held ? 'orange' : 'red'}>{held ? t.held : t.rejected}</Tag>,
          },
          {
            key: 'problems',
            title: t.problem,
            render: ({ problems }) => (
              <ul className="plain">
                {problems.map(({ field, code, message }) => (
                  <li key={`${field} ${code}`}>
                    <strong>{fieldText(field)}</strong>：{message} <code>{code}</code>
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
      />
    </section>
  )
}

/** Problems come in the order of their rows. */
function byRow(problems: readonly Problem[]): ProblemRow[] {
  const rows: ProblemRow[] = []
  for (const problem of problems) {
    const last = rows.at(-1)
    if (last?.index === problem.index) {
      last.problems.push(problem)
      last.held &&= problem.held
    } else rows.push({ index: problem.index, line: problem.line, held: problem.held, problems: [problem] })
  }
  return rows
}
