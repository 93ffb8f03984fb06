import { doubtfulNumberDecisions } from '../src/identities/doubtful-number.ts'
import type { StoredNumberDecision } from '../src/identities/doubtful-number-store.ts'
import type { IdentityProposalInput, JudgementEvent } from '../src/identities/identity-service.ts'
import type {
  ProposedSubject as ProposedSubjectView,
  StoredIdentityEvent,
  StoredProposal,
} from '../src/identities/identity-store.ts'
import { grounds, type IdentityEvent, verdicts } from '../src/identities/judgement.ts'
import { Refusal as DomainRefusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import { builder, department, onDepartment } from './builder.ts'
import { requiredText } from './input-text.ts'
import { connectionTypes, paged } from './paging.ts'
import { Refusal, refusable } from './refusal.ts'
import { IdentifierScheme, SubjectKind } from './subjects.ts'

const IdentityVerdict = builder.enumType('IdentityVerdict', {
  subGraphs: department,
  description: '同一、不同、存疑.',
  values: verdicts,
})
const IdentityState = builder.enumType('IdentityState', {
  subGraphs: department,
  description: 'OPEN: not judged, or the judgement was withdrawn.',
  values: ['OPEN', ...verdicts] as const,
})
const IdentityGround = builder.enumType('IdentityGround', {
  subGraphs: department,
  description:
    'Why two numbers are of one subject. Of organisations only NUMBER_REPLACED, by a document of the registrar, and NUMBER_MISTYPED, where one of the codes fails its check (河南省社会信用条例第十六条).',
  values: grounds,
})
const DoubtfulNumberDecision = builder.enumType('DoubtfulNumberDecision', {
  subGraphs: department,
  values: doubtfulNumberDecisions,
})

const ProposedSubject = builder.objectRef<ProposedSubjectView>('ProposedSubject').implement({
  ...onDepartment,
  description: 'One of the two, as it was reported. A person has no number here.',
  fields: (t) => ({
    uscc: t.exposeString('uscc', { nullable: true }),
    name: t.exposeString('name'),
    schemes: t.expose('schemes', {
      type: [IdentifierScheme],
      description: 'Kinds of its numbers beside the code.',
    }),
  }),
})

const IdentityEventType = builder.objectRef<StoredIdentityEvent>('IdentityEvent').implement({
  ...onDepartment,
  fields: (t) => ({
    type: t.string({
      description: 'PROPOSED, JUDGED or WITHDRAWN.',
      resolve: ({ event }) => event.type,
    }),
    at: t.expose('recordedAt', { type: 'DateTime' }),
    by: t.exposeString('by', { description: 'The department, the administrator, or EXCHANGE.' }),
    suspicion: t.string({
      nullable: true,
      description: 'Of a proposal: REPORTED, SAME_NAME_DOUBTFUL_CODE, SAME_OTHER_NUMBER or LEGACY_NUMBER.',
      resolve: ({ event }) => (event.type === 'PROPOSED' ? event.suspicion : null),
    }),
    verdict: t.field({
      type: IdentityVerdict,
      nullable: true,
      resolve: ({ event }) => judged(event)?.verdict ?? null,
    }),
    ground: t.field({
      type: IdentityGround,
      nullable: true,
      resolve: ({ event }) => judged(event)?.ground ?? null,
    }),
    documentNo: t.string({ nullable: true, resolve: ({ event }) => judged(event)?.documentNo ?? null }),
    reason: t.string({ nullable: true, resolve: ({ event }) => event.reason }),
  }),
})

const judged = (event: IdentityEvent) => (event.type === 'JUDGED' ? event : null)

export const IdentityProposal = builder.objectRef<StoredProposal>('IdentityProposal').implement({
  ...onDepartment,
  description: 'Two subjects that may be one (疑似同一主体), and what was judged.',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.expose('kind', { type: SubjectKind }),
    subjects: t.expose('subjects', { type: [ProposedSubject] }),
    verdict: t.expose('verdict', {
      type: IdentityVerdict,
      nullable: true,
      description: 'The one that stands; null: none does.',
    }),
    events: t.expose('events', { type: [IdentityEventType] }),
  }),
})

