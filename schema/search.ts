import { limits } from '../src/limits.ts'
import type { Highlight as HighlightView } from '../src/search/search-hit.ts'
import type {
  SearchCount as SearchCountView,
  SearchFilter,
  SearchHit as SearchHitView,
} from '../src/search/search-service.ts'
import { builder, department, onDepartment } from './builder.ts'
import { purposeText } from './input-text.ts'
import { NameStructure, nameReasonsMeaning } from './names.ts'
import { pageLimit } from './paging.ts'
import { SubjectReference } from './subjects.ts'

const Highlight = builder.objectRef<HighlightView>('Highlight').implement({
  ...onDepartment,
  description: 'A place in the name beside it, in UTF-16 code units; the end is not part of it.',
  fields: (t) => ({ start: t.exposeInt('start'), end: t.exposeInt('end') }),
})

const SearchHit = builder.objectRef<SearchHitView>('SearchHit').implement({
  ...onDepartment,
  description: 'An organisation that answers a search, by that of its names that answers best.',
  fields: (t) => ({
    subject: t.expose('subject', { type: SubjectReference }),
    name: t.exposeString('name', { description: 'The name that answers; it may be a former one.' }),
    structure: t.expose('parts', { type: NameStructure }),
    highlights: t.expose('highlights', {
      type: [Highlight],
      description: 'Where the name holds what was asked for.',
    }),
    reasons: t.exposeStringList('reasons', {
      description: `SAME_NUMBER, NUMBER_BEGINS; SAME_NAME, SAME_CORE, SAME_TRADE_NAME, CORE_BEGINS, CONTAINS, with BY_PINYIN where the characters are others, FORMER_NAME. Where no name holds what was asked for and this is only close: ${nameReasonsMeaning}`,
    }),
    score: t.exposeFloat('score', {
      nullable: true,
      description: 'Where it is only close: how close, up to 1; null: it holds what was asked for.',
    }),
  }),
})

const SearchCount = builder.objectRef<SearchCountView>('SearchCount').implement({
  ...onDepartment,
  fields: (t) => ({
    atLeast: t.exposeInt('atLeast', { description: `Counted up to ${limits.searchCounted}.` }),
    exact: t.exposeBoolean('exact'),
  }),
})

const Filter = builder.inputType('SubjectSearchFilter', {
  subGraphs: department,
  fields: (t) => ({
    division: t.string({
      description:
        'GB/T 2260 code, 411700 with all districts and counties of the city: where the code of the subject is from, or what one of its names tells.',
    }),
    listType: t.string({ description: 'Has been on such a list, with inForceOnly: is on it today.' }),
    inForceOnly: t.boolean({ defaultValue: false, description: 'Is on a list today.' }),
  }),
})

type Connection = {
  edges: { cursor: string; node: SearchHitView }[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: string | null
    endCursor: string | null
  }
  asked: { query: string; filter: SearchFilter }
}

const Edge = builder.objectRef<Connection['edges'][number]>('SearchHitEdge').implement({
  ...onDepartment,
  fields: (t) => ({
    cursor: t.exposeString('cursor'),
    node: t.expose('node', { type: SearchHit }),
  }),
})

const SearchConnection = builder.objectRef<Connection>('SearchHitConnection').implement({
  ...onDepartment,
  fields: (t) => ({
    edges: t.expose('edges', { type: [Edge] }),
    pageInfo: t.expose('pageInfo', {
      type: builder.pageInfoRef(),
      description:
        'Of a very common word a page may end early, even empty, although there is a next one: go on after endCursor.',
    }),
    matches: t.field({
      type: SearchCount,
      description:
        'How many subjects answer, those that are only close left out. Costs a count: ask for it once.',
      resolve: ({ asked }, _args, { search, caller }) => search.count(caller, asked),
    }),
  }),
})

builder.queryField('searchSubjects', (t) =>
  t.field({
    subGraphs: department,
    type: SearchConnection,
    authScopes: { role: 'ENQUIRER' },
    description:
      'Finds organisations (检索) by two or more characters of a name they bear or bore, wherever they stand, by pinyin, initials or these mixed, or by how a number begins (6 characters or more); parts set apart by blanks must all be there. Best first: an equal core, then an equal trade name, then a core that begins so. Where nothing holds what was asked for, and there is no filter: what is written or sounds like it. Persons are found by their number alone, with subject.',
    args: {
      query: t.arg.string({ required: true, description: `At most ${limits.searchCharacters} characters.` }),
      purpose: t.arg.string({
        description: 'What the search is for; kept in the evidence log. Required at the console.',
      }),
      filter: t.arg({ type: Filter }),
      first: t.arg.int({ description: `At most ${limits.pageSize.max}.` }),
      after: t.arg.string(),
    },
    async resolve(_root, args, { search, caller }): Promise<Connection> {
      const filter = {
        division: args.filter?.division ?? null,
        listType: args.filter?.listType ?? null,
        inForceOnly: args.filter?.inForceOnly ?? false,
      }
      const purpose = args.purpose ? purposeText(args.purpose) : null
      const page = { first: pageLimit(args.first ?? limits.pageSize.normal), after: args.after ?? null }
      const { hits, after } = await search.search(caller, { query: args.query, purpose, filter }, page)
      return {
        edges: hits.map((hit) => ({ cursor: hit.cursor, node: hit })),
        pageInfo: {
          hasNextPage: after !== null,
          hasPreviousPage: page.after !== null,
          startCursor: hits[0]?.cursor ?? null,
          endCursor: after ?? hits.at(-1)?.cursor ?? null,
        },
        asked: { query: args.query, filter },
      }
    },
  }),
)
