import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { likeLiteral } from '../kernel/like-pattern.ts'
import { gramOf } from '../subjects/name-grams.ts'
import type { FoundOrganisation, SearchPlace, SearchType } from './organisation-search.ts'
import type { Published } from './publicity-store.ts'
import { ofOrganisations, published, shownOn } from './published-sql.ts'

const having: Record<SearchType, string> = {
  ANY: 'true',
  LISTED: `p.nature IN ('SERIOUS_DISHONESTY', 'JOINT_PUNISHMENT', 'KEY_ATTENTION')`,
  TRUSTWORTHY: `p.nature = 'TRUSTWORTHY'`,
  PENALISED: `p.kind = 'PENALTY'`,
  LICENSED: `p.kind = 'LICENCE'`,
}

export type FoundPlace = SearchPlace & { subjectIds: number[] }

/**
 * Organisations by a part of a name or the beginning of a code: the one place that says how the public searches. Only what
 * is published is searched, so no name that a department alone knows finds anybody. `key` is normalised; ranks are 0 (the
 * whole name or code), 1 (it begins so) and 2.
 */
export async function placesFound(
  database: Queryable,
  day: LegalDay,
  asked: { key: string; type: SearchType },
  page: { after: SearchPlace | null; limit: number },
): Promise<FoundPlace[]> {
  const { rows } = await database.query(
    `${foundStatement(asked.type)}
     SELECT rank, uscc, "subjectIds" FROM ranked WHERE $6::int IS NULL OR (rank, uscc COLLATE "C") > ($6, $7::text)
      ORDER BY rank, uscc COLLATE "C" LIMIT $8`,
    [...parameters(day, asked.key), page.after?.rank ?? null, page.after?.uscc ?? null, page.limit],
  )
  return rows
}

export async function countFound(
  database: Queryable,
  day: LegalDay,
  asked: { key: string; type: SearchType },
): Promise<number> {
  const { rows } = await database.query(
    `${foundStatement(asked.type)} SELECT count(*) AS total FROM ranked`,
    parameters(day, asked.key),
  )
  return Number(rows[0].total)
}

function parameters(day: LegalDay, key: string): unknown[] {
  const characters = [...key]
  const grams = characters.slice(1).map((second, place) => gramOf.characters(characters[place] ?? '', second))
  return [day, key, `%${likeLiteral(key)}%`, grams, /^[0-9A-Z]+$/.test(key) ? key : null]
}

/** Names are looked for by the pairs of their characters, codes by where they begin: both by an index. */
const foundStatement = (type: SearchType) => `
  WITH candidate AS MATERIALIZED (
    SELECT id, bool_or(by_code) AS by_code, bool_or(is_whole) AS is_whole FROM (
      SELECT n.subject_id AS id, false AS by_code, false AS is_whole
        FROM searchable_name n WHERE n.grams @> $4::text[] AND n.name_key LIKE $3
      UNION ALL
      SELECT s.id, true, s.uscc = $5 FROM subject s WHERE s.uscc >= $5 AND s.uscc < $5 || '~') one
     GROUP BY id
  ), ranked AS (
    SELECT p.uscc, array_agg(DISTINCT p.subject_id) AS "subjectIds",
           min(CASE WHEN p.name_key = $2 OR c.is_whole THEN 0 WHEN starts_with(p.name_key, $2) OR c.by_code THEN 1 ELSE 2 END) AS rank
      FROM public_entry p JOIN candidate c ON c.id = p.subject_id
     WHERE ${shownOn('p', '$1::date')}
     GROUP BY p.uscc
    HAVING bool_or(p.name_key LIKE $3 OR c.by_code) AND bool_or(${having[type]}))`

/** What is published of organisations found, by code, as their records say today. */
export async function organisationsOf(
  database: Queryable,
  publishedNow: Published,
  places: readonly FoundPlace[],
): Promise<Map<string, Omit<FoundOrganisation, 'rank'>>> {
  const { rows } = await database.query(
    `${published}, found AS (
       SELECT p.*, row_number() OVER (PARTITION BY p.uscc ORDER BY p.kind <> 'REGISTRATION', p.recorded_at DESC, p.id DESC) AS place
         FROM published p WHERE p.subject_id = ANY ($4::bigint[]) AND ${ofOrganisations})
     SELECT p.uscc, min(p.name) FILTER (WHERE p.place = 1) AS name,
            count(*) FILTER (WHERE ${having.LISTED})::int AS adverse, count(*) FILTER (WHERE ${having.TRUSTWORTHY})::int AS trustworthy,
            count(*) FILTER (WHERE ${having.PENALISED})::int AS penalties, count(*) FILTER (WHERE ${having.LICENSED})::int AS licences
       FROM found p GROUP BY p.uscc`,
    [...publishedNow, places.flatMap(({ subjectIds }) => subjectIds)],
  )
  return new Map(rows.map((row) => [row.uscc, row]))
}
