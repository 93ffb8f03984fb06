import type { HistoryEvent } from '../src/kernel/event-history.ts'
import { Refusal as DomainRefusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import type { TaskEvent } from '../src/measures/task.ts'
import { type Feedback, feedbackOutcomes, taskPhases, taskSteps } from '../src/measures/task.ts'
import type { TaskDue } from '../src/measures/task-clock.ts'
import { mayWorkOnTasks } from '../src/measures/task-policy.ts'
import type { TaskEnquiry, TaskView } from '../src/measures/task-reading-service.ts'
import type { TaskReceipt } from '../src/measures/task-service.ts'
import type { MeasureStatistics, TaskSubject } from '../src/measures/task-store.ts'
import { builder, department, onDepartment } from './builder.ts'
import { Measure } from './catalogue.ts'
import { readsContents } from './contents.ts'
import type { Context } from './context.ts'
import { requiredText } from './input-text.ts'
import { connectionTypes, paged, pagedUrgentFirst, WorkOrder } from './paging.ts'
import { Refusal, refusable } from './refusal.ts'
import { Listing, SubjectKind } from './subjects.ts'

const TaskPhase = builder.enumType('MeasureTaskPhase', {
  subGraphs: department,
  description:
    '已发起 DELIVERED, 已响应 ACKNOWLEDGED, 已反馈 IMPLEMENTED or NOT_APPLICABLE, 待解除 LIFTING, 已解除 LIFTED.',
  values: taskPhases,
})
const TaskStep = builder.enumType('MeasureTaskStep', { subGraphs: department, values: taskSteps })
const FeedbackOutcome = builder.enumType('MeasureFeedbackOutcome', {
  subGraphs: department,
  values: feedbackOutcomes,
})

const MeasureTaskSubject = builder.objectRef<TaskSubject>('MeasureTaskSubject').implement({
  ...onDepartment,
  description: 'Whom the measure is about. A person has no number here.',
  fields: (t) => ({
    kind: t.expose('kind', { type: SubjectKind }),
    uscc: t.exposeString('uscc', { nullable: true }),
    name: t.exposeString('name'),
  }),
})

const MeasureTaskDue = builder.objectRef<TaskDue>('MeasureTaskDue').implement({
  ...onDepartment,
  description: 'A step that is owed, with its clock (时限), by the rule in force on the day it began.',
  fields: (t) => ({
    step: t.expose('step', { type: TaskStep }),
    rule: t.exposeString('rule'),
    name: t.exposeString('name'),
    startsOn: t.expose('startsOn', { type: 'Day', description: 'It is not counted.' }),
    dueOn: t.expose('dueOn', { type: 'Day', description: 'In time until 24:00 of it, Asia/Shanghai.' }),
    provisional: t.exposeBoolean('provisional', { description: 'dueOn may still move.' }),
    overdue: t.exposeBoolean('overdue'),
    legalBasis: t.exposeStringList('legalBasis'),
  }),
})

const MeasureFeedback = builder.objectRef<NonNullable<TaskView['feedback']>>('MeasureFeedback').implement({
  ...onDepartment,
  description: 'What the department reported (实施情况反馈).',
  fields: (t) => ({
    outcome: t.expose('outcome', { type: FeedbackOutcome }),
    matter: t.exposeString('matter', { nullable: true }),
    documentNo: t.exposeString('documentNo', { nullable: true }),
    effect: t.exposeString('effect'),
    amount: t.string({
      nullable: true,
      description: 'Yuan, with two decimals.',
      resolve: ({ amountFen }) => (amountFen === null ? null : yuanOf(amountFen)),
    }),
    actedOn: t.expose('actedOn', { type: 'Day' }),
  }),
})

const MeasureTaskEvent = builder.objectRef<HistoryEvent<TaskEvent>>('MeasureTaskEvent').implement({
  ...onDepartment,
  fields: (t) => ({
    seq: t.exposeInt('seq'),
    type: t.string({ resolve: ({ event }) => event.type }),
    on: t.expose('on', { type: 'Day' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    byDepartment: t.boolean({
      description: 'False: by the exchange itself.',
      resolve: ({ departmentId }) => departmentId !== null,
    }),
    details: t.field({
      type: 'JSON',
      description: 'What belongs to it; amountFen is in fen.',
      resolve: ({ event: { type: _, ...details } }, _args, context) =>
        readsContents(context) ? details : {},
    }),
  }),
})

export const MeasureTask = builder.objectRef<TaskView>('MeasureTask').implement({
  ...onDepartment,
  description: 'What the caller has to do about one listing (联合惩戒任务): one measure, once.',
  fields: (t) => ({
    id: t.exposeID('id'),
    phase: t.expose('phase', { type: TaskPhase }),
    measure: t.expose('measure', { type: Measure, description: 'The version by which it was delivered.' }),
    decisionText: t.string({
      description: 'To be put into the decision. Empty for the help desk.',
      resolve: ({ decisionText }, _args, context) => (readsContents(context) ? decisionText : ''),
    }),
    subject: t.expose('subject', {
      type: MeasureTaskSubject,
      nullable: true,
      description: 'Null where the caller may no longer know of such records.',
    }),
    listing: t.field({
      type: Listing,
      nullable: true,
      description:
        'As an enquiry would show it today; null once it was withdrawn or repaired, and for the help desk.',
      resolve: ({ listing }, _args, context) => (readsContents(context) ? listing : null),
    }),
    createdOn: t.expose('createdOn', {
      type: 'Day',
      description: 'The day on which it was delivered, or delivered again.',
    }),
    liftFrom: t.expose('liftFrom', {
      type: 'Day',
      nullable: true,
      description: 'The day from which the measure is to be lifted.',
    }),
    due: t.expose('due', {
      type: MeasureTaskDue,
      nullable: true,
      description: 'The step to be taken now; null: none, or no rule times it.',
    }),
    steps: t.expose('steps', { type: [MeasureTaskDue], description: 'All steps that run.' }),
    feedback: t.field({
      type: MeasureFeedback,
      nullable: true,
      description: 'Null for the help desk.',
      resolve: ({ feedback }, _args, context) => (readsContents(context) ? feedback : null),
    }),
    history: t.expose('history', { type: [MeasureTaskEvent] }),
  }),
})

const Receipt = builder.objectRef<TaskReceipt>('MeasureTaskReceipt').implement({
  ...onDepartment,
  description: 'What an act came to; repeated with the same id, it is the same.',
  fields: (t) => ({
    taskId: t.exposeID('taskId'),
    event: t.exposeString('event'),
    phase: t.expose('phase', { type: TaskPhase }),
    at: t.expose('at', { type: 'DateTime' }),
  }),
})

const MeasureTaskSuccess = builder.objectRef<{ receipt: TaskReceipt }>('MeasureTaskSuccess').implement({
  ...onDepartment,
  fields: (t) => ({ receipt: t.expose('receipt', { type: Receipt }) }),
})

const MeasureStatisticsType = builder.objectRef<MeasureStatistics>('MeasureStatistics').implement({
  ...onDepartment,
  description: 'What one department did about one measure in one month.',
  fields: (t) => ({
    departmentCode: t.exposeString('departmentCode'),
    departmentName: t.exposeString('departmentName'),
    measure: t.exposeString('measureCode'),
    month: t.exposeString('month', { description: 'YYYY-MM' }),
    initiated: t.exposeInt('initiated'),
    responded: t.exposeInt('responded', { description: 'Who fed back at once has responded.' }),
    implemented: t.exposeInt('implemented'),
    notApplicable: t.exposeInt('notApplicable'),
    lifted: t.exposeInt('lifted'),
    overdue: t.exposeInt('overdue', { description: 'Steps that were noted as overdue.' }),
    medianDaysToFeedback: t.exposeFloat('medianDaysToFeedback', { nullable: true }),
  }),
})

const actionId = 'Chosen by the caller; the same id gives the same result for ever.'
const RespondToTaskInput = builder.inputType('RespondToTaskInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actionId }),
    taskId: t.id({ required: true }),
  }),
})
const ReportFeedbackInput = builder.inputType('ReportFeedbackInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actionId }),
    taskId: t.id({ required: true }),
    outcome: t.field({ type: FeedbackOutcome, required: true }),
    matter: t.string({ description: 'The business in which it was applied, e.g. GOVERNMENT_PROCUREMENT.' }),
    documentNo: t.string({ description: 'Required where the measure demands a document.' }),
    effect: t.string({
      required: true,
      description: `What came of it, or why it does not apply; at most ${limits.feedbackCharacters} characters.`,
    }),
    amount: t.string({ description: 'Yuan, with at most two decimals.' }),
    actedOn: t.field({
      type: 'Day',
      required: true,
      description: 'Not before the listing, not in the future.',
    }),
  }),
})
const ConfirmLiftedInput = builder.inputType('ConfirmLiftedInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actionId }),
    taskId: t.id({ required: true }),
    documentNo: t.string({ description: 'Required where a document applied the measure.' }),
    liftedOn: t.field({ type: 'Day', required: true }),
  }),
})

