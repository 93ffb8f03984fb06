import { coerceInputValue, execute, type GraphQLFieldMap, type GraphQLResolveInfo, parse } from 'graphql'
import { type ActOperation, actOperations, actStates } from '../../src/acts/pending-act.ts'
import type { PendingActView } from '../../src/acts/pending-act-service.ts'
import type { Json } from '../../src/kernel/canonical-json.ts'
import { limits } from '../../src/limits.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import type { Context } from '../context.ts'
import { requiredText, unnumberedText } from '../input-text.ts'
import { paged } from '../paging.ts'
import { Refusal, refusable } from '../refusal.ts'
import { targetOf } from './act-targets.ts'
import { consoleSide } from './at-console.ts'
import { OfficerReference } from './officers.ts'
import { askedWith, rootActions } from './root-actions.ts'

/** Acts that two persons do (双人复核): one proposes, another of her department decides, and then it happens, once. */

/** The mutation that each operation is. */
const mutations: Record<ActOperation, string> = {
  CHANGE_LISTING: 'changeListing',
  DECIDE_REMEDY: 'decideRemedy',
  CONFIRM_LIFTED: 'confirmLifted',
  WITHDRAW_RECORD: 'withdrawRecord',
  SUPERSEDE_RECORD: 'supersedeRecord',
  CORRECT_RECORD: 'correctRecord',
  JUDGE_IDENTITY: 'judgeIdentity',
  WITHDRAW_JUDGEMENT: 'withdrawJudgement',
}

const Operation = builder.enumType('ActOperation', {
  subGraphs: consoleOnly,
  description: `The mutation that is proposed: ${actOperations.map((name) => `${name} ${mutations[name]}`).join(', ')}.`,
  values: actOperations,
})
const State = builder.enumType('ActState', { subGraphs: consoleOnly, values: actStates })
const Filter = builder.enumType('ActFilter', {
  subGraphs: consoleOnly,
  values: { WAITING: { description: 'For a second person.' }, OVER: {}, ALL: {} } as const,
})
const Decision = builder.enumType('ActDecision', {
  subGraphs: consoleOnly,
  values: {
    APPROVE: { description: 'It happens now, in the name of the department.' },
    REJECT: {},
    WITHDRAW: { description: 'By who proposed it.' },
  } as const,
})

type Fact = { name: string; value: string }
const SummaryFact = builder.objectRef<Fact>('ActFact').implement({
  ...onConsole,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Of the input, e.g. event, reason, sourceKey.caseNo.' }),
    value: t.exposeString('value'),
  }),
})

const PendingAct = builder.objectRef<PendingActView>('PendingAct').implement({
  ...onConsole,
  description: 'An act that waits for a second person, or did.',
  fields: (t) => ({
    id: t.exposeID('id'),
    operation: t.expose('operation', { type: Operation }),
    state: t.expose('state', { type: State }),
    note: t.string({
      nullable: true,
      description: 'Null where the summary is.',
      resolve: ({ contents }) => contents?.note ?? null,
    }),
    summary: t.field({
      type: [SummaryFact],
      nullable: true,
      description: `Everything that would happen, as it was written; null: it was changed where it lies, is of another county, or erased, ${limits.decidedActDays} days after its end.`,
      resolve: ({ contents }) => (contents ? facts('', contents.variables.input ?? null) : null),
    }),
    target: t.field({
      type: [SummaryFact],
      nullable: true,
      description:
        'What it is about, as it was when it was proposed. Where that has changed since, approving is refused: ACT_TARGET_CHANGED.',
      resolve: ({ contents }) => (contents ? facts('', contents.target.facts) : null),
    }),
    variables: t.field({
      type: 'JSON',
      nullable: true,
      resolve: ({ contents }) => contents?.variables ?? null,
    }),
    proposedBy: t.expose('proposedBy', { type: OfficerReference }),
    proposedAt: t.expose('proposedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    decidedBy: t.expose('decidedBy', { type: OfficerReference, nullable: true }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true }),
    reason: t.exposeString('reason', { nullable: true }),
    mayDecide: t.exposeBoolean('mayDecide', { description: 'The viewer may be the second person.' }),
    mayWithdraw: t.exposeBoolean('mayWithdraw'),
  }),
})

function facts(name: string, value: Json): Fact[] {
  if (value === null) return []
  if (typeof value !== 'object') return [{ name, value: String(value) }]
  const entries = Array.isArray(value)
    ? value.map((each, at) => [String(at), each] as const)
    : Object.entries(value)
  return entries.flatMap(([key, inner]) => facts(name === '' ? key : `${name}.${key}`, inner))
}

const ActSuccess = (name: string) =>
  builder.objectRef<{ act: PendingActView }>(name).implement({
    ...onConsole,
    fields: (t) => ({ act: t.expose('act', { type: PendingAct }) }),
  })

const ProposeActInput = builder.inputType('ProposeActInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    id: t.string({
      required: true,
      description: 'Chosen by the caller; the same id gives the same act for ever.',
    }),
    operation: t.field({ type: Operation, required: true }),
    variables: t.field({
      type: 'JSON',
      required: true,
      description: 'Of the mutation: {"input": {…}}, by its own input type.',
    }),
    note: t.string({ required: true, description: 'For the second person.' }),
  }),
})
const DecideActInput = builder.inputType('DecideActInput', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    id: t.id({ required: true }),
    decision: t.field({ type: Decision, required: true }),
    reason: t.string({ description: 'Required for REJECT and WITHDRAW.' }),
  }),
})

