import { isJsonObject, parseJson } from '../encoding.ts'
import { InputFileError } from '../errors.ts'
import type { RecordChange, RecordChangeInput, SourceKey } from '../record-changes.ts'
import type { Proven } from '../signed-exchange.ts'
import {
  type Command,
  clientOf,
  configOption,
  note,
  print,
  readConfig,
  readInput,
  required,
  several,
  UsageError,
  type Values,
} from './command.ts'

const changeOptions = {
  ...configOption,
  dataset: { type: 'string' },
  change: { type: 'string' },
  key: { type: 'string', multiple: true },
  document: { type: 'string' },
  reason: { type: 'string' },
} as const
const changeUsage =
  '[--config jce.json] --dataset <code> --change <id> --key name=value[,name=value…]\n' +
  '    --document <文书号> --reason <理由>'
const keyNote =
  '\n\n  --key 为来源编号，可重复 the source number, repeatable; 同一 --change 只生效一次 takes effect once'

export const correct: Command = {
  summary: '更正一条记录 correct a record',
  usage: `jce correct ${changeUsage} record.json${keyNote}`,
  options: changeOptions,
  async run(values, [file]) {
    if (file === undefined)
      throw new UsageError('缺少更正后的记录 (the file with the corrected record is missing)')
    const input = changeOf(values)
    const record = parseJson(await readInput(file))
    if (!isJsonObject(record))
      throw new InputFileError(`${file}: 须为一个 JSON 对象 (expected one JSON object)`)
    const client = await clientOf(await readConfig(values))
    return told(await client.correctRecord({ ...input, record }))
  },
}

export const withdraw: Command = {
  summary: '撤销一条记录 withdraw a record',
  usage: `jce withdraw ${changeUsage} --decided-on YYYY-MM-DD${keyNote}`,
  options: { ...changeOptions, 'decided-on': { type: 'string' } },
  async run(values) {
    const input = { ...changeOf(values), decidedOn: required(values, 'decided-on') }
    const client = await clientOf(await readConfig(values))
    return told(await client.withdrawRecord(input))
  },
}

export const supersede: Command = {
  summary: '以新记录取代旧记录 let a later record take the place of one',
  usage: `jce supersede ${changeUsage} --by name=value[,name=value…]${keyNote}`,
  options: { ...changeOptions, by: { type: 'string', multiple: true } },
  async run(values) {
    const input = { ...changeOf(values), supersededBy: sourceKeyOf(values, 'by') }
    const client = await clientOf(await readConfig(values))
    return told(await client.supersedeRecord(input))
  },
}

function changeOf(values: Values): RecordChangeInput {
  return {
    dataset: required(values, 'dataset'),
    changeId: required(values, 'change'),
    sourceKey: sourceKeyOf(values, 'key'),
    documentNo: required(values, 'document'),
    reason: required(values, 'reason'),
  }
}

/** A comma begins the next pair only where a name and `=` follow: numbers of documents may hold commas. */
function sourceKeyOf(values: Values, option: string): SourceKey {
  const pairs = several(values, option).flatMap((text) => text.split(/,(?=[A-Za-z]\w*=)/))
  if (pairs.length === 0) throw new UsageError(`缺少 --${option} (--${option} is missing)`)
  const key = new Map<string, string>()
  for (const pair of pairs) {
    const [, name, value] = /^([A-Za-z]\w*)=(.+)$/su.exec(pair) ?? []
    if (name === undefined || value === undefined)
      throw new UsageError(`--${option} 须为 name=value，实为 ${pair} (expected name=value)`)
    if (key.has(name)) throw new UsageError(`--${option} ${name} 重复 (given twice)`)
    key.set(name, value)
  }
  return Object.fromEntries(key)
}

function told({ data, proof }: Proven<RecordChange>): number {
  const { changeId, kind, recordId, version, changedAt } = data
  print([changeId, kind, recordId, version, changedAt].join('\t'))
  note(`已生效，证据日志第 ${proof.logIndex} 条 (done, entry ${proof.logIndex} of the evidence log)`)
  return 0
}
