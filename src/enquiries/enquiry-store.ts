import type pg from 'pg'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import type { StoredContent } from '../records/record-content.ts'
import type { RecordStatus } from '../records/record-status.ts'
import type { LookupKey } from '../subjects/identification.ts'
import { knownListings, stoodAt, wasMentioned } from './known-then.ts'
import { inForceOn, isShared, listingColumns, listingFields } from './listing-sql.ts'
import type { FoundSubject } from './screening.ts'
import { joinSubject, joinSubjectAt, subjectJson, subjectJsonAt } from './subject-sql.ts'

/** Reading across subjects, names, listings and records. Each function is one statement, so one consistent picture. */

export type ListingRow = {
  id: number
  listTypeCode: string
  subjectId: number
  recordId: number
  datasetId: number
  departmentCode: string
  departmentName: string
  grade: string
  decisionNo: string
  reason: string
  listedOn: string
  endsOn: string | null
  exitedOn: string | null
  exitKind: string | null
  publishedOn: string | null
  disputedSince: string | null
  /** Text of a datemultirange. */
  suspended: string
}

/** `subjectId`: the subject that bears the number or name itself. */
export type Match = { scheme: string; key: string; subjectId: number }
/** A subject that another one stands for (归并). */
export type MergedSubject = { id: number; canonicalId: number; uscc: string | null; nameKeys: string[] }

export type Findings = {
  /** Position of the change feed at the moment of this picture. */
  position: number
  matches: Match[]
  /** Those that stand for what was matched. */
  subjects: FoundSubject[]
  merged: MergedSubject[]
  listings: ListingRow[]
}

const matched = `
  matched AS MATERIALIZED (
    SELECT 'USCC' AS scheme, uscc AS key, id AS subject_id, canonical_id FROM subject WHERE uscc = ANY ($1::text[])
    UNION ALL
    SELECT i.scheme, i.value_key, i.subject_id, (SELECT canonical_id FROM subject s WHERE s.id = i.subject_id)
      FROM subject_identifier i JOIN unnest($2::text[], $3::text[]) AS r (scheme, value_key) USING (scheme, value_key)
    UNION ALL
    SELECT 'NAME', n.key, n.subject_id, (SELECT canonical_id FROM subject s WHERE s.id = n.subject_id)
      FROM unnest($4::text[]) AS q (key)
      CROSS JOIN LATERAL (
        SELECT m.key, m.subject_id FROM subject_name m
         WHERE m.key = q.key AND (SELECT kind FROM subject s WHERE s.id = m.subject_id) = 'ORGANISATION'
         ORDER BY m.subject_id LIMIT $7) n
  )`

/**
 * The same for numbers alone, as one JSON text. Of lists PostgreSQL knows the length, and so plans each of these statements
 * anew, which takes it several times as long as looking up a few numbers; of this it keeps one plan.
 */
const matchedByNumber = `
  asked AS MATERIALIZED (SELECT scheme, key FROM json_to_recordset($1::json) AS a (scheme text, key text)),
  scope AS MATERIALIZED (
    SELECT ARRAY(SELECT json_array_elements_text($2::json)::int) AS datasets,
           ARRAY(SELECT json_array_elements_text($4::json)::int) AS own),
  matched AS MATERIALIZED (
    SELECT a.scheme, a.key, s.id AS subject_id, s.canonical_id FROM asked a JOIN subject s ON s.uscc = a.key WHERE a.scheme = 'USCC'
    UNION ALL
    SELECT a.scheme, a.key, s.id, s.canonical_id
      FROM asked a JOIN subject_identifier i ON i.scheme = a.scheme AND i.value_key = a.key JOIN subject s ON s.id = i.subject_id
     WHERE a.scheme <> 'USCC'
  )`

/** What was matched, with all that was judged the same: each subject and the one that stands for it. */
const members = `
  member AS MATERIALIZED (
    SELECT subject_id AS id, subject_id AS canonical_id FROM matched WHERE canonical_id IS NULL
    UNION
    SELECT s.id, s.canonical_id FROM subject s
     WHERE s.canonical_id IS NOT NULL
       AND s.canonical_id = ANY (ARRAY(SELECT canonical_id FROM matched WHERE canonical_id IS NOT NULL))
  )`

