import { type BatchView, isUnderWay } from '../batches.ts'
import type { ExchangeClient } from '../exchange-client.ts'
import type { RecordProblem } from '../operations.ts'
import { note, print } from './command.ts'
import { statusName } from './progress.ts'
import { counted, oneCell, padLeft, padRight, shellWord, widthOf, yuan } from './terminal-text.ts'

/** What became of a batch. Problems go to standard output, for programs; all else to standard error, for people. */

const problemsShown = 20

/** 0: every row was taken, or the file is still on its way as it was asked to be. */
export function exitCodeOf(view: BatchView): number {
  if (isUnderWay(view.status)) return 0
  return view.status === 'DONE' && view.held + view.rejected === 0 ? 0 : 1
}

export function noteReport(view: BatchView): void {
  for (const line of reportOf(view)) note(line)
}

export function reportOf(view: BatchView): readonly string[] {
  return [
    `批次 batch ${view.batchId}  ${view.dataset}  ${statusName(view)}`,
    ...(view.received > 0 ? reconciliationOf(view) : []),
    ...remarksOf(view),
  ]
}

/** Columns that add up: read = accepted + unchanged + held + rejected, in rows and in yuan. */
export function reconciliationOf(view: BatchView): readonly string[] {
  const parts = [
    ['接收 accepted', 'accepted'],
    ['未变 unchanged', 'unchanged'],
    ['待核实 held', 'held'],
    ['退回 rejected', 'rejected'],
  ] as const
  const rows: (readonly string[])[] = [
    ['', '行 rows', ...view.money.map(({ field }) => `${field} 元 yuan`)],
    ['读取 read', counted(view.received), ...view.money.map(({ read }) => yuan(read))],
    ...parts.map(([name, part]) => [
      name,
      counted(view[part]),
      ...view.money.map((sums) => yuan(sums[part])),
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? padRight : padLeft)(cell, widths?.[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function remarksOf(view: BatchView): readonly string[] {
  const { batchId, received, rowsTotal, withdrawn, problemCount } = view
  const again = `jce batch ${shellWord(batchId)}`
  const lines: string[] = []
  if (withdrawn > 0) lines.push(`其中撤销 withdrawn: ${counted(withdrawn)}`)
  if (rowsTotal !== null && rowsTotal > received)
    lines.push(`共 ${counted(rowsTotal)} 行，未入库 ${counted(rowsTotal - received)} (rows not stored)`)
  if (problemCount > 0) lines.push(`问题 problems: ${counted(problemCount)}`)
  if (view.refusal) {
    const { code, line, message } = view.refusal
    lines.push(`${code}${line === null ? '' : ` 第 ${line} 行 (line ${line})`}: ${oneCell(message)}`)
  }
  switch (view.status) {
    case 'SUSPICIOUS':
      for (const { code, message } of view.suspicions) lines.push(`${code}: ${oneCell(message)}`)
      lines.push(
        '尚未入库。核对来源后确认，或取消 (nothing was stored: confirm once its source was checked, or cancel):',
        `  ${again} --confirm --officer <经办人> --reason <理由>`,
        `  ${again} --cancel`,
      )
      break
    case 'FAILED':
      lines.push('平台出错，请告知运维方 (an error of the exchange: tell its operator)')
      break
    case 'RECEIVED':
    case 'CHECKING':
    case 'STORING':
    case 'ANNOTATING':
      lines.push(`平台继续处理 (the exchange goes on with it): ${again} --watch`)
      break
    case 'DONE':
    case 'CANCELLED':
    case 'REFUSED':
      break
  }
  if (view.annotated) lines.push(`批注文件 annotated copy: ${again} --annotated <文件 file>`)
  return lines
}

export function problemLine({ line, index, field, code, message }: RecordProblem): string {
  return [String(line ?? index + 1), field ?? '', code, oneCell(message)].join('\t')
}

/** The first problems, and where the others are. */
export async function printFirstProblems(client: ExchangeClient, view: BatchView): Promise<void> {
  if (view.problemCount === 0) return
  let shown = 0
  for await (const problem of client.problems(view.batchId)) {
    if (shown === problemsShown) break
    print(problemLine(problem))
    shown += 1
  }
  if (view.problemCount > shown) {
    const rest = counted(view.problemCount - shown)
    note(`另有 ${rest} 个问题 (problems more): jce batch ${shellWord(view.batchId)} --problems`)
  }
}

/** `jce batches`: one line each, tab separated. */
export function batchLine(view: BatchView): string {
  const { batchId, dataset, status, receivedAt, received, accepted, unchanged, held, rejected } = view
  const name = oneCell(view.file?.name ?? '')
  const cells = [batchId, dataset, status, receivedAt, received, accepted, unchanged, held, rejected, name]
  return cells.join('\t')
}
