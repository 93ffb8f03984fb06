import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { Caller } from '../departments/caller.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import { type Clock, legalDay } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import { limits } from '../limits.ts'
import { type NamedRow, nameRows } from '../tabular/named-rows.ts'
import { openTabularFile } from '../tabular/open-tabular-file.ts'
import { type ByteSource, type FileHints, FileRefusal, type FoundFile } from '../tabular/tabular-file.ts'
import type { Catalogue } from './catalogue.ts'
import { datasetDraftSchema } from './catalogue-file.ts'
import { type DatasetDraft, datasetFaults, describeFault, type PolicyFault } from './catalogue-policy.ts'
import type { CatalogueReader } from './catalogue-store.ts'
import { countKnown, type FieldTerm } from './field-terms.ts'
import { termBy } from './list-rules.ts'
import { type Proposal, proposeDefinition, readDraft } from './proposal.ts'
import type { Mapping } from './proposal-columns.ts'
import type { Facts } from './proposal-facts.ts'
import { type Preview, previewSample } from './proposal-preview.ts'
import {
  claimProposal,
  countDrafts,
  departmentKind,
  draftPlace,
  readFieldTerms,
  type StoredProposal,
  storeDraft,
} from './proposal-store.ts'
import { type Sample, sampleCell } from './proposal-values.ts'

export type ExampleInput = {
  facts: Omit<Facts, 'listType'> & { listType: string | null }
  file: ByteSource
  hints: FileHints
  mapping: Mapping
}

export type DatasetByExample = Proposal & {
  found: FoundFile
  /** null where the definition lacks what no row can be read without. */
  preview: Preview | null
  /** What the policy of the catalogue would refuse. */
  faults: PolicyFault[]
}

export type DatasetProposalInput = {
  proposalId: string
  code: string
  definition: Json
  listType: string | null
}

/** New datasets by example (按样例登记): look at a sample, correct, store as a draft; an administrator publishes it. */
export type ProposalService = {
  byExample(input: ExampleInput): Promise<DatasetByExample>
  /** Stores a draft of the caller's own. The same proposal id gives the same result for ever. */
  propose(caller: Caller, input: DatasetProposalInput): Promise<StoredProposal>
}

export function createProposalService(parts: {
  pool: pg.Pool
  clock: Clock
  catalogue: CatalogueReader
}): ProposalService {
  const { pool, clock } = parts

  return {
    async byExample({ facts, file, hints, mapping }) {
      const today = legalDay(clock.now())
      const [catalogue, terms, kind] = await Promise.all([
        parts.catalogue.current(),
        readFieldTerms(pool),
        departmentKind(pool, facts.department),
      ])
      if (kind === null)
        throw new Refusal('INPUT_INVALID', `没有部门 ${facts.department} (no such department)`)
      const listType = listTypeNamed(catalogue, facts.listType)
      const { sample, found } = await readSample(file, hints, terms, mapping)
      const proposal = proposeDefinition(sample, terms, { ...facts, listType }, { mapping, today })
      const draft = readDraft(proposal, sample.headings)
      const termOn = termBy(listType?.rules ?? [])
      const dataset = draft.definition && {
        code: facts.code,
        listType: facts.listType,
        definition: draft.definition,
      }
      return {
        ...proposal,
        problems: [...proposal.problems, ...draft.problems],
        found,
        preview: draft.definition && previewSample(draft.definition, sample, { termOn, today }),
        faults: dataset ? datasetFaults(dataset, { departmentKind: kind, listType }) : [],
      }
    },

    async propose(caller, { proposalId, code, definition: raw, listType }) {
      const inputDigest = createHash('sha256')
        .update(canonicalJson([code, listType, raw]))
        .digest('base64url')
      const { department } = caller
      const catalogue = await parts.catalogue.current()
      const dataset = readDataset({ code, listType, definition: raw })
      const faults = datasetFaults(dataset, {
        departmentKind: department.kind,
        listType: catalogue.listTypes.find((entry) => entry.code === listType) ?? null,
      })
      if (faults.length > 0) throw proposalInvalid(faults.map(describeFault), faults[0]?.legalBasis ?? null)

      return transaction(pool, async (client) => {
        await caller.request.claim(client)
        const claim = await claimProposal(client, department, proposalId, inputDigest)
        if (claim.outcome === 'REPEATED') return claim.result
        if (claim.outcome === 'REUSED') {
          throw new Refusal(
            'PROPOSAL_ID_REUSED',
            `提案号 ${proposalId} 已用于其他内容 (this proposal id was used for other content)`,
          )
        }
        const place = await draftPlace(client, department.id, code)
        switch (place) {
          case 'NOT_YOURS':
            throw codeTaken(code)
          case 'NOT_DRAFT':
            throw new Refusal(
              'DATASET_NOT_DRAFT',
              `数据集 ${code} 已启用或停用，变更请由管理员发布 (the dataset is no draft: an administrator publishes its changes)`,
            )
          case 'FREE':
          case 'OWN_DRAFT': {
            if (place === 'FREE' && (await countDrafts(client, department.id)) >= limits.draftsPerDepartment)
              throw new Refusal(
                'INPUT_INVALID',
                `草案至多 ${limits.draftsPerDepartment} 个 (at most ${limits.draftsPerDepartment} drafts of a department)`,
              )
            const stored = await storeDraft(client, department, { proposalId, inputDigest, ...dataset })
            if (!stored) throw codeTaken(code)
            return stored
          }
        }
      })
    },
  }
}

