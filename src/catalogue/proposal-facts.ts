import { z } from 'zod'
import type { ListNature } from './catalogue-file.ts'
import type { Disclosure } from './definition.ts'
import type { TermFamily } from './field-terms.ts'

/** What only people can say of a dataset: the attributes of its catalogue entry (河南省社会信用条例 art. 11). Pure. */

export type Facts = {
  /** 数据代码 */
  code: string
  /** 提供单位, by its code. */
  department: string
  /** 数据名称 */
  name?: string | undefined
  nameEn?: string | undefined
  /** 数据格式 */
  format?: string | undefined
  /** 信息性质 */
  nature?: string | undefined
  /** 共享属性; GOV_SHARED where nothing is said. */
  sharing?: Disclosure | undefined
  /** 覆盖范围 */
  coverage?: string | undefined
  /** 更新周期 */
  updateCycle?: string | undefined
  legalBasis: readonly string[]
  /** The list that the dataset feeds, with its nature. */
  listType: { code: string; nature: ListNature } | null
}

/** Something without which the dataset cannot be published. */
export type Missing = { code: MissingCode; message: string; legalBasis: string }

export type MissingCode =
  | 'NAME'
  | 'NATURE'
  | 'COVERAGE'
  | 'UPDATE_CYCLE'
  | 'LEGAL_BASIS'
  | 'SUBJECT_NAME'
  | 'SUBJECT_IDENTIFIER'
  | 'SUBJECT_CATEGORY'
  | 'SOURCE_KEY'
  | 'LISTED_ON'
  | 'REASON'

const article11 = '河南省社会信用条例第十一条'

const messages: Record<MissingCode, [message: string, legalBasis: string]> = {
  NAME: ['数据名称：--name (the name of the dataset)', article11],
  NATURE: ['信息性质：--nature (the nature of the information)', article11],
  COVERAGE: ['覆盖范围：--coverage (what it covers)', article11],
  UPDATE_CYCLE: ['更新周期：--update-cycle (how often it is updated)', article11],
  LEGAL_BASIS: [
    '法律依据：--basis，可多次 (the legal basis; may be given several times)',
    '河南省社会信用条例第十一条、第十三条',
  ],
  SUBJECT_NAME: ['主体名称列：没有一列是主体名称 (no column holds the name of the subject)', article11],
  SUBJECT_IDENTIFIER: [
    '主体号码列：没有统一社会信用代码或身份证号列 (no column identifies the subject)',
    '河南省社会信用条例第十六条',
  ],
  SUBJECT_CATEGORY: [
    '相对人类别列：处罚数据含自然人的，须分出自然人，其简易程序处罚和已改正的轻微违法不归集 (a column must tell natural persons apart: some of their penalties are not reported)',
    '河南省社会信用条例第十三条',
  ],
  SOURCE_KEY: [
    '来源编号：没有决定书文号、案件编号等列可区分各条记录 (no column tells the records apart)',
    article11,
  ],
  LISTED_ON: [
    '列入日期列：名单须有列入日期 (a list needs the day of listing)',
    '河南省社会信用条例第三十七条',
  ],
  REASON: [
    '列入事由列：名单须写明事由 (a list needs the grounds of listing)',
    '河南省社会信用条例第二十八条',
  ],
}

export function missing(code: MissingCode): Missing {
  const [message, legalBasis] = messages[code]
  return { code, message, legalBasis }
}

/** What the family lets one say of itself, so that nobody has to. */
const familyAttributes: Record<TermFamily, { format: string; nature?: string; updateCycle?: string }> = {
  PENALTY: {
    format: '行政处罚数据表；CSV、XLSX、NDJSON',
    nature: '失信信息（行政处罚）',
    updateCycle: '作出决定之日起七个工作日内',
  },
  LICENCE: {
    format: '行政许可数据表；CSV、XLSX、NDJSON',
    nature: '行政许可信息',
    updateCycle: '作出决定之日起七个工作日内',
  },
  LIST: { format: '名单表；CSV、XLSX、NDJSON' },
}

const natures: Record<ListNature, string> = {
  SERIOUS_DISHONESTY: '失信信息（名单）',
  JOINT_PUNISHMENT: '失信信息（名单）',
  KEY_ATTENTION: '提示信息（重点关注）',
  TRUSTWORTHY: '守信信息（名单）',
}

/** The grade of a listing whose record has none of its own. */
export const gradeOf: Record<ListNature, string> = {
  SERIOUS_DISHONESTY: '严重',
  JOINT_PUNISHMENT: '失信',
  KEY_ATTENTION: '提示',
  TRUSTWORTHY: '守信',
}

/** The attributes of the entry; empty where nobody has said them, which no definition that is published may be. */
export function attributesOf(facts: Facts, family: TermFamily | null) {
  const known = family ? familyAttributes[family] : { format: '数据表；CSV、XLSX、NDJSON' }
  const nature = facts.listType ? natures[facts.listType.nature] : known.nature
  return {
    name: facts.name ?? '',
    nameEn: facts.nameEn ?? facts.code,
    format: facts.format ?? known.format,
    nature: facts.nature ?? nature ?? '',
    sharing: facts.sharing ?? ('GOV_SHARED' as const),
    coverage: facts.coverage ?? '',
    updateCycle: facts.updateCycle ?? known.updateCycle ?? '',
    legalBasis: [...facts.legalBasis],
  }
}

const said = z.string().catch('')
const saidAll = z.array(z.unknown()).catch([])
/** Read leniently: what is not there has not been said. */
const sayings = z
  .object({
    name: said,
    nature: said,
    coverage: said,
    updateCycle: said,
    legalBasis: saidAll,
    sourceKey: saidAll,
    subject: z.looseObject({ name: said }).catch({ name: '' }),
    listing: z.object({ listedOn: said, reason: said }).optional().catch(undefined),
  })
  .catch({
    name: '',
    nature: '',
    coverage: '',
    updateCycle: '',
    legalBasis: [],
    sourceKey: [],
    subject: { name: '' },
    listing: undefined,
  })

/** What a definition that somebody edited still lacks; the form of what is there is another matter. */
export function missingIn(definition: unknown): Missing[] {
  const { subject, listing, ...rest } = sayings.parse(definition)
  const identified = ['uscc', 'certificate', 'number'].some((part) => subject[part] !== undefined)
  const lacking: [MissingCode, boolean][] = [
    ['NAME', rest.name === ''],
    ['NATURE', rest.nature === ''],
    ['COVERAGE', rest.coverage === ''],
    ['UPDATE_CYCLE', rest.updateCycle === ''],
    ['LEGAL_BASIS', rest.legalBasis.length === 0],
    ['SUBJECT_NAME', subject.name === ''],
    ['SUBJECT_IDENTIFIER', !identified],
    ['SOURCE_KEY', rest.sourceKey.length === 0],
    ['LISTED_ON', listing?.listedOn === ''],
    ['REASON', listing?.reason === ''],
  ]
  return lacking.filter(([, isLacking]) => isLacking).map(([code]) => missing(code))
}
