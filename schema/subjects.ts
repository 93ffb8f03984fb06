import { responsibleRoles } from '../src/catalogue/definition.ts'
import type { Caller } from '../src/departments/caller.ts'
import type { LookedUpSubject } from '../src/enquiries/enquiry-service.ts'
import type { SubjectName } from '../src/enquiries/enquiry-store.ts'
import type { FoundSubject } from '../src/enquiries/screening.ts'
import type { ListingView, RecordView } from '../src/enquiries/views.ts'
import type { StoredEvent } from '../src/listings/listing-store.ts'
import type { Suspension } from '../src/listings/membership.ts'
import type { ResponsiblePerson } from '../src/records/responsible-person-store.ts'
import { identifierSchemes } from '../src/subjects/identifiers.ts'
import { builder, department, onDepartment, tellsPosition } from './builder.ts'
import { ListType } from './catalogue.ts'
import { readsContents } from './contents.ts'
import { purposeText } from './input-text.ts'
import { knownAtMeaning, knownAtVersionMeaning, knownOf } from './known-then.ts'
import { connectionTypes, paged } from './paging.ts'
import { Publication } from './publication.ts'
import { RecordClock } from './timeliness.ts'

export const IdentifierScheme = builder.enumType('IdentifierScheme', {
  subGraphs: department,
  values: identifierSchemes,
})
export const SubjectKind = builder.enumType('SubjectKind', {
  subGraphs: department,
  values: ['ORGANISATION', 'PERSON'] as const,
})

const otherUsccsMeaning =
  'Codes of organisations that were judged to be this one (归并); it is found by each of them.'

/** What names a subject. The certificate number of a person is never among it. */
export const SubjectReference = builder.objectRef<FoundSubject>('SubjectReference').implement({
  ...onDepartment,
  description: 'Which subject is meant. A person has no number here: whoever asked knows it.',
  fields: (t) => ({
    uscc: t.exposeString('uscc', {
      nullable: true,
      description: 'Unified social credit code (统一社会信用代码).',
    }),
    name: t.exposeString('name'),
    kind: t.expose('kind', { type: SubjectKind }),
    otherUsccs: t.exposeStringList('otherUsccs', { description: otherUsccsMeaning }),
  }),
})

const DepartmentReference = builder
  .objectRef<{ code: string; name: string }>('DepartmentReference')
  .implement({
    ...onDepartment,
    fields: (t) => ({
      code: t.exposeString('code'),
      name: t.exposeString('name', { description: 'The name it bore then.' }),
    }),
  })

const ListingSuspension = builder.objectRef<Suspension>('ListingSuspension').implement({
  ...onDepartment,
  fields: (t) => ({
    from: t.expose('from', { type: 'Day' }),
    until: t.expose('until', {
      type: 'Day',
      nullable: true,
      description: 'The first day on which it counts again; null: it still runs.',
    }),
  }),
})

export const ListingEvent = builder.objectRef<StoredEvent>('ListingEvent').implement({
  ...onDepartment,
  description: 'An event of a membership: from when it has effect, and when the exchange knew it.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'A closed set, in docs/listing-life-cycle.md.' }),
    effectiveOn: t.expose('effectiveOn', { type: 'Day' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    data: t.field({
      type: 'JSON',
      description: 'Empty for the help desk.',
      resolve: ({ data }, _args, context) => (readsContents(context) ? data : {}),
    }),
  }),
})

const ResponsibleRole = builder.enumType('ResponsibleRole', {
  subGraphs: department,
  description: '法定代表人、主要负责人、实际控制人、直接责任人员.',
  values: responsibleRoles,
})

const ResponsiblePersonType = builder.objectRef<ResponsiblePerson>('ResponsiblePerson').implement({
  ...onDepartment,
  description:
    'A person answerable for what a record says of an organisation (河南省社会信用条例第三十五条).',
  fields: (t) => ({
    role: t.expose('role', { type: ResponsibleRole }),
    name: t.exposeString('name'),
  }),
})

