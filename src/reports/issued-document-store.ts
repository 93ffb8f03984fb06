import { z } from 'zod'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { identifierSchemes } from '../subjects/identifiers.ts'
import type { StandingFacts } from './standing.ts'
import type { DocumentKind, Shown } from './statement.ts'

/** Documents that were issued (issued_document) and, for their time, what they say (issued_document_content). */

const lookup = z.object({ scheme: z.enum(identifierSchemes), key: z.string() })
type Lookup = z.infer<typeof lookup>

export type IssuedDocument = {
  serial: string
  kind: DocumentKind
  subjectId: number | null
  datasetIds: number[]
  shown: Shown
  asOf: LegalDay
  issuedAt: Date
  dataVersion: number
  statementSha256: string
  pdfSha256: string
}

/** As the vault encrypted it; `lookup`: under what the subject is found. */
export type KeptContent = { statement: Buffer; pdf: Buffer; lookup: Lookup }

export async function insertDocument(
  client: Queryable,
  document: IssuedDocument & {
    /** Null: anybody. */
    departmentId: number | null
    documentId: string
    inputMac: string
    purpose: string
    content: KeptContent
  },
): Promise<void> {
  await client.query(
    `INSERT INTO issued_document (serial, kind, department_id, document_id, input_mac, subject_id, dataset_ids, shown, purpose,
                                  as_of, issued_at, data_version, statement_sha256, pdf_sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      document.serial,
      document.kind,
      document.departmentId,
      document.documentId,
      document.inputMac,
      document.subjectId,
      document.datasetIds,
      JSON.stringify(document.shown),
      document.purpose,
      document.asOf,
      document.issuedAt,
      document.dataVersion,
      document.statementSha256,
      document.pdfSha256,
    ],
  )
  const { serial, content } = document
  await client.query(
    'INSERT INTO issued_document_content (serial, lookup, statement, pdf) VALUES ($1, $2, $3, $4)',
    [serial, JSON.stringify(content.lookup), content.statement, content.pdf],
  )
}

const columns = `d.serial, d.kind, d.subject_id AS "subjectId", d.dataset_ids AS "datasetIds", d.shown, d.as_of AS "asOf",
  d.issued_at AS "issuedAt", d.data_version AS "dataVersion", d.statement_sha256 AS "statementSha256", d.pdf_sha256 AS "pdfSha256"`

export type StoredDocument = IssuedDocument & {
  /** Null: erased after its time. */
  content: KeptContent | null
}

/** What was issued to a department, or to anybody, under an id, and whether the same was asked for then. */
export async function findByDocumentId(
  database: Queryable,
  departmentId: number | null,
  documentId: string,
): Promise<(StoredDocument & { inputMac: string }) | null> {
  const { rows } = await database.query(
    `SELECT ${columns}, d.input_mac AS "inputMac", c.statement, c.pdf, c.lookup
       FROM issued_document d LEFT JOIN issued_document_content c USING (serial)
      WHERE d.department_id IS NOT DISTINCT FROM $1 AND d.document_id = $2`,
    [departmentId, documentId],
  )
  return rows[0] ? { ...stored(rows[0]), inputMac: rows[0].inputMac } : null
}

/** Only what was issued to that department. */
export async function findIssuedTo(
  database: Queryable,
  departmentId: number,
  serial: string,
): Promise<StoredDocument | null> {
  const { rows } = await database.query(
    `SELECT ${columns}, c.statement, c.pdf, c.lookup
       FROM issued_document d LEFT JOIN issued_document_content c USING (serial)
      WHERE d.serial = $1 AND d.department_id = $2`,
    [serial, departmentId],
  )
  return rows[0] ? stored(rows[0]) : null
}

export async function findBySerial(database: Queryable, serial: string): Promise<StoredDocument | null> {
  const { rows } = await database.query(
    `SELECT ${columns}, c.statement, c.pdf, c.lookup
       FROM issued_document d LEFT JOIN issued_document_content c USING (serial) WHERE d.serial = $1`,
    [serial],
  )
  return rows[0] ? stored(rows[0]) : null
}

type DocumentRow = IssuedDocument & { statement: Buffer | null; pdf: Buffer | null; lookup: unknown }

function stored({ statement, pdf, lookup: found, ...document }: DocumentRow): StoredDocument {
  const content = statement && pdf ? { statement, pdf, lookup: lookup.parse(found) } : null
  return { ...document, content }
}

/** Subjects that are by now found under a key under which none was. */
export async function subjectsUnder(database: Queryable, { scheme, key }: Lookup): Promise<number[]> {
  const { rows } = await database.query(
    `SELECT id FROM subject WHERE $1 = 'USCC' AND uscc = $2
     UNION SELECT subject_id FROM subject_identifier WHERE scheme = $1 AND value_key = $2`,
    [scheme, key],
  )
  return rows.map((row) => row.id)
}

/** What became of what a document shows; `publicDatasetIds`: those it covers of which everybody may know. */
export async function standingFacts(
  database: Queryable,
  asked: {
    shown: Shown
    subjectIds: readonly number[]
    publicDatasetIds: readonly number[]
    dataVersion: number
    today: LegalDay
  },
): Promise<{
  listings: StandingFacts['listings']
  records: { id: number; version: number; stands: boolean }[]
  publicNews: boolean
}> {
  const { rows } = await database.query(
    `SELECT
       (SELECT coalesce(json_agg(json_build_object('id', l.id, 'inForce',
                 listing_in_force(l.listed_on, l.ends_on, l.exited_on, l.suspended, $5::date) AND r.status = 'ACTIVE')), '[]')
          FROM listing l JOIN record r ON r.id = l.record_id WHERE l.id = ANY ($1::bigint[])) AS listings,
       (SELECT coalesce(json_agg(json_build_object('id', r.id, 'version', r.version, 'stands', r.status = 'ACTIVE')), '[]')
          FROM record r WHERE r.id = ANY ($2::bigint[])) AS records,
       EXISTS (SELECT FROM feed_event f JOIN record r ON r.id = f.record_id
                WHERE f.subject_id IN (SELECT unnest(subject_members(s)) FROM unnest($3::bigint[]) AS s) AND f.position > $4 AND r.dataset_id = ANY ($6::int[])) AS "publicNews"`,
    [
      asked.shown.listings,
      asked.shown.records.map(({ id }) => id),
      asked.subjectIds,
      asked.dataVersion,
      asked.today,
      asked.publicDatasetIds,
    ],
  )
  return rows[0]
}

/** Whether records of these datasets that stand tell of the subject: only then may its name be told to everybody. */
export async function isMentioned(
  database: Queryable,
  subjectId: number,
  datasetIds: readonly number[],
): Promise<boolean> {
  const { rowCount } = await database.query(
    `SELECT FROM record WHERE subject_id = ANY (subject_members($1)) AND dataset_id = ANY ($2::int[]) AND status = 'ACTIVE' LIMIT 1`,
    [subjectId, datasetIds],
  )
  return rowCount === 1
}

/** The records on which memberships rest, with their datasets. */
export async function recordsOfListings(
  database: Queryable,
  listingIds: readonly number[],
): Promise<{ recordId: number; datasetId: number }[]> {
  const { rows } = await database.query(
    `SELECT record_id AS "recordId", dataset_id AS "datasetId" FROM listing WHERE id = ANY ($1::bigint[])`,
    [listingIds],
  )
  return rows
}

/** Erases what documents say that were issued to departments, or to anybody, before then. Returns how many. */
export async function eraseContentBefore(
  database: Queryable,
  { departments, anybody }: { departments: Date; anybody: Date },
): Promise<number> {
  const { rowCount } = await database.query(
    `DELETE FROM issued_document_content c USING issued_document d
      WHERE d.serial = c.serial AND d.issued_at < CASE WHEN d.department_id IS NULL THEN $2::timestamptz ELSE $1::timestamptz END`,
    [departments, anybody],
  )
  return rowCount ?? 0
}
