import { departmentNameOn, today } from '../departments/department-row.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { lockName, type Queryable } from '../kernel/database.ts'
import { type HistoryEvent, type HistoryRow, historyOf, readHistory } from '../kernel/event-history.ts'
import { type CasePhase, openPhases, type RemedyEvent, type RemedyKind } from './remedy.ts'

/** The tables of cases. Events are only ever appended; the phase beside them is what they come to. */

export const caseChannels = ['DEPARTMENT', 'WEBSITE', 'CONSOLE'] as const
export type CaseChannel = (typeof caseChannels)[number]

export type CaseSubject = { id: number; kind: 'ORGANISATION' | 'PERSON'; uscc: string | null; name: string }

export type StoredCase = {
  id: number
  code: string
  kind: RemedyKind
  phase: CasePhase
  channel: CaseChannel
  openedById: number
  /** Who bears the duties of whoever opened it: itself, or its successor (承继部门) after mergers. */
  openerId: number
  recordId: number
  listingId: number | null
  datasetId: number
  subject: CaseSubject
  grounds: string
  /** Encrypted, bound to the code of the case. */
  applicant: Uint8Array
  openedOn: LegalDay
  openedAt: Date
  closedAt: Date | null
  events: HistoryEvent<RemedyEvent>[]
}

const selectCase = `
  SELECT c.id, c.code, c.kind, c.phase, c.channel, c.opened_by_id AS "openedById", c.record_id AS "recordId",
         (WITH RECURSIVE bearer AS (
            SELECT id, successor_id FROM department WHERE id = c.opened_by_id
            UNION SELECT d.id, d.successor_id FROM bearer b JOIN department d ON d.id = b.successor_id)
          SELECT id FROM bearer WHERE successor_id IS NULL) AS "openerId",
         c.listing_id AS "listingId", r.dataset_id AS "datasetId", c.grounds, c.applicant, c.opened_on AS "openedOn",
         c.opened_at AS "openedAt", c.closed_at AS "closedAt",
         json_build_object('id', s.id, 'kind', s.kind, 'uscc', s.uscc, 'name', s.name) AS subject,
         ${historyOf('remedy_event', 'case_id', 'c.id')} AS events
    FROM remedy_case c JOIN record r ON r.id = c.record_id JOIN subject s ON s.id = r.subject_id`

const readCase = (row: Omit<StoredCase, 'events'> & { events: HistoryRow<RemedyEvent>[] }): StoredCase => ({
  ...row,
  events: readHistory(row.events),
})

export async function findCase(database: Queryable, code: string): Promise<StoredCase | null> {
  const { rows } = await database.query(`${selectCase} WHERE c.code = $1`, [code])
  return rows[0] ? readCase(rows[0]) : null
}

/** Acts under one id wait for each other: the first one decides what the id stands for. */
export async function lockAction(client: Queryable, departmentId: number, actionId: string): Promise<void> {
  await lockName(client, `remedy ${departmentId} ${actionId}`)
}

/** The case as it is once nobody else works on it. */
export async function lockCase(client: Queryable, id: number): Promise<StoredCase> {
  await client.query('SELECT 1 FROM remedy_case WHERE id = $1 FOR NO KEY UPDATE', [id])
  const { rows } = await client.query(`${selectCase} WHERE c.id = $1`, [id])
  return readCase(rows[0])
}

export type CaseFilter = {
  phase: CasePhase | null
  kind: RemedyKind | null
  /** Only open ones. */
  open: boolean
  /** Null: all; else cases about these datasets, and those whose opener this department is. */
  visible: { datasetIds: readonly number[]; openerId: number } | null
}

/** The department itself, and all that were merged into it, directly or not. */
const borneBy = (department: string) => `(
  WITH RECURSIVE borne AS (
    SELECT ${department}::int AS id UNION SELECT d.id FROM department d JOIN borne ON d.successor_id = borne.id)
  SELECT id FROM borne)`

/** In the order of their making, so that a page once read never shifts. */
export async function pageOfCases(
  database: Queryable,
  filter: CaseFilter,
  page: { afterId: number | null; limit: number },
): Promise<StoredCase[]> {
  const { rows } = await database.query(
    `${selectCase}
      WHERE ($1::text IS NULL OR c.phase = $1) AND ($2::text IS NULL OR c.kind = $2)
        AND ($3::text[] IS NULL OR c.phase = ANY ($3))
        AND ($4::int[] IS NULL OR r.dataset_id = ANY ($4) OR c.opened_by_id IN ${borneBy('$5')})
        AND ($6::bigint IS NULL OR c.id > $6)
      ORDER BY c.id LIMIT $7`,
    [
      filter.phase,
      filter.kind,
      filter.open ? openPhases : null,
      filter.visible?.datasetIds ?? null,
      filter.visible?.openerId ?? null,
      page.afterId,
      page.limit,
    ],
  )
  return rows.map(readCase)
}

/** Cases of which a step may be due in the window: opened by its end, and not closed so long before that none can. */
export async function casesAround(
  database: Queryable,
  window: { closedFrom: LegalDay; openedTo: LegalDay },
  page: { afterId: number | null; limit: number },
): Promise<StoredCase[]> {
  const { rows } = await database.query(
    `${selectCase}
      WHERE c.opened_on <= $1 AND (c.closed_at IS NULL OR c.closed_at >= $2::date)
        AND ($3::bigint IS NULL OR c.id > $3)
      ORDER BY c.id LIMIT $4`,
    [window.openedTo, window.closedFrom, page.afterId, page.limit],
  )
  return rows.map(readCase)
}

export type CaseDraft = {
  code: string
  kind: RemedyKind
  openedById: number
  openingId: string
  inputMac: string
  recordId: number
  listingId: number | null
  channel: CaseChannel
  applicant: Uint8Array
  grounds: string
  openedOn: LegalDay
  openedAt: Date
}