builder.queryField('pendingActs', (t) =>
  t.connection(
    {
      subGraphs: consoleOnly,
      type: PendingAct,
      description: `Of the viewer’s department, latest first, at most ${limits.pendingActsPerPage} at once.`,
      args: { filter: t.arg({ type: Filter, defaultValue: 'WAITING' }) },
      resolve: (_root, args, context) => {
        const { pendingActs, officer } = consoleSide(context)
        const waiting = { WAITING: true, OVER: false, ALL: null }[args.filter ?? 'WAITING']
        return paged(
          args,
          ({ id }: PendingActView) => id,
          (page) => pendingActs.page(officer, { waiting }, page),
          limits.pendingActsPerPage,
        )
      },
    },
    onConsole,
    onConsole,
  ),
)

builder.mutationFields((t) => {
  const result = (name: string) => ({ types: [Refusal], union: { name, subGraphs: consoleOnly } })
  return {
    proposeAct: t.field({
      subGraphs: consoleOnly,
      type: ActSuccess('ProposeActSuccess'),
      description: `Proposes an act; another person of the department decides within ${limits.pendingActDays} days.`,
      errors: result('ProposeActResult'),
      args: { input: t.arg({ type: ProposeActInput, required: true }) },
      resolve: (_root, { input }, context, info) =>
        refusable(context, async () => {
          const { officer, pendingActs } = consoleSide(context)
          const { operation } = input
          const { mutation, variables, args } = readOperation(info, operation, input.variables)
          return {
            act: await pendingActs.propose(
              { officer, caller: context.caller },
              {
                proposalId: requiredText('id', input.id, limits.batchIdCharacters),
                operation,
                action: askedWith(askedOf(mutation), args),
                variables,
                target: targetOf(operation, args.input),
                note: unnumberedText('note', input.note, limits.reasonCharacters),
              },
            ),
          }
        }),
    }),
    decideAct: t.field({
      subGraphs: consoleOnly,
      type: ActSuccess('DecideActSuccess'),
      description:
        'Decides an act. APPROVE lets it happen in the name of the department; what the rules refuse then is the answer, and the act goes on waiting.',
      errors: result('DecideActResult'),
      args: { input: t.arg({ type: DecideActInput, required: true }) },
      resolve: (_root, { input }, context, info) =>
        refusable(context, async () => {
          const { officer, pendingActs } = consoleSide(context)
          const id = actId(input.id)
          const reason = (text: string | null | undefined) =>
            unnumberedText('reason', text ?? '', limits.reasonCharacters)
          const asking = { officer, caller: context.caller }
          switch (input.decision) {
            case 'REJECT':
              return { act: await pendingActs.end(asking, id, 'REJECTED', reason(input.reason)) }
            case 'WITHDRAW':
              return { act: await pendingActs.end(asking, id, 'WITHDRAWN', reason(input.reason)) }
            case 'APPROVE':
              await approve(context, info, id, input.reason ? reason(input.reason) : null)
              return { act: await pendingActs.find(officer, id) }
          }
        }),
    }),
  }
})

/** Runs what was proposed, as it was proposed. The act is decided in the transaction of what it does, or not at all. */
async function approve(
  context: Context,
  info: GraphQLResolveInfo,
  id: number,
  reason: string | null,
): Promise<void> {
  const side = consoleSide(context)
  const act = await side.pendingActs.decidable(side.officer, id)
  const { mutation, document, variables, args } = readOperation(info, act.operation, act.contents.variables)
  const action = askedWith(askedOf(mutation), args)
  const deciding = side.pendingActs.deciding(side.officer, act, {
    action,
    mutation,
    target: targetOf(act.operation, args.input),
    reason,
  })
  const caller = side.decidingCaller(deciding)
  const { data, errors } = await execute({
    schema: info.schema,
    document,
    variableValues: variables,
    contextValue: { ...context, caller, console: { ...side, secondPerson: { action } } },
  })
  if (errors?.[0]) throw errors[0].originalError ?? errors[0]
  const answer = data?.done as
    | { code?: string; message?: string; legalBasis?: string | null }
    | null
    | undefined
  if (answer?.code !== undefined)
    throw new Refusal(answer.code as Refusal['code'], answer.message ?? '', answer.legalBasis ?? null)
}

/** The operation as a document of its own, with what its input type makes of the variables. */
function readOperation({ schema }: GraphQLResolveInfo, operation: ActOperation, given: unknown) {
  const mutation = mutations[operation]
  const fields: GraphQLFieldMap<unknown, unknown> = schema.getMutationType()?.getFields() ?? {}
  const [argument] = fields[mutation]?.args ?? []
  if (!argument) throw new TypeError(`${mutation} has no input`)
  const document = parse(
    `mutation ($input: ${argument.type}) { done: ${mutation}(input: $input) { __typename ... on Refusal { code message legalBasis } } }`,
    { noLocation: true },
  )
  const variables = isObject(given) ? given : {}
  const faults = Object.keys(variables).filter((name) => name !== 'input')
  const input: unknown = coerceInputValue(variables.input, argument.type, (path, value, { message }) => {
    // What graphql-js says of an object names its fields; of anything else it quotes the value, which no refusal does.
    faults.push(['input', ...path].join('.') + (isObject(value) ? ` ${message}` : ''))
  })
  if (faults.length > 0)
    throw new Refusal(
      'INPUT_INVALID',
      `variables 不符合该操作 (variables do not fit the operation): ${faults.join('; ')}`,
    )
  return { mutation, document, variables, args: { input } }
}

function askedOf(mutation: string) {
  const asked = rootActions.Mutation[mutation]
  if (!asked) throw new TypeError(`${mutation} has no action`)
  return asked
}

function actId(id: string | number): number {
  if (/^\d{1,15}$/.test(String(id))) return Number(id)
  throw new Refusal('ACT_NOT_FOUND', '没有此待复核事项 (no such act of your department)')
}

const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
