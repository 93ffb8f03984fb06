import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { readKeyFile } from '../../src/kernel/key-file.ts'
import { JceDepartment } from '../client/jce-department.ts'
import { audience, TestExchange } from '../support/exchange.ts'
import { freePort, launch } from '../support/process.ts'
import { inventedUscc } from '../support/quality-rows.ts'
import { SoftToken, whyNoToken } from '../support/softhsm.ts'

/** The life of the keys that sign answers, as operators lead it and departments live with it. */

let exchange: TestExchange
let department: JceDepartment

const environment = () => ({
  DATABASE_URL: exchange.databaseUrl,
  KEY_FILE: exchange.keyFilePath,
  EXCHANGE_ID: audience,
})
const admin = (arguments_: string[], more: Record<string, string> = {}) =>
  launch(department.directory, 'gateway/admin.ts', { ...environment(), ...more }, arguments_).end()

/** The service is started anew with the key file as it now is; the department finds it at its new address. */
async function restart(before: RunningServer, options: { token?: SoftToken } = {}): Promise<RunningServer> {
  await before.stop()
  const server = await exchange.replica({
    keyFile: await readKeyFile(exchange.keyFilePath),
    ...(options.token && { pkcs11: options.token.config }),
  })
  const config = JSON.parse(await readFile(department.file('jce.json'), 'utf8'))
  await writeFile(department.file('jce.json'), JSON.stringify({ ...config, url: server.url }))
  return server
}
const screen = () => department.jce('screen', '--purpose', '核查', inventedUscc(1))
const verify = async (path: string) => department.jce('verify', path)
const lastEvidence = async () => (await department.evidence()).at(-1)?.path ?? ''
const statusOf = async (url: string) => (await fetch(`${url}/readyz`)).status

beforeAll(async () => {
  exchange = await TestExchange.start()
})
afterAll(async () => {
  await department[Symbol.asyncDispose]()
  await exchange[Symbol.asyncDispose]()
})