export const Listing = builder.objectRef<ListingView>('Listing').implement({
  ...onDepartment,
  description: 'Membership of a subject in a list (名单).',
  fields: (t) => ({
    id: t.exposeID('id'),
    listType: t.expose('listType', { type: ListType }),
    dataset: t.exposeString('dataset'),
    grade: t.exposeString('grade'),
    listedOn: t.expose('listedOn', { type: 'Day' }),
    endsOn: t.expose('endsOn', {
      type: 'Day',
      nullable: true,
      description: 'The last day in force; null: until it exits.',
    }),
    exitedOn: t.expose('exitedOn', {
      type: 'Day',
      nullable: true,
      description: 'The first day no longer in force.',
    }),
    decisionNo: t.exposeString('decisionNo', {
      nullable: true,
      description: 'Null where it is not disclosed to the caller.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Null where it is not disclosed to the caller.',
    }),
    determinedBy: t.expose('determinedBy', {
      type: DepartmentReference,
      description: '认定单位, also where another department bears its duties since (Department.successor).',
    }),
    responsiblePersons: t.field({
      type: [ResponsiblePersonType],
      description:
        'Who answers for it, by its record as it stands now; roles not disclosed to the caller are left out.',
      resolve: (listing, _args, { responsiblePersons, caller }) =>
        responsiblePersons.ofListing(caller, listing),
    }),
    exitKind: t.exposeString('exitKind', {
      nullable: true,
      description: 'REMOVED, WITHDRAWN, SUPERSEDED, REPAIRED or WRONGFUL; null while it has not exited.',
    }),
    publishedOn: t.expose('publishedOn', { type: 'Day', nullable: true }),
    disputedSince: t.expose('disputedSince', {
      type: 'Day',
      nullable: true,
      description: 'Marked as disputed (异议标注) since then.',
    }),
    suspensions: t.expose('suspensions', {
      type: [ListingSuspension],
      description: 'Days on which a court-approved plan suspends it; it is not in force on them.',
    }),
    events: t.field({
      type: [ListingEvent],
      description: 'What happened to it, in order; for the determining department alone, empty for others.',
      resolve: (listing, _args, { memberships, caller }) => memberships.events(caller, listing.id),
    }),
    repairNotice: t.string({
      description:
        'What the subject is to be told with the decision (两书同达): how to object and be repaired. By its publication only where that is disclosed to the caller.',
      resolve: (listing, _args, { publication, caller }) => publication.repairNotice(caller, listing),
    }),
  }),
})

const ListedSubject = builder.objectRef<ListingView & { subject: FoundSubject }>('ListedSubject').implement({
  ...onDepartment,
  fields: (t) => ({
    subject: t.expose('subject', { type: SubjectReference }),
    listing: t.field({ type: Listing, resolve: (listed) => listed }),
  }),
})

