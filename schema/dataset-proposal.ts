import type { PolicyFault } from '../src/catalogue/catalogue-policy.ts'
import { type Disclosure, disclosures } from '../src/catalogue/definition.ts'
import type { Column } from '../src/catalogue/proposal-columns.ts'
import type { Missing } from '../src/catalogue/proposal-facts.ts'
import type { Preview, PreviewRow, ProblemCount } from '../src/catalogue/proposal-preview.ts'
import type { ProposalProblem } from '../src/catalogue/proposal-problem.ts'
import type { DatasetByExample, ProposalService } from '../src/catalogue/proposal-service.ts'
import type { StoredProposal } from '../src/catalogue/proposal-store.ts'
import type { Json } from '../src/kernel/canonical-json.ts'
import { limits } from '../src/limits.ts'
import { builder, department, onDepartment } from './builder.ts'
import { requiredText } from './input-text.ts'
import { Refusal, refusable } from './refusal.ts'

const SampleColumn = builder.objectRef<Column>('SampleColumn').implement({
  ...onDepartment,
  description: 'A column of a sample and the field that it would be.',
  fields: (t) => ({
    heading: t.exposeString('heading'),
    field: t.exposeString('field', { nullable: true, description: 'null: left out.' }),
    matchedBy: t.exposeString('matchedBy', {
      description: 'NAME, LABEL, SYNONYM, VALUES, MAPPING or NONE.',
    }),
    alternatives: t.exposeStringList('alternatives'),
    note: t.exposeString('note', { nullable: true }),
  }),
})

const ProposalMissing = builder.objectRef<Missing>('ProposalMissing').implement({
  ...onDepartment,
  description: 'Something without which the dataset cannot be published.',
  fields: (t) => ({
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    legalBasis: t.exposeString('legalBasis'),
  }),
})

const ProposalProblemType = builder.objectRef<ProposalProblem>('ProposalProblem').implement({
  ...onDepartment,
  description: 'Something of a proposal for a person to look at.',
  fields: (t) => ({
    code: t.exposeString('code'),
    heading: t.exposeString('heading', { nullable: true }),
    message: t.exposeString('message'),
  }),
})

const ProposalFault = builder.objectRef<PolicyFault>('ProposalFault').implement({
  ...onDepartment,
  description: 'What the rules of the catalogue refuse.',
  fields: (t) => ({
    code: t.exposeString('code'),
    place: t.exposeString('place'),
    message: t.exposeString('message'),
    legalBasis: t.exposeString('legalBasis'),
  }),
})

const SampleProblemCount = builder.objectRef<ProblemCount>('SampleProblemCount').implement({
  ...onDepartment,
  fields: (t) => ({
    code: t.exposeString('code'),
    field: t.exposeString('field', { nullable: true }),
    rows: t.exposeInt('rows', { description: 'In how many rows of the sample.' }),
    message: t.exposeString('message'),
  }),
})

const SamplePreviewRow = builder.objectRef<PreviewRow>('SamplePreviewRow').implement({
  ...onDepartment,
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Position in the sample, from 0.' }),
    outcome: t.exposeString('outcome', { description: 'STORED, HELD or REFUSED.' }),
    values: t.expose('values', {
      type: 'JSON',
      description: 'By name of field; money in yuan, numbers of persons never shown.',
    }),
    problems: t.expose('problems', { type: 'JSON' }),
  }),
})

const SamplePreview = builder.objectRef<Preview>('SamplePreview').implement({
  ...onDepartment,
  description: `The sample as it would be stored: read = stored + held + refused, of at most ${limits.sampleRows} rows.`,
  fields: (t) => ({
    read: t.exposeInt('read'),
    stored: t.exposeInt('stored'),
    held: t.exposeInt('held'),
    refused: t.exposeInt('refused'),
    withdrawn: t.exposeInt('withdrawn', { description: 'Of the stored rows, those that withdraw.' }),
    rows: t.expose('rows', { type: [SamplePreviewRow], description: `The first ${limits.previewRows}.` }),
    problems: t.expose('problems', { type: [SampleProblemCount] }),
  }),
})

export const DatasetByExampleType = builder.objectRef<DatasetByExample>('DatasetByExample').implement({
  ...onDepartment,
  description: 'A definition proposed from a sample of the department (按样表登记). Nothing is stored.',
  fields: (t) => ({
    family: t.exposeString('family', { nullable: true, description: 'PENALTY, LICENCE or LIST.' }),
    columns: t.expose('columns', { type: [SampleColumn] }),
    definition: t.expose('definition', {
      type: 'JSON',
      description: 'For proposeDataset, corrected or not.',
    }),
    missing: t.expose('missing', { type: [ProposalMissing] }),
    problems: t.expose('problems', { type: [ProposalProblemType] }),
    faults: t.expose('faults', { type: [ProposalFault] }),
    preview: t.expose('preview', {
      type: SamplePreview,
      nullable: true,
      description: 'null where too much is missing for any row to be read.',
    }),
  }),
})

