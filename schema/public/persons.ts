import { limits } from '../../src/limits.ts'
import {
  type PersonEntries,
  type PersonEntry,
  readAsked,
} from '../../src/publicity/person-enquiry-service.ts'
import { publicBuilder } from './builder.ts'
import { meaning, RecordKind, Source } from './records.ts'

const Entry = publicBuilder.objectRef<PersonEntry>('PersonEntry').implement({
  description:
    'A published entry about a person. It repeats no name and no number: whoever asked knows them.',
  fields: (t) => ({
    kind: t.expose('kind', { type: RecordKind }),
    listType: t.exposeString('listType', { nullable: true }),
    documentNo: t.exposeString('documentNo', { nullable: true }),
    day: t.expose('day', { type: 'Day', description: 'Of the decision, or of listing.' }),
    endsOn: t.expose('endsOn', { type: 'Day', nullable: true }),
    source: t.expose('source', { type: Source }),
    facts: t.exposeString('facts', { nullable: true }),
    decision: t.exposeString('decision', { nullable: true }),
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
    nameBasis: t.exposeString('nameBasis', { description: 'The article by which the name is published.' }),
  }),
})

const Entries = publicBuilder.objectRef<PersonEntries>('PersonEntries').implement({
  description:
    'The same whether the person is unknown, known without published entries, or not of that number.',
  fields: (t) => ({
    asOf: t.expose('asOf', { type: 'Day' }),
    entries: t.expose('entries', { type: [Entry] }),
  }),
})

const { min, max } = limits.personNumberEnding

publicBuilder.queryField('personEntries', (t) =>
  t.field({
    type: Entries,
    description:
      'Published entries about a natural person, for who knows the whole name and the end of the certificate number. By POST only, once in a request, and seldom: see docs/public-api.md.',
    args: {
      name: t.arg.string({ required: true, description: 'The whole name, exactly.' }),
      certificateEnding: t.arg.string({
        required: true,
        description: `The last ${min} to ${max} characters of the number.`,
      }),
    },
    resolve: async (_root, { name, certificateEnding }, { publicity, admitPersonLookup }) => {
      // What is no question about a person is refused without using up look-ups of that name.
      const asked = readAsked(name, certificateEnding)
      await admitPersonLookup(asked.name)
      return publicity.personEntries(asked)
    },
  }),
)
