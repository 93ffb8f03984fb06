import { isText, type JsonObject } from '../encoding.ts'
import { InputFileError } from '../errors.ts'
import { limits } from '../limits.ts'
import {
  type AskedSubject,
  type BusinessMatter,
  businessMatters,
  type MeasureView,
  type ScreeningResult,
} from '../operations.ts'
import {
  type Command,
  clientOf,
  configOption,
  note,
  optional,
  print,
  readConfig,
  readInput,
  required,
  UsageError,
} from './command.ts'
import { inParts, readRows } from './rows.ts'

export const screen: Command = {
  summary: '核查主体：谁在名单上，须采取哪些措施 screen subjects: who is listed, which measures bind you',
  usage:
    'jce screen [--config jce.json] --purpose <用途> [--matter TENDERING] [--as-of YYYY-MM-DD] [--json] (<identifier>… | --file subjects.csv)',
  options: {
    ...configOption,
    purpose: { type: 'string' },
    matter: { type: 'string' },
    'as-of': { type: 'string' },
    file: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run(values, positionals) {
    const purpose = required(values, 'purpose')
    const matter = matterOf(optional(values, 'matter'))
    const file = optional(values, 'file')
    const subjects = file
      ? readRows(file, await readInput(file)).map(subjectOf)
      : positionals.map((identifier, index) => ({ ref: String(index + 1), identifier }))
    if (subjects.length === 0) throw new UsageError('没有要核查的主体 (no subjects to screen)')
    const client = await clientOf(await readConfig(values))
    const asOf = optional(values, 'as-of')
    let done = 0
    for (const part of inParts(subjects, limits.subjectsPerScreening)) {
      const { data, proof } = await client.screen({
        purpose,
        subjects: part,
        ...(matter ? { matter } : {}),
        ...(asOf ? { asOf } : {}),
      })
      for (const result of data.results) print(values.json === true ? JSON.stringify(result) : lineOf(result))
      done += part.length
      note(
        `${done}/${subjects.length} 已验证，证据日志第 ${proof.logIndex} 条 (proven, entry ${proof.logIndex} of the evidence log)`,
      )
    }
    return 0
  },
}

function matterOf(asked: string | undefined): BusinessMatter | undefined {
  const matter = businessMatters.find((known) => known === asked)
  if (asked === undefined || matter) return matter
  throw new UsageError(`没有办理事项 ${asked}，可用：${businessMatters.join('、')} (no such matter)`)
}

/** What is no measure of punishment is told as what it is. */
const measureCell = ({ name, class: of }: MeasureView): string =>
  of === '守信激励' || of === '提示' ? `［${of}］${name}` : name

function subjectOf(row: JsonObject, index: number): AskedSubject {
  const { ref, identifier, name } = row
  if (!isText(identifier) && !isText(name)) {
    throw new InputFileError(
      `第 ${index + 1} 行须有 identifier 或 name (row ${index + 1}: expected identifier or name)`,
    )
  }
  return {
    ref: isText(ref) ? ref : String(index + 1),
    ...(isText(identifier) ? { identifier } : {}),
    ...(isText(name) ? { name } : {}),
  }
}

function lineOf({
  ref,
  outcome,
  subject,
  listings,
  measures,
  candidates,
  warnings,
  errors,
}: ScreeningResult): string {
  const cells = [
    ref ?? '',
    outcome,
    subject?.uscc ?? '',
    subject?.name ?? candidates.map(({ name, uscc }) => `${name} ${uscc ?? ''}`.trim()).join('、'),
    listings
      .map(({ listType, listedOn, endsOn }) => `${listType.name} ${listedOn}–${endsOn ?? ''}`)
      .join('、'),
    measures.map(measureCell).join('、'),
    [...warnings, ...errors].map(({ message }) => message).join('；'),
  ]
  return cells.join('\t')
}
