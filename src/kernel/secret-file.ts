import { type FileHandle, open } from 'node:fs/promises'

/** A file that only its owner may read, as ssh asks of its keys. */
export type SecretReading =
  | { outcome: 'READ'; text: string }
  | { outcome: 'MISSING' | 'UNREADABLE' }
  /** `mode` in octal, e.g. `644`: others may read it, so it may not be secret any more. */
  | { outcome: 'EXPOSED'; mode: string }

/** The mode is asked of the opened file, so that nobody can put another in its place in between. */
export async function readSecretFile(path: string): Promise<SecretReading> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const mode = (await file.stat()).mode & 0o777
    // Windows reports 666 of every file: there the mode says nothing.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      return { outcome: 'EXPOSED', mode: mode.toString(8) }
    return { outcome: 'READ', text: await file.readFile('utf8') }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { outcome: missing ? 'MISSING' : 'UNREADABLE' }
  } finally {
    await file?.close()
  }
}
