import { open, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { parseArgs } from 'node:util'
import type { App } from '../src/app.ts'
import { describeFault } from '../src/catalogue/catalogue-policy.ts'
import {
  datasetEditions,
  listDatasets,
  type PublishedDataset,
  publishDatasets,
  publishDraft,
  retireDataset,
} from '../src/catalogue/dataset-service.ts'
import { type Disclosure, disclosures, type FieldType } from '../src/catalogue/definition.ts'
import type { DefinitionChanges } from '../src/catalogue/definition-changes.ts'
import type { DatasetByExample } from '../src/catalogue/proposal-service.ts'
import type { ByteSource } from '../src/tabular/tabular-file.ts'
import { print, UsageError } from './admin-command.ts'
import { textTable } from './text-table.ts'

/** `npm run admin -- dataset …`: from a department's own file to a dataset in use, without a deployment. */

export const datasetHelp = `  dataset propose <样表 sample> --code X --department D --out proposal.json
                  [--name N] [--name-en N] [--basis B]… [--coverage C] [--update-cycle U] [--nature N]
                  [--sharing PUBLIC|GOV_SHARED|AUTHORISED] [--list-type L] [--sheet S]
                  [--map 表头=字段]… [--leave-out 表头]…      按样表提出数据集 propose a dataset by example
  dataset publish <proposal.json>                              发布 make it live, by the rules of the import
  dataset publish-draft <code>                                 发布部门提出的草案 make a department's draft live
  dataset list                                                 列出数据集 datasets and their state
  dataset versions <code>                                      各版差异 what each version changed
  dataset retire <code>                                        停用 takes no more records`

const options = {
  code: { type: 'string' },
  department: { type: 'string' },
  name: { type: 'string' },
  'name-en': { type: 'string' },
  nature: { type: 'string' },
  sharing: { type: 'string' },
  coverage: { type: 'string' },
  'update-cycle': { type: 'string' },
  basis: { type: 'string', multiple: true },
  'list-type': { type: 'string' },
  sheet: { type: 'string' },
  map: { type: 'string', multiple: true },
  'leave-out': { type: 'string', multiple: true },
  out: { type: 'string' },
  actor: { type: 'string' },
} as const

type Values = ReturnType<typeof parse>['values']
const parse = (args: string[]) => parseArgs({ args, options, allowPositionals: true, strict: true })

type Call = { app: App; actor: string; argument: string; values: Values }
type WithApp = (work: (opened: { app: App }) => Promise<void>) => Promise<void>

const commands: Record<string, { takes: 0 | 1; run(call: Call): Promise<void> }> = {
  propose: { takes: 1, run: propose },
  publish: {
    takes: 1,
    run: async ({ app, actor, argument }) =>
      tellPublished(await publishDatasets(app.prisma, actor, await readJsonFile(argument))),
  },
  'publish-draft': {
    takes: 1,
    run: async ({ app, actor, argument }) => tellPublished(await publishDraft(app.prisma, actor, argument)),
  },
  list: {
    takes: 0,
    async run({ app }) {
      const datasets = await listDatasets(app.prisma)
      const headings = [
        '代码 code',
        '部门 department',
        '状态 status',
        '版本 version',
        '名单 list',
        '名称 name',
      ]
      const rows = datasets.map((dataset) => [
        dataset.code,
        dataset.department,
        dataset.status,
        String(dataset.version),
        dataset.listType ?? '',
        dataset.name,
      ])
      print(textTable([headings, ...rows]))
    },
  },
  versions: {
    takes: 1,
    async run({ app, argument }) {
      for (const { version, createdAt, changes } of await datasetEditions(app.prisma, argument)) {
        print(`第 ${version} 版 version ${version}  ${createdAt.toISOString()}`)
        for (const line of changes ? changeLines(changes) : ['首版 (the first)']) print(`  ${line}`)
      }
    },
  },
  retire: {
    takes: 1,
    async run({ app, actor, argument }) {
      await retireDataset(app.prisma, actor, argument)
      print(`${argument} 已停用，已有记录不变 (retired; the records that it holds stay)`)
    },
  },
}

export async function datasetCommand(args: string[], withApp: WithApp): Promise<void> {
  const { values, positionals } = parse(args)
  const [verb = '', ...rest] = positionals
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined
  if (!command) throw new UsageError(`没有命令 dataset ${verb} (no such command)`)
  if (rest.length !== command.takes)
    throw new UsageError(`dataset ${verb}: 参数个数不对 (wrong number of arguments)`)
  const actor = values.actor ?? userInfo().username
  await withApp(({ app }) => command.run({ app, actor, argument: rest[0] ?? '', values }))
}

async function propose({ app, argument, values }: Call): Promise<void> {
  const [code, department, out] = [
    needed(values, 'code'),
    needed(values, 'department'),
    needed(values, 'out'),
  ]
  await using file = await open(argument).catch(() => {
    throw new UsageError(`无法读取 ${argument} (cannot read the file)`)
  })
  const { size } = await file.stat()
  const proposal = await app.proposals.byExample({
    facts: {
      code,
      department,
      name: values.name,
      nameEn: values['name-en'],
      nature: values.nature,
      sharing: disclosureOf(values.sharing),
      coverage: values.coverage,
      updateCycle: values['update-cycle'],
      legalBasis: values.basis ?? [],
      listType: values['list-type'] ?? null,
    },
    file: { size, stream: (start, end) => bytesOf(file, start, end) },
    hints: { format: null, sheet: values.sheet ?? null, encoding: null },
    mapping: mappingOf(values),
  })
  tellProposal(proposal)
  const dataset = { code, department, listType: values['list-type'] ?? null, status: 'DRAFT' }
  await writeFile(
    out,
    `${JSON.stringify({ datasets: [{ ...dataset, definition: proposal.definition }] }, null, 2)}\n`,
  )
  print(`\n已写入 ${out}；核对后 (written; when it is right): npm run admin -- dataset publish ${out}`)
}

type FileHandle = Awaited<ReturnType<typeof open>>
const pieceBytes = 64 * 1024

async function* bytesOf(file: FileHandle, start: number, end: number): ReturnType<ByteSource['stream']> {
  for (let at = start; at < end; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(pieceBytes, end - at)), 0, null, at)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    at += bytesRead
  }
}

