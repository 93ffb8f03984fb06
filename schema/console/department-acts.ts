import { limits } from '../../src/limits.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import type { Context } from '../context.ts'
import { requiredText } from '../input-text.ts'
import { Refusal } from '../refusal.ts'
import { administering } from './at-console.ts'
import type { ConsoleSide } from './console-side.ts'
import { ManagedDepartment } from './departments.ts'

/** What administrators do with departments, their keys, names and grants. */

const Success = builder.objectRef<{ code: string }>('DepartmentChanged').implement({
  ...onConsole,
  fields: (t) => ({
    department: t.field({
      type: ManagedDepartment,
      async resolve({ code }, _args, context) {
        const found = await context.console?.overview.find(code)
        if (!found) throw new RangeError('a department that was changed is there')
        return found
      },
    }),
  }),
})

const IssuedCode = builder
  .objectRef<{ department: string; code: string; expiresAt: Date }>('EnrolmentCodeIssued')
  .implement({
    ...onConsole,
    fields: (t) => ({
      department: t.exposeString('department'),
      code: t.exposeString('code', { description: 'Told this once; only its digest is kept.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    }),
  })

type Merged = Awaited<ReturnType<ConsoleSide['merges']['merge']>>
const DepartmentsMerged = builder.objectRef<Merged>('DepartmentsMerged').implement({
  ...onConsole,
  fields: (t) => ({
    into: t.exposeString('into'),
    merged: t.exposeStringList('merged'),
    alreadyMerged: t.exposeStringList('alreadyMerged'),
    datasets: t.exposeStringList('datasets', { description: 'Now provided by the successor.' }),
    grants: t.exposeStringList('grants'),
  }),
})

const DivisionAdded = builder.objectRef<{ code: string; name: string }>('DivisionAdded').implement({
  ...onConsole,
  fields: (t) => ({ code: t.exposeString('code'), name: t.exposeString('name') }),
})

const RegisterDepartmentInput = builder.inputType('RegisterDepartmentInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    code: t.string({ required: true, description: '2 to 32 of A–Z, 0–9 and _, a letter first.' }),
    name: t.string({ required: true }),
    kind: t.string({ required: true, description: 'Field of work, e.g. DEVELOPMENT_REFORM.' }),
    division: t.string({
      required: true,
      description: 'Code of a division; a county branch has its county’s.',
    }),
    roles: t.stringList({ required: true, description: 'PROVIDER, ENQUIRER, CREDIT_OFFICE.' }),
    uscc: t.string({ description: 'Its own unified social credit code.' }),
  }),
})
const AddDivisionInput = builder.inputType('AddDivisionInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    code: t.string({ required: true, description: 'Six digits.' }),
    name: t.string({ required: true }),
    statistical: t.boolean({ defaultValue: false }),
  }),
})
const RenameDepartmentInput = builder.inputType('RenameDepartmentInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    code: t.string({ required: true }),
    name: t.string({ required: true }),
    validFrom: t.field({ type: 'Day', required: true }),
  }),
})
const DepartmentCodeInput = builder.inputType('DepartmentCodeInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({ code: t.string({ required: true }) }),
})
const DepartmentKeyInput = builder.inputType('DepartmentKeyInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    code: t.string({ required: true }),
    kid: t.string({ required: true, description: 'Compared with what the engineer tells by another way.' }),
  }),
})
const RevokeKeyInput = builder.inputType('RevokeDepartmentKeyInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    code: t.string({ required: true }),
    kid: t.string({ required: true }),
    reason: t.string({ required: true }),
  }),
})
const MergeDepartmentsInput = builder.inputType('MergeDepartmentsInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    from: t.stringList({ required: true }),
    into: t.string({ required: true }),
    effectiveFrom: t.field({ type: 'Day', required: true }),
    reason: t.string({ required: true, description: 'The document on the reform of organs (机构改革).' }),
  }),
})
const GrantDatasetInput = builder.inputType('GrantDatasetInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    code: t.string({ required: true, description: 'Of the department that may read.' }),
    dataset: t.string({ required: true }),
    basis: t.string({ required: true }),
  }),
})
const RevokeGrantInput = builder.inputType('RevokeDatasetGrantInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({ code: t.string({ required: true }), dataset: t.string({ required: true }) }),
})

const reasonOf = (text: string) => requiredText('reason', text, limits.reasonCharacters)
const nameOf = (text: string) => requiredText('name', text, limits.nameCharacters)

/** Acts on the department of that code, and answers with it as it is then. */
const changing = (
  context: Context,
  code: string,
  work: (side: ConsoleSide) => Promise<void>,
): Promise<{ code: string }> =>
  administering(context, async (side) => {
    await work(side)
    return { code }
  })

