import { writeDurably } from '../durable-file.ts'
import { parseJson } from '../encoding.ts'
import { OutputFileError } from '../errors.ts'
import { parseEvidence } from '../evidence.ts'
import { isReceipt } from '../receipt.ts'
import { verifyReceipt } from '../receipt-verification.ts'
import {
  type Command,
  clientOf,
  configOption,
  note,
  optional,
  print,
  readConfig,
  readInput,
  UsageError,
} from './command.ts'
import { printSteps } from './verify-receipt.ts'

export const receipt: Command = {
  summary: '为一份留证取得日志回执 get the log’s receipt for evidence',
  usage:
    'jce receipt [--config jce.json] [--out receipt.json] (evidence.json | receipt.json)\n\n' +
    '  默认写入 evidence.receipt.json by default beside the evidence\n' +
    '  检查点约十秒一个，尚未覆盖时自动等待 waits for the checkpoint that covers it, about ten seconds',
  options: { ...configOption, out: { type: 'string' } },
  async run(values, [path]) {
    if (path === undefined) throw new UsageError('缺少留证文件 (the evidence file is missing)')
    const config = await readConfig(values)
    const target = optional(values, 'out') ?? `${path.replace(/(\.receipt)?\.json$/, '')}.receipt.json`
    const kept = parseJson(await readInput(path))
    // A receipt is asked for anew where a later checkpoint has more witnesses.
    const evidence = parseEvidence(isReceipt(kept) ? kept.evidence : kept)
    const made = await (await clientOf(config)).receipt(evidence, (ms) =>
      note(
        `尚无覆盖该条的检查点，${Math.ceil(ms / 1000)} 秒后再问 (no checkpoint covers it yet, asking again)`,
      ),
    )
    // What does not hold today will not hold in court: better to know now than years later.
    const report = await verifyReceipt(made, {
      exchangeKeys: config.trustedKeys,
      witnesses: config.trustedWitnesses,
    })
    if (!report.holds) {
      printSteps(report)
      note(
        '平台给出的回执不成立，未写入 (the receipt that the exchange gave does not hold and was not written)',
      )
      return 1
    }
    await writeDurably(target, `${JSON.stringify(made, null, 2)}\n`).catch((cause: NodeJS.ErrnoException) => {
      throw new OutputFileError(
        `无法写入 ${target} (cannot write the receipt: ${cause.code ?? 'unknown error'})`,
      )
    })
    print(target)
    const { size, cosignatures } = report.checkpoint ?? { size: 0, cosignatures: [] }
    note(
      `日志第 ${made.entry.logIndex} 条，检查点 ${size}，你所信任的见证 ${cosignatures.length} 个 ` +
        `(entry ${made.entry.logIndex}, checkpoint ${size}, cosigned by ${cosignatures.length} witnesses that you trust)`,
    )
    return 0
  },
}
