import { limits } from '../src/limits.ts'
import { type BatchView, batchStatuses, progressOf, rowOutcomes } from '../src/records/batch.ts'
import type { NotedProblem } from '../src/records/batch-store.ts'
import { builder, department, onDepartment } from './builder.ts'
import { requiredText } from './input-text.ts'
import { connectionTypes, paged } from './paging.ts'
import { Refusal, refusable } from './refusal.ts'

const Problem = builder.objectRef<NotedProblem>('RecordProblem').implement({
  ...onDepartment,
  description: 'What is wrong with one row. It never repeats the value.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Position of the row in the batch, from 0.' }),
    line: t.exposeInt('line', {
      nullable: true,
      description: 'Where the row is in the file: line of a text, row of a sheet, from 1.',
    }),
    field: t.exposeString('field', { nullable: true }),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    held: t.exposeBoolean('held', { description: 'The row waits, or waited, for a decision.' }),
  }),
})

const BatchStatus = builder.enumType('BatchStatus', {
  subGraphs: department,
  description:
    'A file goes RECEIVED, CHECKING, STORING, ANNOTATING, DONE. SUSPICIOUS waits for confirmBatch before anything takes effect. REFUSED: nothing of it could be taken. CANCELLED: what was stored until then stays. FAILED: an error of the exchange.',
  values: batchStatuses,
})

type MoneyLine = { field: string; read: string } & BatchView['money'][string]

const MoneyTotal = builder.objectRef<MoneyLine>('MoneyTotal').implement({
  ...onDepartment,
  description:
    'The sum of one money field, in fen, as decimal text: read = accepted + unchanged + held + rejected.',
  fields: (t) => ({
    field: t.exposeString('field'),
    read: t.exposeString('read'),
    accepted: t.exposeString('accepted'),
    unchanged: t.exposeString('unchanged'),
    held: t.exposeString('held'),
    rejected: t.exposeString('rejected', {
      description: 'Of rejected rows, as far as the amount could be read.',
    }),
  }),
})

const BatchRemark = builder
  .objectRef<{ code: string; message: string; line?: number | null }>('BatchRemark')
  .implement({
    ...onDepartment,
    fields: (t) => ({
      code: t.exposeString('code'),
      message: t.exposeString('message'),
      line: t.int({ nullable: true, resolve: ({ line }) => line ?? null }),
    }),
  })

type File = NonNullable<BatchView['file']>

const BatchFile = builder.objectRef<File>('BatchFile').implement({
  ...onDepartment,
  fields: (t) => ({
    name: t.exposeString('name'),
    bytes: t.exposeInt('size'),
    sha256: t.exposeString('sha256', { description: 'Base64url.' }),
    format: t.exposeString('format', {
      nullable: true,
      description: 'CSV, XLSX, NDJSON or XML; null until it was looked into.',
    }),
    encoding: t.exposeString('encoding', { nullable: true }),
    sheet: t.exposeString('sheet', { nullable: true }),
  }),
})

const AnnotatedFile = builder.objectRef<NonNullable<BatchView['annotated']>>('AnnotatedFile').implement({
  ...onDepartment,
  description: 'The file again with the reason beside each row that was not taken: POST /batches/annotated.',
  fields: (t) => ({ bytes: t.exposeInt('size'), sha256: t.exposeString('sha256') }),
})

