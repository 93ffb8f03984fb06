import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { FeedEntry } from '../feed/feed-store.ts'
import { isTaken } from '../identities/doubtful-number.ts'
import { type NumberKey, numberDecisions } from '../identities/doubtful-number-store.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { endListings, storeListings } from '../listings/record-listing-store.ts'
import {
  knownSubjects,
  resolveSubjects,
  type SubjectReference,
  subjectKey,
} from '../subjects/subject-store.ts'
import type { Counts, RowOutcome } from './batch.ts'
import type { Problem, Values } from './field-values.ts'
import { holdRows } from './held-row-store.ts'
import {
  type BatchOrigin,
  erasedSourceKeys,
  lockDataset,
  recordEvents,
  type StoredOutcome,
  type StoredRecord,
  storeRecords,
} from './record-store.ts'
import { noteResponsiblePersons, withoutPersons } from './responsible-person-service.ts'
import type { HeldRow, ReadRows, Row } from './submission.ts'

/** A dataset with the edition of its definition by which the rows were read. */
export type IntakeDataset = Pick<
  CatalogueDataset,
  'id' | 'code' | 'departmentId' | 'departmentName' | 'listTypeCode' | 'versionId' | 'definition'
>

/** What became of rows: what is to be counted, told and fed. Everything else is written. */
export type Intake = {
  counts: Counts
  outcomes: { values: Values; outcome: RowOutcome }[]
  problems: Problem[]
  events: FeedEntry[]
}

/**
 * Takes rows that were read (入库): subjects, record versions, memberships of lists, rows held for a decision. Runs in
 * the caller's transaction, which then counts the rows, notes the problems and appends to the feed.
 */
export async function takeRows(
  client: Queryable,
  vault: Vault,
  dataset: IntakeDataset,
  origin: BatchOrigin,
  read: ReadRows,
  options: { today: LegalDay; rawOf(index: number): unknown },
): Promise<Intake> {
  await lockDataset(client, dataset.id)
  const { rows, held } = await releaseKnown(client, vault, read)
  const stored = await storeRows(client, vault, dataset, origin, rows, options.today)
  await holdRows(
    client,
    vault,
    origin.batchRef,
    held.map(({ row, problem }) => ({ index: row.index, code: problem.code, raw: options.rawOf(row.index) })),
  )
  const late = rows.flatMap((row) => {
    const problem = outcomeProblem(row, stored.outcomes.get(row))
    return problem ? [problem] : []
  })
  const outcomes: Intake['outcomes'] = [
    ...rows.map((row) => ({ values: row.values, outcome: countedAs(stored.outcomes.get(row)) })),
    ...held.map(({ row }) => ({ values: row.values, outcome: 'held' as const })),
    ...read.refused.map(({ values }) => ({ values, outcome: 'rejected' as const })),
  ]
  const count = (wanted: RowOutcome) => outcomes.filter(({ outcome }) => outcome === wanted).length
  return {
    counts: {
      received: outcomes.length,
      accepted: count('accepted'),
      unchanged: count('unchanged'),
      held: count('held'),
      rejected: count('rejected'),
      withdrawn: stored.changes.filter(({ row }) => row.withdrawal).length,
    },
    outcomes,
    problems: [
      ...read.refused.flatMap(({ problems }) => problems),
      ...held.map(({ problem }) => problem),
      ...late,
    ].sort((a, b) => a.index - b.index),
    events: stored.events,
  }
}

