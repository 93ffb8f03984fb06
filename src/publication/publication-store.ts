import { z } from 'zod'
import { disclosures } from '../catalogue/definition.ts'
import { listRuleRow, listRulesOf } from '../catalogue/list-rule-row.ts'
import { publicationPart } from '../catalogue/publication-part.ts'
import type { LegalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { exitKinds } from '../listings/membership.ts'
import { recordStatuses } from '../records/record-status.ts'
import type { StoredFacts } from './publication-facts.ts'

const day = z.string()
const row: z.ZodType<StoredFacts> = z.object({
  recordId: z.int(),
  datasetId: z.int(),
  part: publicationPart.nullable(),
  sharing: z.enum(disclosures),
  status: z.enum(recordStatuses),
  changedOn: day,
  repairedOn: day.nullable(),
  determinedOn: z.string().nullable(),
  grade: z.string().nullable(),
  kinds: z.string().nullable(),
  corrected: z.string().nullable(),
  listRules: z.array(listRuleRow),
  listing: z
    .object({
      endsOn: day.nullable(),
      exitedOn: day.nullable(),
      exitKind: z.enum(exitKinds).nullable(),
      isInForce: z.boolean(),
      isSuspended: z.boolean(),
    })
    .nullable(),
})

/** What publication of these records hangs on, on the day. Of their content only the fields that it is made from. */
export async function publicationFactsOfRecords(
  database: Queryable,
  recordIds: readonly number[],
  on: LegalDay,
): Promise<StoredFacts[]> {
  const { rows } = await database.query(
    `SELECT r.id AS "recordId", r.dataset_id AS "datasetId", d.part, d.sharing, r.status,
            coalesce(v.decided_on, (v.recorded_at AT TIME ZONE 'Asia/Shanghai')::date) AS "changedOn",
            (SELECT min(p.decided_on) FROM record_version p WHERE p.record_id = r.id AND p.kind = 'REPAIRED') AS "repairedOn",
            v.content ->> (d.part ->> 'determinedOn') AS "determinedOn",
            v.content ->> (d.part #>> '{grade,field}') AS grade,
            v.content ->> (d.part ->> 'kinds') AS kinds,
            v.content ->> (d.part #>> '{corrected,field}') AS corrected,
            ${listRulesOf('s.list_type_code')} AS "listRules",
            CASE WHEN l.id IS NOT NULL THEN json_build_object(
                'endsOn', l.ends_on, 'exitedOn', l.exited_on, 'exitKind', l.exit_kind,
                'isInForce', listing_in_force(l.listed_on, l.ends_on, l.exited_on, l.suspended, $2::date),
                'isSuspended', l.suspended @> $2::date) END AS listing
       FROM record r
       JOIN record_version v ON v.record_id = r.id AND v.version = r.version
       JOIN dataset s ON s.id = r.dataset_id
       JOIN LATERAL (SELECT definition -> 'publication' AS part, definition ->> 'sharing' AS sharing
                       FROM dataset_version e WHERE e.dataset_id = s.id ORDER BY e.version DESC LIMIT 1) d ON true
       LEFT JOIN listing l ON l.record_id = r.id
      WHERE r.id = ANY ($1::bigint[])`,
    [recordIds, on],
  )
  return z.array(row).parse(rows)
}
