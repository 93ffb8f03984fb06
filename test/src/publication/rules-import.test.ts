import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importCatalogue } from '../../../src/catalogue/catalogue-service.ts'
import { createCatalogueReader } from '../../../src/catalogue/catalogue-store.ts'
import { definitionSchema } from '../../../src/catalogue/definition.ts'
import { readPublicationRules } from '../../../src/catalogue/publication-rules-store.ts'
import { type Database, openDatabase } from '../../../src/kernel/database.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

/** Rules of lists and of publication as parts of a catalogue file. */

let clone: TestDatabase
let database: Database
beforeAll(async () => {
  clone = await createDatabase()
  database = openDatabase(clone.url, { connections: 2 })
})
afterAll(async () => {
  await database.close()
  await clone[Symbol.asyncDispose]()
})

const load = (file: object) => importCatalogue(database.prisma, 'tester', file)
const knownRules = async (code: string) => {
  const { listTypes } = await createCatalogueReader(database.pool, () => 0).current()
  return listTypes.find((type) => type.code === code)?.rules
}
const faultsOf = async (file: object): Promise<string[]> => {
  const error: unknown = await load(file).then(
    () => null,
    (refusal: unknown) => refusal,
  )
  if (!(error instanceof Error)) throw new TypeError('the file was accepted')
  return error.message.split('\n').slice(1)
}

const listRule = {
  effectiveFrom: '2020-01-01',
  effectiveTo: null,
  termMonths: 36,
  earlyExitMonths: 12,
  objectionClock: null,
  responseClock: null,
  feedbackClock: null,
  legalBasis: ['某办法第一条'],
}
const list = {
  code: 'LIST',
  name: '名单',
  nature: 'SERIOUS_DISHONESTY',
  field: '某领域',
  scope: 'CITY',
  basis: ['某条例第一条'],
  determinedBy: '某机关',
  rules: [listRule],
  status: 'ACTIVE',
  effectiveFrom: '2020-01-01',
}
const rule = {
  category: 'PENALTY',
  grade: 'ORDINARY',
  effectiveFrom: '2020-01-01',
  shown: true,
  minMonths: 3,
  maxMonths: 12,
  legalBasis: ['某办法第二条'],
}
const kind = { kind: '罚款', grade: 'ORDINARY', effectiveFrom: '2020-01-01', legalBasis: ['某办法第三条'] }

describe('rules of a list', () => {
  it('are those of the file, all of them', async () => {
    expect(await load({ listTypes: [list] })).toEqual({ added: 1, changed: 0, unchanged: 0 })
    expect(await load({ listTypes: [list] })).toEqual({ added: 0, changed: 0, unchanged: 1 })
    expect(await knownRules('LIST')).toEqual([listRule])
    const rules = [
      { ...listRule, effectiveFrom: '2023-01-01', termMonths: 12 },
      { ...listRule, effectiveTo: '2022-12-31' },
    ]
    expect(await load({ listTypes: [{ ...list, rules }] })).toEqual({ added: 0, changed: 1, unchanged: 0 })
    expect(await load({ listTypes: [{ ...list, rules }] })).toEqual({ added: 0, changed: 0, unchanged: 1 })
    expect(await knownRules('LIST')).toEqual(rules.toReversed())
    expect(await load({ listTypes: [list] })).toEqual({ added: 0, changed: 1, unchanged: 0 })
    expect(await knownRules('LIST')).toEqual([listRule])
  })

  it('name a clock that is there', async () => {
    const clocked = { ...list, code: 'CLOCKED', rules: [{ ...listRule, objectionClock: 'OBJECT' }] }
    await expect(load({ listTypes: [clocked] })).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      message: expect.stringContaining('OBJECT'),
    })
    const clock = {
      code: 'OBJECT',
      name: '陈述申辩',
      days: 5,
      unit: 'WORKING_DAY',
      legalBasis: ['某法第一条'],
      effectiveFrom: '2020-01-01',
    }
    expect(await load({ clocks: [clock], listTypes: [clocked] })).toMatchObject({ added: 2 })
  })

  it('may be absent only while the list is a draft', async () => {
    expect(await faultsOf({ listTypes: [{ ...list, rules: [] }] })).toEqual([
      'listTypes.0.rules: LIST: an active list needs a rule',
    ])
    const draft = { ...list, code: 'DRAFTED', status: 'DRAFT', rules: [] }
    expect(await load({ listTypes: [draft] })).toMatchObject({ added: 1 })
  })
})

describe('rules of publication', () => {
  it('are dated rows: kept, changed beside the end of the old one, counted', async () => {
    const file = { publicationRules: [rule], penaltyGrades: [kind] }
    expect(await load(file)).toEqual({ added: 2, changed: 0, unchanged: 0 })
    expect(await load(file)).toEqual({ added: 0, changed: 0, unchanged: 2 })
    const next = { effectiveFrom: '2026-04-01' }
    await expect(load({ publicationRules: [{ ...rule, ...next }] })).rejects.toMatchObject({
      message: expect.stringContaining('PENALTY ORDINARY'),
    })
    await expect(load({ penaltyGrades: [{ ...kind, ...next }] })).rejects.toMatchObject({
      message: expect.stringContaining('罚款'),
    })
    const ended = { effectiveTo: '2026-03-31' }
    const changed = {
      publicationRules: [
        { ...rule, ...ended },
        { ...rule, ...next, category: 'PENALTY', maxMonths: 36 },
      ],
      penaltyGrades: [
        { ...kind, ...ended },
        { ...kind, ...next, grade: 'SERIOUS' },
      ],
    }
    expect(await load(changed)).toEqual({ added: 2, changed: 2, unchanged: 0 })
    expect(await readPublicationRules(database.pool)).toEqual({
      publicationRules: [
        { ...rule, ...ended },
        { ...rule, ...next, maxMonths: 36, effectiveTo: null },
      ],
      penaltyGrades: [
        { ...kind, ...ended },
        { ...kind, ...next, grade: 'SERIOUS', effectiveTo: null },
      ],
    })
  })
})

