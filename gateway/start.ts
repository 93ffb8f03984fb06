import { access, constants, mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import pino, { type Logger } from 'pino'
import {
  clientOf,
  type DemoDepartment,
  type DemoTarget,
  demoDepartments,
  isDemoBegun,
  isDemoLoaded,
  loadDemoCity,
  pemOf,
} from '../prisma/demo-city/load.ts'
import { EmbeddedPostgresError, startEmbeddedPostgres } from '../prisma/embedded-postgres.ts'
import { checkDatabase, DatabaseUnsuitableError, MigrationError, migrate } from '../prisma/migrate.ts'
import { type Config, ConfigError, readConfig } from '../src/config.ts'
import { SigningUnavailable } from '../src/evidence/signing-key.ts'
import { bindInstance, InstanceError } from '../src/instance.ts'
import { systemClock } from '../src/kernel/clock.ts'
import { openDatabase } from '../src/kernel/database.ts'
import { KeyFileError } from '../src/kernel/key-file.ts'
import { startServer } from './server.ts'
import { readSingleSignOn, SingleSignOnError } from './single-sign-on.ts'
import { startWorkers, WorkerFailed } from './workers.ts'

/** `npm start`: configuration, database, keys, service; and on a new embedded database the demo city. */

const say = (line: string) => void process.stdout.write(`${line}\n`)

type Closing = { close(): Promise<void> }

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { workers: { type: 'string' } } })
  const config = readConfig(
    { ...process.env, ...(values.workers === undefined ? {} : { WORKERS: values.workers }) },
    process.cwd(),
  )
  // Standard output is for people; the log goes where operators collect it, one JSON object a line.
  const logger = pino({ level: config.logLevel }, pino.destination(2))
  const opened: Closing[] = []
  const closeAll = async () => {
    for (const part of opened.splice(0).reverse()) await part.close()
  }
  const stop = stopOnSignal(closeAll, logger)
  try {
    await run(config, logger, opened)
  } catch (error) {
    if (!stop.requested()) {
      process.stderr.write(`${sentenceOf(error, config)}\n`)
      process.exitCode = 1
    }
    await closeAll()
  }
}

async function run(config: Config, logger: Logger, opened: Closing[]): Promise<void> {
  const url = config.databaseUrl ?? (await startEvaluationDatabase(config, opened))
  await checkDatabase(url)
  const [fallbackFont] = config.documentFallbackFont?.split('#') ?? []
  if (fallbackFont !== undefined) await access(fallbackFont, constants.R_OK)
  await migrate(url)
  const database = openDatabase(url, { connections: config.databaseConnections })
  opened.push(database)
  const { keyFile } = await bindInstance(database.pool, {
    keyFile: config.keyFile,
    exchangeId: config.exchangeId,
    now: new Date(),
  })
  const singleSignOn = config.singleSignOn && (await readSingleSignOn(config.singleSignOn))
  const server = await startServer({ ...config, database, keyFile, logger, clock: systemClock, singleSignOn })
  opened.push({ close: () => server.stop() })
  say(`信用联合惩戒交换平台 joint credit exchange`)
  say(`  信用网站 website             ${config.exchangeUrl}/`)
  say(`  管理控制台 console           ${config.exchangeUrl}/console/`)
  say(`  查询接口 signed queries      ${config.exchangeUrl}/graphql`)
  say(`  部门登记 enrolment           ${config.exchangeUrl}/enrol`)
  say(`  平台公钥 public keys         ${config.exchangeUrl}/.well-known/jwks.json`)
  say(`  运维 operations              ${server.url}/healthz /readyz /metrics`)
  if (config.databaseUrl === null) {
    const target: DemoTarget = {
      app: server.app,
      url: server.url,
      audience: config.exchangeId,
      directory: join(config.dataDirectory, 'demo'),
      say,
    }
    await presentDemo(target)
  }
  if ((await server.app.officers.list({ kind: 'OPERATOR', name: 'start' })).length === 0) {
    say('管理台还没有人员，先登记首名管理员 (the console has no officers: add the first administrator)')
    say('  npm run admin -- officer add li@example.org 李某 --department NDRC --role CITY_ADMINISTRATOR')
  }
  if (config.workers > 1) {
    // The first replica has shown that all is in order; the others take over its address.
    await server.stop()
    opened.push(await startWorkers({ config, databaseUrl: url }, logger))
    say(`  工作进程 workers             ${config.workers}`)
  }
  say('按 Ctrl-C 停止 (press Ctrl-C to stop)')
}

