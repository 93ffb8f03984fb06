import type { DatasetDefinition } from '../catalogue/definition.ts'
import type { Queryable } from '../kernel/database.ts'
import type { StoredContent } from '../records/record-content.ts'
import { erasedName, type Hindrance } from './erasure.ts'

/** Everything of a person, in whatever table it is: erasing goes across all modules in one transaction. */

/** All datasets, in one order, as those who store rows lock theirs: nothing is written about anybody meanwhile. */
export async function lockAllDatasets(client: Queryable): Promise<void> {
  await client.query('SELECT 1 FROM dataset ORDER BY id FOR NO KEY UPDATE')
  // Going through all versions may take longer than a statement of the service.
  await client.query('SET LOCAL statement_timeout = 0')
}

export type FoundPerson = {
  id: number
  names: string[]
  identifiers: { scheme: string; ciphertext: Uint8Array | null }[]
}

/** The person of that number, locked; null: nobody has it. */
export async function lockPerson(
  client: Queryable,
  scheme: string,
  valueKey: string,
): Promise<FoundPerson | null> {
  const { rows } = await client.query(
    `SELECT s.id, names_of_person(s.id) AS names FROM subject_identifier i JOIN subject s ON s.id = i.subject_id
      WHERE i.scheme = $1 AND i.value_key = $2 AND s.kind = 'PERSON' FOR NO KEY UPDATE OF s`,
    [scheme, valueKey],
  )
  if (!rows[0]) return null
  const identifiers = await client.query(
    'SELECT scheme, ciphertext FROM subject_identifier WHERE subject_id = $1',
    [rows[0].id],
  )
  return { ...rows[0], identifiers: identifiers.rows }
}

export async function hindrancesOf(client: Queryable, personId: number): Promise<Hindrance[]> {
  const { rows } = await client.query('SELECT kind, ref FROM erasure_hindrances($1) ORDER BY kind, ref', [
    personId,
  ])
  return rows
}

export type SuspectVersion = {
  recordId: number
  version: number
  /** It is what a record that stands says today. */
  isStanding: boolean
  dataset: string
  definition: DatasetDefinition
  content: StoredContent
}

/** Versions of records that are not the person's own now, but were once or hold one of the names. */
export async function suspectVersions(
  client: Queryable,
  personId: number,
  names: readonly string[],
): Promise<SuspectVersion[]> {
  const { rows } = await client.query(
    `SELECT v.record_id AS "recordId", v.version, r.status = 'ACTIVE' AND v.version = r.version AS "isStanding",
            d.code AS dataset, e.definition, v.content
       FROM record_version v JOIN record r ON r.id = v.record_id
       JOIN dataset d ON d.id = r.dataset_id JOIN dataset_version e ON e.id = v.dataset_version_id
      WHERE r.subject_id <> $1
        AND (EXISTS (SELECT FROM unnest($2::text[]) AS name WHERE strpos(v.content::text, name) > 0)
             OR r.id IN (SELECT record_id FROM feed_event WHERE subject_id = $1)
             OR r.id IN (SELECT record_id FROM responsible_person WHERE subject_id = $1))`,
    [personId, names],
  )
  return rows
}

export type StoredHeldRow = {
  id: number
  batchRef: number
  rowIndex: number
  isWaiting: boolean
  ciphertext: Uint8Array
}

/** Rows held for a decision, by pages in the order of their numbers: only their content tells whom they are about. */
export async function heldRowsAfter(
  client: Queryable,
  afterId: number,
  limit: number,
): Promise<StoredHeldRow[]> {
  const { rows } = await client.query(
    `SELECT id, batch_ref AS "batchRef", row_index AS "rowIndex", status = 'WAITING' AS "isWaiting", ciphertext
       FROM held_row WHERE id > $1 AND length(ciphertext) > 0 ORDER BY id LIMIT $2`,
    [afterId, limit],
  )
  return rows
}

export type StoredApplicant = { caseId: number; code: string; isOwn: boolean; applicant: Uint8Array }

