export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * JSON in canonical form (RFC 8785): members sorted by UTF-16 code units, no white space. Equal values give equal
 * bytes, so a digest of it names the value.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`)
  return `{${members.join(',')}}`
}