const DoubtfulNumber = builder.objectRef<StoredNumberDecision>('DoubtfulNumber').implement({
  ...onDepartment,
  description: 'What is decided on a number with a wrong check character (校验码例外).',
  fields: (t) => ({
    scheme: t.exposeString('scheme'),
    uscc: t.exposeString('uscc', { nullable: true, description: 'Null for the number of a person.' }),
    decision: t.expose('decision', { type: DoubtfulNumberDecision }),
    reason: t.exposeString('reason'),
    by: t.exposeString('by'),
    at: t.expose('recordedAt', { type: 'DateTime' }),
  }),
})

const ProposalSuccess = (name: string) =>
  builder.objectRef<{ proposal: StoredProposal }>(name).implement({
    ...onDepartment,
    fields: (t) => ({ proposal: t.expose('proposal', { type: IdentityProposal }) }),
  })
const DoubtfulNumberSuccess = builder
  .objectRef<{ number: StoredNumberDecision }>('DecideDoubtfulNumberSuccess')
  .implement({
    ...onDepartment,
    fields: (t) => ({ number: t.expose('number', { type: DoubtfulNumber }) }),
  })

const actionId = 'Chosen by the caller; the same id gives the same result for ever.'
const SubjectNumberInput = builder.inputType('SubjectNumberInput', {
  subGraphs: department,
  fields: (t) => ({
    identifier: t.string({ required: true }),
    scheme: t.field({ type: IdentifierScheme, description: 'Where the form alone does not tell it.' }),
  }),
})
const ProposeIdentityInput = builder.inputType('ProposeIdentityInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actionId }),
    one: t.field({ type: SubjectNumberInput, required: true }),
    other: t.field({ type: SubjectNumberInput, required: true }),
    reason: t.string({ required: true }),
  }),
})
const JudgeIdentityInput = builder.inputType('JudgeIdentityInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actionId }),
    proposalId: t.id({ required: true }),
    verdict: t.field({ type: IdentityVerdict, required: true }),
    ground: t.field({ type: IdentityGround, description: 'Required for SAME, and only there.' }),
    documentNo: t.string({ description: 'Required for NUMBER_REPLACED.' }),
    reason: t.string({ required: true }),
  }),
})
const WithdrawJudgementInput = builder.inputType('WithdrawJudgementInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actionId }),
    proposalId: t.id({ required: true }),
    reason: t.string({ required: true }),
  }),
})
const DecideDoubtfulNumberInput = builder.inputType('DecideDoubtfulNumberInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actionId }),
    identifier: t.string({ required: true }),
    scheme: t.field({ type: IdentifierScheme, description: 'Where the form alone does not tell it.' }),
    decision: t.field({ type: DoubtfulNumberDecision, required: true }),
    reason: t.string({ required: true }),
  }),
})

const readActionId = (id: string) => requiredText('actionId', id, limits.batchIdCharacters)
const readReason = (reason: string) => requiredText('reason', reason, limits.reasonCharacters)

function readProposalId(id: string | number): number {
  if (/^\d{1,15}$/.test(String(id))) return Number(id)
  throw new DomainRefusal('INPUT_INVALID', 'proposalId 须为编号 (proposalId: expected a number)')
}

type GivenNumber = { identifier: string; scheme?: IdentityProposalInput['one']['scheme'] | undefined }
const readNumber = ({ identifier, scheme }: GivenNumber) => ({ identifier, scheme: scheme ?? null })

