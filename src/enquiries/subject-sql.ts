/**
 * How subjects are named, wherever they are read: by the subject that stands for all that were judged the same (归并), with
 * the codes of the others beside it. Records and listings stay with the subject that they were reported under.
 */

const named = (otherUsccs: string, s = 's') =>
  `json_build_object('id', ${s}.id, 'kind', ${s}.kind, 'uscc', ${s}.uscc, 'name', ${s}.name, 'nameKeys', '[]'::json, 'otherUsccs', ${otherUsccs})`

const codesOf = (members: string) => `
  (SELECT coalesce(json_agg(m.uscc ORDER BY m.uscc), '[]') FROM subject m
    WHERE ${members} AND m.id <> s.id AND m.uscc IS NOT NULL)`

/** Joins as `s` the subject that stands for that of the column. */
export const joinSubject = (column: string) =>
  `JOIN subject o ON o.id = ${column} JOIN subject s ON s.id = coalesce(o.canonical_id, o.id)`

/** Of `s`, as JSON; null: it was never merged, as most, so no others are looked for. */
export const otherUsccs = `CASE WHEN s.canonical_id IS NOT NULL THEN ${codesOf('m.canonical_id = s.canonical_id')} END`

export const subjectJson = named(`coalesce(${otherUsccs}, '[]')`)

/** The same for one subject, as a subquery with its number: `id`, `subject`. */
export const subjectOf = (column: string) => `(
  SELECT s.id, ${subjectJson} AS subject FROM subject o JOIN subject s ON s.id = coalesce(o.canonical_id, o.id)
   WHERE o.id = ${column} LIMIT 1)`

/** The same from a row of subject that was read already, whose alias is none of those above: most stand for themselves. */
export const subjectFrom = (o: string) =>
  `CASE WHEN ${o}.canonical_id IS NULL THEN ${named("'[]'::json", o)} ELSE (SELECT w.subject FROM ${subjectOf(`${o}.id`)} w) END`

/** The same as it was judged at a position of the change feed. */
export const joinSubjectAt = (column: string, position: string) =>
  `JOIN subject s ON s.id = subject_canonical_at(${column}, ${position})`

export const subjectJsonAt = (position: string) =>
  named(codesOf(`m.id = ANY (subject_members_at(s.id, ${position}))`))

export const subjectOfAt = (column: string, position: string) => `(
  SELECT s.id, ${subjectJsonAt(position)} AS subject FROM subject s
   WHERE s.id = subject_canonical_at(${column}, ${position}) LIMIT 1)`
