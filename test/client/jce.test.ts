import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { audience, TestExchange } from '../support/exchange.ts'
import { runJce } from './jce-department.ts'

/** A department's whole life by `jce` against a running exchange: key, enrolment, trust, records, screening, evidence. */

let exchange: TestExchange
let server: RunningServer
let directory: string
const catalogue = new URL('../../prisma/catalogue/', import.meta.url)
const records = fileURLToPath(new URL('../../prisma/demo-city/records/QTS_DISHONEST.ndjson', import.meta.url))

const jce = (...arguments_: string[]) => runJce(directory, arguments_)
const file = (name: string) => join(directory, name)
const evidenceFiles = async () => (await readdir(file('evidence'))).sort()

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-jce-'))
  await server.app.registry.register('tester', {
    code: 'QTS',
    name: '质监局',
    kind: 'QUALITY_SUPERVISION',
    division: '419800',
    roles: ['PROVIDER', 'ENQUIRER'],
  })
  for (const name of ['clocks', 'list-types', 'measures', 'datasets/qts-dishonest']) {
    await exchange.importCatalogue(JSON.parse(await readFile(new URL(`${name}.json`, catalogue), 'utf8')))
  }
  await writeFile(
    file('jce.json'),
    JSON.stringify({
      url: server.url,
      audience,
      department: 'QTS',
      keyFile: 'key.jwk.json',
      evidenceDir: 'evidence',
    }),
  )
})
afterAll(async () => {
  await rm(directory, { recursive: true })
  await exchange[Symbol.asyncDispose]()
})

describe('a department', () => {
  it('makes its key, for its owner alone, and never over another', async () => {
    const made = await jce('keygen', '--out', 'key.jwk.json')
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/) })
    for (const name of ['key.jwk.json', 'key.pem']) expect((await stat(file(name))).mode & 0o777).toBe(0o600)
    expect(await jce('keygen', '--out', 'key.jwk.json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not overwritten'),
    })
  })

  it('enrols, and is pending until approved', async () => {
    const { code } = await server.app.registry.issueEnrolmentCode('tester', 'QTS')
    const enrolled = await jce(
      'enrol',
      '--url',
      server.url,
      '--audience',
      audience,
      '--code',
      code,
      '--key',
      'key.jwk.json',
    )
    expect(enrolled.code).toBe(0)
    await server.app.registry.approveKey('tester', 'QTS', enrolled.stdout.trim())
    expect(
      await jce(
        'enrol',
        '--url',
        server.url,
        '--audience',
        audience,
        '--code',
        'WRONG',
        '--key',
        'key.jwk.json',
      ),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENROLMENT_CODE_INVALID'),
    })
  })

  it('asks nothing before it trusts a key, and trusts only what it named', async () => {
    expect(await jce('screen', '--purpose', 'x', '1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('jce trust'),
    })
    const shown = await jce('trust')
    const thumbprint = shown.stdout.split(' ')[0] ?? ''
    expect(await jce('trust', '--accept', 'A'.repeat(43))).toMatchObject({ code: 1 })
    expect(await jce('trust', '--accept', thumbprint)).toMatchObject({ code: 0 })
    expect(JSON.parse(await readFile(file('jce.json'), 'utf8')).trustedKeys).toHaveLength(1)
  })

  it('submits a file', async () => {
    const submitted = await jce('submit', '--dataset', 'QTS_DISHONEST', '--batch', '2026-11', records)
    expect(submitted).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/接收 accepted +8\n/),
    })
  })

  it('screens arguments and files, in order', async () => {
    const [first, second] = (await readFile(records, 'utf8'))
      .split('\n')
      .map((line) => JSON.parse(line || '{}'))
    const screened = await jce('screen', '--purpose', '抽查', first.uscc, '12')
    expect(screened.code).toBe(0)
    expect(screened.stdout.split('\n').map((line) => line.split('\t').slice(0, 2))).toEqual([
      ['1', expect.stringMatching(/LISTED|CLEAR/)],
      ['2', 'INVALID'],
      [''],
    ])
    await writeFile(
      file('subjects.csv'),
      `\uFEFFref,identifier,name\nA,${first.uscc},\nB,${second.uscc},"某, ""公司"""\n`,
    )
    const fromFile = await jce('screen', '--purpose', '抽查', '--json', '--file', 'subjects.csv')
    expect(
      fromFile.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).ref),
    ).toEqual(['A', 'B'])
  })

  it('screens in the matter at hand, with the words of the decision', async () => {
    const [first] = (await readFile(records, 'utf8')).split('\n').map((line) => JSON.parse(line || '{}'))
    const measuresIn = async (matter: string) => {
      const listed = ['--as-of', '2025-06-01', '--json', first.uscc]
      const { stdout } = await jce('screen', '--purpose', '抽查', '--matter', matter, ...listed)
      return JSON.parse(stdout).measures
    }
    expect(await measuresIn('HONOURS')).toMatchObject([
      {
        code: 'HONOURS_LIMIT',
        class: '管理措施',
        decisionText: expect.stringContaining('限制其参加本次表彰奖励'),
      },
    ])
    expect(await measuresIn('TENDERING')).toEqual([])
    expect(await jce('screen', '--purpose', '抽查', '--matter', 'MARRIAGE', first.uscc)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('TENDERING'),
    })
  })

  it('sends a query of its own', async () => {
    const asked = await jce('query', '--variables', '{}', '{ departments { code } }')
    expect([asked.code, JSON.parse(asked.stdout)]).toEqual([0, { departments: [{ code: 'QTS' }] }])
    expect(await jce('query', '{ nothing }')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('GRAPHQL_VALIDATION_FAILED'),
    })
  })

  it('keeps evidence that holds offline, and only unchanged', async () => {
    // The last one is of the query above.
    const name = (await evidenceFiles()).at(-1)
    const path = file(`evidence/${name}`)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await jce('verify', path)).toMatchObject({ code: 0, stdout: expect.stringContaining('证据成立') })
    const evidence = JSON.parse(await readFile(path, 'utf8'))
    const other = JSON.parse(await readFile(file(`evidence/${(await evidenceFiles()).at(-2)}`), 'utf8'))
    const bent = {
      'answer.json': {
        ...evidence,
        reply: { ...evidence.reply, body: Buffer.from('{"data":{}}').toString('base64') },
      },
      'question.json': { ...evidence, request: { ...evidence.request, body: other.request.body } },
      'swapped.json': { ...evidence, reply: other.reply },
      'status.json': { ...evidence, reply: { ...evidence.reply, status: 404 } },
      'path.json': { ...evidence, request: { ...evidence.request, path: '/elsewhere' } },
    }
    for (const [bad, content] of Object.entries(bent)) {
      await writeFile(file(bad), JSON.stringify(content))
      expect(await jce('verify', bad)).toMatchObject({ code: 1, stdout: expect.stringContaining('✗') })
    }
    await writeFile(file('none.json'), '{}')
    expect(await jce('verify', 'none.json')).toMatchObject({ code: 2 })
  })

  it('brings in its next key', async () => {
    await jce('keygen', '--alg', 'ES256', '--out', 'next.jwk.json')
    expect(await jce('rotate', '--next', 'next.jwk.json')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('原密钥有效至'),
    })
    const config = JSON.parse(await readFile(file('jce.json'), 'utf8'))
    await writeFile(file('next.json'), JSON.stringify({ ...config, keyFile: 'next.jwk.json' }))
    await expect
      .poll(async () => (await jce('query', '--config', 'next.json', '{ departments { code } }')).code, {
        timeout: 10_000,
      })
      .toBe(0)
  })
})

