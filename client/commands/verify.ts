import { parseJson } from '../encoding.ts'
import { parseEvidence } from '../evidence.ts'
import { verifyEvidence } from '../evidence-verification.ts'
import { isPdf } from '../pdf-attachment.ts'
import { isReceipt } from '../receipt.ts'
import { parseNoteKey } from '../signed-note.ts'
import { inspectFile } from '../source-file.ts'
import {
  type Command,
  type Config,
  configOption,
  inputText,
  optional,
  print,
  readConfig,
  readInput,
  readInputBytes,
  several,
  UsageError,
} from './command.ts'
import { verifyPdf } from './documents.ts'
import { checkReceipt, type ReceiptQuestions } from './verify-receipt.ts'

export const verify: Command = {
  summary: '离线验证留证、回执或出具的 PDF verify evidence, a receipt or an issued PDF, offline',
  usage:
    'jce verify [--config jce.json] [--file records.xlsx] (evidence.json | receipt.json | document.pdf)\n\n' +
    '  --file 为当时报送或下载的文件 the file that was sent or received\n' +
    '  回执另可 of a receipt also:\n' +
    '  --witness <vkey>      须有该见证方的副署，可多次 this witness must have cosigned; may be repeated\n' +
    '  --checkpoint <file>   与另存的检查点对照，可多次 compare with a checkpoint kept elsewhere; may be repeated\n' +
    '  --subject <number>    是否查询过该主体 whether this subject was asked about',
  options: {
    ...configOption,
    file: { type: 'string' },
    witness: { type: 'string', multiple: true },
    checkpoint: { type: 'string', multiple: true },
    subject: { type: 'string' },
  },
  async run(values, [path]) {
    if (path === undefined) throw new UsageError('缺少要验证的文件 (the file to verify is missing)')
    const config = await readConfig(values)
    const kept = optional(values, 'file')
    const questions: ReceiptQuestions = {
      fileSha256: kept === undefined ? undefined : (await inspectFile(kept)).sha256,
      demandedWitnesses: several(values, 'witness').map(parseNoteKey),
      otherCheckpoints: await Promise.all(several(values, 'checkpoint').map(readInput)),
      subject: optional(values, 'subject'),
    }
    // What kind of proof it is, the content says, not the name.
    const content = await readInputBytes(path)
    if (isPdf(content)) return verifyPdf(content, config)
    const value = parseJson(inputText(path, content))
    return isReceipt(value) ? checkReceipt(value, config, questions) : checkEvidence(value, config, questions)
  },
}

async function checkEvidence(value: unknown, config: Config, questions: ReceiptQuestions): Promise<number> {
  const { fileSha256, demandedWitnesses, otherCheckpoints, subject } = questions
  if (demandedWitnesses.length + otherCheckpoints.length > 0 || subject !== undefined) {
    throw new UsageError(
      '--witness、--checkpoint、--subject 只用于回执，请先运行 jce receipt (these are for a receipt: run jce receipt first)',
    )
  }
  const evidence = parseEvidence(value)
  const { holds, findings } = await verifyEvidence(evidence, { exchangeKeys: config.trustedKeys }, fileSha256)
  for (const finding of findings) print(`${finding.holds ? '✓' : '✗'} ${finding.step}  ${finding.detail}`)
  print(holds ? '证据成立 (the evidence holds)' : '证据不成立 (the evidence does not hold)')
  return holds ? 0 : 1
}
