import { isObject } from '../../api/fault.ts'

/**
 * A definition as the console reads and corrects it. The server owns its form: what is not touched here goes back as it
 * came.
 */

export type Definition = Readonly<Record<string, unknown>>

export type DefinitionField = {
  name: string
  label: string
  type: string
  /** Null: it depends on other fields. */
  required: boolean | null
  disclosure: string
}

export const definitionOf = (value: unknown): Definition => (isObject(value) ? value : {})

export function fieldsIn(definition: Definition): DefinitionField[] {
  const { fields } = definition
  if (!Array.isArray(fields)) return []
  return fields.filter(isObject).map((field) => ({
    name: String(field.name),
    label: String(field.label),
    type: isObject(field.value) ? String(field.value.type) : '',
    required: typeof field.required === 'boolean' ? field.required : null,
    disclosure: String(field.disclosure),
  }))
}

/** Numbers of persons may be in them: they are sealed and never anything but AUTHORISED. */
export const isSealed = ({ type }: DefinitionField): boolean =>
  type === 'CERTIFICATE' || type === 'SUBJECT_NUMBER'

export type Correction = { label?: string; disclosure?: string }

/** The definition with what a person corrected of its fields, by their names. */
export function corrected(
  definition: Definition,
  corrections: Readonly<Record<string, Correction>>,
): Definition {
  const { fields } = definition
  if (!Array.isArray(fields)) return definition
  return {
    ...definition,
    fields: fields.map((field) =>
      isObject(field) ? { ...field, ...corrections[String(field.name)] } : (field as unknown),
    ),
  }
}

export const textIn = (definition: Definition, name: string): string => {
  const value = definition[name]
  return typeof value === 'string' ? value : ''
}

export const textsIn = (definition: Definition, name: string): string[] => {
  const value = definition[name]
  return Array.isArray(value) ? value.map(String) : []
}
