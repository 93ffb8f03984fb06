import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { encodingFor } from './compression.ts'
import { refuse } from './http-refusal.ts'
import { type Reply, refusalReply } from './reply.ts'

/** Files for browsers as `npm run build:web` left them: each plain and packed, under a name that holds a digest of it. */
export type BuiltFiles = ReadonlyMap<string, BuiltFile>
/** Packed forms that an older build did not make are null. */
type BuiltFile = { contentType: string; plain: Buffer; br: Buffer | null; gzip: Buffer | null }

const contentTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** Of a folder that is there. */
export function readBuiltFiles(folder: URL): BuiltFiles {
  const names = new Set(readdirSync(folder))
  const read = (name: string) => readFileSync(new URL(name, folder))
  const packed = (name: string) => (names.has(name) ? read(name) : null)
  const files = [...names].flatMap((name): [string, BuiltFile][] => {
    const contentType = contentTypes[name.slice(name.lastIndexOf('.') + 1)]
    if (contentType === undefined) return []
    return [[name, { contentType, plain: read(name), br: packed(`${name}.br`), gzip: packed(`${name}.gz`) }]]
  })
  return new Map(files)
}

/** The file as the asker takes it. It never changes, so it may be kept for ever. */
export function builtFileReply(
  files: BuiltFiles,
  request: IncomingMessage,
  name: string,
  headers: Record<string, string>,
): Reply {
  const file = files.get(name)
  if (file === undefined) return refusalReply(refuse('NOT_FOUND'))
  const encoding = encodingFor(request.headers['accept-encoding'])
  const packed = encoding && file[encoding]
  return {
    status: 200,
    body: packed ?? file.plain,
    contentType: file.contentType,
    headers: {
      ...headers,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      ...(packed ? { 'content-encoding': encoding } : {}),
    },
  }
}
