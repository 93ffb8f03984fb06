import { isDeepStrictEqual } from 'node:util'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import { departuresOf } from './calendar-year.ts'
import { type CatalogueFile, catalogueFileSchema } from './catalogue-file.ts'
import { datasetFaults, describeFault } from './catalogue-policy.ts'
import { overlappingPeriods } from './clock-rules.ts'
import { definitionSchema } from './definition.ts'
import { ambiguousWordings, type FieldTerm, readStoredTerm, storedTerm } from './field-terms.ts'
import { judgeMeasures, liveVersions, saveMeasure } from './measure-store.ts'

export type ImportResult = { added: number; changed: number; unchanged: number }

/**
 * Loads catalogue rows. A changed dataset gets a new version and keeps the old ones; clocks, rules and measures are
 * dated rows; a year of the calendar replaces what was known of it. All or nothing; every fault of the file is told
 * at once.
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
      for (const year of file.calendar) await importer.calendarYear(year)
      for (const clock of file.clocks) await importer.clock(clock)
      await importer.refuseClockOverlaps(file.clocks)
      for (const term of file.fieldTerms) await importer.fieldTerm(term)
      await importer.refuseAmbiguity(file.fieldTerms)
      for (const type of file.listTypes) await importer.listType(type)
      for (const rule of file.publicationRules) await importer.publicationRule(rule)
      for (const row of file.penaltyGrades) await importer.penaltyGrade(row)
      await importer.refusePublicationOverlaps()
      await importer.measures(file)
      for (const dataset of file.datasets) await importer.dataset(dataset)
      importer.refuseFaults()
      // What departments have to do follows from measures and from who may read what.
      const touchesTasks = file.measures.length > 0 || file.datasets.length > 0
      if (touchesTasks && counts.added + counts.changed > 0)
        await tx.taskSweep.create({ data: { reason: 'CATALOGUE_IMPORTED' } })
      await tx.administrationEvent.create({
        data: { actor, action: 'CATALOGUE_IMPORTED', target: 'catalogue', facts: { ...counts } },
      })
      return counts
    },
    { timeout: 60_000 },
  )
}

/** The rows of the file with those known before: a new rule asks for the end of the old one. */
function refuseOverlaps(
  what: string,
  rows: readonly { code: string; effectiveFrom: Date; effectiveTo: Date | null }[],
): void {
  const periods = rows.map(({ code, effectiveFrom, effectiveTo }) => ({
    code,
    effectiveFrom: effectiveFrom.toISOString().slice(0, 10),
    effectiveTo: effectiveTo?.toISOString().slice(0, 10) ?? null,
  }))
  const faults = overlappingPeriods(periods).map(
    ([row, next]) =>
      `${what} ${row.code}: 自 ${row.effectiveFrom} 与自 ${next.effectiveFrom} 的规则同时有效，请给前者 effectiveTo (the rules from these days overlap: give the earlier one its effectiveTo)`,
  )
  if (faults.length > 0) throw new AdministrationRefusal('CATALOGUE_INVALID', faults.join('\n'))
}

