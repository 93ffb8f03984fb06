import { parseJson } from '../encoding.ts'
import { parseEvidence } from '../evidence.ts'
import { verifyEvidence } from '../evidence-verification.ts'
import { isPdf } from '../pdf-attachment.ts'
import { inspectFile } from '../source-file.ts'
import {
  type Command,
  configOption,
  optional,
  print,
  readConfig,
  readInputBytes,
  textOf,
  UsageError,
} from './command.ts'
import { verifyPdf } from './documents.ts'

export const verify: Command = {
  summary: '离线验证留证文件或出具的 PDF verify an evidence file or an issued PDF, offline',
  usage:
    'jce verify [--config jce.json] [--file records.xlsx] evidence.json | document.pdf\n\n' +
    '  --file 为当时报送或下载的文件 the file that was sent or received',
  options: { ...configOption, file: { type: 'string' } },
  async run(values, [file]) {
    if (file === undefined) throw new UsageError('缺少留证文件 (the evidence file is missing)')
    const config = await readConfig(values)
    const bytes = await readInputBytes(file)
    if (isPdf(bytes)) return verifyPdf(bytes, config)
    const evidence = parseEvidence(parseJson(textOf(file, bytes)))
    const kept = optional(values, 'file')
    const { holds, findings } = await verifyEvidence(
      evidence,
      { exchangeKeys: config.trustedKeys },
      kept === undefined ? undefined : (await inspectFile(kept)).sha256,
    )
    for (const finding of findings) print(`${finding.holds ? '✓' : '✗'} ${finding.step}  ${finding.detail}`)
    print(holds ? '证据成立 (the evidence holds)' : '证据不成立 (the evidence does not hold)')
    return holds ? 0 : 1
  },
}
