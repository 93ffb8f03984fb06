import type { Change, ChangePage } from '../src/feed/change.ts'
import { feedEventKinds } from '../src/feed/feed-kinds.ts'
import { limits } from '../src/limits.ts'
import { builder, department, onDepartment } from './builder.ts'
import { pageLimit } from './paging.ts'
import { selects } from './selection.ts'
import { CreditRecord, Listing, SubjectReference } from './subjects.ts'

const ChangeKind = builder.enumType('ChangeKind', { subGraphs: department, values: feedEventKinds })

const ChangeType = builder.objectRef<Change>('Change').implement({
  ...onDepartment,
  description:
    'What happened at one position of the change feed, with what is true of it now: whoever applies all changes in order ends with what is true.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'Positions rise; those of others are left out.' }),
    at: t.expose('at', { type: 'DateTime' }),
    kind: t.expose('kind', { type: ChangeKind }),
    recordId: t.exposeID('recordId'),
    listingId: t.exposeID('listingId', {
      nullable: true,
      description: 'The listing that rests on the record; null where none does.',
    }),
    subject: t.expose('subject', {
      type: SubjectReference,
      nullable: true,
      description: 'Null where the record is not shared any more (withdrawn, superseded, repaired).',
    }),
    listing: t.expose('listing', {
      type: Listing,
      nullable: true,
      description:
        'The listing as it stands; null, with a listingId: delete it, it is over or not shared any more. One that is suspended or has not begun is told with its days.',
    }),
    record: t.field({
      type: CreditRecord,
      nullable: true,
      description: 'The record as it stands; null where it stands no more.',
      resolve: (change, _args, { changes, caller }) => changes.recordOf(caller, change),
    }),
  }),
})

const ChangePageType = builder.objectRef<ChangePage>('ChangePage').implement({
  ...onDepartment,
  fields: (t) => ({
    changes: t.expose('changes', { type: [ChangeType] }),
    upTo: t.exposeInt('upTo', {
      description:
        'The page is complete up to this position, even where it is empty: keep it, and ask on after it.',
    }),
    position: t.exposeInt('position', {
      description:
        'The end of the feed. Where it equals upTo, what was applied equals what listings answers.',
    }),
  }),
})

const most = limits.pageSize.max

builder.queryFields((t) => ({
  changes: t.field({
    subGraphs: department,
    type: ChangePageType,
    authScopes: { role: 'ENQUIRER' },
    description:
      'The change feed of records and listings as the caller may see it: gap-free, in one order, from any position. What access given or taken changes is not told: start again after 0.',
    args: {
      after: t.arg.int({ required: true, description: '0 for all, else upTo of the page before.' }),
      first: t.arg.int({ description: `At most ${most}.` }),
    },
    resolve: (_root, { after, first }, { changes, caller }, info) =>
      changes.page(caller, {
        after,
        limit: pageLimit(first ?? limits.pageSize.normal),
        records: selects(info, ['changes', 'record']) ? 'INCLUDED' : 'LEFT_OUT',
      }),
  }),
}))

builder.subscriptionFields((t) => ({
  listingChanged: t.field({
    subGraphs: department,
    type: ChangeType,
    authScopes: { role: 'ENQUIRER' },
    description: 'Each change as changes tells it, as it happens; from now on where after is left out.',
    args: { after: t.arg.int() },
    subscribe: (_root, { after }, { changes, caller, cursor }) =>
      changes.follow(caller, after ?? null, cursor),
    resolve: (change) => change,
  }),
}))
