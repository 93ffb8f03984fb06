import { limits } from '../../src/limits.ts'
import { officerStatuses } from '../../src/officers/officer.ts'
import type { OfficerRecord } from '../../src/officers/officer-store.ts'
import type { RecoveryRow } from '../../src/officers/recovery-store.ts'
import type { SessionRow } from '../../src/officers/session-store.ts'
import type { SetUpCode } from '../../src/officers/set-up-service.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import { Refusal } from '../refusal.ts'
import { administering } from './at-console.ts'
import { NamedDepartment } from './departments.ts'
import { OfficerRoleType } from './viewer.ts'

/** Officers as administrators manage them; what she does with her own log-in is at /console/api/auth. */

const OfficerStatusType = builder.enumType('OfficerStatus', {
  subGraphs: consoleOnly,
  values: officerStatuses,
})

const Session = builder.objectRef<SessionRow>('OfficerSession').implement({
  ...onConsole,
  fields: (t) => ({
    id: t.exposeID('id'),
    method: t.exposeString('method'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    address: t.exposeString('address', { nullable: true }),
    userAgent: t.exposeString('userAgent', { nullable: true }),
  }),
})

const OfficerType = builder.objectRef<OfficerRecord>('Officer').implement({
  ...onConsole,
  description: 'An officer (经办人) with an account, as administrators see her.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    email: t.exposeString('email'),
    roles: t.expose('roles', { type: [OfficerRoleType] }),
    department: t.expose('department', { type: NamedDepartment }),
    division: t.exposeString('division', { nullable: true }),
    status: t.expose('status', { type: OfficerStatusType }),
    hasPassword: t.exposeBoolean('hasPassword', { description: 'With its second factor.' }),
    passkeys: t.exposeInt('passkeys'),
    hasSingleSignOn: t.exposeBoolean('hasSingleSignOn'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastSignedInAt: t.expose('lastSignedInAt', { type: 'DateTime', nullable: true }),
    setUpCodeExpiresAt: t.expose('setUpCodeExpiresAt', { type: 'DateTime', nullable: true }),
    sessions: t.field({
      type: [Session],
      resolve: ({ id }, _args, context) =>
        administering(context, ({ officers, manager }) => officers.sessions(manager, id)),
    }),
  }),
})

const SetUpCodeType = builder.objectRef<SetUpCode>('OfficerSetUpCode').implement({
  ...onConsole,
  description: 'Told this once; it goes to the officer in person.',
  fields: (t) => ({
    code: t.exposeString('code'),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
})

export const OfficerReference = builder.objectRef<RecoveryRow['officer']>('OfficerReference').implement({
  ...onConsole,
  fields: (t) => ({ id: t.exposeID('id'), name: t.exposeString('name') }),
})

const Recovery = builder.objectRef<RecoveryRow & { mayConfirm: boolean }>('OfficerRecovery').implement({
  ...onConsole,
  description: 'A lost password or second factor, which two administrators have to want to recover.',
  fields: (t) => ({
    id: t.exposeID('id'),
    officer: t.expose('officer', { type: OfficerReference }),
    reason: t.exposeString('reason'),
    openedBy: t.expose('openedBy', { type: OfficerReference }),
    openedAt: t.expose('openedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    mayConfirm: t.exposeBoolean('mayConfirm', { description: 'The viewer may be the second administrator.' }),
  }),
})

const OfficerChanged = builder.objectRef<{ officer: OfficerRecord }>('OfficerChanged').implement({
  ...onConsole,
  fields: (t) => ({ officer: t.expose('officer', { type: OfficerType }) }),
})
const OfficerCreated = builder
  .objectRef<{ officer: OfficerRecord; setUp: SetUpCode }>('OfficerCreated')
  .implement({
    ...onConsole,
    fields: (t) => ({
      officer: t.expose('officer', { type: OfficerType }),
      setUp: t.expose('setUp', { type: SetUpCodeType }),
    }),
  })
const RecoveryOpened = builder.objectRef<{ id: number; expiresAt: Date }>('RecoveryOpened').implement({
  ...onConsole,
  fields: (t) => ({ id: t.exposeID('id'), expiresAt: t.expose('expiresAt', { type: 'DateTime' }) }),
})
const Done = builder.objectRef<{ id: string }>('OfficerActDone').implement({
  ...onConsole,
  fields: (t) => ({ id: t.exposeID('id') }),
})

const CreateOfficerInput = builder.inputType('CreateOfficerInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    name: t.string({ required: true }),
    email: t.string({ required: true }),
    department: t.string({ required: true }),
    roles: t.field({ type: [OfficerRoleType], required: true }),
    division: t.string({ description: 'Six digits: sees only this county’s work lists.' }),
  }),
})
const AssignOfficerInput = builder.inputType('AssignOfficerInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    id: t.id({ required: true }),
    department: t.string({ required: true }),
    roles: t.field({ type: [OfficerRoleType], required: true }),
    division: t.string(),
  }),
})
const OfficerIdInput = builder.inputType('OfficerIdInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({ id: t.id({ required: true }) }),
})
const OfficerReasonInput = builder.inputType('OfficerReasonInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    id: t.id({ required: true }),
    reason: t.string({ required: true, description: `At most ${limits.reasonCharacters} characters.` }),
  }),
})
const RevokeSessionInput = builder.inputType('RevokeOfficerSessionInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({ id: t.id({ required: true }), sessionId: t.id({ required: true }) }),
})
const RecoveryIdInput = builder.inputType('RecoveryIdInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({ id: t.id({ required: true }) }),
})

