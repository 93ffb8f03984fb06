import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Beside each file for browsers the same as they take it packed: packing well takes seconds, which no start has to spare. */
export function packedFiles(): Plugin {
  let assets = ''
  return {
    name: 'packed-files',
    apply: 'build',
    configResolved: ({ build }) => {
      assets = join(build.outDir, 'assets')
    },
    closeBundle() {
      for (const name of readdirSync(assets)) {
        const plain = readFileSync(join(assets, name))
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(plain))
        writeFileSync(join(assets, `${name}.gz`), gzipSync(plain))
      }
    },
  }
}
