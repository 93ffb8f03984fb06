import type { ListedSubject } from '../../src/listings/listing-store.ts'
import { type DepartmentEvent, nextEvents } from '../../src/listings/membership-policy.ts'
import { nextTaskActs, type TaskAct } from '../../src/measures/task-policy.ts'
import { mayDo, needsSecondPerson } from '../../src/officers/officer-policy.ts'
import type { CaseAct } from '../../src/remedies/remedy-policy.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import type { Context } from '../context.ts'
import { IdentityProposal } from '../identities.ts'
import { MeasureTask } from '../measure-tasks.ts'
import { listingNumber, ManagedListing } from '../memberships.ts'
import { RemedyCase } from '../remedies.ts'
import { SubjectKind } from '../subjects.ts'
import { consoleSide } from './at-console.ts'
import { askedWith, rootActions } from './root-actions.ts'

/** What work lists show to an officer beside what departments' systems read: what she may do next. */

type Allowed = { mutation: string; choice: string | null; secondPerson: boolean }
const AllowedAction = builder.objectRef<Allowed>('AllowedAction').implement({
  ...onConsole,
  description: 'What the viewer may do next with this, by its state, her department and her roles.',
  fields: (t) => ({
    mutation: t.exposeString('mutation'),
    choice: t.exposeString('choice', {
      nullable: true,
      description: 'The event of changeListing, the decision of decideRemedy, the outcome of reportFeedback.',
    }),
    secondPerson: t.exposeBoolean('secondPerson', {
      description: 'She proposes it (proposeAct) and another person decides.',
    }),
  }),
})

/** Of these the officer's, with whether she only proposes them. `by`: the part of the input from which the action follows. */
function allowedTo(
  context: Context,
  candidates: readonly { mutation: string; choice?: string; by?: string }[],
): Allowed[] {
  const { officer } = consoleSide(context)
  return candidates.flatMap(({ mutation, choice, by }) => {
    const asked = rootActions.Mutation[mutation]
    if (!asked) throw new TypeError(`${mutation} has no action`)
    const action = askedWith(asked, { input: by === undefined ? {} : { [by]: choice } })
    if (!mayDo(officer, action)) return []
    return [{ mutation, choice: choice ?? null, secondPerson: needsSecondPerson(action) }]
  })
}

const caseMutations: Record<CaseAct, string> = {
  ACCEPTED: 'acceptRemedy',
  REFUSED: 'refuseRemedy',
  SENT_TO_PROVIDER: 'sendRemedyToProvider',
  ANSWERED: 'answerRemedy',
  INSPECTION_BEGAN: 'pauseRemedy',
  INSPECTION_ENDED: 'resumeRemedy',
  UPHELD: 'decideRemedy',
  REJECTED: 'decideRemedy',
  GRANTED: 'decideRemedy',
  DENIED: 'decideRemedy',
  WITHDRAWN: 'withdrawRemedy',
}
const caseCandidate = (act: CaseAct) => {
  const mutation = caseMutations[act]
  return mutation === 'decideRemedy' ? { mutation, choice: act, by: 'decision' } : { mutation }
}

const taskCandidates: Record<TaskAct, { mutation: string; choice?: string }> = {
  ACKNOWLEDGED: { mutation: 'respondToTask' },
  IMPLEMENTED: { mutation: 'reportFeedback', choice: 'IMPLEMENTED' },
  NOT_APPLICABLE: { mutation: 'reportFeedback', choice: 'NOT_APPLICABLE' },
  LIFTED: { mutation: 'confirmLifted' },
}

const listingCandidate = (event: DepartmentEvent) => ({
  mutation: 'changeListing',
  choice: event,
  by: 'event',
})

const ListingSubject = builder.objectRef<ListedSubject>('ManagedListingSubject').implement({
  ...onConsole,
  description: 'Whom the membership is about. A person has no number here.',
  fields: (t) => ({
    kind: t.expose('kind', { type: SubjectKind }),
    uscc: t.exposeString('uscc', { nullable: true }),
    name: t.exposeString('name'),
  }),
})

builder.objectFields(RemedyCase, (t) => ({
  allowedActions: t.field({
    subGraphs: consoleOnly,
    type: [AllowedAction],
    resolve: ({ nextActs }, _args, context) => allowedTo(context, nextActs.map(caseCandidate)),
  }),
}))

builder.objectFields(MeasureTask, (t) => ({
  allowedActions: t.field({
    subGraphs: consoleOnly,
    type: [AllowedAction],
    resolve: ({ phase }, _args, context) =>
      allowedTo(
        context,
        nextTaskActs(phase).map((act) => taskCandidates[act]),
      ),
  }),
}))

builder.objectFields(ManagedListing, (t) => ({
  allowedActions: t.field({
    subGraphs: consoleOnly,
    type: [AllowedAction],
    description: 'What else speaks against one, such as the time to object, the act itself tells.',
    resolve: ({ phase }, _args, context) => allowedTo(context, nextEvents(phase).map(listingCandidate)),
  }),
  subject: t.field({
    subGraphs: consoleOnly,
    type: ListingSubject,
    resolve: async ({ id }, _args, { memberships, caller }) => (await memberships.facts(caller, id)).subject,
  }),
  objectUntil: t.field({
    subGraphs: consoleOnly,
    type: 'Day',
    nullable: true,
    description: 'Until then the subject may object to the notice, and no decision is made.',
    resolve: async ({ id }, _args, { memberships, caller }) =>
      (await memberships.facts(caller, id)).objectUntil,
  }),
}))

builder.objectFields(IdentityProposal, (t) => ({
  allowedActions: t.field({
    subGraphs: consoleOnly,
    type: [AllowedAction],
    resolve: ({ verdict }, _args, context) =>
      allowedTo(context, [
        { mutation: 'judgeIdentity' },
        ...(verdict === null ? [] : [{ mutation: 'withdrawJudgement' }]),
      ]),
  }),
}))

builder.queryField('managedListing', (t) =>
  t.field({
    subGraphs: consoleOnly,
    type: ManagedListing,
    nullable: true,
    authScopes: { role: 'PROVIDER' },
    description: 'One membership of the caller’s own in whatever phase, with its history.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, { id }, { memberships, caller }) => memberships.find(caller, listingNumber(id)),
  }),
)
