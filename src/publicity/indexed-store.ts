import { divisionPrefix } from '../departments/division-code.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { likeLiteral } from '../kernel/like-pattern.ts'
import type { Place, PublishedCount, PublishedFilter } from './publicity-store.ts'
import { shownOn } from './published-sql.ts'

/** Lists and counts by the index of published records; `day` the legal day on which they are published. */

function conditionsOf(filter: PublishedFilter, day: LegalDay, bind: (value: unknown) => string): string[] {
  const conditions = [shownOn('p', `${bind(day)}::date`)]
  const add = (value: unknown, condition: (parameter: string) => string) => {
    if (value !== null) conditions.push(condition(bind(value)))
  }
  // One value alone lets the index give the order as well.
  const among = (column: string, values: readonly string[]) => {
    const [first, ...others] = values
    if (first === undefined) return
    conditions.push(
      others.length === 0 ? `${column} = ${bind(first)}` : `${column} = ANY (${bind(values)}::text[])`,
    )
  }
  among('p.kind', filter.kinds)
  among('p.nature', filter.natures)
  if (filter.casesOnly) conditions.push('p.is_case')
  add(filter.listType, (code) => `p.list_type = ${code}`)
  add(filter.from, (from) => `p.day >= ${from}::date`)
  add(filter.to, (to) => `p.day <= ${to}::date`)
  add(filter.division && divisionPrefix(filter.division), (code) => `starts_with(p.division, ${code})`)
  add(filter.department, (code) => `p.department_id = (SELECT o.id FROM department o WHERE o.code = ${code})`)
  if (filter.text !== null) {
    const [whole, part] = [bind(filter.text), bind(`%${likeLiteral(filter.text)}%`)]
    conditions.push(
      `(p.name LIKE ${part} OR p.document_no LIKE ${part}
        OR p.subject_id = ANY (ARRAY(SELECT unnest(subject_members(x.id)) FROM subject x WHERE x.uscc = upper(${whole}))))`,
    )
  }
  return conditions
}

function binding(): { values: unknown[]; bind(value: unknown): string } {
  const values: unknown[] = []
  return { values, bind: (value) => `$${values.push(value)}` }
}

export async function placesByIndex(
  database: Queryable,
  day: LegalDay,
  filter: PublishedFilter,
  page: { after: Place | null; limit: number },
): Promise<number[]> {
  const { values, bind } = binding()
  const conditions = conditionsOf(filter, day, bind)
  if (page.after)
    conditions.push(
      `(p.day, p.record_id) < (${bind(page.after.day)}::date, ${bind(page.after.recordId)}::bigint)`,
    )
  const { rows } = await database.query(
    `SELECT p.record_id AS id FROM public_entry p WHERE ${conditions.join(' AND ')}
      ORDER BY p.day DESC, p.record_id DESC LIMIT ${bind(page.limit)}`,
    values,
  )
  return rows.map(({ id }) => id)
}

export async function countByIndex(
  database: Queryable,
  day: LegalDay,
  filter: PublishedFilter,
): Promise<number> {
  const { values, bind } = binding()
  const { rows } = await database.query(
    `SELECT count(*) AS total FROM public_entry p WHERE ${conditionsOf(filter, day, bind).join(' AND ')}`,
    values,
  )
  return Number(rows[0].total)
}

/** All that is counted; by day first, since days are cheap to tell apart. */
export async function countsByIndex(
  database: Queryable,
  day: LegalDay,
): Promise<{ counts: PublishedCount[]; organisations: number }> {
  const { rows } = await database.query({
    name: 'public-index-counts',
    text: `WITH daily AS (
       SELECT p.kind, p.list_type, p.nature, p.is_case, p.day, p.division, count(*) AS records
         FROM public_entry p WHERE ${shownOn('p', '$1::date')} GROUP BY 1, 2, 3, 4, 5, 6)
     SELECT (SELECT count(*) FROM (SELECT DISTINCT p.uscc FROM public_entry p WHERE ${shownOn('p', '$1::date')}) u) AS organisations,
            (SELECT coalesce(json_agg(json_build_object('kind', kind, 'listType', list_type, 'nature', nature, 'isCase', is_case,
                      'month', month, 'division', division, 'records', records)), '[]')
               FROM (SELECT kind, list_type, nature, is_case, to_char(day, 'YYYY-MM') AS month, division, sum(records)::int AS records
                       FROM daily GROUP BY 1, 2, 3, 4, 5, 6) g) AS counts`,
    values: [day],
  })
  return rows[0]
}