describe('a file', () => {
  it.each<[string, object, string[]]>([
    [
      'rules of a list that overlap',
      { listTypes: [{ ...list, rules: [listRule, { ...listRule, effectiveFrom: '2021-01-01' }] }] },
      ['listTypes.0.rules: LIST: the periods from 2020-01-01 and from 2021-01-01 overlap'],
    ],
    [
      'a rule of a list that ends before it begins, has no basis, a term of nothing',
      {
        listTypes: [
          { ...list, rules: [{ ...listRule, effectiveTo: '2019-12-31', legalBasis: [], termMonths: 0 }] },
        ],
      },
      [
        'listTypes.0.rules.0.legalBasis',
        'listTypes.0.rules.0.termMonths',
        'listTypes.0.rules.0: ends before it begins',
      ],
    ],
    [
      'a term where the rule belongs',
      { listTypes: [{ ...list, termMonths: 36 }] },
      ['listTypes.0: Unrecognized'],
    ],
    [
      'rules of publication that overlap',
      { publicationRules: [rule, { ...rule, effectiveFrom: '2021-01-01' }] },
      ['publicationRules: PENALTY ORDINARY: the periods from 2020-01-01 and from 2021-01-01 overlap'],
    ],
    [
      'a minimum longer than the maximum',
      { publicationRules: [{ ...rule, minMonths: 13 }] },
      ['publicationRules.0: the minimum is longer than the maximum'],
    ],
    [
      'a grade and a category that are none',
      { publicationRules: [{ ...rule, grade: 'GRAVE', category: 'OTHER' }] },
      ['publicationRules.0.category', 'publicationRules.0.grade'],
    ],
    [
      'kinds that overlap',
      { penaltyGrades: [kind, { ...kind, effectiveFrom: '2021-01-01' }] },
      ['penaltyGrades: 罚款: the periods from 2020-01-01 and from 2021-01-01 overlap'],
    ],
    [
      'a kind without basis',
      { penaltyGrades: [{ ...kind, legalBasis: [] }] },
      ['penaltyGrades.0.legalBasis'],
    ],
  ])('is refused with %s', async (_what, file, expected) => {
    const faults = await faultsOf(file)
    expect(faults.toSorted()).toEqual(expected.map((start) => expect.stringContaining(start)))
  })
})

describe('the publication of a dataset', () => {
  const field = (name: string, value: object, more: object = {}) => ({
    name,
    label: name,
    labelEn: name,
    value,
    disclosure: 'PUBLIC',
    ...more,
  })
  const definition = (publication: object) => ({
    name: '数据集',
    nameEn: 'Dataset',
    format: 'NDJSON',
    subjectKinds: ['ORGANISATION'],
    nature: '失信信息',
    sharing: 'PUBLIC',
    coverage: '全市',
    updateCycle: '每日',
    legalBasis: ['某法第一条'],
    fields: [
      field('no', { type: 'TEXT', maxLength: 50 }),
      field('uscc', { type: 'IDENTIFIER', scheme: 'USCC' }),
      field('on', { type: 'DATE' }, { required: true }),
      field('maybe', { type: 'DATE' }),
      field('grade', { type: 'CODE', codes: ['轻', '重'] }),
      field('count', { type: 'INTEGER' }),
    ],
    sourceKey: ['no'],
    subject: { name: 'no', uscc: 'uscc' },
    publication,
  })
  const good = {
    category: 'PENALTY',
    determinedOn: 'on',
    grade: { field: 'grade', gradeOf: { 轻: 'MINOR' } },
    kinds: 'no',
    corrected: { field: 'grade', in: ['轻'] },
  }
  const messages = (change: object) =>
    definitionSchema
      .safeParse(definition({ ...good, ...change }))
      .error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? []

  it.each<[string, object, string[]]>([
    ['what fits', {}, []],
    ['a fixed grade', { grade: { fixed: 'SERIOUS' }, kinds: undefined }, []],
    ['a field that is not there', { kinds: 'kinds' }, ['publication: no field kinds']],
    [
      'a day that may be absent',
      { determinedOn: 'maybe' },
      ['publication: maybe: expected a date that is required'],
    ],
    ['a day that is none', { determinedOn: 'no' }, ['publication: no: expected a date that is required']],
    [
      'a grade of no code',
      { grade: { field: 'no', gradeOf: {} } },
      ['publication: no: expected a field of type CODE'],
    ],
    [
      'a value that is none',
      { grade: { field: 'grade', gradeOf: { 中: 'MINOR' } } },
      ['publication: grade: no value 中'],
    ],
    [
      'a correction that is none',
      { corrected: { field: 'grade', in: ['改'] } },
      ['publication: grade: no value 改'],
    ],
    [
      'kinds that are no text',
      { kinds: 'count' },
      ['publication: count: expected a field of type TEXT or CODE'],
    ],
    [
      'nothing that tells gravity',
      { grade: undefined, kinds: undefined },
      ['publication: expected grade or kinds'],
    ],
    ['a list that is none', { category: 'LIST' }, ['publication: category LIST: the dataset has no listing']],
  ])('is judged: %s', (_what, change, expected) => {
    expect(messages(change)).toEqual(expected)
  })
})
