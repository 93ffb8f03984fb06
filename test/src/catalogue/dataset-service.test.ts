import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { importCatalogue } from '../../../src/catalogue/catalogue-service.ts'
import { createCatalogueReader } from '../../../src/catalogue/catalogue-store.ts'
import {
  datasetEditions,
  listDatasets,
  publishDatasets,
  publishDraft,
  retireDataset,
} from '../../../src/catalogue/dataset-service.ts'
import { createProposalService, type ProposalService } from '../../../src/catalogue/proposal-service.ts'
import type { Sample } from '../../../src/catalogue/proposal-values.ts'
import type { Caller } from '../../../src/departments/caller.ts'
import { createRegistryService } from '../../../src/departments/registry-service.ts'
import { canonicalJson, type Json } from '../../../src/kernel/canonical-json.ts'
import { systemClock } from '../../../src/kernel/clock.ts'
import { type Database, openDatabase } from '../../../src/kernel/database.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { csvOf, foundingCatalogue, listTemplate, termFiles, tobaccoSheet } from './sample-sheets.ts'

/** From a sample to a dataset in use, and what administrators do with it, against a real database. */

let clone: TestDatabase
let database: Database
let proposals: ProposalService
const actor = 'tester'

beforeAll(async () => {
  clone = await createDatabase()
  database = openDatabase(clone.url, { connections: 4 })
  const { prisma, pool } = database
  await prisma.division.create({ data: { code: '419800', name: '汝宁市' } })
  const registry = createRegistryService({ prisma, clock: systemClock })
  for (const [code, kind] of [
    ['TOBACCO', 'TOBACCO'],
    ['LABOUR', 'HUMAN_RESOURCES'],
    ['BANK', 'CENTRAL_BANK'],
  ] as const) {
    await registry.register(actor, { code, name: code, kind, division: '419800', roles: ['PROVIDER'] })
  }
  for (const path of ['clocks.json', 'list-types.json', ...termFiles])
    await importCatalogue(prisma, actor, foundingCatalogue(path))
  const catalogue = createCatalogueReader(pool, () => performance.now())
  proposals = createProposalService({ pool, clock: systemClock, catalogue })
})
beforeEach(async () => {
  await database.pool.query('TRUNCATE dataset, dataset_version, administration_event CASCADE')
})
afterAll(async () => {
  await database.close()
  await clone[Symbol.asyncDispose]()
})

const said = {
  code: 'TOBACCO_PENALTIES',
  department: 'TOBACCO',
  name: '烟草专卖行政处罚信息',
  coverage: '本市烟草专卖行政处罚',
  updateCycle: '每月',
  legalBasis: ['烟草专卖法第三十二条'],
  listType: null as string | null,
}

function byExample(
  sample: Sample | string,
  facts: Partial<typeof said> = {},
  mapping: Record<string, string | null> = {},
) {
  const bytes = Buffer.from(typeof sample === 'string' ? sample : csvOf(sample))
  return proposals.byExample({
    facts: { ...said, ...facts },
    file: {
      size: bytes.length,
      async *stream(start, end) {
        yield bytes.subarray(start, end)
      },
    },
    hints: { format: null, sheet: null, encoding: null },
    mapping,
  })
}

const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value))

async function proposalFile(facts: Partial<typeof said> = {}, sample = tobaccoSheet()) {
  const { definition } = await byExample(sample, facts)
  const { code, department, listType } = { ...said, ...facts }
  return { datasets: [{ code, department, listType, status: 'DRAFT', definition }] }
}

const refusalOf = async (work: Promise<unknown>): Promise<{ code?: string; message: string }> =>
  work.then(
    () => ({ message: 'not refused' }),
    (error: { code?: string; message: string }) => error,
  )

describe('the vocabulary', () => {
  it('is part of the catalogue and is counted as such', async () => {
    const file = foundingCatalogue('terms/lists.json')
    const again = await importCatalogue(database.prisma, actor, file)
    expect(again).toMatchObject({ added: 0, changed: 0 })
    expect(again.unchanged).toBeGreaterThan(30)
  })

  it('takes no wording that names another field already', async () => {
    const term = {
      family: 'LIST',
      definition: {
        name: 'ownNumber',
        label: '自编号',
        labelEn: 'own number',
        value: { type: 'TEXT', maxLength: 20 },
        disclosure: 'GOV_SHARED',
        synonyms: ['列入 事由'],
      },
    }
    const refusal = await refusalOf(importCatalogue(database.prisma, actor, { fieldTerms: [term] }))
    expect(refusal).toMatchObject({ code: 'CATALOGUE_INVALID' })
    expect(refusal.message).toContain('LIST 列入事由')
  })
})