const membersAt = (position: string) => `
  member AS MATERIALIZED (
    SELECT m.subject_id AS id, m.subject_id AS canonical_id FROM matched m
     WHERE NOT EXISTS (SELECT FROM subject_merge g WHERE g.subject_id = m.subject_id)
    UNION
    SELECT unnest(subject_members_at(m.subject_id, ${position})), subject_canonical_at(m.subject_id, ${position})
      FROM matched m WHERE EXISTS (SELECT FROM subject_merge g WHERE g.subject_id = m.subject_id)
  )`

/** Where a statement has its parameters. */
type Places = { datasets: string; day: string; own: string; names: string }

/**
 * Of the matched subjects, and those judged the same, whoever is known at all: of all that are one, one being known is enough.
 * By a window, never by joining these lists: PostgreSQL takes them for short, and would compare each with each.
 */
const found = (isKnown: string) => `
  found AS MATERIALIZED (
    SELECT id, canonical_id FROM (
      SELECT m.id, m.canonical_id, bool_or(${isKnown}) OVER (PARTITION BY m.canonical_id) AS is_known FROM member m) AS judged
     WHERE is_known
  )`

/** Names are compared only where some were asked for. */
const namesOfFound = (asked: string) =>
  `CASE WHEN cardinality(${asked}::text[]) > 0
        THEN (SELECT json_agg(n.key) FROM subject_name n WHERE n.subject_id = s.id) END`

/**
 * The answer comes as rows of several kinds, each with the columns of all, since it may hold thousands of them and building
 * JSON takes PostgreSQL several times as long.
 */
const answerColumns = {
  part: 'text',
  position: 'bigint',
  ...{ scheme: 'text', key: 'text', canonicalId: 'bigint' },
  ...{ kind: 'text', uscc: 'text', name: 'text', nameKeys: 'json' },
  ...{ id: 'bigint', listTypeCode: 'text', subjectId: 'bigint', recordId: 'bigint', datasetId: 'int' },
  ...{ departmentCode: 'text', departmentName: 'text', grade: 'text', decisionNo: 'text', reason: 'text' },
  ...{ listedOn: 'date', endsOn: 'date', exitedOn: 'date', exitKind: 'text', publishedOn: 'date' },
  ...{ disputedSince: 'date', suspended: 'text' },
}
type AnswerColumn = keyof typeof answerColumns

const rowsOf = (part: FindingRow['part'], columns: Partial<Record<AnswerColumn, string>>, from: string) => {
  const given: Partial<Record<string, string>> = { ...columns, part: `'${part}'` }
  const all = Object.entries(answerColumns).map(
    ([name, type]) => `${given[name] ?? 'NULL'}::${type} AS "${name}"`,
  )
  return `SELECT ${all.join(', ')} ${from}`
}

/** What was matched by a code needs no row of its own: the subject bears it. */
const answer = (listings: string, { day, names }: Pick<Places, 'day' | 'names'>) =>
  [
    rowsOf('HEAD', { position: 'position' }, 'FROM feed_head'),
    rowsOf(
      'MATCH',
      { scheme: 'scheme', key: 'key', subjectId: 'subject_id' },
      "FROM matched WHERE scheme <> 'USCC'",
    ),
    rowsOf(
      'SUBJECT',
      { id: 's.id', kind: 's.kind', uscc: 's.uscc', name: 's.name', nameKeys: namesOfFound(names) },
      'FROM (SELECT DISTINCT canonical_id FROM found) AS whole JOIN subject s ON s.id = whole.canonical_id',
    ),
    rowsOf(
      'MERGED',
      { id: 's.id', canonicalId: 'found.canonical_id', uscc: 's.uscc', nameKeys: namesOfFound(names) },
      'FROM found JOIN subject s ON s.id = found.id WHERE found.id <> found.canonical_id',
    ),
    rowsOf('LISTING', listingFields, `${listings} AND ${inForceOn(`${day}::date`)}`),
  ].join(' UNION ALL ')

const findStatement = (matched: string, places: Places) => `
  WITH ${matched}, ${members}, ${found(`
    EXISTS (SELECT FROM record r WHERE r.subject_id = m.id AND r.dataset_id = ANY (${places.datasets}::int[])
               AND ${isShared('r', places.own)})`)}
  ${answer(
    `
       FROM found JOIN listing l ON l.subject_id = found.id JOIN record r ON r.id = l.record_id
      WHERE l.dataset_id = ANY (${places.datasets}::int[]) AND ${isShared('r', places.own)}`,
    places,
  )}`

