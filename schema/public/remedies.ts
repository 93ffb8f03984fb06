import type { RemedyClock, RemedyProgress } from '../../src/remedies/public-remedy-service.ts'
import { casePhases, remedyKinds } from '../../src/remedies/remedy.ts'
import { caseActs } from '../../src/remedies/remedy-policy.ts'
import { publicBuilder } from './builder.ts'
import { Record } from './records.ts'

const RemedyKind = publicBuilder.enumType('RemedyKind', {
  description: 'OBJECTION (异议), REPAIR (信用修复).',
  values: remedyKinds,
})
const RemedyPhase = publicBuilder.enumType('RemedyPhase', {
  description: 'How far a case is.',
  values: casePhases,
})
const Relation = publicBuilder.enumType('ApplicantRelation', {
  description: 'The organisation itself, or somebody authorised by it.',
  values: ['SUBJECT', 'AGENT'] as const,
})
const RemedyEventKind = publicBuilder.enumType('RemedyEventType', {
  description: 'What happened to a case. ESCALATED: a step was not taken in time.',
  values: ['RECEIVED', ...caseActs, 'ESCALATED'] as const,
})

const Step = publicBuilder.objectRef<NonNullable<RemedyProgress['present']>>('RemedyStep').implement({
  description: 'The step to be taken now.',
  fields: (t) => ({
    name: t.exposeString('name'),
    owedBy: t.exposeString('owedBy', { nullable: true, description: 'The department that owes it.' }),
    dueOn: t.expose('dueOn', {
      type: 'Day',
      nullable: true,
      description: 'Null while an inspection is under way.',
    }),
    provisional: t.exposeBoolean('provisional', { description: 'dueOn may still move.' }),
    overdue: t.exposeBoolean('overdue'),
    legalBasis: t.exposeStringList('legalBasis'),
  }),
})

const Event = publicBuilder.objectRef<RemedyProgress['history'][number]>('RemedyEvent').implement({
  fields: (t) => ({
    type: t.expose('type', { type: RemedyEventKind }),
    on: t.expose('on', { type: 'Day' }),
    by: t.exposeString('by', { nullable: true, description: 'Null: the exchange itself, or the applicant.' }),
    reasons: t.exposeString('reasons', { nullable: true, description: 'Of a decision.' }),
  }),
})

const Progress = publicBuilder.objectRef<RemedyProgress>('RemedyProgress').implement({
  description: 'The way of a case. It names neither the organisation nor the applicant.',
  fields: (t) => ({
    kind: t.expose('kind', { type: RemedyKind }),
    phase: t.expose('phase', { type: RemedyPhase }),
    openedOn: t.expose('openedOn', { type: 'Day' }),
    closedOn: t.expose('closedOn', { type: 'Day', nullable: true }),
    present: t.expose('present', { type: Step, nullable: true }),
    history: t.expose('history', { type: [Event] }),
  }),
})

const Clock = publicBuilder.objectRef<RemedyClock>('RemedyClock').implement({
  description: 'A time limit in force today.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    days: t.exposeInt('days'),
    unit: t.exposeString('unit', { description: 'WORKING_DAY or CALENDAR_DAY.' }),
    legalBasis: t.exposeStringList('legalBasis'),
  }),
})

const ClocksOfKind = publicBuilder
  .objectRef<{ kind: (typeof remedyKinds)[number]; clocks: RemedyClock[] }>('RemedyClocks')
  .implement({
    fields: (t) => ({
      kind: t.expose('kind', { type: RemedyKind }),
      clocks: t.expose('clocks', { type: [Clock] }),
    }),
  })

publicBuilder.queryFields((t) => ({
  record: t.field({
    type: Record,
    nullable: true,
    description: 'One published record of an organisation by its reference; null: there is none, or no more.',
    args: { uscc: t.arg.string({ required: true }), reference: t.arg.string({ required: true }) },
    resolve: async (_root, { uscc, reference }, { publicity }) =>
      (await publicity.record(uscc, reference))?.record ?? null,
  }),
  remedyClocks: t.field({
    type: [ClocksOfKind],
    description: 'How long objections and repairs may take.',
    resolve: (_root, _args, { publicRemedies }) => publicRemedies.clocks(),
  }),
  remedyProgress: t.field({
    type: Progress,
    nullable: true,
    description:
      'A case by its code. By POST only, once in a request, and seldom. Null: no case has the code.',
    args: { code: t.arg.string({ required: true }) },
    resolve: async (_root, { code }, { publicRemedies, admitTracking }) => {
      await admitTracking()
      return publicRemedies.progress(code)
    },
  }),
}))

const Receipt = publicBuilder
  .objectRef<{ code: string; kind: (typeof remedyKinds)[number]; openedOn: string }>('RemedyReceipt')
  .implement({
    fields: (t) => ({
      code: t.exposeString('code', { description: 'Whoever holds it may follow the case: keep it.' }),
      kind: t.expose('kind', { type: RemedyKind }),
      openedOn: t.expose('openedOn', { type: 'Day' }),
    }),
  })

const RemedyInput = publicBuilder.inputType('RemedyInput', {
  description: 'An objection to, or an application for repair of, one published record of an organisation.',
  fields: (t) => ({
    applicationId: t.string({
      required: true,
      description: 'Chosen by the asker at random; repeated, it gives the same receipt.',
    }),
    kind: t.field({ type: RemedyKind, required: true }),
    uscc: t.string({ required: true }),
    reference: t.string({ required: true }),
    name: t.string({ required: true, description: 'Whom to ask for; kept encrypted.' }),
    contact: t.string({ required: true, description: 'Telephone or e-mail; kept encrypted.' }),
    relation: t.field({ type: Relation, required: true }),
    grounds: t.string({ required: true, description: 'Without identity numbers.' }),
    pledged: t.boolean({ required: true, description: '信用承诺: needed for a repair.' }),
  }),
})

publicBuilder.mutationField('applyForRemedy', (t) =>
  t.field({
    type: Receipt,
    description: 'The only thing that anybody may do here. By POST only, and seldom.',
    args: { input: t.arg({ type: RemedyInput, required: true }) },
    resolve: async (_root, { input }, { publicRemedies, admitApplication }) => {
      await admitApplication(input.uscc)
      return publicRemedies.apply(input)
    },
  }),
)
