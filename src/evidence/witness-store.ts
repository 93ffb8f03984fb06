import type { Queryable } from '../kernel/database.ts'

export type Witness = { id: number; departmentId: number; name: string; vkey: string; registeredAt: Date }
export type PublicWitness = { department: string; name: string; vkey: string; since: Date }

const columns = 'id, department_id AS "departmentId", name, vkey, registered_at AS "registeredAt"'

export async function witnessesOf(database: Queryable, departmentId: number): Promise<Witness[]> {
  const { rows } = await database.query(
    `SELECT ${columns} FROM witness WHERE department_id = $1 ORDER BY id`,
    [departmentId],
  )
  return rows
}

export async function publicWitnesses(database: Queryable): Promise<PublicWitness[]> {
  const { rows } = await database.query(
    `SELECT d.code AS department, w.name, w.vkey, w.registered_at AS since
       FROM witness w JOIN department d ON d.id = w.department_id ORDER BY w.name`,
  )
  return rows
}

/** Null: the name or the key is another witness's. */
export async function saveWitness(client: Queryable, witness: Omit<Witness, 'id'>): Promise<Witness | null> {
  const { rows } = await client.query(
    `INSERT INTO witness (department_id, name, vkey, registered_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING ${columns}`,
    [witness.departmentId, witness.name, witness.vkey, witness.registeredAt],
  )
  return rows[0] ?? null
}

/** One cosignature of a witness for each checkpoint; a later one of the same says nothing new. */
export async function saveCosignature(
  client: Queryable,
  cosignature: { size: number; witnessId: number; line: string; at: Date },
): Promise<void> {
  await client.query(
    `INSERT INTO log_cosignature (size, witness_id, line, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [cosignature.size, cosignature.witnessId, cosignature.line, cosignature.at],
  )
}
