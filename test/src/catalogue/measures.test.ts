import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importCatalogue } from '../../../src/catalogue/catalogue-service.ts'
import { createCatalogueReader } from '../../../src/catalogue/catalogue-store.ts'
import { measureFaults, type NatureOf } from '../../../src/catalogue/measure-policy.ts'
import {
  type CatalogueMeasure,
  citesLaw,
  decisionTextFor,
  measuresBinding,
  measuresOn,
  versionsOf,
} from '../../../src/catalogue/measures.ts'
import { type Database, openDatabase } from '../../../src/kernel/database.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

const measure: CatalogueMeasure = {
  code: 'BID_BAN',
  effectiveFrom: '2022-01-01',
  effectiveTo: null,
  name: '限制投标',
  content: '限制参加依法必须招标项目的投标。',
  class: '减损权益或增加义务',
  target: '严重失信主体',
  status: 'ACTIVE',
  reducesRights: true,
  legalBasis: ['招标投标法第五十三条', '某领域合作备忘录'],
  departmentKinds: ['WATER'],
  matters: ['TENDERING'],
  triggers: [{ listType: 'BLACK', grades: null }],
  decisionText: '{主体}{列入情况}。依据{依据}，不予受理其投标。',
  documentNeeded: true,
}
const mild = { class: '管理措施', reducesRights: false } as const
const having = (change: Partial<CatalogueMeasure>): CatalogueMeasure => ({ ...measure, ...change })

describe('what cites a law or regulation', () => {
  it.each([
    '《中华人民共和国招标投标法》',
    '《行政处罚法（2021修订）》第九条',
    '《河南省社会信用条例》（2020-05-01 施行）第三十四条',
    '招标投标法第五十三条、第五十四条、第六十条',
    '中华人民共和国行政许可法 第78条',
    '民法典第二百零一条',
    '河南省社会信用条例第三十四条第一项（依照法律、行政法规的规定实施）',
    '企业信息公示暂行条例（国务院令第654号）第十八条（2024 年修订后序号待核实）',
    '依据《保障农民工工资支付条例》第四十八条',
  ])('%s: does', (entry) => expect(citesLaw(entry)).toBe(true))

  it.each([
    '国办发〔2020〕49号',
    '质量领域联合惩戒合作备忘录',
    '《关于对严重质量违法失信行为当事人实施联合惩戒的合作备忘录》',
    '合作备忘录（依据《招标投标法》第五十三条）',
    '合作备忘录第三条：依据招标投标法第五十三条',
    '《关于贯彻〈招标投标法〉的通知》',
    '《关于贯彻《招标投标法》的通知》',
    '某部关于贯彻招标投标法第五十三条的通知',
    '关于加强企业质量信用监管工作的意见第五条',
    '市场监督管理严重违法失信名单管理办法第十五条',
    '《招标公告和公示信息发布管理办法》',
    '《社会信用法（征求意见稿）》第三条',
    '《社会信用条例》（草案）',
    '社会信用条例（草案）第三条',
    '《中国共产党纪律处分条例》第八条',
    '本条例第三条',
    '招标投标法',
    '《招标投标法',
    '全国失信惩戒措施基础清单（2021 年版）',
    '待核实：招标投标法第五十三条',
    '',
  ])('%s: does not', (entry) => expect(citesLaw(entry)).toBe(false))
})

