import { type ChildProcess, execFile, fork, spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'

/** Processes of the benchmark, and the cores they run on: a server has one for itself, all else shares the others. */

const canPlace = spawnSync('taskset', ['--version']).status === 0 && availableParallelism() > 1
const last = availableParallelism() - 1
const cores = {
  server: '0',
  load: '1',
  database: last > 1 ? `2-${last}` : '1',
  anywhere: `0-${last}`,
} as const
export type Place = keyof typeof cores

export const placement = canPlace
  ? `server on core ${cores.server}, load on ${cores.load}, PostgreSQL on ${cores.database}`
  : 'all processes on any core'

/** With which `npm start` starts Node. */
const { scripts } = createRequire(import.meta.url)('../../package.json')
export const serviceFlags: readonly string[] = scripts.start
  .split(' ')
  .filter((word: string) => word.startsWith('--'))

export type Child = { pid: number; ask<A>(message: unknown): Promise<A>; stop(): Promise<void> }

/** Starts a file of this folder that answers each message with one message. `flags`: of Node, before the file. */
export function startChild(file: string, place: Place, flags: readonly string[] = []): Child {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const nodeFlags = ['--disable-warning=ExperimentalWarning', ...flags]
  const child = canPlace
    ? fork(path, [], {
        execPath: 'taskset',
        execArgv: ['-c', cores[place], process.execPath, ...nodeFlags],
        serialization: 'advanced',
      })
    : fork(path, [], { execArgv: nodeFlags, serialization: 'advanced' })
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new RangeError(`${file} ended with ${code}`)))
  })
  ended.catch(() => {})
  return {
    pid: child.pid ?? 0,
    ask: <A>(message: unknown) => Promise.race([answerOf<A>(child, message), ended]),
    async stop() {
      if (child.exitCode !== null) return
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exited
    },
  }
}

function answerOf<A>(child: ChildProcess, message: unknown): Promise<A> {
  return new Promise((resolve) => {
    child.once('message', (answer: A) => resolve(answer))
    child.send(message as object)
  })
}

/** Every process of the server, those to come included: a backend inherits its place from the postmaster. */
export async function placeDatabase(url: string, directory: string, place: Place): Promise<void> {
  if (!canPlace) return
  const postmaster = await postmasterOf(directory)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query('SELECT pid FROM pg_stat_activity')
  await client.end()
  for (const pid of [postmaster, ...rows.map((row) => String(row.pid))]) {
    // One that has ended meanwhile needs no place.
    await promisify(execFile)('taskset', ['-p', '-c', cores[place], pid]).catch(() => {})
  }
}

async function postmasterOf(directory: string): Promise<string> {
  const file = join(directory, 'postgres', 'cluster', 'pgdata', 'postmaster.pid')
  const [pid = ''] = (await readFile(file, 'utf8')).split('\n')
  return pid
}

/** A process that runs already, with all its threads. */
export async function placeProcess(pid: number, place: Place): Promise<void> {
  if (canPlace) await promisify(execFile)('taskset', ['-a', '-p', '-c', cores[place], String(pid)])
}

/** Milliseconds that all processes of the database server have run, those that ended included; null as below. */
export async function databaseCpuTime(directory: string): Promise<number | null> {
  const postmaster = await postmasterOf(directory)
  const ids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')))
  let ticks = 0
  for (const stat of stats) {
    const [, parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(9, 13).map(Number)
    if (stat.startsWith(`${postmaster} `)) ticks += user + system + endedUser + endedSystem
    else if (parent === postmaster) ticks += user + system
  }
  return ticks === 0 ? null : ticks * 10
}

/** Resident memory of a process in MiB; null where the system does not tell. */
export async function residentMemory(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  return kibibytes === undefined ? null : Number(kibibytes) / 1024
}

/** Milliseconds that all threads of a process have run; null where the system does not tell. */
export async function cpuTime(pid: number): Promise<number | null> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const texts = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')),
  )
  const nanoseconds = texts.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0)
  return threads.length === 0 ? null : nanoseconds / 1e6
}
