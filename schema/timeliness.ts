import { resolveCursorConnection } from '@pothos/plugin-relay'
import type { ClockRule as ClockRuleRow } from '../src/catalogue/clock-rules.ts'
import { Refusal } from '../src/kernel/refusal.ts'
import { dayUnits } from '../src/kernel/working-days.ts'
import { limits } from '../src/limits.ts'
import type { RecordClock as RecordClockView } from '../src/timeliness/timeliness.ts'
import type {
  LateSubmission as LateSubmissionView,
  TimelinessRow,
} from '../src/timeliness/timeliness-service.ts'
import { builder, department, onDepartment } from './builder.ts'

const DayUnit = builder.enumType('DayUnit', {
  subGraphs: department,
  description: 'WORKING_DAY (工作日) or CALENDAR_DAY (自然日).',
  values: dayUnits,
})

const ClockRule = builder.objectRef<ClockRuleRow>('ClockRule').implement({
  ...onDepartment,
  description:
    'A clock (时限) as its rule stood for a time; the rule in force on the day of the event decides.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    days: t.exposeInt('days', { description: 'The day of the event is not counted.' }),
    unit: t.expose('unit', { type: DayUnit }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Day' }),
    effectiveTo: t.expose('effectiveTo', {
      type: 'Day',
      nullable: true,
      description: 'The last day on which it is in force.',
    }),
    legalBasis: t.exposeStringList('legalBasis', {
      description: '待核实: not checked against the original.',
    }),
  }),
})

export const RecordClock = builder.objectRef<RecordClockView>('RecordClock').implement({
  ...onDepartment,
  description: 'A clock (时限) that ran for a record, by the rule in force on the day of the event.',
  fields: (t) => ({
    rule: t.exposeString('rule'),
    name: t.exposeString('name'),
    startsOn: t.expose('startsOn', { type: 'Day', description: 'The day of the event.' }),
    dueOn: t.expose('dueOn', { type: 'Day', description: 'In time until 24:00 of it, Asia/Shanghai.' }),
    provisional: t.exposeBoolean('provisional', {
      description: 'The notice on holidays of a year it rests on is not known yet; dueOn may still move.',
    }),
    metOn: t.expose('metOn', { type: 'Day', description: 'The day on which the exchange recorded it.' }),
    late: t.exposeBoolean('late'),
    legalBasis: t.exposeStringList('legalBasis'),
  }),
})

export const Timeliness = builder.objectRef<TimelinessRow>('Timeliness').implement({
  ...onDepartment,
  description:
    'How timely (及时性) one department was with one dataset under one clock: received = onTime + late.',
  fields: (t) => ({
    departmentCode: t.exposeString('departmentCode'),
    departmentName: t.exposeString('departmentName'),
    dataset: t.exposeString('dataset'),
    datasetName: t.exposeString('datasetName'),
    rule: t.exposeString('rule'),
    ruleName: t.exposeString('ruleName'),
    received: t.exposeInt('received', { description: 'Records for which the clock ran.' }),
    onTime: t.exposeInt('onTime'),
    late: t.exposeInt('late'),
    provisional: t.exposeInt('provisional', {
      description: 'Of those received, how many have a due day that may still move.',
    }),
    backlog: t.exposeInt('backlog', {
      description: 'Records of what happened before the dataset was in the exchange (存量): no clock ran.',
    }),
    worstDelayDays: t.exposeInt('worstDelayDays', {
      description: 'Calendar days after the due day, of the latest; 0: none was late.',
    }),
    medianDays: t.exposeInt('medianDays', { description: 'Calendar days from the event to its record.' }),
  }),
})

const SourceNumberPart = builder
  .objectRef<LateSubmissionView['sourceNumber'][number]>('SourceNumberPart')
  .implement({
    ...onDepartment,
    fields: (t) => ({
      field: t.exposeString('field'),
      label: t.exposeString('label'),
      value: t.exposeString('value'),
    }),
  })

const LateSubmission = builder.objectRef<LateSubmissionView>('LateSubmission').implement({
  ...onDepartment,
  description: 'A version of a record that was recorded after the end of a clock.',
  fields: (t) => ({
    recordId: t.exposeID('recordId'),
    version: t.exposeInt('version'),
    sourceNumber: t.expose('sourceNumber', {
      type: [SourceNumberPart],
      description: "The source's own number, without parts that may be numbers of persons.",
    }),
    rule: t.exposeString('rule'),
    ruleName: t.exposeString('ruleName'),
    startsOn: t.expose('startsOn', { type: 'Day' }),
    dueOn: t.expose('dueOn', { type: 'Day' }),
    provisional: t.exposeBoolean('provisional'),
    recordedOn: t.expose('recordedOn', { type: 'Day' }),
  }),
})

const toCursor = ({ recordId, version, rule }: LateSubmissionView) => `${recordId}-${version}-${rule}`

function fromCursor(cursor: string | undefined) {
  if (cursor === undefined) return null
  const [, recordId, version, rule] = /^(\d{1,15})-(\d{1,9})-([A-Z0-9_]{1,64})$/.exec(cursor) ?? []
  if (rule === undefined)
    throw new Refusal('INPUT_INVALID', '游标无效 (after: expected a cursor of an earlier page)')
  return { recordId: Number(recordId), version: Number(version), rule }
}

builder.queryFields((t) => ({
  clocks: t.field({
    subGraphs: department,
    type: [ClockRule],
    description: 'The clocks (时限) with their dates and basis, those no longer in force as well.',
    resolve: (_root, _args, { timeliness }) => timeliness.rules(),
  }),
  timeliness: t.field({
    subGraphs: department,
    type: [Timeliness],
    // Counts by department are for every department that provides or asks.
    authScopes: (_root, _args, { caller }) => caller.department.roles.length > 0,
    description: 'Timeliness (及时性) of what was recorded from one day to another, both included.',
    args: { from: t.arg({ type: 'Day', required: true }), to: t.arg({ type: 'Day', required: true }) },
    resolve: (_root, { from, to }, { timeliness }) => timeliness.timeliness({ from, to }),
  }),
  lateSubmissions: t.connection(
    {
      subGraphs: department,
      type: LateSubmission,
      authScopes: { role: 'PROVIDER' },
      description: "Single late records of one of the caller's own datasets, in the order of their making.",
      args: {
        dataset: t.arg.string({ required: true }),
        from: t.arg({ type: 'Day', required: true }),
        to: t.arg({ type: 'Day', required: true }),
      },
      resolve: (_root, args, { timeliness, caller }) =>
        resolveCursorConnection<Promise<LateSubmissionView[]>>(
          { args, defaultSize: limits.pageSize.normal, maxSize: limits.pageSize.max, toCursor },
          ({ limit, after }) =>
            timeliness.lateSubmissions(
              caller,
              { dataset: args.dataset, from: args.from, to: args.to },
              { after: fromCursor(after), limit },
            ),
        ),
    },
    onDepartment,
    onDepartment,
  ),
}))
