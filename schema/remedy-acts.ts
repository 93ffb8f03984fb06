import { Refusal as DomainRefusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'
import { decisions } from '../src/remedies/decision.ts'
import { inspectionKinds, outcomes, providerAnswers } from '../src/remedies/remedy.ts'
import type { TargetInput } from '../src/remedies/remedy-intake-service.ts'
import { mayOpen, mayWorkOnCases } from '../src/remedies/remedy-policy.ts'
import type { RemedyReceipt } from '../src/remedies/remedy-receipt-service.ts'
import { builder, department, onDepartment } from './builder.ts'
import type { Context } from './context.ts'
import { requiredText } from './input-text.ts'
import { Refusal, refusable } from './refusal.ts'
import { ApplicantRelation, RemedyKind, RemedyPhase } from './remedies.ts'

/** What departments do with an objection or an application for repair, from taking it in to its end. */

const RemedyChannel = builder.enumType('RemedyChannel', {
  subGraphs: department,
  description: 'By which way a department took it in.',
  values: ['DEPARTMENT', 'CONSOLE'] as const,
})
const ProviderAnswer = builder.enumType('ProviderAnswer', {
  subGraphs: department,
  description: 'What the provider found: the record is right, to be corrected, or should never have been.',
  values: providerAnswers,
})
const InspectionKind = builder.enumType('InspectionKind', {
  subGraphs: department,
  description: '检验检测, 鉴定, 专家评审: its days are not counted (河南省社会信用条例 art. 41).',
  values: inspectionKinds,
})
const RemedyDecision = builder.enumType('RemedyDecision', {
  subGraphs: department,
  description: 'Of an objection UPHELD or REJECTED, of a repair GRANTED or DENIED.',
  values: decisions,
})
const RemedyOutcome = builder.enumType('RemedyOutcome', {
  subGraphs: department,
  description:
    'CORRECT: the provider corrected the record. REMOVE: it was wrongful and ends at once. PLATFORM: a fault of the platform alone.',
  values: outcomes,
})

const Receipt = builder.objectRef<RemedyReceipt>('RemedyReceipt').implement({
  ...onDepartment,
  description: 'What an act came to; repeated with the same id, it is the same.',
  fields: (t) => ({
    code: t.exposeString('code'),
    kind: t.expose('kind', { type: RemedyKind }),
    event: t.exposeString('event'),
    phase: t.expose('phase', { type: RemedyPhase }),
    at: t.expose('at', { type: 'DateTime' }),
  }),
})

const RemedySuccess = builder.objectRef<{ receipt: RemedyReceipt }>('RemedySuccess').implement({
  ...onDepartment,
  fields: (t) => ({ receipt: t.expose('receipt', { type: Receipt }) }),
})

const ApplicantInput = builder.inputType('RemedyApplicantInput', {
  subGraphs: department,
  fields: (t) => ({
    name: t.string({ required: true }),
    contact: t.string({ required: true, description: 'Telephone or address.' }),
    relation: t.field({ type: ApplicantRelation, required: true }),
    documentNo: t.string({ description: 'Of the certificate or power of attorney; kept encrypted.' }),
  }),
})
const PledgeInput = builder.inputType('RemedyPledgeInput', {
  subGraphs: department,
  description: 'The public credit pledge (信用承诺).',
  fields: (t) => ({
    signedOn: t.field({ type: 'Day', required: true }),
    text: t.string({ required: true }),
  }),
})
const OpenRemedyInput = builder.inputType('OpenRemedyInput', {
  subGraphs: department,
  fields: (t) => ({
    openingId: t.string({
      required: true,
      description: 'Chosen by the caller; the same id gives the same result for ever.',
    }),
    kind: t.field({ type: RemedyKind, required: true }),
    dataset: t.string({ description: 'With sourceKey: the record that is meant.' }),
    sourceKey: t.field({
      type: 'JSON',
      description: 'The fields of the dataset’s sourceKey with their values.',
    }),
    listingId: t.id({ description: 'Instead: the listing that rests on it.' }),
    channel: t.field({ type: RemedyChannel, defaultValue: 'DEPARTMENT' }),
    applicant: t.field({ type: ApplicantInput, required: true }),
    grounds: t.string({ required: true, description: `At most ${limits.groundsCharacters} characters.` }),
    pledge: t.field({ type: PledgeInput, description: 'Required for a repair.' }),
    receivedOn: t.field({
      type: 'Day',
      required: true,
      description: 'The day the application came in; the clocks run from it.',
    }),
  }),
})

const actFields = {
  actionId: 'Chosen by the caller; the same id gives the same result for ever.',
  reasons: `At most ${limits.reasonCharacters} characters.`,
}
const RemedyActInput = builder.inputType('RemedyActInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actFields.actionId }),
    code: t.string({ required: true }),
  }),
})
const ReasonedRemedyInput = builder.inputType('ReasonedRemedyInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actFields.actionId }),
    code: t.string({ required: true }),
    reasons: t.string({ required: true, description: actFields.reasons }),
  }),
})
const AnswerRemedyInput = builder.inputType('AnswerRemedyInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actFields.actionId }),
    code: t.string({ required: true }),
    answer: t.field({ type: ProviderAnswer, required: true }),
    reasons: t.string({ required: true, description: actFields.reasons }),
  }),
})
const PauseRemedyInput = builder.inputType('PauseRemedyInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actFields.actionId }),
    code: t.string({ required: true }),
    inspection: t.field({ type: InspectionKind, required: true }),
    reasons: t.string({ required: true, description: actFields.reasons }),
  }),
})
const DecideRemedyInput = builder.inputType('DecideRemedyInput', {
  subGraphs: department,
  fields: (t) => ({
    actionId: t.string({ required: true, description: actFields.actionId }),
    code: t.string({ required: true }),
    decision: t.field({ type: RemedyDecision, required: true }),
    reasons: t.string({ required: true, description: actFields.reasons }),
    documentNo: t.string({ required: true, description: 'The document (文书) that says so.' }),
    outcome: t.field({ type: RemedyOutcome, description: 'Required for UPHELD.' }),
    apology: t.string({
      description: 'Required for REMOVE: the apology (河南省社会信用条例 art. 66).',
    }),
    corrected: t.boolean({
      defaultValue: false,
      description: 'For GRANTED: the determining department declares the conduct corrected.',
    }),
    dutiesPerformed: t.boolean({
      defaultValue: false,
      description: 'For GRANTED: the determining department declares all duties performed.',
    }),
  }),
})

