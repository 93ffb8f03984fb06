import { describe, expect, it } from 'vitest'
import { matchHeadings } from '../../../src/catalogue/heading.ts'
import { noTerm } from '../../../src/catalogue/list-rules.ts'
import { type Proposal, proposeDefinition, readDraft } from '../../../src/catalogue/proposal.ts'
import type { Mapping } from '../../../src/catalogue/proposal-columns.ts'
import { type Facts, missingIn } from '../../../src/catalogue/proposal-facts.ts'
import { previewSample } from '../../../src/catalogue/proposal-preview.ts'
import type { Sample } from '../../../src/catalogue/proposal-values.ts'
import {
  licenceSheet,
  listTemplate,
  nationalPenalties,
  penaltiesOf2016,
  residentId,
  sheet,
  terms,
  tobaccoSheet,
  today,
  uscc,
} from './sample-sheets.ts'

const said: Facts = {
  code: 'TOBACCO_PENALTIES',
  department: 'TOBACCO',
  name: '烟草专卖行政处罚信息',
  coverage: '本市烟草专卖行政处罚',
  legalBasis: ['烟草专卖法'],
  listType: null,
}
const wageArrears: Facts = {
  ...said,
  updateCycle: '每月',
  listType: { code: 'WAGE_ARREARS', nature: 'JOINT_PUNISHMENT' },
}

const propose = (sample: Sample, facts: Facts = said, mapping: Mapping = {}) =>
  proposeDefinition(sample, terms, facts, { mapping, today })

function definitionOf(sample: Sample, proposal: Proposal) {
  const { definition, problems } = readDraft(proposal, sample.headings)
  if (!definition) throw new TypeError(JSON.stringify([proposal.missing, problems]))
  return definition
}

function preview(sample: Sample, proposal: Proposal) {
  return previewSample(definitionOf(sample, proposal), sample, { termOn: noTerm, today })
}

/** heading → field, how matched, type, disclosure */
function columnOf(proposal: Proposal, heading: string) {
  const column = proposal.columns.find((entry) => entry.heading === heading)
  const field = proposal.definition.fields.find((entry) => entry.name === column?.field)
  return [column?.field, column?.matchedBy, field?.value.type, field?.disclosure]
}

const fieldNamed = (proposal: Proposal, name: string) =>
  proposal.definition.fields.find((field) => field.name === name)
const codes = (entries: readonly { code: string }[]) => entries.map(({ code }) => code)

/** A plain sheet of an organisation's penalties with one more column. */
const withColumn = (heading: string, cell: (row: number) => string, count = 24) =>
  sheet(count, {
    行政处罚决定书文号: (row) => `汝样罚〔2026〕${row}号`,
    当事人: (row) => `汝宁市样本${row}号有限公司`,
    统一社会信用代码: (row) => uscc(row),
    [heading]: cell,
  })
const unknownColumn = (heading: string, cell: (row: number) => string) =>
  columnOf(propose(withColumn(heading, cell)), heading)

describe.each(
  Object.entries({ nationalPenalties, penaltiesOf2016, licenceSheet, tobaccoSheet, listTemplate }),
)('a definition by example: %s', (name, make) => {
  const sample = make()
  const proposal = propose(sample, name === 'listTemplate' ? wageArrears : said)
  const definition = definitionOf(sample, proposal)

  it('is complete, fits every row of its sample and every heading of its file', () => {
    expect(proposal.missing).toEqual([])
    expect(missingIn(definition)).toEqual([])
    expect(preview(sample, proposal)).toMatchObject({
      stored: sample.rows.length,
      refused: 0,
      problems: [],
    })
    const { fieldOf, faults } = matchHeadings(definition, sample.headings)
    expect(faults).toEqual([])
    expect(proposal.columns.map(({ field }) => field)).toEqual(
      sample.headings.map((heading) => fieldOf.get(heading)),
    )
  })

  it('makes nothing public that nobody called public', () => {
    expect(definition.sharing).toBe('GOV_SHARED')
    expect(definition.fields.filter((field) => field.disclosure === 'PUBLIC')).toEqual([])
  })
})

