import { limits } from '../limits.ts'
import {
  type Command,
  clientOf,
  configOption,
  note,
  print,
  readConfig,
  readInput,
  required,
  UsageError,
} from './command.ts'
import { inParts, readRows } from './rows.ts'

export const submit: Command = {
  summary: '报送记录，可安全重复 submit records; safe to repeat',
  usage:
    'jce submit [--config jce.json] --dataset <code> --batch <id> records.ndjson|records.json|records.csv',
  options: { ...configOption, dataset: { type: 'string' }, batch: { type: 'string' } },
  async run(values, [file]) {
    if (file === undefined) throw new UsageError('缺少文件 (the file is missing)')
    const [dataset, batch] = [required(values, 'dataset'), required(values, 'batch')]
    const rows = readRows(file, await readInput(file))
    const client = await clientOf(await readConfig(values))
    const parts = inParts(rows, limits.recordsPerBatch)
    let [sent, problemRows] = [0, 0]
    for (const [index, records] of parts.entries()) {
      // A long file becomes several batches, always cut alike, so that repeating the command repeats the same batches.
      const batchId = parts.length === 1 ? batch : `${batch}-${index + 1}`
      const { data } = await client.submitRecords({ dataset, batchId, records })
      for (const { index: row, field, code, message } of data.problems) {
        print([sent + row + 1, field ?? '', code, message].join('\t'))
      }
      sent += records.length
      problemRows += data.rejected + data.held
      note(
        `${sent}/${rows.length} ${batchId}: 接收 accepted ${data.accepted}，未变 unchanged ${data.unchanged}，` +
          `待核实 held ${data.held}，退回 rejected ${data.rejected}`,
      )
    }
    return problemRows === 0 ? 0 : 1
  },
}
