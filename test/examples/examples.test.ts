import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import type { TestDepartment } from '../support/department.ts'
import { audience, TestExchange } from '../support/exchange.ts'

/** The examples run as a department's developer runs them; one whose runtime is not on this machine is skipped. */

const run = promisify(execFile)
const file = (path: string) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
const examples: [name: string, needs: [string, string[]][], command: string, arguments_: string[]][] = [
  ['node', [['node', ['--version']]], process.execPath, [file('node/signed-query.mjs')]],
  [
    'python',
    [
      ['python3', ['--version']],
      ['openssl', ['version']],
    ],
    'python3',
    [file('python/signed_query.py')],
  ],
  ['java', [['java', ['--version']]], 'java', [file('java/SignedQuery.java')]],
  [
    'curl',
    [
      ['curl', ['--version']],
      ['openssl', ['version']],
      ['bash', ['--version']],
    ],
    'bash',
    [file('curl/signed-query.sh')],
  ],
]
const works = async (needs: [string, string[]][]) => {
  for (const [command, arguments_] of needs) {
    if (
      !(await run(command, arguments_).then(
        () => true,
        () => false,
      ))
    )
      return false
  }
  return true
}
const available = new Map(
  await Promise.all(examples.map(async ([name, needs]) => [name, await works(needs)] as const)),
)

let exchange: TestExchange
let server: RunningServer
let department: TestDepartment
let directory: string
const environment = () => ({
  PATH: process.env.PATH ?? '',
  EXCHANGE_URL: server.url,
  EXCHANGE_AUDIENCE: audience,
  DEPARTMENT: department.code,
  KEY_PEM: join(directory, 'key.pem'),
  KID: department.kid,
})

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  department = await exchange.department(server, 'AIC')
  directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-example-'))
  await writeFile(join(directory, 'key.pem'), department.pem, { mode: 0o600 })
  const catalogue = new URL('../../prisma/catalogue/datasets/aic-registration.json', import.meta.url)
  await exchange.importCatalogue(JSON.parse(await readFile(catalogue, 'utf8')))
  const cityRecords = new URL('../../prisma/demo-city/records/AIC_REGISTRATION.ndjson', import.meta.url)
  const [record = ''] = (await readFile(cityRecords, 'utf8')).split('\n')
  const submit = 'mutation ($input: SubmitRecordsInput!) { submitRecords(input: $input) { __typename } }'
  const input = { dataset: 'AIC_REGISTRATION', batchId: 'examples', records: [JSON.parse(record)] }
  await department.query(server.url, submit, { input })
})
afterAll(async () => {
  await rm(directory, { recursive: true })
  await exchange[Symbol.asyncDispose]()
})

describe.each(examples)('%s', (name, _needs, command, arguments_) => {
  it.runIf(available.get(name))('signs, asks and proves the answer', async () => {
    const { stdout, stderr } = await run(command, [...arguments_, '91419800MADEM0011R'], {
      env: environment(),
    })
    expect(JSON.parse(stdout)).toEqual({
      data: { subject: { uscc: '91419800MADEM0011R', name: '汝宁市镜花食品有限公司' } },
    })
    expect(stderr).toMatch(/^proven: entry \d+/)
  })

  it.runIf(available.get(name))('does not believe what is not proven', async () => {
    const other = { ...environment(), DEPARTMENT: 'NOBODY' }
    await expect(run(command, [...arguments_, '91419800MADEM0011R'], { env: other })).rejects.toMatchObject({
      code: 1,
      stdout: '',
    })
  })
})
