import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Catalogue, CatalogueDataset } from '../../../src/catalogue/catalogue.ts'
import { type DatasetDefinition, definitionSchema } from '../../../src/catalogue/definition.ts'
import { createVault } from '../../../src/kernel/vault.ts'
import { limits } from '../../../src/limits.ts'
import { readAsked } from '../../../src/reports/asked-subject.ts'
import { newDocumentSerial, readDocumentSerial } from '../../../src/reports/document-serial.ts'
import { createDrawing } from '../../../src/reports/drawing-service.ts'
import {
  type Asker,
  coveredDatasets,
  mayHaveReport,
  mayShowField,
} from '../../../src/reports/report-policy.ts'
import { standingOf } from '../../../src/reports/standing.ts'

const definition = (change: object): DatasetDefinition =>
  definitionSchema.parse({
    name: '名单',
    nameEn: 'List',
    format: 'CSV',
    subjectKinds: ['ORGANISATION'],
    nature: '失信信息',
    sharing: 'PUBLIC',
    coverage: '全市',
    updateCycle: '每月',
    legalBasis: ['依据'],
    fields: [
      {
        name: 'name',
        label: '名称',
        labelEn: 'Name',
        value: { type: 'TEXT', maxLength: 100 },
        required: true,
        disclosure: 'PUBLIC',
      },
      {
        name: 'uscc',
        label: '代码',
        labelEn: 'Code',
        value: { type: 'IDENTIFIER', scheme: 'USCC' },
        disclosure: 'PUBLIC',
      },
      {
        name: 'note',
        label: '备注',
        labelEn: 'Note',
        value: { type: 'TEXT', maxLength: 100 },
        disclosure: 'GOV_SHARED',
      },
    ],
    sourceKey: ['name'],
    subject: { name: 'name', uscc: 'uscc' },
    ...change,
  })
const dataset = (id: number, change: object = {}): CatalogueDataset => ({
  id,
  code: `D${id}`,
  departmentId: 1,
  departmentCode: 'OWNER',
  departmentName: '提供单位',
  status: 'ACTIVE',
  listTypeCode: null,
  since: '2026-01-01',
  versionId: id,
  version: 1,
  definition: definition(change),
})
const catalogue: Catalogue = {
  datasets: [
    dataset(1),
    dataset(2, { sharing: 'GOV_SHARED' }),
    dataset(3, { sharing: 'AUTHORISED', subjectKinds: ['PERSON'] }),
  ],
  listTypes: [],
  measures: [],
  grants: [{ departmentId: 8, datasetId: 3 }],
}
const department = (id: number, roles: ('ENQUIRER' | 'CREDIT_OFFICE')[] = ['ENQUIRER']): Asker => ({
  kind: 'DEPARTMENT',
  department: { id, roles },
})
const organisation = { id: 5, kind: 'ORGANISATION' as const }
const person = { id: 6, kind: 'PERSON' as const }

describe('who may have a report', () => {
  it.each([
    ['anyone', { kind: 'ANYONE' } as const, [true, false, false, false]],
    ['the organisation itself', { kind: 'SUBJECT', subjectId: 5 } as const, [true, true, false, false]],
    ['the person', { kind: 'SUBJECT', subjectId: 6 } as const, [true, false, true, true]],
    ['a department', department(9), [true, true, false, false]],
    ['one granted data on persons', department(8), [true, true, false, true]],
    ['the owner of data on persons alone', department(1), [true, true, false, false]],
    ['the credit office', department(9, ['ENQUIRER', 'CREDIT_OFFICE']), [true, true, false, true]],
  ])('%s', (_who, asker, expected) => {
    const answers = [organisation, person].flatMap((subject) =>
      (['PUBLIC', 'DEPARTMENT'] as const).map((edition) => mayHaveReport(catalogue, asker, subject, edition)),
    )
    expect(answers).toEqual(expected)
  })

  it('an edition covers what its readers may see', () => {
    const covered = (id: number, edition: 'PUBLIC' | 'DEPARTMENT') =>
      coveredDatasets(catalogue, { id }, edition).map(({ id: of }) => of)
    expect([
      covered(9, 'PUBLIC'),
      covered(9, 'DEPARTMENT'),
      covered(8, 'DEPARTMENT'),
      covered(1, 'PUBLIC'),
    ]).toEqual([[1], [1, 2], [1, 2, 3], [1]])
  })

  it('the public edition shows a field only where it was public and still is', () => {
    const open = definition({})
    const cautious = definition({
      fields: open.fields.map((field) =>
        field.name === 'name' ? { ...field, disclosure: 'GOV_SHARED' } : field,
      ),
    })
    expect([
      mayShowField('PUBLIC', 'name', open, open),
      mayShowField('PUBLIC', 'note', open, open),
      mayShowField('PUBLIC', 'name', cautious, open),
      mayShowField('PUBLIC', 'name', open, cautious),
      mayShowField('DEPARTMENT', 'note', open, open),
    ]).toEqual([true, false, false, false, true])
  })
})

