import { open, writeFile } from 'node:fs/promises'
import { importCatalogue } from '../../src/catalogue/catalogue-service.ts'
import {
  datasetEditions,
  listDatasets,
  type PublishedDataset,
  publishDatasets,
  publishDraft,
  retireDataset,
} from '../../src/catalogue/dataset-service.ts'
import { type Disclosure, disclosures } from '../../src/catalogue/definition.ts'
import type { DefinitionChanges } from '../../src/catalogue/definition-changes.ts'
import type { ByteSource } from '../../src/tabular/tabular-file.ts'
import { type Call, type CommandGroup, print, readJsonFile, UsageError } from './command.ts'
import { tellProposal } from './proposal-table.ts'
import { textTable } from './text-table.ts'

/** The catalogue: rows of files, and from a department's own file to a dataset in use, without a deployment. */
export const catalogueCommands: CommandGroup = {
  help: `  catalogue import <file.json>…                                导入目录 import calendar, clocks, list types, measures, datasets
  dataset propose <样表 sample> --code X --department D --out proposal.json
                  [--name N] [--name-en N] [--basis B]… [--coverage C] [--update-cycle U] [--nature N]
                  [--sharing PUBLIC|GOV_SHARED|AUTHORISED] [--list-type L] [--sheet S]
                  [--map 表头=字段]… [--leave-out 表头]…      按样表提出数据集 propose a dataset by example
  dataset publish <proposal.json>                              发布 make it live, by the rules of the import
  dataset publish-draft <code>                                 发布部门提出的草案 make a department's draft live
  dataset list                                                 列出数据集 datasets and their state
  dataset versions <code>                                      各版差异 what each version changed
  dataset retire <code>                                        停用 takes no more records`,
  commands: {
    'catalogue import': {
      takes: 'MANY',
      async run({ app, actor, arguments: files }) {
        for (const file of files) {
          const { added, changed, unchanged } = await importCatalogue(
            app.prisma,
            actor,
            await readJsonFile(file),
          )
          print(`${file}: 新增 added ${added}，变更 changed ${changed}，未变 unchanged ${unchanged}`)
        }
      },
    },
    'dataset propose': { takes: 1, run: propose },
    'dataset publish': {
      takes: 1,
      run: async ({ app, actor, argument }) =>
        tellPublished(await publishDatasets(app.prisma, actor, await readJsonFile(argument(0)))),
    },
    'dataset publish-draft': {
      takes: 1,
      run: async ({ app, actor, argument }) =>
        tellPublished(await publishDraft(app.prisma, actor, argument(0))),
    },
    'dataset list': {
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
    'dataset versions': {
      takes: 1,
      async run({ app, argument }) {
        for (const { version, createdAt, changes } of await datasetEditions(app.prisma, argument(0))) {
          print(`第 ${version} 版 version ${version}  ${createdAt.toISOString()}`)
          for (const line of changes ? changeLines(changes) : ['首版 (the first)']) print(`  ${line}`)
        }
      },
    },
    'dataset retire': {
      takes: 1,
      async run({ app, actor, argument }) {
        await retireDataset(app.prisma, actor, argument(0))
        print(`${argument(0)} 已停用，已有记录不变 (retired; the records that it holds stay)`)
      },
    },
  },
}

async function propose({ app, argument, option, optional, all }: Call): Promise<void> {
  const [code, department, out] = [option('code'), option('department'), option('out')]
  await using file = await open(argument(0)).catch(() => {
    throw new UsageError(`无法读取 ${argument(0)} (cannot read the file)`)
  })
  const { size } = await file.stat()
  const proposal = await app.proposals.byExample({
    facts: {
      code,
      department,
      name: optional('name'),
      nameEn: optional('name-en'),
      nature: optional('nature'),
      sharing: disclosureOf(optional('sharing')),
      coverage: optional('coverage'),
      updateCycle: optional('update-cycle'),
      legalBasis: [...all('basis')],
      listType: optional('list-type') ?? null,
    },
    file: { size, stream: (start, end) => bytesOf(file, start, end) },
    hints: { format: null, sheet: optional('sheet') ?? null, encoding: null },
    mapping: mappingOf(all('map'), all('leave-out')),
  })
  tellProposal(proposal)
  const dataset = { code, department, listType: optional('list-type') ?? null, status: 'DRAFT' }
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

function disclosureOf(text: string | undefined): Disclosure | undefined {
  const found = disclosures.find((disclosure) => disclosure === text)
  if (text !== undefined && found === undefined)
    throw new UsageError(`--sharing 须为 ${disclosures.join('、')} (expected one of these)`)
  return found
}

function mappingOf(entries: readonly string[], leftOut: readonly string[]): Record<string, string | null> {
  const named = entries.map((entry): [string, string] => {
    const at = entry.lastIndexOf('=')
    if (at < 1 || at === entry.length - 1)
      throw new UsageError(`--map 须为 表头=字段：${entry} (expected heading=field)`)
    return [entry.slice(0, at), entry.slice(at + 1)]
  })
  return Object.fromEntries<string | null>([
    ...named,
    ...leftOut.map((heading): [string, null] => [heading, null]),
  ])
}

function tellPublished(published: readonly PublishedDataset[]): void {
  for (const { code, version, advice } of published) {
    print(
      `${code} 第 ${version} 版已发布，一秒内处处生效 (version ${version} is live, everywhere within a second)`,
    )
    for (const line of advice) print(`  注意 note: ${line}`)
  }
}

function changeLines({ added, removed, changed, parts }: DefinitionChanges): string[] {
  return [
    ...added.map((name) => `+ ${name}`),
    ...removed.map((name) => `- ${name}`),
    ...changed.map(({ field, parts: what }) => `~ ${field}: ${what.join(', ')}`),
    ...(parts.length > 0 ? [`~ ${parts.join(', ')}`] : []),
  ]
}
