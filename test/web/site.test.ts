import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyDocument } from '../../client/document-verification.ts'
import { parsePublicJwk } from '../../client/keys.ts'
import type { RunningServer } from '../../gateway/server.ts'
import { loadDemoCity } from '../../prisma/demo-city/load.ts'
import { browserAbsence, openBrowser } from '../support/browser.ts'
import { audience, TestExchange } from '../support/exchange.ts'

/** The website in a real browser, on the demo city: one browser and one server for all pages. */

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const screenshots = fileURLToPath(new URL('../../.data/screenshots/', import.meta.url))
const listed = '91419802MADEM002XE'

const pages: Readonly<Record<string, string>> = {
  home: '/',
  'home-en': '/en/',
  search: `/search?q=${encodeURIComponent('汝宁')}`,
  'search-empty': `/search?q=${encodeURIComponent('查无此名')}`,
  subject: `/subjects/${listed}`,
  'subject-en': `/en/subjects/${listed}`,
  black: '/lists/black',
  red: '/lists/red',
  attention: '/lists/attention',
  punishment: '/lists/punishment',
  penalties: '/publicity/penalties',
  licences: '/publicity/licences',
  cases: '/cases',
  persons: '/persons',
  measures: '/measures',
  departments: '/departments',
  'credit-code': `/credit-code?code=${listed}`,
  verification: '/verification',
  statistics: '/statistics',
  'statistics-en': '/en/statistics',
  objection: '/objection',
  repair: '/repair',
  'repair-en': '/en/repair',
  progress: '/progress',
  'open-data': '/open-data',
  api: '/api',
  about: '/about',
  glossary: '/glossary',
  missing: '/no-such-page',
}
const views = {
  phone: { width: 390, colorScheme: 'light' },
  desktop: { width: 1280, colorScheme: 'light' },
  dark: { width: 390, colorScheme: 'dark' },
} as const