/** A text as people write it, in several lines. */
function prose(name: string, text: string, most: number): string {
  const lines = text.replace(/\r\n?/g, '\n').trim()
  requiredText(name, lines.replaceAll('\n', ' '), most)
  return lines
}

const textOf = (name: string, text: string) => prose(name, text, limits.reasonCharacters)
const acting = (input: { actionId: string; code: string }) => ({
  actionId: requiredText('actionId', input.actionId, limits.batchIdCharacters),
  code: input.code,
})
const reasoned = (input: { actionId: string; code: string; reasons: string }) => ({
  ...acting(input),
  reasons: textOf('reasons', input.reasons),
})

type GivenTarget = {
  dataset?: string | null | undefined
  sourceKey?: unknown
  listingId?: string | null | undefined
}

function targetOf({ dataset, sourceKey, listingId }: GivenTarget): TargetInput {
  if (typeof listingId === 'string' && /^\d{1,15}$/.test(listingId) && !dataset && !sourceKey)
    return { listingId: Number(listingId) }
  if (dataset && isObject(sourceKey) && !listingId) return { dataset, sourceKey }
  throw new DomainRefusal(
    'INPUT_INVALID',
    '须给出 dataset 与 sourceKey，或 listingId (expected dataset and sourceKey, or listingId)',
  )
}

type SourceKey = Extract<TargetInput, { dataset: string }>['sourceKey']
const isObject = (value: unknown): value is SourceKey =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function receiptOf(context: Context, work: () => Promise<RemedyReceipt>) {
  return refusable(context, async () => ({ receipt: await work() }))
}

