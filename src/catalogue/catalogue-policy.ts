import type { CatalogueFile, ListNature } from './catalogue-file.ts'
import type { DatasetDefinition, Field } from './definition.ts'
import { headingKey } from './heading.ts'

/** What a dataset may not hold or show, whoever defines it. Pure; every fault is told, each with its legal basis. */

export type PolicyFault = { code: PolicyFaultCode; place: string; message: string; legalBasis: string }

export type PolicyFaultCode =
  | 'CENTRAL_BANK_PUBLIC'
  | 'CREDIT_REPORTING_FIELD'
  | 'FORBIDDEN_FIELD'
  | 'CONSENT_FIELD'
  | 'LIST_TYPE_UNKNOWN'
  | 'LIST_TYPE_WITHOUT_BASIS'
  | 'LIST_TYPE_WITHOUT_LISTING'

export type DatasetDraft = Pick<CatalogueFile['datasets'][number], 'code' | 'listType' | 'definition'>
/** What the policy has to know of the provider and of the list; `null`: there is no such list. */
export type PolicyContext = { departmentKind: string; listType: { basis: readonly unknown[] } | null }

export function datasetFaults(dataset: DatasetDraft, context: PolicyContext): PolicyFault[] {
  return [
    ...listFaults(dataset, context),
    ...centralBankFaults(dataset.definition, context.departmentKind),
    ...wordingFaults(dataset.definition, context.departmentKind),
  ]
}

/** What a dataset should have and may be published without. */
export function datasetAdvice(definition: DatasetDefinition, nature: ListNature | null): string[] {
  const { subject, subjectKinds } = definition
  const names = subject.responsible !== undefined || !subjectKinds.includes('ORGANISATION')
  if (nature !== 'SERIOUS_DISHONESTY' || names) return []
  return [
    '没有写明责任人员的字段（subject.responsible）：单位严重失信的，应当记录对其负有责任的法定代表人、主要负责人、实际控制人和直接责任人员（河南省社会信用条例第三十五条） (no field names the persons responsible for an organisation)',
  ]
}

export const describeFault = ({ code, place, message, legalBasis }: PolicyFault): string =>
  `${place}: ${message}（${legalBasis}）[${code}]`

/** A list rests on a document (国办发〔2020〕49号); its dataset says how a row lists. */
function listFaults({ listType, definition }: DatasetDraft, context: PolicyContext): PolicyFault[] {
  const legalBasis = '国办发〔2020〕49号'
  if ((listType === null) !== (definition.listing === undefined)) {
    const message = 'listType 与 listing 须同时给出 (give both listType and listing, or neither)'
    return [{ code: 'LIST_TYPE_WITHOUT_LISTING', place: 'listType', message, legalBasis }]
  }
  if (listType === null) return []
  if (!context.listType) {
    const message = `没有名单 ${listType} (no list type ${listType})`
    return [{ code: 'LIST_TYPE_UNKNOWN', place: 'listType', message, legalBasis }]
  }
  if (context.listType.basis.length > 0) return []
  const message = `名单 ${listType} 没有依据文件 (the list type has no basis document)`
  return [{ code: 'LIST_TYPE_WITHOUT_BASIS', place: 'listType', message, legalBasis }]
}

const CENTRAL_BANK = 'CENTRAL_BANK'

/**
 * The central bank provides what it decides as an authority, never what the credit reporting system knows. Public is
 * only what it published by a decision of its own, told by that decision's number in each record.
 */
function centralBankFaults(definition: DatasetDefinition, departmentKind: string): PolicyFault[] {
  if (departmentKind !== CENTRAL_BANK) return []
  const open = [
    ...(definition.sharing === 'PUBLIC' ? ['sharing'] : []),
    ...definition.fields
      .filter((field) => field.disclosure === 'PUBLIC')
      .map((field) => `fields ${field.name}`),
  ]
  if (open.length === 0 || (definition.disclosureDecisionNo !== undefined && holdsDecisionNumber(definition)))
    return []
  const message =
    '人民银行的数据不得公开，除非写明公开决定文号（disclosureDecisionNo），且每条记录必填处罚决定书文号并据以编号 (central-bank data are not public, unless a decision says so and each record carries the number of its decision)'
  return open.map((place) => ({
    code: 'CENTRAL_BANK_PUBLIC',
    place,
    message,
    legalBasis: '征信业管理条例第二十八条、第四十条',
  }))
}

