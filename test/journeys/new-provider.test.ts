import { expect, it } from 'vitest'
import { publishDraft } from '../../src/catalogue/dataset-service.ts'
import { csvOf, foundingCatalogue, termFiles, tobaccoSheet } from '../src/catalogue/sample-sheets.ts'
import { codeOf } from '../support/department.ts'
import { TestExchange } from '../support/exchange.ts'

const byExample = `query($input: DatasetByExampleInput!) {
  datasetByExample(input: $input) {
    family definition
    columns { heading field matchedBy alternatives note }
    missing { code legalBasis } faults { code } problems { code message }
    preview { read stored refused rows { index outcome values problems } problems { code rows } }
  }
}`
const propose = `mutation($input: ProposeDatasetInput!) {
  proposeDataset(input: $input) {
    ... on ProposeDatasetSuccess { proposalId code version }
    ... on Refusal { code message legalBasis }
  }
}`
const submit = `mutation($input: SubmitRecordsInput!) {
  submitRecords(input: $input) {
    ... on SubmitRecordsSuccess { batch { accepted rejected } }
    ... on Refusal { code }
  }
}`
const facts = {
  code: 'TOBACCO_PENALTIES',
  name: '烟草专卖行政处罚信息',
  coverage: '本市',
  legalBasis: ['烟草专卖法'],
}

it('a new department comes in with a dataset of its own, without a deployment', async () => {
  await using exchange = await TestExchange.start()
  const server = await exchange.replica()
  for (const path of ['clocks.json', 'list-types.json', ...termFiles])
    await exchange.importCatalogue(foundingCatalogue(path))
  const tobacco = await exchange.department(server, 'TOBACCO', { kind: 'TOBACCO' })
  const reader = await exchange.department(server, 'READER', { roles: ['ENQUIRER'] })
  const rival = await exchange.department(server, 'RIVAL')
  const content = Buffer.from(csvOf(tobaccoSheet())).toString('base64')
  const input = { ...facts, content }

  // Only a provider proposes.
  expect(codeOf(await reader.query(server.url, byExample, { input }))).toBe('FORBIDDEN')
  expect(codeOf(await tobacco.query(server.url, byExample, { input: { ...input, content: 'AAAA' } }))).toBe(
    'SAMPLE_UNREADABLE',
  )

  const example = (await tobacco.query(server.url, byExample, { input })).json.data as {
    datasetByExample: { definition: object; preview: { rows: { values: object }[] } }
  }
  expect(example.datasetByExample).toMatchObject({
    family: 'PENALTY',
    missing: [],
    faults: [],
    preview: { read: 24, stored: 24, problems: [] },
  })

  // Nothing was stored, and nothing can be sent yet.
  const records = [
    {
      caseNo: 'RNYC-1',
      CF_XDR_MC: '样本',
      CF_XDR_SHXYM: '91419800MADEM0003Y',
      CF_WFXW: '无证',
      CF_SY: '无证',
      CF_CFJG: '汝宁市烟草专卖局',
      CF_JDRQ: '2026-03-01',
    },
  ]
  const batch = { input: { dataset: facts.code, batchId: 'b-1', records } }
  expect((await tobacco.query(server.url, submit, batch)).json.data).toEqual({
    submitRecords: { code: 'DATASET_NOT_FOUND' },
  })

  const { definition } = example.datasetByExample
  const proposal = { input: { proposalId: 'tobacco-1', code: facts.code, definition } }
  const stored = { proposeDataset: { proposalId: 'tobacco-1', code: facts.code, version: 1 } }
  expect((await tobacco.query(server.url, propose, proposal)).json.data).toEqual(stored)
  expect((await tobacco.query(server.url, propose, proposal)).json.data).toEqual(stored)
  expect((await rival.query(server.url, propose, proposal)).json.data).toMatchObject({
    proposeDataset: { code: 'DATASET_NOT_YOURS' },
  })
  const body = JSON.stringify({ query: propose, variables: proposal })
  expect((await tobacco.send(server.url, body, { claims: { jti: 'a'.repeat(22) } })).status).toBe(200)
  expect(codeOf(await tobacco.send(server.url, body, { claims: { jti: 'a'.repeat(22) } }))).toBe('REPLAYED')

  await publishDraft(exchange.database.prisma, 'tester', facts.code)
  await expect
    .poll(async () => (await tobacco.query(server.url, submit, batch)).json.data, { timeout: 5_000 })
    .toEqual({ submitRecords: { batch: { accepted: 1, rejected: 0 } } })
})
