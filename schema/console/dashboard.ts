import type {
  CaseCount,
  IntakeDay,
  ListCount,
  StoreHealth,
  TaskCount,
} from '../../src/dashboard/dashboard-store.ts'
import { limits } from '../../src/limits.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import { consoleSide } from './at-console.ts'
import type { ServiceHealth } from './console-side.ts'

/** Numbers of the whole exchange: counts, by department where they are; no subject is told. */

const Intake = builder.objectRef<IntakeDay>('IntakeDay').implement({
  ...onConsole,
  description: 'What one department sent on one day.',
  fields: (t) => ({
    day: t.expose('day', { type: 'Day' }),
    department: t.exposeString('department'),
    batches: t.exposeInt('batches'),
    received: t.exposeInt('received'),
    accepted: t.exposeInt('accepted'),
    held: t.exposeInt('held'),
    rejected: t.exposeInt('rejected'),
  }),
})
const Lists = builder.objectRef<ListCount>('ListCount').implement({
  ...onConsole,
  fields: (t) => ({
    listType: t.exposeString('listType'),
    name: t.exposeString('name'),
    nature: t.exposeString('nature'),
    inForce: t.exposeInt('inForce'),
    proposed: t.exposeInt('proposed', { description: 'Notices, objections and decisions.' }),
    ended: t.exposeInt('ended'),
  }),
})
const Tasks = builder.objectRef<TaskCount>('TaskCount').implement({
  ...onConsole,
  fields: (t) => ({
    department: t.exposeString('department'),
    departmentName: t.exposeString('departmentName'),
    phase: t.exposeString('phase'),
    tasks: t.exposeInt('tasks'),
  }),
})
const Cases = builder.objectRef<CaseCount>('CaseCount').implement({
  ...onConsole,
  fields: (t) => ({
    kind: t.exposeString('kind'),
    phase: t.exposeString('phase'),
    cases: t.exposeInt('cases'),
  }),
})
const Store = builder.objectRef<StoreHealth>('StoreHealth').implement({
  ...onConsole,
  description: 'What the database tells of the exchange.',
  fields: (t) => ({
    databaseBytes: t.exposeFloat('databaseBytes'),
    subjects: t.exposeFloat('subjects', { description: 'Many of them as the database estimates.' }),
    logEntries: t.exposeFloat('logEntries'),
    signedEntries: t.exposeFloat('signedEntries'),
    signedAt: t.expose('signedAt', { type: 'DateTime', nullable: true }),
    feedPosition: t.exposeFloat('feedPosition'),
    batchesAtWork: t.exposeInt('batchesAtWork'),
    batchesWaitingForOfficers: t.exposeInt('batchesWaitingForOfficers'),
    tasksBehind: t.exposeInt('tasksBehind', { description: 'Changes that no task was made of yet.' }),
    webhooksStuck: t.exposeInt('webhooksStuck'),
  }),
})
const Service = builder.objectRef<ServiceHealth>('ServiceHealth').implement({
  ...onConsole,
  description: 'What the replica that answers measures of itself, since it started; times in milliseconds.',
  fields: (t) => ({
    ready: t.exposeBoolean('ready'),
    logIntact: t.exposeBoolean('logIntact', { description: 'The log is as its checkpoints say.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    answered: t.exposeFloat('answered', { description: 'Signed queries.' }),
    refused: t.exposeFloat('refused'),
    medianTime: t.exposeFloat('medianTime', { nullable: true, description: 'Of signed queries, at most.' }),
    slowTime: t.exposeFloat('slowTime', { nullable: true, description: '95 of 100 are faster.' }),
    eventLoopDelay: t.exposeFloat('eventLoopDelay', { nullable: true }),
    residentBytes: t.exposeFloat('residentBytes'),
  }),
})

const Dashboard = builder.objectRef<Record<string, never>>('Dashboard').implement({
  ...onConsole,
  fields: (t) => ({
    intake: t.field({
      type: [Intake],
      description: `By day and department; at most ${limits.timelinessDays} days.`,
      args: { from: t.arg({ type: 'Day', required: true }), to: t.arg({ type: 'Day', required: true }) },
      resolve: (_root, window, context) => consoleSide(context).dashboard.intake(window),
    }),
    lists: t.field({
      type: [Lists],
      resolve: (_root, _args, context) => consoleSide(context).dashboard.lists(),
    }),
    tasks: t.field({
      type: [Tasks],
      resolve: (_root, _args, context) => consoleSide(context).dashboard.tasks(),
    }),
    cases: t.field({
      type: [Cases],
      resolve: (_root, _args, context) => consoleSide(context).dashboard.cases(),
    }),
    store: t.field({
      type: Store,
      resolve: (_root, _args, context) => consoleSide(context).dashboard.store(),
    }),
    service: t.field({
      type: Service,
      resolve: (_root, _args, context) => consoleSide(context).serviceHealth(),
    }),
  }),
})

builder.queryField('dashboard', (t) =>
  t.field({ subGraphs: consoleOnly, type: Dashboard, resolve: () => ({}) }),
)
