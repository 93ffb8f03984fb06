import { readdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { JceDepartment } from '../client/jce-department.ts'
import { TestExchange } from '../support/exchange.ts'

/** From an answer to a receipt that two witnesses stand for, with the real exchange and `jce` alone. */

const uscc = '91419802MADEM002XE'
let exchange: TestExchange
let server: RunningServer
let asker: JceDepartment
let auditor: JceDepartment

beforeAll(async () => {
  exchange = await TestExchange.start()
  server = await exchange.replica()
  asker = await JceDepartment.start(server, 'QTS', 'QUALITY_SUPERVISION')
  auditor = await JceDepartment.start(server, 'AIC', 'INDUSTRY_COMMERCE')
})
afterAll(async () => {
  await asker[Symbol.asyncDispose]()
  await auditor[Symbol.asyncDispose]()
  await exchange[Symbol.asyncDispose]()
})

it('a department asks, keeps the receipt, and proves with its witnesses what it was told', async () => {
  expect(await asker.jce('screen', '--purpose', '招标资格审查', uscc)).toMatchObject({ code: 0 })
  const [evidence] = await asker.evidence()
  const path = evidence?.path ?? ''
  expect(await asker.jce('receipt', '--out', 'receipt.json', path)).toMatchObject({ code: 0 })
  const alone = await asker.jce('verify', '--subject', uscc, 'receipt.json')
  expect([alone.code, alone.stdout]).toEqual([
    0,
    expect.stringContaining('✓ SUBJECT  asked about as subject 1, by USCC'),
  ])

  for (const witness of [auditor, asker])
    expect(await witness.jce('witness', '--once')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\tFIRST\t\d+\t/),
    })
  const { witnesses } = await (await fetch(`${server.url}/log/keys`)).json()
  const vkeys = witnesses.map(({ vkey }: { vkey: string }) => vkey)
  expect(witnesses.map(({ department }: { department: string }) => department)).toEqual(['AIC', 'QTS'])
  const config = JSON.parse(await readFile(asker.file('jce.json'), 'utf8'))
  await writeFile(asker.file('jce.json'), JSON.stringify({ ...config, trustedWitnesses: vkeys }))

  await asker.jce('receipt', '--out', 'witnessed.json', 'receipt.json')
  const witnessed = await asker.jce('verify', '--witness', vkeys[0], '--witness', vkeys[1], 'witnessed.json')
  expect([witnessed.code, witnessed.stdout.match(/The witness /g)]).toEqual([
    0,
    ['The witness ', 'The witness '],
  ])

  const [kept = ''] = await readdir(auditor.file('witness/notes'))
  const noted = auditor.file(`witness/notes/${kept}`)
  expect(await asker.jce('verify', '--checkpoint', noted, 'witnessed.json')).toMatchObject({ code: 0 })
  expect(await asker.jce('witness', '--compare', auditor.file('witness/state.json'))).toMatchObject({
    code: 0,
  })
  await expect
    .poll(async () => (await auditor.jce('witness')).stdout, { timeout: 40_000, interval: 2_000 })
    .toMatch(/\tGROWN\t/)
})
