import type { Health } from '../../src/departments/overview-service.ts'
import type { DepartmentOverview } from '../../src/departments/overview-store.ts'
import { legalDay } from '../../src/kernel/clock.ts'
import { limits } from '../../src/limits.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import type { Context } from '../context.ts'
import { Timeliness } from '../timeliness.ts'
import { consoleSide } from './at-console.ts'
import { type IntegrationSheet, integrationSheet } from './integration-sheet.ts'

const DivisionType = builder
  .objectRef<{ code: string; name: string; statistical: boolean }>('ConsoleDivision')
  .implement({
    ...onConsole,
    description: 'Administrative division (行政区划), GB/T 2260.',
    fields: (t) => ({
      code: t.exposeString('code'),
      name: t.exposeString('name'),
      statistical: t.exposeBoolean('statistical', {
        description: 'A reporting area that no identifier contains.',
      }),
    }),
  })

const NamedDepartment = builder
  .objectRef<{ code: string; name: string | null }>('NamedDepartment')
  .implement({
    ...onConsole,
    fields: (t) => ({
      code: t.exposeString('code'),
      name: t.string({ resolve: ({ code, name }) => name ?? code }),
    }),
  })

const ManagedName = builder
  .objectRef<DepartmentOverview['names'][number]>('ManagedDepartmentName')
  .implement({
    ...onConsole,
    fields: (t) => ({
      name: t.exposeString('name'),
      validFrom: t.expose('validFrom', { type: 'Day' }),
    }),
  })

const ManagedKey = builder.objectRef<DepartmentOverview['keys'][number]>('ManagedDepartmentKey').implement({
  ...onConsole,
  description: 'A public key of a department by its RFC 7638 thumbprint.',
  fields: (t) => ({
    kid: t.exposeString('kid'),
    algorithm: t.exposeString('algorithm'),
    status: t.exposeString('status', { description: 'PENDING, ACTIVE, REVOKED or REFUSED.' }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
    notBefore: t.expose('notBefore', { type: 'DateTime', nullable: true }),
    notAfter: t.expose('notAfter', { type: 'DateTime', nullable: true }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
  }),
})

const ManagedEnrolmentCode = builder
  .objectRef<DepartmentOverview['enrolmentCodes'][number]>('ManagedEnrolmentCode')
  .implement({
    ...onConsole,
    description: 'A code that was issued; the code itself was told once.',
    fields: (t) => ({
      createdAt: t.expose('createdAt', { type: 'DateTime' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
      usedAt: t.expose('usedAt', { type: 'DateTime', nullable: true }),
    }),
  })

const ManagedDatasetRef = builder
  .objectRef<DepartmentOverview['datasets'][number]>('ManagedDatasetRef')
  .implement({
    ...onConsole,
    fields: (t) => ({
      code: t.exposeString('code'),
      status: t.exposeString('status', { description: 'DRAFT, ACTIVE or RETIRED.' }),
    }),
  })

const ManagedGrant = builder.objectRef<DepartmentOverview['grants'][number]>('ManagedGrant').implement({
  ...onConsole,
  description: 'A right to read the AUTHORISED fields (授权查询) of a dataset.',
  fields: (t) => ({
    dataset: t.exposeString('dataset'),
    basis: t.exposeString('basis'),
    grantedAt: t.expose('grantedAt', { type: 'DateTime' }),
  }),
})

const DepartmentHealth = builder.objectRef<Health>('DepartmentHealth').implement({
  ...onConsole,
  description: 'Whether the systems of the department work, from the evidence log; officers do not count.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime' }),
    lastAt: t.expose('lastAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The last answered request since then; null: there was none.',
    }),
    answered: t.exposeInt('answered'),
    refused: t.exposeInt('refused', {
      description: 'Of those answered, how many with a refusal or an error.',
    }),
    errorRate: t.float({
      nullable: true,
      description: 'refused / answered; null where nothing was answered.',
      resolve: ({ answered, refused }) => (answered === 0 ? null : refused / answered),
    }),
  }),
})