/** Who applied in cases about the person's records, and about others that named the person. */
export async function applicantsOf(
  client: Queryable,
  personId: number,
  naming: readonly number[],
): Promise<StoredApplicant[]> {
  const { rows } = await client.query(
    `SELECT c.id AS "caseId", c.code, r.subject_id = $1 AS "isOwn", c.applicant
       FROM remedy_case c JOIN record r ON r.id = c.record_id WHERE r.subject_id = $1 OR r.id = ANY ($2::bigint[])`,
    [personId, naming],
  )
  return rows
}

export type ErasureCounts = {
  records: number
  listings: number
  cases: number
  tasks: number
  responsibleFor: number
  enquiries: number
  files: number
}

/** What there is of the person, for whoever decides. */
export async function countPerson(
  client: Queryable,
  personId: number,
  naming: readonly number[],
): Promise<ErasureCounts> {
  const { rows } = await client.query(
    `SELECT (SELECT count(*) FROM record WHERE subject_id = $1) AS records,
            (SELECT count(*) FROM listing WHERE subject_id = $1) AS listings,
            (SELECT count(*) FROM remedy_case c JOIN record r ON r.id = c.record_id WHERE r.subject_id = $1) AS cases,
            (SELECT count(*) FROM measure_task t JOIN listing l ON l.id = t.listing_id WHERE l.subject_id = $1) AS tasks,
            (SELECT count(DISTINCT record_id) FROM responsible_person WHERE subject_id = $1) AS "responsibleFor",
            (SELECT count(*) FROM subject_enquiry WHERE subject_id = $1) AS enquiries,
            (SELECT count(*) FROM stored_file f WHERE f.erased_at IS NULL AND f.id IN (${filesOf})) AS files`,
    [personId, naming],
  )
  return rows[0]
}

/** Files, with their annotated copies, of which a row was stored about the person ($1) or in a record that named it ($2). */
const filesOf = `
  SELECT unnest(ARRAY[b.source_file_id, b.annotated_file_id]) FROM batch b JOIN record_version v ON v.batch_ref = b.id
    JOIN record r ON r.id = v.record_id WHERE r.subject_id = $1 OR r.id = ANY ($2::bigint[])`

/** The texts of what is append-only go by the one function that may do so; it refuses where the conditions do not hold. */
export async function eraseHistory(
  client: Queryable,
  erased: { personId: number; naming: readonly number[]; actor: string; facts: object },
): Promise<void> {
  await client.query('SELECT erase_person($1, $2, $3, $4)', [
    erased.personId,
    erased.naming,
    erased.actor,
    JSON.stringify(erased.facts),
  ])
}

/**
 * The person's own records: numbers, days, kinds and documents stay, content and reasons go. Without its digest a record counts
 * as erased; a source number that says the name is replaced.
 */
export async function eraseOwnRecords(
  client: Queryable,
  personId: number,
  needles: readonly string[],
): Promise<number[]> {
  await client.query(
    `UPDATE record_version v SET content = '{}', reason = CASE WHEN v.reason IS NOT NULL THEN '' END
       FROM record r WHERE r.id = v.record_id AND r.subject_id = $1`,
    [personId],
  )
  await client.query(`UPDATE listing SET reason = '' WHERE subject_id = $1`, [personId])
  const { rows } = await client.query(
    `UPDATE record SET content_mac = '', source_key =
        CASE WHEN EXISTS (SELECT FROM unnest($2::text[]) AS needle WHERE strpos(source_key, needle) > 0)
             THEN 'ERASED ' || id ELSE source_key END
      WHERE subject_id = $1 RETURNING id`,
    [personId, needles],
  )
  return rows.map(({ id }) => id)
}

