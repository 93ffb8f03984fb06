import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { legalDay } from '../src/kernel/clock.ts'
import { limits } from '../src/limits.ts'
import { cacheUntilChange, type KeptAnswer, keptAnswer, keptReply } from './answer-cache.ts'
import { builtFileReply } from './built-files.ts'
import { compressed } from './compression.ts'
import { type EdgeCode, refuse } from './http-refusal.ts'
import type { PublicEndpointParts } from './public-endpoint.ts'
import { createPublicReportEndpoint, reportAskedFor } from './public-report-endpoint.ts'
import { clientAddress } from './rate-limits.ts'
import { type Reply, refusalReply, write } from './reply.ts'
import { readBody } from './request-body.ts'
import { loadSiteBundle, type SiteAnswer, type SiteBundle } from './site-bundle.ts'
import { siteMap } from './site-map.ts'

export const assetsPath = '/assets/'

/** Nothing from elsewhere, and no script or style in the page itself: what a record says can never run. */
const siteHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}
const htmlType = 'text/html; charset=utf-8'
const keptFor = `public, max-age=${limits.publicMaxAgeSeconds}, must-revalidate`

const notBuilt =
  '网站尚未构建，请运行 npm run build:web 后重新启动 (the site is not built: run npm run build:web and start again)\n'

/** The credit website: pages rendered here from the persisted operations of the public surface, and its files. */
export async function createSiteEndpoint(
  parts: PublicEndpointParts & { exchangeUrl: string; onError(error: unknown, path: string): void },
) {
  const { app, rates } = parts
  const { origin, pathname } = new URL(parts.exchangeUrl)
  const base = pathname.replace(/\/+$/, '')
  const bundle = await loadSiteBundle(base)
  const { surface } = parts
  const operations = new Map([...surface.operations.values()].map(({ name, document }) => [name, document]))
  const named = [...surface.operations.values()].find(({ name }) => name === 'Suggest')
  const suggestions = `/public/graphql?documentId=sha256:${named?.id ?? ''}`
  const cache = cacheUntilChange(app.feedWatch)
  const answerReport = createPublicReportEndpoint(parts)

  function executeFor(address: string, method: 'GET' | 'POST') {
    return async (name: string, variables: object) => {
      const query = operations.get(name)
      if (query === undefined) throw new TypeError(`no persisted operation ${name}`)
      const { result, fault } = await surface.execute(
        { query, variables: { ...variables } },
        {
          id: randomUUID(),
          mostCost: limits.publicCost.own,
          takePersonLookup: (person) => rates.takePersonLookup(address, person),
          takeApplication: (uscc) => rates.takeApplication(address, uscc),
          takeTracking: () => rates.takeTracking(address),
          method,
        },
      )
      if (fault !== null) return { fault, message: firstMessage(result) }
      return { data: 'data' in result ? result.data : null }
    }
  }

  const render = (
    site: SiteBundle,
    path: string,
    query: URLSearchParams,
    form: URLSearchParams | null,
    address: string,
  ) =>
    site.renderPage({
      path,
      query,
      form,
      execute: executeFor(address, form === null ? 'GET' : 'POST'),
      base,
      origin,
      day: legalDay(app.clock.now()),
      assets: site.assets,
      suggestions,
      fault: null,
    })

  /** A refusal in the look of the site for whoever reads pages, and as programs know it for all others. */
  async function refusalFor(
    request: IncomingMessage,
    path: string,
    code: EdgeCode | 'INTERNAL',
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const refusal = refuse(code === 'INTERNAL' ? 'UNAVAILABLE' : code, headers)
    if (bundle === null || !(request.headers.accept ?? '').includes('text/html')) return refusalReply(refusal)
    const reply = pageReply(
      await bundle.renderPage({
        path,
        query: new URLSearchParams(),
        form: null,
        execute: async () => ({ fault: code, message: refusal.message }),
        base,
        origin,
        day: legalDay(app.clock.now()),
        assets: bundle.assets,
        suggestions,
        fault: { code, message: refusal.message },
      }),
    )
    return { ...reply, headers: { ...reply.headers, ...headers } }
  }

  /** Whether the site answers for the path; what nobody knows stays with the programs' refusal. */
  function answersFor(request: IncomingMessage, path: string): boolean {
    if (path === '/' || path.startsWith(assetsPath) || path === '/robots.txt' || path === '/sitemap.xml')
      return true
    if (bundle === null) return false
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    return wantsPage || bundle.hasPage(path)
  }

  async function handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    try {
      await answer(request, response, path)
    } catch (error) {
      parts.onError(error, path)
      write(response, await refusalFor(request, path, 'INTERNAL', { 'retry-after': '1' }))
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { method } = request
    const refuseWith = async (code: EdgeCode, headers?: Record<string, string>) =>
      write(response, await refusalFor(request, path, code, headers))
    if (path === '/robots.txt')
      return write(response, textReply(robots(origin, base), 'text/plain; charset=utf-8'))
    if (bundle === null)
      return write(response, { ...textReply(notBuilt, 'text/plain; charset=utf-8'), status: 503 })
    if (path.startsWith(assetsPath))
      return write(
        response,
        builtFileReply(bundle.files, request, path.slice(assetsPath.length), siteHeaders),
      )
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
      return refuseWith('METHOD_NOT_ALLOWED', { allow: 'GET, HEAD, POST' })
    if (!parts.ready()) return refuseWith('UNAVAILABLE', { 'retry-after': '1' })
    const address = clientAddress(request, parts.trustedProxies)
    const wait = await rates.takePublic(address, limits.publicDocumentPoints)
    if (wait !== null) return refuseWith('RATE_LIMITED', { 'retry-after': String(wait) })
    const reportOf = method === 'POST' ? reportAskedFor(path) : null
    if (reportOf !== null) {
      const report = await answerReport(request, reportOf, address)
      if (!('code' in report)) return write(response, report)
      const { code, retryAfter } = report
      return refuseWith(code, retryAfter === null ? {} : { 'retry-after': String(retryAfter) })
    }
    if (path === '/sitemap.xml')
      return answerKept(
        request,
        response,
        path,
        () => siteMap(bundle, executeFor(address, 'GET'), `${origin}${base}`),
        'application/xml; charset=utf-8',
      )
    const [, search = ''] = (request.url ?? '').split(/\?(.*)/s)
    const query = new URLSearchParams(search)
    if (method === 'POST') {
      const form = await readForm(request)
      if (form === null) return refuseWith('REQUEST_MALFORMED')
      return write(response, pageReply(await render(bundle, path, query, form, address)))
    }
    let other: Reply | null = null
    await answerKept(
      request,
      response,
      `${path}?${query}`,
      async () => {
        const answer = await render(bundle, path, query, null, address)
        if (answer.status === 200 && answer.reach !== 'PRIVATE') return answer.html
        other = pageReply(answer)
        return null
      },
      htmlType,
      () => other,
    )
  }

  /** From what is kept, or made anew; forgotten with the next event of the feed, as answers of the public surface are. */
  async function answerKept(
    request: IncomingMessage,
    response: ServerResponse,
    key: string,
    make: () => Promise<string | null>,
    contentType: string,
    otherwise: () => Reply | null = () => null,
  ): Promise<void> {
    const kept = await cache.answer(
      `${legalDay(app.clock.now())} ${key}`,
      async (): Promise<KeptAnswer | null> => {
        const { dataVersion } = await app.publicity.version()
        const text = await make()
        if (text === null) return null
        return keptAnswer(Buffer.from(text), dataVersion)
      },
    )
    if (kept === null) {
      // Another asker's question was answered by a page that nobody keeps: this one is asked again.
      const reply = otherwise()
      return reply === null ? answer(request, response, key.split('?', 1)[0] ?? '/') : write(response, reply)
    }
    const headers = { ...siteHeaders, 'cache-control': keptFor, vary: 'Accept-Encoding' }
    const reply = keptReply(kept, contentType, headers, request.headers['if-none-match'])
    write(response, await compressed(request, reply))
  }

  return { answersFor, handle, stop: cache.stop }
}