const decisionNumber = /文号|决定书|文书号/

function holdsDecisionNumber({ fields, sourceKey, listing }: DatasetDefinition): boolean {
  const keys = new Set([...sourceKey, ...(listing ? [listing.decisionNo] : [])])
  return fields.some(
    (field) =>
      keys.has(field.name) &&
      field.required === true &&
      [field.label, ...field.synonyms].some((text) => decisionNumber.test(text)),
  )
}

type WordRule = {
  code: PolicyFaultCode
  /** Kinds of providers it is for; null: all. */
  providers: readonly string[] | null
  /** Only in datasets that may be about natural persons. */
  ofPersons: boolean
  words: readonly string[]
  /** Wordings that contain such a word and mean something else. */
  unless: readonly string[]
  message: string
  legalBasis: string
}

/** Words that a field may not bear as name, label or heading. */
export const wordRules: readonly WordRule[] = [
  {
    code: 'CREDIT_REPORTING_FIELD',
    providers: [CENTRAL_BANK],
    ofPersons: false,
    words: [
      '贷款',
      '借款',
      '授信',
      '担保',
      '逾期',
      '透支',
      '信贷',
      '还款',
      '欠息',
      '余额',
      '信用卡',
      '贷记卡',
      '代偿',
      '五级分类',
      '征信报告',
      '信用报告',
      'loan',
      'creditline',
      'creditcard',
      'overdue',
      'overdraft',
      'guarantee',
      'repayment',
      'balance',
    ],
    unless: [],
    message: '征信数据，任何情况下不得归集 (credit-reporting data, which is never exchanged)',
    legalBasis: '征信业管理条例第二十条、第二十八条、第四十条',
  },
  {
    code: 'FORBIDDEN_FIELD',
    providers: null,
    ofPersons: false,
    words: ['宗教信仰', '信教', '基因', '指纹', '血型', '疾病', '病史', '病历', 'bloodtype', 'fingerprint'],
    unless: ['疾病预防', '转基因'],
    message: '禁止采集自然人的宗教信仰、基因、指纹、血型、疾病和病史信息 (must not be collected)',
    legalBasis: '河南省社会信用条例第四十五条',
  },
  {
    code: 'CONSENT_FIELD',
    providers: null,
    ofPersons: true,
    words: [
      '收入',
      '工资',
      '存款',
      '有价证券',
      '股票',
      '债券',
      '商业保险',
      '保险金',
      '保单',
      '不动产',
      '房产',
      '纳税数额',
      '纳税额',
      '纳税金额',
    ],
    unless: ['违法收入', '非法收入', '没收入库', '拖欠工资', '欠薪', '房产中介', '不动产登记机构'],
    message:
      '含自然人的数据集不得采集收入、存款、有价证券、商业保险、不动产和纳税数额，本平台不接收书面同意 (only with written consent, which the exchange does not take)',
    legalBasis: '河南省社会信用条例第四十五条',
  },
]

function wordingFaults(definition: DatasetDefinition, departmentKind: string): PolicyFault[] {
  const rules = wordRules.filter(
    (rule) =>
      (rule.providers === null || rule.providers.includes(departmentKind)) &&
      (!rule.ofPersons || definition.subjectKinds.includes('PERSON')),
  )
  return definition.fields.flatMap((field) =>
    rules.flatMap((rule): PolicyFault[] => {
      const word = wordIn(field, rule)
      if (word === null) return []
      return [
        {
          code: rule.code,
          place: `fields ${field.name}`,
          message: `“${word}”：${rule.message}`,
          legalBasis: rule.legalBasis,
        },
      ]
    }),
  )
}

function wordIn(field: Field, { words, unless }: WordRule): string | null {
  for (const text of [field.name, field.label, ...field.synonyms].map(headingKey)) {
    const rest = unless.reduce((remaining, phrase) => remaining.replaceAll(phrase, ''), text)
    const word = words.find((candidate) => rest.includes(candidate))
    if (word !== undefined) return word
  }
  return null
}
