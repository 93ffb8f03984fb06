import { describe, expect, it } from 'vitest'
import {
  type FoundSubject,
  type Knowledge,
  type ReadSubject,
  screenSubject,
} from '../../../src/enquiries/screening.ts'
import type { LookupKey } from '../../../src/subjects/identification.ts'

const subject = (id: number, name: string): FoundSubject => ({
  id,
  kind: 'ORGANISATION',
  uscc: `USCC${id}`,
  name,
  nameKeys: [name],
  otherUsccs: [],
})
const [listed, clear, namesake] = [subject(1, '甲'), subject(2, '乙'), subject(3, '乙')]
const merged: FoundSubject = { ...subject(4, '丁'), otherUsccs: ['old'] }
const subjects = new Map([
  ['USCC old', [merged]],
  ['USCC 1', [listed]],
  ['USCC 2', [clear]],
  ['RESIDENT_ID 2', [namesake]],
  ['REGISTRATION_NUMBER r', [clear, namesake]],
  ['甲', [listed]],
  ['乙', [clear, namesake]],
])
const knowledge: Knowledge = {
  byKey: ({ scheme, key }) => subjects.get(`${scheme} ${key}`) ?? [],
  byName: ({ nameKey }) =>
    (subjects.get(nameKey ?? '') ?? []).map((namesake) => ({
      subject: namesake,
      reasons: ['SAME_NAME'],
      closest: null,
    })),
  isListed: ({ id }) => id === 1,
}
const key = (scheme: LookupKey['scheme'], value: string): LookupKey => ({
  scheme,
  key: value,
  value,
  strength: scheme === 'REGISTRATION_NUMBER' ? 'SUGGESTS' : 'LINKS',
})
const asked = (keys: LookupKey[] | null, nameKey: string | null = null, doubtful = false): ReadSubject => ({
  ref: 'r',
  identification: keys && { status: 'READ', keys, doubtful },
  nameKey,
})

const verdicts: [what: string, ReadSubject, outcome: string, facts: object][] = [
  ['listed', asked([key('USCC', '1')]), 'LISTED', { subject: listed, warnings: [] }],
  ['known and not listed', asked([key('USCC', '2')]), 'CLEAR', { subject: clear }],
  ['the name agrees', asked([key('USCC', '2')], '乙'), 'CLEAR', { warnings: [] }],
  [
    'asked by the code of one that was merged into it',
    asked([key('USCC', 'old')]),
    'CLEAR',
    { subject: merged, warnings: [{ code: 'SUBJECT_MERGED' }] },
  ],
  [
    'the name differs: the number decides',
    asked([key('USCC', '1')], '乙'),
    'LISTED',
    { subject: listed, warnings: [{ code: 'NAME_DIFFERS' }] },
  ],
  [
    'one number, two subjects',
    asked([key('USCC', '2'), key('RESIDENT_ID', '2')]),
    'AMBIGUOUS',
    { subject: null, candidates: [{ subject: clear }, { subject: namesake }] },
  ],
  [
    'a number that only suggests',
    asked([key('REGISTRATION_NUMBER', 'r')], '乙'),
    'AMBIGUOUS',
    {
      candidates: [
        { reasons: ['SAME_OTHER_NUMBER', 'SAME_NAME'] },
        { reasons: ['SAME_OTHER_NUMBER', 'SAME_NAME'] },
      ],
    },
  ],
  [
    'a listed name alone is not a hit',
    asked(null, '甲'),
    'AMBIGUOUS',
    { subject: null, candidates: [{ subject: listed, reasons: ['SAME_NAME'] }] },
  ],
  ['an unknown name', asked(null, '丙'), 'UNKNOWN', { candidates: [] }],
  ['an unknown number', asked([key('USCC', '9')]), 'UNKNOWN', { warnings: [] }],
  [
    'an unknown number with a known name',
    asked([key('USCC', '9')], '甲'),
    'UNKNOWN',
    { warnings: [{ code: 'NAME_UNDER_OTHER_IDENTIFIER' }] },
  ],
  [
    'a wrong check character, unknown',
    asked([key('USCC', '9')], null, true),
    'INVALID',
    { errors: [{ code: 'IDENTIFIER_CHECKSUM' }] },
  ],
  [
    'a wrong check character that a person accepted',
    asked([key('USCC', '1')], null, true),
    'LISTED',
    { warnings: [{ code: 'IDENTIFIER_CHECKSUM' }] },
  ],
  ['nothing', asked(null), 'INVALID', { errors: [{ code: 'SUBJECT_EMPTY' }] }],
  [
    'malformed',
    { ref: 'r', identification: { status: 'MALFORMED', rule: 'LENGTH', suggestion: null }, nameKey: null },
    'INVALID',
    { errors: [{ code: 'IDENTIFIER_LENGTH' }] },
  ],
]

describe('screening', () => {
  it.each(verdicts)('%s', (_what, question, outcome, facts) => {
    expect(screenSubject(question, knowledge)).toMatchObject({ ref: 'r', outcome, ...facts })
  })
})