builder.mutationFields((t) => {
  const act = {
    subGraphs: department,
    type: RemedySuccess,
    authScopes: (_root: object, _args: object, { caller }: Context) => mayWorkOnCases(caller.department),
  }
  const union = (name: string) => ({ types: [Refusal], union: { name, subGraphs: department } })
  return {
    openRemedy: t.field({
      subGraphs: department,
      type: RemedySuccess,
      authScopes: (_root, _args, { caller }) => mayOpen(caller.department),
      description:
        'Takes in an objection or an application for repair; an objection marks the listing as disputed at once.',
      errors: union('OpenRemedyResult'),
      args: { input: t.arg({ type: OpenRemedyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () =>
          context.remedies.open(context.caller, {
            openingId: requiredText('openingId', input.openingId, limits.batchIdCharacters),
            kind: input.kind,
            target: targetOf(input),
            channel: input.channel ?? 'DEPARTMENT',
            applicant: {
              name: requiredText('name', input.applicant.name, limits.nameCharacters),
              contact: requiredText('contact', input.applicant.contact, limits.nameCharacters),
              relation: input.applicant.relation,
              documentNo: input.applicant.documentNo
                ? requiredText('documentNo', input.applicant.documentNo, limits.documentNoCharacters)
                : null,
            },
            grounds: prose('grounds', input.grounds, limits.groundsCharacters),
            pledge: input.pledge
              ? {
                  signedOn: input.pledge.signedOn,
                  text: prose('pledge.text', input.pledge.text, limits.groundsCharacters),
                }
              : null,
            receivedOn: input.receivedOn,
          }),
        ),
    }),
    acceptRemedy: t.field({
      ...act,
      description: 'Accepts it (受理).',
      errors: union('AcceptRemedyResult'),
      args: { input: t.arg({ type: RemedyActInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () => context.remedies.accept(context.caller, acting(input))),
    }),
    refuseRemedy: t.field({
      ...act,
      description: 'Refuses to take it up (不予受理), with reasons.',
      errors: union('RefuseRemedyResult'),
      args: { input: t.arg({ type: ReasonedRemedyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () => context.remedies.refuse(context.caller, reasoned(input))),
    }),
    sendRemedyToProvider: t.field({
      ...act,
      description: 'Sends an objection to the provider of the record, which has its own clock.',
      errors: union('SendRemedyToProviderResult'),
      args: { input: t.arg({ type: RemedyActInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () => context.remedies.sendToProvider(context.caller, acting(input))),
    }),
    answerRemedy: t.field({
      ...act,
      description: 'The provider answers what it found; the decision must follow it.',
      errors: union('AnswerRemedyResult'),
      args: { input: t.arg({ type: AnswerRemedyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () =>
          context.remedies.answer(context.caller, { ...reasoned(input), answer: input.answer }),
        ),
    }),
    pauseRemedy: t.field({
      ...act,
      description: 'An inspection, appraisal or expert review begins: its days are not counted.',
      errors: union('PauseRemedyResult'),
      args: { input: t.arg({ type: PauseRemedyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () =>
          context.remedies.pause(context.caller, { ...reasoned(input), inspection: input.inspection }),
        ),
    }),
    resumeRemedy: t.field({
      ...act,
      description: 'The inspection ended: days count again from tomorrow on.',
      errors: union('ResumeRemedyResult'),
      args: { input: t.arg({ type: RemedyActInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () => context.remedies.resume(context.caller, acting(input))),
    }),
    decideRemedy: t.field({
      ...act,
      description:
        'Decides it, with all its effects at once. A repair lifts measures, ends publication and stops sharing.',
      errors: union('DecideRemedyResult'),
      args: { input: t.arg({ type: DecideRemedyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () =>
          context.remedies.decide(context.caller, {
            ...reasoned(input),
            decision: input.decision,
            documentNo: requiredText('documentNo', input.documentNo, limits.documentNoCharacters),
            outcome: input.outcome ?? null,
            apology: input.apology ? prose('apology', input.apology, limits.groundsCharacters) : null,
            corrected: input.corrected ?? false,
            dutiesPerformed: input.dutiesPerformed ?? false,
          }),
        ),
    }),
    withdrawRemedy: t.field({
      ...act,
      authScopes: (_root, _args, { caller }) => mayOpen(caller.department),
      description: 'The applicant withdraws it, through the department that took it in or the credit office.',
      errors: union('WithdrawRemedyResult'),
      args: { input: t.arg({ type: ReasonedRemedyInput, required: true }) },
      resolve: (_root, { input }, context) =>
        receiptOf(context, () => context.remedies.withdraw(context.caller, reasoned(input))),
    }),
  }
})
