import { type FoundOrganisation, searchTypes } from '../../src/publicity/organisation-search.ts'
import {
  type PublicSubject,
  type SubjectGroup,
  subjectGroups,
} from '../../src/publicity/public-reading-service.ts'
import { publicBuilder } from './builder.ts'
import { connectionOf, pageArguments, pageRequest } from './paging.ts'
import { Record, RecordConnection } from './records.ts'

const Group = publicBuilder.enumType('SubjectGroup', {
  description: '行政许可, 行政处罚, 守信名单, 重点关注名单, 严重失信主体名单（含联合惩戒对象）.',
  values: subjectGroups,
})

const GroupCount = publicBuilder.objectRef<{ group: SubjectGroup; records: number }>('GroupCount').implement({
  fields: (t) => ({ group: t.expose('group', { type: Group }), records: t.exposeInt('records') }),
})

const Subject = publicBuilder.objectRef<PublicSubject>('Subject').implement({
  description: 'An organisation of which something is published (信用主体).',
  fields: (t) => ({
    uscc: t.exposeString('uscc'),
    name: t.exposeString('name'),
    updatedOn: t.expose('updatedOn', { type: 'Day', description: 'Of all its published records.' }),
    basic: t.expose('basic', { type: [Record], description: 'Basic information (基础信息).' }),
    counts: t.expose('counts', { type: [GroupCount] }),
    records: t.field({
      type: RecordConnection,
      description: 'The latest first.',
      args: { group: t.arg({ type: Group, required: true }), ...pageArguments },
      resolve: ({ uscc }, { group, ...page }, { publicity }) =>
        connectionOf(publicity.ofSubject(uscc, group, pageRequest(page))),
    }),
  }),
})

const SearchType = publicBuilder.enumType('SearchType', {
  description: 'What must be published of an organisation that is found.',
  values: searchTypes,
})

const Found = publicBuilder.objectRef<FoundOrganisation>('FoundSubject').implement({
  fields: (t) => ({
    uscc: t.exposeString('uscc'),
    name: t.exposeString('name'),
    adverse: t.exposeInt('adverse', { description: 'Entries on lists of dishonesty and attention.' }),
    trustworthy: t.exposeInt('trustworthy'),
    penalties: t.exposeInt('penalties'),
    licences: t.exposeInt('licences'),
  }),
})
const FoundConnection = publicBuilder.connectionObject({ type: Found, name: 'FoundSubjectConnection' })

publicBuilder.queryFields((t) => ({
  subject: t.field({
    type: Subject,
    nullable: true,
    description: 'One organisation by its unified social credit code; null: nothing is published of it.',
    args: { uscc: t.arg.string({ required: true }) },
    resolve: (_root, { uscc }, { publicity }) => publicity.subject(uscc),
  }),
  searchSubjects: t.field({
    type: FoundConnection,
    description:
      'Organisations by a part of the name or the beginning of the code, two characters at least; the whole name first.',
    args: {
      query: t.arg.string({ required: true }),
      type: t.arg({ type: SearchType, required: true, defaultValue: 'ANY' }),
      ...pageArguments,
    },
    resolve: (_root, { query, type, ...page }, { publicity }) =>
      connectionOf(publicity.search({ text: query, type }, pageRequest(page))),
  }),
}))
