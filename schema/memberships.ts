import { Refusal as DomainRefusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import type { StoredMembership } from '../src/listings/listing-store.ts'
import { type DepartmentEvent, departmentEvents } from '../src/listings/membership-policy.ts'
import { readReference } from '../src/subjects/reference.ts'
import { builder, department, onDepartment } from './builder.ts'
import { readsContents } from './contents.ts'
import { requiredText } from './input-text.ts'
import { connectionTypes, paged, pagedUrgentFirst, WorkOrder } from './paging.ts'
import { Refusal, refusable } from './refusal.ts'
import { IdentifierScheme, ListingEvent } from './subjects.ts'

export const ManagedListing = builder.objectRef<StoredMembership>('ManagedListing').implement({
  ...onDepartment,
  description: 'A membership as its determining department manages it, from the prior notice to its end.',
  fields: (t) => ({
    id: t.exposeID('id'),
    phase: t.exposeString('phase', { description: 'NOTICED, OBJECTED, DECIDED, DROPPED, LISTED or ENDED.' }),
    listType: t.exposeString('listTypeCode'),
    grade: t.exposeString('grade'),
    decisionNo: t.exposeString('decisionNo'),
    reason: t.string({
      description: 'Empty for the help desk.',
      resolve: ({ reason }, _args, context) => (readsContents(context) ? reason : ''),
    }),
    listedOn: t.expose('listedOn', { type: 'Day', nullable: true }),
    endsOn: t.expose('endsOn', { type: 'Day', nullable: true }),
    exitedOn: t.expose('exitedOn', { type: 'Day', nullable: true }),
    exitKind: t.exposeString('exitKind', { nullable: true }),
    publishedOn: t.expose('publishedOn', { type: 'Day', nullable: true }),
    disputedSince: t.expose('disputedSince', { type: 'Day', nullable: true }),
    events: t.field({
      type: [ListingEvent],
      resolve: ({ id }, _args, { memberships, caller }) => memberships.events(caller, id),
    }),
  }),
})

const Success = (name: string) =>
  builder.objectRef<{ listing: StoredMembership }>(name).implement({
    ...onDepartment,
    fields: (t) => ({ listing: t.expose('listing', { type: ManagedListing }) }),
  })

const GiveListingNoticeInput = builder.inputType('GiveListingNoticeInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({
      required: true,
      description: 'Chosen by the caller; repeated, it has no further effect.',
    }),
    dataset: t.string({ required: true, description: 'A dataset of the caller that feeds a list.' }),
    identifier: t.string({
      required: true,
      description: 'Unified social credit code, or a certificate number.',
    }),
    scheme: t.field({ type: IdentifierScheme, description: 'Told from the number where left out.' }),
    name: t.string({ required: true }),
    grade: t.string({ required: true }),
    reason: t.string({ required: true, description: 'Facts, basis, measures and the right to object.' }),
    documentNo: t.string({ required: true, description: 'Number of the notice.' }),
    noticedOn: t.field({ type: 'Day', description: 'Today where left out.' }),
  }),
})

const ListingEventName = builder.enumType('ListingEventName', {
  subGraphs: department,
  description: 'Acts of the determining department; see docs/listing-life-cycle.md.',
  values: departmentEvents,
})

const ChangeListingInput = builder.inputType('ChangeListingInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({
      required: true,
      description: 'Chosen by the caller; repeated, it has no further effect.',
    }),
    listingId: t.id({ required: true }),
    event: t.field({ type: ListingEventName, required: true }),
    on: t.field({ type: 'Day', description: 'From when it has effect; today where left out.' }),
    documentNo: t.string({ required: true }),
    reason: t.string({ required: true }),
    decisionNo: t.string({ description: 'For DECIDED: the record that follows must bear it.' }),
    apology: t.string({
      description: 'For WRONGFUL: the text of the apology (河南省社会信用条例第六十六条).',
    }),
  }),
})

const ProposalPhase = builder.enumType('ListingProposalPhase', {
  subGraphs: department,
  values: ['NOTICED', 'OBJECTED', 'DECIDED', 'DROPPED'] as const,
})

