import { z } from 'zod'
import { departmentRoles, departmentStatuses } from './department.ts'

/** The name that the department `d` bears on a day, in SQL; null before its first. */
export const departmentNameOn = (day: string) => `
  (SELECT n.name FROM department_name n WHERE n.department_id = d.id AND n.valid_from <= ${day}
    ORDER BY n.valid_from DESC LIMIT 1)`

export const today = `(now() AT TIME ZONE 'Asia/Shanghai')::date`

/** What a statement reads of a department `d`, under the name that it bears today. */
export const departmentColumns = `d.id, d.code, d.kind, d.status, d.roles, ${departmentNameOn(today)} AS name`

export const departmentRow = {
  id: z.int(),
  code: z.string(),
  name: z.string().nullable(),
  kind: z.string(),
  status: z.enum(departmentStatuses),
  roles: z.array(z.enum(departmentRoles)),
}
