/** How listings are read, wherever they are: their columns, when they are in force, and what is shared of them. */

/** Of `l`, by the names that readers use. */
export const listingFields = {
  id: 'l.id',
  listTypeCode: 'l.list_type_code',
  subjectId: 'l.subject_id',
  recordId: 'l.record_id',
  datasetId: 'l.dataset_id',
  departmentCode: '(SELECT code FROM department WHERE id = l.department_id)',
  departmentName: 'l.department_name',
  grade: 'l.grade',
  decisionNo: 'l.decision_no',
  reason: 'l.reason',
  listedOn: 'l.listed_on',
  endsOn: 'l.ends_on',
  exitedOn: 'l.exited_on',
  exitKind: 'l.exit_kind',
  publishedOn: 'l.published_on',
  disputedSince: 'l.disputed_since',
  suspended: 'l.suspended::text',
}

export const listingSelected = (prefix: string) =>
  Object.entries(listingFields)
    .map(([name, column]) => `${column} AS "${prefix}${name}"`)
    .join(', ')

/** The same for `json_build_object`, which takes PostgreSQL several times as long as a row: for single ones. */
export const listingColumns = Object.entries(listingFields)
  .map(([name, column]) => `'${name}', ${column}`)
  .join(', ')

export const inForceOn = (day: string) =>
  `listing_in_force(l.listed_on, l.ends_on, l.exited_on, l.suspended, ${day})`

/**
 * What is shared today: records that stand. Those that were withdrawn, superseded or repaired are for the determining
 * department alone, and what rests on them with them (信用修复: 停止共享和使用).
 */
export const isShared = (record: string, own: string) =>
  `(${record}.status = 'ACTIVE' OR ${record}.dataset_id = ANY (${own}::int[]))`