function codeTaken(code: string): Refusal {
  return new Refusal(
    'DATASET_NOT_YOURS',
    `代码 ${code} 已由其他部门使用 (another department uses this code)`,
    '河南省社会信用条例第十三条',
  )
}

function proposalInvalid(faults: readonly string[], legalBasis: string | null): Refusal {
  return new Refusal(
    'PROPOSAL_INVALID',
    `目录定义有误 (the definition has faults):\n${faults.join('\n')}`,
    legalBasis,
  )
}

function readDataset(input: { code: string; listType: string | null; definition: unknown }): DatasetDraft {
  const parsed = datasetDraftSchema.safeParse(input)
  if (parsed.success) return parsed.data
  throw proposalInvalid(
    parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    '河南省社会信用条例第十一条',
  )
}

function listTypeNamed(catalogue: Catalogue, code: string | null) {
  if (code === null) return null
  const listType = catalogue.listTypes.find((entry) => entry.code === code)
  if (!listType)
    throw new Refusal('INPUT_INVALID', `没有名单 ${code} (no such list type)`, '国办发〔2020〕49号')
  return listType
}

/** The first rows of the file; what cannot be read is told with its line. */
async function readSample(
  file: ByteSource,
  hints: FileHints,
  terms: readonly FieldTerm[],
  mapping: Mapping,
): Promise<{ sample: Sample; found: FoundFile }> {
  try {
    const opened = await openTabularFile(file, hints)
    const named = await nameRows(opened, (headings) => recognise(headings, terms, mapping))
    const rows: Sample['rows'][number][] = []
    for await (const group of named.rows()) {
      rows.push(...group.flatMap(sampleRow))
      if (rows.length >= limits.sampleRows) break
    }
    const headings = named.headings ?? [...new Set(rows.flatMap((row) => Object.keys(row)))]
    return { sample: { headings, rows: rows.slice(0, limits.sampleRows) }, found: opened.found }
  } catch (error) {
    if (!(error instanceof FileRefusal)) throw error
    const place = error.line === null ? '' : `第 ${error.line} 行 line ${error.line}: `
    throw new Refusal('SAMPLE_UNREADABLE', `${place}${error.message} [${error.code}]`)
  }
}

/** A row of words that nobody knows may still be the headings; a row that some are known of is. */
function recognise(headings: readonly string[], terms: readonly FieldTerm[], mapping: Mapping): number {
  const known =
    countKnown(terms, headings) + headings.filter((heading) => Object.hasOwn(mapping, heading)).length
  const areWords =
    headings.length > 1 &&
    headings.every((heading) => heading.length <= 60 && /\p{L}/u.test(heading) && !/\d{4}/.test(heading))
  return known * limits.fileColumns + (areWords ? 1 : 0)
}

function sampleRow(row: NamedRow): Sample['rows'] {
  if (row.fault !== null) return []
  return [Object.fromEntries([...row.values].map(([heading, value]) => [heading, sampleCell(value)]))]
}
