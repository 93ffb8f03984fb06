import type { DepartmentNamed } from '../src/remedies/owed-steps-service.ts'
import { casePhases, remedyKinds } from '../src/remedies/remedy.ts'
import type { Applicant } from '../src/remedies/remedy-intake-service.ts'
import { mayOpen } from '../src/remedies/remedy-policy.ts'
import type { EventView, RemedyView, StepView, Urgency } from '../src/remedies/remedy-reading-service.ts'
import { builder, department, onDepartment } from './builder.ts'
import { readsContents } from './contents.ts'
import { connectionTypes, paged, pagedUrgentFirst, WorkOrder } from './paging.ts'
import { SubjectKind } from './subjects.ts'

export const RemedyKind = builder.enumType('RemedyKind', {
  subGraphs: department,
  description: 'OBJECTION (异议) or REPAIR (信用修复).',
  values: remedyKinds,
})
export const RemedyPhase = builder.enumType('RemedyPhase', { subGraphs: department, values: casePhases })
export const ApplicantRelation = builder.enumType('ApplicantRelation', {
  subGraphs: department,
  description: 'The subject itself, or somebody authorised by it (代理人).',
  values: ['SUBJECT', 'AGENT'] as const,
})
const RemedyDepartment = builder.objectRef<DepartmentNamed>('RemedyDepartment').implement({
  ...onDepartment,
  fields: (t) => ({ code: t.exposeString('code'), name: t.exposeString('name') }),
})

const RemedySubject = builder.objectRef<RemedyView['subject']>('RemedySubject').implement({
  ...onDepartment,
  description: 'Whom the record is about. A person has no number here.',
  fields: (t) => ({
    kind: t.expose('kind', { type: SubjectKind }),
    uscc: t.exposeString('uscc', { nullable: true }),
    name: t.exposeString('name'),
  }),
})

const RemedyStep = builder.objectRef<StepView>('RemedyStep').implement({
  ...onDepartment,
  description: 'A step of a case with its clock (时限), by the rule in force on the day it began.',
  fields: (t) => ({
    rule: t.exposeString('rule'),
    name: t.exposeString('name'),
    owedBy: t.expose('owedBy', { type: RemedyDepartment, nullable: true }),
    startsOn: t.expose('startsOn', { type: 'Day', description: 'The day of the event; it is not counted.' }),
    dueOn: t.expose('dueOn', {
      type: 'Day',
      nullable: true,
      description: 'In time until 24:00 of it, Asia/Shanghai; null while an inspection is under way.',
    }),
    provisional: t.exposeBoolean('provisional', { description: 'dueOn may still move.' }),
    endedOn: t.expose('endedOn', { type: 'Day', nullable: true }),
    overdue: t.exposeBoolean('overdue'),
    legalBasis: t.exposeStringList('legalBasis'),
  }),
})

const RemedyEvent = builder.objectRef<EventView>('RemedyEvent').implement({
  ...onDepartment,
  fields: (t) => ({
    seq: t.exposeInt('seq'),
    type: t.exposeString('type'),
    on: t.expose('on', { type: 'Day' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    by: t.expose('by', {
      type: RemedyDepartment,
      nullable: true,
      description: 'Null: the exchange itself, or the applicant on the website.',
    }),
    details: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Reasons, documents, what was answered; for the provider and the credit office.',
      resolve: ({ details }, _args, context) => (readsContents(context) ? details : null),
    }),
  }),
})

const RemedyApplicant = builder.objectRef<Applicant>('RemedyApplicant').implement({
  ...onDepartment,
  fields: (t) => ({
    name: t.exposeString('name'),
    contact: t.exposeString('contact'),
    relation: t.expose('relation', { type: ApplicantRelation }),
    documentNo: t.exposeString('documentNo', { nullable: true }),
  }),
})

export const RemedyCase = builder.objectRef<RemedyView>('RemedyCase').implement({
  ...onDepartment,
  description: 'An objection (异议) or an application for repair (信用修复) about one record.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Told to the applicant, who follows the case by it.' }),
    kind: t.expose('kind', { type: RemedyKind }),
    phase: t.expose('phase', { type: RemedyPhase }),
    channel: t.exposeString('channel', { description: 'DEPARTMENT, WEBSITE or CONSOLE.' }),
    dataset: t.exposeString('dataset'),
    recordId: t.exposeID('recordId'),
    listingId: t.exposeID('listingId', { nullable: true }),
    subject: t.expose('subject', { type: RemedySubject }),
    provider: t.expose('provider', { type: RemedyDepartment, description: '认定单位' }),
    openedBy: t.expose('openedBy', { type: RemedyDepartment, nullable: true }),
    openedOn: t.expose('openedOn', { type: 'Day' }),
    openedAt: t.expose('openedAt', { type: 'DateTime' }),
    closedAt: t.expose('closedAt', { type: 'DateTime', nullable: true }),
    present: t.expose('present', {
      type: RemedyStep,
      nullable: true,
      description: 'The step to be taken now; null: the case is closed.',
    }),
    steps: t.expose('steps', { type: [RemedyStep] }),
    grounds: t.string({
      nullable: true,
      description: 'For the provider and the credit office; null for others, and for the help desk.',
      resolve: ({ grounds }, _args, context) => (readsContents(context) ? grounds : null),
    }),
    applicant: t.field({
      type: RemedyApplicant,
      nullable: true,
      description: 'For the provider and the credit office; null for others, and for the help desk.',
      resolve: (remedy, _args, context) => (readsContents(context) ? remedy.applicant() : null),
    }),
    history: t.expose('history', { type: [RemedyEvent] }),
  }),
})

const idOf = ({ id }: RemedyView) => id

builder.queryFields((t) => ({
  remedies: t.connection(
    {
      subGraphs: department,
      type: RemedyCase,
      authScopes: (_root, _args, { caller }) => mayOpen(caller.department),
      description:
        'Cases the caller may follow, in the order of their making: those it took in, those about its own records; the credit office, all.',
      args: {
        phase: t.arg({ type: RemedyPhase }),
        kind: t.arg({ type: RemedyKind }),
        overdueOnly: t.arg.boolean({
          defaultValue: false,
          description: 'Only those of which a step is overdue.',
        }),
        mine: t.arg.boolean({
          defaultValue: false,
          description: 'Only those whose present step the caller owes.',
        }),
        order: t.arg({ type: WorkOrder, defaultValue: 'BY_MAKING' }),
      },
      resolve(_root, args, { remedyReading, caller }) {
        const read = (urgency: Urgency, page: { afterId: number | null; limit: number }) =>
          remedyReading.page(
            caller,
            { phase: args.phase ?? null, kind: args.kind ?? null, urgency, mine: args.mine ?? false },
            page,
          )
        if (args.order === 'URGENT_FIRST' && !args.overdueOnly)
          return pagedUrgentFirst(args, idOf, (part, page) =>
            read(part === 'URGENT' ? 'OVERDUE' : 'OTHERS', page),
          )
        return paged(args, idOf, (page) => read(args.overdueOnly ? 'OVERDUE' : 'ANY', page))
      },
    },
    ...connectionTypes,
  ),
  remedy: t.field({
    subGraphs: department,
    type: RemedyCase,
    nullable: true,
    authScopes: (_root, _args, { caller }) => mayOpen(caller.department),
    description: 'One case by its code; null where there is none that the caller may follow.',
    args: { code: t.arg.string({ required: true }) },
    resolve: (_root, { code }, { remedyReading, caller }) => remedyReading.byCode(caller, code),
  }),
}))
