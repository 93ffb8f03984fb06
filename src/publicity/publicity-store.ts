import { hash } from 'node:crypto'
import type { QueryConfig } from 'pg'
import { z } from 'zod'
import type { ListNature } from '../catalogue/catalogue-file.ts'
import { departmentNameOn } from '../departments/department-row.ts'
import { divisionPrefix } from '../departments/division-code.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { likeLiteral } from '../kernel/like-pattern.ts'
import type { RecordKind } from './public-sheet.ts'
import { ofCode, ofNamedPersons, ofOrganisations, published } from './published-sql.ts'

/** Reading what is published. Each function is one statement, so one consistent picture. */

/** The parameters that name what is published: `publishedParameters`. */
export type Published = readonly [sheets: string, rules: string, day: LegalDay]

export type PublishedRow = {
  recordId: number
  version: number
  listingId: number | null
  edition: number
  kind: RecordKind
  listType: string | null
  uscc: string | null
  name: string
  documentNo: string | null
  day: LegalDay
  isCase: boolean
  departmentCode: string
  departmentName: string
  endsOn: LegalDay | null
  disputedSince: LegalDay | null
  recordedOn: LegalDay
  firstRecordedOn: LegalDay
  correctedOn: LegalDay | null
  /** Only the columns of its sheet. */
  content: Record<string, unknown>
}

const legalDay = z.string()
const row: z.ZodType<PublishedRow> = z.object({
  recordId: z.int(),
  version: z.int(),
  listingId: z.int().nullable(),
  edition: z.int(),
  kind: z.enum(['REGISTRATION', 'LICENCE', 'PENALTY', 'LIST']),
  listType: z.string().nullable(),
  uscc: z.string().nullable(),
  name: z.string(),
  documentNo: z.string().nullable(),
  day: legalDay,
  isCase: z.boolean(),
  departmentCode: z.string(),
  departmentName: z.string(),
  endsOn: legalDay.nullable(),
  disputedSince: legalDay.nullable(),
  recordedOn: legalDay,
  firstRecordedOn: legalDay,
  correctedOn: legalDay.nullable(),
  content: z.record(z.string(), z.unknown()),
})

const shanghaiDay = (moment: string) => `(${moment} AT TIME ZONE 'Asia/Shanghai')::date`

/** What leaves the database of a published record. Of its content only the columns of its sheet do. */
const columns = `
  p.id AS "recordId", p.version, p.listing_id AS "listingId", p.edition, p.kind, p.list_type AS "listType", p.uscc, p.name, p.document_no AS "documentNo", p.day,
  p.is_case AS "isCase", d.code AS "departmentCode",
  coalesce(p.listed_by_name, (SELECT n.name FROM department_name n WHERE n.department_id = d.id
      ORDER BY n.valid_from > p.day, abs(n.valid_from - p.day) LIMIT 1), d.code) AS "departmentName",
  p.ends_on AS "endsOn",
  coalesce(p.disputed_since, (SELECT min(c.opened_on) FROM remedy_case c
      WHERE c.record_id = p.id AND c.kind = 'OBJECTION' AND c.closed_at IS NULL)) AS "disputedSince",
  ${shanghaiDay('p.recorded_at')} AS "recordedOn",
  (SELECT ${shanghaiDay('least(f.recorded_at, b.received_at)')} FROM record_version f LEFT JOIN batch b ON b.id = f.batch_ref
    WHERE f.record_id = p.id AND f.version = 1) AS "firstRecordedOn",
  (SELECT max(${shanghaiDay('f.recorded_at')}) FROM record_version f WHERE f.record_id = p.id AND f.kind = 'CORRECTED') AS "correctedOn",
  (SELECT coalesce(jsonb_object_agg(c.key, c.value), '{}') FROM jsonb_each(p.content) c WHERE p.shown ? c.key) AS content`

const sources = `
  JOIN dataset t ON t.id = p.dataset_id
  JOIN department d ON d.id = coalesce(p.listed_by, t.department_id)`

/** Null, or empty: not asked for. Days bound the day of the decision, or of listing, both included. */
export type PublishedFilter = {
  kinds: readonly RecordKind[]
  subject: string | null
  listType: string | null
  natures: readonly ListNature[]
  casesOnly: boolean
  division: string | null
  department: string | null
  from: LegalDay | null
  to: LegalDay | null
  /** A part of the name or of the document number, or the whole unified social credit code. */
  text: string | null
}

