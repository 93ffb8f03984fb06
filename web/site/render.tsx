import { renderToStaticMarkup } from 'react-dom/server'
import { type Assets, Layout } from './layout.tsx'
import type { Answers } from './operation-types.ts'
import { type Ask, Fault, type Language, type PageAnswer, type PageRequest } from './page.ts'
import { faultPage, missingPage } from './pages/fault.tsx'
import { findRoute, routes } from './routes.ts'

/** What the gateway hands in for one page. */
export type RenderInput = {
  /** Below the base path, beginning with `/`. */
  path: string
  query: URLSearchParams
  form: URLSearchParams | null
  /** `{data}` or `{fault, message}` of a persisted operation of that name. */
  execute(name: string, variables: object): Promise<{ data: unknown } | { fault: string; message: string }>
  /** Path part of the public base URL without a trailing slash. */
  base: string
  /** Scheme and host of the public base URL. */
  origin: string
  day: string
  assets: Assets
  /** Below the base path, where scripts ask for names. */
  suggestions: string
  /** What was refused before any page was asked: told without a question. */
  fault: { code: string; message: string } | null
}

export type Rendered = {
  status: number
  html: string
  /** Whether answers may be kept by caches, and whether search engines may list them. */
  reach: 'EVERYBODY' | 'UNLISTED' | 'PRIVATE'
  location: string | null
}

/** Paths that a site map names. */
export const mappedPaths = routes.filter((route) => route.mapped).map((route) => route.path)

/** Whether a page lies at the path, in either language. */
export const hasPage = (path: string) => findRoute(languageOf(path).path) !== null

/** As it was last read: pages of faults are rendered without a question. */
let lastCity = ''

/** Never throws for what a reader may do wrong; those answers are pages too. */
export async function renderPage(input: RenderInput): Promise<Rendered> {
  const { language, path } = languageOf(input.path)
  const ask = askWith(input.execute)
  const prefix = language === 'en' ? `${input.base}/en` : input.base
  const found = findRoute(path)
  const request: PageRequest = {
    language,
    t: (zh, en) => (language === 'zh' ? zh : en),
    link: (to, query) => addressOf(`${prefix}${to}`, query),
    outside: (to) => `${input.base}${to}`,
    params: found?.params ?? {},
    query: input.query,
    form: input.form,
    ask,
    suggestions: `${input.base}${input.suggestions}`,
    city: lastCity,
    day: input.day,
  }
  const answer =
    input.fault === null
      ? await answerOf(request, found?.route.page ?? null)
      : faultPage(request, new Fault(input.fault.code, input.fault.message))
  if (answer.kind === 'ELSEWHERE')
    return { status: 303, html: '', reach: 'UNLISTED', location: answer.location }
  const query = input.query.size > 0 && answer.reach !== 'PRIVATE' ? `?${input.query}` : ''
  const markup = renderToStaticMarkup(
    <Layout
      request={request}
      title={answer.title}
      isListed={answer.reach === 'EVERYBODY' && answer.status === 200}
      path={path}
      query={query}
      root={`${input.origin}${input.base}`}
      base={input.base}
      assets={input.assets}
    >
      {answer.body}
    </Layout>,
  )
  return { status: answer.status, html: `<!doctype html>${markup}`, reach: answer.reach, location: null }
}

async function answerOf(request: PageRequest, page: ((of: PageRequest) => Promise<PageAnswer>) | null) {
  try {
    lastCity = cityOf(await request.ask('Frame', {}))
    request.city = lastCity
    return page === null ? missingPage(request) : await page(request)
  } catch (error) {
    if (error instanceof Fault) return faultPage(request, error)
    throw error
  }
}

/** The city is the prefecture-level division (地级: four digits and two noughts, GB/T 2260) that has departments here. */
function cityOf({ divisions, departments }: Answers['Frame']): string {
  const served = new Set(departments.map(({ division }) => division))
  return divisions.find(({ code }) => code.endsWith('00') && served.has(code))?.name ?? ''
}

function askWith(execute: RenderInput['execute']): Ask {
  return async (name, variables) => {
    const answer = await execute(name, variables)
    if ('fault' in answer) throw new Fault(answer.fault, answer.message)
    // The gateway ran the operation of that name, whose answer the schema has checked: the one cast of the site.
    return answer.data as never
  }
}

function languageOf(path: string): { language: Language; path: string } {
  const [, rest] = /^\/en(\/.*)?$/.exec(path) ?? []
  return /^\/en(\/|$)/.test(path) ? { language: 'en', path: rest ?? '/' } : { language: 'zh', path }
}

function addressOf(path: string, query: Record<string, string> | undefined): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== '')
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