describe('the national table of penalties', () => {
  const proposal = propose(nationalPenalties())
  const { definition } = proposal

  it('is recognised by its names', () => {
    expect(proposal.family).toBe('PENALTY')
    const byName = proposal.columns.filter((column) => column.matchedBy === 'NAME')
    expect(byName.map((column) => column.field)).toEqual(byName.map((column) => column.heading))
    expect(
      proposal.columns.filter((column) => column.matchedBy !== 'NAME').map(({ heading }) => heading),
    ).toEqual(['序号'])
  })

  it('is identified, keyed and timed as the founding datasets are', () => {
    expect(definition.subject).toMatchObject({
      name: 'CF_XDR_MC',
      uscc: 'CF_XDR_SHXYM',
      certificate: 'CF_XDR_ZJHM',
      person: { field: 'CF_XDR_LB', in: ['自然人'] },
    })
    expect(definition.sourceKey).toEqual(['CF_CFJGDM', 'CF_WSH', 'CF_XDR_MC'])
    expect(definition.clocks).toEqual([{ rule: 'DOUBLE_PUBLICITY', startsOn: 'CF_JDRQ' }])
  })

  it('takes in what the law excludes of natural persons only to refuse it', () => {
    expect(codes(proposal.problems)).toEqual(['FIELD_ADDED', 'FIELD_ADDED'])
    const natural = nationalPenalties(1).rows.map((row) => ({
      ...row,
      CF_XDR_LB: '自然人',
      CF_XDR_ZJLX: '身份证',
      CF_XDR_ZJHM: residentId(5),
    }))
    const sample = {
      headings: [...nationalPenalties(1).headings, '适用程序', '轻微违法且已主动改正'],
      rows: natural,
    }
    const withProcedure = (procedure: string) => ({
      ...sample,
      rows: natural.map((row) => ({ ...row, 适用程序: procedure, 轻微违法且已主动改正: '否' })),
    })
    expect(codes(preview(sample, propose(sample)).problems)).toEqual(['FIELD_REQUIRED', 'FIELD_REQUIRED'])
    expect(codes(preview(withProcedure('简易程序'), propose(sample)).problems)).toEqual([
      'NATURAL_PERSON_SUMMARY_PROCEDURE',
    ])
    expect(preview(withProcedure('普通程序'), propose(sample))).toMatchObject({ stored: 1, problems: [] })
  })

  it('shows money in yuan and no number of a person', () => {
    const [row] = preview(nationalPenalties(), proposal).rows
    expect(row?.values).toMatchObject({ CF_NR_FK: '2,000.00 元', CF_FR_ZJHM: '（加密）' })
  })

  it('opens the fields of the national table where the administrator says that it is public, certificates never', () => {
    const open = propose(nationalPenalties(), { ...said, sharing: 'PUBLIC' })
    expect(fieldNamed(open, 'CF_WSH')?.disclosure).toBe('PUBLIC')
    expect(fieldNamed(open, 'CF_FR_ZJHM')?.disclosure).toBe('AUTHORISED')
  })
})

