import type { NameParts } from '../src/names/name-parts.ts'
import { builder, onDepartment } from './builder.ts'

/** What a name consists of, so that whoever sees two names can see why they match. */
export const NameStructure = builder.objectRef<NameParts>('NameStructure').implement({
  ...onDepartment,
  description:
    'What an organisation name consists of (企业名称登记管理规定第六条), levelled: simplified characters, one spelling of each form. For comparing; the name as registered is told beside it.',
  fields: (t) => ({
    region: t.exposeString('region', { description: '行政区划, empty where none is named.' }),
    division: t.exposeString('regionCode', {
      nullable: true,
      description: 'GB/T 2260 code of the region; null where it names none that is known.',
    }),
    tradeName: t.exposeString('tradeName', { description: '字号.' }),
    industry: t.exposeString('industry', { description: '行业或者经营特点, empty where none is told.' }),
    organisationalForm: t.exposeString('orgForm', { description: '组织形式, empty where none is told.' }),
    branch: t.exposeString('branch', {
      nullable: true,
      description: 'What makes it a branch of the name before it (分公司, 分店); null: it is none.',
    }),
    pinyin: t.exposeString('pinyin', { description: 'Of trade name and industry, without tones.' }),
  }),
})

export const nameReasonsMeaning = `SAME_NAME, SAME_CORE, PINYIN_EQUAL, SOUNDS_ALIKE, LOOK_ALIKE, ONE_CHARACTER_APART, TWO_SWAPPED, SAME_CHARACTERS, SAME_TRADE_NAME, CORE_WITHIN say what is alike; INDUSTRY_DIFFERS, REGION_DIFFERS, REGION_WITHIN, REGION_ABSENT, FORM_DIFFERS, FORM_ABSENT, BRANCH_OF, PARENT_OF, BRANCH_DIFFERS what is not; FORMER_NAME: a name that the subject bore.`
