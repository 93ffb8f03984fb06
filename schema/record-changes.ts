import type { Json } from '../src/kernel/canonical-json.ts'
import { Refusal as DomainRefusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import type { ChangeInput } from '../src/records/record-change-service.ts'
import type { RecordedChange } from '../src/records/record-store.ts'
import { builder, department, onDepartment } from './builder.ts'
import { requiredText } from './input-text.ts'
import { Refusal, refusable } from './refusal.ts'

const RecordChange = builder.objectRef<RecordedChange>('RecordChange').implement({
  ...onDepartment,
  description: 'A change of one record; every change is a version of its own.',
  fields: (t) => ({
    changeId: t.exposeString('changeId'),
    kind: t.exposeString('kind', { description: 'CORRECTED, WITHDRAWN or SUPERSEDED.' }),
    recordId: t.exposeID('recordId'),
    version: t.exposeInt('version'),
    changedAt: t.expose('changedAt', { type: 'DateTime' }),
  }),
})

const ChangeSuccess = (name: string) =>
  builder.objectRef<{ change: RecordedChange }>(name).implement({
    ...onDepartment,
    fields: (t) => ({ change: t.expose('change', { type: RecordChange }) }),
  })

const descriptions = {
  changeId: 'Chosen by the caller; the same id gives the same result for ever.',
  sourceKey: 'The source number: the fields of the dataset’s sourceKey with their values.',
  reason: `Why, at most ${limits.reasonCharacters} characters.`,
  documentNo: 'The document (文书) that says so.',
}

const CorrectRecordInput = builder.inputType('CorrectRecordInput', {
  subGraphs: department,
  fields: (t) => ({
    changeId: t.string({ required: true, description: descriptions.changeId }),
    dataset: t.string({ required: true }),
    sourceKey: t.field({ type: 'JSON', required: true, description: descriptions.sourceKey }),
    record: t.field({
      type: 'JSON',
      required: true,
      description: 'The whole corrected record; its source number may differ.',
    }),
    reason: t.string({ required: true, description: descriptions.reason }),
    documentNo: t.string({ required: true, description: descriptions.documentNo }),
  }),
})

const WithdrawRecordInput = builder.inputType('WithdrawRecordInput', {
  subGraphs: department,
  fields: (t) => ({
    changeId: t.string({ required: true, description: descriptions.changeId }),
    dataset: t.string({ required: true }),
    sourceKey: t.field({ type: 'JSON', required: true, description: descriptions.sourceKey }),
    decidedOn: t.field({
      type: 'Day',
      required: true,
      description: 'The day on which it was changed, revoked or found void; the clock runs from there.',
    }),
    reason: t.string({ required: true, description: descriptions.reason }),
    documentNo: t.string({ required: true, description: descriptions.documentNo }),
  }),
})

const SupersedeRecordInput = builder.inputType('SupersedeRecordInput', {
  subGraphs: department,
  fields: (t) => ({
    changeId: t.string({ required: true, description: descriptions.changeId }),
    dataset: t.string({ required: true }),
    sourceKey: t.field({ type: 'JSON', required: true, description: descriptions.sourceKey }),
    supersededBy: t.field({
      type: 'JSON',
      required: true,
      description: 'The source number of the record that takes its place.',
    }),
    reason: t.string({ required: true, description: descriptions.reason }),
    documentNo: t.string({ required: true, description: descriptions.documentNo }),
  }),
})

type Given = {
  changeId: string
  dataset: string
  sourceKey?: Json | undefined
  reason: string
  documentNo: string
}

function changeOf(input: Given): ChangeInput {
  return {
    changeId: requiredText('changeId', input.changeId, limits.batchIdCharacters),
    dataset: input.dataset,
    sourceKey: objectOf('sourceKey', input.sourceKey),
    reason: requiredText('reason', input.reason, limits.reasonCharacters),
    documentNo: requiredText('documentNo', input.documentNo, limits.documentNoCharacters),
  }
}

function objectOf(name: string, value: Json | undefined): Record<string, Json> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new DomainRefusal(
    'INPUT_INVALID',
    `${name} 须为字段与值的对象 (${name}: expected an object of fields)`,
  )
}

builder.mutationFields((t) => ({
  correctRecord: t.field({
    subGraphs: department,
    type: ChangeSuccess('CorrectRecordSuccess'),
    authScopes: { role: 'PROVIDER' },
    description: 'Corrects (更正) a record of the caller, whole.',
    errors: { types: [Refusal], union: { name: 'CorrectRecordResult', subGraphs: department } },
    args: { input: t.arg({ type: CorrectRecordInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        change: await context.recordChanges.correct(context.caller, {
          ...changeOf(input),
          record: input.record ?? null,
        }),
      })),
  }),
  withdrawRecord: t.field({
    subGraphs: department,
    type: ChangeSuccess('WithdrawRecordSuccess'),
    authScopes: { role: 'PROVIDER' },
    description: 'Withdraws (撤销) a record of the caller; the listing that rests on it ends.',
    errors: { types: [Refusal], union: { name: 'WithdrawRecordResult', subGraphs: department } },
    args: { input: t.arg({ type: WithdrawRecordInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        change: await context.recordChanges.withdraw(context.caller, {
          ...changeOf(input),
          decidedOn: input.decidedOn,
        }),
      })),
  }),
  supersedeRecord: t.field({
    subGraphs: department,
    type: ChangeSuccess('SupersedeRecordSuccess'),
    authScopes: { role: 'PROVIDER' },
    description: 'Puts a later record of the caller in the place (取代) of an earlier one.',
    errors: { types: [Refusal], union: { name: 'SupersedeRecordResult', subGraphs: department } },
    args: { input: t.arg({ type: SupersedeRecordInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        change: await context.recordChanges.supersede(context.caller, {
          ...changeOf(input),
          supersededBy: objectOf('supersededBy', input.supersededBy),
        }),
      })),
  }),
}))
