import type pg from 'pg'
import type { CatalogueListType } from '../catalogue/catalogue.ts'
import { ruleOn } from '../catalogue/clock-rules.ts'
import { type CatalogueMeasure, measuresOn } from '../catalogue/measures.ts'
import { type CreditCodeCheck, checkCreditCode } from './credit-code.ts'
import { caseClock } from './public-record.ts'
import { openDatasets, type PublicWorldReader } from './public-world-service.ts'
import { type DirectoryRow, departmentDirectory, divisionNames } from './publicity-store.ts'

/** A dataset of which anything is public, with the columns that are. */
export type PublicDataset = {
  code: string
  name: string
  nameEn: string
  nature: string
  coverage: string
  updateCycle: string
  legalBasis: string[]
  listType: string | null
  department: string
  fields: { name: string; label: string; labelEn: string; unit: string | null }[]
}

export type PublicDepartment = DirectoryRow & { datasets: PublicDataset[] }

/** What is a case, what is published of it and what is not, and in which time (国发〔2014〕6号). */
export type CaseRules = {
  contents: string[]
  exceptions: string[]
  days: number | null
  unit: 'WORKING_DAY' | 'CALENDAR_DAY' | null
  legalBasis: string[]
}

/** What of the catalogue anybody may read. */
/** A joint measure with the names of the lists that trigger it, of those too of which nothing is published. */
export type PublicMeasure = Omit<CatalogueMeasure, 'triggers'> & { triggers: NamedTrigger[] }
export type NamedTrigger = CatalogueMeasure['triggers'][number] & { listTypeName: string }

export type PublicCatalogueService = {
  /** List types in force of which anything is public, by code. */
  listTypes(): Promise<CatalogueListType[]>
  /** In force today, with their bases. */
  measures(): Promise<PublicMeasure[]>
  datasets(): Promise<PublicDataset[]>
  departments(): Promise<PublicDepartment[]>
  divisions(): Promise<{ code: string; name: string }[]>
  caseRules(): Promise<CaseRules>
  checkCreditCode(code: string): Promise<CreditCodeCheck>
}

const caseContents = [
  '行政处罚决定书文号',
  '被处罚的自然人姓名，被处罚的企业或者其他组织的名称、法定代表人姓名',
  '违反法律、法规或者规章的主要事实',
  '行政处罚的种类和依据',
  '行政处罚的履行方式和期限',
  '作出处罚决定的行政执法机关名称和日期',
]

const caseExceptions = [
  '涉及国家秘密、商业秘密的内容不公开；经权利人同意或者不公开可能对公共利益造成重大影响的除外。',
  '自然人的住所（与经营场所一致的除外）、肖像、身份证号码、电话号码、财产状况不公开。',
  '自然人案件不逐条列出，只供按完整姓名和证件号码末位查询。',
  '简易程序作出的行政处罚决定不在此列。',
  '行政处罚决定因行政复议或者行政诉讼发生变更、撤销的，及时公开有关信息。',
]

export function createPublicCatalogueService(parts: {
  pool: pg.Pool
  world: PublicWorldReader
}): PublicCatalogueService {
  const { pool } = parts

  async function datasets(): Promise<PublicDataset[]> {
    return openDatasets(await parts.world()).map(({ dataset, sheet }) => ({
      code: dataset.code,
      name: dataset.definition.name,
      nameEn: dataset.definition.nameEn,
      nature: dataset.definition.nature,
      coverage: dataset.definition.coverage,
      updateCycle: dataset.definition.updateCycle,
      legalBasis: dataset.definition.legalBasis,
      listType: sheet.listType,
      department: dataset.departmentCode,
      fields: sheet.fields.map(({ name, label, labelEn, unit }) => ({
        name,
        label,
        labelEn,
        unit: unit ?? null,
      })),
    }))
  }

  return {
    async listTypes() {
      const world = await parts.world()
      const open = new Set([...world.sheets.values()].map(({ listType }) => listType))
      return world.catalogue.listTypes.filter(({ code, status }) => status !== 'DRAFT' && open.has(code))
    },

    async measures() {
      const { catalogue, day } = await parts.world()
      const names = new Map(catalogue.listTypes.map(({ code, name }) => [code, name]))
      return measuresOn(catalogue, day).map((measure) => ({
        ...measure,
        triggers: measure.triggers.map((trigger) => ({
          ...trigger,
          listTypeName: names.get(trigger.listType) ?? trigger.listType,
        })),
      }))
    },

    datasets,

    async departments() {
      const { day } = await parts.world()
      const [directory, provided] = await Promise.all([departmentDirectory(pool, day), datasets()])
      return directory.map((row) => ({
        ...row,
        datasets: provided.filter(({ department }) => department === row.code),
      }))
    },

    async divisions() {
      const names = await divisionNames(pool)
      return [...names].map(([code, name]) => ({ code, name })).toSorted((a, b) => (a.code < b.code ? -1 : 1))
    },

    async caseRules() {
      const { deadlines, day } = await parts.world()
      const rule = ruleOn(deadlines.clocks, caseClock, day)
      return {
        contents: caseContents,
        exceptions: caseExceptions,
        days: rule?.days ?? null,
        unit: rule?.unit ?? null,
        legalBasis: rule?.legalBasis ?? [],
      }
    },

    checkCreditCode: async (code) => checkCreditCode(code, await divisionNames(pool)),
  }
}
