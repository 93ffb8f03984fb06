import { Fault } from '../../../api/fault.ts'

export type SampleFile = { name: string; content: string }

/** A GraphQL variable holds it whole, so there is a limit; the server has the same. */
const mostBytes = 4 * 1024 * 1024

/** The file in base64. Throws a Fault where it is too large. */
export async function readSample(file: File, tooLarge: string): Promise<SampleFile> {
  if (file.size > mostBytes) throw new Fault('INPUT_INVALID', tooLarge)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const parts: string[] = []
  // All bytes at once are too many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)))
  return { name: file.name, content: btoa(parts.join('')) }
}

/** What a file is called is often what its table is called. */
export const nameFromFile = (fileName: string): string =>
  fileName.replace(/\.[A-Za-z0-9]+$/, '').slice(0, 100)