const judgement = (
  verdict: Extract<JudgementEvent, { type: 'JUDGED' }>['verdict'],
  given: { ground?: (typeof grounds)[number] | null | undefined; documentNo?: string | null | undefined },
  reason: string,
): JudgementEvent => ({
  type: 'JUDGED',
  verdict,
  ground: given.ground ?? null,
  documentNo:
    given.documentNo === null || given.documentNo === undefined || given.documentNo.trim() === ''
      ? null
      : requiredText('documentNo', given.documentNo, limits.documentNoCharacters),
  reason: readReason(reason),
})

builder.queryField('identityProposals', (t) =>
  t.connection(
    {
      subGraphs: department,
      type: IdentityProposal,
      description:
        'Pairs of subjects that may be one, in the order of their making: of organisations for their registrar, of persons for the credit office, and for everybody what it proposed itself.',
      args: { kind: t.arg({ type: SubjectKind }), state: t.arg({ type: IdentityState }) },
      resolve: (_root, args, { identities, caller }) =>
        paged(
          args,
          ({ id }: StoredProposal) => id,
          (page) => identities.page(caller, { kind: args.kind ?? null, state: args.state ?? null }, page),
        ),
    },
    ...connectionTypes,
  ),
)

builder.mutationFields((t) => {
  const union = (name: string) => ({ types: [Refusal], union: { name, subGraphs: department } })
  return {
    proposeIdentity: t.field({
      subGraphs: department,
      type: ProposalSuccess('ProposeIdentitySuccess'),
      description: 'Asks whether two subjects are one. Nothing changes until it is judged.',
      errors: union('ProposeIdentityResult'),
      args: { input: t.arg({ type: ProposeIdentityInput, required: true }) },
      resolve: (_root, { input }, context) =>
        refusable(context, async () => ({
          proposal: await context.identities.propose(context.caller, {
            actionId: readActionId(input.actionId),
            one: readNumber(input.one),
            other: readNumber(input.other),
            reason: readReason(input.reason),
          }),
        })),
    }),
    judgeIdentity: t.field({
      subGraphs: department,
      type: ProposalSuccess('JudgeIdentitySuccess'),
      description:
        'Judges whether two subjects are one; a later judgement takes the place of an earlier one. The same through others counts. Records and listings stay where they are and are found under every number of the subject.',
      errors: union('JudgeIdentityResult'),
      args: { input: t.arg({ type: JudgeIdentityInput, required: true }) },
      resolve: (_root, { input }, context) =>
        refusable(context, async () => ({
          proposal: await context.identities.judge(context.caller, {
            actionId: readActionId(input.actionId),
            proposalId: readProposalId(input.proposalId),
            event: judgement(input.verdict, input, input.reason),
          }),
        })),
    }),
    withdrawJudgement: t.field({
      subGraphs: department,
      type: ProposalSuccess('WithdrawJudgementSuccess'),
      description: 'Withdraws the judgement that stands; what it merged is apart again.',
      errors: union('WithdrawJudgementResult'),
      args: { input: t.arg({ type: WithdrawJudgementInput, required: true }) },
      resolve: (_root, { input }, context) =>
        refusable(context, async () => ({
          proposal: await context.identities.judge(context.caller, {
            actionId: readActionId(input.actionId),
            proposalId: readProposalId(input.proposalId),
            event: { type: 'WITHDRAWN', reason: readReason(input.reason) },
          }),
        })),
    }),
    decideDoubtfulNumber: t.field({
      subGraphs: department,
      type: DoubtfulNumberSuccess,
      description:
        'Accepts a number whose check character is wrong, or withdraws that. From then on rows with it are taken, or held again; rows that are held already stay so.',
      errors: union('DecideDoubtfulNumberResult'),
      args: { input: t.arg({ type: DecideDoubtfulNumberInput, required: true }) },
      resolve: (_root, { input }, context) =>
        refusable(context, async () => ({
          number: await context.doubtfulNumbers.decide(context.caller, {
            actionId: readActionId(input.actionId),
            ...readNumber(input),
            decision: input.decision,
            reason: readReason(input.reason),
          }),
        })),
    }),
  }
})
