import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runningDatabaseUrl } from '../prisma/embedded-postgres.ts'
import { type App, createApp } from '../src/app.ts'
import { importCatalogue } from '../src/catalogue/catalogue-service.ts'
import { ConfigError, readConfig } from '../src/config.ts'
import { bindInstance } from '../src/instance.ts'
import { isLegalDay, systemClock } from '../src/kernel/clock.ts'
import { openDatabase } from '../src/kernel/database.ts'
import { addSigningKey, readKeyFile } from '../src/kernel/key-file.ts'
import { limits } from '../src/limits.ts'
import { print, UsageError } from './admin-command.ts'
import { datasetCommand, datasetHelp } from './admin-datasets.ts'
import { textTable } from './text-table.ts'

/** `npm run admin -- …`: what administrators do until they have the console. It works on the database of the service. */

const help = `用法 usage: npm run admin -- <命令 command> [参数 arguments]

  department list                                              列出部门与密钥 departments and their keys
  department register <code> <name> --kind K --division D --role PROVIDER --role ENQUIRER [--uscc U]
                                                               登记部门 register a department
  department code <code>                                       发一次性登记码 (72 小时) one-time enrolment code
  department approve <code> <kid>                              批准密钥 approve a key
  department refuse <code> <kid>                               不批准密钥 refuse a key
  department revoke <code> <kid> --reason R                    吊销密钥 revoke a key
  department suspend <code> | resume <code>                    暂停、恢复 suspend, resume
  department rename <code> <name> --from YYYY-MM-DD            更名 a new name from a day on
  department grant <code> <dataset> --basis B                  授权查询 right to AUTHORISED fields
  department ungrant <code> <dataset>                          撤销授权 take it back
  division add <code> <name> [--statistical]                   增加行政区划 add a division
  catalogue import <file.json>…                                导入目录 import calendar, clocks, list types, measures, datasets
${datasetHelp}
  held list                                                    待核实的行 rows that wait for a decision
  held show <id>                                               查看一行，留痕 look at one row; leaves a trace
  held accept <id> --reason R | held refuse <id> --reason R    核实 decide
  timeliness --from YYYY-MM-DD --to YYYY-MM-DD                 报送及时性 how timely departments reported
  keys list                                                    平台签名密钥 the exchange's signing keys
  keys add                                                     新签名密钥，次日启用 the next signing key, active after a day

操作人 actor: --actor，默认为本机用户名 (default: the user of this machine)。数据库与服务相同 (the database of the service).
`

class NotRunning extends Error {
  override readonly name = 'NotRunning'
}