describe('a serial number', () => {
  it('is read as it was made, however it is typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 28, maxLength: 28 }), (bytes) => {
        const serial = newDocumentSerial(() => bytes)
        const typed = serial.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')
        expect([readDocumentSerial(serial), readDocumentSerial(typed)]).toEqual([serial, serial])
      }),
    )
  })

  it.each(['', '0000-0000', `${'0'.repeat(27)}U`, '0'.repeat(29), "' OR 1=1 --"])('"%s" is none', (typed) => {
    expect(readDocumentSerial(typed)).toBeNull()
  })
})

describe('of whom a document is asked', () => {
  const vault = createVault({
    encryptionKeys: [{ version: 1, key: randomBytes(32) }],
    indexKey: randomBytes(32),
  })
  const asked = (identifier: string, scheme: 'PASSPORT' | null = null) =>
    readAsked(vault, { identifier, scheme, name: ' ' })

  it('an organisation by its code, a person by a keyed hash', () => {
    expect(asked(' 91419800-madem0011r')).toEqual({
      kind: 'ORGANISATION',
      number: '91419800MADEM0011R',
      scheme: 'USCC',
      key: '91419800MADEM0011R',
      name: null,
    })
    const holder = asked('E12345678', 'PASSPORT')
    expect({ ...holder, key: null }).toEqual({
      kind: 'PERSON',
      number: 'E12345678',
      scheme: 'PASSPORT',
      key: null,
      name: null,
    })
    expect(holder.key).not.toContain('12345678')
  })

  it('not by what only suggests, fits several, or is no number', () => {
    for (const identifier of ['419800000000012', 'E12345678', '信用'])
      expect(() => asked(identifier)).toThrow()
  })
})

describe('whether a document still stands', () => {
  const shown = { listings: [1], records: [{ id: 7, version: 2, published: true }] }
  const same = {
    listings: [{ id: 1, inForce: true }],
    records: [{ id: 7, version: 2, stands: true, published: true }],
    publicNews: false,
  }

  it.each([
    ['nothing happened', {}, 'UNCHANGED'],
    ['something came to it', { publicNews: true }, 'CHANGED'],
    [
      'a record was corrected',
      { records: [{ id: 7, version: 3, stands: true, published: true }] },
      'CHANGED',
    ],
    ['a membership ended', { listings: [{ id: 1, inForce: false }], publicNews: true }, 'ENDED'],
    ['a membership is gone', { listings: [] }, 'ENDED'],
    [
      'a record was withdrawn or repaired',
      { records: [{ id: 7, version: 3, stands: false, published: false }] },
      'ENDED',
    ],
    [
      'its publication ran out',
      { records: [{ id: 7, version: 2, stands: true, published: false }] },
      'ENDED',
    ],
    ['a record is gone', { records: [] }, 'ENDED'],
  ])('%s', (_what, change, expected) => {
    expect(standingOf(shown, { ...same, ...change })).toBe(expected)
  })

  it('what was not published when it was shown does not end by not being published', () => {
    const internal = { listings: [], records: [{ id: 7, version: 2, published: false }] }
    expect(
      standingOf(internal, { ...same, records: [{ id: 7, version: 2, stands: true, published: false }] }),
    ).toBe('UNCHANGED')
  })
})

describe('drawing', () => {
  const { atOnce, waiting: documentsWaiting } = limits.documentsDrawn

  it('takes a few at once, lets some wait, and refuses more', async () => {
    const finish: (() => void)[] = []
    const { draw } = createDrawing(
      () => new Promise((resolve) => finish.push(() => resolve(Buffer.from('%PDF-')))),
    )
    const order = { statement: JSON.parse('{}'), token: '', fallbackFont: null }
    const taken = Array.from({ length: atOnce + documentsWaiting }, () => draw(order))
    await expect(draw(order)).rejects.toMatchObject({ code: 'TOO_MANY_DOCUMENTS' })
    expect(finish.length).toBe(atOnce)
    for (let done = 0; done < taken.length; done += 1) {
      await expect.poll(() => finish.length).toBeGreaterThan(done)
      expect(finish.length - done).toBeLessThanOrEqual(atOnce)
      finish[done]?.()
    }
    expect(await Promise.all(taken)).toHaveLength(atOnce + documentsWaiting)
  })

  it('one that fails holds up no other', async () => {
    const { draw } = createDrawing(async () => {
      throw new RangeError('broken')
    })
    const order = { statement: JSON.parse('{}'), token: '', fallbackFont: null }
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => draw(order)))
    expect(outcomes.map(({ status }) => status)).toEqual(Array(10).fill('rejected'))
  })
})