describe('the policy', () => {
  const natures = {
    BLACK: 'SERIOUS_DISHONESTY',
    JOINT: 'JOINT_PUNISHMENT',
    RED: 'TRUSTWORTHY',
    HINT: 'KEY_ATTENTION',
  } as const
  const natureOf: NatureOf = (code) => new Map(Object.entries(natures)).get(code) ?? null
  const faults = (change: Partial<CatalogueMeasure>) =>
    measureFaults(having(change), natureOf).map(({ code }) => code)
  const by = (...lists: string[]) => ({ triggers: lists.map((listType) => ({ listType, grades: null })) })
  const memorandum = { legalBasis: ['某领域合作备忘录', '国办发〔2020〕49号'] }

  it.each<[string, Partial<CatalogueMeasure>, string[]]>([
    ['an active measure without a basis', { ...mild, legalBasis: [] }, ['BASIS_MISSING']],
    ['reduced rights without a basis', { legalBasis: [] }, ['BASIS_MISSING']],
    ['even a draft without a basis', { status: 'DRAFT', legalBasis: [] }, ['BASIS_MISSING']],
    ['reduced rights by a memorandum', memorandum, ['LAW_MISSING']],
    ['reduced rights under another class', { class: '管理措施' }, ['CLASS_CONTRADICTED']],
    ['the class of reduced rights alone', { reducesRights: false }, ['CLASS_CONTRADICTED']],
    ['a list that is none', by('BLACK', 'NONE'), ['LIST_TYPE_UNKNOWN']],
    ['punishment for a hint', by('BLACK', 'HINT'), ['HINT_PUNISHES']],
    ['a management measure for a hint', { ...mild, ...by('HINT') }, ['HINT_PUNISHES']],
    ['an incentive for a hint', { ...mild, class: '守信激励', ...by('HINT') }, ['HINT_PUNISHES']],
    ['punishment of the trustworthy', by('RED'), ['TRUSTWORTHY_PUNISHED']],
    ['a hint about the trustworthy', { ...mild, class: '提示', ...by('RED') }, ['TRUSTWORTHY_PUNISHED']],
    [
      'an incentive for dishonesty',
      { ...mild, class: '守信激励', ...by('BLACK', 'RED', 'JOINT') },
      ['INCENTIVE_FOR_DISHONESTY', 'INCENTIVE_FOR_DISHONESTY'],
    ],
    ['an unknown place', { ...mild, decisionText: '{主体}{身份证号}' }, ['PLACE_UNKNOWN']],
    [
      'a decision that tells neither facts nor basis',
      { decisionText: '限制{主体}投标。' },
      ['DECISION_INCOMPLETE', 'DECISION_INCOMPLETE'],
    ],
    [
      'all of it at once',
      { ...memorandum, class: '提示', ...by('RED', 'NONE'), decisionText: '{主体}{列入情况}' },
      [
        'LAW_MISSING',
        'CLASS_CONTRADICTED',
        'TRUSTWORTHY_PUNISHED',
        'LIST_TYPE_UNKNOWN',
        'DECISION_INCOMPLETE',
      ],
    ],
  ])('refuses %s', (_, change, expected) => expect(faults(change)).toEqual(expected))

  it.each<[string, Partial<CatalogueMeasure>]>([
    ['reduced rights by a law', {}],
    ['a management measure by a memorandum', { ...mild, ...memorandum }],
    ['an incentive for the trustworthy', { ...mild, class: '守信激励', ...by('RED') }],
    ['a hint', { ...mild, class: '提示', ...by('HINT', 'BLACK') }],
    ['a draft whose law is still sought', { status: 'DRAFT', ...memorandum }],
    ['a retired measure of the time of memoranda', { status: 'RETIRED', ...memorandum }],
    ['words without places where no rights are reduced', { ...mild, decisionText: '列为重点监管对象。' }],
  ])('takes %s', (_, change) => expect(faults(change)).toEqual([]))
})

describe('versions', () => {
  const until2023 = having({ effectiveTo: '2023-12-31', matters: ['TENDERING', 'LAND'] })
  const since2024 = having({ effectiveFrom: '2024-01-01' })
  const withdrawn = having({ code: 'WITHDRAWN', status: 'RETIRED' })
  const catalogue = { measures: [since2024, withdrawn, until2023] }
  const listed = [{ listType: 'BLACK', grade: '严重' }]

  it.each([
    ['2021-12-31', []],
    ['2022-01-01', [until2023]],
    ['2023-12-31', [until2023]],
    ['2024-01-01', [since2024]],
  ])('on %s the one in force counts', (day, expected) => {
    expect(measuresOn(catalogue, day)).toEqual(expected)
    expect(measuresBinding(catalogue, 'WATER', listed, 'TENDERING', day)).toEqual(expected)
  })

  it('are told in the order of their days', () => {
    expect(versionsOf(catalogue, 'BID_BAN')).toEqual([until2023, since2024])
  })
})