describe('the table of 2016', () => {
  const proposal = propose(penaltiesOf2016())

  it('is read under the names of today', () => {
    expect(Object.fromEntries(proposal.columns.map(({ heading, field }) => [heading, field]))).toMatchObject({
      CF_XDR: 'CF_XDR_MC',
      CF_XDR_ZDM: 'CF_XDR_ZZJG',
      CF_XDR_GSDJ: 'CF_XDR_GSZC',
      CF_XDR_SFZ: 'CF_XDR_ZJHM',
      CF_FR: 'CF_FRDB',
      CF_JG: 'CF_NR',
      CF_XZJG: 'CF_CFJG',
      CF_CFLB1: 'CF_CFLB',
    })
  })

  it('withdraws by its state', () => {
    expect(proposal.definition.withdrawal).toEqual({ when: [{ field: 'CF_ZT', in: ['1', '撤销'] }] })
    expect(preview(penaltiesOf2016(), proposal).withdrawn).toBe(1)
  })

  it('withdraws nothing by a state that it does not understand', () => {
    const sample = penaltiesOf2016(20)
    const rows = sample.rows.map((row, index) => ({ ...row, CF_ZT: index % 2 === 0 ? '已执行' : '执行中' }))
    const other = propose({ ...sample, rows })
    expect(other.definition.withdrawal).toBeUndefined()
    expect(codes(other.problems)).toContain('STATUS_NOT_UNDERSTOOD')
    expect(fieldNamed(other, 'CF_ZT')?.value).toEqual({ type: 'CODE', codes: ['已执行', '执行中'] })
  })
})

describe('the table of licences', () => {
  const proposal = propose(licenceSheet())

  it('is one of its own, timed like the penalties', () => {
    expect(proposal.family).toBe('LICENCE')
    expect(proposal.definition.nature).toBe('行政许可信息')
    expect(proposal.definition.clocks).toEqual([{ rule: 'DOUBLE_PUBLICITY', startsOn: 'XK_JDRQ' }])
    expect(proposal.definition.sourceKey).toEqual(['XK_XKJGDM', 'XK_WSH', 'XK_XDR_SHXYM'])
  })

  it('refuses a validity that ends before it begins, as where the two columns were taken for each other', () => {
    const { headings, rows } = licenceSheet(3)
    const swapped = rows.map((row) => ({ ...row, XK_YXQZ: '2031-03-01', XK_YXQZI: '2026-03-02' }))
    expect(preview({ headings, rows: swapped }, proposal).problems).toMatchObject([
      { code: 'LICENCE_ENDS_BEFORE_IT_BEGINS', rows: 3 },
    ])
  })
})

describe('a column of categories in the department’s own words', () => {
  const sample = sheet(8, {
    决定书文号: (row) => `汝样罚〔2026〕${row}号`,
    当事人: (row) => `样本${row}`,
    当事人类别: (row) => (row % 2 === 0 ? '企业' : '个人'),
    统一社会信用代码: (row) => (row % 2 === 0 ? uscc(row) : ''),
    身份证号: (row) => (row % 2 === 0 ? '' : residentId(row)),
    适用程序: (row) => (row === 1 ? '简易程序' : '普通程序'),
    是否轻微违法: () => '否',
  })
  const proposal = propose(sample)

  it('tells persons apart all the same, with the rules on them', () => {
    expect(proposal.definition.subject.person).toEqual({ field: 'CF_XDR_LB', in: ['自然人', '个人'] })
    expect(fieldNamed(proposal, 'CF_XDR_SHXYM')?.required).toEqual({
      when: [{ field: 'CF_XDR_LB', in: ['法人及非法人组织', '个体工商户', '企业'] }],
    })
    expect(preview(sample, proposal)).toMatchObject({
      stored: 7,
      problems: [{ code: 'NATURAL_PERSON_SUMMARY_PROCEDURE', rows: 1 }],
    })
  })
})

describe('two columns for one field', () => {
  it('are both kept, the second under a name of its own', () => {
    const sample = withColumn('单位名称', () => '样本')
    const proposal = propose(sample)
    expect(columnOf(proposal, '当事人')[0]).toBe('CF_XDR_MC')
    expect(columnOf(proposal, '单位名称')).toEqual(['danWeiMingCheng', 'NONE', 'TEXT', 'GOV_SHARED'])
    expect(codes(proposal.problems)).toContain('FIELD_TWICE')
    expect(matchHeadings(definitionOf(sample, proposal), sample.headings).faults).toEqual([])
  })
})

