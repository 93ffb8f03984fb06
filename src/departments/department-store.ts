import { z } from 'zod'
import type { Queryable } from '../kernel/database.ts'
import type { Department, KeyStatus, KeyValidity, SignatureAlgorithm } from './department.ts'
import { departmentColumns, departmentRow } from './department-row.ts'
import type { PublicKey, StoredJwk } from './public-key.ts'

export type KeyRow = KeyValidity & {
  kid: string
  algorithm: SignatureAlgorithm
  jwk: StoredJwk
  department: Department
}

const keyRow = z.object({
  kid: z.string(),
  algorithm: z.enum(['EdDSA', 'ES256']),
  public_jwk: z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string().optional() }),
  key_status: z.enum(['PENDING', 'ACTIVE', 'REVOKED', 'REFUSED']),
  not_before: z.date().nullable(),
  not_after: z.date().nullable(),
  ...departmentRow,
})

const selectKey = `
  SELECT k.kid, k.algorithm, k.public_jwk, k.status AS key_status, k.not_before, k.not_after,
         ${departmentColumns}
    FROM department_key k JOIN department d ON d.id = k.department_id`

/** The tables of departments and keys, for the paths that every request takes. */
export type DepartmentStore = {
  keyByThumbprint(kid: string): Promise<KeyRow | null>
}

export function createDepartmentStore(database: Queryable): DepartmentStore {
  return {
    async keyByThumbprint(kid) {
      const { rows } = await database.query({
        name: 'key-by-thumbprint',
        text: `${selectKey} WHERE k.kid = $1`,
        values: [kid],
      })
      if (rows.length === 0) return null
      const row = keyRow.parse(rows[0])
      return {
        kid: row.kid,
        algorithm: row.algorithm,
        jwk: row.public_jwk,
        status: row.key_status,
        notBefore: row.not_before,
        notAfter: row.not_after,
        department: {
          id: row.id,
          code: row.code,
          name: row.name ?? row.code,
          kind: row.kind,
          status: row.status,
          roles: row.roles,
        },
      }
    },
  }
}

export type EnrolmentCodeRow = {
  departmentId: number
  departmentCode: string
  expiresAt: Date
  usedAt: Date | null
}

/** Locks the code, so that two enrolments cannot use it at once. */
export async function lockEnrolmentCode(
  client: Queryable,
  codeSha256: string,
): Promise<EnrolmentCodeRow | null> {
  const { rows } = await client.query(
    `SELECT c.department_id AS "departmentId", d.code AS "departmentCode", c.expires_at AS "expiresAt", c.used_at AS "usedAt"
       FROM enrolment_code c JOIN department d ON d.id = c.department_id
      WHERE c.code_sha256 = $1 AND d.status <> 'CLOSED' FOR UPDATE OF c`,
    [codeSha256],
  )
  return rows[0] ?? null
}

export async function useEnrolmentCode(client: Queryable, codeSha256: string, now: Date): Promise<void> {
  await client.query('UPDATE enrolment_code SET used_at = $2 WHERE code_sha256 = $1', [codeSha256, now])
}

/** False where some department has that key already: a thumbprint names one key of one department for ever. */
export async function insertKey(
  client: Queryable,
  departmentId: number,
  key: PublicKey,
  state: { status: 'PENDING' } | { status: 'ACTIVE'; notBefore: Date },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO department_key (kid, department_id, algorithm, public_jwk, status, not_before)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (kid) DO NOTHING`,
    [
      key.kid,
      departmentId,
      key.algorithm,
      JSON.stringify(key.jwk),
      state.status,
      state.status === 'ACTIVE' ? state.notBefore : null,
    ],
  )
  return rowCount === 1
}

/** The state of the department's key of that thumbprint; null where it has no such key. */
export async function keyStatus(
  client: Queryable,
  kid: string,
  departmentId: number,
): Promise<KeyStatus | null> {
  const { rows } = await client.query(
    'SELECT status FROM department_key WHERE kid = $1 AND department_id = $2',
    [kid, departmentId],
  )
  return rows[0]?.status ?? null
}

/** Ends a key at `notAfter`, or earlier where it ends earlier already. */
export async function endKey(client: Queryable, kid: string, notAfter: Date): Promise<Date | null> {
  const { rows } = await client.query(
    `UPDATE department_key SET not_after = LEAST(COALESCE(not_after, $2), $2) WHERE kid = $1 AND status = 'ACTIVE'
     RETURNING not_after AS "notAfter"`,
    [kid, notAfter],
  )
  return rows[0]?.notAfter ?? null
}

/** Its code, where the department was only registered until now; null where it was at work, suspended or closed. */
export async function activateRegistered(client: Queryable, departmentId: number): Promise<string | null> {
  const { rows } = await client.query<{ code: string }>(
    `UPDATE department SET status = 'ACTIVE' WHERE id = $1 AND status = 'REGISTERED' RETURNING code`,
    [departmentId],
  )
  return rows[0]?.code ?? null
}