const placesOfMany: Places = { datasets: '$5', day: '$6', own: '$8', names: '$4' }
const findManyText = findStatement(matched, placesOfMany)
const findByNumberText = findStatement(matchedByNumber, {
  datasets: '(SELECT datasets FROM scope)',
  day: '$3',
  own: '(SELECT own FROM scope)',
  names: "'{}'",
})

const findKnownStatement = `
  WITH ${matched}, ${membersAt('$9')}, ${found(wasMentioned('m.id', '$5', '$9', '$8'))}, known AS MATERIALIZED (
    ${knownListings(
      '$9',
      'b.id IN (SELECT x.listing_id FROM feed_event x JOIN found ON found.id = x.subject_id WHERE x.position <= $9)',
    )}
  )
  ${answer(
    `
       FROM known l JOIN found ON found.id = l.subject_id JOIN record r ON r.id = l.record_id
      WHERE l.dataset_id = ANY ($5::int[]) AND l.phase IN ('LISTED', 'ENDED') AND ${stoodAt('r', '$9', '$8')}`,
    placesOfMany,
  )}`

/** What is asked of whom. */
export type Sought = {
  keys: readonly LookupKey[]
  nameKeys: readonly string[]
  datasetIds: readonly number[]
  /** Datasets of the asker's own, of which it sees as well what no longer stands. */
  ownDatasetIds: readonly number[]
  day: string
  /** The position of the feed whose knowledge answers; null: what is known now. */
  knownPosition: number | null
  namesakes: number
}

/**
 * Everything known under the keys from the given datasets: a subject that only others mention is not known at all.
 * With them the listings of these datasets that are in force on the day.
 */
export async function findSubjects(database: Queryable, sought: Sought): Promise<Findings> {
  const isFew =
    sought.keys.length <= limits.numbersFoundTogether &&
    sought.nameKeys.length === 0 &&
    sought.knownPosition === null
  const { rows } = await database.query(isFew ? findByNumber(sought) : findMany(sought))
  return findingsOf(rows, sought)
}

type FindingRow =
  | { part: 'HEAD'; position: number }
  | ({ part: 'MATCH' } & Match)
  | {
      part: 'SUBJECT'
      id: number
      kind: FoundSubject['kind']
      uscc: string | null
      name: string
      nameKeys: string[] | null
    }
  | { part: 'MERGED'; id: number; canonicalId: number; uscc: string | null; nameKeys: string[] | null }
  | ({ part: 'LISTING' } & ListingRow)

function findingsOf(rows: readonly FindingRow[], { keys }: Sought): Findings {
  const findings: Findings = { position: 0, matches: [], subjects: [], merged: [], listings: [] }
  const codes = new Set(keys.flatMap(({ scheme, key }) => (scheme === 'USCC' ? [key] : [])))
  const matchedByCode = (subjectId: number, uscc: string | null) => {
    if (uscc !== null && codes.has(uscc)) findings.matches.push({ scheme: 'USCC', key: uscc, subjectId })
  }
  for (const row of rows) {
    switch (row.part) {
      case 'HEAD':
        findings.position = row.position
        break
      case 'MATCH':
        findings.matches.push({ scheme: row.scheme, key: row.key, subjectId: row.subjectId })
        break
      case 'SUBJECT': {
        const { id, kind, uscc, name, nameKeys } = row
        findings.subjects.push({ id, kind, uscc, name, nameKeys: nameKeys ?? [], otherUsccs: [] })
        matchedByCode(id, uscc)
        break
      }
      case 'MERGED': {
        const { id, canonicalId, uscc, nameKeys } = row
        findings.merged.push({ id, canonicalId, uscc, nameKeys: nameKeys ?? [] })
        matchedByCode(id, uscc)
        break
      }
      case 'LISTING':
        findings.listings.push(row)
        break
    }
  }
  findings.listings.sort(latestFirst)
  return { ...findings, subjects: withMerged(findings.subjects, findings.merged) }
}

const latestFirst = (one: ListingRow, other: ListingRow) =>
  one.listedOn === other.listedOn ? other.id - one.id : one.listedOn < other.listedOn ? 1 : -1

function findByNumber({ keys, datasetIds, day, ownDatasetIds }: Sought): pg.QueryConfig {
  return {
    name: 'find-by-number',
    text: findByNumberText,
    values: [
      JSON.stringify(keys.map(({ scheme, key }) => ({ scheme, key }))),
      JSON.stringify(datasetIds),
      day,
      JSON.stringify(ownDatasetIds),
    ],
  }
}

