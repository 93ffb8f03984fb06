import {
  grades,
  gravestFirst,
  type PublicationRules,
  publicationRuleOn,
  publishedCategories,
} from '../catalogue/publication-rules.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { PublicSheet } from './public-sheet.ts'

/**
 * The records whose publication is in force on a day, as every statement of the public surface begins. It selects; what a
 * page shows is judged once more, record by record, by `publicationOn`, and a test holds both against each other.
 */

/** The first three parameters of such a statement: sheets, the rules of the day, the day. */
export function publishedParameters(
  sheets: readonly PublicSheet[],
  rules: PublicationRules,
  day: LegalDay,
): [string, string, LegalDay] {
  return [JSON.stringify(sheets.map(columnsOf)), JSON.stringify(rulesOn(rules, day)), day]
}

function columnsOf(sheet: PublicSheet) {
  const { publication } = sheet
  const grade = publication?.grade
  const cases = sheet.kind === 'PENALTY' ? publication?.cases : undefined
  return {
    edition: sheet.edition,
    kind: sheet.kind,
    term: sheet.term,
    list_type: sheet.listType,
    nature: sheet.nature,
    name: sheet.name,
    document_no: sheet.documentNo,
    day: sheet.day,
    shown: sheet.fields.map(({ name }) => name),
    category: publication?.category ?? null,
    fixed_grade: grade && 'fixed' in grade ? grade.fixed : null,
    grade_field: grade && 'field' in grade ? grade.field : null,
    grade_of: grade && 'field' in grade ? grade.gradeOf : null,
    kinds: publication?.kinds ?? null,
    corrected_field: publication?.corrected?.field ?? null,
    corrected_in: publication?.corrected?.in ?? null,
    case_field: cases?.field ?? null,
    case_words: cases?.contains ?? null,
    except_field: cases?.except?.field ?? null,
    except_values: cases?.except?.in ?? null,
    persons: publication?.personNames?.of ?? null,
  }
}

/** What of the dated rules holds on the day: maximum and ceiling of what is shown, and kinds of penalties, gravest first. */
function rulesOn(rules: PublicationRules, day: LegalDay) {
  const periods = publishedCategories.flatMap((category) =>
    grades.flatMap((grade) => {
      const rule = publicationRuleOn(rules, category, grade, day)
      if (!rule?.shown) return []
      const ceiling = publicationRuleOn(rules, 'DISCLOSURE', grade, day)?.maxMonths ?? null
      return [{ category, grade, maximum: rule.maxMonths, ceiling }]
    }),
  )
  return { periods, kinds: gravestFirst(rules, day) }
}

const within = (months: string) =>
  `(${months} IS NULL OR $3::date <= x.day + make_interval(months => ${months}))`
const among = (value: string, list: string) => `${value} IN (SELECT jsonb_array_elements_text(${list}))`

/** Sheets, periods and gravity as relations, from the first two parameters. */
const rules = `
  WITH sheet AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS e (
      edition int, kind text, term text, list_type text, nature text, name text, document_no text, day text, shown jsonb,
      category text, fixed_grade text, grade_field text, grade_of jsonb, kinds text, corrected_field text,
      corrected_in jsonb, case_field text, case_words jsonb, except_field text, except_values jsonb, persons text)
  ), period AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($2::jsonb -> 'periods') AS p (category text, grade text, maximum int, ceiling int)
  ), gravity AS MATERIALIZED (
    SELECT word ->> 'kind' AS kind, word ->> 'grade' AS grade, place
      FROM jsonb_array_elements($2::jsonb -> 'kinds') WITH ORDINALITY AS k (word, place)
  )`

/** Records that stand and that some rule publishes, whatever the day. */
const records = `
      FROM record r
      JOIN record_version v ON v.record_id = r.id AND v.version = r.version
      JOIN sheet e ON e.edition = v.dataset_version_id
      JOIN subject o ON o.id = r.subject_id
      JOIN subject s ON s.id = coalesce(o.canonical_id, o.id)
      LEFT JOIN listing l ON l.record_id = r.id
     CROSS JOIN LATERAL (
       SELECT CASE WHEN e.day IS NULL THEN (v.recorded_at AT TIME ZONE 'Asia/Shanghai')::date
                   ELSE (v.content ->> e.day)::date END AS day,
              coalesce(e.fixed_grade, e.grade_of ->> (v.content ->> e.grade_field),
                (SELECT g.grade FROM gravity g WHERE strpos(v.content ->> e.kinds, g.kind) > 0 ORDER BY g.place LIMIT 1)) AS grade) x
      LEFT JOIN period u ON u.category = e.category AND u.grade = x.grade
     WHERE r.status = 'ACTIVE'
       AND NOT (r.version > 1 AND EXISTS (SELECT FROM record_version p WHERE p.record_id = r.id AND p.kind = 'REPAIRED'))
       AND (e.term <> 'BY_RULE' OR u.grade IS NOT NULL)`

