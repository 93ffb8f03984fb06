import { importCatalogue } from '../../src/catalogue/catalogue-service.ts'
import {
  type DatasetEdition,
  type DatasetSummary,
  datasetEditions,
  listDatasets,
  type PublishedDataset,
  publishDatasets,
  publishDraft,
  retireDataset,
} from '../../src/catalogue/dataset-service.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import { DatasetByExampleInput, DatasetByExampleType, exampleOf } from '../dataset-proposal.ts'
import { Refusal } from '../refusal.ts'
import { administering, consoleSide } from './at-console.ts'

/** The catalogue as administrators keep it: drafts, publication, what each edition changed. */

const ManagedDataset = builder.objectRef<DatasetSummary>('ManagedDataset').implement({
  ...onConsole,
  description: 'A catalogue entry in any state.',
  fields: (t) => ({
    code: t.exposeString('code'),
    department: t.exposeString('department', { description: 'Code of its provider.' }),
    status: t.exposeString('status', { description: 'DRAFT, ACTIVE or RETIRED.' }),
    version: t.exposeInt('version'),
    name: t.exposeString('name'),
    listType: t.exposeString('listType', { nullable: true }),
  }),
})

type Changes = NonNullable<DatasetEdition['changes']>
const FieldChange = builder.objectRef<Changes['changed'][number]>('DatasetFieldChange').implement({
  ...onConsole,
  fields: (t) => ({
    field: t.exposeString('field'),
    parts: t.exposeStringList('parts', { description: 'What of it is different: label, value, required …' }),
  }),
})
const DatasetChanges = builder.objectRef<Changes>('DatasetChanges').implement({
  ...onConsole,
  description: 'What an edition changed over the one before.',
  fields: (t) => ({
    added: t.exposeStringList('added', { description: 'Names of new fields.' }),
    removed: t.exposeStringList('removed'),
    changed: t.expose('changed', { type: [FieldChange] }),
    parts: t.exposeStringList('parts', { description: 'Parts of the definition other than its fields.' }),
  }),
})
const DatasetEditionType = builder.objectRef<DatasetEdition>('DatasetEdition').implement({
  ...onConsole,
  fields: (t) => ({
    version: t.exposeInt('version'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    definition: t.field({ type: 'JSON', resolve: ({ definition }) => definition }),
    changes: t.expose('changes', { type: DatasetChanges, nullable: true, description: 'Null: the first.' }),
  }),
})

const Published = builder.objectRef<PublishedDataset>('DatasetPublished').implement({
  ...onConsole,
  fields: (t) => ({
    code: t.exposeString('code'),
    version: t.exposeInt('version'),
    advice: t.exposeStringList('advice', { description: 'What it should have as well.' }),
  }),
})
const Retired = builder.objectRef<{ code: string }>('DatasetRetired').implement({
  ...onConsole,
  fields: (t) => ({ code: t.exposeString('code') }),
})

type Imported = Awaited<ReturnType<typeof importCatalogue>>
const CatalogueImported = builder.objectRef<Imported>('CatalogueImported').implement({
  ...onConsole,
  fields: (t) => ({
    added: t.exposeInt('added'),
    changed: t.exposeInt('changed'),
    unchanged: t.exposeInt('unchanged'),
  }),
})
const ImportCatalogueInput = builder.inputType('ImportCatalogueInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    catalogue: t.field({
      type: 'JSON',
      required: true,
      description: 'A catalogue file: calendar, clocks, listTypes, measures, publication rules, datasets.',
    }),
  }),
})

const PublishDatasetInput = builder.inputType('PublishDatasetInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    code: t.string({ required: true }),
    department: t.string({ required: true, description: 'Code of the provider.' }),
    definition: t.field({ type: 'JSON', required: true, description: 'As datasetByExample proposes it.' }),
    listType: t.string(),
  }),
})
const DatasetCodeInput = builder.inputType('DatasetCodeInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({ code: t.string({ required: true }) }),
})

builder.queryFields((t) => ({
  managedDatasets: t.field({
    subGraphs: consoleOnly,
    type: [ManagedDataset],
    description: 'All datasets, drafts and retired ones too.',
    resolve: (_root, _args, context) => listDatasets(consoleSide(context).prisma),
  }),
  datasetHistory: t.field({
    subGraphs: consoleOnly,
    type: [DatasetEditionType],
    description: 'Its editions, latest first.',
    args: { code: t.arg.string({ required: true }) },
    resolve: (_root, { code }, context) =>
      administering(context, ({ prisma }) => datasetEditions(prisma, code)),
  }),
  datasetByExampleFor: t.field({
    subGraphs: consoleOnly,
    type: DatasetByExampleType,
    description: 'Proposes the definition of a dataset of any department from a sample. Nothing is stored.',
    args: {
      department: t.arg.string({ required: true }),
      input: t.arg({ type: DatasetByExampleInput, required: true }),
    },
    resolve: (_root, { department, input }, { proposals }) =>
      proposals.byExample(exampleOf(input, department)),
  }),
}))

builder.mutationFields((t) => {
  const result = (name: string) => ({ types: [Refusal], union: { name, subGraphs: consoleOnly } })
  const one = ([published]: readonly PublishedDataset[]): PublishedDataset => {
    if (!published) throw new RangeError('one dataset was published')
    return published
  }
  return {
    publishDataset: t.field({
      subGraphs: consoleOnly,
      type: Published,
      description: 'Makes a dataset live, or its next edition, by the rules of the catalogue.',
      errors: result('PublishDatasetResult'),
      args: { input: t.arg({ type: PublishDatasetInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ prisma, actor }) =>
          one(
            await publishDatasets(prisma, actor, {
              datasets: [
                {
                  code: input.code,
                  department: input.department,
                  definition: input.definition,
                  listType: input.listType ?? null,
                },
              ],
            }),
          ),
        ),
    }),
    publishDatasetDraft: t.field({
      subGraphs: consoleOnly,
      type: Published,
      description: 'Makes the draft of a department live.',
      errors: result('PublishDatasetDraftResult'),
      args: { input: t.arg({ type: DatasetCodeInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ prisma, actor }) =>
          one(await publishDraft(prisma, actor, input.code)),
        ),
    }),
    importCatalogue: t.field({
      subGraphs: consoleOnly,
      type: CatalogueImported,
      description:
        'Brings in rows of the catalogue: measures, list types and rules with their days and basis.',
      errors: result('ImportCatalogueResult'),
      args: { input: t.arg({ type: ImportCatalogueInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, ({ prisma, actor }) => importCatalogue(prisma, actor, input.catalogue)),
    }),
    retireDataset: t.field({
      subGraphs: consoleOnly,
      type: Retired,
      description: 'It takes no more records; what it holds stays.',
      errors: result('RetireDatasetResult'),
      args: { input: t.arg({ type: DatasetCodeInput, required: true }) },
      resolve: (_root, { input }, context) =>
        administering(context, async ({ prisma, actor }) => {
          await retireDataset(prisma, actor, input.code)
          return { code: input.code }
        }),
    }),
  }
})