describe('a measure', () => {
  const graded = having({ triggers: [{ listType: 'BLACK', grades: ['严重', '特别严重'] }] })
  const everywhere = having({ code: 'EVERYWHERE', matters: [], departmentKinds: [] })
  const catalogue = { measures: [graded, everywhere] }
  const binds = (
    listType: string,
    grade: string,
    matter: 'TENDERING' | 'LICENCE' | null,
    kind = 'WATER',
  ): string[] =>
    measuresBinding(catalogue, kind, [{ listType, grade }], matter, '2026-11-24').map(({ code }) => code)

  it.each([
    ['of its list, grade, matter and kind', binds('BLACK', '严重', 'TENDERING'), ['BID_BAN', 'EVERYWHERE']],
    ['of another grade', binds('BLACK', '一般', 'TENDERING'), ['EVERYWHERE']],
    ['of another matter', binds('BLACK', '严重', 'LICENCE'), ['EVERYWHERE']],
    ['of no matter named', binds('BLACK', '严重', null), ['BID_BAN', 'EVERYWHERE']],
    ['of another kind', binds('BLACK', '严重', 'TENDERING', 'TAX'), ['EVERYWHERE']],
    ['of another list', binds('WHITE', '严重', 'TENDERING'), []],
  ])('binds whoever is %s', (_, bound, expected) => expect(bound).toEqual(expected))
  it('binds nobody who is not listed', () => {
    expect(measuresBinding(catalogue, 'WATER', [], null, '2026-11-24')).toEqual([])
  })
})

describe('a decision text', () => {
  const text = (
    change: Partial<CatalogueMeasure>,
    name = '甲公司',
    decisionNo: string | null = '〔2026〕1号',
  ) =>
    decisionTextFor(having(change), name, [
      { listName: '黑名单', determinedBy: '甲局', decisionNo },
      { listName: '灰名单', determinedBy: '乙局', decisionNo: null },
    ])

  it('names subject, listings with what number is disclosed, and the law alone', () => {
    expect(text({})).toBe(
      '甲公司被甲局列入黑名单（〔2026〕1号）、被乙局列入灰名单。依据招标投标法第五十三条，不予受理其投标。',
    )
    expect(text({}, '甲公司', null)).toContain('甲公司被甲局列入黑名单、被乙局')
  })

  it('names every basis where no rights are reduced, without what explains it', () => {
    expect(text({ ...mild, legalBasis: ['某办法第五条：不适用告知承诺', '某备忘录'] })).toContain(
      '依据某办法第五条、某备忘录，',
    )
  })

  it('is filled once: what a name holds stays as it is', () => {
    expect(text({}, '{依据}$&公司')).toContain('{依据}$&公司被甲局')
  })
})

