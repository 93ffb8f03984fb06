import type { Department } from '../departments/department.ts'

/**
 * What an officer may be. `CITY_ADMINISTRATOR` 市级管理员, `OFFICER` 经办人, `REVIEWER` 复核人 (the second person of
 * four eyes), `AUDITOR` 审计员, `HELP_DESK` 服务台.
 */
export const officerRoles = ['CITY_ADMINISTRATOR', 'OFFICER', 'REVIEWER', 'AUDITOR', 'HELP_DESK'] as const
export type OfficerRole = (typeof officerRoles)[number]

/** An officer (经办人) who has signed in. Every officer belongs to one department, whose rights bound hers. */
export type Officer = {
  id: string
  name: string
  email: string
  roles: readonly OfficerRole[]
  department: Department
  /** Six digits: sees only this county's work lists; null: the whole department. */
  division: string | null
  sessionId: string
}

/** `INVITED`: the one-time set-up code was not used yet, so there is nothing to sign in with. */
export const officerStatuses = ['INVITED', 'ACTIVE', 'DISABLED'] as const
export type OfficerStatus = (typeof officerStatuses)[number]

export type RolesFault = 'NONE' | 'AUDITOR_NOT_ALONE' | 'ADMINISTRATOR_DECIDES'

/**
 * Roles that one person may not hold together: an auditor audits no work of her own, and whoever makes accounts does not
 * decide on listings with one of them.
 */
export function rolesFault(roles: readonly OfficerRole[]): RolesFault | null {
  if (roles.length === 0) return 'NONE'
  if (roles.includes('AUDITOR') && roles.length > 1) return 'AUDITOR_NOT_ALONE'
  const decides = roles.includes('OFFICER') || roles.includes('REVIEWER')
  return roles.includes('CITY_ADMINISTRATOR') && decides ? 'ADMINISTRATOR_DECIDES' : null
}
