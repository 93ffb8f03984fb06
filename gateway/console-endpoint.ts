import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { type BuiltFiles, builtFileReply, readBuiltFiles } from './built-files.ts'
import { refuse } from './http-refusal.ts'
import { type Reply, refusalReply, write } from './reply.ts'

/** Whatever nobody else answers below it is a page of the console, which finds its way in the browser. */
export const consolePath = '/console/'
const assetsPath = `${consolePath}assets/`

const folder = new URL('../web/dist/console/', import.meta.url)
const manifestShape = z.object({
  'main.tsx': z.object({ file: z.string() }),
  'style.css': z.object({ file: z.string() }),
})
const notBuilt =
  '管理台尚未构建，请运行 npm run build:web 后重新启动 (the console is not built: run npm run build:web and start again)\n'

/**
 * Scripts come from here alone and no style sheet is taken that does not bear the nonce. Ant Design writes style
 * attributes, which cannot bear one; they run nothing.
 */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const commonHeaders = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
}

/** The console's page and its files. They tell nobody anything: what they show, they ask for with a session. */
export function createConsoleEndpoint(parts: { exchangeUrl: string }) {
  const base = new URL(parts.exchangeUrl).pathname.replace(/\/+$/, '')
  const bundle = loadBundle()

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return write(response, refusalReply(refuse('METHOD_NOT_ALLOWED', { allow: 'GET, HEAD' })))
    if (bundle === null)
      return write(response, { ...textReply(notBuilt, 'text/plain; charset=utf-8', {}), status: 503 })
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const asset = path.lastIndexOf(assetsPath)
    if (asset >= 0) {
      const name = path.slice(asset + assetsPath.length)
      return write(response, builtFileReply(bundle.files, request, name, commonHeaders))
    }
    const nonce = randomBytes(16).toString('base64')
    write(
      response,
      textReply(pageHtml(`${base}/console`, bundle, nonce), 'text/html; charset=utf-8', {
        'content-security-policy': policy(nonce),
        'x-robots-tag': 'noindex, nofollow',
      }),
    )
  }
}

type Bundle = { script: string; style: string; files: BuiltFiles }

/** Null: it is not built. */
function loadBundle(): Bundle | null {
  const manifest = readBuilt('manifest.json')
  if (manifest === null) return null
  const built = manifestShape.parse(JSON.parse(manifest.toString('utf8')))
  return {
    script: built['main.tsx'].file,
    style: built['style.css'].file,
    files: readBuiltFiles(new URL('assets/', folder)),
  }
}

function readBuilt(path: string): Buffer | null {
  try {
    return readFileSync(new URL(path, folder))
  } catch {
    return null
  }
}

const pageHtml = (base: string, { script, style }: Bundle, nonce: string) => `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="console-base" content="${base}">
<meta name="console-nonce" nonce="${nonce}">
<title>信用联合惩戒管理台</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${base}/${style}">
<script type="module" src="${base}/${script}"></script>
</head>
<body>
<div id="console"></div>
<noscript>管理台需要 JavaScript (the console needs JavaScript)</noscript>
</body>
</html>
`

const textReply = (text: string, contentType: string, headers: Record<string, string>): Reply => ({
  status: 200,
  body: Buffer.from(text),
  contentType,
  headers: { ...commonHeaders, 'cache-control': 'no-store', ...headers },
})