export const CreditRecord = builder.objectRef<RecordView>('CreditRecord').implement({
  ...onDepartment,
  description: 'A credit record (信用记录) in its latest version.',
  fields: (t) => ({
    id: t.exposeID('id'),
    dataset: t.exposeString('dataset'),
    version: t.exposeInt('version'),
    status: t.exposeString('status', {
      description: 'ACTIVE, WITHDRAWN (撤销), SUPERSEDED (被取代) or REPAIRED (信用修复).',
    }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime' }),
    subject: t.expose('subject', { type: SubjectReference }),
    content: t.field({
      type: 'JSON',
      description: 'The fields that are disclosed to the caller; money in fen.',
      resolve: (record) => record.content,
    }),
    clocks: t.field({
      type: [RecordClock],
      description: 'Clocks that ran for the record; the first is due first.',
      resolve: (record, _args, { timeliness, caller }) => timeliness.clocksOf(caller, record.id),
    }),
    publication: t.field({
      type: Publication,
      nullable: true,
      description: 'Null where the dataset has no publication period, or what it rests on is not disclosed.',
      resolve: (record, _args, { publication, caller }) => publication.ofRecord(caller, record.id),
    }),
  }),
})

const Name = builder.objectRef<SubjectName>('SubjectName').implement({
  ...onDepartment,
  fields: (t) => ({
    name: t.exposeString('name'),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime' }),
  }),
})

const idOf = ({ id }: { id: number }) => id
const endedOf = ({ includeEnded }: { includeEnded?: boolean | null | undefined }) =>
  includeEnded ? ('INCLUDED' as const) : ('LEFT_OUT' as const)
const forward = { subGraphs: department }

export const Subject = builder.objectRef<LookedUpSubject>('Subject').implement({
  ...onDepartment,
  description: 'A credit subject (信用主体) with what the caller may know of it.',
  fields: (t) => ({
    uscc: t.exposeString('uscc', { nullable: true }),
    name: t.exposeString('name'),
    kind: t.expose('kind', { type: SubjectKind }),
    otherUsccs: t.exposeStringList('otherUsccs', { description: otherUsccsMeaning }),
    names: t.field({
      type: [Name],
      description: 'All names it bears or bore, latest first.',
      resolve: (subject, _args, { enquiries }) => enquiries.names(subject),
    }),
    listings: t.connection(
      {
        ...forward,
        type: ListedSubject,
        args: {
          asOf: t.arg({ type: 'Day' }),
          knownAt: t.arg({ type: 'DateTime', description: knownAtMeaning }),
          knownAtVersion: t.arg.int({ description: knownAtVersionMeaning }),
          includeEnded: t.arg.boolean({ defaultValue: false }),
        },
        resolve: (subject, args, { enquiries, caller }) =>
          paged(args, idOf, (page) =>
            enquiries.listingsOf(
              caller,
              subject,
              { asOf: args.asOf ?? null, known: knownOf(args), ended: endedOf(args) },
              page,
            ),
          ),
      },
      ...connectionTypes,
    ),
    responsibleFor: t.connection(
      {
        ...forward,
        type: ListedSubject,
        description:
          'Listings in force of organisations for which this person answers; only those linked by a certificate number.',
        resolve: (subject, args, { enquiries, caller }) =>
          paged(args, idOf, (page) => enquiries.responsibleFor(caller, subject, page)),
      },
      ...connectionTypes,
    ),
    records: t.connection(
      {
        ...forward,
        type: CreditRecord,
        args: { dataset: t.arg.string(), includeEnded: t.arg.boolean({ defaultValue: false }) },
        resolve: (subject, args, { enquiries, caller }) =>
          paged(args, idOf, (page) =>
            enquiries.records(
              caller,
              { dataset: args.dataset ?? null, subjectId: subject.id, ended: endedOf(args) },
              page,
            ),
          ),
      },
      ...connectionTypes,
    ),
  }),
})

const purposeMeaning = 'What it is for; kept in the evidence log. Required at the console.'

builder.queryFields((t) => ({
  subject: t.field({
    subGraphs: department,
    type: Subject,
    nullable: true,
    authScopes: { role: 'ENQUIRER' },
    extensions: tellsPosition,
    description: 'One subject by its identifier; null where the exchange has no record of it.',
    args: { identifier: t.arg.string({ required: true }), scheme: t.arg({ type: IdentifierScheme }) },
    async resolve(_root, { identifier, scheme }, { enquiries, caller, reflects }) {
      const { subject, dataVersion } = await enquiries.subject(caller, identifier, scheme ?? null)
      reflects(dataVersion)
      return subject
    },
  }),
  listings: t.connection(
    {
      subGraphs: department,
      type: ListedSubject,
      authScopes: { role: 'ENQUIRER' },
      description:
        'Listings in the order of their making; in force on asOf (today) unless those ended are asked for as well.',
      args: {
        listType: t.arg.string(),
        asOf: t.arg({ type: 'Day' }),
        knownAt: t.arg({ type: 'DateTime', description: knownAtMeaning }),
        knownAtVersion: t.arg.int({ description: knownAtVersionMeaning }),
        includeEnded: t.arg.boolean({ defaultValue: false }),
        purpose: t.arg.string({ description: purposeMeaning }),
      },
      resolve(_root, args, { enquiries, caller }) {
        notePurpose(caller, args)
        return paged(args, idOf, (page) =>
          enquiries.listings(
            caller,
            {
              listType: args.listType ?? null,
              subjectId: null,
              asOf: args.asOf ?? null,
              known: knownOf(args),
              ended: endedOf(args),
            },
            page,
          ),
        )
      },
    },
    ...connectionTypes,
  ),
  records: t.connection(
    {
      subGraphs: department,
      type: CreditRecord,
      authScopes: { role: 'ENQUIRER' },
      description:
        'Records of the datasets the caller may see, in the order of their making; withdrawn and superseded ones only when asked for.',
      args: {
        dataset: t.arg.string(),
        includeEnded: t.arg.boolean({ defaultValue: false }),
        purpose: t.arg.string({ description: purposeMeaning }),
      },
      resolve(_root, args, { enquiries, caller }) {
        notePurpose(caller, args)
        return paged(args, idOf, (page) =>
          enquiries.records(
            caller,
            { dataset: args.dataset ?? null, subjectId: null, ended: endedOf(args) },
            page,
          ),
        )
      },
    },
    ...connectionTypes,
  ),
}))

function notePurpose({ request }: Caller, { purpose }: { purpose?: string | null | undefined }): void {
  if (purpose) request.note({ purpose: purposeText(purpose), subjects: [] })
}
