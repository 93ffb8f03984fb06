import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, createEmptyDatabase } from '../support/database.ts'
import { freePort, launch } from '../support/process.ts'

/** `npm start` and `npm run admin` as a person meets them: real processes, a real folder, real signals. */

let directory: string
let port: number

const start = (environment: Record<string, string> = {}) =>
  launch(directory, 'gateway/main.ts', { PORT: String(port), ...environment })
const admin = (...arguments_: string[]) =>
  launch(directory, 'gateway/admin.ts', { PORT: String(port) }, arguments_).end()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-start-'))
  port = await freePort()
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('npm start on a new machine', () => {
  it('loads the demo city, shows a first signed query, stops on Ctrl-C, and finds the data again', async () => {
    const first = start()
    await first.until('Ctrl-C')
    expect(first.output()).toContain('.data/demo/NDRC/department.pem')
    expect(first.output()).toContain('"outcome":"LISTED"')
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('jce_exchanges_total')

    const listed = await admin('department', 'list')
    expect(listed.code).toBe(0)
    for (const code of ['NDRC', 'PBOC', 'QTS', 'AIC']) expect(listed.output).toContain(code)
    const registered = await admin(
      'department',
      'register',
      'TAX',
      '汝宁市税务局',
      '--kind',
      'TAX',
      '--division',
      '419800',
      '--role',
      'ENQUIRER',
    )
    expect(registered).toMatchObject({ code: 0 })
    expect((await admin('department', 'code', 'TAX')).output).toMatch(/^([0-9A-Z]{4}-){6}[0-9A-Z]{4}\n/)
    expect(
      await admin('department', 'register', 'TAX', '税务', '--kind', 'TAX', '--division', '419800'),
    ).toMatchObject({ code: 1 })
    expect(await admin('department', 'nonsense')).toMatchObject({ code: 2 })
    // A thumbprint may begin with a hyphen, and is still no option.
    const unknown = await admin('department', 'approve', 'TAX', `-${'A'.repeat(42)}`)
    expect([unknown.code, unknown.output.includes('没有密钥')]).toEqual([1, true])

    const officer = ['li@example.org', '李某', '--department', 'TAX', '--role', 'CITY_ADMINISTRATOR']
    const added = await admin('officer', 'add', ...officer)
    expect(added).toMatchObject({ code: 0 })
    const code = /set-up code {2}(\S+)/.exec(added.output)?.[1] ?? ''
    const setUp = await fetch(`http://127.0.0.1:${port}/console/api/auth/set-up/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: `http://localhost:${port}` },
      body: JSON.stringify({ code }),
    })
    expect(await setUp.json()).toMatchObject({ name: '李某', email: 'li@example.org' })
    expect((await admin('officer', 'list')).output).toMatch(/li@example\.org.*CITY_ADMINISTRATOR.*INVITED/)
    expect(await admin('officer', 'add', ...officer)).toMatchObject({ code: 1 })

    const taken = await start().end()
    expect(taken.code).toBe(1)
    expect(taken.output.trim().split('\n').at(-1)).toMatch(/使用|in use|taken/)

    first.child.kill('SIGINT')
    expect((await first.end()).code).toBe(0)

    const second = start()
    await second.until('Ctrl-C')
    expect(second.output()).not.toContain('载入')
    expect((await admin('department', 'list')).output).toContain('汝宁市税务局')
    second.child.kill('SIGTERM')
    expect((await second.end()).code).toBe(0)
  })

  it('tells in one sentence that the port is taken', async () => {
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve))
    await using database = await createDatabase()
    const { code, output } = await start({
      DATABASE_URL: database.url,
      DATA_DIR: join(directory, 'other'),
    }).end()
    expect([code, lastLine(output)]).toEqual([
      1,
      `端口 ${port} 已被占用，请以 PORT 另设 (port ${port} is taken: set PORT to another)`,
    ])
    await new Promise((resolve) => squatter.close(resolve))
  })

  it('tells in one sentence that the database cannot be reached, or refuses', async () => {
    const away = await start({ DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none` }).end()
    expect([away.code, lastLine(away.output)]).toEqual([
      1,
      '数据库无法连接 (the database cannot be reached: ECONNREFUSED)',
    ])
    await using database = await createDatabase()
    const url = new URL(database.url)
    url.password = 'wrong'
    const refused = await start({ DATABASE_URL: url.href }).end()
    expect([refused.code, refused.output.includes('28P01'), refused.output.includes('wrong')]).toEqual([
      1,
      true,
      false,
    ])
  })

  it('tells in one sentence that Chinese would not count as letters in the database', async () => {
    await using database = await createEmptyDatabase(
      "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LC_CTYPE 'C'",
    )
    const { code, output } = await start({ DATABASE_URL: database.url }).end()
    expect([code, lastLine(output).includes('C.UTF-8')]).toEqual([1, true])
  })

  it.skipIf(process.getuid?.() === 0)('tells in one sentence that the folder is not writable', async () => {
    const locked = await mkdtemp(join(directory, 'locked-'))
    await chmod(locked, 0o500)
    const { code, output } = await start({ DATA_DIR: join(locked, 'data') }).end()
    expect([code, lastLine(output).includes('权限')]).toEqual([1, true])
  })

  it('tells that the data folder is a file', async () => {
    const { code, output } = await start({ DATA_DIR: fileURLToPath(import.meta.url) }).end()
    expect([code, lastLine(output)]).toEqual([1, expect.stringContaining('数据目录')])
  })

  it('prints every fault of the configuration at once', async () => {
    const { code, output } = await start({ PORT: 'many', EXCHANGE_URL: 'nowhere', LOG_LEVEL: 'loud' }).end()
    expect(code).toBe(2)
    for (const name of ['PORT', 'EXCHANGE_URL', 'LOG_LEVEL']) expect(output).toContain(name)
  })

  it('does not start a database with the keys of another, or without its own', async () => {
    await using database = await createDatabase()
    const environment = {
      DATABASE_URL: database.url,
      DATA_DIR: join(directory, 'bound'),
      KEY_FILE: join(directory, 'bound', 'keys.json'),
    }
    const bound = start(environment)
    await bound.until('Ctrl-C')
    expect(bound.output()).not.toContain('汝宁市')
    bound.child.kill('SIGINT')
    await bound.end()
    const without = await start({ ...environment, KEY_FILE: join(directory, 'none.json') }).end()
    expect([without.code, without.output.includes('密钥文件')]).toEqual([1, true])
    await using other = await createDatabase()
    const stranger = { ...environment, DATABASE_URL: other.url, KEY_FILE: join(directory, 'stranger.json') }
    const made = start(stranger)
    await made.until('Ctrl-C')
    made.child.kill('SIGINT')
    await made.end()
    const mixed = await start({ ...stranger, DATABASE_URL: database.url }).end()
    expect([mixed.code, mixed.output.includes('不属于本数据库')]).toEqual([1, true])
  })
})

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? ''
