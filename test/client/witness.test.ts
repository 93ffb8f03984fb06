import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { judge, proofNeeded } from '../../client/witness.ts'
import { LogServer } from '../support/log-server.ts'
import { consistencyPath, treeHash } from '../support/naive-tree.ts'
import { newAsker, type TestAsker, TestLog } from '../support/test-log.ts'
import { WitnessDepartment } from './witness-department.ts'

/** `jce witness` as a timetable runs it, against a log that is honest, late, or lies. */

const at = 1_800_000_000
let asker: TestAsker
let server: LogServer
let department: WitnessDepartment
let stray: ChildProcess | undefined

beforeAll(async () => {
  asker = await newAsker('QTS')
  server = await LogServer.start(await TestLog.start())
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  server.log = server.log.fork([]).fill(5, asker, at)
  server.checkpoint = undefined
  server.consistencyStatus = undefined
  server.replyKey = undefined
  server.cosignatures.clear()
  server.registered.length = 0
  department = await WitnessDepartment.start(server, asker)
})
afterEach(async () => {
  stray?.kill()
  await department[Symbol.asyncDispose]()
})

const alarms = async () =>
  (await readdir(department.file('witness'))).filter((name) => name.startsWith('alarm-'))
const verdicts = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t').slice(1, 3))