describe.skipIf(browserAbsence !== null)(`the website ${browserAbsence ?? ''}`, () => {
  let exchange: TestExchange
  let server: RunningServer
  let browser: Browser
  let directory: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-site-'))
    exchange = await TestExchange.start()
    server = await exchange.replica()
    await loadDemoCity({ app: server.app, url: server.url, audience, directory, say: () => undefined })
    browser = await openBrowser()
    await mkdir(screenshots, { recursive: true })
  })
  afterAll(async () => {
    await browser?.close()
    await exchange?.[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  for (const [device, { width, colorScheme }] of Object.entries(views))
    it(`has no fault for WCAG 2.1 AA, asks nobody else and keeps still: ${device}`, async () => {
      await using context = await browser.newContext({
        viewport: { width, height: 850 },
        colorScheme,
        locale: 'zh-CN',
      })
      const page = await context.newPage()
      const faults: unknown[] = []
      for (const [name, path] of Object.entries(pages)) {
        const heard = listen(page)
        const response = await page.goto(server.url + path)
        expect([path, response?.status()]).toEqual([path, name === 'missing' ? 404 : 200])
        const measured = await page.evaluate<{ shift: number; overflow: number }>(measure)
        // The picture of the whole page resizes the window, which moves content.
        await page.screenshot({ path: join(screenshots, `${name}-${device}.png`), fullPage: true })
        await page.evaluate(axeSource)
        const violations = await page.evaluate<unknown[]>(runAxe)
        const outside = heard.requests.filter(
          (url) => !url.startsWith(server.url) && !url.startsWith('data:'),
        )
        // A missing page is told to the console by the browser itself.
        const said = heard.console.filter((text) => !(name === 'missing' && text.includes('404')))
        if (violations.length > 0 || outside.length > 0 || said.length > 0 || measured.overflow > 0)
          faults.push({ path, violations, outside, said, ...measured })
        expect([path, measured.shift <= 0.05]).toEqual([path, true])
        heard.stop()
      }
      expect(faults).toEqual([])
    })

  it('leads from the search to the subject with its source, and back by its groups', async () => {
    await using context = await browser.newContext({ viewport: { width: 390, height: 850 } })
    const page = await context.newPage()
    await page.goto(server.url)
    await page.getByRole('combobox').fill('子虚')
    await page.getByRole('button', { name: '查询' }).click()
    await page.getByRole('link', { name: '汝宁市子虚商贸有限公司' }).click()
    expect(new URL(page.url()).pathname).toBe(`/subjects/${listed}`)
    expect(await page.title()).toBe('汝宁市子虚商贸有限公司 · 信用汝宁')
    const attention = page.locator('#attention')
    expect(await attention.textContent()).toContain('数据来源：汝宁市工商行政管理局')
    expect(await attention.textContent()).toContain('数据更新时间：')
    await page.getByRole('link', { name: 'English' }).click()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.getByRole('heading', { name: 'Key attention' }).count()).toBe(1)
  })

  it('suggests names while one types, chosen by keys alone', async () => {
    await using context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(server.url)
    await page.getByRole('combobox').pressSequentially('子虚')
    await page.getByRole('option', { name: '汝宁市子虚商贸有限公司' }).waitFor()
    await page.keyboard.press('ArrowDown')
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain(listed)
    await page.evaluate(axeSource)
    expect(await page.evaluate(runAxe)).toEqual([])
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/subjects/${listed}`)
  })

  it('leads on to a report on paper, and to its verification', async () => {
    await using context = await browser.newContext({ acceptDownloads: true, javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${server.url}/subjects/${listed}`)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '下载信用报告' }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`credit-report-${listed}.pdf`)
    const pdf = readFileSync(await download.path())
    const report = await verifyDocument(pdf, {
      issuer: audience,
      exchangeKeys: server.app.signer.jwks.keys.map(parsePublicJwk),
    })
    expect(report).toMatchObject({ holds: true, statement: { kind: 'CREDIT_REPORT' } })
    await page.getByRole('link', { name: '核验', exact: true }).click()
    await page.getByLabel('编号').fill(report.statement?.serial ?? '')
    await page.getByRole('button', { name: '核验' }).click()
    expect(await page.getByRole('status').textContent()).toContain('编号真实')
    expect(await page.textContent('body')).toContain(report.pdfSha256)
  })

  it('has GraphiQL under the policy of all pages: it asks the live API, by GET alone', async () => {
    await using context = await browser.newContext({ viewport: { width: 1280, height: 850 } })
    const page = await context.newPage()
    const heard = listen(page)
    await page.goto(`${server.url}/api`)
    await page.getByRole('button', { name: '打开 GraphiQL' }).click()
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/public/graphql?')),
      page.getByRole('button', { name: 'Execute query' }).click(),
    ])
    expect(answer.request().method()).toBe('GET')
    expect(await answer.json()).toMatchObject({ data: { listEntries: { totalCount: expect.any(Number) } } })
    await page.locator('.result-window').getByText('经营异常名录').waitFor()
    expect(heard.requests.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'))).toEqual(
      [],
    )
    expect(heard.console).toEqual([])
  })

  it('is read and used without scripts', async () => {
    await using context: BrowserContext = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${server.url}/lists/attention`)
    await page.getByLabel('名称、代码或文号').fill('子虚')
    await page.getByRole('button', { name: '筛选' }).click()
    expect(await page.locator('tbody tr').count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('text')).toBe('子虚')
  })

  it('answers about a person by a posted form, kept by nobody and telling nothing of who is unknown', async () => {
    await using context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${server.url}/persons`)
    await page.getByLabel('姓名').fill('某虚构')
    await page.getByLabel('证件号码末').fill('1018')
    const [response] = await Promise.all([
      page.waitForResponse((answer) => answer.request().method() === 'POST'),
      page.getByRole('button', { name: '查询' }).click(),
    ])
    expect(response.headers()).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' })
    expect(await page.getByRole('status').textContent()).toContain('没有可以向您显示的公示信息')
    expect(await page.content()).not.toContain('某虚构')
    expect(page.url()).toBe(`${server.url}/persons`)
  })

  it('takes at most 90 kB of packed scripts, with the strict policy on every page', async () => {
    const answer = await fetch(server.url)
    const html = await answer.text()
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    const scripts = [...html.matchAll(/<script[^>]*src="([^"]+)"/g)].map(([, path]) => path ?? '')
    expect(scripts).toHaveLength(1)
    let bytes = 0
    for (const path of scripts) {
      const script = await fetch(server.url + path)
      expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      bytes += gzipSync(Buffer.from(await script.arrayBuffer())).length
    }
    expect(bytes).toBeLessThanOrEqual(90 * 1024)
  })

  it('names published organisations in the site map, and tells robots to leave persons alone', async () => {
    const map = await (await fetch(`${server.url}/sitemap.xml`)).text()
    expect(map).toContain(`<loc>${audience}/subjects/${listed}</loc>`)
    expect(map).not.toContain('/persons')
    expect(await (await fetch(`${server.url}/robots.txt`)).text()).toContain('Disallow: /persons')
  })
})

/** What the page asked for and what the browser complained of. */
function listen(page: Page) {
  const requests: string[] = []
  const said: string[] = []
  const onRequest = (request: { url(): string }) => void requests.push(request.url())
  const onConsole = (message: { type(): string; text(): string }) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text())
  }
  const onError = (error: Error) => void said.push(error.message)
  page.on('request', onRequest).on('console', onConsole).on('pageerror', onError)
  return {
    requests,
    console: said,
    stop: () => page.off('request', onRequest).off('console', onConsole).off('pageerror', onError),
  }
}

/** In the page: how far content moved, and by how much it is wider than the window. */
const measure = `new Promise((resolve) => {
  let shift = 0
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) shift += entry.value })
    .observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => resolve({ shift, overflow: document.documentElement.scrollWidth - innerWidth }), 50)
})`

const runAxe = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
  .then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ html }) => html) })))`
