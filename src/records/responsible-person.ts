import type { DatasetDefinition, ResponsibleRole } from '../catalogue/definition.ts'
import type { PersonScheme } from '../subjects/identifiers.ts'
import { certificateScheme, type Values } from './field-values.ts'

/**
 * Persons answerable for what a record says of an organisation (责任人员, 河南省社会信用条例 art. 35), as a row names them.
 * Pure. A certificate number links the person; a name alone never does.
 */
export type ResponsibleReference = {
  role: ResponsibleRole
  name: string
  certificate: { scheme: PersonScheme; number: string } | null
}

export function responsibleOf(
  { subject, fields }: DatasetDefinition,
  values: Values,
): ResponsibleReference[] {
  const named = (subject.responsible ?? []).flatMap(({ role, name, certificate }): ResponsibleReference[] => {
    const text = values[name] ?? null
    if (text === null) return []
    if (certificate === undefined)
      return personNames(String(text)).map((single) => ({ role, name: single, certificate: null }))
    const number = values[certificate] ?? null
    const type = fields.find((field) => field.name === certificate)?.value
    const kind = type?.type === 'CERTIFICATE' && type.kindField ? (values[type.kindField] ?? null) : null
    const scheme = certificateScheme(kind === null ? null : String(kind))
    const linking = number === null || scheme === null ? null : { scheme, number: String(number) }
    return [{ role, name: String(text), certificate: linking }]
  })
  return [
    ...new Map(
      named.map((person) => [`${person.role} ${person.name} ${person.certificate?.number}`, person]),
    ).values(),
  ]
}

/**
 * The names in one cell, where several stand in it: 张三、李四（财务负责人）；王五. White space parts none, since names of
 * other languages have it inside; a remark in brackets is no name, and may hold a separator.
 */
export function personNames(text: string): string[] {
  return text
    .replace(/[（(][^（()）]*[)）]/gu, '')
    .split(/[、，,；;]/u)
    .map((name) => name.trim())
    .filter((name) => /\p{L}/u.test(name) && name !== '无')
}
