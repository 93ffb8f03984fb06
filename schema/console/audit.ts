import type { AuditQuestion, EntryProof, ProofState } from '../../src/audit/audit-service.ts'
import type { AuditEntry, OfficerActEntry, TraceEntry } from '../../src/audit/audit-store.ts'
import { limits } from '../../src/limits.ts'
import { builder, consoleOnly, onConsole } from '../builder.ts'
import type { Context } from '../context.ts'
import { requiredText } from '../input-text.ts'
import { paged } from '../paging.ts'
import { IdentifierScheme } from '../subjects.ts'
import { consoleSide } from './at-console.ts'
import { exportOf } from './audit-export.ts'
import { OfficerReference } from './officers.ts'

/** Who asked what and why, of all departments, with the proof that nothing of it was changed since. */

const ProofStateType = builder.enumType('ProofState', {
  subGraphs: consoleOnly,
  values: {
    WAITING: { description: 'No checkpoint covers the entry yet.' },
    SIGNED: { description: 'A signed head of the log covers it.' },
    WITNESSED: { description: 'One that a witness signed too.' },
  } as const satisfies Record<ProofState, object>,
})
const OutcomeFilter = builder.enumType('AuditOutcome', {
  subGraphs: consoleOnly,
  values: ['ANY', 'OK', 'REFUSED'] as const,
})

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const Proof = builder.objectRef<EntryProof>('AuditProof').implement({
  ...onConsole,
  description: 'The proof that the entry is in the log (RFC 9162), to be checked by anyone.',
  fields: (t) => ({
    leaf: t.exposeString('leaf'),
    checkpoint: t.exposeString('checkpoint'),
    treeSize: t.exposeInt('treeSize'),
    inclusionProof: t.stringList({ resolve: ({ inclusionProof }) => inclusionProof.map(base64) }),
    verified: t.exposeBoolean('verified', {
      description: 'Reckoned now: the leaf leads to the root that was signed.',
    }),
  }),
})

type Entry = AuditEntry & { proof: ProofState }
const AuditEntryType = builder.objectRef<Entry>('AuditEntry').implement({
  ...onConsole,
  description: 'One exchange as the log keeps it. It names no subject.',
  fields: (t) => ({
    logIndex: t.exposeInt('logIndex'),
    at: t.expose('at', { type: 'DateTime' }),
    department: t.exposeString('department'),
    kid: t.exposeString('kid', { description: 'The key of a system, or officer:<id>.' }),
    officer: t.expose('officer', { type: OfficerReference, nullable: true }),
    jti: t.exposeString('jti'),
    operation: t.exposeString('operation', { nullable: true }),
    purpose: t.exposeString('purpose', { nullable: true }),
    outcome: t.exposeString('outcome', { description: 'OK, or the code of the refusal.' }),
    status: t.exposeInt('status'),
    subjects: t.exposeInt('subjects', { nullable: true, description: 'How many it asked about.' }),
    proofState: t.expose('proof', { type: ProofStateType }),
    proof: t.field({
      type: Proof,
      nullable: true,
      resolve: (entry, _args, context) => consoleSide(context).audit.proofOf(entry),
    }),
  }),
})

const OfficerActType = builder.objectRef<OfficerActEntry>('OfficerAct').implement({
  ...onConsole,
  description: 'What an officer changed at the console.',
  fields: (t) => ({
    id: t.exposeID('id'),
    at: t.expose('at', { type: 'DateTime' }),
    officer: t.expose('officer', { type: OfficerReference }),
    department: t.exposeString('department'),
    operation: t.exposeString('operation'),
    sessionId: t.exposeString('sessionId'),
    logIndex: t.exposeInt('logIndex', { nullable: true, description: 'Its entry of the log.' }),
    pendingActId: t.exposeID('pendingActId', {
      nullable: true,
      description: 'What she let happen as the second person.',
    }),
  }),
})