/** The place of a row in its order: the latest day first. */
export type Place = { day: LegalDay; recordId: number }

function conditionsOf(filter: PublishedFilter, bind: (value: unknown) => string): string[] {
  const conditions = [ofOrganisations]
  const add = (value: unknown, condition: (parameter: string) => string) => {
    if (value !== null) conditions.push(condition(bind(value)))
  }
  if (filter.kinds.length > 0) add(filter.kinds, (kinds) => `p.kind = ANY (${kinds}::text[])`)
  if (filter.natures.length > 0) add(filter.natures, (natures) => `p.nature = ANY (${natures}::text[])`)
  if (filter.casesOnly) conditions.push('p.is_case')
  add(filter.subject, ofCode)
  add(filter.listType, (code) => `p.list_type = ${code}`)
  add(filter.from, (day) => `p.day >= ${day}::date`)
  add(filter.to, (day) => `p.day <= ${day}::date`)
  add(
    filter.division && divisionPrefix(filter.division),
    (code) => `starts_with(substr(p.uscc, 3, 6), ${code})`,
  )
  add(
    filter.department,
    (code) => `coalesce(p.listed_by, (SELECT t.department_id FROM dataset t WHERE t.id = p.dataset_id))
      = (SELECT o.id FROM department o WHERE o.code = ${code})`,
  )
  if (filter.text !== null) {
    const [whole, part] = [bind(filter.text), bind(`%${likeLiteral(filter.text)}%`)]
    conditions.push(
      `(upper(${whole}) IN (p.uscc, p.reported_uscc) OR p.name LIKE ${part} OR p.document_no LIKE ${part})`,
    )
  }
  return conditions
}

/** Parameters of a statement, in the order in which they are bound. */
function binding(publishedNow: Published): { values: unknown[]; bind(value: unknown): string } {
  const values: unknown[] = [...publishedNow]
  return { values, bind: (value) => `$${values.push(value)}` }
}

/**
 * A statement about one organisation: planning it takes longer than running it, and one plan is right for all, so a connection
 * keeps it by its name. What is asked of many is planned each time, by what is asked.
 */
function ofOne(text: string, values: unknown[]): QueryConfig {
  return { name: `published ${hash('sha256', text, 'base64url')}`, text, values }
}

export async function pageOfPublished(
  database: Queryable,
  publishedNow: Published,
  filter: PublishedFilter,
  page: { after: Place | null; limit: number },
): Promise<PublishedRow[]> {
  const { values, bind } = binding(publishedNow)
  const conditions = conditionsOf(filter, bind)
  if (page.after)
    conditions.push(`(p.day, p.id) < (${bind(page.after.day)}::date, ${bind(page.after.recordId)}::bigint)`)
  // Only numbers are sorted: whole records would be many times the memory.
  const text = `${published}, chosen AS (
       SELECT p.id FROM published p WHERE ${conditions.join(' AND ')} ORDER BY p.day DESC, p.id DESC LIMIT ${bind(page.limit)})
     SELECT ${columns} FROM published p ${sources}
      WHERE p.id = ANY (ARRAY(SELECT id FROM chosen)) ORDER BY p.day DESC, p.id DESC`
  const { rows } = await database.query(filter.subject === null ? { text, values } : ofOne(text, values))
  return z.array(row).parse(rows)
}

/** These records as far as they are published, the latest day first. */
export async function publishedAmong(
  database: Queryable,
  publishedNow: Published,
  recordIds: readonly number[],
): Promise<PublishedRow[]> {
  const { rows } = await database.query(
    `${published} SELECT ${columns} FROM published p ${sources}
      WHERE p.id = ANY ($4::bigint[]) AND ${ofOrganisations} ORDER BY p.day DESC, p.id DESC`,
    [...publishedNow, recordIds],
  )
  return z.array(row).parse(rows)
}

