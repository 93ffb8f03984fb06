import { type Field, neededText, textOf, type Values } from '../../parts/fields.tsx'
import { useTexts, useWords } from '../../texts/language.tsx'
import { officerTexts } from '../../texts/officers.ts'
import { roleWords } from '../../texts/shell.ts'
import type { ManagedOfficer, Places } from './officer-operations.ts'

type Role = ManagedOfficer['roles'][number]
/** City administrators are made on the machine alone. */
const roles: readonly Role[] = ['OFFICER', 'REVIEWER', 'AUDITOR', 'HELP_DESK']

/** Roles, department and division of an officer; null: of a new one. */
export function useAssignmentFields(places: Places, officer: ManagedOfficer | null) {
  const t = useTexts(officerTexts)
  const word = useWords(roleWords)
  const fields: Field[] = [
    {
      name: 'department',
      label: t.department,
      kind: 'choice',
      choices: places.departments
        .filter(({ status }) => status !== 'CLOSED')
        .map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
      ...(officer === null ? {} : { initial: officer.department.code }),
    },
    {
      name: 'roles',
      label: t.roles,
      kind: 'choices',
      choices: roles.map((code) => ({ value: code, label: word(code) })),
      help: t.rolesHelp,
      ...(officer === null ? {} : { initial: [...officer.roles] }),
    },
    {
      name: 'division',
      label: t.division,
      kind: 'choice',
      optional: true,
      help: t.divisionHelp,
      choices: places.divisions.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
      ...(officer?.division ? { initial: officer.division } : {}),
    },
  ]
  const read = (values: Values) => ({
    department: neededText(values, 'department'),
    roles: roles.filter((code) => Array.isArray(values.roles) && values.roles.includes(code)),
    division: textOf(values, 'division'),
  })
  return { fields, read }
}
