import { z } from 'zod'
import { type ResponsibleRole, responsibleRoles } from '../catalogue/definition.ts'
import type { Queryable } from '../kernel/database.ts'

export type RecordPersons = {
  recordId: number
  /** In the order of the record. `subjectId` is null where only the name is known. */
  persons: readonly { role: ResponsibleRole; name: string; subjectId: number | null }[]
}

/** Replaces the persons of each record by those that it names now, in one statement for all. */
export async function replaceResponsiblePersons(
  client: Queryable,
  records: readonly RecordPersons[],
): Promise<void> {
  if (records.length === 0) return
  const rows = records.flatMap(({ recordId, persons }) =>
    persons.map((person, position) => ({ recordId, position, ...person })),
  )
  // What is left over goes, what has its place is overwritten: the two never touch the same row.
  await client.query(
    `WITH left_over AS (
       DELETE FROM responsible_person p USING unnest($1::bigint[], $2::int[]) AS r (record_id, persons)
        WHERE p.record_id = r.record_id AND p.position >= r.persons
     )
     INSERT INTO responsible_person (record_id, position, role, name, subject_id)
     SELECT * FROM unnest($3::bigint[], $4::int[], $5::text[], $6::text[], $7::bigint[])
     ON CONFLICT (record_id, position) DO UPDATE
        SET role = EXCLUDED.role, name = EXCLUDED.name, subject_id = EXCLUDED.subject_id`,
    [
      records.map(({ recordId }) => recordId),
      records.map(({ persons }) => persons.length),
      rows.map(({ recordId }) => recordId),
      rows.map(({ position }) => position),
      rows.map(({ role }) => role),
      rows.map(({ name }) => name),
      rows.map(({ subjectId }) => subjectId),
    ],
  )
}

export async function recordsWithPersons(
  client: Queryable,
  recordIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const { rows } = await client.query(
    'SELECT DISTINCT record_id AS id FROM responsible_person WHERE record_id = ANY ($1::bigint[])',
    [recordIds],
  )
  return new Set(rows.map(({ id }) => id))
}

export type ResponsiblePerson = { role: ResponsibleRole; name: string }

const personRow = z.object({
  recordId: z.int(),
  /** Whether the record stands. */
  stands: z.boolean(),
  role: z.enum(responsibleRoles),
  name: z.string(),
})

export async function personsOfRecords(
  database: Queryable,
  recordIds: readonly number[],
): Promise<z.infer<typeof personRow>[]> {
  const { rows } = await database.query(
    `SELECT p.record_id AS "recordId", r.status = 'ACTIVE' AS stands, p.role, p.name
       FROM responsible_person p JOIN record r ON r.id = p.record_id
      WHERE p.record_id = ANY ($1::bigint[]) ORDER BY p.record_id, p.position`,
    [recordIds],
  )
  return rows.map((row) => personRow.parse(row))
}