describe('a sheet of a department’s own', () => {
  const proposal = propose(tobaccoSheet())

  it.each([
    ['当事人', ['CF_XDR_MC', 'SYNONYM', 'TEXT', 'GOV_SHARED']],
    ['案件编号', ['caseNo', 'LABEL', 'TEXT', 'GOV_SHARED']],
    ['处罚时间', ['CF_JDRQ', 'SYNONYM', 'DATE', 'GOV_SHARED']],
    ['烟草专卖零售许可证号', ['yanCaoZhuanMaiLingShouXuKeZhengHao', 'NONE', 'TEXT', 'GOV_SHARED']],
    ['涉案卷烟数量（条）', ['sheAnJuanYanShuLiangTiao', 'VALUES', 'INTEGER', 'GOV_SHARED']],
    ['案值（元）', ['anZhiYuan', 'VALUES', 'MONEY_YUAN', 'GOV_SHARED']],
    ['罚款金额', ['CF_NR_FK_YUAN', 'SYNONYM', 'MONEY_YUAN', 'GOV_SHARED']],
    ['涉案卷烟产地', ['sheAnJuanYanChanDi', 'VALUES', 'CODE', 'GOV_SHARED']],
    ['联系电话', ['lianXiDianHua', 'NONE', 'TEXT', 'AUTHORISED']],
  ])('%s', (heading, expected) => {
    expect(columnOf(proposal, heading)).toEqual(expected)
  })

  it('says what it guessed of money, and how to say otherwise', () => {
    expect(codes(proposal.problems)).toContain('UNIT_GUESSED')
    const told = propose(tobaccoSheet(), said, { 罚款金额: 'CF_NR_FK' })
    expect(columnOf(told, '罚款金额')).toEqual(['CF_NR_FK', 'MAPPING', 'MONEY_WAN', 'GOV_SHARED'])
  })

  it('is keyed by the number of the case, which is then required', () => {
    expect(proposal.definition.sourceKey).toEqual(['caseNo', 'CF_XDR_SHXYM'])
    expect(fieldNamed(proposal, 'caseNo')?.required).toBe(true)
  })

  it('takes the corrections of an administrator', () => {
    const corrected = propose(tobaccoSheet(), said, { 联系电话: null, 办案单位: 'handledBy', 没有的列: 'x' })
    expect(columnOf(corrected, '联系电话')).toEqual([null, 'NONE', undefined, undefined])
    expect(corrected.definition.ignoredHeadings).toEqual(['联系电话'])
    expect(columnOf(corrected, '办案单位')).toEqual(['handledBy', 'MAPPING', 'TEXT', 'GOV_SHARED'])
    expect(codes(corrected.problems)).toContain('MAPPING_HEADING_ABSENT')
    expect(preview(tobaccoSheet(), corrected)).toMatchObject({ stored: 24, problems: [] })
  })
})

describe('the template of lists', () => {
  const proposal = propose(listTemplate(), wageArrears)

  it('tells persons from organisations by their number and keeps it sealed', () => {
    expect(proposal.definition.subject).toMatchObject({ name: 'name', number: 'subjectNumber' })
    expect(proposal.definition.sourceKey).toEqual(['name', 'listedOn'])
    const [row] = preview(listTemplate(), proposal).rows
    expect(row?.values.subjectNumber).toBe('（加密）')
  })

  it('lists, with a place for the number of the decision that the template lacks', () => {
    expect(proposal.definition.listing).toEqual({
      listedOn: 'listedOn',
      decisionNo: 'decisionNo',
      reason: 'reason',
      grade: { fixed: '失信' },
    })
    expect(codes(proposal.problems)).toEqual(['FIELD_ADDED'])
  })

  it('lists nobody where no list is named', () => {
    const unnamed = propose(listTemplate(), { ...wageArrears, listType: null, nature: '名单' })
    expect(unnamed.definition.listing).toBeUndefined()
    expect(codes(unnamed.problems)).toContain('LIST_TYPE_NOT_NAMED')
  })

  it('lacks the day where the sheet has none', () => {
    const { headings, rows } = listTemplate()
    const without = { headings: headings.filter((heading) => heading !== '列入名单时间'), rows }
    expect(codes(propose(without, wageArrears).missing)).toContain('LISTED_ON')
  })
})