const Trace = builder.objectRef<TraceEntry>('TraceEntry').implement({
  ...onConsole,
  fields: (t) => ({
    id: t.exposeID('id'),
    at: t.expose('at', { type: 'DateTime' }),
    actor: t.exposeString('actor'),
    action: t.exposeString('action'),
    target: t.exposeString('target', { nullable: true, description: 'Of a sign-in, the address.' }),
    facts: t.field({ type: 'JSON', resolve: ({ facts }) => facts }),
  }),
})

const Filter = builder.inputType('AuditFilter', {
  subGraphs: consoleOnly,
  fields: (t) => ({
    department: t.string(),
    officerId: t.id(),
    subject: t.string({ description: 'Its number; that you looked for it is logged as well.' }),
    scheme: t.field({ type: IdentifierScheme }),
    operation: t.string({ description: 'How it begins, e.g. query screen.' }),
    outcome: t.field({ type: OutcomeFilter, defaultValue: 'ANY' }),
    from: t.field({ type: 'Day' }),
    to: t.field({ type: 'Day', description: 'Included.' }),
  }),
})

type Given = typeof Filter.$inferInput | null | undefined
const questionOf = (given: Given): AuditQuestion => ({
  department: given?.department ?? null,
  officerId: given?.officerId == null ? null : String(given.officerId),
  subject: given?.subject
    ? {
        identifier: requiredText('subject', given.subject, limits.nameCharacters),
        scheme: given.scheme ?? null,
      }
    : null,
  operation: given?.operation ?? null,
  outcome: given?.outcome ?? 'ANY',
  from: given?.from ?? null,
  to: given?.to ?? null,
})

const Export = builder.objectRef<{ csv: string; rows: number; complete: boolean }>('AuditExport').implement({
  ...onConsole,
  fields: (t) => ({
    csv: t.exposeString('csv', { description: 'With a mark, so that a spreadsheet reads it as UTF-8.' }),
    rows: t.exposeInt('rows'),
    complete: t.exposeBoolean('complete', {
      description: `False: there are more than ${limits.auditExportRows}; narrow the question.`,
    }),
  }),
})

const idOf = ({ id }: { id: number }) => id
const connection = [onConsole, onConsole] as const
const lookingThrough = (context: Context) => consoleSide(context).audit

builder.queryFields((t) => {
  const args = { filter: t.arg({ type: Filter }) }
  return {
    auditEntries: t.connection(
      {
        subGraphs: consoleOnly,
        type: AuditEntryType,
        description: 'The log, newest first.',
        args,
        resolve: (_root, given, context) =>
          paged(
            given,
            ({ logIndex }: Entry) => logIndex,
            (page) => lookingThrough(context).entries(context.caller, questionOf(given.filter), page),
          ),
      },
      ...connection,
    ),
    auditExport: t.field({
      subGraphs: consoleOnly,
      type: Export,
      description: 'The same as a table.',
      args,
      resolve: (_root, { filter }, context) =>
        exportOf((page) => lookingThrough(context).entries(context.caller, questionOf(filter), page)),
    }),
    officerActs: t.connection(
      {
        subGraphs: consoleOnly,
        type: OfficerActType,
        description: 'What officers changed, newest first; filtered by department, officer and days.',
        args,
        resolve: (_root, given, context) =>
          paged(given, idOf, (page) => lookingThrough(context).officerActs(questionOf(given.filter), page)),
      },
      ...connection,
    ),
    administrationEvents: t.connection(
      {
        subGraphs: consoleOnly,
        type: Trace,
        description: 'What administrators did, newest first; filtered by officer and days.',
        args,
        resolve: (_root, given, context) =>
          paged(given, idOf, (page) =>
            lookingThrough(context).administration(questionOf(given.filter), page),
          ),
      },
      ...connection,
    ),
    signInEvents: t.connection(
      {
        subGraphs: consoleOnly,
        type: Trace,
        description: 'Who signed in or tried to, newest first; filtered by officer and days.',
        args,
        resolve: (_root, given, context) =>
          paged(given, idOf, (page) => lookingThrough(context).signIns(questionOf(given.filter), page)),
      },
      ...connection,
    ),
  }
})
