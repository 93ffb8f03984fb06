import { limits } from '../limits.ts'
import type { Department, KeyValidity, SignatureAlgorithm } from './department.ts'
import type { DepartmentStore } from './department-store.ts'
import { type SignatureVerifier, signatureVerifier } from './public-key.ts'

export type KnownKey = KeyValidity & {
  kid: string
  algorithm: SignatureAlgorithm
  isSigned: SignatureVerifier
  department: Department
}

/**
 * Keys by thumbprint. An answer is never older than `limits.keyCacheTtl`, counted from before it was read, so a
 * revocation or suspension is in force on every replica within that time without any message between them. An error
 * of the database is an error of the look-up: nothing is trusted on the strength of an older reading.
 */
export type KeyDirectory = { find(kid: string): Promise<KnownKey | null> }

export function createKeyDirectory(store: DepartmentStore, monotonicNow: () => number): KeyDirectory {
  const readings = new Map<string, { at: number; key: Promise<KnownKey | null> }>()
  const verifiers = new Map<string, Promise<SignatureVerifier>>()

  async function read(kid: string): Promise<KnownKey | null> {
    const row = await store.keyByThumbprint(kid)
    if (!row) return null
    const { jwk, ...rest } = row
    const verifier = verifiers.get(kid) ?? signatureVerifier(jwk, row.algorithm)
    remember(verifiers, kid, verifier)
    return { ...rest, isSigned: await verifier }
  }

  return {
    find(kid) {
      const now = monotonicNow()
      const known = readings.get(kid)
      if (known && now - known.at < limits.keyCacheTtl) return known.key
      const key = read(kid)
      remember(readings, kid, { at: now, key })
      key.catch(() => readings.delete(kid))
      return key
    },
  }
}

/** Strangers choose the names that are looked up, so the memory has an end: the oldest goes first. */
function remember<V>(map: Map<string, V>, kid: string, value: V): void {
  map.delete(kid)
  map.set(kid, value)
  if (map.size > limits.keyCacheEntries) {
    const oldest = map.keys().next()
    if (!oldest.done) map.delete(oldest.value)
  }
}