const SheetLine = builder.objectRef<IntegrationSheet['facts'][number]>('IntegrationFact').implement({
  ...onConsole,
  fields: (t) => ({
    label: t.exposeString('label', { description: 'Chinese, then English.' }),
    value: t.exposeString('value'),
  }),
})
const Sheet = builder.objectRef<IntegrationSheet>('IntegrationSheet').implement({
  ...onConsole,
  description: 'For the department’s engineer: what its system needs to know, and commands that run.',
  fields: (t) => ({
    facts: t.expose('facts', { type: [SheetLine] }),
    commands: t.expose('commands', { type: [SheetLine] }),
    text: t.exposeString('text', { description: 'All of it, to be copied.' }),
  }),
})

/** One reading of the log for all departments of an answer. */
const healthOf = new WeakMap<Context, Promise<(code: string) => Health>>()

const timelinessWindow = (now: Date) => ({
  from: legalDay(new Date(now.getTime() - limits.healthDays * 86_400_000)),
  to: legalDay(now),
})

const ManagedDepartment = builder.objectRef<DepartmentOverview>('ManagedDepartment').implement({
  ...onConsole,
  description: 'A department as administrators see it.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    kind: t.exposeString('kind'),
    uscc: t.exposeString('uscc', { nullable: true }),
    status: t.exposeString('status', { description: 'REGISTERED, ACTIVE, SUSPENDED or CLOSED.' }),
    roles: t.exposeStringList('roles'),
    registeredAt: t.expose('registeredAt', { type: 'DateTime' }),
    division: t.string({ resolve: ({ division }) => division.code }),
    divisionName: t.string({ resolve: ({ division }) => division.name }),
    successor: t.expose('successor', { type: NamedDepartment, nullable: true }),
    predecessors: t.expose('predecessors', { type: [NamedDepartment] }),
    names: t.expose('names', { type: [ManagedName] }),
    keys: t.expose('keys', { type: [ManagedKey], description: 'Latest first.' }),
    enrolmentCodes: t.expose('enrolmentCodes', { type: [ManagedEnrolmentCode] }),
    datasets: t.expose('datasets', { type: [ManagedDatasetRef] }),
    grants: t.expose('grants', { type: [ManagedGrant] }),
    officers: t.exposeInt('officers', { description: 'Who are not disabled.' }),
    health: t.field({
      type: DepartmentHealth,
      description: `Over the last ${limits.healthDays} days.`,
      async resolve({ code }, _args, context) {
        const read = healthOf.get(context) ?? consoleSide(context).overview.health()
        healthOf.set(context, read)
        return (await read)(code)
      },
    }),
    timeliness: t.field({
      type: [Timeliness],
      description: `How timely it was over the last ${limits.healthDays} days, by dataset and clock.`,
      async resolve({ code }, _args, { timeliness, clock }) {
        const rows = await timeliness.timeliness(timelinessWindow(clock.now()))
        return rows.filter(({ departmentCode }) => departmentCode === code)
      },
    }),
    integrationSheet: t.field({
      type: Sheet,
      resolve: (department, _args, context) => integrationSheet(department, consoleSide(context)),
    }),
  }),
})

builder.queryFields((t) => ({
  managedDepartments: t.field({
    subGraphs: consoleOnly,
    type: [ManagedDepartment],
    description: 'All departments, by code.',
    resolve: (_root, _args, context) => consoleSide(context).overview.list(),
  }),
  managedDepartment: t.field({
    subGraphs: consoleOnly,
    type: ManagedDepartment,
    nullable: true,
    args: { code: t.arg.string({ required: true }) },
    resolve: (_root, { code }, context) => consoleSide(context).overview.find(code),
  }),
  divisions: t.field({
    subGraphs: consoleOnly,
    type: [DivisionType],
    resolve: (_root, _args, context) => consoleSide(context).overview.divisions(),
  }),
}))

export { ManagedDepartment, NamedDepartment }
