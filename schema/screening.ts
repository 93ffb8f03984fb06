import type { BindingMeasure as BindingMeasureView } from '../src/enquiries/binding-measures.ts'
import type { ScreeningResult, Screening as ScreeningView } from '../src/enquiries/enquiry-service.ts'
import type { Candidate, Remark as RemarkView } from '../src/enquiries/screening.ts'
import { limits } from '../src/limits.ts'
import { nameScores } from '../src/names/compare-names.ts'
import { builder, department, onDepartment, tellsPosition } from './builder.ts'
import { BusinessMatter, measureClassMeaning } from './catalogue.ts'
import { purposeText } from './input-text.ts'
import { knownAtMeaning, knownAtVersionMeaning, knownOf } from './known-then.ts'
import { NameStructure, nameReasonsMeaning } from './names.ts'
import { Listing, SubjectReference } from './subjects.ts'

const ScreeningOutcome = builder.enumType('ScreeningOutcome', {
  subGraphs: department,
  values: {
    LISTED: {
      description: 'In force on at least one list of dishonesty or attention that the caller may see.',
    },
    CLEAR: {
      description: 'The subject is known and on no such list; listings of the trustworthy are shown.',
    },
    AMBIGUOUS: { description: 'Only candidates: a person has to decide which subject is meant.' },
    UNKNOWN: { description: 'The exchange has no record of such a subject.' },
    INVALID: { description: 'The question cannot be answered as it was asked; see errors.' },
  } as const,
})

const Remark = builder.objectRef<RemarkView>('Remark').implement({
  ...onDepartment,
  fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
})

const CandidateType = builder.objectRef<Candidate>('Candidate').implement({
  ...onDepartment,
  description: 'A subject that may be meant; organisations only.',
  fields: (t) => ({
    name: t.string({ resolve: ({ subject }) => subject.name }),
    uscc: t.string({ nullable: true, resolve: ({ subject }) => subject.uscc }),
    reasons: t.exposeStringList('reasons', {
      description: `SAME_OTHER_NUMBER, SAME_IDENTIFIER; of names ${nameReasonsMeaning}`,
    }),
    score: t.float({
      nullable: true,
      description: `How close the closest of its names is, up to 1; null where a number found it. From ${nameScores.same} on it is likely the same, which a person has to decide all the same.`,
      resolve: ({ closest }) => closest?.score ?? null,
    }),
    closestName: t.string({
      nullable: true,
      description: 'That name, which may be a former one; null where a number found it.',
      resolve: ({ closest }) => closest?.name ?? null,
    }),
    structure: t.field({
      type: NameStructure,
      nullable: true,
      description: 'What that name consists of.',
      resolve: ({ closest }) => closest?.parts ?? null,
    }),
  }),
})

const BindingMeasure = builder.objectRef<BindingMeasureView>('BindingMeasure').implement({
  ...onDepartment,
  description:
    'A joint measure that binds the caller for a subject, in the version in force on the day asked about.',
  fields: (t) => ({
    code: t.string({ resolve: ({ measure }) => measure.code }),
    name: t.string({ resolve: ({ measure }) => measure.name }),
    content: t.string({ resolve: ({ measure }) => measure.content }),
    class: t.string({ description: measureClassMeaning, resolve: ({ measure }) => measure.class }),
    reducesRights: t.boolean({
      description: 'Where false it is no ground to refuse or restrict what the subject has a right to.',
      resolve: ({ measure }) => measure.reducesRights,
    }),
    legalBasis: t.stringList({ resolve: ({ measure }) => measure.legalBasis }),
    matters: t.field({
      type: [BusinessMatter],
      description: 'Empty: all.',
      resolve: ({ measure }) => measure.matters,
    }),
    documentNeeded: t.boolean({
      description: 'Feedback has to name a document.',
      resolve: ({ measure }) => measure.documentNeeded,
    }),
    decisionText: t.string({
      description:
        'For the decision on this subject: its name, its listings with the number of their decision where the caller may know it, and the basis.',
      resolve: (binding) => binding.decisionText(),
    }),
    effectiveFrom: t.field({ type: 'Day', resolve: ({ measure }) => measure.effectiveFrom }),
    effectiveTo: t.field({
      type: 'Day',
      nullable: true,
      resolve: ({ measure }) => measure.effectiveTo,
    }),
    listings: t.field({
      type: [Listing],
      description: 'The listings that trigger it.',
      resolve: (binding) => binding.listings(),
    }),
  }),
})

