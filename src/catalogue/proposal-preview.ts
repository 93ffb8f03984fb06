import type { LegalDay } from '../kernel/clock.ts'
import { limits } from '../limits.ts'
import { FaultyCell, type Problem, type Value } from '../records/field-values.ts'
import { createBatchReader, type ReadRow } from '../records/submission.ts'
import type { Cell } from '../tabular/tabular-file.ts'
import { type DatasetDefinition, type Field, isSealedType } from './definition.ts'
import { matchHeadings } from './heading.ts'
import type { TermOn } from './list-rules.ts'
import { type Sample, withoutResidentIds } from './proposal-values.ts'

/** The rows of a sample as they would be stored: the same reading as at intake, shown without numbers of persons. Pure. */

export type PreviewRow = {
  /** Position among the rows of the sample, from 0. */
  index: number
  outcome: 'STORED' | 'HELD' | 'REFUSED'
  /** By name of field; what could not be read is absent. */
  values: Record<string, string>
  problems: { field: string | null; code: string; message: string }[]
}

export type ProblemCount = { code: string; field: string | null; rows: number; message: string }

export type Preview = {
  read: number
  stored: number
  held: number
  refused: number
  withdrawn: number
  rows: PreviewRow[]
  /** Over all rows of the sample, the most frequent first. */
  problems: ProblemCount[]
}

export function previewSample(
  definition: DatasetDefinition,
  sample: Sample,
  rules: { termOn: TermOn; today: LegalDay },
): Preview {
  const toRow = rowMapper(definition, sample.headings)
  const read = createBatchReader({ definition, ...rules })
  const results = sample.rows.map((row, index) => read(toRow(row), index, null))
  const count = (status: ReadRow['status']) => results.filter((result) => result.status === status).length
  return {
    read: results.length,
    stored: count('READ'),
    held: count('HELD'),
    refused: count('REFUSED'),
    withdrawn: results.filter((result) => result.status === 'READ' && result.row.withdrawal !== null).length,
    rows: results.slice(0, limits.previewRows).map((result, index) => previewRow(definition, result, index)),
    problems: countProblems(results.flatMap(problemsOf)),
  }
}

/** As a file of the dataset is read: by heading, and a number of a sheet is a day where the field is one. */
function rowMapper(definition: DatasetDefinition, headings: readonly string[]) {
  const { fieldOf } = matchHeadings(definition, headings)
  const days = new Set(definition.fields.flatMap(({ name, value }) => (value.type === 'DATE' ? [name] : [])))
  return (row: Sample['rows'][number]): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(row).flatMap(([heading, cell]) => {
        const name = fieldOf.get(heading) ?? null
        return name === null || cell === '' ? [] : [[name, valueOfCell(cell, days.has(name))]]
      }),
    )
}

function valueOfCell(cell: Cell, isDay: boolean): unknown {
  if (typeof cell === 'string') return cell
  if ('fault' in cell) return new FaultyCell(cell.fault)
  return isDay ? cell.day : cell.text
}

function previewRow(definition: DatasetDefinition, result: ReadRow, index: number): PreviewRow {
  const outcome = ({ READ: 'STORED', HELD: 'HELD', REFUSED: 'REFUSED' } as const)[result.status]
  const values: Record<string, string> = {}
  for (const field of definition.fields) {
    const value = valuesOf(result)[field.name] ?? null
    if (value !== null) values[field.name] = shown(field, value)
  }
  const problems = problemsOf(result).map(({ field, code, message }) => ({ field, code, message }))
  return { index, outcome, values, problems }
}

function valuesOf(result: ReadRow): Record<string, Value> {
  switch (result.status) {
    case 'READ':
      return result.row.values
    case 'HELD':
      return result.held.row.values
    case 'REFUSED':
      return result.refused.values
  }
}

function problemsOf(result: ReadRow): Problem[] {
  switch (result.status) {
    case 'READ':
      return []
    case 'HELD':
      return [result.held.problem]
    case 'REFUSED':
      return result.refused.problems
  }
}

function shown(field: Field, value: string | number): string {
  if (isSealedType(field.value)) return '（加密）'
  const isMoney = field.value.type === 'MONEY_WAN' || field.value.type === 'MONEY_YUAN'
  if (isMoney && typeof value === 'number') return `${yuan.format(value / 100)} 元`
  return withoutResidentIds(String(value))
}

const yuan = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

function countProblems(problems: readonly Problem[]): ProblemCount[] {
  const groups = Map.groupBy(problems, ({ code, field }) => `${code} ${field ?? ''}`)
  return [...groups.values()]
    .flatMap((group): ProblemCount[] => {
      const [first] = group
      const rows = new Set(group.map(({ index }) => index)).size
      return first ? [{ code: first.code, field: first.field, rows, message: first.message }] : []
    })
    .toSorted((a, b) => b.rows - a.rows)
}
