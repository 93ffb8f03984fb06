import { z } from 'zod'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import { listNatures } from './catalogue-file.ts'
import { datasetAdvice } from './catalogue-policy.ts'
import { importCatalogue } from './catalogue-service.ts'
import { type DatasetDefinition, definitionSchema } from './definition.ts'
import { type DefinitionChanges, definitionChanges } from './definition-changes.ts'
import { missingIn } from './proposal-facts.ts'

/** Datasets as administrators handle them: publish, look at, retire. */

/** `advice`: what it should have as well, for the administrator to read. */
export type PublishedDataset = { code: string; version: number; advice: string[] }

/** Publishes the datasets of a catalogue file: the rules of the import, and each becomes ACTIVE. */
export async function publishDatasets(
  prisma: PrismaClient,
  actor: string,
  input: unknown,
): Promise<PublishedDataset[]> {
  const drafts = datasetsIn(input)
  for (const { code, department, definition } of drafts) {
    const lacking = missingIn(definition)
    if (lacking.length > 0) {
      const lines = lacking.map(({ message, legalBasis }) => `  ${message}（${legalBasis}）`)
      throw new AdministrationRefusal(
        'CATALOGUE_INVALID',
        `数据集 ${code} 还缺 (still missing):\n${lines.join('\n')}`,
      )
    }
    const existing = await prisma.dataset.findUnique({ where: { code }, include: { department: true } })
    if (existing && existing.department.code !== department) {
      throw new AdministrationRefusal(
        'ALREADY_EXISTS',
        `代码 ${code} 属于部门 ${existing.department.code} (the code belongs to another department)`,
      )
    }
  }
  await importCatalogue(prisma, actor, { datasets: drafts.map((draft) => ({ ...draft, status: 'ACTIVE' })) })
  const codes = drafts.map(({ code }) => code)
  const published = await prisma.dataset.findMany({
    where: { code: { in: codes } },
    include: {
      versions: { orderBy: { version: 'desc' }, take: 1 },
      listType: { select: { nature: true } },
    },
    orderBy: { code: 'asc' },
  })
  return published.map(({ code, versions, listType }) => {
    const definition = definitionSchema.parse(versions[0]?.definition)
    const nature = listNatures.find((candidate) => candidate === listType?.nature) ?? null
    return { code, version: versions[0]?.version ?? 0, advice: datasetAdvice(definition, nature) }
  })
}

/** Publishes what a department proposed. */
export async function publishDraft(
  prisma: PrismaClient,
  actor: string,
  code: string,
): Promise<PublishedDataset[]> {
  const dataset = await prisma.dataset.findUnique({
    where: { code },
    include: { department: true, versions: { orderBy: { version: 'desc' }, take: 1 } },
  })
  if (!dataset) throw datasetNotFound(code)
  if (dataset.status !== 'DRAFT')
    throw new AdministrationRefusal('WRONG_STATE', `数据集 ${code} 不是草案 (the dataset is no draft)`)
  return publishDatasets(prisma, actor, {
    datasets: [
      {
        code,
        department: dataset.department.code,
        listType: dataset.listTypeCode,
        definition: dataset.versions[0]?.definition,
      },
    ],
  })
}

/** Only what is needed to tell what is missing; the import reads the rest, and every fault of it. */
const draftFile = z.looseObject({
  datasets: z
    .array(z.looseObject({ code: z.string(), department: z.string(), definition: z.unknown() }))
    .min(1),
})

function datasetsIn(input: unknown) {
  const parsed = draftFile.safeParse(input)
  if (parsed.success) return parsed.data.datasets
  throw new AdministrationRefusal(
    'CATALOGUE_INVALID',
    '不是数据集的目录文件 (not a catalogue file with datasets)',
  )
}

export type DatasetSummary = {
  code: string
  department: string
  status: string
  version: number
  name: string
  listType: string | null
}

export async function listDatasets(prisma: PrismaClient): Promise<DatasetSummary[]> {
  const rows = await prisma.dataset.findMany({
    include: { department: true, versions: { orderBy: { version: 'desc' }, take: 1 } },
    orderBy: { code: 'asc' },
  })
  return rows.map(({ code, status, department, listTypeCode, versions }) => ({
    code,
    department: department.code,
    status,
    version: versions[0]?.version ?? 0,
    name: definitionSchema.safeParse(versions[0]?.definition).data?.name ?? '',
    listType: listTypeCode,
  }))
}

export type DatasetEdition = {
  version: number
  createdAt: Date
  definition: DatasetDefinition
  changes: DefinitionChanges | null
}

/** The editions of a dataset, latest first, each with what it changed; the first changed nothing. */
export async function datasetEditions(prisma: PrismaClient, code: string): Promise<DatasetEdition[]> {
  const dataset = await prisma.dataset.findUnique({
    where: { code },
    include: { versions: { orderBy: { version: 'asc' } } },
  })
  if (!dataset) throw datasetNotFound(code)
  let before: DatasetDefinition | null = null
  const editions: DatasetEdition[] = []
  for (const { version, createdAt, definition } of dataset.versions) {
    const after = definitionSchema.parse(definition)
    editions.push({
      version,
      createdAt,
      definition: after,
      changes: before && definitionChanges(before, after),
    })
    before = after
  }
  return editions.reverse()
}

/** A retired dataset (停用) takes no more records; what it holds stays. */
export async function retireDataset(prisma: PrismaClient, actor: string, code: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const { count } = await tx.dataset.updateMany({
      where: { code, status: { not: 'RETIRED' } },
      data: { status: 'RETIRED' },
    })
    if (count === 0) {
      if (!(await tx.dataset.findUnique({ where: { code } }))) throw datasetNotFound(code)
      throw new AdministrationRefusal('WRONG_STATE', `数据集 ${code} 已停用 (the dataset is retired already)`)
    }
    await tx.administrationEvent.create({
      data: { actor, action: 'DATASET_RETIRED', target: code, facts: {} },
    })
  })
}

function datasetNotFound(code: string): AdministrationRefusal {
  return new AdministrationRefusal('DATASET_NOT_FOUND', `没有数据集 ${code} (no such dataset)`)
}
