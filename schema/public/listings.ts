import type { CatalogueListType } from '../../src/catalogue/catalogue.ts'
import { rowOn } from '../../src/catalogue/dated-rows.ts'
import type { CaseRules } from '../../src/publicity/public-catalogue-service.ts'
import type { RecordKind } from '../../src/publicity/public-sheet.ts'
import { publicBuilder } from './builder.ts'
import { connectionOf, pageArguments, pageRequest } from './paging.ts'
import { CaseConnection, ListNature, RecordConnection } from './records.ts'

type PublicList = { listType: CatalogueListType; records: number; asOf: string }

const List = publicBuilder.objectRef<PublicList>('List').implement({
  description: 'A kind of list (名单) with the documents that allow it.',
  fields: (t) => ({
    code: t.string({ resolve: ({ listType }) => listType.code }),
    name: t.string({ resolve: ({ listType }) => listType.name }),
    nature: t.field({ type: ListNature, resolve: ({ listType }) => listType.nature }),
    field: t.string({ resolve: ({ listType }) => listType.field }),
    scope: t.string({ resolve: ({ listType }) => listType.scope }),
    basis: t.stringList({ resolve: ({ listType }) => listType.basis }),
    determinedBy: t.string({ resolve: ({ listType }) => listType.determinedBy }),
    termMonths: t.int({
      nullable: true,
      description: "By today's rule; null: until removal.",
      resolve: ({ listType, asOf }) => rowOn(listType.rules, asOf)?.termMonths ?? null,
    }),
    earlyExitMonths: t.int({
      nullable: true,
      description: 'After which early removal may be asked for; null: the rule knows none.',
      resolve: ({ listType, asOf }) => rowOn(listType.rules, asOf)?.earlyExitMonths ?? null,
    }),
    entries: t.exposeInt('records', { description: 'Organisations listed and published now.' }),
  }),
})

const CaseRulesType = publicBuilder.objectRef<CaseRules>('CaseRules').implement({
  description: 'What is published of cases, what is not, and in which time.',
  fields: (t) => ({
    contents: t.exposeStringList('contents'),
    exceptions: t.exposeStringList('exceptions'),
    days: t.exposeInt('days', { nullable: true }),
    unit: t.exposeString('unit', { nullable: true, description: 'WORKING_DAY or CALENDAR_DAY.' }),
    legalBasis: t.exposeStringList('legalBasis'),
  }),
})

const DoublePublicityKind = publicBuilder.enumType('DoublePublicityKind', {
  description: '双公示: 行政许可 or 行政处罚.',
  values: ['LICENCE', 'PENALTY'] as const satisfies readonly RecordKind[],
})

const filterArguments = publicBuilder.args((t) => ({
  division: t.string({ description: 'Of the registrar, six digits; a city means its counties as well.' }),
  department: t.string({ description: 'Code of who issued it.' }),
  from: t.field({ type: 'Day', description: 'Of the decision, or of listing; included.' }),
  to: t.field({ type: 'Day', description: 'Included.' }),
  text: t.string({ description: 'A part of the name or of the document number, or the whole code.' }),
}))

publicBuilder.queryFields((t) => ({
  lists: t.field({
    type: [List],
    description: 'Lists of which entries are published.',
    resolve: async (_root, _args, { publicity }) => {
      const [types, counts, { day: asOf }] = await Promise.all([
        publicity.listTypes(),
        publicity.byListType(),
        publicity.version(),
      ])
      return types.map((listType) => ({ listType, records: counts.get(listType.code) ?? 0, asOf }))
    },
  }),
  listEntries: t.field({
    type: RecordConnection,
    description: 'Organisations on lists, in force and published, the latest listed first.',
    args: {
      listType: t.arg.string({ description: 'Code of the list type.' }),
      nature: t.arg({ type: ListNature }),
      ...filterArguments,
      ...pageArguments,
    },
    resolve: (_root, { first, after, ...filter }, { publicity }) =>
      connectionOf(publicity.records(['LIST'], filter, pageRequest({ first, after }))),
  }),
  doublePublicity: t.field({
    type: RecordConnection,
    description: 'Licences or penalties of organisations (双公示), the latest decided first.',
    args: {
      kind: t.arg({ type: DoublePublicityKind, required: true }),
      ...filterArguments,
      ...pageArguments,
    },
    resolve: (_root, { kind, first, after, ...filter }, { publicity }) =>
      connectionOf(publicity.records([kind], filter, pageRequest({ first, after }))),
  }),
  cases: t.field({
    type: CaseConnection,
    description: 'The public database of cases of infringement and counterfeiting (侵权假冒案件公开数据库).',
    args: { ...filterArguments, ...pageArguments },
    resolve: (_root, { first, after, ...filter }, { publicity }) =>
      connectionOf(publicity.cases(filter, pageRequest({ first, after }))),
  }),
  caseRules: t.field({
    type: CaseRulesType,
    resolve: (_root, _args, { publicity }) => publicity.caseRules(),
  }),
}))