builder.queryField('listingProposals', (t) =>
  t.connection(
    {
      subGraphs: department,
      type: ManagedListing,
      authScopes: { role: 'PROVIDER' },
      description:
        'Notices, objections and decisions of the caller that are not listed yet, or were dropped. Urgent: the time to object is over.',
      args: {
        phase: t.arg({ type: ProposalPhase }),
        order: t.arg({ type: WorkOrder, defaultValue: 'BY_MAKING' }),
      },
      resolve(_root, args, { memberships, caller }) {
        const idOf = ({ id }: StoredMembership) => id
        const phase = args.phase ?? null
        return args.order === 'URGENT_FIRST'
          ? pagedUrgentFirst(args, idOf, (part, page) =>
              memberships.proposals(caller, { phase, urgency: part === 'URGENT' ? 'HEARD' : 'OTHERS' }, page),
            )
          : paged(args, idOf, (page) => memberships.proposals(caller, { phase, urgency: 'ANY' }, page))
      },
    },
    ...connectionTypes,
  ),
)

builder.mutationFields((t) => ({
  giveListingNotice: t.field({
    subGraphs: department,
    type: Success('GiveListingNoticeSuccess'),
    authScopes: { role: 'PROVIDER' },
    description: 'Prior notice (事前告知) before a listing; for a list of the trustworthy, publicity (公示).',
    errors: { types: [Refusal], union: { name: 'GiveListingNoticeResult', subGraphs: department } },
    args: { input: t.arg({ type: GiveListingNoticeInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        listing: await context.memberships.notice(context.caller, {
          actionId: requiredText('actionId', input.actionId, limits.batchIdCharacters),
          dataset: input.dataset,
          subject: readReference(
            input.identifier,
            input.scheme ?? null,
            requiredText('name', input.name, limits.nameCharacters),
          ),
          grade: requiredText('grade', input.grade, limits.gradeCharacters),
          reason: requiredText('reason', input.reason, limits.groundsCharacters),
          documentNo: requiredText('documentNo', input.documentNo, limits.documentNoCharacters),
          on: input.noticedOn ?? null,
        }),
      })),
  }),
  changeListing: t.field({
    subGraphs: department,
    type: Success('ChangeListingSuccess'),
    authScopes: { role: 'PROVIDER' },
    description:
      'An act of the determining department on a membership. What the life cycle does not allow is refused with the article.',
    errors: { types: [Refusal], union: { name: 'ChangeListingResult', subGraphs: department } },
    args: { input: t.arg({ type: ChangeListingInput, required: true }) },
    resolve: (_root, { input }, context) =>
      refusable(context, async () => ({
        listing: await context.memberships.act(context.caller, {
          actionId: requiredText('actionId', input.actionId, limits.batchIdCharacters),
          listingId: listingNumber(input.listingId),
          type: input.event,
          on: input.on ?? null,
          documentNo: requiredText('documentNo', input.documentNo, limits.documentNoCharacters),
          reason: requiredText('reason', input.reason, limits.reasonCharacters),
          ...particulars(input.event, input),
        }),
      })),
  }),
}))

export function listingNumber(id: string | number): number {
  if (!/^\d{1,15}$/.test(String(id)))
    throw new DomainRefusal('LISTING_NOT_FOUND', '没有此名单记录 (no such listing)')
  return Number(id)
}

type Particulars = { decisionNo?: string | null | undefined; apology?: string | null | undefined }

/** What one kind of act needs beside the rest, and no other may carry. */
function particulars(event: DepartmentEvent, { decisionNo, apology }: Particulars) {
  if (event !== 'DECIDED' && decisionNo)
    throw new DomainRefusal('INPUT_INVALID', 'decisionNo 只用于 DECIDED (decisionNo: only for DECIDED)')
  if (event !== 'WRONGFUL' && apology)
    throw new DomainRefusal('INPUT_INVALID', 'apology 只用于 WRONGFUL (apology: only for WRONGFUL)')
  switch (event) {
    case 'DECIDED':
      return { decisionNo: requiredText('decisionNo', decisionNo ?? '', limits.documentNoCharacters) }
    case 'WRONGFUL':
      return { apology: requiredText('apology', apology ?? '', limits.groundsCharacters) }
    default:
      return {}
  }
}
