import { parseJson } from '../encoding.ts'
import { parseEvidence } from '../evidence.ts'
import { verifyEvidence } from '../evidence-verification.ts'
import { type Command, configOption, print, readConfig, readInput, UsageError } from './command.ts'

export const verify: Command = {
  summary: '离线验证留证文件 verify an evidence file, offline',
  usage: 'jce verify [--config jce.json] evidence.json',
  options: configOption,
  async run(values, [file]) {
    if (file === undefined) throw new UsageError('缺少留证文件 (the evidence file is missing)')
    const config = await readConfig(values)
    const evidence = parseEvidence(parseJson(await readInput(file)))
    const { holds, findings } = await verifyEvidence(evidence, { exchangeKeys: config.trustedKeys })
    for (const finding of findings) print(`${finding.holds ? '✓' : '✗'} ${finding.step}  ${finding.detail}`)
    print(holds ? '证据成立 (the evidence holds)' : '证据不成立 (the evidence does not hold)')
    return holds ? 0 : 1
  },
}