function recoveryId(id: string | number): number {
  if (/^\d{1,9}$/.test(String(id))) return Number(id)
  throw new Refusal('RECOVERY_NOT_FOUND', '没有该恢复申请 (there is no such recovery)')
}

builder.queryFields((t) => ({
  officers: t.field({
    subGraphs: consoleOnly,
    type: [OfficerType],
    description: `By department and name, at most ${limits.officersShown}.`,
    resolve: (_root, _args, context) =>
      administering(context, ({ officers, manager }) => officers.list(manager)),
  }),
  officer: t.field({
    subGraphs: consoleOnly,
    type: OfficerType,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, context) =>
      administering(context, ({ officers, manager }) => officers.find(manager, String(id))),
  }),
  recoveries: t.field({
    subGraphs: consoleOnly,
    type: [Recovery],
    description: 'Those that are open.',
    resolve: (_root, _args, context) =>
      administering(context, ({ recoveries, manager }) => recoveries.pending(manager)),
  }),
}))

builder.mutationFields((t) => {
  const result = (name: string) => ({ types: [Refusal], union: { name, subGraphs: consoleOnly } })
  return {
    createOfficer: t.field({
      subGraphs: consoleOnly,
      type: OfficerCreated,
      errors: result('CreateOfficerResult'),
      args: { input: t.arg({ type: CreateOfficerInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, ({ officers, manager }) =>
          officers.create(manager, {
            name: input.name,
            email: input.email,
            roles: input.roles,
            department: input.department,
            division: input.division || null,
          }),
        ),
    }),
    assignOfficer: t.field({
      subGraphs: consoleOnly,
      type: OfficerChanged,
      description: 'Roles, department and county from now on; her sessions go on with them.',
      errors: result('AssignOfficerResult'),
      args: { input: t.arg({ type: AssignOfficerInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ officers, manager }) => ({
          officer: await officers.assign(manager, String(input.id), {
            roles: input.roles,
            department: input.department,
            division: input.division || null,
          }),
        })),
    }),
    renewOfficerSetUpCode: t.field({
      subGraphs: consoleOnly,
      type: SetUpCodeType,
      errors: result('RenewOfficerSetUpCodeResult'),
      args: { input: t.arg({ type: OfficerIdInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, ({ officers, manager }) => officers.renewSetUpCode(manager, String(input.id))),
    }),
    disableOfficer: t.field({
      subGraphs: consoleOnly,
      type: OfficerChanged,
      description: 'Her sessions end at once.',
      errors: result('DisableOfficerResult'),
      args: { input: t.arg({ type: OfficerReasonInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ officers, manager }) => ({
          officer: await officers.disable(manager, String(input.id), input.reason),
        })),
    }),
    enableOfficer: t.field({
      subGraphs: consoleOnly,
      type: OfficerChanged,
      errors: result('EnableOfficerResult'),
      args: { input: t.arg({ type: OfficerReasonInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ officers, manager }) => ({
          officer: await officers.enable(manager, String(input.id), input.reason),
        })),
    }),
    revokeOfficerSession: t.field({
      subGraphs: consoleOnly,
      type: Done,
      errors: result('RevokeOfficerSessionResult'),
      args: { input: t.arg({ type: RevokeSessionInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ officers, manager }) => {
          await officers.revokeSession(manager, String(input.id), String(input.sessionId))
          return { id: String(input.sessionId) }
        }),
    }),
    openRecovery: t.field({
      subGraphs: consoleOnly,
      type: RecoveryOpened,
      description: 'The first of two administrators; the id is the officer’s.',
      errors: result('OpenRecoveryResult'),
      args: { input: t.arg({ type: OfficerReasonInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, ({ recoveries, manager }) =>
          recoveries.open(manager, String(input.id), input.reason),
        ),
    }),
    confirmRecovery: t.field({
      subGraphs: consoleOnly,
      type: SetUpCodeType,
      description: 'The second administrator: everything she signed in with goes, and she gets a new code.',
      errors: result('ConfirmRecoveryResult'),
      args: { input: t.arg({ type: RecoveryIdInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, ({ recoveries, manager }) =>
          recoveries.confirm(manager, recoveryId(input.id)),
        ),
    }),
    cancelRecovery: t.field({
      subGraphs: consoleOnly,
      type: Done,
      errors: result('CancelRecoveryResult'),
      args: { input: t.arg({ type: RecoveryIdInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ recoveries, manager }) => {
          await recoveries.cancel(manager, recoveryId(input.id))
          return { id: String(input.id) }
        }),
    }),
  }
})