const isCase = `
           e.case_field IS NOT NULL
             AND EXISTS (SELECT FROM jsonb_array_elements_text(e.case_words) w (word) WHERE strpos(v.content ->> e.case_field, w.word) > 0)
             AND NOT coalesce(${among('v.content ->> e.except_field', 'e.except_values')}, false)`

/** Known not to be corrected: held beyond its maximum. */
const isHeld = `(v.content ->> e.corrected_field IS NOT NULL
                      AND NOT ${among('v.content ->> e.corrected_field', 'e.corrected_in')})`

/** The head of the statement: a relation `published` of records and what is public of each. */
export const published = `
  ${rules}, published AS NOT MATERIALIZED (
    SELECT r.id, r.subject_id, r.dataset_id, r.version, v.recorded_at, e.edition, e.kind, e.list_type, e.nature, e.persons,
           s.kind AS subject_kind, s.uscc, o.uscc AS reported_uscc, v.content ->> e.name AS name, v.content ->> e.document_no AS document_no,
           x.day, l.id AS listing_id, l.department_id AS listed_by, l.department_name AS listed_by_name, l.ends_on,
           l.disputed_since, v.content, e.shown, ${isCase} AS is_case
    ${records}
       AND x.day <= $3::date
       AND CASE WHEN e.kind = 'LIST' THEN coalesce(listing_in_force(l.listed_on, l.ends_on, l.exited_on, l.suspended, $3::date), false)
                WHEN e.term = 'STANDING' THEN true
                ELSE ${within('u.ceiling')} AND (${within('u.maximum')} OR ${isHeld}) END
  )`

const lastDay = (months: string) => `(x.day + make_interval(months => ${months}))::date`

/**
 * The head of a statement of the first two parameters alone: a relation `entry` of the same records of organisations with
 * the days on which they are published, both included, and days in between on which they are not.
 */
export const entries = `
  ${rules}, entry AS NOT MATERIALIZED (
    SELECT r.id AS record_id, r.subject_id, v.dataset_version_id AS edition, e.kind, e.list_type, e.nature,
           coalesce(l.department_id, (SELECT t.department_id FROM dataset t WHERE t.id = r.dataset_id)) AS department_id,
           s.uscc, substr(s.uscc, 3, 6) AS division, coalesce(v.content ->> e.name, '') AS name, v.content ->> e.document_no AS document_no,
           x.day, ${isCase} AS is_case,
           CASE WHEN e.kind = 'LIST' THEN greatest(x.day, l.listed_on) ELSE x.day END AS shown_from,
           CASE WHEN e.kind = 'LIST' THEN least(l.ends_on, l.exited_on - 1)
                WHEN e.term = 'STANDING' THEN NULL
                ELSE least(${lastDay('u.ceiling')}, CASE WHEN ${isHeld} THEN NULL ELSE ${lastDay('u.maximum')} END) END AS shown_until,
           CASE WHEN e.kind = 'LIST' AND NOT isempty(l.suspended) THEN l.suspended END AS hidden
    ${records}
       AND s.kind = 'ORGANISATION' AND (e.kind <> 'LIST' OR l.listed_on IS NOT NULL)
  )`

/** Of rows of the index, those that are published on the day. */
export const shownOn = (row: string, day: string) =>
  `(${row}.shown_from <= ${day} AND (${row}.shown_until IS NULL OR ${row}.shown_until >= ${day}) AND (${row}.hidden IS NULL OR NOT ${row}.hidden @> ${day}))`

/** Of organisations alone: no statement that lists, counts or searches begins otherwise. */
export const ofOrganisations = `p.subject_kind = 'ORGANISATION'`

/** Whose name is published by the article that the dataset names. */
export const ofNamedPersons = `p.subject_kind = 'PERSON' AND (p.persons = 'ALL' OR (p.persons = 'CASES' AND p.is_case))`

/** Records of the organisation of this code, and of all that were judged the same (归并): asked by any of their codes. */
export const ofCode = (code: string) =>
  `p.subject_id = ANY (ARRAY(SELECT unnest(subject_members(x.id)) FROM subject x WHERE x.uscc = ${code}))`