const yuanOf = (fen: number) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`

/** Yuan as people write them, in fen: never a fraction of a binary number. */
function readAmount(text: string): number {
  const [, yuan, decimals = ''] = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? []
  const fen = yuan === undefined ? Number.NaN : Number(yuan) * 100 + Number(decimals.padEnd(2, '0'))
  if (fen <= limits.feedbackAmountFen) return fen
  throw new DomainRefusal(
    'INPUT_INVALID',
    'amount 须为元，至多两位小数 (amount: yuan with at most two decimals)',
  )
}

/** A text as people write it, in several lines. */
function prose(name: string, text: string, most: number): string {
  const lines = text.replace(/\r\n?/g, '\n').trim()
  requiredText(name, lines.replaceAll('\n', ' '), most)
  return lines
}

const optionalText = (name: string, text: string | null | undefined, most: number) =>
  text === null || text === undefined || text.trim() === '' ? null : requiredText(name, text, most)

function acting(input: { actionId: string; taskId: string | number }) {
  const taskId = String(input.taskId)
  if (!/^\d{1,15}$/.test(taskId))
    throw new DomainRefusal('INPUT_INVALID', 'taskId 须为任务编号 (taskId: expected the number of a task)')
  return {
    actionId: requiredText('actionId', input.actionId, limits.batchIdCharacters),
    taskId: Number(taskId),
  }
}

type GivenFeedback = {
  matter?: string | null | undefined
  documentNo?: string | null | undefined
  effect: string
  amount?: string | null | undefined
  actedOn: string
}
const feedbackOf = (input: GivenFeedback): Feedback => ({
  matter: optionalText('matter', input.matter, limits.purposeCharacters),
  documentNo: optionalText('documentNo', input.documentNo, limits.documentNoCharacters),
  effect: prose('effect', input.effect, limits.feedbackCharacters),
  amountFen: input.amount === null || input.amount === undefined ? null : readAmount(input.amount),
  actedOn: input.actedOn,
})

const receiptOf = (context: Context, work: () => Promise<TaskReceipt>) =>
  refusable(context, async () => ({ receipt: await work() }))

builder.mutationFields((t) => {
  const act = {
    subGraphs: department,
    type: MeasureTaskSuccess,
    authScopes: (_root: object, _args: object, { caller }: Context) => mayWorkOnTasks(caller.department),
  }
  const union = (name: string) => ({ types: [Refusal], union: { name, subGraphs: department } })
  return {
    respondToTask: t.field({
      ...act,
      description: 'Says that the department takes the task up (响应).',
      errors: union('RespondToTaskResult'),
      args: { input: t.arg({ type: RespondToTaskInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () => context.tasks.respond(context.caller, acting(input))),
    }),
    reportFeedback: t.field({
      ...act,
      description: 'Reports what was done (反馈). Given again, it amends what was reported, until the end.',
      errors: union('ReportFeedbackResult'),
      args: { input: t.arg({ type: ReportFeedbackInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () =>
          context.tasks.feedBack(context.caller, {
            ...acting(input),
            outcome: input.outcome,
            ...feedbackOf(input),
          }),
        ),
    }),
    confirmLifted: t.field({
      ...act,
      description: 'Confirms that the measure was lifted (解除).',
      errors: union('ConfirmLiftedResult'),
      args: { input: t.arg({ type: ConfirmLiftedInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () =>
          context.tasks.confirmLifted(context.caller, {
            ...acting(input),
            documentNo: optionalText('documentNo', input.documentNo, limits.documentNoCharacters),
            liftedOn: input.liftedOn,
          }),
        ),
    }),
  }
})

builder.queryFields((t) => ({
  measureTasks: t.connection(
    {
      subGraphs: department,
      type: MeasureTask,
      authScopes: (_root, _args, { caller }) => mayWorkOnTasks(caller.department),
      description: 'What the caller has to do for joint punishment, in the order of delivery.',
      args: {
        phase: t.arg({ type: TaskPhase }),
        overdueOnly: t.arg.boolean({
          defaultValue: false,
          description: 'Only those of which a step is overdue.',
        }),
        order: t.arg({ type: WorkOrder, defaultValue: 'BY_MAKING' }),
      },
      resolve(_root, args, { taskReading, caller }) {
        const idOf = ({ id }: TaskView) => id
        const read = (urgency: TaskEnquiry['urgency'], page: { afterId: number | null; limit: number }) =>
          taskReading.page(caller, { phase: args.phase ?? null, urgency }, page)
        if (args.order === 'URGENT_FIRST' && !args.overdueOnly)
          return pagedUrgentFirst(args, idOf, (part, page) =>
            read(part === 'URGENT' ? 'OVERDUE' : 'OTHERS', page),
          )
        return paged(args, idOf, (page) => read(args.overdueOnly ? 'OVERDUE' : 'ANY', page))
      },
    },
    ...connectionTypes,
  ),
  measureStatistics: t.field({
    subGraphs: department,
    type: [MeasureStatisticsType],
    authScopes: (_root, _args, { caller }) => mayWorkOnTasks(caller.department),
    description: 'Joint punishment by department, measure and month, from one day to another.',
    args: { from: t.arg({ type: 'Day', required: true }), to: t.arg({ type: 'Day', required: true }) },
    resolve: (_root, { from, to }, { taskTimeliness }) => taskTimeliness.statistics({ from, to }),
  }),
}))
