import { describe, expect, it } from 'vitest'
import { definitionSchema } from '../../../src/catalogue/definition.ts'
import { type ReadRows, readRows } from '../../../src/records/submission.ts'

const text = (name: string, more: object = {}) => ({
  name,
  label: name,
  labelEn: name,
  value: { type: 'TEXT', maxLength: 20 },
  disclosure: 'GOV_SHARED',
  ...more,
})
const definition = definitionSchema.parse({
  name: '测试',
  nameEn: 'test',
  format: 'JSON',
  subjectKinds: ['ORGANISATION', 'PERSON'],
  nature: '名单',
  sharing: 'GOV_SHARED',
  coverage: '全市',
  updateCycle: '每月',
  legalBasis: ['测试'],
  fields: [
    text('no', { required: true }),
    text('name', { required: true }),
    text('kind', { value: { type: 'CODE', codes: ['法人', '自然人'] } }),
    text('uscc', {
      value: { type: 'IDENTIFIER', scheme: 'USCC' },
      required: { when: [{ field: 'kind', in: ['法人'] }] },
    }),
    text('certificate', { value: { type: 'CERTIFICATE' }, disclosure: 'AUTHORISED' }),
    text('listedOn', { value: { type: 'DATE', notInFuture: true }, required: true }),
    text('endsOn', { value: { type: 'DATE', openEnd: true } }),
    text('fine', { value: { type: 'MONEY_WAN' } }),
    text('count', { value: { type: 'INTEGER', minimum: 1 } }),
  ],
  sourceKey: ['no'],
  subject: {
    name: 'name',
    uscc: 'uscc',
    certificate: 'certificate',
    person: { field: 'kind', in: ['自然人'] },
  },
  listing: {
    listedOn: 'listedOn',
    endsOn: 'endsOn',
    decisionNo: 'no',
    reason: 'name',
    grade: { fixed: 'A' },
  },
  checks: [
    {
      code: 'FINE_WITHOUT_COUNT',
      message: '有罚款须有次数',
      field: 'count',
      refuseWhen: [
        { field: 'fine', present: true },
        { field: 'count', present: false },
      ],
      legalBasis: '测试第一条',
    },
  ],
})
const problemsIn = ({ refused }: ReadRows) => refused.flatMap(({ problems }) => problems)
const good = { no: '1', name: '甲', kind: '法人', uscc: '91419800MADEM0011R', listedOn: '2026-01-31' }
const read = (...rows: unknown[]) => readRows(rows, { definition, termOn: () => 1, today: '2026-11-24' })
const problemsOf = (change: object) =>
  problemsIn(read({ ...good, ...change })).map(({ field, code }) => [field, code])

describe('a row', () => {
  it('is read into what it says: dates, fen, the term of its list', () => {
    const { rows, refused } = read({ ...good, fine: '0.5', count: '3', listedOn: '2026年1月31日' })
    expect(refused).toEqual([])
    expect(rows[0]).toMatchObject({
      sourceKey: '1',
      values: { fine: 500_000, count: 3, listedOn: '2026-01-31', endsOn: null },
      subject: { kind: 'ORGANISATION', uscc: '91419800MADEM0011R' },
      listing: { listedOn: '2026-01-31', endsOn: '2026-02-28', grade: 'A' },
    })
  })

  it.each<[string, object, [string | null, string][]]>([
    ['a day that does not exist', { listedOn: '1990-02-30' }, [['listedOn', 'DATE_INVALID']]],
    ['tomorrow', { listedOn: '2026-11-25' }, [['listedOn', 'DATE_IN_FUTURE']]],
    ['an open end where a day is due', { listedOn: '2099-12-31' }, [['listedOn', 'DATE_OPEN_END']]],
    ['an end before the beginning', { endsOn: '2026-01-30' }, [['endsOn', 'LISTING_DATES']]],
    ['a null character', { name: '甲\u0000乙' }, [['name', 'TEXT_CONTROL_CHARACTER']]],
    ['half a character', { name: '\ud800' }, [['name', 'TEXT_CONTROL_CHARACTER']]],
    ['a text too long', { name: '甲'.repeat(21) }, [['name', 'TEXT_TOO_LONG']]],
    ['a list for a text', { name: ['甲'] }, [['name', 'FIELD_TYPE']]],
    ['a number that JSON has rounded', JSON.parse('{"no":411702199001010018}'), [['no', 'FIELD_TYPE']]],
    ['an unknown code', { kind: '其他' }, [['kind', 'CODE_UNKNOWN']]],
    ['half a fen', { fine: '0.0000005', count: 1 }, [['fine', 'MONEY_INVALID']]],
    ['too small a number', { count: 0 }, [['count', 'NUMBER_INVALID']]],
    [
      'a field that is required now',
      { uscc: '' },
      [
        ['uscc', 'FIELD_REQUIRED'],
        ['uscc', 'SUBJECT_UNIDENTIFIED'],
      ],
    ],
    ['a field that is not there', { extra: 1 }, [['extra', 'FIELD_UNKNOWN']]],
    ['what a check refuses', { fine: 1 }, [['count', 'FINE_WITHOUT_COUNT']]],
    ['a person without a number', { kind: '自然人' }, [['uscc', 'SUBJECT_UNIDENTIFIED']]],
  ])('with %s is refused by name', (_what, change, problems) => {
    expect(problemsOf(change)).toEqual(problems)
  })

  it('a number written as a number is good while nothing of it is lost', () => {
    expect(problemsOf({ no: 2026001 })).toEqual([])
  })

  it('the same source number twice is refused the second time', () => {
    expect(problemsIn(read(good, { ...good, name: '乙' }))).toMatchObject([
      { index: 1, code: 'SOURCE_KEY_REPEATED' },
    ])
  })

  it('only a wrong check character of the number that links is held', () => {
    expect(read({ ...good, uscc: '91419800MADEM00110' })).toMatchObject({
      rows: [],
      refused: [],
      held: [{ problem: { code: 'IDENTIFIER_CHECKSUM' } }],
    })
  })

  it('messages never repeat a value', () => {
    const problems = problemsIn(
      read({
        ...good,
        uscc: 'SECRET-VALUE',
        fine: 'SECRET-VALUE',
        kind: 'SECRET-VALUE',
        listedOn: 'SECRET-VALUE',
      }),
    )
    expect(problems.length).toBe(4)
    expect(JSON.stringify(problems)).not.toContain('SECRET')
  })
})
