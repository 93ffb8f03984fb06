#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { batch, batches } from './commands/batch.ts'
import { type Command, note, print, UsageError } from './commands/command.ts'
import { certificate, report } from './commands/documents.ts'
import { enrol } from './commands/enrol.ts'
import { feedback } from './commands/feedback.ts'
import { follow } from './commands/follow.ts'
import { keygen } from './commands/keygen.ts'
import { query } from './commands/query.ts'
import { receipt } from './commands/receipt.ts'
import { correct, supersede, withdraw } from './commands/record-changes.ts'
import { rotate } from './commands/rotate.ts'
import { screen } from './commands/screen.ts'
import { submit } from './commands/submit.ts'
import { tasks } from './commands/tasks.ts'
import { trust } from './commands/trust.ts'
import { verify } from './commands/verify.ts'
import { witness } from './commands/witness.ts'
import {
  EvidenceStorageError,
  ExchangeRefusal,
  InputFileError,
  KeyError,
  LogInconsistencyError,
  NoteError,
  OutputFileError,
  ReplyVerificationError,
  RequestError,
  TransportError,
} from './errors.ts'

/**
 * The command line of a department. Exit codes: 0 done, and every row taken; 1 refused, not proven, or some rows not
 * taken; 2 wrong use or input; 3 no answer; 130 interrupted.
 */

const commands: Readonly<Record<string, Command>> = {
  keygen,
  enrol,
  trust,
  query,
  screen,
  certificate,
  report,
  submit,
  batch,
  batches,
  correct,
  withdraw,
  supersede,
  tasks,
  feedback,
  follow,
  rotate,
  receipt,
  verify,
  witness,
}

const help = `jce — 部门端命令 the department's side of the joint credit exchange

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`)
  .join('\n')}

jce <command> --help 显示用法 shows its usage
退出码 exit codes: 0 完成 done, 1 被拒绝、未通过验证或有行未接收 refused, not proven, or rows not taken,
  2 用法或输入有误 wrong use or input, 3 无应答 no answer, 130 中断 interrupted`

async function main(argv: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = argv
  if (name === '--help' || name === 'help') {
    print(help)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageError(`没有命令 ${name}，见 jce --help (no such command)`)
  const { values, positionals } = parseArgs({
    args: withValuesAttached(rest, command.options),
    options: { ...command.options, help: { type: 'boolean' } },
    allowPositionals: true,
  })
  if (values.help === true) {
    print(`${command.summary}\n\n  ${command.usage}`)
    return 0
  }
  return command.run({ ...values }, positionals)
}

/** A thumbprint may begin with a hyphen, which `parseArgs` takes for an option unless it is written `--name=value`. */
function withValuesAttached(args: readonly string[], options: Command['options']): string[] {
  const attached: string[] = []
  for (let at = 0; at < args.length; at += 1) {
    const [word = '', value] = [args[at], args[at + 1]]
    const takesValue = word.startsWith('--') && options[word.slice(2)]?.type === 'string'
    if (takesValue && value !== undefined) {
      attached.push(`${word}=${value}`)
      at += 1
    } else attached.push(word)
  }
  return attached
}

function exitCodeOf(error: unknown): number {
  if (error instanceof TransportError) return 3
  if (error instanceof ExchangeRefusal) return error.status === 503 ? 3 : 1
  const isUnproven =
    error instanceof ReplyVerificationError ||
    error instanceof EvidenceStorageError ||
    error instanceof LogInconsistencyError ||
    (error instanceof NoteError && error.code !== 'KEY_MALFORMED')
  return isUnproven ? 1 : 2
}

function messageOf(error: unknown): string {
  if (error instanceof ExchangeRefusal) {
    const basis = error.legalBasis ? ` [${error.legalBasis}]` : ''
    const proven = error.signed ? '' : '（未签名 unsigned）'
    return `平台拒绝 refused: ${error.code} ${error.message}${basis}${proven}`
  }
  if (error instanceof ReplyVerificationError) {
    return `回答未通过验证，不得使用 the answer is not proven and must not be used: ${error.code} ${error.message}`
  }
  if (error instanceof LogInconsistencyError) {
    return (
      `!!! 证据日志前后不一致，未副署 THE LOG IS NOT CONSISTENT, nothing was cosigned\n${error.message}\n` +
      `双方检查点均有平台签名，已存为证据 both checkpoints, each signed by the exchange, are kept: ${error.evidencePath}`
    )
  }
  if (error instanceof NoteError)
    return `检查点或签名不可信 cannot be believed: ${error.code} ${error.message}`
  if (error instanceof TransportError) return `无应答 no answer: ${error.message}`
  const isOurs =
    error instanceof UsageError ||
    error instanceof InputFileError ||
    error instanceof OutputFileError ||
    error instanceof KeyError ||
    error instanceof RequestError ||
    error instanceof EvidenceStorageError
  if (isOurs || (error instanceof TypeError && 'code' in error)) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

// Whoever reads the output may stop reading, as `head` does; with it ends the work.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  note(messageOf(error))
  process.exitCode = exitCodeOf(error)
}