builder.mutationFields((t) => {
  const result = (name: string) => ({ types: [Refusal], union: { name, subGraphs: consoleOnly } })
  const changed = { subGraphs: consoleOnly, type: Success }
  return {
    registerDepartment: t.field({
      ...changed,
      description: 'Registers a department. It becomes active with its first approved key.',
      errors: result('RegisterDepartmentResult'),
      args: { input: t.arg({ type: RegisterDepartmentInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) =>
          registry.register(actor, {
            code: input.code,
            name: nameOf(input.name),
            kind: requiredText('kind', input.kind, limits.nameCharacters),
            division: input.division,
            roles: [...input.roles],
            ...(input.uscc ? { uscc: input.uscc } : {}),
          }),
        ),
    }),
    addDivision: t.field({
      subGraphs: consoleOnly,
      type: DivisionAdded,
      errors: result('AddDivisionResult'),
      args: { input: t.arg({ type: AddDivisionInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ registry, actor }) => {
          const division = {
            code: input.code,
            name: nameOf(input.name),
            statistical: input.statistical ?? false,
          }
          await registry.addDivision(actor, division)
          return division
        }),
    }),
    renameDepartment: t.field({
      ...changed,
      description: 'From a day on it bears another name; what was issued before keeps the old one.',
      errors: result('RenameDepartmentResult'),
      args: { input: t.arg({ type: RenameDepartmentInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) =>
          registry.rename(actor, input.code, nameOf(input.name), input.validFrom),
        ),
    }),
    issueEnrolmentCode: t.field({
      subGraphs: consoleOnly,
      type: IssuedCode,
      description: `A one-time code for the department’s engineer, valid for ${limits.enrolmentCodeHours} hours.`,
      errors: result('IssueEnrolmentCodeResult'),
      args: { input: t.arg({ type: DepartmentCodeInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ registry, actor }) => ({
          department: input.code,
          ...(await registry.issueEnrolmentCode(actor, input.code)),
        })),
    }),
    approveDepartmentKey: t.field({
      ...changed,
      description: 'The key counts from now on.',
      errors: result('ApproveDepartmentKeyResult'),
      args: { input: t.arg({ type: DepartmentKeyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) =>
          registry.approveKey(actor, input.code, input.kid),
        ),
    }),
    refuseDepartmentKey: t.field({
      ...changed,
      errors: result('RefuseDepartmentKeyResult'),
      args: { input: t.arg({ type: DepartmentKeyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) =>
          registry.refuseKey(actor, input.code, input.kid),
        ),
    }),
    revokeDepartmentKey: t.field({
      ...changed,
      description: 'In force everywhere within a second; it cannot be taken back.',
      errors: result('RevokeDepartmentKeyResult'),
      args: { input: t.arg({ type: RevokeKeyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) =>
          registry.revokeKey(actor, input.code, input.kid, reasonOf(input.reason)),
        ),
    }),
    suspendDepartment: t.field({
      ...changed,
      description: 'Its systems are answered no more, and its officers are signed out, within a second.',
      errors: result('SuspendDepartmentResult'),
      args: { input: t.arg({ type: DepartmentCodeInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) => registry.suspend(actor, input.code)),
    }),
    resumeDepartment: t.field({
      ...changed,
      errors: result('ResumeDepartmentResult'),
      args: { input: t.arg({ type: DepartmentCodeInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) => registry.resume(actor, input.code)),
    }),
    mergeDepartments: t.field({
      subGraphs: consoleOnly,
      type: DepartmentsMerged,
      description: 'Closes departments and passes their duties to the successor (机构改革).',
      errors: result('MergeDepartmentsResult'),
      args: { input: t.arg({ type: MergeDepartmentsInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, ({ merges, actor }) =>
          merges.merge(actor, {
            from: [...input.from],
            into: input.into,
            effectiveFrom: input.effectiveFrom,
            reason: reasonOf(input.reason),
          }),
        ),
    }),
    grantDataset: t.field({
      ...changed,
      description: 'Gives the right to read the AUTHORISED fields (授权查询) of a dataset.',
      errors: result('GrantDatasetResult'),
      args: { input: t.arg({ type: GrantDatasetInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) =>
          registry.grant(
            actor,
            input.code,
            input.dataset,
            requiredText('basis', input.basis, limits.reasonCharacters),
          ),
        ),
    }),
    revokeDatasetGrant: t.field({
      ...changed,
      errors: result('RevokeDatasetGrantResult'),
      args: { input: t.arg({ type: RevokeGrantInput, required: true }) },
      resolve: (_root, { input }, context) =>
        changing(context, input.code, ({ registry, actor }) =>
          registry.revokeGrant(actor, input.code, input.dataset),
        ),
    }),
  }
})