function needed(values: Values, name: 'code' | 'department' | 'out'): string {
  const value = values[name]
  if (value === undefined || value.trim() === '')
    throw new UsageError(`缺少 --${name} (--${name} is missing)`)
  return value
}

function disclosureOf(text: string | undefined): Disclosure | undefined {
  const found = disclosures.find((disclosure) => disclosure === text)
  if (text !== undefined && found === undefined)
    throw new UsageError(`--sharing 须为 ${disclosures.join('、')} (expected one of these)`)
  return found
}

function mappingOf(values: Values): Record<string, string | null> {
  const named = (values.map ?? []).map((entry): [string, string] => {
    const at = entry.lastIndexOf('=')
    if (at < 1 || at === entry.length - 1)
      throw new UsageError(`--map 须为 表头=字段：${entry} (expected heading=field)`)
    return [entry.slice(0, at), entry.slice(at + 1)]
  })
  const leftOut = (values['leave-out'] ?? []).map((heading): [string, null] => [heading, null])
  return Object.fromEntries<string | null>([...named, ...leftOut])
}

const matchedBy = {
  NAME: '字段名 name',
  LABEL: '标签 label',
  SYNONYM: '同义词 synonym',
  VALUES: '值 values',
  MAPPING: '指定 asked',
  NONE: '未认出 unknown',
} as const

function tellProposal(proposal: DatasetByExample): void {
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

function tellPublished(published: readonly PublishedDataset[]): void {
  for (const { code, version } of published)
    print(
      `${code} 第 ${version} 版已发布，一秒内处处生效 (version ${version} is live, everywhere within a second)`,
    )
}

function changeLines({ added, removed, changed, parts }: DefinitionChanges): string[] {
  return [
    ...added.map((name) => `+ ${name}`),
    ...removed.map((name) => `- ${name}`),
    ...changed.map(({ field, parts: what }) => `~ ${field}: ${what.join(', ')}`),
    ...(parts.length > 0 ? [`~ ${parts.join(', ')}`] : []),
  ]
}

async function readJsonFile(path: string): Promise<unknown> {
  const content = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`无法读取 ${path} (cannot read the file)`)
  })
  try {
    return JSON.parse(content)
  } catch {
    throw new UsageError(`${path} 不是 JSON (not JSON)`)
  }
}