function findMany(sought: Sought): pg.QueryConfig {
  const uscc = sought.keys.filter((key) => key.scheme === 'USCC')
  const others = sought.keys.filter((key) => key.scheme !== 'USCC')
  return {
    name: sought.knownPosition === null ? 'find-subjects' : 'find-known-subjects',
    text: sought.knownPosition === null ? findManyText : findKnownStatement,
    values: [
      uscc.map(({ key }) => key),
      others.map(({ scheme }) => scheme),
      others.map(({ key }) => key),
      sought.nameKeys,
      sought.datasetIds,
      sought.day,
      sought.namesakes,
      sought.ownDatasetIds,
      ...(sought.knownPosition === null ? [] : [sought.knownPosition]),
    ],
  }
}

/** Whoever stands for others bears their codes and names as well. */
function withMerged(subjects: FoundSubject[], merged: readonly MergedSubject[]): FoundSubject[] {
  if (merged.length === 0) return subjects
  const others = Map.groupBy(merged, ({ canonicalId }) => canonicalId)
  return subjects.map((subject) => {
    const its = others.get(subject.id) ?? []
    return {
      ...subject,
      nameKeys: [...subject.nameKeys, ...its.flatMap(({ nameKeys }) => nameKeys)],
      otherUsccs: its.flatMap(({ uscc }) => uscc ?? []).toSorted(),
    }
  })
}

export type SubjectName = { name: string; firstSeenAt: Date; lastSeenAt: Date }

export async function namesOf(database: Queryable, subjectId: number): Promise<SubjectName[]> {
  const { rows } = await database.query(
    `SELECT name, min(first_seen_at) AS "firstSeenAt", max(last_seen_at) AS "lastSeenAt"
       FROM subject_name WHERE subject_id = ANY (subject_members($1)) GROUP BY name ORDER BY max(last_seen_at) DESC, name`,
    [subjectId],
  )
  return rows
}

export type Page = { afterId: number | null; limit: number }

export type ListingFilter = {
  datasetIds: readonly number[]
  ownDatasetIds: readonly number[]
  listTypeCode: string | null
  subjectId: number | null
  /** Only listings in force on that day; null: those that ended as well. */
  day: string | null
  /** The position of the feed whose knowledge answers; null: what is known now. */
  knownPosition: number | null
}

const asJudgedNow = {
  join: joinSubject('l.subject_id'),
  subject: subjectJson,
  members: 'subject_members($3)',
}
const asJudgedAt = (position: string) => ({
  join: joinSubjectAt('l.subject_id', position),
  subject: subjectJsonAt(position),
  members: `subject_members_at($3, ${position})`,
})

const pageOf = (source: string, judged = asJudgedNow) => `
  SELECT json_build_object(${listingColumns}, 'subject', ${judged.subject}) AS listing
    FROM ${source} ${judged.join}
   WHERE l.dataset_id = ANY ($1::int[])
     AND ($2::text IS NULL OR l.list_type_code = $2)
     AND ($3::bigint IS NULL OR l.subject_id = ANY (${judged.members}))
     AND ($4::date IS NULL OR ${inForceOn('$4::date')})
     AND ($5::bigint IS NULL OR l.id > $5)`

/** For whom a person answers (责任人员): listings in force on the day whose record stands. */
export async function pageOfListingsAnsweredFor(
  database: Queryable,
  filter: { personId: number; roles: readonly { datasetId: number; role: string }[]; day: string },
  page: Page,
): Promise<(ListingRow & { subject: FoundSubject })[]> {
  const { rows } = await database.query(
    `${pageOf('listing l JOIN record r ON r.id = l.record_id')} AND r.status = 'ACTIVE'
       AND (l.record_id, l.dataset_id) IN (
         SELECT p.record_id, d.dataset_id
           FROM responsible_person p JOIN unnest($1::int[], $8::text[]) AS d (dataset_id, role) USING (role)
          WHERE p.subject_id = ANY (subject_members($7)))
     ORDER BY l.id LIMIT $6`,
    [
      filter.roles.map(({ datasetId }) => datasetId),
      null,
      null,
      filter.day,
      page.afterId,
      page.limit,
      filter.personId,
      filter.roles.map(({ role }) => role),
    ],
  )
  return rows.map((row) => row.listing)
}

