import { describe, expect, it } from 'vitest'
import type { FieldRole } from '../../../src/catalogue/field-terms.ts'
import type { Placed } from '../../../src/catalogue/proposal-columns.ts'
import { publicationOf } from '../../../src/catalogue/proposal-publication.ts'

const placed = (name: string, value: Placed['field']['value'], role: FieldRole | null = null): Placed => {
  const field: Placed['field'] = {
    name,
    label: name,
    labelEn: name,
    value,
    required: true,
    disclosure: 'PUBLIC',
    synonyms: [],
  }
  const term = {
    family: 'PENALTY',
    role,
    definition: field,
    checks: [],
    clocks: [],
    withdrawnBy: [],
  } as const
  return { field, term: { ...term, checks: [], clocks: [], withdrawnBy: [] }, heading: name }
}
const day = { type: 'DATE', notInFuture: true, openEnd: false } as const
const kinds = placed('CF_CFLB', { type: 'TEXT', maxLength: 255 })
const decided = placed('CF_JDRQ', day, 'DECISION_DAY')
const listedOn = placed('listedOn', day, 'LISTED_ON')
const optional = (entry: Placed): Placed => ({ ...entry, field: { ...entry.field, required: false } })
const grade = (...codes: string[]) => placed('grade', { type: 'CODE', codes })
const listing = (by: { fixed: string } | { field: string }) => ({
  listedOn: 'listedOn',
  decisionNo: 'no',
  reason: 'reason',
  grade: by,
})
const ofNature = (nature: 'SERIOUS_DISHONESTY' | 'KEY_ATTENTION' | 'TRUSTWORTHY') => ({
  code: 'LIST',
  nature,
  basis: [],
})
type Result = ReturnType<typeof publicationOf>['publication']

describe('what a proposed dataset says of publication', () => {
  it.each<[string, Result, Result]>([
    [
      'of penalties: their day and kinds',
      publicationOf([decided, kinds], 'PENALTY', null, undefined).publication,
      { category: 'PENALTY', determinedOn: 'CF_JDRQ', kinds: 'CF_CFLB' },
    ],
    [
      'of penalties with a grade: that as well',
      publicationOf(
        [decided, kinds, placed('dishonestyGrade', { type: 'CODE', codes: ['轻微', '严重失信', '待定'] })],
        'PENALTY',
        null,
        undefined,
      ).publication,
      {
        category: 'PENALTY',
        determinedOn: 'CF_JDRQ',
        grade: { field: 'dishonestyGrade', gradeOf: { 轻微: 'MINOR', 严重失信: 'SERIOUS' } },
        kinds: 'CF_CFLB',
      },
    ],
    [
      'of penalties that may lack their day: nothing',
      publicationOf([optional(decided), kinds], 'PENALTY', null, undefined).publication,
      undefined,
    ],
    [
      'of licences: nothing',
      publicationOf([decided, kinds], 'LICENCE', null, undefined).publication,
      undefined,
    ],
    [
      'of a list: its own grades',
      publicationOf(
        [listedOn, grade('一般', '严重')],
        'LIST',
        ofNature('SERIOUS_DISHONESTY'),
        listing({ field: 'grade' }),
      ).publication,
      {
        category: 'LIST',
        determinedOn: 'listedOn',
        grade: { field: 'grade', gradeOf: { 一般: 'ORDINARY', 严重: 'SERIOUS' } },
      },
    ],
    [
      'of a list with grades of other words: the gravity of its kind',
      publicationOf(
        [listedOn, grade('C', 'D')],
        'LIST',
        ofNature('SERIOUS_DISHONESTY'),
        listing({ field: 'grade' }),
      ).publication,
      { category: 'LIST', determinedOn: 'listedOn', grade: { fixed: 'SERIOUS' } },
    ],
    [
      'of a hint: the lightest',
      publicationOf([listedOn], 'LIST', ofNature('KEY_ATTENTION'), listing({ fixed: '提示' })).publication,
      { category: 'LIST', determinedOn: 'listedOn', grade: { fixed: 'MINOR' } },
    ],
    [
      'of the trustworthy: nothing',
      publicationOf([listedOn], 'LIST', ofNature('TRUSTWORTHY'), listing({ fixed: '守信' })).publication,
      undefined,
    ],
  ])('%s', (_what, said, expected) => {
    expect(said).toEqual(expected)
  })
})