/** Records of others that named the person. */
export async function eraseNaming(
  client: Queryable,
  personId: number,
  naming: readonly number[],
  versions: readonly { recordId: number; version: number; content: StoredContent }[],
): Promise<void> {
  await client.query(
    `UPDATE record_version v SET content = e.content::jsonb
       FROM unnest($1::bigint[], $2::int[], $3::text[]) AS e (record_id, version, content)
      WHERE v.record_id = e.record_id AND v.version = e.version`,
    [
      versions.map(({ recordId }) => recordId),
      versions.map(({ version }) => version),
      versions.map(({ content }) => JSON.stringify(content)),
    ],
  )
  const known = 'names_of_person($1)'
  await client.query(
    `UPDATE record_version SET reason = without_names(reason, ${known}) WHERE record_id = ANY ($2::bigint[]) AND reason IS NOT NULL`,
    [personId, naming],
  )
  await client.query(
    `UPDATE listing SET reason = without_names(reason, ${known}) WHERE record_id = ANY ($2::bigint[])`,
    [personId, naming],
  )
  // Beside the entries with the number, those of the same name in records that do not stand.
  await client.query(
    `UPDATE responsible_person p SET name = $3, subject_id = NULL FROM record r
      WHERE r.id = p.record_id AND (p.subject_id = $1 OR
            (r.id = ANY ($2::bigint[]) AND r.status <> 'ACTIVE' AND p.subject_id IS NULL AND p.name = ANY (${known})))`,
    [personId, naming, erasedName],
  )
}

/** Cases: the grounds, and the applicants as they are to be stored now. */
export async function eraseCases(
  client: Queryable,
  personId: number,
  naming: readonly number[],
  applicants: readonly { caseId: number; applicant: Uint8Array }[],
): Promise<void> {
  await client.query(
    `UPDATE remedy_case c SET grounds = CASE WHEN r.subject_id = $1 THEN '' ELSE without_names(c.grounds, names_of_person($1)) END
       FROM record r WHERE r.id = c.record_id AND (r.subject_id = $1 OR r.id = ANY ($2::bigint[]))`,
    [personId, naming],
  )
  await client.query(
    `UPDATE remedy_case c SET applicant = e.applicant FROM unnest($1::bigint[], $2::bytea[]) AS e (id, applicant)
      WHERE c.id = e.id`,
    [applicants.map(({ caseId }) => caseId), applicants.map(({ applicant }) => applicant)],
  )
}

/** What came in: held rows, files still kept with what was wrong with their rows, what officers remarked on files. */
export async function eraseIntake(
  client: Queryable,
  personId: number,
  erased: { naming: readonly number[]; heldRows: readonly number[]; now: Date },
): Promise<void> {
  await client.query(
    `UPDATE held_row SET ciphertext = '', reason = CASE WHEN reason IS NOT NULL THEN '' END WHERE id = ANY ($1::bigint[])`,
    [erased.heldRows],
  )
  await client.query(
    `UPDATE batch SET confirmation = without_texts(confirmation, '{by,at}', names_of_person($1))
      WHERE EXISTS (SELECT FROM unnest(names_of_person($1)) AS name WHERE strpos(confirmation ->> 'reason', name) > 0)`,
    [personId],
  )
  const { rows } = await client.query(
    `UPDATE stored_file f SET erased_at = $3 WHERE f.erased_at IS NULL AND f.id IN (${filesOf}) RETURNING id`,
    [personId, erased.naming, erased.now],
  )
  const files = rows.map(({ id }) => id)
  await client.query('DELETE FROM stored_file_piece WHERE file_id = ANY ($1::bigint[])', [files])
  await client.query(
    'DELETE FROM batch_problem p USING batch b WHERE b.id = p.batch_ref AND b.source_file_id = ANY ($1::bigint[])',
    [files],
  )
}

/** Last of all, since the names are told by these: afterwards nothing finds the person any more. */
export async function eraseIdentity(client: Queryable, personId: number): Promise<void> {
  await client.query(
    'DELETE FROM issued_document_content c USING issued_document d WHERE d.serial = c.serial AND d.subject_id = $1',
    [personId],
  )
  // Files of open data may quote a text that names the person; they are made anew at once.
  await client.query('DELETE FROM open_data_file')
  await client.query('DELETE FROM open_data_piece')
  await client.query('DELETE FROM subject_identifier WHERE subject_id = $1', [personId])
  await client.query('DELETE FROM subject_name WHERE subject_id = $1', [personId])
  await client.query('UPDATE subject SET name = $2, name_is_registered = false WHERE id = $1', [
    personId,
    erasedName,
  ])
}