describe('a witness', () => {
  it('registers once, cosigns what it first sees and what only grew, and nothing twice', async () => {
    const first = await department.jce('witness', '--once')
    expect([first.code, verdicts(first.stdout)]).toEqual([0, [['FIRST', '5']]])
    const again = await department.jce('witness')
    expect([again.code, verdicts(again.stdout), again.stderr.includes('已副署')]).toEqual([
      0,
      [['UNCHANGED', '5']],
      false,
    ])
    server.log.fill(8, asker, at + 10)
    const grown = await department.jce('witness')
    expect([grown.code, verdicts(grown.stdout)]).toEqual([0, [['GROWN', '13']]])
    const vkey = expect.stringMatching(/^credit\.example\.invalid\/log\/witness\/QTS\+[0-9a-f]{8}\+B/)
    expect(server.registered).toEqual([vkey])
    expect([...server.cosignatures.values()]).toEqual(
      Array(2).fill(expect.stringMatching(/^— credit\.example\.invalid\/log\/witness\/QTS /)),
    )
    expect(await readdir(department.directory)).not.toContain('evidence')
  })

  it('keeps key and memory for its owner alone', async () => {
    await department.jce('witness')
    const files = await readdir(department.file('witness'), { recursive: true })
    expect(files.sort()).toEqual([
      'key.jwk.json',
      'key.pem',
      'notes',
      expect.stringMatching(/^notes.\d{4}-\d{2}-\d{2}\.note$/),
      'state.json',
    ])
    for (const name of ['key.jwk.json', 'key.pem', 'state.json'])
      expect((await stat(department.file(`witness/${name}`))).mode & 0o777).toBe(0o600)
    expect(await department.read('witness/state.json')).toEqual({
      version: 1,
      name: 'credit.example.invalid/log/witness/QTS',
      registered: true,
      note: expect.stringContaining(server.log.checkpoint()),
    })
  })

  it('sends again what the exchange did not get', async () => {
    await department.jce('witness')
    server.cosignatures.clear()
    const again = await department.jce('witness')
    expect([again.code, verdicts(again.stdout), server.cosignatures.size]).toEqual([
      0,
      [['UNCHANGED', '5']],
      1,
    ])
  })

  it.each<[string, string, () => void]>([
    [
      'two roots for one size',
      'TWO_ROOTS',
      () => {
        server.log = fork(2).fill(3, asker, at + 50)
      },
    ],
    [
      'a larger log with another past',
      'NOT_CONTINUED',
      () => {
        server.log = fork(2).fill(9, asker, at + 50)
      },
    ],
    [
      'a larger log without a proof',
      'NOT_CONTINUED',
      () => {
        server.log.fill(3, asker, at + 50)
        server.consistencyStatus = 404
      },
    ],
    [
      'a truncated log',
      'TRUNCATED',
      () => {
        server.log = fork(3)
      },
    ],
    [
      'a smaller log with another past',
      'TRUNCATED',
      () => {
        server.log = fork(1).fill(2, asker, at + 50)
      },
    ],
    [
      'an emptied log that began anew',
      'TRUNCATED',
      () => {
        server.log = fork(0).fill(1, asker, at + 50)
      },
    ],
  ])('refuses %s, loudly, and keeps both notes', async (_what, fault, lie) => {
    await department.jce('witness')
    const before = await department.read('witness/state.json')
    lie()
    const refused = await department.jce('witness')
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('!!!') })
    const [alarm = ''] = await alarms()
    expect(await department.read(`witness/${alarm}`)).toEqual({
      fault,
      at: expect.any(String),
      kept: before.note,
      shown: server.log.checkpoint(),
    })
    expect([await department.read('witness/state.json'), server.cosignatures.size]).toEqual([before, 1])
    expect(await department.jce('witness')).toMatchObject({ code: 1 })
  })

  it('does not cosign an older checkpoint that is shown again, and says so', async () => {
    const old = server.log.checkpoint()
    server.log.fill(4, asker, at + 50)
    await department.jce('witness')
    server.checkpoint = old
    const shown = await department.jce('witness')
    expect([shown.code, verdicts(shown.stdout), await alarms(), server.cosignatures.size]).toEqual([
      1,
      [['OLDER', '5']],
      [],
      1,
    ])
  })

  it('concludes nothing where no answer comes', async () => {
    await department.jce('witness')
    server.log.fill(4, asker, at + 50)
    for (const status of [0, 403, 429, 503]) {
      server.consistencyStatus = status
      expect(await department.jce('witness')).toMatchObject({ code: 3 })
    }
    expect(await alarms()).toEqual([])
  })

  it('believes only a pinned key', async () => {
    const pinned = server.log.key
    server.log = (await TestLog.start()).fill(3, asker, at)
    server.replyKey = pinned
    const refused = await department.jce('witness')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('SIGNATURE_MISSING') })
    expect((await department.read('witness/state.json')).note).toBeNull()
  })

  it('that lost its memory vouches for nothing', async () => {
    await department.jce('witness')
    await rm(department.file('witness/state.json'))
    expect(await department.jce('witness')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('lost its memory'),
    })
    await writeFile(department.file('witness/state.json'), '{}')
    expect(await department.jce('witness')).toMatchObject({ code: 2 })
  })

  it('runs once at a time, and takes over from one that died', async () => {
    const program = fileURLToPath(new URL('../../client/jce.ts', import.meta.url))
    const watching = spawn(process.execPath, [program, 'witness', '--every', '1'], {
      cwd: department.directory,
    })
    stray = watching
    const ended = new Promise((resolve) => watching.once('exit', (code) => resolve(code)))
    await expect.poll(() => server.cosignatures.size, { timeout: 20_000 }).toBe(1)
    expect(await department.jce('witness')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('another process holds it'),
    })
    server.log.fill(4, asker, at + 50)
    await expect.poll(() => server.cosignatures.size, { timeout: 20_000 }).toBe(2)
    server.log = fork(2).fill(9, asker, at + 70)
    expect(await ended).toBe(1)
    await writeFile(department.file('witness/lock'), '999999999 left behind')
    server.log = fork(0).fill(1, asker, at)
    expect(await department.jce('witness')).toMatchObject({ code: 1, stderr: expect.stringContaining('!!!') })
    expect(await readdir(department.file('witness'))).not.toContain('lock')
  })

  it.each([
    [['witness', '--every', '0']],
    [['witness', '--every', 'often']],
    [['witness', '--once', '--every', '5']],
    [['witness', '--compare', 'missing.json']],
    [['verify', '--witness', 'nonsense', 'x.json']],
  ])('wrong use: jce %j', async (arguments_) => {
    expect((await department.jce(...arguments_)).code).toBe(2)
  })
})

