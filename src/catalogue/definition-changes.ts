import { isDeepStrictEqual } from 'node:util'
import type { DatasetDefinition } from './definition.ts'

/** What one edition of a definition changed over the one before. Pure. */
export type DefinitionChanges = {
  added: string[]
  removed: string[]
  /** Fields that stayed, with what of them is different. */
  changed: { field: string; parts: string[] }[]
  /** Parts of the definition other than its fields. */
  parts: string[]
}

export function definitionChanges(before: DatasetDefinition, after: DatasetDefinition): DefinitionChanges {
  const [earlier, later] = [fieldsOf(before), fieldsOf(after)]
  return {
    added: [...later.keys()].filter((name) => !earlier.has(name)),
    removed: [...earlier.keys()].filter((name) => !later.has(name)),
    changed: [...later].flatMap(([field, now]) => {
      const parts = differences(earlier.get(field) ?? now, now)
      return parts.length === 0 ? [] : [{ field, parts }]
    }),
    parts: differences({ ...before, fields: null }, { ...after, fields: null }),
  }
}

const fieldsOf = (definition: DatasetDefinition) =>
  new Map(definition.fields.map((field) => [field.name, field]))

function differences(before: object, after: object): string[] {
  const [left, right] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return [...new Set([...left.keys(), ...right.keys()])].filter(
    (key) => !isDeepStrictEqual(left.get(key), right.get(key)),
  )
}