/** Every row of the filter, so many at a time, by a cursor of the transaction that `client` is in. */
export async function* readPublished(
  client: Queryable,
  publishedNow: Published,
  filter: PublishedFilter,
  rowsPerRead: number,
): AsyncGenerator<PublishedRow[]> {
  const { values, bind } = binding(publishedNow)
  const conditions = conditionsOf(filter, bind)
  await client.query(
    `DECLARE published_rows NO SCROLL CURSOR FOR ${published}
     SELECT ${columns} FROM published p ${sources} WHERE ${conditions.join(' AND ')} ORDER BY p.day DESC, p.id DESC`,
    values,
  )
  try {
    while (true) {
      const { rows } = await client.query(`FETCH ${rowsPerRead} FROM published_rows`)
      if (rows.length === 0) return
      yield z.array(row).parse(rows)
    }
  } finally {
    await client.query('CLOSE published_rows')
  }
}

export async function countPublished(
  database: Queryable,
  publishedNow: Published,
  filter: PublishedFilter,
): Promise<number> {
  const { values, bind } = binding(publishedNow)
  const { rows } = await database.query(
    `${published} SELECT count(*) AS total FROM published p WHERE ${conditionsOf(filter, bind).join(' AND ')}`,
    values,
  )
  return Number(rows[0].total)
}

/** Published records of these persons, where the basis of the dataset publishes names. */
export async function publishedOfPersons(
  database: Queryable,
  publishedNow: Published,
  subjectIds: readonly number[],
  limit: number,
): Promise<PublishedRow[]> {
  const { rows } = await database.query(
    `${published} SELECT ${columns} FROM published p ${sources}
      WHERE p.subject_id = ANY ($4::bigint[]) AND ${ofNamedPersons} ORDER BY p.day DESC, p.id DESC LIMIT $5`,
    [...publishedNow, subjectIds, limit],
  )
  return z.array(row).parse(rows)
}

export type PublishedCount = {
  kind: RecordKind
  listType: string | null
  nature: ListNature | null
  isCase: boolean
  /** `YYYY-MM` of the decision, or of listing. */
  month: string
  division: string
  records: number
}

/** All that is counted, of organisations alone, or of one: what is not shown is not counted either. */
export async function countsOfPublished(
  database: Queryable,
  publishedNow: Published,
  uscc: string | null,
): Promise<{ counts: PublishedCount[]; organisations: number }> {
  const text = `${published}, shown AS MATERIALIZED (
       SELECT p.kind, p.list_type, p.nature, p.is_case, to_char(p.day, 'YYYY-MM') AS month, substr(p.uscc, 3, 6) AS division, p.uscc
         FROM published p WHERE ${ofOrganisations} ${uscc === null ? '' : `AND ${ofCode('$4')}`})
     SELECT (SELECT count(DISTINCT uscc) FROM shown) AS organisations,
            (SELECT coalesce(json_agg(json_build_object('kind', kind, 'listType', list_type, 'nature', nature, 'isCase', is_case,
                      'month', month, 'division', division, 'records', records)), '[]')
               FROM (SELECT kind, list_type, nature, is_case, month, division, count(*) AS records
                       FROM shown GROUP BY 1, 2, 3, 4, 5, 6) g) AS counts`
  const { rows } = await database.query(
    uscc === null ? { text, values: [...publishedNow] } : ofOne(text, [...publishedNow, uscc]),
  )
  return rows[0]
}

/** Every edition of these datasets, since records are shown by the one they were written by. */
export async function editionsOf(
  database: Queryable,
  datasetIds: readonly number[],
): Promise<{ id: number; datasetId: number }[]> {
  const { rows } = await database.query(
    'SELECT id, dataset_id AS "datasetId" FROM dataset_version WHERE dataset_id = ANY ($1::int[]) ORDER BY id',
    [datasetIds],
  )
  return rows
}

export type DirectoryRow = {
  code: string
  name: string
  kind: string
  division: string
  divisionName: string
  successor: string | null
}

/** Departments under the names that they bear on the day, with whoever bears their duties since. */
export async function departmentDirectory(database: Queryable, day: LegalDay): Promise<DirectoryRow[]> {
  const { rows } = await database.query(
    `SELECT d.code, d.kind, d.division_code AS division, v.name AS "divisionName", o.code AS successor,
            coalesce(${departmentNameOn('$1::date')}, d.code) AS name
       FROM department d JOIN division v ON v.code = d.division_code LEFT JOIN department o ON o.id = d.successor_id
      ORDER BY d.division_code, d.code`,
    [day],
  )
  return rows
}

export async function divisionNames(database: Queryable): Promise<Map<string, string>> {
  const { rows } = await database.query('SELECT code, name FROM division')
  return new Map(rows.map(({ code, name }) => [code, name]))
}
