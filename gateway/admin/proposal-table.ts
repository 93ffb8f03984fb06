import { describeFault } from '../../src/catalogue/catalogue-policy.ts'
import type { FieldType } from '../../src/catalogue/definition.ts'
import type { DatasetByExample } from '../../src/catalogue/proposal-service.ts'
import { print } from './command.ts'
import { textTable } from './text-table.ts'

/** A dataset by example as an administrator reads it: the mapping, the first rows, what is wrong, what is missing. */

const matchedBy = {
  NAME: '字段名 name',
  LABEL: '标签 label',
  SYNONYM: '同义词 synonym',
  VALUES: '值 values',
  MAPPING: '指定 asked',
  NONE: '未认出 unknown',
} as const

export function tellProposal(proposal: DatasetByExample): void {
  const { found, family, columns, definition, preview } = proposal
  print(
    `文件 file: ${[found.format, found.encoding, found.sheet].filter(Boolean).join(' ')}  类别 family: ${family ?? '—'}`,
  )
  const fields = new Map(definition.fields.map((field) => [field.name, field]))
  print(
    textTable([
      ['表头 heading', '字段 field', '依据 by', '类型 type', '公开 disclosure', '说明 note'],
      ...columns.map((column) => {
        const field = column.field === null ? undefined : fields.get(column.field)
        const like = column.alternatives.length > 0 ? `近似 like: ${column.alternatives.join('、')}` : ''
        return [
          column.heading,
          column.field ?? '—',
          matchedBy[column.matchedBy],
          field ? typeOf(field.value) : '',
          field?.disclosure ?? '',
          [column.note ?? '', like].filter(Boolean).join('；'),
        ]
      }),
    ]),
  )
  print(
    `\n来源编号 source key: ${definition.sourceKey.join(' + ') || '—'}  主体 subject: ${JSON.stringify(definition.subject)}`,
  )
  if (preview) tellPreview(proposal, preview)
  tell(
    '须核对 (to be checked)',
    proposal.problems.map(({ code, message }) => `${message} [${code}]`),
  )
  tell('不得发布 (must not be published)', proposal.faults.map(describeFault))
  tell(
    '还缺 (still missing)',
    proposal.missing.map(({ message, legalBasis }) => `${message}（${legalBasis}）`),
  )
}

const cellShown = 20

function tellPreview({ columns }: DatasetByExample, preview: NonNullable<DatasetByExample['preview']>): void {
  const { read, stored, held, refused, withdrawn } = preview
  print(
    `\n试读 read ${read} 行：存入 stored ${stored}，待核实 held ${held}，退回 refused ${refused}，撤销 withdrawn ${withdrawn}`,
  )
  const names = columns.flatMap(({ field }) =>
    field !== null && preview.rows.some((row) => row.values[field] !== undefined) ? [field] : [],
  )
  print(
    textTable([
      ['行 row', '结果 outcome', ...names],
      ...preview.rows.map(({ index, outcome, values }) => [
        String(index + 1),
        outcome,
        ...names.map((name) => shortened(values[name] ?? '')),
      ]),
    ]),
  )
  for (const { index, problems } of preview.rows)
    for (const { field, code, message } of problems)
      print(`  第 ${index + 1} 行 row ${index + 1}: ${field ?? ''} ${code} ${message}`)
  tell(
    '全部试读行的问题 (over all rows read)',
    preview.problems.map(
      ({ rows, field, code, message }) => `${rows} 行 rows  ${field ?? ''} ${code} ${message}`,
    ),
  )
}

function tell(heading: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  print(`\n${heading}:`)
  for (const line of lines) print(`  ${line}`)
}

const shortened = (text: string) => {
  const line = text.replace(/\s+/g, ' ')
  return line.length > cellShown ? `${line.slice(0, cellShown)}…` : line
}

function typeOf(value: FieldType): string {
  switch (value.type) {
    case 'TEXT':
      return `TEXT ${value.maxLength}`
    case 'CODE':
      return `CODE ${value.codes.length}`
    case 'IDENTIFIER':
      return value.scheme
    case 'DATE':
    case 'MONEY_WAN':
    case 'MONEY_YUAN':
    case 'INTEGER':
    case 'CERTIFICATE':
    case 'SUBJECT_NUMBER':
      return value.type
  }
}
