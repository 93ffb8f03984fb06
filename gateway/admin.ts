import { userInfo } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runningDatabaseUrl } from '../prisma/embedded-postgres.ts'
import { createApp } from '../src/app.ts'
import { ConfigError, readConfig } from '../src/config.ts'
import { bindInstance } from '../src/instance.ts'
import { systemClock } from '../src/kernel/clock.ts'
import { openDatabase } from '../src/kernel/database.ts'
import { type Command, callOf, type Opened, options, print, UsageError } from './admin/command.ts'
import { catalogueCommands } from './admin/datasets.ts'
import { departmentCommands } from './admin/departments.ts'
import { identityCommands } from './admin/identities.ts'
import { intakeCommands } from './admin/intake.ts'
import { keyCommands } from './admin/keys.ts'
import { logCommands } from './admin/log.ts'
import { officerCommands } from './admin/officers.ts'
import { subjectCommands } from './admin/subjects.ts'
import { webhookCommands } from './admin/webhooks.ts'

/** `npm run admin -- …`: what administrators do until they have the console. It works on the database of the service. */

const groups = [
  departmentCommands,
  catalogueCommands,
  intakeCommands,
  identityCommands,
  keyCommands,
  logCommands,
  officerCommands,
  subjectCommands,
  webhookCommands,
]
const commands = new Map<string, Command>(groups.flatMap((group) => Object.entries(group.commands)))

const help = `用法 usage: npm run admin -- <命令 command> [参数 arguments]

${groups.map((group) => group.help).join('\n')}

操作人 actor: --actor，默认为本机用户名 (default: the user of this machine)。数据库与服务相同 (the database of the service).
`

class NotRunning extends Error {
  override readonly name = 'NotRunning'
}

/** A thumbprint may begin with a hyphen: behind `--` it is no option. It is the last argument of every command it is in. */
function withThumbprintsLast(args: string[]): string[] {
  const isHyphened = (word: string) => /^-[A-Za-z0-9_-]{42}$/.test(word)
  const hyphened = args.filter(isHyphened)
  return hyphened.length === 0 ? args : [...args.filter((word) => !isHyphened(word)), '--', ...hyphened]
}

/** The command is two words, or one where it stands alone. */
function commandOf(positionals: readonly string[]): { name: string; command: Command; rest: string[] } {
  for (const words of [2, 1]) {
    const name = positionals.slice(0, words).join(' ')
    const command = commands.get(name)
    if (command) return { name, command, rest: positionals.slice(words) }
  }
  throw new UsageError(`没有命令 ${positionals.slice(0, 2).join(' ')} (no such command)`)
}

async function main(): Promise<void> {
  const args = withThumbprintsLast(process.argv.slice(2))
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
  if (values.help === true || positionals.length === 0) return print(help)
  const { name, command, rest } = commandOf(positionals)
  if (command.takes === 'MANY' ? rest.length === 0 : rest.length !== command.takes) {
    throw new UsageError(`${name}: 参数个数不对 (wrong number of arguments)`)
  }
  await withApp((opened) =>
    command.run(callOf(opened, { values, arguments: rest, user: userInfo().username })),
  )
}

/** Opens what the service works on, for the time of one command. */
async function withApp(work: (opened: Opened) => Promise<void>): Promise<void> {
  const config = readConfig(process.env, process.cwd())
  const evaluation = { dataDirectory: join(config.dataDirectory, 'postgres'), databaseName: 'exchange' }
  const url = config.databaseUrl ?? (await runningDatabaseUrl(evaluation))
  if (url === null)
    throw new NotRunning(
      '服务未运行，请先 npm start，或设 DATABASE_URL (start the service first, or set DATABASE_URL)',
    )
  const database = openDatabase(url, { connections: 2 })
  try {
    const { keyFile } = await bindInstance(database.pool, {
      keyFile: config.keyFile,
      exchangeId: config.exchangeId,
      now: new Date(),
    })
    const app = await createApp({
      database,
      keyFile,
      pkcs11: config.pkcs11,
      exchangeId: config.exchangeId,
      clock: systemClock,
      monotonicNow: () => performance.now(),
      observeLogGroup: () => {},
      webhookTargets: config.webhookTargets,
      secureCookies: config.exchangeUrl.startsWith('https:'),
      documents: { verifyAt: `${config.exchangeUrl}/verify`, fallbackFont: config.documentFallbackFont },
    })
    const { exchangeUrl, keyFile: keyFilePath, pkcs11 } = config
    await work({ app, exchangeUrl, keyFile: keyFilePath, pkcs11 })
  } finally {
    await database.close()
  }
}

try {
  await main()
} catch (error) {
  const isUsage =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    (error instanceof TypeError && 'code' in error)
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  if (isUsage) process.stderr.write(`\n${help}`)
  process.exitCode = isUsage ? 2 : 1
}