describe('a sample file', () => {
  it('is read below its title and shown as it would be stored', async () => {
    const proposal = await byExample(`"汝宁市烟草专卖局行政处罚台账"\n${csvOf(tobaccoSheet(30))}`)
    expect(proposal).toMatchObject({
      family: 'PENALTY',
      found: { format: 'CSV', encoding: 'UTF-8' },
      missing: [],
      faults: [],
      preview: { read: 30, stored: 30, problems: [] },
    })
    expect(proposal.preview?.rows).toHaveLength(20)
  })

  it('is read no further than its first two thousand rows', async () => {
    expect((await byExample(tobaccoSheet(2_300))).preview?.read).toBe(2_000)
  })

  it('of rows that name their own fields is read as well', async () => {
    const { rows } = tobaccoSheet(3)
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    expect(await byExample(lines)).toMatchObject({ found: { format: 'NDJSON' }, preview: { stored: 3 } })
  })

  it('that cannot be read is refused with its reason', async () => {
    expect(await refusalOf(byExample('[1]'))).toMatchObject({ code: 'SAMPLE_UNREADABLE' })
    expect(await refusalOf(byExample('1,2\n3,4\n'))).toMatchObject({ code: 'SAMPLE_UNREADABLE' })
  })

  it('is refused for a list that nobody knows', async () => {
    expect(await refusalOf(byExample(tobaccoSheet(), { listType: 'OUR_OWN_LIST' }))).toMatchObject({
      code: 'INPUT_INVALID',
    })
  })

  it('shows what the policy would refuse', async () => {
    const sample = tobaccoSheet(4)
    const withLoans = {
      headings: [...sample.headings, '贷款余额（元）'],
      rows: sample.rows.map((row) => ({ ...row, '贷款余额（元）': '1' })),
    }
    expect((await byExample(withLoans, { department: 'BANK' })).faults).toMatchObject([
      { code: 'CREDIT_REPORTING_FIELD', legalBasis: expect.stringContaining('征信业管理条例') },
    ])
  })
})

describe('publishing', () => {
  it('makes a proposal a dataset in use, once', async () => {
    const file = await proposalFile()
    expect(await publishDatasets(database.prisma, actor, file)).toEqual([
      { code: 'TOBACCO_PENALTIES', version: 1, advice: [] },
    ])
    expect(await publishDatasets(database.prisma, actor, file)).toEqual([
      { code: 'TOBACCO_PENALTIES', version: 1, advice: [] },
    ])
    expect(await listDatasets(database.prisma)).toEqual([
      {
        code: 'TOBACCO_PENALTIES',
        department: 'TOBACCO',
        status: 'ACTIVE',
        version: 1,
        name: said.name,
        listType: null,
      },
    ])
  })

  it('of the list template makes a dataset that lists', async () => {
    const facts = { code: 'LABOUR_WAGE_ARREARS', department: 'LABOUR', listType: 'WAGE_ARREARS' }
    expect(await publishDatasets(database.prisma, actor, await proposalFile(facts, listTemplate()))).toEqual([
      { code: 'LABOUR_WAGE_ARREARS', version: 1, advice: [] },
    ])
  })

  it('is refused while something is missing, with the article', async () => {
    const refusal = await refusalOf(
      publishDatasets(database.prisma, actor, await proposalFile({ name: '', legalBasis: [] })),
    )
    expect(refusal).toMatchObject({ code: 'CATALOGUE_INVALID' })
    expect(refusal.message).toMatch(/--name.*第十一条[\s\S]*--basis.*第十三条/)
    expect(await listDatasets(database.prisma)).toEqual([])
  })

  it('tells the faults of all datasets at once', async () => {
    const [own] = (await proposalFile({ department: 'BANK' })).datasets
    if (!own) throw new TypeError('no dataset')
    const [field, ...rest] = own.definition.fields
    const open = { ...own, definition: { ...own.definition, sharing: 'PUBLIC' } }
    const blood = {
      ...own,
      code: 'OTHER',
      definition: { ...own.definition, fields: [...rest, { ...field, label: '血型' }] },
    }
    const refusal = await refusalOf(publishDatasets(database.prisma, actor, { datasets: [open, blood] }))
    expect(refusal.message).toMatch(
      /TOBACCO_PENALTIES sharing.*征信业管理条例[\s\S]*OTHER fields.*第四十五条/,
    )
    expect(await listDatasets(database.prisma)).toEqual([])
  })

  it('takes no code from another department', async () => {
    await publishDatasets(database.prisma, actor, await proposalFile())
    expect(
      await refusalOf(publishDatasets(database.prisma, actor, await proposalFile({ department: 'LABOUR' }))),
    ).toMatchObject({ code: 'ALREADY_EXISTS' })
  })

  it('keeps earlier editions and tells them apart', async () => {
    const file = await proposalFile()
    await publishDatasets(database.prisma, actor, file)
    const [own] = file.datasets
    if (!own) throw new TypeError('no dataset')
    const fields = own.definition.fields
      .filter((field) => field.name !== 'lianXiDianHua')
      .map((field) => (field.name === 'BZ' ? { ...field, label: '附记' } : field))
    const next = { ...own, definition: { ...own.definition, fields, coverage: '全市' } }
    await publishDatasets(database.prisma, actor, { datasets: [next] })
    expect(await datasetEditions(database.prisma, own.code)).toMatchObject([
      {
        version: 2,
        changes: {
          added: [],
          removed: ['lianXiDianHua'],
          changed: [{ field: 'BZ', parts: ['label'] }],
          parts: ['coverage'],
        },
      },
      { version: 1, changes: null },
    ])
  })

  it('ends with retiring, once', async () => {
    await publishDatasets(database.prisma, actor, await proposalFile())
    await retireDataset(database.prisma, actor, 'TOBACCO_PENALTIES')
    expect(await listDatasets(database.prisma)).toMatchObject([{ status: 'RETIRED' }])
    expect(await refusalOf(retireDataset(database.prisma, actor, 'TOBACCO_PENALTIES'))).toMatchObject({
      code: 'WRONG_STATE',
    })
    expect(await refusalOf(retireDataset(database.prisma, actor, 'NONE'))).toMatchObject({
      code: 'DATASET_NOT_FOUND',
    })
  })
})

