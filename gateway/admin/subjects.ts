import { createInterface } from 'node:readline/promises'
import type { PersonNumber } from '../../src/erasure/erasure-service.ts'
import { identifierSchemes } from '../../src/subjects/identifiers.ts'
import { type Call, type CommandGroup, print, UsageError } from './command.ts'

/** Credit subjects. */
export const subjectCommands: CommandGroup = {
  help: `  subject erase <scheme> --reason R --basis B [--confirm]      删除自然人信息，号码由提示或标准输入读取 erase a person; the number is
                                                               read from a prompt or standard input, never from the command line`,
  commands: { 'subject erase': { takes: 1, run: erase } },
}

async function erase({ app, actor, argument, option, all, isSet }: Call): Promise<void> {
  const scheme = identifierSchemes.find((candidate) => candidate === argument(0))
  if (!scheme)
    throw new UsageError(`号码类型须为 ${identifierSchemes.join('、')} 之一 (expected one of these schemes)`)
  const reason = option('reason')
  const basis = all('basis').join('；')
  if (basis.trim() === '') throw new UsageError('缺少 --basis (--basis is missing)')
  const person: PersonNumber = { scheme, number: await askNumber() }
  if (isSet('confirm')) {
    const { subjectId } = await app.erasures.erase(actor, person, { reason, basis })
    return print(`主体 ${subjectId} 已删除，不能恢复 (erased for good)`)
  }
  const { subjectId, names, counts, hindrances } = await app.erasures.preview(person)
  print(`主体 subject ${subjectId}: ${names.join('、')}`)
  const lines: readonly (readonly [string, number])[] = [
    ['记录 records', counts.records],
    ['名单 listings', counts.listings],
    ['异议、修复 cases', counts.cases],
    ['惩戒任务 measure tasks', counts.tasks],
    ['列为责任人员 named as responsible', counts.responsibleFor],
    ['他人记录中的号码 records of others with the number', counts.naming],
    ['被查询 enquiries', counts.enquiries],
    ['核实过的行 held rows', counts.heldRows],
    ['整份删除的文件 files, erased as a whole', counts.files],
  ]
  for (const [what, count] of lines) print(`  ${what}: ${count}`)
  for (const { kind, ref } of hindrances) print(`  不能删除 hindered: ${kind} ${ref}`)
  print(
    hindrances.length > 0
      ? '现在不能删除 (not now)'
      : '尚未删除任何内容；核对后加 --confirm 再执行 (nothing is erased yet: check, then run it again with --confirm)',
  )
  if (hindrances.length > 0) process.exitCode = 1
}

async function askNumber(): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    if (process.stdin.isTTY) return await prompt.question('证件号码 certificate number: ')
    for await (const line of prompt) if (line.trim() !== '') return line
    throw new UsageError('标准输入中没有证件号码 (no number on standard input)')
  } finally {
    prompt.close()
  }
}