describe('a column that no term knows', () => {
  it.each<[string, (row: number) => string, unknown[]]>([
    ['检查日期', (row) => `2026年3月${row + 1}日`, ['jianChaRiQi', 'VALUES', 'DATE', 'GOV_SHARED']],
    ['涉案金额（万元）', (row) => `${row}.5`, ['sheAnJinEWanYuan', 'VALUES', 'MONEY_WAN', 'GOV_SHARED']],
    ['涉案金额', (row) => String(row * 7), ['sheAnJinE', 'NONE', 'TEXT', 'GOV_SHARED']],
    ['承办机构代码', () => uscc(901), ['chengBanJiGouDaiMa', 'VALUES', 'IDENTIFIER', 'GOV_SHARED']],
    ['证人身份号', (row) => residentId(row), ['zhengRenShenFenHao', 'VALUES', 'CERTIFICATE', 'AUTHORISED']],
    ['法人身份号', (row) => residentId(row), ['faRenShenFenHao', 'VALUES', 'CERTIFICATE', 'AUTHORISED']],
    ['邮编', (row) => `46300${row % 10}`, ['youBian', 'NONE', 'TEXT', 'GOV_SHARED']],
    ['抽查次数', (row) => String(row), ['chouChaCiShu', 'VALUES', 'INTEGER', 'GOV_SHARED']],
    ['风险档', (row) => ['高', '低'][row % 2] ?? '', ['fengXianDang', 'VALUES', 'CODE', 'GOV_SHARED']],
    ['经营者家庭住址', (row) => `南浦区${row}号`, ['jingYingZheJiaTingZhuZhi', 'NONE', 'TEXT', 'AUTHORISED']],
    ['No. of visits', (row) => `v${row}`, ['noOfVisits', 'NONE', 'TEXT', 'GOV_SHARED']],
  ])('%s', (heading, cell, expected) => {
    expect(unknownColumn(heading, cell)).toEqual(expected)
  })

  it('has room for longer text than the sample holds', () => {
    const proposal = propose(withColumn('检查意见', () => '长'.repeat(90)))
    expect(fieldNamed(proposal, 'jianChaYiJian')?.value).toEqual({ type: 'TEXT', maxLength: 200 })
  })

  it('is offered what it may be, but not made that', () => {
    const [column] = propose(withColumn('行政处罚决定书的文号', () => '')).columns.slice(-1)
    expect(column).toMatchObject({ field: 'xingZhengChuFaJueDingShuDeWenHao', matchedBy: 'NONE' })
    expect(column?.alternatives).toContain('CF_WSH')
  })

  it('gets a name of its own where two read alike', () => {
    const names = propose(
      sheet(2, {
        当事人: () => '样本',
        统一社会信用代码: (row) => uscc(row),
        式样: () => 'a',
        '式样(乙)': () => 'b',
        试样: () => 'c',
      }),
    ).columns.map(({ field }) => field)
    expect(names.slice(2)).toEqual(['shiYang', 'shiYangYi', 'shiYang2'])
  })
})

describe('a column of numbers under a heading that says nothing', () => {
  it.each([
    ['代码', uscc, 'CF_XDR_SHXYM'],
    ['号码', residentId, 'CF_XDR_ZJHM'],
    ['法人号码', residentId, 'faRenHaoMa'],
  ])('%s', (heading, cell, field) => {
    const sample = sheet(3, {
      决定书文号: (row) => `${row}号`,
      当事人: (row) => `样本${row}`,
      [heading]: cell,
    })
    expect(columnOf(propose(sample), heading).slice(0, 2)).toEqual([field, 'VALUES'])
  })

  it('is not the subject where it never changes', () => {
    const sample = sheet(3, {
      决定书文号: (row) => `${row}号`,
      当事人: (row) => `样本${row}`,
      代码: () => uscc(1),
    })
    expect(codes(propose(sample).missing)).toEqual(['SUBJECT_IDENTIFIER'])
  })
})