describe('a draft of a department', () => {
  const claims: string[] = []

  async function callerOf(code: string): Promise<Caller> {
    const row = await database.prisma.department.findUniqueOrThrow({ where: { code } })
    return {
      kid: 'kid',
      department: { id: row.id, code, name: code, kind: row.kind, status: 'ACTIVE', roles: ['PROVIDER'] },
      request: { claim: async () => void claims.push(code), note: () => {}, found: () => {} },
    }
  }

  const draft = async (more: object = {}) => {
    const { definition } = await byExample(tobaccoSheet())
    return { proposalId: 'p-1', code: said.code, listType: null, definition: asJson(definition), ...more }
  }

  it('is stored once for one proposal id, whatever the order of its members', async () => {
    const caller = await callerOf('TOBACCO')
    const input = await draft()
    const reordered = { ...input, definition: JSON.parse(canonicalJson(input.definition)) }
    const result = { proposalId: 'p-1', code: said.code, version: 1 }
    claims.length = 0
    expect(
      await Promise.all([proposals.propose(caller, input), proposals.propose(caller, reordered)]),
    ).toEqual([result, result])
    expect(claims).toEqual(['TOBACCO', 'TOBACCO'])
    expect(await refusalOf(proposals.propose(caller, await draft({ code: 'OTHER_CODE' })))).toMatchObject({
      code: 'PROPOSAL_ID_REUSED',
    })
    expect(await proposals.propose(caller, await draft({ proposalId: 'p-2' }))).toMatchObject({ version: 2 })
    expect(await listDatasets(database.prisma)).toMatchObject([{ status: 'DRAFT', version: 2 }])
  })

  it('is published by an administrator, after which it is no draft', async () => {
    const caller = await callerOf('TOBACCO')
    await proposals.propose(caller, await draft())
    expect(await publishDraft(database.prisma, actor, said.code)).toEqual([
      { code: said.code, version: 1, advice: [] },
    ])
    expect(await refusalOf(proposals.propose(caller, await draft({ proposalId: 'p-3' })))).toMatchObject({
      code: 'DATASET_NOT_DRAFT',
    })
    expect(await refusalOf(publishDraft(database.prisma, actor, said.code))).toMatchObject({
      code: 'WRONG_STATE',
    })
  })

  it('takes no code of another department and keeps the policy', async () => {
    await proposals.propose(await callerOf('TOBACCO'), await draft())
    const other = await callerOf('LABOUR')
    expect(await refusalOf(proposals.propose(other, await draft()))).toMatchObject({
      code: 'DATASET_NOT_YOURS',
    })
    expect(await refusalOf(proposals.propose(other, await draft({ definition: {} })))).toMatchObject({
      code: 'PROPOSAL_INVALID',
    })
    const { definition } = await byExample(tobaccoSheet())
    const open = asJson({ ...definition, sharing: 'PUBLIC' })
    expect(
      await refusalOf(
        proposals.propose(await callerOf('BANK'), await draft({ code: 'BANK_X', definition: open })),
      ),
    ).toMatchObject({ code: 'PROPOSAL_INVALID', message: expect.stringContaining('征信业管理条例') })
  })
})
