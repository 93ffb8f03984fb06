import { createHash } from 'node:crypto'

/** Base64url without padding (RFC 7515 section 2). */
export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** The bytes of canonical unpadded base64url; undefined for anything else, so that one value has one spelling. */
export function fromBase64url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? new Uint8Array(bytes) : undefined
}

/** SHA-256 in base64url, 43 characters. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The parsed value, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Strict UTF-8 JSON object, or undefined. */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Exactly these members, no more and no fewer. */
export function hasExactly(value: JsonObject, names: readonly string[]): boolean {
  const own = Object.keys(value)
  return own.length === names.length && names.every((name) => Object.hasOwn(value, name))
}

/** The bytes of canonical base64 with padding (RFC 4648 section 4); undefined for anything else. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined
}
