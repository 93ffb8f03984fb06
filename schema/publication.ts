import {
  grades,
  type PenaltyGrade as PenaltyGradeRow,
  type PublicationRule as PublicationRuleRow,
  ruleCategories,
} from '../src/catalogue/publication-rules.ts'
import { type Publication as PublicationView, publicationReasons } from '../src/publication/publication.ts'
import { builder, department, onDepartment } from './builder.ts'

const PublicationGrade = builder.enumType('PublicationGrade', {
  subGraphs: department,
  description: 'MINOR (轻微), ORDINARY (一般) or SERIOUS (严重).',
  values: grades,
})

const PublicationCategory = builder.enumType('PublicationCategory', {
  subGraphs: department,
  description: 'PENALTY (行政处罚), LIST (名单), or DISCLOSURE: the ceiling over both (披露期限).',
  values: ruleCategories,
})

const PublicationReason = builder.enumType('PublicationReason', {
  subGraphs: department,
  description: 'Why it is published, or is not.',
  values: publicationReasons,
})

export const Publication = builder.objectRef<PublicationView>('Publication').implement({
  ...onDepartment,
  description: 'Publication (公示) of a record today, by the rules in force today. Nothing of it is stored.',
  fields: (t) => ({
    grade: t.expose('grade', { type: PublicationGrade, nullable: true }),
    shown: t.exposeBoolean('shown', {
      description: 'Whether information of this gravity is published at all.',
    }),
    publishedNow: t.exposeBoolean('published'),
    reason: t.expose('reason', { type: PublicationReason }),
    from: t.expose('from', { type: 'Day', description: 'The day of the document that determines it.' }),
    earliestRepairOn: t.expose('earliestRepairOn', {
      type: 'Day',
      nullable: true,
      description: 'The first day on which repair may end it; null: no rule tells.',
    }),
    until: t.expose('until', {
      type: 'Day',
      nullable: true,
      description:
        'The last day as things stand: of what is held uncorrected, the ceiling. Null: it is not shown, or until it leaves the list.',
    }),
    legalBasis: t.exposeStringList('legalBasis', {
      description: '待核实: not checked against the original.',
    }),
  }),
})

const PublicationRule = builder.objectRef<PublicationRuleRow>('PublicationRule').implement({
  ...onDepartment,
  description: 'How long information of one gravity is published, as the rule stood for a time.',
  fields: (t) => ({
    category: t.expose('category', { type: PublicationCategory }),
    grade: t.expose('grade', { type: PublicationGrade }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Day' }),
    effectiveTo: t.expose('effectiveTo', {
      type: 'Day',
      nullable: true,
      description: 'The last day on which it is in force.',
    }),
    shown: t.exposeBoolean('shown'),
    minMonths: t.exposeInt('minMonths', { nullable: true, description: 'Null: repair may end it any time.' }),
    maxMonths: t.exposeInt('maxMonths', { nullable: true, description: 'Null: the rule knows none.' }),
    legalBasis: t.exposeStringList('legalBasis', {
      description: '待核实: not checked against the original.',
    }),
  }),
})

const PenaltyGrade = builder.objectRef<PenaltyGradeRow>('PenaltyGrade').implement({
  ...onDepartment,
  description:
    'The gravity of a kind of penalty (处罚类别), as the rule stood for a time. The gravest counts; what the provider says wins.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'A word of the text of the kind.' }),
    grade: t.expose('grade', { type: PublicationGrade }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Day' }),
    effectiveTo: t.expose('effectiveTo', { type: 'Day', nullable: true }),
    legalBasis: t.exposeStringList('legalBasis', {
      description: '待核实: not checked against the original.',
    }),
  }),
})

builder.queryFields((t) => ({
  publicationRules: t.field({
    subGraphs: department,
    type: [PublicationRule],
    description: 'Publication periods with their dates and basis, those no longer in force as well.',
    resolve: async (_root, _args, { publication }) => [...(await publication.rules()).publicationRules],
  }),
  penaltyGrades: t.field({
    subGraphs: department,
    type: [PenaltyGrade],
    description: 'The gravity of kinds of penalties with their dates and basis.',
    resolve: async (_root, _args, { publication }) => [...(await publication.rules()).penaltyGrades],
  }),
}))
