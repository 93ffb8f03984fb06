import { z } from 'zod'
import { departmentRoles, departmentStatuses } from './department.ts'

/** What a statement reads of a department `d`, under the name that it bears today. */
export const departmentColumns = `d.id, d.code, d.kind, d.status, d.roles,
  (SELECT n.name FROM department_name n
    WHERE n.department_id = d.id AND n.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    ORDER BY n.valid_from DESC LIMIT 1) AS name`

export const departmentRow = {
  id: z.int(),
  code: z.string(),
  name: z.string().nullable(),
  kind: z.string(),
  status: z.enum(departmentStatuses),
  roles: z.array(z.enum(departmentRoles)),
}