const options = {
  kind: { type: 'string' },
  division: { type: 'string' },
  role: { type: 'string', multiple: true },
  uscc: { type: 'string' },
  reason: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  basis: { type: 'string' },
  actor: { type: 'string' },
  statistical: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

type Call = {
  app: App
  keyFile: string
  actor: string
  arguments: string[]
  option(name: Exclude<keyof typeof options, 'role' | 'statistical' | 'help'>): string
  optional(name: 'uscc'): string | undefined
  roles: string[]
  statistical: boolean
}

type Command = { takes: number | 'MANY'; run(call: Call): Promise<void> }

const text = (value: string | undefined): string => {
  if (value === undefined) throw new UsageError('缺少参数 (an argument is missing)')
  return value
}

const commands: Record<string, Command> = {
  'department list': {
    takes: 0,
    async run({ app }) {
      for (const department of await app.registry.list()) {
        print(
          `${department.code}  ${department.name}  ${department.status}  ${department.roles.join(',')}  ${department.datasets.join(',')}`,
        )
        for (const key of department.keys) {
          const until = key.notAfter ? `  至 until ${key.notAfter.toISOString()}` : ''
          print(`  ${key.kid}  ${key.algorithm}  ${key.status}${until}`)
        }
      }
    },
  },
  'department register': {
    takes: 2,
    async run({ app, actor, arguments: [code, name], option, optional, roles }) {
      const uscc = optional('uscc')
      await app.registry.register(actor, {
        code: text(code),
        name: text(name),
        kind: option('kind'),
        division: option('division'),
        roles,
        ...(uscc === undefined ? {} : { uscc }),
      })
      print(`${code} 已登记 (registered)`)
    },
  },
  'department code': {
    takes: 1,
    async run({ app, actor, arguments: [code] }) {
      const issued = await app.registry.issueEnrolmentCode(actor, text(code))
      print(`${issued.code}`)
      print(`有效至 valid until ${issued.expiresAt.toISOString()}；只显示这一次 (shown only once)`)
    },
  },
  'department approve': onKey(
    (app, actor, code, kid) => app.registry.approveKey(actor, code, kid),
    '已批准 (approved)',
  ),
  'department refuse': onKey(
    (app, actor, code, kid) => app.registry.refuseKey(actor, code, kid),
    '未批准 (refused)',
  ),
  'department revoke': {
    takes: 2,
    async run({ app, actor, arguments: [code, kid], option }) {
      await app.registry.revokeKey(actor, text(code), text(kid), option('reason'))
      print(`${kid} 已吊销，一秒内处处生效 (revoked, everywhere within one second)`)
    },
  },
  'department suspend': onDepartment(
    (app, actor, code) => app.registry.suspend(actor, code),
    '已暂停 (suspended)',
  ),
  'department resume': onDepartment(
    (app, actor, code) => app.registry.resume(actor, code),
    '已恢复 (active again)',
  ),
  'department rename': {
    takes: 2,
    async run({ app, actor, arguments: [code, name], option }) {
      const from = option('from')
      if (!isLegalDay(from)) throw new UsageError('--from 须为 YYYY-MM-DD (expected a day)')
      await app.registry.rename(actor, text(code), text(name), from)
      print(`${code} 自 ${from} 起名为 ${name} (bears the name from that day on)`)
    },
  },
  'department grant': {
    takes: 2,
    async run({ app, actor, arguments: [code, dataset], option }) {
      await app.registry.grant(actor, text(code), text(dataset), option('basis'))
      print(`${code} 可查 ${dataset} 的授权信息 (may read its AUTHORISED fields)`)
    },
  },
  'department ungrant': {
    takes: 2,
    async run({ app, actor, arguments: [code, dataset] }) {
      await app.registry.revokeGrant(actor, text(code), text(dataset))
      print(`${code} 对 ${dataset} 的授权已撤销 (the grant is taken back)`)
    },
  },
  'division add': {
    takes: 2,
    async run({ app, actor, arguments: [code, name], statistical }) {
      await app.registry.addDivision(actor, { code: text(code), name: text(name), statistical })
      print(`${code} ${name}`)
    },
  },
  'catalogue import': {
    takes: 'MANY',
    async run({ app, actor, arguments: files }) {
      for (const file of files) {
        const content = await readFile(file, 'utf8').catch(() => {
          throw new UsageError(`无法读取 ${file} (cannot read the file)`)
        })
        const { added, changed, unchanged } = await importCatalogue(
          app.prisma,
          actor,
          parseJson(file, content),
        )
        print(`${file}: 新增 added ${added}，变更 changed ${changed}，未变 unchanged ${unchanged}`)
      }
    },
  },
  'held list': {
    takes: 0,
    async run({ app }) {
      const rows = await app.prisma.heldRow.findMany({
        where: { status: 'WAITING' },
        orderBy: { id: 'asc' },
        include: { batch: { include: { dataset: true, department: true } } },
      })
      if (rows.length === 0) print('没有待核实的行 (no row waits)')
      for (const row of rows) {
        print(
          `${row.id}  ${row.batch.department.code}  ${row.batch.dataset.code}  批次 batch ${row.batch.batchId}  行 row ${row.rowIndex}  ${row.code}`,
        )
      }
    },
  },
  'held show': {
    takes: 1,
    async run({ app, actor, arguments: [id] }) {
      const { dataset, raw } = await app.submissions.showHeld(actor, rowNumber(id))
      print(dataset)
      print(JSON.stringify(raw, null, 2))
    },
  },
  timeliness: {
    takes: 0,
    async run({ app, option }) {
      const rows = await app.timeliness.timeliness({ from: option('from'), to: option('to') })
      if (rows.length === 0) {
        print('此期间没有计时的记录 (no clock ran for what was recorded in these days)')
        return
      }
      print(
        textTable([
          [
            '部门 department',
            '数据集 dataset',
            '时限 clock',
            '收到 received',
            '按时 on time',
            '迟报 late',
            '暂定 provisional',
            '最长迟延(天) worst delay (days)',
            '中位用时(天) median (days)',
            '存量 backlog',
          ],
          ...rows.map((row) => [
            row.departmentCode,
            row.dataset,
            `${row.rule} ${row.ruleName}`,
            ...[
              row.received,
              row.onTime,
              row.late,
              row.provisional,
              row.worstDelayDays,
              row.medianDays,
              row.backlog,
            ].map(String),
          ]),
        ]),
      )
      print(
        '暂定：到期日所在年份的放假通知尚未导入；存量：数据集入库前发生，不计时 (provisional: the notice on holidays is not imported yet; backlog: happened before the dataset was in the exchange, no clock ran)',
      )
    },
  },
  'keys list': {
    takes: 0,
    async run({ keyFile }) {
      for (const { kid, activeFrom } of (await readKeyFile(keyFile)).signing)
        print(`${kid}  自 from ${activeFrom}`)
    },
  },
  'keys add': {
    takes: 0,
    async run({ keyFile }) {
      const activeFrom = new Date(Date.now() + limits.signingKeyLeadHours * 3_600_000)
      const kid = await addSigningKey(keyFile, activeFrom)
      print(`${kid} 自 ${activeFrom.toISOString()} 起签名 (signs from then on)`)
      print(
        '请把密钥文件复制到各副本并重启，公钥随即公布 (copy the key file to all replicas and restart them: the public key is then published)',
      )
    },
  },
  'held accept': onHeldRow('ACCEPTED', '已接受 (accepted)'),
  'held refuse': onHeldRow('REFUSED', '未接受 (refused)'),
}

function onDepartment(act: (app: App, actor: string, code: string) => Promise<void>, done: string): Command {
  return {
    takes: 1,
    async run({ app, actor, arguments: [code] }) {
      await act(app, actor, text(code))
      print(`${code} ${done}`)
    },
  }
}

function onKey(
  act: (app: App, actor: string, code: string, kid: string) => Promise<void>,
  done: string,
): Command {
  return {
    takes: 2,
    async run({ app, actor, arguments: [code, kid] }) {
      await act(app, actor, text(code), text(kid))
      print(`${code} ${kid} ${done}`)
    },
  }
}

function onHeldRow(decision: 'ACCEPTED' | 'REFUSED', done: string): Command {
  return {
    takes: 1,
    async run({ app, actor, arguments: [id], option }) {
      await app.submissions.decideHeld(actor, rowNumber(id), decision, option('reason'))
      print(`${id} ${done}`)
    },
  }
}

function rowNumber(id: string | undefined): number {
  if (!/^\d{1,15}$/.test(text(id))) throw new UsageError('编号须为数字 (expected the number of a row)')
  return Number(id)
}

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    throw new UsageError(`${file} 不是 JSON (not JSON)`)
  }
}