/** Rows whose numbers were decided on: stores them, with their memberships of lists. Needs `lockDataset`. */
export async function storeRows(
  client: Queryable,
  vault: Vault,
  dataset: IntakeDataset,
  origin: BatchOrigin,
  given: readonly Row[],
  today: LegalDay,
): Promise<{ outcomes: Map<Row, StoredOutcome>; changes: StoredRecord[]; events: FeedEntry[] }> {
  if (given.length === 0) return { outcomes: new Map(), changes: [], events: [] }
  // Before subjects are resolved: a person who was erased is not made again by a row that is refused.
  const erased = await erasedSourceKeys(
    client,
    dataset.id,
    given.map(({ sourceKey }) => sourceKey),
  )
  const refused = given.filter(({ sourceKey }) => erased.has(sourceKey))
  const rows = given.filter(({ sourceKey }) => !erased.has(sourceKey))
  const subjects = await resolveSubjects(
    client,
    vault,
    rows.map((row) => row.subject),
    { nameIsRegistered: dataset.definition.subject.nameIsRegistered },
  )
  const withSubjects = rows.map((row) => {
    const subjectId = subjects.get(subjectKey(vault, row.subject))
    if (subjectId === undefined) throw new RangeError('every row has a subject')
    return { row, subjectId }
  })
  const stored = await storeRecords(client, vault, dataset, origin, withSubjects)
  const naming = ({ recordId, row }: { recordId: number; row: Row }) => ({
    recordId,
    responsible: row.responsible,
  })
  await noteResponsiblePersons(client, vault, dataset.definition, [
    ...stored.changes.map(naming),
    // A later edition of the definition may be the first to say who answers for what was sent before.
    ...(await withoutPersons(client, stored.unchanged.map(naming))),
  ])
  const listed = dataset.listTypeCode
    ? await storeListings(
        client,
        dataset,
        dataset.listTypeCode,
        stored.changes.flatMap(({ recordId, subjectId, row }) =>
          row.listing && !row.withdrawal ? [{ recordId, subjectId, ...row.listing }] : [],
        ),
        today,
      )
    : []
  const ended = await endListings(
    client,
    stored.changes.flatMap(({ recordId, row }) =>
      row.withdrawal
        ? [
            {
              recordId,
              on: row.withdrawal.decidedOn ?? today,
              kind: 'WITHDRAWN' as const,
              reason: row.withdrawal.reason,
            },
          ]
        : [],
    ),
  )
  for (const row of refused) stored.outcomes.set(row, 'RECORD_WITHDRAWN')
  return { ...stored, events: [...recordEvents(stored.changes), ...listed, ...ended] }
}

function countedAs(outcome: StoredOutcome | undefined): RowOutcome {
  switch (outcome) {
    case 'ACCEPTED':
      return 'accepted'
    case 'UNCHANGED':
      return 'unchanged'
    case 'RECORD_WITHDRAWN':
    case 'RECORD_SUPERSEDED':
    case 'RECORD_REPAIRED':
    case 'RECORD_NEWER':
      return 'rejected'
    case undefined:
      throw new RangeError('every row has an outcome')
  }
}

const outcomeMessages: Partial<Record<StoredOutcome, string>> = {
  RECORD_WITHDRAWN:
    '该记录已撤销，不能再报；新的决定须有新的文号 (the record was withdrawn: a new decision needs a number of its own)',
  RECORD_SUPERSEDED: '该记录已被另一记录取代 (the record was superseded by another)',
  RECORD_REPAIRED:
    '该记录已信用修复，不能再报；新的决定须有新的文号 (the record was repaired: a new decision needs a number of its own)',
  RECORD_NEWER: '之后报送的内容已更新该记录 (what was sent later has changed this record already)',
}

function outcomeProblem(row: Row, outcome: StoredOutcome | undefined): Problem | null {
  const message = outcome === undefined ? undefined : outcomeMessages[outcome]
  if (outcome === undefined || message === undefined) return null
  return { index: row.index, line: row.line, field: null, code: outcome, message }
}

/** A number that a person accepted is accepted from then on, until that is withdrawn. */
async function releaseKnown(
  client: Queryable,
  vault: Vault,
  read: ReadRows,
): Promise<{ rows: Row[]; held: HeldRow[] }> {
  if (read.held.length === 0) return { rows: read.rows, held: [] }
  const references = read.held.map(({ row }) => row.subject)
  const known = await knownSubjects(client, vault, references)
  const decisions = await numberDecisions(
    client,
    references.map((reference) => numberKeyOf(vault, reference)),
  )
  const isReleased = ({ row }: HeldRow) => {
    const key = subjectKey(vault, row.subject)
    return isTaken(decisions.get(key) ?? null, known.has(key))
  }
  return {
    rows: [...read.rows, ...read.held.filter(isReleased).map(({ row }) => row)],
    held: read.held.filter((entry) => !isReleased(entry)),
  }
}

/** How a decision on the number that names a subject is kept: never a person's number itself. */
export function numberKeyOf(vault: Vault, reference: SubjectReference): NumberKey {
  const key = subjectKey(vault, reference)
  const scheme = reference.kind === 'ORGANISATION' ? 'USCC' : reference.scheme
  return { scheme, key: key.slice(scheme.length + 1) }
}
