import { listNatures } from '../../src/catalogue/catalogue-file.ts'
import type { CaseClock, PublicCase, PublicField, PublicRecord } from '../../src/publicity/public-record.ts'
import { recordKinds } from '../../src/publicity/public-sheet.ts'
import { publicBuilder } from './builder.ts'
import './paging.ts'

export const RecordKind = publicBuilder.enumType('RecordKind', {
  description: 'REGISTRATION (基础信息), LICENCE (行政许可), PENALTY (行政处罚), LIST (名单).',
  values: recordKinds,
})

export const ListNature = publicBuilder.enumType('ListNature', {
  description:
    'SERIOUS_DISHONESTY (严重失信主体名单、黑名单), JOINT_PUNISHMENT (失信联合惩戒对象), TRUSTWORTHY (守信激励对象、红名单), KEY_ATTENTION (重点关注名单).',
  values: listNatures,
})

export const Source = publicBuilder.objectRef<{ code: string; name: string }>('Source').implement({
  description: 'Who issued it (数据来源).',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'As in the directory of departments.' }),
    name: t.exposeString('name', { description: 'The name that it bore then.' }),
  }),
})

const RecordField = publicBuilder.objectRef<PublicField>('RecordField').implement({
  description: 'A column that the catalogue discloses to the public (公开公示).',
  fields: (t) => ({
    name: t.exposeString('name'),
    label: t.exposeString('label'),
    labelEn: t.exposeString('labelEn'),
    unit: t.exposeString('unit', { nullable: true }),
    value: t.exposeString('value', { description: 'Days as YYYY-MM-DD; 2099-12-31 is long-term.' }),
  }),
})

export const meaning = {
  publicationEndsOn:
    'The last day of publication (公示截止期) as things stand; null: no period ends it, or it is held until corrected.',
  disputedSince: 'Marked as disputed (异议标注) since then.',
  correctedOn: 'The day of the latest correction (更正).',
  updatedOn: 'The day on which the exchange learned of it as it stands (数据更新时间).',
}

export const Record = publicBuilder.objectRef<PublicRecord>('Record').implement({
  description: 'A published record of an organisation.',
  fields: (t) => ({
    reference: t.exposeString('reference', {
      description: 'Names it, with the code of its subject, in an objection or an application for repair.',
    }),
    kind: t.expose('kind', { type: RecordKind }),
    dataset: t.exposeString('dataset'),
    datasetName: t.exposeString('datasetName'),
    listType: t.exposeString('listType', { nullable: true, description: 'Code of the list type.' }),
    uscc: t.exposeString('uscc', { nullable: true }),
    name: t.exposeString('name', { description: 'As the record says.' }),
    documentNo: t.exposeString('documentNo', { nullable: true }),
    day: t.expose('day', { type: 'Day', description: 'Of the decision, or of listing.' }),
    endsOn: t.expose('endsOn', {
      type: 'Day',
      nullable: true,
      description: 'Of a membership, its last day; null: until removal.',
    }),
    source: t.expose('source', { type: Source }),
    updatedOn: t.expose('updatedOn', { type: 'Day', description: meaning.updatedOn }),
    publicationEndsOn: t.expose('publicationEndsOn', {
      type: 'Day',
      nullable: true,
      description: meaning.publicationEndsOn,
    }),
    disputedSince: t.expose('disputedSince', {
      type: 'Day',
      nullable: true,
      description: meaning.disputedSince,
    }),
    correctedOn: t.expose('correctedOn', { type: 'Day', nullable: true, description: meaning.correctedOn }),
    fields: t.expose('fields', { type: [RecordField] }),
  }),
})

const CaseStatus = publicBuilder.enumType('CasePublicationStatus', {
  description: 'BACKLOG (存量): decided before the dataset came into the exchange, so no clock ran.',
  values: ['ON_TIME', 'LATE', 'BACKLOG'] as const,
})

const CasePublication = publicBuilder.objectRef<CaseClock>('CasePublication').implement({
  description: 'The clock of 20 working days from the decision (国发〔2014〕6号).',
  fields: (t) => ({
    dueOn: t.expose('dueOn', { type: 'Day', nullable: true }),
    publishedOn: t.expose('publishedOn', { type: 'Day' }),
    status: t.expose('status', { type: CaseStatus }),
    provisional: t.exposeBoolean('provisional', { description: 'dueOn may still move.' }),
  }),
})

const Case = publicBuilder.objectRef<PublicCase>('Case').implement({
  description: 'A case of infringement or counterfeiting (侵权假冒案件) of an organisation.',
  fields: (t) => ({
    documentNo: t.exposeString('documentNo', { nullable: true }),
    name: t.exposeString('name'),
    uscc: t.exposeString('uscc', { nullable: true }),
    legalRepresentative: t.exposeString('legalRepresentative', { nullable: true }),
    violation: t.exposeString('violation', { nullable: true }),
    facts: t.exposeString('facts', { nullable: true }),
    penaltyKinds: t.exposeString('penaltyKinds', { nullable: true }),
    basis: t.exposeString('basis', { nullable: true }),
    penalty: t.exposeString('penalty', { nullable: true, description: 'How it is to be performed.' }),
    fine: t.exposeString('fine', { nullable: true, description: '万元 (10,000 yuan).' }),
    confiscated: t.exposeString('confiscated', { nullable: true, description: '万元 (10,000 yuan).' }),
    validUntil: t.exposeString('validUntil', { nullable: true }),
    organ: t.exposeString('organ'),
    decidedOn: t.expose('decidedOn', { type: 'Day' }),
    publication: t.expose('publication', { type: CasePublication }),
    publicationEndsOn: t.expose('publicationEndsOn', {
      type: 'Day',
      nullable: true,
      description: meaning.publicationEndsOn,
    }),
    disputedSince: t.expose('disputedSince', {
      type: 'Day',
      nullable: true,
      description: meaning.disputedSince,
    }),
    correctedOn: t.expose('correctedOn', { type: 'Day', nullable: true, description: meaning.correctedOn }),
  }),
})

export const RecordConnection = publicBuilder.connectionObject({ type: Record, name: 'RecordConnection' })
export const CaseConnection = publicBuilder.connectionObject({ type: Case, name: 'CaseConnection' })