export const DatasetByExampleInput = builder.inputType('DatasetByExampleInput', {
  subGraphs: department,
  fields: (t) => ({
    code: t.string({ required: true }),
    name: t.string(),
    nameEn: t.string(),
    nature: t.string(),
    sharing: t.string({ description: 'PUBLIC, GOV_SHARED (default) or AUTHORISED.' }),
    coverage: t.string(),
    updateCycle: t.string(),
    legalBasis: t.stringList(),
    listType: t.string(),
    content: t.string({
      required: true,
      description: `The file in base64, at most ${limits.sampleBytes} bytes.`,
    }),
    sheet: t.string(),
    mapping: t.field({
      type: 'JSON',
      description: 'An object from headings to names of fields; null leaves a column out.',
    }),
  }),
})

builder.queryField('datasetByExample', (t) =>
  t.field({
    subGraphs: department,
    type: DatasetByExampleType,
    authScopes: { role: 'PROVIDER' },
    description: 'Proposes the definition of a dataset from a file of the department. Nothing is stored.',
    args: { input: t.arg({ type: DatasetByExampleInput, required: true }) },
    resolve: (_root, { input }, { proposals, caller }) =>
      proposals.byExample(exampleOf(input, caller.department.code)),
  }),
)

type Example = Parameters<ProposalService['byExample']>[0]
type GivenExample = typeof DatasetByExampleInput.$inferInput

/** The sample as it was given, of the department that would provide such records. */
export function exampleOf(input: GivenExample, department: string): Example {
  return {
    facts: {
      code: input.code,
      department,
      name: input.name ?? undefined,
      nameEn: input.nameEn ?? undefined,
      nature: input.nature ?? undefined,
      sharing: disclosureOf(input.sharing),
      coverage: input.coverage ?? undefined,
      updateCycle: input.updateCycle ?? undefined,
      legalBasis: [...(input.legalBasis ?? [])],
      listType: input.listType ?? null,
    },
    file: fileOf(input.content),
    hints: { format: null, sheet: input.sheet ?? null, encoding: null },
    mapping: mappingOf(input.mapping),
  }
}

function disclosureOf(text: string | null | undefined): Disclosure | undefined {
  if (text === null || text === undefined) return undefined
  const found = disclosures.find((disclosure) => disclosure === text)
  if (found === undefined)
    throw new Refusal('INPUT_INVALID', `sharing 须为 ${disclosures.join('、')} (expected one of these)`)
  return found
}

function fileOf(content: string) {
  const bytes = Buffer.from(content, 'base64')
  if (bytes.length > limits.sampleBytes) {
    throw new Refusal(
      'INPUT_INVALID',
      `样表至多 ${limits.sampleBytes} 字节 (a sample has at most ${limits.sampleBytes} bytes)`,
    )
  }
  return {
    size: bytes.length,
    async *stream(start: number, end: number) {
      yield bytes.subarray(start, end)
    },
  }
}

function mappingOf(mapping: Json | null | undefined): Record<string, string | null> {
  if (mapping === null || mapping === undefined) return {}
  const entries = typeof mapping === 'object' && !Array.isArray(mapping) ? Object.entries(mapping) : null
  const named = entries?.map(([heading, field]): [string, string | null] => {
    if (field !== null && typeof field !== 'string') throw mappingInvalid()
    return [heading, field]
  })
  if (!named) throw mappingInvalid()
  return Object.fromEntries(named)
}

const mappingInvalid = () =>
  new Refusal('INPUT_INVALID', 'mapping 须为表头到字段名的对象 (mapping: an object from headings to fields)')

const ProposeDatasetSuccess = builder.objectRef<StoredProposal>('ProposeDatasetSuccess').implement({
  ...onDepartment,
  fields: (t) => ({
    proposalId: t.exposeString('proposalId'),
    code: t.exposeString('code'),
    version: t.exposeInt('version', {
      description: 'The edition of the draft; an administrator publishes it.',
    }),
  }),
})

const ProposeDatasetInput = builder.inputType('ProposeDatasetInput', {
  subGraphs: department,
  fields: (t) => ({
    proposalId: t.string({
      required: true,
      description: 'Chosen by the caller; the same id gives the same result for ever.',
    }),
    code: t.string({ required: true }),
    definition: t.field({ type: 'JSON', required: true }),
    listType: t.string(),
  }),
})

builder.mutationField('proposeDataset', (t) =>
  t.field({
    subGraphs: department,
    type: ProposeDatasetSuccess,
    authScopes: { role: 'PROVIDER' },
    description:
      'Stores the draft of a dataset of the caller. It takes records once an administrator published it.',
    errors: { types: [Refusal], union: { name: 'ProposeDatasetResult', subGraphs: department } },
    args: { input: t.arg({ type: ProposeDatasetInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => {
        const { code, definition, listType } = input
        return context.proposals.propose(context.caller, {
          proposalId: requiredText('proposalId', input.proposalId, limits.batchIdCharacters),
          code,
          definition: definition ?? null,
          listType: listType ?? null,
        })
      }),
  }),
)
