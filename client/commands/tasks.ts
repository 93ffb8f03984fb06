import { randomUUID } from 'node:crypto'
import { type MeasureTaskView, measureTaskPhases } from '../measure-tasks.ts'
import { type Command, clientOf, configOption, note, oneOf, optional, print, readConfig } from './command.ts'
import { toldReceipt } from './feedback.ts'
import { oneCell } from './terminal-text.ts'

export const tasks: Command = {
  summary: '联合惩戒任务：对谁、做什么、何时到期 what is to be done about whom, and until when',
  usage:
    `jce tasks [--config jce.json] [--phase ${measureTaskPhases.join('|')}] [--overdue] [--json]\n` +
    '  jce tasks --respond <N>    响应一项任务 takes a task up\n\n' +
    '  编号 id, 状态 phase, 到期 due, 主体 subject, 名单 list, 措施 measure, 决定用语 decision text',
  options: {
    ...configOption,
    phase: { type: 'string' },
    overdue: { type: 'boolean' },
    json: { type: 'boolean' },
    respond: { type: 'string' },
    action: { type: 'string' },
  },
  async run(values) {
    const respond = optional(values, 'respond')
    const phase = oneOf(values, 'phase', measureTaskPhases)
    const client = await clientOf(await readConfig(values))
    if (respond !== undefined) {
      const actionId = optional(values, 'action') ?? randomUUID()
      return toldReceipt(await client.respondToTask({ actionId, taskId: respond }))
    }
    let count = 0
    for await (const task of client.tasks({ phase, overdueOnly: values.overdue === true })) {
      print(values.json === true ? JSON.stringify(task) : lineOf(task))
      count += 1
    }
    note(`共 ${count} 项 (${count} tasks)`)
    return 0
  },
}

function lineOf({ id, phase, due, subject, listing, measure, decisionText }: MeasureTaskView): string {
  const cells = [
    id,
    phase,
    due
      ? `${due.step} ${due.dueOn}${due.overdue ? ' 超期 overdue' : ''}${due.provisional ? ' 待定' : ''}`
      : '',
    subject ? `${subject.uscc ?? ''} ${subject.name}`.trim() : '',
    listing ? `${listing.listType.name} ${listing.listedOn}–${listing.endsOn ?? ''}` : '',
    `${measure.name}${measure.documentNeeded ? '（须注明文号）' : ''}`,
    decisionText,
  ]
  return cells.map(oneCell).join('\t')
}