describe('the keys that sign answers', () => {
  let server: RunningServer
  let first: string
  let firstEvidence: string

  beforeAll(async () => {
    server = await exchange.replica()
    department = await JceDepartment.start(server, 'NDRC', 'DEVELOPMENT_REFORM')
    first = exchange.keyFile.signing[0]?.kid ?? ''
  })

  it('rotate: a new key signs, and what the old one signed still verifies', async () => {
    expect(await screen()).toMatchObject({ code: 0 })
    firstEvidence = await lastEvidence()
    expect(await admin(['keys', 'retire', first])).toMatchObject({ code: 1 })

    const added = await admin(['keys', 'add', '--from', 'now'])
    expect(added).toMatchObject({ code: 0 })
    const second = added.output.slice(0, 43)
    server = await restart(server)
    // A department believes no key that it has not compared, even when the exchange publishes it.
    expect(await screen()).toMatchObject({ code: 1 })
    expect(await department.jce('trust', `--accept=${second}`)).toMatchObject({ code: 0 })
    expect(await screen()).toMatchObject({ code: 0 })
    const kidOf = async (path: string) => {
      const { reply } = JSON.parse(await readFile(path, 'utf8'))
      return JSON.parse(Buffer.from(reply.replySignature.split('.')[0], 'base64url').toString('utf8')).kid
    }
    expect([await kidOf(firstEvidence), await kidOf(await lastEvidence())]).toEqual([first, second])
    for (const path of [firstEvidence, await lastEvidence()])
      expect(await verify(path)).toMatchObject({ code: 0 })
  })

  it('retire: the private part is gone, the key stays published, and what it signed still verifies', async () => {
    const privatePart =
      JSON.stringify(exchange.keyFile.signing[0]?.jwk).match(/"d":"([\w-]+)"/)?.[1] ?? 'none'
    expect(await readFile(exchange.keyFilePath, 'utf8')).toContain(privatePart)
    expect(await admin(['keys', 'retire', first])).toMatchObject({ code: 0 })
    expect(await readFile(exchange.keyFilePath, 'utf8')).not.toContain(privatePart)
    expect((await admin(['keys', 'list'])).output).toMatch(new RegExp(`${first}.*已停用 retired\\n`))

    server = await restart(server)
    const { keys } = JSON.parse(await (await fetch(`${server.url}/.well-known/jwks.json`)).text())
    expect(keys).toHaveLength(2)
    expect(keys[0]).toMatchObject({ kid: first, exp: expect.any(Number) })
    expect(await screen()).toMatchObject({ code: 0 })
    expect(await verify(firstEvidence)).toMatchObject({ code: 0 })

    // Also for somebody who trusts today what the exchange publishes today.
    const config = JSON.parse(await readFile(department.file('jce.json'), 'utf8'))
    await writeFile(department.file('jce.json'), JSON.stringify({ ...config, trustedKeys: keys }))
    expect(await verify(firstEvidence)).toMatchObject({ code: 0 })
    await writeFile(department.file('jce.json'), JSON.stringify({ ...config, trustedKeys: keys.slice(1) }))
    expect(await verify(firstEvidence)).toMatchObject({ code: 1 })
    await writeFile(department.file('jce.json'), JSON.stringify(config))
  })

  it('are not used by a service whose key file others may read', async () => {
    const path = department.file('exposed.json')
    await writeFile(path, await readFile(exchange.keyFilePath), { mode: 0o644 })
    const started = launch(department.directory, 'gateway/main.ts', {
      ...environment(),
      KEY_FILE: path,
      PORT: String(await freePort()),
    })
    expect(await started.end()).toEqual({ code: 1, output: expect.stringContaining('chmod 600') })
  })

  it('on a token that is not configured keep the service from starting; half a configuration is a fault', async () => {
    const half = await admin(['keys', 'list'], { SIGNING_PKCS11_TOKEN: 'exchange' })
    expect(half.code).toBe(2)
    for (const name of ['SIGNING_PKCS11_MODULE', 'SIGNING_PKCS11_PIN_FILE'])
      expect(half.output).toContain(name)
    expect(await admin(['keys', 'add', '--pkcs11-label', 'answers'])).toMatchObject({
      code: 2,
      output: expect.stringContaining('SIGNING_PKCS11_MODULE'),
    })
    for (const from of ['tomorrow', '2026-01-01', '2026-01-01T00:00:00Z'])
      expect(await admin(['keys', 'add', '--from', from])).toMatchObject({ code: 2 })
  })

  const reason = whyNoToken()
  it.skipIf(reason)(
    `may lie on a token: made there, signing there, 503 while it is away${reason ? ` (skipped: ${reason})` : ''}`,
    async () => {
      await using token = await SoftToken.start()
      const added = await admin(
        ['keys', 'add', '--pkcs11-label', 'answers-2026', '--from', 'now'],
        token.environment,
      )
      expect(added).toMatchObject({ code: 0, output: expect.stringContaining('made on the token') })
      const [, kid = ''] = /^([\w-]{43}) 自/m.exec(added.output) ?? []
      expect((await admin(['keys', 'list'])).output).toMatch(
        new RegExp(`${kid}.*签名设备 token answers-2026  正在签名 signing\\n`),
      )
      const unconfigured = launch(department.directory, 'gateway/main.ts', {
        ...environment(),
        PORT: String(await freePort()),
      })
      expect(await unconfigured.end()).toEqual({
        code: 1,
        output: expect.stringContaining('the key lies on a token'),
      })

      server = await restart(server, { token })
      expect(await department.jce('trust', `--accept=${kid}`)).toMatchObject({ code: 0 })
      expect(await screen()).toMatchObject({ code: 0 })
      expect(await verify(await lastEvidence())).toMatchObject({ code: 0 })

      // A restart of the device costs no answer.
      token.loseSessions()
      expect(await screen()).toMatchObject({ code: 0 })

      await token.takeAway()
      const kept = (await department.evidence()).length
      expect(await screen()).toMatchObject({ code: 3 })
      expect(await statusOf(server.url)).toBe(503)
      const logged = (await exchange.logRows()).length
      expect(await screen()).toMatchObject({ code: 3 })
      // While no answer can be signed nothing is begun, so nothing is logged either.
      expect((await exchange.logRows()).length).toBe(logged)
      expect((await department.evidence()).length).toBe(kept)

      await token.bringBack()
      while ((await statusOf(server.url)) !== 200) await wait(100)
      expect(await screen()).toMatchObject({ code: 0 })
      expect(await verify(await lastEvidence())).toMatchObject({ code: 0 })
      const log = exchange.logLines.join('\n')
      expect(log).toContain('TOKEN_MISSING')
      expect(log).not.toContain('4321')

      expect(await admin(['keys', 'retire', kid])).toMatchObject({ code: 0 })
      server = await restart(server)
      expect(await screen()).toMatchObject({ code: 0 })
      expect(await verify(await lastEvidence())).toMatchObject({ code: 0 })
    },
    120_000,
  )
})