export const Batch = builder.objectRef<BatchView>('Batch').implement({
  ...onDepartment,
  description: 'Rows sent together: received = accepted + unchanged + held + rejected, at every moment.',
  fields: (t) => ({
    batchId: t.exposeString('batchId'),
    dataset: t.exposeString('dataset'),
    status: t.expose('status', { type: BatchStatus }),
    received: t.exposeInt('received', { description: 'Rows that have an outcome.' }),
    accepted: t.exposeInt('accepted', { description: 'New records and new versions of known ones.' }),
    unchanged: t.exposeInt('unchanged', { description: 'Rows that say what the exchange knows already.' }),
    held: t.exposeInt('held', {
      description: 'Rows whose number fails its check character wait for a person.',
    }),
    rejected: t.exposeInt('rejected'),
    withdrawn: t.exposeInt('withdrawn', {
      description: 'Of the accepted rows, those that withdraw a record.',
    }),
    money: t.field({
      type: [MoneyTotal],
      resolve: ({ money }) =>
        Object.entries(money).map(([field, sums]) => ({
          field,
          ...sums,
          read: rowOutcomes.reduce((sum, outcome) => sum + BigInt(sums[outcome]), 0n).toString(),
        })),
    }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    rowsChecked: t.exposeInt('rowsChecked', { description: 'Of a file: rows read and checked so far.' }),
    rowsTotal: t.exposeInt('rowsTotal', {
      nullable: true,
      description:
        'Known once the whole file was checked; total - received of a cancelled file were not taken.',
    }),
    rowsPerSecond: t.int({
      nullable: true,
      description: 'Of a file, over checking and storing together.',
      resolve: (batch, _args, { clock }) => progressOf(batch, clock.now()).rowsPerSecond,
    }),
    secondsLeft: t.int({
      nullable: true,
      description: 'Known while a file is being stored.',
      resolve: (batch, _args, { clock }) => progressOf(batch, clock.now()).secondsLeft,
    }),
    suspicions: t.expose('suspicions', {
      type: [BatchRemark],
      description: 'Why a file waits for confirmation.',
    }),
    refusal: t.expose('refusal', {
      type: BatchRemark,
      nullable: true,
      description: 'Why nothing, or nothing more, of a file was taken.',
    }),
    file: t.expose('file', { type: BatchFile, nullable: true, description: 'Null for submitRecords.' }),
    annotated: t.expose('annotated', {
      type: AnnotatedFile,
      nullable: true,
      description: 'Null where every row was taken, until the file is done, and after thirty days.',
    }),
    problemCount: t.int({ resolve: (batch, _args, { batches }) => batches.problemCount(batch) }),
    problems: t.field({
      type: [Problem],
      description: `The first ${limits.problemsShown}; allProblems pages through all of them.`,
      resolve: (batch, _args, { batches }) => batches.problems(batch),
    }),
    allProblems: t.connection(
      {
        subGraphs: department,
        type: Problem,
        resolve: (batch, args, { batches }) =>
          paged(
            args,
            ({ position }: NotedProblem) => position,
            (page) => batches.problemPage(batch, page),
          ),
      },
      ...connectionTypes,
    ),
  }),
})

builder.queryFields((t) => ({
  batch: t.field({
    subGraphs: department,
    type: Batch,
    nullable: true,
    authScopes: { role: 'PROVIDER' },
    description: 'A batch of the caller by its id: how far it is, and what became of it.',
    args: { batchId: t.arg.string({ required: true }) },
    resolve: (_root, { batchId }, { batches, caller }) =>
      batches.find(caller, requiredText('batchId', batchId, limits.batchIdCharacters)),
  }),
  batches: t.connection(
    {
      subGraphs: department,
      type: Batch,
      authScopes: { role: 'PROVIDER' },
      description: 'Batches of the caller, latest first.',
      args: { dataset: t.arg.string() },
      resolve: (_root, args, { batches, caller }) =>
        paged(
          args,
          ({ ref }: BatchView) => ref,
          (page) => batches.list(caller, { dataset: args.dataset ?? null }, page),
          limits.batchesPerPage,
        ),
    },
    ...connectionTypes,
  ),
}))

const BatchSuccess = (name: string) =>
  builder.objectRef<{ batch: BatchView }>(name).implement({
    ...onDepartment,
    fields: (t) => ({ batch: t.expose('batch', { type: Batch }) }),
  })

const CancelBatchInput = builder.inputType('CancelBatchInput', {
  subGraphs: department,
  fields: (t) => ({ batchId: t.string({ required: true }) }),
})

const ConfirmBatchInput = builder.inputType('ConfirmBatchInput', {
  subGraphs: department,
  fields: (t) => ({
    batchId: t.string({ required: true }),
    officer: t.string({ required: true, description: 'Who looked at it and answers for it (经办人).' }),
    reason: t.string({ required: true }),
  }),
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

builder.mutationFields((t) => ({
  submitRecords: t.field({
    subGraphs: department,
    type: BatchSuccess('SubmitRecordsSuccess'),
    authScopes: { role: 'PROVIDER' },
    description: 'Submits records (归集). Good rows are kept, each bad row is answered.',
    errors: { types: [Refusal], union: { name: 'SubmitRecordsResult', subGraphs: department } },
    args: { input: t.arg({ type: SubmitRecordsInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        batch: await context.submissions.submit(context.caller, {
          dataset: input.dataset,
          batchId: requiredText('batchId', input.batchId, limits.batchIdCharacters),
          records: [...input.records],
        }),
      })),
  }),
  cancelBatch: t.field({
    subGraphs: department,
    type: BatchSuccess('CancelBatchSuccess'),
    authScopes: { role: 'PROVIDER' },
    description: 'Stops a file on its way. What was stored until then stays.',
    errors: { types: [Refusal], union: { name: 'CancelBatchResult', subGraphs: department } },
    args: { input: t.arg({ type: CancelBatchInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        batch: await context.batches.cancel(
          context.caller,
          requiredText('batchId', input.batchId, limits.batchIdCharacters),
        ),
      })),
  }),
  confirmBatch: t.field({
    subGraphs: department,
    type: BatchSuccess('ConfirmBatchSuccess'),
    authScopes: { role: 'PROVIDER' },
    description: 'Lets a suspicious file take effect.',
    errors: { types: [Refusal], union: { name: 'ConfirmBatchResult', subGraphs: department } },
    args: { input: t.arg({ type: ConfirmBatchInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        batch: await context.batches.confirm(
          context.caller,
          requiredText('batchId', input.batchId, limits.batchIdCharacters),
          {
            officer: requiredText('officer', input.officer, limits.officerCharacters),
            reason: requiredText('reason', input.reason, limits.reasonCharacters),
          },
        ),
      })),
  }),
}))
