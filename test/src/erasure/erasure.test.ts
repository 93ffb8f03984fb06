import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definitionSchema } from '../../../src/catalogue/definition.ts'
import {
  contentWithout,
  ErasureHindered,
  erasedName,
  hindranceKinds,
  isNamedIn,
  requireUnhindered,
} from '../../../src/erasure/erasure.ts'

const identity = { names: ['欧阳某某', '欧阳某'], numbers: ['41980219900101007X'] }

const definition = definitionSchema.parse({
  name: '试验',
  nameEn: 'Trial',
  format: 'CSV',
  subjectKinds: ['ORGANISATION', 'PERSON'],
  nature: '失信信息',
  sharing: 'GOV_SHARED',
  coverage: '本市',
  updateCycle: '每月',
  legalBasis: ['河南省社会信用条例第十一条'],
  fields: [
    ...['name', 'controller', 'reason', 'decisionNo'].map((name) => ({
      name,
      label: name,
      labelEn: name,
      value: { type: 'TEXT', maxLength: 100 },
      disclosure: 'GOV_SHARED',
    })),
    ...['certificate', 'controllerNo'].map((name) => ({
      name,
      label: name,
      labelEn: name,
      value: { type: 'CERTIFICATE' },
      disclosure: 'AUTHORISED',
    })),
  ],
  sourceKey: ['decisionNo'],
  subject: { name: 'name', certificate: 'certificate', otherNumbers: [] },
  checks: [],
})
const open = (_field: string, { sealed }: { sealed: string }) => sealed
const without = (content: Record<string, string | { sealed: string }>) =>
  contentWithout(definition, content, identity, open)

describe('a record of others', () => {
  it.each([
    [
      'loses the number and each of the names',
      { controller: '欧阳某某', controllerNo: { sealed: '41980219900101007X' }, reason: '欧阳某指使' },
      { controller: erasedName, reason: `${erasedName}指使` },
    ],
    [
      'of a namesake is left alone',
      { controller: '欧阳某某', controllerNo: { sealed: '419802199001010088' } },
      null,
    ],
    ['that only says the name is left alone: a name finds nobody', { controller: '欧阳某某' }, null],
    [
      'whose subject it was loses all',
      { name: '欧阳某', certificate: { sealed: '41980219900101007X' }, reason: '拒不履行' },
      {},
    ],
  ])('%s', (_what, content, left) => {
    expect(without(content)).toEqual(left)
  })
})

it('a name or a number is found in whatever text it stands, however the number is written', () => {
  const [head, tail] = ['419802 19900101', '007x']
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.constantFrom('欧阳某', `${head}-${tail}`, '４１９８０２１９９００１０１００７Ｘ'),
      (before, after, said) => {
        expect(isNamedIn(identity, `${before}${said}${after}`)).toBe(true)
      },
    ),
  )
  expect(isNamedIn(identity, '欧阳，419802199001010088')).toBe(false)
})

it('whatever stands against it is said, with its number', () => {
  expect(() => requireUnhindered([])).not.toThrow()
  const hindrances = hindranceKinds.map((kind, ref) => ({ kind, ref }))
  expect(() => requireUnhindered(hindrances)).toThrow(
    expect.objectContaining({ constructor: ErasureHindered, code: 'ERASURE_HINDERED', hindrances }),
  )
})
