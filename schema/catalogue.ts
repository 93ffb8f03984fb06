import type { CatalogueListType, CatalogueMeasure } from '../src/catalogue/catalogue.ts'
import { rowOn } from '../src/catalogue/dated-rows.ts'
import { type DatasetDefinition, definitionSchema, type Field } from '../src/catalogue/definition.ts'
import type { ListRule as ListRuleRow } from '../src/catalogue/list-rules.ts'
import { legalDay } from '../src/kernel/clock.ts'
import { builder, department, onDepartment } from './builder.ts'

const ListRule = builder.objectRef<ListRuleRow>('ListRule').implement({
  ...onDepartment,
  description:
    'What holds for memberships of a list, as the rule stood for a time; that of the day of listing decides.',
  fields: (t) => ({
    effectiveFrom: t.expose('effectiveFrom', { type: 'Day' }),
    effectiveTo: t.expose('effectiveTo', {
      type: 'Day',
      nullable: true,
      description: 'The last day on which it is in force.',
    }),
    termMonths: t.exposeInt('termMonths', {
      nullable: true,
      description: 'Months in force where a record does not say; null: until it exits.',
    }),
    earlyExitMonths: t.exposeInt('earlyExitMonths', {
      nullable: true,
      description: 'Months after which early removal (提前移出) may be asked for; null: the rules know none.',
    }),
    objectionClock: t.exposeString('objectionClock', {
      nullable: true,
      description: 'The clock in which to object to the prior notice; null: none is prescribed.',
    }),
    legalBasis: t.exposeStringList('legalBasis', {
      description: '待核实: not checked against the original.',
    }),
  }),
})

export const ListType = builder.objectRef<CatalogueListType>('ListType').implement({
  ...onDepartment,
  description: 'A kind of list (名单) with the documents that allow it.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    nature: t.exposeString('nature', {
      description: 'SERIOUS_DISHONESTY, TRUSTWORTHY, KEY_ATTENTION or JOINT_PUNISHMENT.',
    }),
    field: t.exposeString('field'),
    scope: t.exposeString('scope'),
    basis: t.exposeStringList('basis'),
    determinedBy: t.exposeString('determinedBy'),
    termMonths: t.int({
      nullable: true,
      description: "By today's rule, months in force; null: until it exits.",
      resolve: ({ rules }, _args, { clock }) => rowOn(rules, legalDay(clock.now()))?.termMonths ?? null,
    }),
    earlyExitMonths: t.int({
      nullable: true,
      description: "By today's rule, months after which early removal may be asked for; null: it knows none.",
      resolve: ({ rules }, _args, { clock }) => rowOn(rules, legalDay(clock.now()))?.earlyExitMonths ?? null,
    }),
    rules: t.expose('rules', { type: [ListRule], description: 'In the order of their days.' }),
    status: t.exposeString('status'),
  }),
})

export const Measure = builder.objectRef<CatalogueMeasure>('Measure').implement({
  ...onDepartment,
  description: 'A joint measure (惩戒措施, 激励措施) with its legal basis.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.exposeString('name'),
    content: t.exposeString('content'),
    class: t.exposeString('class'),
    legalBasis: t.exposeStringList('legalBasis'),
    departmentKinds: t.exposeStringList('departmentKinds', {
      description: 'Kinds of departments it binds; empty: all.',
    }),
    matters: t.exposeStringList('matters'),
    triggeredBy: t.exposeStringList('triggeredBy', { description: 'Codes of list types.' }),
    effectiveFrom: t.field({ type: 'Day', resolve: (measure) => measure.effectiveFrom }),
    effectiveTo: t.field({ type: 'Day', nullable: true, resolve: (measure) => measure.effectiveTo }),
  }),
})

const DatasetField = builder.objectRef<Field>('DatasetField').implement({
  ...onDepartment,
  fields: (t) => ({
    name: t.exposeString('name'),
    label: t.exposeString('label'),
    labelEn: t.exposeString('labelEn'),
    type: t.string({ resolve: (field) => field.value.type }),
    codes: t.stringList({
      nullable: true,
      resolve: (field) => (field.value.type === 'CODE' ? field.value.codes : null),
    }),
    required: t.string({
      description: 'ALWAYS, NEVER or SOMETIMES (depends on other fields).',
      resolve: ({ required }) => (required === true ? 'ALWAYS' : required === false ? 'NEVER' : 'SOMETIMES'),
    }),
    disclosure: t.exposeString('disclosure', {
      description: 'PUBLIC, GOV_SHARED or AUTHORISED (公开、共享、授权).',
    }),
  }),
})

