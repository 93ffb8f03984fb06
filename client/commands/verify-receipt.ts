import { parseReceipt } from '../receipt.ts'
import { type ReceiptReport, type ReceiptTrust, verifyReceipt } from '../receipt-verification.ts'
import { wordsOf } from '../receipt-words.ts'
import type { NoteKey } from '../signed-note.ts'
import { type Config, print } from './command.ts'
import { oneCell } from './terminal-text.ts'

/** What the caller asks besides: see `ReceiptTrust`. */
export interface ReceiptQuestions {
  readonly fileSha256: string | undefined
  readonly demandedWitnesses: readonly NoteKey[]
  readonly otherCheckpoints: readonly string[]
  readonly subject: string | undefined
}

/** Prints each step and then what it comes to in words. Returns the exit code. */
export async function checkReceipt(
  value: unknown,
  config: Config,
  questions: ReceiptQuestions,
): Promise<number> {
  const report = await verifyReceipt(parseReceipt(value), trustOf(config, questions))
  printSteps(report)
  const { proves, provesNot } = wordsOf(report)
  for (const [heading, sentences] of [
    ['证明 It proves:', proves],
    ['不证明 It does not prove:', provesNot],
  ] as const) {
    if (sentences.length > 0) print(heading)
    for (const sentence of sentences) print(`  · ${oneCell(sentence)}`)
  }
  print(report.holds ? '回执成立 (the receipt holds)' : '回执不成立 (the receipt does not hold)')
  return report.holds ? 0 : 1
}

export function printSteps({ findings }: ReceiptReport): void {
  for (const { holds, step, detail } of findings) print(`${holds ? '✓' : '✗'} ${step}  ${oneCell(detail)}`)
}

function trustOf(config: Config, questions: ReceiptQuestions): ReceiptTrust {
  return { exchangeKeys: config.trustedKeys, witnesses: config.trustedWitnesses, ...questions }
}
