import type { Queryable } from '../kernel/database.ts'
import { likeLiteral } from '../kernel/like-pattern.ts'
import type { FoundOrganisation, SearchPlace, SearchType } from './organisation-search.ts'
import type { Published } from './publicity-store.ts'
import { ofOrganisations, published } from './published-sql.ts'

const having: Record<SearchType, string> = {
  ANY: 'true',
  LISTED: `p.nature IN ('SERIOUS_DISHONESTY', 'JOINT_PUNISHMENT', 'KEY_ATTENTION')`,
  TRUSTWORTHY: `p.nature = 'TRUSTWORTHY'`,
  PENALISED: `p.kind = 'PENALTY'`,
  LICENSED: `p.kind = 'LICENCE'`,
}

/**
 * Organisations by a part of a name or the beginning of a code: the one place that says how the public searches. Only what
 * is published is searched, so no name that a department alone knows finds anybody. `key` is normalised; ranks are 0 (the
 * whole name or code), 1 (it begins so) and 2.
 */
export async function searchPublished(
  database: Queryable,
  publishedNow: Published,
  asked: { key: string; type: SearchType },
  page: { after: SearchPlace | null; limit: number },
): Promise<FoundOrganisation[]> {
  const { rows } = await database.query(
    `${foundStatement(asked.type)}
     SELECT * FROM ranked WHERE $6::int IS NULL OR (rank, uscc COLLATE "C") > ($6, $7::text)
      ORDER BY rank, uscc COLLATE "C" LIMIT $8`,
    [...parameters(publishedNow, asked.key), page.after?.rank ?? null, page.after?.uscc ?? null, page.limit],
  )
  return rows
}

export async function countFound(
  database: Queryable,
  publishedNow: Published,
  asked: { key: string; type: SearchType },
): Promise<number> {
  const { rows } = await database.query(
    `${foundStatement(asked.type)} SELECT count(*) AS total FROM ranked`,
    parameters(publishedNow, asked.key),
  )
  return Number(rows[0].total)
}

const parameters = (publishedNow: Published, key: string) => [...publishedNow, key, `%${likeLiteral(key)}%`]

/** A name in the spelling of a record that no department gave as its own: levelled nearly as `normaliseName` does. */
const nameKeyOf = (name: string) => `
  replace(replace(upper(translate(regexp_replace(normalize(${name}, NFKC), '\\s', '', 'g'),
    '【〔[{】〕]}•・‧∙', '(((())))····')), '有限责任公司', '有限公司'), '股份有限公司', '股份公司')`

const foundStatement = (type: SearchType) => `
  ${published}, candidate AS MATERIALIZED (
    SELECT n.subject_id AS id FROM subject_name n WHERE n.key LIKE $5
    UNION SELECT s.id FROM subject s WHERE starts_with(s.uscc, $4)
  ), found AS (
    SELECT p.*, row_number() OVER (PARTITION BY p.uscc ORDER BY p.kind <> 'REGISTRATION', p.recorded_at DESC, p.id DESC) AS place,
           coalesce(k.key, ${nameKeyOf('p.name')}) AS name_key
      FROM published p JOIN candidate c ON c.id = p.subject_id
      LEFT JOIN subject_name k ON k.subject_id = p.subject_id AND k.name = p.name
     WHERE ${ofOrganisations}
  ), ranked AS (
    SELECT p.uscc, min(p.name) FILTER (WHERE p.place = 1) AS name,
           count(*) FILTER (WHERE ${having.LISTED})::int AS adverse, count(*) FILTER (WHERE ${having.TRUSTWORTHY})::int AS trustworthy,
           count(*) FILTER (WHERE ${having.PENALISED})::int AS penalties, count(*) FILTER (WHERE ${having.LICENSED})::int AS licences,
           min(CASE WHEN p.name_key = $4 OR $4 IN (p.uscc, p.reported_uscc) THEN 0
                    WHEN starts_with(p.name_key, $4) OR starts_with(p.uscc, $4) THEN 1 ELSE 2 END) AS rank
      FROM found p
     GROUP BY p.uscc
    HAVING bool_or(p.name_key LIKE $5 OR starts_with(p.uscc, $4) OR starts_with(p.reported_uscc, $4)) AND bool_or(${having[type]}))`