function pageReply({ status, html, location }: SiteAnswer): Reply {
  return {
    status,
    body: Buffer.from(html),
    contentType: htmlType,
    headers: {
      ...siteHeaders,
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      ...(location === null ? {} : { location }),
      ...(status === 429 || status === 503 ? { 'retry-after': String(limits.siteRetrySeconds) } : {}),
    },
  }
}

const textReply = (text: string, contentType: string): Reply => ({
  status: 200,
  body: Buffer.from(text),
  contentType,
  headers: siteHeaders,
})

/** Pages about persons and pages of search results are not for search engines. */
const robots = (origin: string, base: string) =>
  [
    'User-agent: *',
    ...['', '/en'].flatMap((prefix) =>
      ['/persons', '/search', '/verify/', '/verification'].map((path) => `Disallow: ${base}${prefix}${path}`),
    ),
    `Sitemap: ${origin}${base}/sitemap.xml`,
    '',
  ].join('\n')

/** What a form of this very site posted; null: anything else. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  // A page of another site must not ask in the name of its reader.
  const from = request.headers['sec-fetch-site']
  if (from !== undefined && from !== 'same-origin' && from !== 'none') return null
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) return null
  const reading = await readBody(request, limits.publicBodyBytes, limits.bodyReceiveTimeout)
  return reading.outcome === 'READ' ? new URLSearchParams(reading.bytes.toString('utf8')) : null
}

function firstMessage(result: object): string {
  const errors: unknown = 'errors' in result ? result.errors : null
  const [first]: unknown[] = Array.isArray(errors) ? errors : []
  return typeof first === 'object' && first !== null && 'message' in first ? String(first.message) : ''
}
