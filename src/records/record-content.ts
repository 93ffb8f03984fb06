import { type DatasetDefinition, isSealedType } from '../catalogue/definition.ts'
import type { Json } from '../kernel/canonical-json.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { Vault } from '../kernel/vault.ts'
import type { Values } from './field-values.ts'

/** A certificate number inside stored content: base64 of what the vault made of it. */
export type Sealed = { sealed: string }
export type StoredContent = Record<string, string | number | Sealed>

function sealedFields(definition: DatasetDefinition): Set<string> {
  return new Set(definition.fields.filter((field) => isSealedType(field.value)).map((field) => field.name))
}

const context = (dataset: string, field: string) => `record ${dataset} ${field}`

/** Makes content as it is stored: absent fields left out, certificate numbers encrypted. */
export function contentSealer(
  vault: Vault,
  dataset: string,
  definition: DatasetDefinition,
): (values: Values) => StoredContent {
  const sealed = sealedFields(definition)
  return (values) => {
    const content: StoredContent = {}
    for (const [name, value] of Object.entries(values)) {
      if (value === null) continue
      content[name] = sealed.has(name)
        ? { sealed: vault.encrypt(String(value), context(dataset, name)).toString('base64') }
        : value
    }
    return content
  }
}

export function openSealed(vault: Vault, dataset: string, field: string, value: Sealed): string {
  return vault.decrypt(Buffer.from(value.sealed, 'base64'), context(dataset, field))
}

/** Tells a changed row from a repeated one. Keyed, since a plain digest of a certificate number could be guessed. */
export function contentMac(vault: Vault, values: Values): string {
  const present: Record<string, Json> = {}
  for (const [name, value] of Object.entries(values)) if (value !== null) present[name] = value
  return vault.blindIndex('record content', canonicalJson(present))
}
