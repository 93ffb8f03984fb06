import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import city from '../../../prisma/demo-city/city.json' with { type: 'json' }
import { catalogueFileSchema } from '../../../src/catalogue/catalogue-file.ts'
import {
  type DatasetDraft,
  datasetFaults,
  describeFault,
  type PolicyContext,
  wordRules,
} from '../../../src/catalogue/catalogue-policy.ts'
import { type DatasetDefinition, definitionSchema } from '../../../src/catalogue/definition.ts'

const folder = new URL('../../../prisma/catalogue/', import.meta.url)
const load = (path: string) =>
  catalogueFileSchema.parse(JSON.parse(readFileSync(new URL(path, folder), 'utf8')))
const founding = readdirSync(new URL('datasets/', folder)).flatMap(
  (name) => load(`datasets/${name}`).datasets,
)
const { listTypes } = load('list-types.json')
const context: PolicyContext = { departmentKind: 'TOBACCO', listType: null }
const bank = { departmentKind: 'CENTRAL_BANK', listType: null }

const field = (name: string, label: string, more: object = {}) => ({
  name,
  label,
  labelEn: name,
  value: { type: 'TEXT', maxLength: 50 },
  disclosure: 'GOV_SHARED',
  ...more,
})

/** A dataset about organisations, shared within government, with the fields that a case adds. */
function draft(
  more: Partial<Record<keyof DatasetDefinition, unknown>> = {},
  fields: object[] = [],
): DatasetDraft {
  return {
    code: 'SAMPLE',
    listType: null,
    definition: definitionSchema.parse({
      name: '样例',
      nameEn: 'Sample',
      format: 'CSV',
      subjectKinds: ['ORGANISATION'],
      nature: '样例',
      sharing: 'GOV_SHARED',
      coverage: '全市',
      updateCycle: '每月',
      legalBasis: ['样例'],
      fields: [
        field('no', '处罚决定书文号', { required: true }),
        field('name', '名称'),
        field('uscc', '统一社会信用代码', { value: { type: 'IDENTIFIER', scheme: 'USCC' } }),
        ...fields,
      ],
      sourceKey: ['no'],
      subject: { name: 'name', uscc: 'uscc' },
      ...more,
    }),
  }
}

const codes = (dataset: DatasetDraft, where = context) =>
  datasetFaults(dataset, where).map(({ code, place }) => `${code} ${place}`)

describe('the founding catalogue', () => {
  it.each(founding.map((dataset) => [dataset.code, dataset] as const))(
    '%s keeps the policy',
    (_, dataset) => {
      const departmentKind = city.departments.find(({ code }) => code === dataset.department)?.kind ?? ''
      const listType = listTypes.find(({ code }) => code === dataset.listType) ?? null
      expect(datasetFaults(dataset, { departmentKind, listType })).toEqual([])
    },
  )

  it('would not be the central bank’s with its disclosure as it is elsewhere', () => {
    const penalties = founding.find(({ code }) => code === 'AIC_PENALTIES')
    expect(penalties && codes(penalties, bank).length).toBeGreaterThan(20)
  })
})

describe('data of the central bank', () => {
  const open = [field('fact', '违法事实', { disclosure: 'PUBLIC' })]

  it('are not public', () => {
    expect(codes(draft({ sharing: 'PUBLIC' }, open), bank)).toEqual([
      'CENTRAL_BANK_PUBLIC sharing',
      'CENTRAL_BANK_PUBLIC fields fact',
    ])
    expect(codes(draft({ sharing: 'PUBLIC' }, open))).toEqual([])
    expect(codes(draft(), bank)).toEqual([])
  })

  it('may be public by a decision, where each record has the number of its own', () => {
    const disclosureDecisionNo = '汝银办发〔2026〕3号'
    expect(codes(draft({ disclosureDecisionNo }, open), bank)).toEqual([])
    const unnumbered = draft({ disclosureDecisionNo, sourceKey: ['uscc'] }, open)
    expect(codes(unnumbered, bank)).toEqual(['CENTRAL_BANK_PUBLIC fields fact'])
    const optional = draft({ disclosureDecisionNo, sourceKey: ['caseNo'] }, [
      ...open,
      field('caseNo', '决定书文号'),
    ])
    expect(codes(optional, bank)).toEqual(['CENTRAL_BANK_PUBLIC fields fact'])
  })

  it.each([
    ['daiKuanYuE', '贷款 余额'],
    ['loanBalance', '金额'],
    ['x', '授信额度'],
    ['x', '担保人'],
    ['x', '逾期天数'],
    ['x', '信 用 卡号'],
    ['x', '是否透支'],
  ])('are never of credit reporting: %s %s', (name, label) => {
    expect(codes(draft({}, [field(name, label)]), bank)).toEqual([`CREDIT_REPORTING_FIELD fields ${name}`])
    expect(codes(draft({}, [field(name, label)]))).toEqual([])
  })

  it('are not smuggled in by a synonym', () => {
    const smuggled = [field('amount', '数额', { synonyms: ['还款数额'] })]
    expect(codes(draft({}, smuggled), bank)).toEqual(['CREDIT_REPORTING_FIELD fields amount'])
  })
})

