import type { DatasetDefinition, Field } from './definition.ts'
import type { FieldRole } from './field-terms.ts'
import type { Placed } from './proposal-columns.ts'
import { type Facts, gradeOf, type MissingCode } from './proposal-facts.ts'
import { nameWithRole, ownValues, type SubjectPlan, speaksOfPersons } from './proposal-subject.ts'
import { type Sample, valuesOf } from './proposal-values.ts'

/** What a proposed dataset says beside its fields: checks, source key, listing, withdrawal. Pure. */

export function checksOf(placed: readonly Placed[], plan: SubjectPlan): DatasetDefinition['checks'] {
  const present = (name: string) => placed.some(({ field }) => field.name === name)
  const ofPersonsOnly = plan.kinds.length === 1 && plan.kinds[0] === 'PERSON'
  return placed.flatMap(({ term }) =>
    (term?.checks ?? []).flatMap((check) => {
      // Where every record is about a person, the condition that says so is left out.
      const refuseWhen = check.refuseWhen.filter(
        (condition) => !(ofPersonsOnly && !present(condition.field) && speaksOfPersons([condition])),
      )
      const fields = refuseWhen.flatMap((condition) =>
        ['before' in condition ? condition.before : [], condition.field].flat(),
      )
      if (!present(check.field) || !fields.every(present)) return []
      return [{ ...check, refuseWhen: refuseWhen.map((condition) => ownValues(condition, plan)) }]
    }),
  )
}

/** What tells one record from another at its source; never a number of a person. */
export function sourceKeyOf(placed: readonly Placed[], plan: SubjectPlan, sample: Sample): string[] {
  const byRole = (role: FieldRole) => nameWithRole(placed, role)
  const subject =
    (plan.kinds.includes('PERSON') ? undefined : byRole('SUBJECT_USCC')) ?? byRole('SUBJECT_NAME')
  const decision = placed.find(({ term, heading }) => term?.role === 'DECISION_NUMBER' && heading !== null)
    ?.field.name
  const parts = (...names: (string | undefined)[]) => names.flatMap((name) => name ?? [])
  if (decision !== undefined) return parts(byRole('DECISION_AUTHORITY_CODE'), decision, subject)
  const source = byRole('SOURCE_NUMBER') ?? countingColumn(placed, sample)
  if (source !== undefined) return parts(source, subject)
  const day = byRole('LISTED_ON') ?? byRole('DECISION_DAY')
  return day !== undefined && subject !== undefined ? [subject, day] : []
}

/** Without its number a record would be taken for another one's. */
export function requiredInKey(field: Field, sourceKey: readonly string[]): Field {
  return field.required === false && sourceKey.includes(field.name) ? { ...field, required: true } : field
}

/** A column of numbers (编号) that never repeats in the sample. */
function countingColumn(placed: readonly Placed[], sample: Sample): string | undefined {
  return placed.find(({ field, term, heading }) => {
    if (term !== null || heading === null || field.value.type !== 'TEXT' || !/号$/.test(heading)) return false
    const values = valuesOf(sample, heading)
    return values.length === sample.rows.length && new Set(values).size === values.length && values.length > 1
  })?.field.name
}

export function listingOf(
  placed: readonly Placed[],
  listType: NonNullable<Facts['listType']>,
  lacking: MissingCode[],
): DatasetDefinition['listing'] {
  const byRole = (role: FieldRole) => nameWithRole(placed, role)
  const [listedOn, reason, decisionNo] = [byRole('LISTED_ON'), byRole('REASON'), byRole('DECISION_NUMBER')]
  const [endsOn, exitedOn, grade] = [byRole('ENDS_ON'), byRole('EXITED_ON'), byRole('GRADE')]
  if (listedOn === undefined) lacking.push('LISTED_ON')
  if (reason === undefined) lacking.push('REASON')
  return {
    listedOn: listedOn ?? '',
    ...(endsOn === undefined ? {} : { endsOn }),
    ...(exitedOn === undefined ? {} : { exitedOn }),
    decisionNo: decisionNo ?? '',
    reason: reason ?? '',
    grade: grade === undefined ? { fixed: gradeOf[listType.nature] } : { field: grade },
  }
}

export function withdrawalOf(placed: readonly Placed[]): Pick<DatasetDefinition, 'withdrawal'> {
  const status = placed.find(({ term }) => term?.role === 'STATUS')
  if (!status?.term || status.term.withdrawnBy.length === 0) return {}
  const byRole = (role: FieldRole) => nameWithRole(placed, role)
  const [reason, documentNo, decidedOn] = [
    byRole('WITHDRAWAL_REASON'),
    byRole('WITHDRAWAL_DOCUMENT'),
    byRole('WITHDRAWAL_DAY'),
  ]
  return {
    withdrawal: {
      when: [{ field: status.field.name, in: status.term.withdrawnBy }],
      ...(reason === undefined ? {} : { reason }),
      ...(documentNo === undefined ? {} : { documentNo }),
      ...(decidedOn === undefined ? {} : { decidedOn }),
    },
  }
}