describe('a catalogue file', () => {
  let clone: TestDatabase
  let database: Database
  beforeAll(async () => {
    clone = await createDatabase()
    database = openDatabase(clone.url, { connections: 2 })
    await load({ clocks: [clock], listTypes: [black] })
  })
  afterAll(async () => {
    await database.close()
    await clone[Symbol.asyncDispose]()
  })

  const clock = {
    code: 'RESPOND',
    name: '响应',
    days: 5,
    unit: 'WORKING_DAY',
    legalBasis: ['本市约定'],
    effectiveFrom: '2020-01-01',
  }
  const listRule = {
    effectiveFrom: '2020-01-01',
    termMonths: 36,
    earlyExitMonths: null,
    objectionClock: null,
    legalBasis: ['某办法第一条'],
  }
  const black = {
    code: 'BLACK',
    name: '黑名单',
    nature: 'SERIOUS_DISHONESTY',
    field: '某领域',
    scope: 'CITY',
    basis: ['某条例第一条'],
    determinedBy: '某机关',
    rules: [listRule],
    status: 'ACTIVE',
    effectiveFrom: '2020-01-01',
  }
  const load = (file: object) => importCatalogue(database.prisma, 'tester', file)
  const measuresKnown = async () =>
    (await createCatalogueReader(database.pool, () => 0).current()).measures.map(
      ({ code, effectiveFrom, effectiveTo }) => `${code} ${effectiveFrom} ${effectiveTo ?? ''}`.trim(),
    )
  const refusal = (file: object): Promise<string> =>
    load(file).then(
      () => 'taken',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )

  it('holds versions of a measure, and only what differs changes', async () => {
    const ended = having({ effectiveTo: '2023-12-31' })
    const versions = [ended, having({ effectiveFrom: '2024-01-01' })]
    expect(await load({ measures: versions })).toEqual({ added: 2, changed: 0, unchanged: 0 })
    expect(await load({ measures: versions })).toEqual({ added: 0, changed: 0, unchanged: 2 })
    expect(await load({ measures: [having({ effectiveFrom: '2024-01-01', name: '限制投标资格' })] })).toEqual(
      {
        added: 0,
        changed: 1,
        unchanged: 0,
      },
    )
    expect(await measuresKnown()).toEqual(['BID_BAN 2022-01-01 2023-12-31', 'BID_BAN 2024-01-01'])
  })

  it('may prepare a draft beside what is in force, which nobody is told of', async () => {
    const draft = having({ effectiveFrom: '2027-01-01', status: 'DRAFT', legalBasis: ['某备忘录'] })
    expect(await load({ measures: [draft] })).toEqual({ added: 1, changed: 0, unchanged: 0 })
    expect(await measuresKnown()).toEqual(['BID_BAN 2022-01-01 2023-12-31', 'BID_BAN 2024-01-01'])
  })

  it.each<[string, object[], string]>([
    [
      'versions of the file that overlap',
      [having({ code: 'TWICE' }), having({ code: 'TWICE', effectiveFrom: '2024-01-01' })],
      'TWICE: the periods from 2022-01-01 and from 2024-01-01 overlap',
    ],
    [
      'one that overlaps a known one',
      [having({ effectiveFrom: '2025-01-01' })],
      '自 2024-01-01 与自 2025-01-01',
    ],
    ['a version given twice', [having({ code: 'X', status: 'DRAFT' }), having({ code: 'X' })], 'given twice'],
    ['a class that is none', [{ ...measure, class: '其他措施' }], 'measures.0.class'],
    ['a matter that is none', [{ ...measure, matters: ['MARRIAGE'] }], 'measures.0.matters.0'],
    ['one that nothing triggers', [having({ triggers: [] })], 'measures.0.triggers'],
    [
      'a list named twice',
      [having({ triggers: [...measure.triggers, { listType: 'BLACK', grades: ['严重'] }] })],
      'a list triggers it twice',
    ],
    ['no grade at all', [having({ triggers: [{ listType: 'BLACK', grades: [] }] })], 'grades'],
    ['an end before the beginning', [having({ effectiveTo: '2021-12-31' })], 'ends before it begins'],
    [
      'a live one as a draft again',
      [having({ effectiveFrom: '2024-01-01', status: 'DRAFT' })],
      '不能退回草案',
    ],
  ])('is refused for %s', async (_, measures, expected) => {
    expect(await refusal({ measures })).toContain(expected)
  })

  it('is told all that the policy refuses at once, and changes nothing', async () => {
    const before = await measuresKnown()
    const lawless = having({ code: 'LAWLESS', legalBasis: ['某备忘录'] })
    const baseless = having({ code: 'BASELESS', legalBasis: [] })
    const stray = having({ code: 'STRAY', triggers: [{ listType: 'NONE', grades: null }] })
    const lines = (await refusal({ measures: [lawless, baseless, stray] })).split('\n').slice(1)
    expect(lines.map((line) => line.replace(/:.*\[/, ' ['))).toEqual([
      '措施 LAWLESS（自 2022-01-01） [LAW_MISSING]',
      '措施 BASELESS（自 2022-01-01） [BASIS_MISSING]',
      '措施 STRAY（自 2022-01-01） [LIST_TYPE_UNKNOWN]',
    ])
    expect(await measuresKnown()).toEqual(before)
  })

  it('does not make a mere hint of a list that measures punish by', async () => {
    expect(await refusal({ listTypes: [{ ...black, nature: 'KEY_ATTENTION' }] })).toContain('[HINT_PUNISHES]')
  })

  it('gives a list clocks of response and feedback, and only clocks that there are', async () => {
    const clocked = (responseClock: string, feedbackClock: string | null) => ({
      listTypes: [{ ...black, rules: [{ ...listRule, responseClock, feedbackClock }] }],
    })
    expect(await refusal(clocked('RESPOND', 'NONE'))).toContain('没有时限规则 NONE')
    await load(clocked('RESPOND', null))
    const { listTypes } = await createCatalogueReader(database.pool, () => 0).current()
    expect(listTypes[0]?.rules).toMatchObject([{ responseClock: 'RESPOND', feedbackClock: null }])
  })
})
