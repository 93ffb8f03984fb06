import type { CreditCodeCheck, CreditCodePart } from '../../src/publicity/credit-code.ts'
import type {
  NamedTrigger,
  PublicDataset,
  PublicDepartment,
  PublicMeasure,
} from '../../src/publicity/public-catalogue-service.ts'
import { publicBuilder } from './builder.ts'

const Trigger = publicBuilder.objectRef<NamedTrigger>('MeasureTrigger').implement({
  description: 'A membership that triggers a measure.',
  fields: (t) => ({
    listType: t.exposeString('listType', { description: 'Code of the list type.' }),
    listTypeName: t.exposeString('listTypeName'),
    grades: t.exposeStringList('grades', { nullable: true, description: 'Null: of any grade.' }),
  }),
})

const Measure = publicBuilder.objectRef<PublicMeasure>('Measure').implement({
  description: 'A joint measure (惩戒措施, 激励措施) in force today, with its legal basis.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    content: t.exposeString('content'),
    class: t.exposeString('class'),
    target: t.exposeString('target', { description: 'To whom it applies (惩戒对象).' }),
    reducesRights: t.exposeBoolean('reducesRights', { description: '减损权益或者增加义务.' }),
    legalBasis: t.exposeStringList('legalBasis'),
    departmentKinds: t.exposeStringList('departmentKinds', {
      description: 'Kinds of departments that apply it (实施主体); empty: all.',
    }),
    matters: t.exposeStringList('matters', { description: 'Business in which it binds; empty: all.' }),
    triggers: t.expose('triggers', { type: [Trigger] }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Day' }),
    effectiveTo: t.expose('effectiveTo', { type: 'Day', nullable: true }),
  }),
})

const DatasetField = publicBuilder.objectRef<PublicDataset['fields'][number]>('DatasetField').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    label: t.exposeString('label'),
    labelEn: t.exposeString('labelEn'),
    unit: t.exposeString('unit', { nullable: true }),
  }),
})

const Dataset = publicBuilder.objectRef<PublicDataset>('Dataset').implement({
  description: 'A catalogue entry (资源目录) of which something is public; only its public columns.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    nameEn: t.exposeString('nameEn'),
    nature: t.exposeString('nature'),
    coverage: t.exposeString('coverage'),
    updateCycle: t.exposeString('updateCycle'),
    legalBasis: t.exposeStringList('legalBasis'),
    listType: t.exposeString('listType', { nullable: true }),
    department: t.exposeString('department', { description: 'Code of who provides it.' }),
    fields: t.expose('fields', { type: [DatasetField] }),
  }),
})

const Department = publicBuilder.objectRef<PublicDepartment>('Department').implement({
  description: 'A department (部门) and what it provides to the public.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name', { description: 'The name it bears today.' }),
    kind: t.exposeString('kind'),
    division: t.exposeString('division'),
    divisionName: t.exposeString('divisionName'),
    successor: t.exposeString('successor', {
      nullable: true,
      description: 'Code of who bears its duties since.',
    }),
    datasets: t.expose('datasets', { type: [Dataset] }),
  }),
})

const Division = publicBuilder.objectRef<{ code: string; name: string }>('Division').implement({
  description: 'Administrative division (行政区划).',
  fields: (t) => ({ code: t.exposeString('code'), name: t.exposeString('name') }),
})

const CodePart = publicBuilder.objectRef<CreditCodePart>('CreditCodePart').implement({
  fields: (t) => ({
    from: t.exposeInt('from', { description: 'Position, the first is 1.' }),
    to: t.exposeInt('to'),
    name: t.exposeString('name'),
    nameEn: t.exposeString('nameEn'),
    value: t.exposeString('value'),
    meaning: t.exposeString('meaning', { nullable: true }),
  }),
})

const CodeStatus = publicBuilder.enumType('CreditCodeStatus', {
  description: 'CHECKSUM_MISMATCH: mistyped, or one of the early pilot codes that are in use all the same.',
  values: ['VALID', 'CHECKSUM_MISMATCH', 'MALFORMED'] as const,
})

const CodeCheck = publicBuilder.objectRef<CreditCodeCheck>('CreditCodeCheck').implement({
  description:
    'The check of a unified social credit code by its form (GB 32100-2015); it says nothing of whose it is.',
  fields: (t) => ({
    status: t.expose('status', { type: CodeStatus }),
    code: t.exposeString('code', { nullable: true, description: 'Null unless valid.' }),
    rule: t.exposeString('rule', {
      nullable: true,
      description: 'What it breaks: EMPTY, LENGTH, ALPHABET or DATE.',
    }),
    suggestion: t.exposeString('suggestion', {
      nullable: true,
      description: 'What was probably meant where letters look like digits.',
    }),
    warnings: t.exposeStringList('warnings'),
    parts: t.expose('parts', { type: [CodePart] }),
  }),
})

publicBuilder.queryFields((t) => ({
  measures: t.field({
    type: [Measure],
    description: 'The catalogue of joint measures in force today.',
    resolve: (_root, _args, { publicity }) => publicity.measures(),
  }),
  datasets: t.field({ type: [Dataset], resolve: (_root, _args, { publicity }) => publicity.datasets() }),
  departments: t.field({
    type: [Department],
    description: 'Who provides what.',
    resolve: (_root, _args, { publicity }) => publicity.departments(),
  }),
  divisions: t.field({ type: [Division], resolve: (_root, _args, { publicity }) => publicity.divisions() }),
  checkCreditCode: t.field({
    type: CodeCheck,
    args: { code: t.arg.string({ required: true }) },
    resolve: (_root, { code }, { publicity }) => publicity.checkCreditCode(code),
  }),
}))
