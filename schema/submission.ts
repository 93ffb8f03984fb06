import { limits } from '../src/limits.ts'
import type { BatchResult } from '../src/records/record-store.ts'
import { builder, department, onDepartment } from './builder.ts'
import { Refusal, refusable } from './refusal.ts'

const Problem = builder.objectRef<BatchResult['problems'][number]>('RecordProblem').implement({
  ...onDepartment,
  description: 'What is wrong with one row. It never repeats the value.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Position of the row in the request, from 0.' }),
    field: t.exposeString('field', { nullable: true }),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
  }),
})

const Batch = builder.objectRef<BatchResult>('Batch').implement({
  ...onDepartment,
  description: 'The result of one batch: received = accepted + unchanged + held + rejected.',
  fields: (t) => ({
    batchId: t.exposeString('batchId'),
    dataset: t.exposeString('dataset'),
    received: t.exposeInt('received'),
    accepted: t.exposeInt('accepted', { description: 'New records and new versions of known ones.' }),
    unchanged: t.exposeInt('unchanged', { description: 'Rows that say what the exchange knows already.' }),
    held: t.exposeInt('held', {
      description: 'Rows whose number fails its check character wait for a person.',
    }),
    rejected: t.exposeInt('rejected'),
    problems: t.expose('problems', { type: [Problem] }),
  }),
})

const SubmitRecordsSuccess = builder.objectRef<{ batch: BatchResult }>('SubmitRecordsSuccess').implement({
  ...onDepartment,
  fields: (t) => ({ batch: t.expose('batch', { type: Batch }) }),
})

const SubmitRecordsInput = builder.inputType('SubmitRecordsInput', {
  subGraphs: department,
  fields: (t) => ({
    dataset: t.string({ required: true }),
    batchId: t.string({
      required: true,
      description: 'Chosen by the caller; the same id gives the same result for ever.',
    }),
    records: t.field({ type: ['JSON'], required: true, description: `At most ${limits.recordsPerBatch}.` }),
  }),
})

builder.mutationField('submitRecords', (t) =>
  t.field({
    subGraphs: department,
    type: SubmitRecordsSuccess,
    authScopes: { role: 'PROVIDER' },
    description: 'Submits records (归集). Good rows are kept, each bad row is answered.',
    errors: { types: [Refusal], union: { name: 'SubmitRecordsResult', subGraphs: department } },
    args: { input: t.arg({ type: SubmitRecordsInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => {
        const { dataset, batchId } = input
        if (batchId.trim() === '' || batchId.length > limits.batchIdCharacters) {
          throw new Refusal(
            'INPUT_INVALID',
            `batchId 须为 1–${limits.batchIdCharacters} 字符 (batchId: 1 to ${limits.batchIdCharacters} characters)`,
          )
        }
        return {
          batch: await context.submissions.submit(context.caller, {
            dataset,
            batchId,
            records: [...input.records],
          }),
        }
      }),
  }),
)