describe('numbers of persons', () => {
  it('are never part of a source key', () => {
    const sample = sheet(4, {
      姓名: (row) => `李样本${row}`,
      身份证号: (row) => residentId(row),
      列入名单时间: () => '2026-01-01',
      列入事由: () => '样例',
    })
    const { definition } = propose(sample, wageArrears)
    expect(definition.subjectKinds).toEqual(['PERSON'])
    expect(definition.sourceKey).toEqual(['personName', 'listedOn'])
  })

  it('are found inside text', () => {
    const proposal = propose(withColumn('检查情况', (row) => `经查，李样本（${residentId(row)}）在场。`))
    expect(codes(proposal.problems)).toContain('PERSON_NUMBERS_IN_TEXT')
    const sample = withColumn('检查情况', (row) => `经查，李样本（${residentId(row)}）在场。`)
    expect(JSON.stringify(preview(sample, proposal).rows)).not.toContain(residentId(0))
  })

  it('make a column of codes a sealed one where they are mixed', () => {
    const sample = sheet(6, {
      决定书文号: (row) => `汝样罚〔2026〕${row}号`,
      当事人: (row) => `样本${row}`,
      统一社会信用代码: (row) => (row % 2 === 0 ? uscc(row) : residentId(row)),
    })
    const proposal = propose(sample)
    expect(columnOf(proposal, '统一社会信用代码')).toEqual([
      'subjectNumber',
      'VALUES',
      'SUBJECT_NUMBER',
      'AUTHORISED',
    ])
    // Penalties on persons need a column that tells them apart: their exceptions depend on it.
    expect(codes(proposal.missing)).toEqual(['SUBJECT_CATEGORY'])
  })
})

describe('what an administrator still has to say', () => {
  it('is listed with its article, and an unsaid attribute cannot be published', () => {
    const proposal = propose(tobaccoSheet(), {
      code: 'X',
      department: 'TOBACCO',
      legalBasis: [],
      listType: null,
    })
    expect(codes(proposal.missing)).toEqual(['NAME', 'COVERAGE', 'LEGAL_BASIS'])
    expect(proposal.missing.every(({ legalBasis }) => legalBasis.includes('第十一条'))).toBe(true)
    expect(codes(missingIn(proposal.definition))).toEqual(['NAME', 'COVERAGE', 'LEGAL_BASIS'])
    expect(preview(tobaccoSheet(), proposal).stored).toBe(24)
  })

  it('is everything where a sheet says nothing', () => {
    const sample = sheet(2, { 甲: () => 'a', 乙: () => 'b' })
    const proposal = propose(sample, { code: 'X', department: 'Y', legalBasis: [], listType: null })
    expect(proposal.family).toBeNull()
    expect(codes(proposal.missing)).toEqual([
      'NAME',
      'NATURE',
      'COVERAGE',
      'UPDATE_CYCLE',
      'LEGAL_BASIS',
      'SUBJECT_NAME',
      'SUBJECT_IDENTIFIER',
      'SOURCE_KEY',
    ])
    expect(readDraft(proposal, sample.headings)).toEqual({ definition: null, problems: [] })
    expect(codes(missingIn(undefined))).toEqual(codes(proposal.missing))
  })

  it('shows over all rows how badly a definition fits', () => {
    const sample = tobaccoSheet()
    const rows = sample.rows.map((row, index) => ({
      ...row,
      处罚时间: index % 3 === 0 ? '去年' : '2026-03-01',
    }))
    expect(preview({ ...sample, rows }, propose(sample)).problems).toMatchObject([
      { code: 'DATE_INVALID', field: 'CF_JDRQ', rows: 8 },
    ])
  })
})
