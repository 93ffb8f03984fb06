import { isUnderWay } from '../batches.ts'
import type { ExchangeClient } from '../exchange-client.ts'
import { batchLine, exitCodeOf, noteReport, problemLine } from './batch-report.ts'
import {
  type Command,
  clientOf,
  configOption,
  note,
  optional,
  print,
  readConfig,
  required,
  UsageError,
  type Values,
} from './command.ts'
import { checkAnnotatedTarget, follow, saveAnnotated, standardError } from './following.ts'
import { createProgress } from './progress.ts'

export const batch: Command = {
  summary: '查看、确认或取消批次 look at a batch, confirm or cancel it',
  usage:
    'jce batch <id> [--config jce.json] [--watch] [--problems] [--annotated copy.xlsx]\n' +
    '    [--cancel | --confirm --officer <经办人> --reason <理由>]',
  options: {
    ...configOption,
    watch: { type: 'boolean' },
    problems: { type: 'boolean' },
    annotated: { type: 'string' },
    cancel: { type: 'boolean' },
    confirm: { type: 'boolean' },
    officer: { type: 'string' },
    reason: { type: 'string' },
  },
  async run(values, [batchId]) {
    if (batchId === undefined) throw new UsageError('缺少批次号 (the batch id is missing)')
    const decide = decisionOf(values)
    const annotated = optional(values, 'annotated')
    if (annotated) await checkAnnotatedTarget(annotated)
    const client = await clientOf(await readConfig(values))
    if (decide) await decide(client, batchId)
    const view =
      values.watch === true
        ? await follow(
            client,
            batchId,
            createProgress(standardError, () => performance.now()),
          )
        : (await client.batch(batchId)).data
    if (!view) {
      note(`没有批次 ${batchId} (no such batch of this department)`)
      return 1
    }
    noteReport(view)
    if (values.problems === true) {
      for await (const problem of client.problems(batchId)) print(problemLine(problem))
    } else print(batchLine(view))
    if (annotated) await saveAnnotated(client, view, annotated)
    const isCancelled = values.cancel === true && view.status === 'CANCELLED'
    return isCancelled || isUnderWay(view.status) ? 0 : exitCodeOf(view)
  },
}

export const batches: Command = {
  summary: '列出最近的批次 list the latest batches',
  usage:
    'jce batches [--config jce.json] [--dataset <code>]\n\n' +
    '  标准输出 standard output: batch, dataset, status, receivedAt, read, accepted, unchanged, held, rejected, file',
  options: { ...configOption, dataset: { type: 'string' } },
  async run(values) {
    const client = await clientOf(await readConfig(values))
    let shown = 0
    for await (const view of client.batches({ dataset: optional(values, 'dataset') })) {
      if (shown === mostBatches) {
        note(`只列最近 ${mostBatches} 个 (only the latest)`)
        break
      }
      print(batchLine(view))
      shown += 1
    }
    return 0
  },
}

const mostBatches = 50

function decisionOf(values: Values): ((client: ExchangeClient, batchId: string) => Promise<unknown>) | null {
  const { cancel, confirm } = values
  if (cancel === true && confirm === true)
    throw new UsageError('--cancel 与 --confirm 不能并用 (not both at once)')
  if (cancel === true) return (client, batchId) => client.cancelBatch(batchId)
  if (confirm !== true) return null
  const by = { officer: required(values, 'officer'), reason: required(values, 'reason') }
  return (client, batchId) => client.confirmBatch(batchId, by)
}
