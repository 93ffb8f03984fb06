import { readFile } from 'node:fs/promises'
import type { App } from '../../src/app.ts'
import type { Pkcs11Config } from '../../src/evidence/pkcs11-library.ts'

/** What the commands of administrators have in common. */

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const print = (line: string) => void process.stdout.write(`${line}\n`)

const texts = [
  'actor',
  'code',
  'coverage',
  'department',
  'division',
  'document',
  'from',
  'ground',
  'into',
  'kind',
  'list-type',
  'name',
  'name-en',
  'nature',
  'out',
  'pkcs11-label',
  'reason',
  'sharing',
  'sheet',
  'state',
  'to',
  'update-cycle',
  'uscc',
] as const
const lists = ['basis', 'leave-out', 'map', 'role'] as const
const flags = ['confirm', 'help', 'statistical'] as const

export type TextOption = (typeof texts)[number]
export type ListOption = (typeof lists)[number]

/** All options of all commands, for `parseArgs`. */
export const options = {
  ...Object.fromEntries(texts.map((name) => [name, { type: 'string' as const }])),
  ...Object.fromEntries(lists.map((name) => [name, { type: 'string' as const, multiple: true }])),
  ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
}

/** What a command works on. */
export type Opened = { app: App; exchangeUrl: string; keyFile: string; pkcs11: Pkcs11Config | null }

export type Call = Opened & {
  actor: string
  /** The n-th argument; the number of them was checked. */
  argument(position: number): string
  arguments: readonly string[]
  /** An option that must be there and say something. */
  option(name: TextOption): string
  optional(name: TextOption): string | undefined
  all(name: ListOption): readonly string[]
  isSet(name: (typeof flags)[number]): boolean
}

export type Command = { takes: number | 'MANY'; run(call: Call): Promise<void> }

export type CommandGroup = {
  /** Lines of the help: the command, then what it does, in Chinese and English. */
  help: string
  /** By what is typed, e.g. `department list`. */
  commands: Readonly<Record<string, Command>>
}

export function callOf(
  opened: Opened,
  given: { values: Readonly<Record<string, unknown>>; arguments: readonly string[]; user: string },
): Call {
  const { values } = given
  const textOf = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    ...opened,
    actor: textOf('actor') ?? given.user,
    arguments: given.arguments,
    argument(position) {
      const value = given.arguments[position]
      if (value === undefined) throw new UsageError('缺少参数 (an argument is missing)')
      return value
    },
    option(name) {
      const value = textOf(name)
      if (value === undefined || value.trim() === '')
        throw new UsageError(`缺少 --${name} (--${name} is missing)`)
      return value
    },
    optional: textOf,
    all(name) {
      const value = values[name]
      return Array.isArray(value) ? value.map(String) : []
    },
    isSet: (name) => values[name] === true,
  }
}

export async function readJsonFile(path: string): Promise<unknown> {
  const content = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`无法读取 ${path} (cannot read the file)`)
  })
  try {
    return JSON.parse(content)
  } catch {
    throw new UsageError(`${path} 不是 JSON (not JSON)`)
  }
}
