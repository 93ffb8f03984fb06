import { mkdirSync, statSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { resolve } from 'node:path'

/**
 * `npm start`. Compiling modules is the most of a start, so what was compiled is kept in the data folder for workers and the
 * next start; where it cannot be kept, it is compiled again. Nothing of the service may be imported before.
 */
const compiled = resolve(process.env.DATA_DIR || '.data', 'compiled')

/** What lies there will be run: it has to belong to whoever runs it, and to nobody else. */
function isOurs(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(directory)
    return uid === process.getuid?.() && (mode & 0o022) === 0
  } catch {
    return false
  }
}

if (isOurs(compiled)) {
  enableCompileCache(compiled)
  process.env.NODE_COMPILE_CACHE = compiled
}
await import('./start.ts')
flushCompileCache()