/** Persons under these keys whom a record that stands names as answerable, in a role that the asker may see. */
export async function findAnswerable(
  database: Queryable,
  keys: readonly LookupKey[],
  roles: readonly { datasetId: number; role: string }[],
): Promise<FoundSubject[]> {
  const { rows } = await database.query(
    `SELECT DISTINCT s.id, s.kind, s.uscc, s.name, '{}'::text[] AS "nameKeys", '{}'::text[] AS "otherUsccs"
       FROM subject_identifier i
       JOIN unnest($1::text[], $2::text[]) AS k (scheme, value_key) USING (scheme, value_key)
       ${joinSubject('i.subject_id')}
       JOIN responsible_person p ON p.subject_id = ANY (subject_members(s.id))
       JOIN record r ON r.id = p.record_id AND r.status = 'ACTIVE'
       JOIN unnest($3::int[], $4::text[]) AS d (dataset_id, role) ON d.dataset_id = r.dataset_id AND d.role = p.role
      ORDER BY s.id`,
    [
      keys.map(({ scheme }) => scheme),
      keys.map(({ key }) => key),
      roles.map(({ datasetId }) => datasetId),
      roles.map(({ role }) => role),
    ],
  )
  return rows
}

const ofKnown = ({ subjectId }: ListingFilter) =>
  subjectId === null
    ? '($5::bigint IS NULL OR b.id > $5)'
    : 'b.id IN (SELECT x.listing_id FROM feed_event x WHERE x.subject_id = ANY (subject_members_at($3, $8)) AND x.position <= $8)'

/** In the order of their making, so that a page once read never shifts. */
export async function pageOfListings(
  database: Queryable,
  filter: ListingFilter,
  page: Page,
): Promise<(ListingRow & { subject: FoundSubject })[]> {
  const values = [
    filter.datasetIds,
    filter.listTypeCode,
    filter.subjectId,
    filter.day,
    page.afterId,
    page.limit,
  ]
  // Of many at once, others than the own department see only what is shared today as well: the past of one subject is for proof.
  const { rows } =
    filter.knownPosition === null
      ? await database.query(
          `${pageOf('listing l JOIN record r ON r.id = l.record_id')} AND ${isShared('r', '$7')} ORDER BY l.id LIMIT $6`,
          [...values, filter.ownDatasetIds],
        )
      : await database.query(
          `${pageOf(`(${knownListings('$8', ofKnown(filter))}) l JOIN record r ON r.id = l.record_id`, asJudgedAt('$8'))}
             AND l.phase IN ('LISTED', 'ENDED') AND ${stoodAt('r', '$8', '$7')} AND ($3::bigint IS NOT NULL OR ${isShared('r', '$7')})
           ORDER BY l.id LIMIT $6`,
          [...values, filter.ownDatasetIds, filter.knownPosition],
        )
  return rows.map((row) => row.listing)
}

export type RecordRow = {
  id: number
  datasetId: number
  subjectId: number
  version: number
  datasetVersionId: number
  status: RecordStatus
  content: StoredContent
  recordedAt: string
  subject: FoundSubject
}

export async function pageOfRecords(
  database: Queryable,
  filter: {
    datasetIds: readonly number[]
    ownDatasetIds: readonly number[]
    subjectId: number | null
    /** Records that no longer stand are for their own department alone. */
    ended: 'LEFT_OUT' | 'INCLUDED'
  },
  page: Page,
): Promise<RecordRow[]> {
  const { rows } = await database.query(
    `SELECT json_build_object('id', r.id, 'datasetId', r.dataset_id, 'subjectId', r.subject_id, 'version', r.version,
              'datasetVersionId', v.dataset_version_id, 'status', r.status, 'content', v.content, 'recordedAt', v.recorded_at,
              'subject', ${subjectJson}) AS record
       FROM record r
       JOIN record_version v ON v.record_id = r.id AND v.version = r.version
       ${joinSubject('r.subject_id')}
      WHERE r.dataset_id = ANY ($1::int[])
        AND ($2::bigint IS NULL OR r.subject_id = ANY (subject_members($2)))
        AND ($3::bigint IS NULL OR r.id > $3)
        AND (r.status = 'ACTIVE' OR r.dataset_id = ANY ($5::int[]))
      ORDER BY r.id LIMIT $4`,
    [
      filter.datasetIds,
      filter.subjectId,
      page.afterId,
      page.limit,
      filter.ended === 'INCLUDED' ? filter.ownDatasetIds : [],
    ],
  )
  return rows.map((row) => row.record)
}
