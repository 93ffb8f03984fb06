import { z } from 'zod'
import { departmentNameOn, today } from '../departments/department-row.ts'
import { cachedReading } from '../kernel/cached-reading.ts'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import type { Catalogue } from './catalogue.ts'
import { listNatures } from './catalogue-file.ts'
import { type DatasetDefinition, definitionSchema } from './definition.ts'
import { listRuleRow, listRulesOf } from './list-rule-row.ts'
import { businessMatters, measureClasses, measureStatuses } from './measures.ts'

const status = z.enum(['DRAFT', 'ACTIVE', 'RETIRED'])

const catalogueRow = z.object({
  datasets: z.array(
    z.object({
      id: z.int(),
      code: z.string(),
      departmentId: z.int(),
      departmentCode: z.string(),
      departmentName: z.string(),
      status,
      listTypeCode: z.string().nullable(),
      since: z.string(),
      versionId: z.int(),
      version: z.int(),
      definition: definitionSchema,
    }),
  ),
  listTypes: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      nature: z.enum(listNatures),
      field: z.string(),
      scope: z.string(),
      basis: z.array(z.string()),
      determinedBy: z.string(),
      rules: z.array(listRuleRow),
      status,
    }),
  ),
  measures: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      content: z.string(),
      class: z.enum(measureClasses),
      target: z.string(),
      status: z.enum(measureStatuses),
      reducesRights: z.boolean(),
      legalBasis: z.array(z.string()),
      departmentKinds: z.array(z.string()),
      matters: z.array(z.enum(businessMatters)),
      triggers: z.array(z.object({ listType: z.string(), grades: z.array(z.string()).nullable() })),
      decisionText: z.string(),
      documentNeeded: z.boolean(),
      effectiveFrom: z.string(),
      effectiveTo: z.string().nullable(),
    }),
  ),
  grants: z.array(z.object({ departmentId: z.int(), datasetId: z.int() })),
})

// One statement, so that all parts are of one moment.
const selectCatalogue = `
  SELECT
    (SELECT coalesce(json_agg(json_build_object(
        'id', s.id, 'code', s.code, 'departmentId', s.department_id, 'departmentCode', d.code,
        'departmentName', coalesce(${departmentNameOn(today)}, d.code),
        'status', s.status, 'listTypeCode', s.list_type_code,
        'since', (s.created_at AT TIME ZONE 'Asia/Shanghai')::date, 'versionId', v.id, 'version', v.version,
        'definition', v.definition) ORDER BY s.code), '[]')
       FROM dataset s
       JOIN department d ON d.id = s.department_id
       JOIN LATERAL (SELECT * FROM dataset_version v WHERE v.dataset_id = s.id ORDER BY v.version DESC LIMIT 1) v ON true
      WHERE s.status <> 'DRAFT'
    ) AS datasets,
    (SELECT coalesce(json_agg(json_build_object(
        'code', code, 'name', name, 'nature', nature, 'field', field, 'scope', scope, 'basis', basis,
        'determinedBy', determined_by, 'status', status,
        'rules', ${listRulesOf('code')}) ORDER BY code), '[]')
       FROM list_type) AS "listTypes",
    (SELECT coalesce(json_agg(json_build_object(
        'code', code, 'name', name, 'content', content, 'class', class, 'target', target, 'status', status,
        'reducesRights', reduces_rights, 'legalBasis', legal_basis, 'departmentKinds', department_kinds,
        'matters', matters, 'triggers', triggers, 'decisionText', decision_text,
        'documentNeeded', document_needed, 'effectiveFrom', effective_from, 'effectiveTo', effective_to)
        ORDER BY code, effective_from), '[]')
       FROM measure WHERE status <> 'DRAFT') AS measures,
    (SELECT coalesce(json_agg(json_build_object('departmentId', department_id, 'datasetId', dataset_id)), '[]')
       FROM dataset_grant) AS grants`

export type CatalogueReader = {
  current(): Promise<Catalogue>
  /** The definition as of one edition; never changed once written, so it is remembered. */
  version(versionId: number): Promise<DatasetDefinition>
}

/** The catalogue, at most `limits.catalogueCacheTtl` old. */
export function createCatalogueReader(database: Queryable, monotonicNow: () => number): CatalogueReader {
  async function read(): Promise<Catalogue> {
    const { rows } = await database.query(selectCatalogue)
    return catalogueRow.parse(rows[0])
  }
  const editions = new Map<number, DatasetDefinition>()
  return {
    current: cachedReading(read, limits.catalogueCacheTtl, monotonicNow),

    async version(versionId) {
      const known = editions.get(versionId)
      if (known) return known
      const { rows } = await database.query('SELECT definition FROM dataset_version WHERE id = $1', [
        versionId,
      ])
      const definition = definitionSchema.parse(rows[0]?.definition)
      // The oldest goes first; what is asked again is read again.
      const [oldest] = editions.keys()
      if (editions.size >= limits.catalogueEditions && oldest !== undefined) editions.delete(oldest)
      editions.set(versionId, definition)
      return definition
    },
  }
}