function createImporter(tx: Prisma.TransactionClient, counts: ImportResult) {
  function count(before: object | null, after: object) {
    if (!before) counts.added += 1
    else if (isDeepStrictEqual(before, after)) counts.unchanged += 1
    else counts.changed += 1
  }
  const faults: string[] = []

  return {
    /** What the policy found in all measures and datasets of the file, told together. */
    refuseFaults() {
      if (faults.length > 0)
        throw new AdministrationRefusal(
          'CATALOGUE_INVALID',
          `目录文件有误 (the catalogue file has faults):\n${faults.join('\n')}`,
        )
    },

    async fieldTerm(term: FieldTerm) {
      const where = { family_name: { family: term.family, name: term.definition.name } }
      const before = await tx.fieldTerm.findUnique({ where })
      const after = storedTerm(term)
      count(before, after)
      if (isDeepStrictEqual(before, after)) return
      const data = { ...after, definition: JSON.parse(JSON.stringify(after.definition)) }
      await tx.fieldTerm.upsert({ where, create: data, update: data })
    },

    /** The terms of the file with those known before: no heading may name two fields. */
    async refuseAmbiguity(terms: readonly FieldTerm[]) {
      const families = [...new Set(terms.map((term) => term.family))]
      const rows = await tx.fieldTerm.findMany({ where: { family: { in: families } } })
      const ambiguous = ambiguousWordings(rows.map(readStoredTerm))
      if (ambiguous.length > 0)
        throw new AdministrationRefusal(
          'CATALOGUE_INVALID',
          `同一表头指向两个字段 (one heading names two fields):\n${ambiguous.join('\n')}`,
        )
    },

    async calendarYear(entry: CatalogueFile['calendar'][number]) {
      const { year, notice } = entry
      const days = departuresOf(entry)
      const existing = await tx.calendarYear.findUnique({
        where: { year },
        include: { days: { orderBy: { day: 'asc' } } },
      })
      const before = existing && {
        notice: existing.notice,
        days: existing.days.map(({ day, kind }) => [day.toISOString().slice(0, 10), kind]),
      }
      count(before, { notice, days })
      if (isDeepStrictEqual(before, { notice, days })) return
      await tx.calendarDay.deleteMany({ where: { year } })
      await tx.calendarYear.deleteMany({ where: { year } })
      await tx.calendarYear.create({ data: { year, notice } })
      await tx.calendarDay.createMany({
        data: days.map(([day, kind]) => ({ day: new Date(day), year, kind })),
      })
    },

    async clock(clock: CatalogueFile['clocks'][number]) {
      const { code, effectiveFrom, effectiveTo, ...rest } = clock
      const key = { code, effectiveFrom: new Date(effectiveFrom) }
      const data = { ...rest, effectiveTo: effectiveTo ? new Date(effectiveTo) : null }
      const where = { code_effectiveFrom: key }
      const before = await tx.clockRule.findUnique({ where })
      await tx.clockRule.upsert({ where, create: { ...key, ...data }, update: data })
      count(before, { ...key, ...data })
    },

    async refuseClockOverlaps(clocks: CatalogueFile['clocks']) {
      const codes = [...new Set(clocks.map((clock) => clock.code))]
      refuseOverlaps('时限', await tx.clockRule.findMany({ where: { code: { in: codes } } }))
    },

    async publicationRule(rule: CatalogueFile['publicationRules'][number]) {
      const { category, grade, effectiveFrom, effectiveTo, ...rest } = rule
      const key = { category, grade, effectiveFrom: new Date(effectiveFrom) }
      const data = { ...rest, effectiveTo: effectiveTo ? new Date(effectiveTo) : null }
      const where = { category_grade_effectiveFrom: key }
      const before = await tx.publicationRule.findUnique({ where })
      await tx.publicationRule.upsert({ where, create: { ...key, ...data }, update: data })
      count(before, { ...key, ...data })
    },

    async penaltyGrade(row: CatalogueFile['penaltyGrades'][number]) {
      const { kind, effectiveFrom, effectiveTo, ...rest } = row
      const key = { kind, effectiveFrom: new Date(effectiveFrom) }
      const data = { ...rest, effectiveTo: effectiveTo ? new Date(effectiveTo) : null }
      const where = { kind_effectiveFrom: key }
      const before = await tx.penaltyGrade.findUnique({ where })
      await tx.penaltyGrade.upsert({ where, create: { ...key, ...data }, update: data })
      count(before, { ...key, ...data })
    },

    async refusePublicationOverlaps() {
      const rules = await tx.publicationRule.findMany()
      refuseOverlaps(
        '公示期',
        rules.map((rule) => ({ ...rule, code: `${rule.category} ${rule.grade}` })),
      )
      const kinds = await tx.penaltyGrade.findMany()
      refuseOverlaps(
        '处罚类别',
        kinds.map((row) => ({ ...row, code: row.kind })),
      )
    },

    async listType(type: CatalogueFile['listTypes'][number]) {
      const { code, effectiveFrom, effectiveTo, rules, ...rest } = type
      const data = {
        ...rest,
        effectiveFrom: new Date(effectiveFrom),
        effectiveTo: effectiveTo ? new Date(effectiveTo) : null,
      }
      const ofList = rules
        .map((rule) => ({
          ...rule,
          listTypeCode: code,
          effectiveFrom: new Date(rule.effectiveFrom),
          effectiveTo: rule.effectiveTo ? new Date(rule.effectiveTo) : null,
        }))
        .toSorted((a, b) => a.effectiveFrom.getTime() - b.effectiveFrom.getTime())
      const named = rules.flatMap((rule) => [rule.objectionClock, rule.responseClock, rule.feedbackClock])
      for (const clock of new Set(named)) {
        if (clock && !(await tx.clockRule.findFirst({ where: { code: clock } }))) {
          throw new AdministrationRefusal(
            'CATALOGUE_INVALID',
            `名单 ${code}: 没有时限规则 ${clock}，请先导入 clocks.json (no clock ${clock}: import clocks.json first)`,
          )
        }
      }
      const before = await tx.listType.findUnique({
        where: { code },
        include: { rules: { orderBy: { effectiveFrom: 'asc' } } },
      })
      await tx.listType.upsert({ where: { code }, create: { code, ...data }, update: data })
      const after = { code, ...data, rules: ofList }
      count(before, after)
      if (isDeepStrictEqual(before?.rules, ofList)) return
      await tx.listRule.deleteMany({ where: { listTypeCode: code } })
      await tx.listRule.createMany({ data: ofList })
    },

    async measures(file: CatalogueFile) {
      const found = await judgeMeasures(tx, file)
      faults.push(...found)
      if (found.length > 0) return
      for (const measure of file.measures) {
        const saved = await saveMeasure(tx, measure)
        counts[saved.change] += 1
        faults.push(...saved.faults)
      }
      refuseOverlaps('措施', await liveVersions(tx, file.measures))
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
      const list = listType === null ? null : await tx.listType.findUnique({ where: { code: listType } })
      const found = datasetFaults(dataset, {
        departmentKind: department.kind,
        listType: list && { basis: Array.isArray(list.basis) ? list.basis : [] },
      })
      if (found.length > 0) {
        faults.push(...found.map((fault) => `数据集 ${code} ${describeFault(fault)}`))
        return
      }
      // A clock without its rule would never run, and nobody would notice.
      for (const { rule } of definition.clocks) {
        if (!(await tx.clockRule.findFirst({ where: { code: rule } }))) {
          throw new AdministrationRefusal(
            'CATALOGUE_INVALID',
            `数据集 ${code}: 没有时限规则 ${rule}，请先导入 clocks.json (no clock ${rule}: import clocks.json first)`,
          )
        }
      }
      const existing = await tx.dataset.findUnique({
        where: { code },
        include: { versions: { orderBy: { version: 'desc' }, take: 1 } },
      })
      if (existing && existing.departmentId !== department.id) {
        throw new AdministrationRefusal(
          'CATALOGUE_INVALID',
          `数据集 ${code} 由其他部门提供，不能改属 (another department provides the dataset: its records stay its own)`,
        )
      }
      if (existing && existing.status !== 'DRAFT' && status === 'DRAFT') {
        throw new AdministrationRefusal(
          'CATALOGUE_INVALID',
          `数据集 ${code} 已启用，不能退回草案；请用 dataset publish 或 dataset retire (the dataset is live and cannot become a draft again: publish the next version, or retire it)`,
        )
      }
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
