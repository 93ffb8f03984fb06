/** A department (部门) as the rest of the exchange sees it. */
export type Department = {
  id: number
  /** Short, upper case, e.g. `NDRC`; it is `iss` of its queries. */
  code: string
  /** The name in force today; records keep the name they were issued under. */
  name: string
  /** Field of work, e.g. `DEVELOPMENT_REFORM`; measures bind kinds, not single departments. */
  kind: string
  status: DepartmentStatus
  roles: DepartmentRole[]
}

export const departmentStatuses = ['REGISTERED', 'ACTIVE', 'SUSPENDED', 'CLOSED'] as const
export type DepartmentStatus = (typeof departmentStatuses)[number]

/** `PROVIDER` sends records of its datasets, `ENQUIRER` asks, `CREDIT_OFFICE` (信用主管部门) takes in objections and repairs. */
export const departmentRoles = ['PROVIDER', 'ENQUIRER', 'CREDIT_OFFICE'] as const
export type DepartmentRole = (typeof departmentRoles)[number]

export const departmentCodePattern = /^[A-Z][A-Z0-9_]{1,31}$/

export type KeyStatus = 'PENDING' | 'ACTIVE' | 'REVOKED' | 'REFUSED'
export type SignatureAlgorithm = 'EdDSA' | 'ES256'

export type KeyValidity = { status: KeyStatus; notBefore: Date | null; notAfter: Date | null }

/** Whether a query signed at `moment` may rest on the key. A revoked key never counts, whatever the moment. */
export function keyIsValidAt(key: KeyValidity, moment: Date, skewSeconds: number): boolean {
  if (key.status !== 'ACTIVE' || key.notBefore === null) return false
  if (moment.getTime() < key.notBefore.getTime() - skewSeconds * 1000) return false
  return key.notAfter === null || moment.getTime() <= key.notAfter.getTime()
}