describe('help', () => {
  const commands =
    'keygen enrol trust query screen certificate report submit batch batches correct withdraw supersede tasks feedback follow rotate receipt verify witness'.split(
      ' ',
    )

  it('lists every command, and each has its own', async () => {
    const { stdout } = await jce('--help')
    expect(stdout.match(/^ {2}[a-z]+(?= )/gm)?.map((name) => name.trim())).toEqual(commands)
    for (const name of commands)
      expect(await jce(name, '--help')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(new RegExp(`[\u4e00-\u9fff].* [a-z].*\n\n {2}jce ${name} `)),
      })
  })
})

describe('wrong use', () => {
  it.each([
    [['nonsense'], 2],
    [['keygen'], 2],
    [['keygen', '--out', 'x', '--alg', 'RSA'], 2],
    [['screen', '--unknown'], 2],
    [['screen', '--config', 'missing.json', '--purpose', 'x', '1'], 2],
    [['verify'], 2],
    [['--help'], 0],
    [['screen', '--help'], 0],
  ])('jce %j ends with %i', async (arguments_, code) => {
    expect((await jce(...arguments_)).code).toBe(code)
  })

  it('a value may begin with a hyphen, as thumbprints do', async () => {
    const refused = await jce('trust', '--accept', `-${'A'.repeat(42)}`)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('does not publish') })
  })

  it('a key file that others can read is refused', async () => {
    await chmod(file('key.jwk.json'), 0o644)
    expect(await jce('query', '{ departments { code } }')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('chmod 600'),
    })
    await chmod(file('key.jwk.json'), 0o600)
  })

  it('a file that is not UTF-8 is refused, not garbled', async () => {
    await writeFile(
      file('gbk.csv'),
      Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x0a, 0xd7, 0xa4, 0xc2, 0xed, 0xb5, 0xea]),
    )
    expect(await jce('screen', '--purpose', 'x', '--file', 'gbk.csv')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('UTF-8'),
    })
  })

  it('a key that cannot be written is told in one sentence', async () => {
    const made = await jce('keygen', '--out', 'no/such/folder/key.jwk.json')
    expect(made).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^cannot write the key file .*ENOENT\)\n$/),
    })
  })

  it('no exchange ends with 3', async () => {
    const config = JSON.parse(await readFile(file('jce.json'), 'utf8'))
    await writeFile(file('away.json'), JSON.stringify({ ...config, url: 'http://127.0.0.1:9' }))
    expect(await jce('query', '--config', 'away.json', '{ departments { code } }')).toMatchObject({ code: 3 })
  })
})