export async function insertCase(client: Queryable, draft: CaseDraft): Promise<number> {
  const { rows } = await client.query(
    `INSERT INTO remedy_case (code, kind, opened_by_id, opening_id, input_mac, record_id, listing_id, channel, applicant,
                              grounds, phase, opened_on, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'RECEIVED', $11, $12) RETURNING id`,
    [
      draft.code,
      draft.kind,
      draft.openedById,
      draft.openingId,
      draft.inputMac,
      draft.recordId,
      draft.listingId,
      draft.channel,
      draft.applicant,
      draft.grounds,
      draft.openedOn,
      draft.openedAt,
    ],
  )
  return rows[0].id
}

/** Needs the case locked, or just made. */
export async function appendCaseEvent(
  client: Queryable,
  caseId: number,
  { type, ...data }: RemedyEvent,
  by: {
    on: LegalDay
    at: Date
    departmentId: number | null
    action: { actionId: string; inputMac: string } | null
  },
): Promise<void> {
  await client.query(
    `INSERT INTO remedy_event (case_id, seq, type, data, effective_on, recorded_at, department_id, action_id, input_mac)
     SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM remedy_event WHERE case_id = $1`,
    [
      caseId,
      type,
      JSON.stringify(data),
      by.on,
      by.at,
      by.departmentId,
      by.action?.actionId ?? null,
      by.action?.inputMac ?? null,
    ],
  )
}

export async function setPhase(
  client: Queryable,
  caseId: number,
  phase: CasePhase,
  closedAt: Date | null,
): Promise<void> {
  await client.query('UPDATE remedy_case SET phase = $2, closed_at = $3 WHERE id = $1', [
    caseId,
    phase,
    closedAt,
  ])
}

/** What an id chosen by a department stands for: the case, and the event that was written under it. */
export type StoredAct = { code: string; kind: RemedyKind; seq: number; inputMac: string }

export async function findAct(
  client: Queryable,
  departmentId: number,
  actionId: string,
): Promise<StoredAct | null> {
  const { rows } = await client.query(
    `SELECT c.code, c.kind, e.seq, e.input_mac AS "inputMac"
       FROM remedy_event e JOIN remedy_case c ON c.id = e.case_id
      WHERE e.department_id = $1 AND e.action_id = $2`,
    [departmentId, actionId],
  )
  return rows[0] ?? null
}

/** Ids of the website are its own, whichever department was the credit office when they were used. */
export async function findOpening(
  client: Queryable,
  openedById: number,
  openingId: string,
): Promise<StoredAct | null> {
  const { rows } = await client.query(
    `SELECT code, kind, 1 AS seq, input_mac AS "inputMac" FROM remedy_case
      WHERE opened_by_id IN ${borneBy('$1')} AND opening_id = $2 AND (opened_by_id = $1 OR channel = 'WEBSITE')`,
    [openedById, openingId],
  )
  return rows[0] ?? null
}

/** The record a case would be about: where it is kept, under which number. */
export type CaseTarget = { recordId: number; datasetId: number }

export async function recordOfListing(database: Queryable, listingId: number): Promise<CaseTarget | null> {
  const { rows } = await database.query(
    `SELECT record_id AS "recordId", dataset_id AS "datasetId" FROM listing WHERE id = $1 AND record_id IS NOT NULL`,
    [listingId],
  )
  return rows[0] ?? null
}

export async function recordOfId(database: Queryable, recordId: number): Promise<CaseTarget | null> {
  const { rows } = await database.query(
    `SELECT id AS "recordId", dataset_id AS "datasetId" FROM record WHERE id = $1`,
    [recordId],
  )
  return rows[0] ?? null
}

export async function recordOfSourceKey(
  database: Queryable,
  datasetId: number,
  sourceKey: string,
): Promise<CaseTarget | null> {
  const { rows } = await database.query(
    `SELECT id AS "recordId", dataset_id AS "datasetId" FROM record WHERE dataset_id = $1 AND source_key = $2`,
    [datasetId, sourceKey],
  )
  return rows[0] ?? null
}

export async function listingIdOf(client: Queryable, recordId: number): Promise<number | null> {
  const { rows } = await client.query('SELECT id FROM listing WHERE record_id = $1', [recordId])
  return rows[0]?.id ?? null
}

/** Open cases of the kind about the record, without the one named. Needs the record locked. */
export async function otherOpenCases(
  client: Queryable,
  recordId: number,
  kind: RemedyKind,
  exceptId: number | null,
): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*) AS open FROM remedy_case
      WHERE record_id = $1 AND kind = $2 AND phase = ANY ($3) AND id IS DISTINCT FROM $4`,
    [recordId, kind, openPhases, exceptId],
  )
  return rows[0].open
}

/** Whether its provider has corrected the record after that version. */
export async function wasCorrectedSince(
  client: Queryable,
  recordId: number,
  version: number,
): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT EXISTS (SELECT FROM record_version WHERE record_id = $1 AND version > $2
                       AND kind IN ('CORRECTED', 'SUBMITTED')) AS corrected`,
    [recordId, version],
  )
  return rows[0].corrected
}

export type CaseDepartment = {
  id: number
  code: string
  name: string
  kind: string
  roles: string[]
  status: string
}

/** All departments, in the order of their registration: they are few. */
export async function caseDepartments(database: Queryable): Promise<CaseDepartment[]> {
  const { rows } = await database.query(
    `SELECT d.id, d.code, d.kind, d.roles, d.status,
            coalesce(${departmentNameOn(today)}, d.code) AS name
       FROM department d ORDER BY d.id`,
  )
  return rows
}