builder.prismaObject('Division', {
  ...onDepartment,
  description: 'Administrative division (行政区划), GB/T 2260.',
  fields: (t) => ({ code: t.exposeString('code'), name: t.exposeString('name') }),
})

builder.prismaObject('DepartmentName', {
  ...onDepartment,
  description: 'A name that a department bears from a day on.',
  fields: (t) => ({
    name: t.exposeString('name'),
    validFrom: t.field({
      type: 'Day',
      select: { validFrom: true },
      resolve: ({ validFrom }) => validFrom.toISOString().slice(0, 10),
    }),
  }),
})

builder.prismaObject('Department', {
  ...onDepartment,
  description: 'A department (部门) that provides records, applies measures, or asks.',
  fields: (t) => ({
    code: t.exposeString('code'),
    name: t.string({
      description: 'The name it bears today.',
      select: (_args, context) => ({
        code: true,
        names: {
          where: { validFrom: { lte: new Date(legalDay(context.clock.now())) } },
          orderBy: { validFrom: 'desc' },
          take: 1,
        },
      }),
      resolve: (row) => row.names[0]?.name ?? row.code,
    }),
    kind: t.exposeString('kind'),
    status: t.exposeString('status'),
    roles: t.exposeStringList('roles'),
    division: t.relation('division'),
    names: t.relation('names', {
      description: 'The names it bore, bears or will bear, by the day from which on.',
      query: { orderBy: { validFrom: 'asc' } },
    }),
    successor: t.relation('successor', {
      nullable: true,
      description: 'Who bears its duties since it was merged (机构改革); null: it does itself.',
    }),
    predecessors: t.relation('predecessors', {
      description: 'Departments that were merged into it; records keep the name they were issued under.',
      query: { orderBy: { code: 'asc' } },
    }),
    datasets: t.relation('datasets', {
      query: { where: { status: { not: 'DRAFT' } }, orderBy: { code: 'asc' } },
    }),
  }),
})

const definitionOf = (row: { versions: { definition: unknown }[] }): DatasetDefinition =>
  definitionSchema.parse(row.versions[0]?.definition)
const latest = { versions: { orderBy: { version: 'desc' }, take: 1 } } as const

builder.prismaObject('Dataset', {
  ...onDepartment,
  description: 'A catalogue entry (资源目录): what one department provides, on what basis and to whom.',
  fields: (t) => ({
    code: t.exposeString('code'),
    status: t.exposeString('status'),
    department: t.relation('department'),
    listType: t.field({
      type: ListType,
      nullable: true,
      select: { listTypeCode: true },
      resolve: async (row, _args, { catalogue }) =>
        (await catalogue.current()).listTypes.find((type) => type.code === row.listTypeCode) ?? null,
    }),
    version: t.int({ select: latest, resolve: (row) => row.versions[0]?.version ?? 0 }),
    name: t.string({ select: latest, resolve: (row) => definitionOf(row).name }),
    nameEn: t.string({ select: latest, resolve: (row) => definitionOf(row).nameEn }),
    sharing: t.string({ select: latest, resolve: (row) => definitionOf(row).sharing }),
    updateCycle: t.string({ select: latest, resolve: (row) => definitionOf(row).updateCycle }),
    legalBasis: t.stringList({ select: latest, resolve: (row) => definitionOf(row).legalBasis }),
    fields: t.field({ type: [DatasetField], select: latest, resolve: (row) => definitionOf(row).fields }),
  }),
})

builder.queryFields((t) => ({
  departments: t.prismaField({
    subGraphs: department,
    type: ['Department'],
    description: 'All departments: who provides what.',
    resolve: (query, _root, _args, { prisma }) =>
      prisma.department.findMany({ ...query, orderBy: { code: 'asc' } }),
  }),
  datasets: t.prismaField({
    subGraphs: department,
    type: ['Dataset'],
    description: 'The catalogue of datasets; drafts only for their own department.',
    resolve: (query, _root, _args, { prisma, caller }) =>
      prisma.dataset.findMany({
        ...query,
        where: { OR: [{ status: { not: 'DRAFT' } }, { departmentId: caller.department.id }] },
        orderBy: { code: 'asc' },
      }),
  }),
  measures: t.field({
    subGraphs: department,
    type: [Measure],
    description: 'The catalogue of joint measures.',
    resolve: async (_root, _args, { catalogue }) => (await catalogue.current()).measures,
  }),
  listTypes: t.field({
    subGraphs: department,
    type: [ListType],
    description: 'The kinds of lists.',
    resolve: async (_root, _args, { catalogue }) => (await catalogue.current()).listTypes,
  }),
}))
