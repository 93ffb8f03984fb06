import { limits } from '../../src/limits.ts'
import type {
  PublicCounters,
  PublicStatistics,
  Tally,
} from '../../src/publicity/public-statistics-service.ts'
import type { PublicVersion } from '../../src/publicity/publicity-service.ts'
import type { TimelinessRow } from '../../src/timeliness/timeliness-service.ts'
import { publicBuilder } from './builder.ts'
import { ListNature, Record } from './records.ts'

const NatureCount = publicBuilder.objectRef<PublicCounters['listed'][number]>('NatureCount').implement({
  fields: (t) => ({ nature: t.expose('nature', { type: ListNature }), entries: t.exposeInt('records') }),
})

const Counters = publicBuilder.objectRef<PublicCounters>('Counters').implement({
  description: 'Of what is published now.',
  fields: (t) => ({
    organisations: t.exposeInt('organisations'),
    licences: t.exposeInt('licences'),
    penalties: t.exposeInt('penalties'),
    cases: t.exposeInt('cases'),
    listed: t.expose('listed', { type: [NatureCount] }),
    departments: t.exposeInt('departments', { description: 'That provide something to the public.' }),
    datasets: t.exposeInt('datasets'),
  }),
})

const tallyFields = {
  licences: 'Licences.',
  penalties: 'Penalties.',
  cases: 'Of the penalties, cases of infringement and counterfeiting.',
  adverse: 'Entries on lists of dishonesty and attention.',
  trustworthy: 'Entries on lists of the trustworthy.',
} satisfies { [name in keyof Tally]: string }

const TallyType = publicBuilder.objectRef<Tally>('Tally').implement({
  fields: (t) => ({
    licences: t.exposeInt('licences', { description: tallyFields.licences }),
    penalties: t.exposeInt('penalties', { description: tallyFields.penalties }),
    cases: t.exposeInt('cases', { description: tallyFields.cases }),
    adverse: t.exposeInt('adverse', { description: tallyFields.adverse }),
    trustworthy: t.exposeInt('trustworthy', { description: tallyFields.trustworthy }),
  }),
})

const Month = publicBuilder.objectRef<PublicStatistics['byMonth'][number]>('MonthStatistics').implement({
  fields: (t) => ({
    month: t.exposeString('month', { description: 'YYYY-MM of the decision, or of listing.' }),
    counts: t.field({ type: TallyType, resolve: (row) => row }),
  }),
})

const DivisionStatistics = publicBuilder
  .objectRef<PublicStatistics['byDivision'][number]>('DivisionStatistics')
  .implement({
    fields: (t) => ({
      division: t.exposeString('division', { description: 'Of the registrar.' }),
      name: t.exposeString('name', { nullable: true, description: 'Null: of another city.' }),
      counts: t.field({ type: TallyType, resolve: (row) => row }),
    }),
  })

const FieldStatistics = publicBuilder
  .objectRef<PublicStatistics['byField'][number]>('FieldStatistics')
  .implement({
    fields: (t) => ({
      field: t.exposeString('field'),
      nature: t.expose('nature', { type: ListNature }),
      entries: t.exposeInt('records'),
    }),
  })

const Timeliness = publicBuilder.objectRef<TimelinessRow>('Timeliness').implement({
  description: 'How timely (及时性) a department was with a public dataset under one clock.',
  fields: (t) => ({
    department: t.exposeString('departmentCode'),
    departmentName: t.exposeString('departmentName'),
    dataset: t.exposeString('dataset'),
    datasetName: t.exposeString('datasetName'),
    rule: t.exposeString('ruleName'),
    received: t.exposeInt('received'),
    onTime: t.exposeInt('onTime'),
    late: t.exposeInt('late'),
    backlog: t.exposeInt('backlog', { description: '存量: no clock ran.' }),
    medianDays: t.exposeInt('medianDays'),
  }),
})

const Statistics = publicBuilder.objectRef<PublicStatistics>('Statistics').implement({
  fields: (t) => ({
    asOf: t.expose('asOf', { type: 'Day' }),
    byMonth: t.expose('byMonth', { type: [Month] }),
    byDivision: t.expose('byDivision', { type: [DivisionStatistics] }),
    byField: t.expose('byField', { type: [FieldStatistics] }),
    timeliness: t.expose('timeliness', { type: [Timeliness], description: 'Of the last twelve months.' }),
  }),
})

const Version = publicBuilder.objectRef<PublicVersion>('Version').implement({
  description: 'Of when the answer is.',
  fields: (t) => ({
    dataVersion: t.exposeInt('dataVersion', { description: 'Position of the change feed, at least.' }),
    day: t.expose('day', { type: 'Day' }),
  }),
})

const Home = publicBuilder.objectRef<Record<never, never>>('Home')
Home.implement({
  description: 'What the first page shows.',
  fields: (t) => {
    const latest = (kind: 'PENALTY' | 'LICENCE' | 'LIST', description: string) =>
      t.field({
        type: [Record],
        description,
        resolve: async (_home, _args, { publicity }) => {
          const page = await publicity.records([kind], {}, { first: limits.latestShown, after: null })
          return page.rows.map(({ node }) => node)
        },
      })
    return {
      version: t.field({ type: Version, resolve: (_home, _args, { publicity }) => publicity.version() }),
      counters: t.field({ type: Counters, resolve: (_home, _args, { publicity }) => publicity.counters() }),
      latestPenalties: latest('PENALTY', `The latest ${limits.latestShown}.`),
      latestLicences: latest('LICENCE', `The latest ${limits.latestShown}.`),
      latestListed: latest('LIST', `The latest ${limits.latestShown}, of every nature.`),
    }
  },
})

publicBuilder.queryFields((t) => ({
  home: t.field({ type: Home, resolve: () => ({}) }),
  statistics: t.field({ type: Statistics, resolve: (_root, _args, { publicity }) => publicity.statistics() }),
}))