describe('jce receipt', () => {
  it('waits for the checkpoint, keeps a receipt that holds, and jce verify tells what it proves', async () => {
    const now = Math.floor(Date.now() / 1000)
    const logged = server.log.ask({ department: asker, at: now, subjects: ['USCC 91419800MADEM00XXX'] })
    const token = logged.evidence.request.authorization.split('.')[1] ?? ''
    server.logged.set(JSON.parse(Buffer.from(token, 'base64url').toString()).jti, logged)
    await writeFile(department.file('evidence.json'), JSON.stringify(logged.evidence))
    await department.jce('witness')
    server.early = 1
    expect(await department.jce('receipt', 'evidence.json')).toMatchObject({
      code: 0,
      stdout: 'evidence.receipt.json\n',
      stderr: expect.stringMatching(/尚无覆盖.*asking again\)\n日志第 5 条/),
    })
    expect((await stat(department.file('evidence.receipt.json'))).mode & 0o777).toBe(0o600)
    const asked = ['--subject', '91419800MADEM00XXX', 'evidence.receipt.json']
    const alone = await department.jce('verify', ...asked)
    expect(alone).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('✓ SUBJECT  asked about as subject 1'),
    })
    expect(alone.stdout).toContain('no witness that you trust')
    await department.configure({ trustedWitnesses: server.registered })
    const witnessed = await department.jce('verify', '--witness', server.registered[0] ?? '', ...asked)
    expect(witnessed.stdout).toMatch(
      /✓ WITNESSES {2}cosigned by credit[\s\S]*证明 It proves:[\s\S]*The witness [\s\S]*不证明 It does not prove:[\s\S]*回执成立/,
    )
    expect(await department.jce('receipt', '--out', 'later.json', 'evidence.receipt.json')).toMatchObject({
      code: 0,
      stdout: 'later.json\n',
    })
    expect(await department.jce('verify', '--subject', 'x', 'evidence.json')).toMatchObject({ code: 2 })
  })

  it('writes nothing for an unknown request, or where the receipt does not hold', async () => {
    const logged = server.log.ask({ department: asker, at: Math.floor(Date.now() / 1000) })
    await writeFile(department.file('evidence.json'), JSON.stringify(logged.evidence))
    expect(await department.jce('receipt', 'evidence.json')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('RECEIPT_NOT_FOUND'),
    })
    const token = logged.evidence.request.authorization.split('.')[1] ?? ''
    const { jti } = JSON.parse(Buffer.from(token, 'base64url').toString())
    server.logged.set(jti, { ...logged, leaf: logged.leaf.replace('"status":200', '"status":404') })
    expect(await department.jce('receipt', 'evidence.json')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/✗ LEAF .*\n[\s\S]*✗ INCLUSION /),
    })
    expect(await readdir(department.directory)).not.toContain('evidence.receipt.json')
  })
})

describe('the judgement', () => {
  it('finds any log that grew to have grown, and any shrunk one to be older, by the proof between', () => {
    const leaves = fc.array(fc.uint8Array({ maxLength: 3 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(leaves, fc.nat(40), (all, cut) => {
        const size = cut % (all.length + 1)
        const [small, large] = [all.slice(0, size), all].map((some) => ({
          size: some.length,
          root: treeHash(some),
        }))
        if (!small || !large) throw new TypeError('expected two trees')
        const needed = proofNeeded(small, large)
        const proof = needed && consistencyPath(needed.from, all)
        const same = small.size === large.size
        expect([
          judge(small, large, proof),
          judge(large, small, proof),
          judge(undefined, large, undefined),
        ]).toEqual([
          { kind: same ? 'UNCHANGED' : 'GROWN' },
          { kind: same ? 'UNCHANGED' : 'OLDER' },
          { kind: 'FIRST' },
        ])
      }),
      { numRuns: 100 },
    )
  })
})

/** The log of this test with a part of its past, and the same keys. */
function fork(size: number): TestLog {
  return server.log.fork(server.log.leaves.slice(0, size))
}
