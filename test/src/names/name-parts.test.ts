import { describe, expect, test } from 'vitest'
import { namePartsOf } from '../../../src/names/name-parts.ts'
import { within } from '../../../src/names/regions.ts'

const nothing = {
  tradeName: '天中',
  industry: '食品',
  regionCode: null as string | null,
  region: '',
  orgForm: '有限公司',
  branch: null as string | null,
}

const structure = (name: string) => {
  const { tradeName, industry, regionCode, region, orgForm, branch } = namePartsOf(name)
  return { tradeName, industry, regionCode, region, orgForm, branch }
}

describe('the parts of a name', () => {
  test('are all told', () => {
    expect(namePartsOf('駐馬店市泌陽縣天中食品有限責任公司高邑分公司')).toEqual({
      norm: '驻马店市泌阳县天中食品有限公司高邑分公司',
      core: '天中食品',
      tradeName: '天中',
      industry: '食品',
      regionCode: '411726',
      region: '驻马店市泌阳县',
      orgForm: '有限公司',
      branch: '高邑分公司',
      pinyin: 'tian zhong shi pin',
      initials: 'tzsp',
    })
  })

  test.each([
    ['天中食品有限公司', {}],
    ['驻马店市天中食品有限责任公司', { region: '驻马店市', regionCode: '411700' }],
    ['驻马店天中食品有限公司', { region: '驻马店', regionCode: '411700' }],
    ['驻马店地区天中食品公司', { region: '驻马店地区', regionCode: '411700', orgForm: '公司' }],
    ['河南省驻马店市驿城区天中食品有限公司', { region: '河南省驻马店市驿城区', regionCode: '411702' }],
    ['河南西平天中食品有限公司', { region: '河南西平', regionCode: '411721' }],
    ['天中食品(驻马店)有限公司', { region: '驻马店', regionCode: '411700' }],
    ['天中（西平县）食品有限公司', { region: '西平县', regionCode: '411721' }],
    ['天中食品有限公司（驻马店）', { region: '驻马店', regionCode: '411700' }],
    ['北京天中(驻马店)食品有限公司', { region: '驻马店', regionCode: '411700', tradeName: '北京天中' }],
    ['汝宁市南浦区天中食品有限公司', { region: '汝宁市南浦区', regionCode: '419802' }],
    ['驻马店市经济开发区天中食品有限公司', { region: '驻马店市经济开发区', regionCode: '411700' }],
    ['天中(集团)有限公司', { industry: '', orgForm: '集团有限公司' }],
    ['天中集团有限公司', { industry: '', orgForm: '集团有限公司' }],
    ['天中食品有限司', {}],
    ['天中食品有公限司', {}],
    ['天中食品有限责公司', {}],
    ['天中食品厂', { orgForm: '厂' }],
    ['天中花生种植农民专业合作社', { tradeName: '天中花生', industry: '种植', orgForm: '专业合作社' }],
    ['安康食品有限公司', { tradeName: '安康' }],
    [
      '西平县供销社',
      { region: '西平县', regionCode: '411721', tradeName: '供销合作社', industry: '', orgForm: '' },
    ],
    ['天中食品有限公司西平分公司', { branch: '西平分公司' }],
    ['天中食品有限公司(西平分公司)', { branch: '西平分公司' }],
    ['天中大药房第三门市部', { industry: '大药房', orgForm: '', branch: '第三门市部' }],
    ['天中会计师事务所（普通合伙）', { tradeName: '天中', industry: '会计师', orgForm: '事务所' }],
    ['', { tradeName: '', industry: '', orgForm: '' }],
  ])('%s', (name, parts) => {
    expect(structure(name)).toEqual({ ...nothing, ...parts })
  })

  test('regions lie in regions', () => {
    expect({
      county: within('411721', '411700'),
      province: within('411721', '410000'),
      itself: within('411700', '411700'),
      reverse: within('411700', '411721'),
      other: within('411721', '411722'),
      unknown: within(null, '411700'),
    }).toEqual({ county: true, province: true, itself: true, reverse: false, other: false, unknown: false })
  })
})