/** A thumbprint may begin with a hyphen: behind `--` it is no option. It is the last argument of every command it is in. */
function withThumbprintsLast(args: string[]): string[] {
  const isHyphened = (word: string) => /^-[A-Za-z0-9_-]{42}$/.test(word)
  const hyphened = args.filter(isHyphened)
  return hyphened.length === 0 ? args : [...args.filter((word) => !isHyphened(word)), '--', ...hyphened]
}

async function main(): Promise<void> {
  if (process.argv[2] === 'dataset') return datasetCommand(process.argv.slice(3), withApp)
  const args = withThumbprintsLast(process.argv.slice(2))
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
  const [group = '', verb = '', ...rest] = positionals
  const command = commands[`${group} ${verb}`.trim()]
  if (values.help || positionals.length === 0) return print(help)
  if (!command) throw new UsageError(`没有命令 ${group} ${verb} (no such command)`)
  if (command.takes === 'MANY' ? rest.length === 0 : rest.length !== command.takes) {
    throw new UsageError(`${group} ${verb}: 参数个数不对 (wrong number of arguments)`)
  }
  await withApp(({ app, keyFile }) =>
    command.run({
      app,
      keyFile,
      actor: values.actor ?? userInfo().username,
      arguments: rest,
      option(name) {
        const value = values[name]
        if (value === undefined || value.trim() === '')
          throw new UsageError(`缺少 --${name} (--${name} is missing)`)
        return value
      },
      optional: (name) => values[name],
      roles: values.role ?? [],
      statistical: values.statistical ?? false,
    }),
  )
}

/** Opens what the service works on, for the time of one command. */
async function withApp(work: (opened: { app: App; keyFile: string }) => Promise<void>): Promise<void> {
  const config = readConfig(process.env, process.cwd())
  const evaluation = { dataDirectory: join(config.dataDirectory, 'postgres'), databaseName: 'exchange' }
  const url = config.databaseUrl ?? (await runningDatabaseUrl(evaluation))
  if (url === null)
    throw new NotRunning(
      '服务未运行，请先 npm start，或设 DATABASE_URL (start the service first, or set DATABASE_URL)',
    )
  const database = openDatabase(url, { connections: 2 })
  try {
    const { keyFile } = await bindInstance(database.prisma, {
      keyFile: config.keyFile,
      exchangeId: config.exchangeId,
      now: new Date(),
    })
    const app = await createApp({
      database,
      keyFile,
      exchangeId: config.exchangeId,
      clock: systemClock,
      monotonicNow: () => performance.now(),
      observeLogGroup: () => {},
    })
    await work({ app, keyFile: config.keyFile })
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
