import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogueFileSchema } from '../../../src/catalogue/catalogue-file.ts'
import {
  ambiguousWordings,
  familyOf,
  fieldNamed,
  matchTerm,
  readStoredTerm,
  storedTerm,
  termFamilies,
} from '../../../src/catalogue/field-terms.ts'
import { terms } from './sample-sheets.ts'

const ofFamily = (family: string) => terms.filter((term) => term.family === family)
const folder = new URL('../../../prisma/catalogue/datasets/', import.meta.url)
const datasets = readdirSync(folder).flatMap(
  (name) => catalogueFileSchema.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))).datasets,
)

describe('the vocabulary', () => {
  it('names one field by one heading, and every field in several ways', () => {
    expect(ambiguousWordings(terms)).toEqual([])
    expect(
      terms
        .filter(({ definition }) => definition.synonyms.length < 7)
        .map(({ definition }) => definition.name),
    ).toEqual([])
  })

  it('seals numbers of persons', () => {
    const sealed = terms.filter(({ definition }) =>
      ['CERTIFICATE', 'SUBJECT_NUMBER'].includes(definition.value.type),
    )
    expect(sealed.length).toBeGreaterThanOrEqual(6)
    expect(sealed.filter(({ definition }) => definition.disclosure !== 'AUTHORISED')).toEqual([])
  })

  it.each(termFamilies)('%s speaks in conditions and checks only of its own fields', (family) => {
    const names = new Set(ofFamily(family).map(({ definition }) => definition.name))
    const conditions = ofFamily(family).flatMap(({ definition, checks }) => [
      ...(typeof definition.required === 'object' ? definition.required.when : []),
      ...checks.flatMap((check) => check.refuseWhen),
    ])
    const spoken = conditions.flatMap((condition) =>
      'before' in condition ? [condition.field, condition.before] : [condition.field],
    )
    expect(spoken.filter((name) => !names.has(name))).toEqual([])
  })

  it('knows every wording of the founding penalties and lists', () => {
    const families: Record<string, string> = { AIC_PENALTIES: 'PENALTY', PBOC_PENALTIES: 'PENALTY' }
    const unknown = datasets
      .filter(({ code, listType }) => listType !== null || families[code] !== undefined)
      .flatMap(({ code, definition }) =>
        definition.fields
          .filter((field) => !['businessArea'].includes(field.name))
          .flatMap((field) => [field.label, ...field.synonyms])
          .filter((text) => matchTerm(ofFamily(families[code] ?? 'LIST'), text) === null)
          .map((text) => `${code} ${text}`),
      )
    expect(unknown).toEqual([])
  })

  it('keeps the national fields of penalties as the founding dataset has them', () => {
    const penalties = datasets.find(({ code }) => code === 'AIC_PENALTIES')?.definition.fields ?? []
    for (const { synonyms, ...field } of penalties) {
      const { synonyms: known, ...definition } = fieldNamed(ofFamily('PENALTY'), field.name)?.field ?? {
        synonyms: [],
      }
      expect(definition).toEqual(field)
      expect(known).toEqual(expect.arrayContaining(synonyms))
    }
  })

  it('is stored whole', () => {
    for (const term of terms)
      expect(readStoredTerm(JSON.parse(JSON.stringify(storedTerm(term))))).toEqual(term)
  })
})

describe('matchTerm', () => {
  it.each([
    ['cf_xdr_mc', 'CF_XDR_MC', 'NAME'],
    [' 行政相对人名称 * ', 'CF_XDR_MC', 'LABEL'],
    ['处罚机关名称（必填）', 'CF_CFJG', 'SYNONYM'],
    ['CF_XDR_SFZ', 'CF_XDR_ZJHM', 'SYNONYM'],
    ['罚款金额(单位：万元)', 'CF_NR_FK', 'SYNONYM'],
    ['罚款金额（元）', 'CF_NR_FK_YUAN', 'SYNONYM'],
    ['没收违法所得(元)', 'CF_NR_WFFF_YUAN', 'SYNONYM'],
  ])('%s', (heading, name, matchedBy) => {
    expect(matchTerm(ofFamily('PENALTY'), heading)).toMatchObject({ field: { name }, matchedBy })
  })

  it.each(['罚款日期', '金额（元）', '', '元'])('leaves “%s” unknown', (heading) => {
    expect(matchTerm(ofFamily('PENALTY'), heading)).toBeNull()
  })
})

describe('familyOf', () => {
  it.each([
    [['CF_WSH', '企业名称'], 'PENALTY'],
    [['XK_WSH', '许可编号', '企业名称'], 'LICENCE'],
    [['列入事由', '列入名单时间', '企业名称'], 'LIST'],
    [['甲', '乙'], null],
  ] as const)('%j', (headings, family) => {
    expect(familyOf(terms, headings, null)).toBe(family)
  })

  it('follows the administrator where a sheet fits several', () => {
    expect(familyOf(terms, ['企业名称', '统一社会信用代码'], 'LIST')).toBe('LIST')
  })
})