const Result = builder.objectRef<ScreeningResult>('ScreeningResult').implement({
  ...onDepartment,
  fields: (t) => ({
    ref: t.exposeString('ref', { nullable: true, description: 'As the caller sent it.' }),
    outcome: t.expose('outcome', { type: ScreeningOutcome }),
    subject: t.expose('subject', { type: SubjectReference, nullable: true }),
    listings: t.expose('listings', { type: [Listing], description: 'In force on the day asked about.' }),
    measures: t.field({
      type: [BindingMeasure],
      description:
        'Measures that bind the caller, in the matter asked about; incentives are told by their class.',
      resolve: (result) => result.measures(),
    }),
    candidates: t.expose('candidates', { type: [CandidateType] }),
    warnings: t.expose('warnings', { type: [Remark] }),
    errors: t.expose('errors', { type: [Remark] }),
  }),
})

const Screening = builder.objectRef<ScreeningView>('Screening').implement({
  ...onDepartment,
  fields: (t) => ({
    dataVersion: t.int({
      description: 'Position of the change feed that this answer reflects.',
      resolve: (screening) => screening.dataVersion,
    }),
    asOf: t.expose('asOf', { type: 'Day' }),
    results: t.expose('results', {
      type: [Result],
      description: 'One for each subject, in the order of the request.',
    }),
  }),
})

const ScreenSubjectInput = builder.inputType('ScreenSubjectInput', {
  subGraphs: department,
  fields: (t) => ({
    ref: t.string({ description: "The caller's own number of the line, returned as it is." }),
    identifier: t.string({ description: 'Any identifier; the scheme is told from its form.' }),
    name: t.string({ description: 'With an identifier it is compared; alone it only finds candidates.' }),
    nameThreshold: t.float({
      description: `How close a name has to be to be a candidate, 0 to 1; ${nameScores.shown} where left out. A lower one shows more.`,
    }),
  }),
})

const ScreenInput = builder.inputType('ScreenInput', {
  subGraphs: department,
  fields: (t) => ({
    purpose: t.string({ required: true, description: 'What the answer is for; kept in the evidence log.' }),
    matter: t.field({
      type: BusinessMatter,
      description: 'What is being decided: only measures that bind this matter are told; all where left out.',
    }),
    asOf: t.field({ type: 'Day', description: 'The day the question is about; today where left out.' }),
    knownAt: t.field({ type: 'DateTime', description: knownAtMeaning }),
    knownAtVersion: t.int({ description: knownAtVersionMeaning }),
    subjects: t.field({
      type: [ScreenSubjectInput],
      required: true,
      description: `At most ${limits.subjectsPerScreening}.`,
    }),
  }),
})

builder.queryField('screen', (t) =>
  t.field({
    subGraphs: department,
    type: Screening,
    authScopes: { role: 'ENQUIRER' },
    extensions: tellsPosition,
    description:
      'Screens subjects (核查): who of them is on a list in force, and which measures bind the caller.',
    args: { input: t.arg({ type: ScreenInput, required: true }) },
    async resolve(_root, { input }, { enquiries, caller, reflects }) {
      const screening = await enquiries.screen(caller, {
        purpose: purposeText(input.purpose),
        matter: input.matter ?? null,
        asOf: input.asOf ?? null,
        known: knownOf(input),
        subjects: input.subjects.map(({ ref, identifier, name, nameThreshold }) => ({
          ref: ref ?? null,
          identifier: identifier ?? null,
          name: name ?? null,
          nameThreshold: nameThreshold ?? null,
        })),
      })
      reflects(screening.dataVersion)
      return screening
    },
  }),
)
