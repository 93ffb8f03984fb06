import type { DatasetDefinition } from '../catalogue/definition.ts'
import type { TermOn } from '../catalogue/list-rules.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import { parseField, sourceKeyOf, type Values } from './field-values.ts'
import type { CurrentRecord } from './record-store.ts'
import { createBatchReader, type Row } from './submission.ts'

/** Corrections, withdrawals and supersession (更正、撤销、取代) of single records: what may be asked. Pure. */

/** The source number (来源编号) that the fields name, in the form in which records are kept. */
export function readSourceKey(
  definition: DatasetDefinition,
  given: Readonly<Record<string, unknown>>,
  today: LegalDay,
): string {
  const wanted = new Set(definition.sourceKey)
  const strange = Object.keys(given).filter((name) => !wanted.has(name))
  if (strange.length > 0) throw notTheSourceKey(definition)
  const values: Values = {}
  for (const field of definition.fields) {
    if (!wanted.has(field.name)) continue
    const parsed = parseField(field, given[field.name], { today, raw: { ...given } })
    if (!parsed.ok && parsed.heldFor === undefined) {
      throw new Refusal('INPUT_INVALID', `${field.name}: ${parsed.message}`)
    }
    values[field.name] = parsed.value ?? null
  }
  const key = sourceKeyOf(definition, values)
  if (key === null) throw notTheSourceKey(definition)
  return key
}

function notTheSourceKey({ sourceKey }: DatasetDefinition): Refusal {
  return new Refusal(
    'INPUT_INVALID',
    `sourceKey 须由 ${sourceKey.join('、')} 组成 (sourceKey: expected exactly these fields)`,
  )
}

/** The corrected row, which must be as good as any that is submitted. A doubtful number is for a batch, which can hold it. */
export function readCorrection(
  definition: DatasetDefinition,
  record: unknown,
  rules: { termOn: TermOn; today: LegalDay },
): Row {
  const read = createBatchReader({ definition, ...rules })(record, 0, null)
  switch (read.status) {
    case 'READ':
      if (read.row.withdrawal) {
        throw new Refusal(
          'INPUT_INVALID',
          '撤销请用 withdrawRecord (a record is withdrawn by withdrawRecord, not by a correction)',
        )
      }
      return read.row
    case 'HELD':
      throw new Refusal('INPUT_INVALID', `${read.held.problem.field}: ${read.held.problem.message}`)
    case 'REFUSED':
      throw new Refusal(
        'INPUT_INVALID',
        read.refused.problems
          .map(({ field, code, message }) => `${field ?? 'record'} ${code}: ${message}`)
          .join('\n'),
      )
  }
}

/** What was wrong from the start is revoked though it was repaired since (河南省社会信用条例 art. 42, 66). */
export function requireRevocable(record: CurrentRecord | null): CurrentRecord {
  return record?.status === 'REPAIRED' ? record : requireStanding(record)
}

/** Only a record that stands can be changed. */
export function requireStanding(record: CurrentRecord | null): CurrentRecord {
  switch (record?.status) {
    case 'ACTIVE':
      return record
    case 'WITHDRAWN':
      throw new Refusal('RECORD_WITHDRAWN', '该记录已撤销 (the record was withdrawn already)')
    case 'SUPERSEDED':
      throw new Refusal('RECORD_SUPERSEDED', '该记录已被取代 (the record was superseded already)')
    case 'REPAIRED':
      throw new Refusal('RECORD_REPAIRED', '该记录已信用修复 (the record was repaired already)')
    case undefined:
      throw new Refusal('RECORD_NOT_FOUND', '没有此来源编号的记录 (no record has this source number)')
  }
}