async function startEvaluationDatabase(config: Config, opened: Closing[]): Promise<string> {
  await mkdir(config.dataDirectory, { recursive: true })
  await access(config.dataDirectory, constants.W_OK)
  say(
    `数据库 ${join(config.dataDirectory, 'postgres')}，仅供试用；正式使用请设 DATABASE_URL (embedded, for evaluation)`,
  )
  const postgres = await startEmbeddedPostgres({
    dataDirectory: join(config.dataDirectory, 'postgres'),
    databaseName: 'exchange',
    log: say,
  })
  opened.push({ close: () => postgres.stop() })
  return postgres.url
}

/** The demo city is loaded into a database that holds nothing yet, or completed where loading was interrupted. */
async function presentDemo(target: DemoTarget): Promise<void> {
  const { app } = target
  if (!(await isDemoLoaded(app))) {
    const isEmpty = (await app.registry.list()).length === 0
    if (!isEmpty && !(await isDemoBegun(app))) return
    say('载入虚构的示范城市汝宁市 (loading the fictional demo city)')
    await loadDemoCity(target)
  }
  const departments = await demoDepartments(target.directory)
  const [asker] = departments
  if (asker) await showFirstQuery(target, departments, asker)
}

async function showFirstQuery(
  target: DemoTarget,
  departments: DemoDepartment[],
  asker: DemoDepartment,
): Promise<void> {
  say('示范部门的密钥 (keys of the demo departments)')
  for (const department of departments)
    say(`  ${department.code.padEnd(5)} ${relative(process.cwd(), pemOf(department))}`)
  const listed = await target.app.prisma.listing.findFirst({
    where: { subject: { uscc: { not: null } }, endsOn: null, exitedOn: null },
    orderBy: { id: 'asc' },
    select: { subject: { select: { uscc: true } } },
  })
  const uscc = listed?.subject.uscc
  if (!uscc) return
  const config = relative(process.cwd(), join(asker.directory, 'jce.json'))
  const input = { purpose: '示范 demo', subjects: [{ ref: '1', identifier: uscc }] }
  const { data, proof } = await clientOf(target, asker).query(firstQuery, { input })
  say('第一次签名查询，可直接粘贴 (the first signed query, ready to paste)')
  say(`  npx jce screen --config ${config} --purpose 示范 ${uscc}`)
  say(
    `其回答，已签名，证据日志第 ${proof.logIndex} 条 (its answer, signed, entry ${proof.logIndex} of the evidence log)`,
  )
  say(`  ${JSON.stringify(data)}`)
}

const firstQuery = `query ($input: ScreenInput!) {
  screen(input: $input) { asOf results { outcome subject { uscc name } listings { listType { name } listedOn } measures { name } } }
}`

/** The first signal stops in order, a second one at once. */
function stopOnSignal(closeAll: () => Promise<void>, logger: Logger): { requested(): boolean } {
  let requested = false
  const stop = (signal: NodeJS.Signals) => {
    if (requested) process.exit(130)
    requested = true
    logger.info({ signal }, 'stopping')
    closeAll().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return { requested: () => requested }
}

/** One sentence for the person at the keyboard. Connection strings hold passwords and are never repeated. */
function sentenceOf(error: unknown, config: Config): string {
  if (
    error instanceof WorkerFailed ||
    error instanceof EmbeddedPostgresError ||
    error instanceof DatabaseUnsuitableError ||
    error instanceof MigrationError ||
    error instanceof InstanceError ||
    error instanceof KeyFileError ||
    error instanceof SigningUnavailable ||
    error instanceof SingleSignOnError
  ) {
    return error.message
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  switch (code) {
    case 'EADDRINUSE':
      return `端口 ${config.port} 已被占用，请以 PORT 另设 (port ${config.port} is taken: set PORT to another)`
    case 'EACCES':
    case 'EROFS':
    case 'EPERM':
    case 'EEXIST':
    case 'ENOTDIR':
      return `没有权限或不是目录：数据目录 ${config.dataDirectory}，或端口 ${config.port} (no permission for the data directory or the port, or no directory)`
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return `数据库无法连接 (the database cannot be reached: ${code})`
    case '28P01':
    case '28000':
    case '3D000':
      return `数据库拒绝登录，请核对 DATABASE_URL (the database refuses: check DATABASE_URL; SQLSTATE ${code})`
    default:
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 2
}