describe('what must not be collected of persons (art. 45)', () => {
  it.each(['宗教信仰', '基因检测结果', '指纹', '血型', '既往病史', '疾病名称'])(
    '%s, in no dataset',
    (label) => {
      expect(codes(draft({}, [field('x', label)]))).toEqual(['FORBIDDEN_FIELD fields x'])
    },
  )

  it.each(['疾病预防控制机构名称', '转基因标识', '宗教活动场所名称'])('%s is something else', (label) => {
    expect(codes(draft({}, [field('x', label)]))).toEqual([])
  })

  it.each(['年收入', '存款数额', '有价证券', '商业保险', '不动产坐落', '纳税数额'])(
    '%s, not of persons',
    (label) => {
      const persons = { subjectKinds: ['ORGANISATION', 'PERSON'] }
      expect(codes(draft(persons, [field('x', label)]))).toEqual(['CONSENT_FIELD fields x'])
      expect(codes(draft({}, [field('x', label)]))).toEqual([])
    },
  )

  it.each(['没收违法收入', '拖欠工资数额'])('%s is the violation, not the wealth', (label) => {
    expect(codes(draft({ subjectKinds: ['PERSON'] }, [field('x', label)]))).toEqual([])
  })
})

describe('the list that a dataset feeds', () => {
  const listing = { listedOn: 'day', decisionNo: 'no', reason: 'no', grade: { fixed: '严重' } }
  const day = field('day', '列入日期', { value: { type: 'DATE' }, required: true })
  const listed: DatasetDraft = { ...draft({ listing }, [day]), listType: 'SAMPLE_LIST' }

  it.each([
    ['exists', listed, null, ['LIST_TYPE_UNKNOWN listType']],
    ['rests on a document', listed, { basis: [] }, ['LIST_TYPE_WITHOUT_BASIS listType']],
    ['is named', { ...listed, listType: null }, null, ['LIST_TYPE_WITHOUT_LISTING listType']],
    [
      'is fed',
      { ...draft(), listType: 'SAMPLE_LIST' },
      { basis: ['x'] },
      ['LIST_TYPE_WITHOUT_LISTING listType'],
    ],
    ['is all right', listed, { basis: ['国办发〔2020〕49号'] }, []],
  ])('%s', (_, dataset, listType, expected) => {
    expect(codes(dataset, { ...context, listType })).toEqual(expected)
  })
})

it('tells every fault at once, each with its law', () => {
  const faults = datasetFaults(
    draft({ sharing: 'PUBLIC', subjectKinds: ['PERSON'] }, [
      field('a', '贷款'),
      field('b', '血型'),
      field('c', '存款'),
    ]),
    bank,
  )
  expect(faults.map(({ code }) => code)).toEqual([
    'CENTRAL_BANK_PUBLIC',
    'CREDIT_REPORTING_FIELD',
    'FORBIDDEN_FIELD',
    'CONSENT_FIELD',
  ])
  expect(faults.map(describeFault).every((text) => /条例第.+条/.test(text))).toBe(true)
  expect(wordRules.every(({ legalBasis }) => /第.+条/.test(legalBasis))).toBe(true)
})
