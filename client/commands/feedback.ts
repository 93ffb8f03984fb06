import { randomUUID } from 'node:crypto'
import { feedbackOutcomes, type TaskReceipt } from '../measure-tasks.ts'
import type { Proven } from '../signed-exchange.ts'
import {
  type Command,
  clientOf,
  configOption,
  note,
  oneOf,
  optional,
  print,
  readConfig,
  required,
  UsageError,
} from './command.ts'

export const feedback: Command = {
  summary: '反馈惩戒措施的实施或解除 report that a measure was applied, or lifted',
  usage:
    `jce feedback [--config jce.json] --task <N> --outcome ${feedbackOutcomes.join('|')} --effect <效果或理由>\n` +
    '    --on YYYY-MM-DD [--document <文号>] [--amount <元>] [--matter <办理事项>] [--action <id>]\n' +
    '  jce feedback --task <N> --lifted --on YYYY-MM-DD [--document <文号>] [--action <id>]\n\n' +
    '  同一 --action 只生效一次 the same --action takes effect once',
  options: {
    ...configOption,
    task: { type: 'string' },
    outcome: { type: 'string' },
    document: { type: 'string' },
    effect: { type: 'string' },
    amount: { type: 'string' },
    matter: { type: 'string' },
    on: { type: 'string' },
    lifted: { type: 'boolean' },
    action: { type: 'string' },
  },
  async run(values) {
    const act = {
      actionId: optional(values, 'action') ?? randomUUID(),
      taskId: required(values, 'task'),
      documentNo: optional(values, 'document'),
    }
    const on = required(values, 'on')
    const outcome = oneOf(values, 'outcome', feedbackOutcomes)
    if (values.lifted === true) {
      if (outcome !== undefined)
        throw new UsageError('--lifted 与 --outcome 不能同时使用 (either --lifted or --outcome)')
      const client = await clientOf(await readConfig(values))
      return toldReceipt(await client.confirmLifted({ ...act, liftedOn: on }))
    }
    if (outcome === undefined)
      throw new UsageError('缺少 --outcome 或 --lifted (--outcome or --lifted is missing)')
    const told = {
      ...act,
      outcome,
      effect: required(values, 'effect'),
      amount: optional(values, 'amount'),
      matter: optional(values, 'matter'),
      actedOn: on,
    }
    const client = await clientOf(await readConfig(values))
    return toldReceipt(await client.reportFeedback(told))
  },
}

export function toldReceipt({ data, proof }: Proven<TaskReceipt>): number {
  const { taskId, event, phase, at } = data
  print([taskId, event, phase, at].join('\t'))
  note(`已生效，证据日志第 ${proof.logIndex} 条 (done, entry ${proof.logIndex} of the evidence log)`)
  return 0
}
