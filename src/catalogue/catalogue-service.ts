import { isDeepStrictEqual } from 'node:util'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import { type CatalogueFile, catalogueFileSchema } from './catalogue-file.ts'
import { definitionSchema } from './definition.ts'

export type ImportResult = { added: number; changed: number; unchanged: number }

/**
 * Loads catalogue rows. A changed dataset gets a new version and keeps the old ones; list types and measures are
 * dated rows. All or nothing; every fault of the file is told at once.
 */
export async function importCatalogue(
  prisma: PrismaClient,
  actor: string,
  input: unknown,
): Promise<ImportResult> {
  const parsed = catalogueFileSchema.safeParse(input)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new AdministrationRefusal(
      'CATALOGUE_INVALID',
      `目录文件有误 (the catalogue file has faults):\n${faults.join('\n')}`,
    )
  }
  const file = parsed.data
  for (const type of file.listTypes) {
    if (type.status === 'ACTIVE' && type.basis.length === 0) {
      throw new AdministrationRefusal(
        'CATALOGUE_INVALID',
        `名单 ${type.code} 没有依据文件，不能启用（国办发〔2020〕49号）(list type ${type.code} has no basis document and cannot be active)`,
      )
    }
  }
  return prisma.$transaction(
    async (tx) => {
      const counts: ImportResult = { added: 0, changed: 0, unchanged: 0 }
      const importer = createImporter(tx, counts)
      for (const type of file.listTypes) await importer.listType(type)
      for (const measure of file.measures) await importer.measure(measure)
      for (const dataset of file.datasets) await importer.dataset(dataset)
      await tx.administrationEvent.create({
        data: { actor, action: 'CATALOGUE_IMPORTED', target: 'catalogue', facts: { ...counts } },
      })
      return counts
    },
    { timeout: 60_000 },
  )
}

function createImporter(tx: Prisma.TransactionClient, counts: ImportResult) {
  function count(before: object | null, after: object) {
    if (!before) counts.added += 1
    else if (isDeepStrictEqual(before, after)) counts.unchanged += 1
    else counts.changed += 1
  }

  return {
    async listType(type: CatalogueFile['listTypes'][number]) {
      const { code, effectiveFrom, effectiveTo, ...rest } = type
      const data = {
        ...rest,
        effectiveFrom: new Date(effectiveFrom),
        effectiveTo: effectiveTo ? new Date(effectiveTo) : null,
      }
      const before = await tx.listType.findUnique({ where: { code } })
      await tx.listType.upsert({ where: { code }, create: { code, ...data }, update: data })
      count(before, { code, ...data })
    },

    async measure(measure: CatalogueFile['measures'][number]) {
      const { code, effectiveFrom, effectiveTo, triggeredBy, ...rest } = measure
      const data = {
        ...rest,
        effectiveFrom: new Date(effectiveFrom),
        effectiveTo: effectiveTo ? new Date(effectiveTo) : null,
      }
      const before = await tx.measure.findUnique({ where: { code } })
      await tx.measure.upsert({ where: { code }, create: { code, ...data }, update: data })
      await tx.measureTrigger.deleteMany({ where: { measureCode: code } })
      for (const listTypeCode of triggeredBy) {
        if (!(await tx.listType.findUnique({ where: { code: listTypeCode } }))) {
          throw new AdministrationRefusal(
            'CATALOGUE_INVALID',
            `措施 ${code}: 没有名单 ${listTypeCode} (no list type ${listTypeCode})`,
          )
        }
        await tx.measureTrigger.create({ data: { measureCode: code, listTypeCode } })
      }
      count(before, { code, ...data })
    },

    async dataset(dataset: CatalogueFile['datasets'][number]) {
      const { code, department: departmentCode, listType, status, definition } = dataset
      const department = await tx.department.findUnique({ where: { code: departmentCode } })
      if (!department) {
        throw new AdministrationRefusal(
          'CATALOGUE_INVALID',
          `数据集 ${code}: 没有部门 ${departmentCode} (no department ${departmentCode})`,
        )
      }
      if (listType && !(await tx.listType.findUnique({ where: { code: listType } }))) {
        throw new AdministrationRefusal(
          'CATALOGUE_INVALID',
          `数据集 ${code}: 没有名单 ${listType} (no list type ${listType})`,
        )
      }
      if ((listType === null) !== (definition.listing === undefined)) {
        throw new AdministrationRefusal(
          'CATALOGUE_INVALID',
          `数据集 ${code}: listType 与 listing 须同时给出 (give both listType and listing, or neither)`,
        )
      }
      const existing = await tx.dataset.findUnique({
        where: { code },
        include: { versions: { orderBy: { version: 'desc' }, take: 1 } },
      })
      const data = { departmentId: department.id, listTypeCode: listType, status }
      const row = existing
        ? await tx.dataset.update({ where: { code }, data })
        : await tx.dataset.create({ data: { code, ...data } })
      const latest = existing?.versions[0]
      const latestDefinition = latest ? definitionSchema.safeParse(latest.definition).data : null
      const sameDefinition = isDeepStrictEqual(latestDefinition, definition)
      const same = sameDefinition && existing?.status === status && existing.listTypeCode === listType
      counts[existing ? (same ? 'unchanged' : 'changed') : 'added'] += 1
      if (sameDefinition) return
      await tx.datasetVersion.create({
        data: {
          datasetId: row.id,
          version: (latest?.version ?? 0) + 1,
          definition: JSON.parse(JSON.stringify(definition)),
        },
      })
    },
  }
}
