import { open } from 'node:fs/promises'
import { InputFileError } from '../errors.ts'
import { exitCodeOf, noteReport, printFirstProblems } from './batch-report.ts'
import {
  type Command,
  clientOf,
  configOption,
  note,
  oneOf,
  optional,
  readConfig,
  required,
  UsageError,
} from './command.ts'
import { checkAnnotatedTarget, follow, saveAnnotated, standardError } from './following.ts'
import { createProgress } from './progress.ts'
import { shellWord } from './terminal-text.ts'

export const submit: Command = {
  summary: '报送文件，可安全重复 submit a file of records; safe to repeat',
  usage:
    'jce submit [--config jce.json] --dataset <code> --batch <id> [--sheet <name>] [--encoding UTF-8|GB18030|UTF-16LE]\n' +
    '    [--format CSV|XLSX|NDJSON|XML] [--annotated copy.xlsx] [--no-wait] records.xlsx|.csv|.ndjson|.xml\n\n' +
    '  标准输出为问题清单 problems on standard output: line, field, code, message',
  options: {
    ...configOption,
    dataset: { type: 'string' },
    batch: { type: 'string' },
    sheet: { type: 'string' },
    encoding: { type: 'string' },
    format: { type: 'string' },
    annotated: { type: 'string' },
    'no-wait': { type: 'boolean' },
  },
  async run(values, [path, ...others]) {
    if (path === undefined) throw new UsageError('缺少文件 (the file is missing)')
    if (others.length > 0) throw new UsageError('一次一个文件 (one file at a time)')
    const [dataset, batchId] = [required(values, 'dataset'), required(values, 'batch')]
    const annotated = optional(values, 'annotated')
    if (annotated && values['no-wait'] === true)
      throw new UsageError(
        '--annotated 须等待完成，不能与 --no-wait 并用 (a copy needs the end: not with --no-wait)',
      )
    if (annotated) await checkAnnotatedTarget(annotated, path)
    await refuseJsonArray(path)
    const client = await clientOf(await readConfig(values))
    const progress = createProgress(standardError, () => performance.now())
    const { data: receipt } = await client
      .sendFile({
        dataset,
        batchId,
        path,
        format: oneOf(values, 'format', ['CSV', 'XLSX', 'NDJSON', 'XML']),
        sheet: optional(values, 'sheet'),
        encoding: oneOf(values, 'encoding', ['UTF-8', 'GB18030', 'UTF-16LE']),
        onSent: progress.sending,
      })
      .finally(progress.end)
    note(`已收到 received: ${receipt.batchId}`)
    if (values['no-wait'] === true) {
      note(`查看 to look: jce batch ${shellWord(batchId)} --watch`)
      return 0
    }
    const view = await follow(client, batchId, progress)
    noteReport(view)
    await printFirstProblems(client, view)
    if (annotated) await saveAnnotated(client, view, annotated)
    return exitCodeOf(view)
  },
}

/** The exchange refuses it as well, but only after all of it was sent. */
async function refuseJsonArray(path: string): Promise<void> {
  if (path === '-')
    throw new UsageError(
      '文件须读两遍，请先存盘 (a file is read twice: save it first, not from standard input)',
    )
  if (!path.toLowerCase().endsWith('.json')) return
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new InputFileError(`无法读取 ${path} (cannot read the file: ${cause.code ?? 'unknown error'})`)
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0)
    if (!/^\uFEFF?\s*\[/u.test(buffer.toString('utf8', 0, bytesRead))) return
    throw new InputFileError(
      `${path} 是 JSON 数组，须每行一个对象 (a JSON array: one object a line is expected): jq -c '.[]' ${path} > records.ndjson`,
    )
  } finally {
    await file.close()
  }
}
