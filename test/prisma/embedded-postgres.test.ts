import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type EmbeddedPostgres,
  runningDatabaseUrl,
  startEmbeddedPostgres,
} from '../../prisma/embedded-postgres.ts'
import { checkDatabase } from '../../prisma/migrate.ts'
import { queryOnce } from '../support/database.ts'

const asRoot = process.getuid?.() === 0
const settings = { fsync: 'off' }

let dataDirectory: string
const running = new Set<EmbeddedPostgres>()
const children = new Set<number>()

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'exchange-embedded-'))
})

afterEach(async () => {
  for (const pid of children) killGroup(pid)
  children.clear()
  // What a killed process left running is taken over to be stopped.
  const orphan = running.size === 0 && (await runningDatabaseUrl({ dataDirectory, databaseName: 'exchange' }))
  if (orphan) await start()
  for (const server of running) await server.stop()
  running.clear()
  await chmod(dataDirectory, 0o755)
  await rm(dataDirectory, { recursive: true })
})

async function start(options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}) {
  const server = await startEmbeddedPostgres({
    dataDirectory,
    databaseName: 'exchange',
    settings,
    ...options,
  })
  running.add(server)
  return server
}

/** Another process that starts the server, prints what it logs, then its address, and never stops by itself. */
function startElsewhere() {
  const module = new URL('../../prisma/embedded-postgres.ts', import.meta.url).href
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(module)}
    const server = await startEmbeddedPostgres({
      dataDirectory: ${JSON.stringify(dataDirectory)},
      databaseName: 'exchange',
      settings: { fsync: 'off' },
      log: console.log,
    })
    console.log(server.url)
    setInterval(() => {}, 60_000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const pid = child.pid ?? Number.NaN
  children.add(pid)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const complaint = text(child.stderr)
  return {
    /** The next line that begins so; fails with what the process complained of when it ends before. */
    async line(beginning: string): Promise<string> {
      for (;;) {
        const { done, value } = await lines.next()
        if (done) throw new Error(await complaint)
        if (value.startsWith(beginning)) return value
      }
    },
    /** As a power cut would: it and what runs in its group are gone, nothing is tidied. */
    async crash() {
      const closed = once(child, 'close')
      killGroup(pid)
      await closed
      children.delete(pid)
    },
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

const createTable = 'CREATE TABLE kept AS SELECT 42 AS value'
const readTable = 'SELECT value FROM kept'
const rows = [{ value: 42 }]

describe('a cluster', () => {
  it('keeps its data from one start to the next', async () => {
    const first = await start()
    expect(first.created).toBe(true)
    await queryOnce(first.url, createTable)
    await first.stop()
    const second = await start()
    expect(second.created).toBe(false)
    expect(await queryOnce(second.url, readTable)).toEqual(rows)
  })

  it('may lie in a directory with any name, which is made', async () => {
    const directory = join(dataDirectory, `信用 100% it's`, 'postgres')
    const first = await start({ dataDirectory: directory })
    await first.stop()
    expect((await start({ dataDirectory: directory })).created).toBe(false)
  })

  it('holds several databases, each made at its first use', async () => {
    const first = await start()
    await first.stop()
    const second = await start({ databaseName: 'another one' })
    expect(second.created).toBe(true)
    expect(await queryOnce(second.url, 'SELECT current_database() AS name')).toEqual([
      { name: 'another one' },
    ])
  })

  it('knows Chinese, and finds it by trigrams', async () => {
    const { url } = await start()
    await checkDatabase(url)
    await queryOnce(url, 'CREATE EXTENSION pg_trgm')
    expect(await queryOnce(url, `SELECT similarity('驻马店市公司', '驻马店市') > 0.4 AS similar`)).toEqual([
      { similar: true },
    ])
  })

  it('is reached from this machine alone, and with its password alone', async () => {
    const { url } = await start()
    expect(
      await queryOnce(
        url,
        `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets`,
      ),
    ).toEqual([{ addresses: '127.0.0.1', sockets: '' }])
    const wrong = new URL(url)
    wrong.password = 'wrong'
    await expect(queryOnce(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    const file = join(dataDirectory, 'cluster', 'password')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await readFile(file, 'utf8')).trim()).toBe(new URL(url).password)
  })

  it('takes settings, which may differ from start to start', async () => {
    const shown = `SELECT current_setting('work_mem') AS memory, current_setting('application_name') AS name`
    const first = await start({ settings: { work_mem: '5MB', application_name: `it's "one"` } })
    expect(await queryOnce(first.url, shown)).toEqual([{ memory: '5MB', name: `it's "one"` }])
    await first.stop()
    const second = await start({ settings: { work_mem: '6MB' } })
    expect(await queryOnce(second.url, shown)).toEqual([{ memory: '6MB', name: '' }])
  })

  it('answers no more once it is stopped, even with a connection open', async () => {
    const { url, stop } = await start()
    const asleep = queryOnce(url, 'SELECT pg_sleep(60)').catch((error: unknown) => error)
    await vi.waitFor(async () => {
      const found = await queryOnce(url, `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'`)
      expect(found).toHaveLength(1)
    })
    await Promise.all([stop(), stop()])
    expect(await asleep).toMatchObject({ code: '57P01' })
    await expect(queryOnce(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('can be found by another program while it runs', async () => {
    const place = { dataDirectory, databaseName: 'exchange' }
    expect(await runningDatabaseUrl(place)).toBeNull()
    const { url, stop } = await start()
    expect(await runningDatabaseUrl(place)).toBe(url)
    await stop()
    expect(await runningDatabaseUrl(place)).toBeNull()
  })
})

describe('one owner', () => {
  it('a second start is refused and disturbs nothing', async () => {
    const { url } = await start()
    await expect(start()).rejects.toMatchObject({
      code: 'ALREADY_IN_USE',
      message: expect.stringContaining(dataDirectory),
    })
    expect(await queryOnce(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('of several processes that begin together on a new directory one gets it', async () => {
    const address = startElsewhere().line('postgresql://')
    const results = await Promise.allSettled([start(), start(), address])
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(2)
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ message: expect.stringMatching(/is in use by another process/) })
    }
    expect(await readdir(dataDirectory)).toEqual(['cluster'])
  })

  it('a server whose owner crashed is taken over as it runs', async () => {
    const elsewhere = startElsewhere()
    const url = await elsewhere.line('postgresql://')
    await queryOnce(url, createTable)
    await expect(start()).rejects.toMatchObject({ code: 'ALREADY_IN_USE' })
    await elsewhere.crash()
    const log: string[] = []
    const server = await start({ log: (message) => log.push(message) })
    expect(server).toMatchObject({ url, created: false })
    expect(log).toEqual(['took over a PostgreSQL whose owner is gone'])
    expect(await queryOnce(url, readTable)).toEqual(rows)
    await server.stop()
    await expect(queryOnce(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('after an interruption', () => {
  it('a cluster that was never finished is made anew', async () => {
    const elsewhere = startElsewhere()
    await elsewhere.line('initialising')
    await vi.waitFor(
      async () => {
        const [making = ''] = await readdir(dataDirectory)
        await stat(join(dataDirectory, making, 'pgdata', 'PG_VERSION'))
      },
      { timeout: 20_000, interval: 5 },
    )
    await elsewhere.crash()
    expect(await readdir(dataDirectory)).toEqual([expect.stringMatching(/^init-/)])
    const server = await start()
    expect(server.created).toBe(true)
    expect(await readdir(dataDirectory)).toEqual(['cluster'])
  })

  it('the number of a crashed server that another process now has is no obstacle', async () => {
    const first = await start()
    await queryOnce(first.url, createTable)
    await first.stop()
    const lines = [process.pid, '/elsewhere', 1, new URL(first.url).port, '', '127.0.0.1', '1 1', 'ready']
    await writeFile(join(dataDirectory, 'cluster', 'pgdata', 'postmaster.pid'), `${lines.join('\n')}\n`)
    const second = await start()
    expect(await queryOnce(second.url, readTable)).toEqual(rows)
  })
})

describe('says what is wrong', () => {
  it.each([
    ['lies in a file', 'file/postgres', 'ENOTDIR'],
    ['has a name of two lines', 'two\nlines', 'whose name has a line end'],
    ['has a name that a shell would read otherwise', '$HOME', 'whose name has a line end or any of'],
  ])('when the directory %s', async (_what, path, detail) => {
    await writeFile(join(dataDirectory, 'file'), '')
    const impossible = join(dataDirectory, path)
    await expect(start({ dataDirectory: impossible })).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_NOT_WRITABLE',
      message: expect.stringContaining(impossible),
      detail: expect.stringContaining(detail),
    })
  })

  it.skipIf(asRoot)('when the directory belongs to somebody else', async () => {
    await chmod(dataDirectory, 0o555)
    await expect(start()).rejects.toMatchObject({ code: 'DATA_DIRECTORY_NOT_WRITABLE' })
    await expect(start({ dataDirectory: join(dataDirectory, 'postgres') })).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_NOT_WRITABLE',
    })
  })

  it('when there is a cluster that this version cannot read, and leaves it alone', async () => {
    const pgdata = join(dataDirectory, 'cluster', 'pgdata')
    const first = await start()
    await first.stop()
    await writeFile(join(pgdata, 'PG_VERSION'), '9\n')
    await expect(start()).rejects.toMatchObject({
      code: 'START_FAILED',
      detail: expect.stringContaining('initialized by PostgreSQL version 9'),
    })
    expect(await readFile(join(pgdata, 'PG_VERSION'), 'utf8')).toBe('9\n')
  })

  it('when a setting is wrong; the next start is as if nothing had been', async () => {
    const wrong = { ...settings, work_mem: 'plenty' }
    await expect(start({ settings: wrong })).rejects.toMatchObject({
      code: 'START_FAILED',
      detail: expect.stringContaining('work_mem'),
    })
    expect((await start()).created).toBe(true)
  })

  it('when a cluster cannot be made; the next start makes it', async () => {
    const umask = process.umask(0o777)
    try {
      await expect(start()).rejects.toMatchObject({
        code: 'INIT_FAILED',
        detail: expect.stringMatching(/permission denied/i),
      })
    } finally {
      process.umask(umask)
    }
    expect((await start()).created).toBe(true)
    expect(await readdir(dataDirectory)).toEqual(['cluster'])
  })

  it('when something else lies in the place of the cluster, and leaves it alone', async () => {
    await mkdir(join(dataDirectory, 'cluster'))
    await writeFile(join(dataDirectory, 'cluster', 'letter'), 'mine')
    await expect(start()).rejects.toMatchObject({ code: 'START_FAILED' })
    expect(await readdir(join(dataDirectory, 'cluster'))).toEqual(['letter'])
  })

  it('when npm has no PostgreSQL for this kind of machine', async () => {
    const architecture = Object.getOwnPropertyDescriptor(process, 'arch') ?? {}
    Object.defineProperty(process, 'arch', { ...architecture, value: 'pdp11' })
    try {
      await expect(start()).rejects.toMatchObject({
        code: 'PLATFORM_UNSUPPORTED',
        message: expect.stringContaining('-pdp11'),
      })
    } finally {
      Object.defineProperty(process, 'arch', architecture)
    }
  })
})
