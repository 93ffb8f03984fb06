import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import type { RunningServer } from '../../gateway/server.ts'
import type { TestOfficer } from './console.ts'
import type { ReplicaOptions, TestExchange } from './exchange.ts'
import { freePort } from './process.ts'

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const screenshots = fileURLToPath(new URL('../../.data/screenshots/', import.meta.url))

/** A replica that a browser finds under its own address: the console compares Origin with it. */
export async function replicaForBrowsers(
  exchange: TestExchange,
  options: ReplicaOptions = {},
): Promise<RunningServer> {
  const port = await freePort()
  return exchange.replica({ ...options, at: { port, exchangeUrl: `http://127.0.0.1:${port}` } })
}

/** The console in a browser window, with what must never happen there: errors, and requests to anybody else. */
export class ConsoleWindow implements AsyncDisposable {
  readonly page: Page
  readonly faults: string[] = []
  clicks = 0
  readonly #context: BrowserContext
  readonly #server: RunningServer

  private constructor(context: BrowserContext, page: Page, server: RunningServer) {
    this.#context = context
    this.page = page
    this.#server = server
    page.on('pageerror', (error) => this.faults.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text())
    })
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(server.url) && !/^(data|blob):/.test(url)) this.faults.push(`asked ${url}`)
    })
  }

  /** Null: nobody has signed in. */
  static async open(
    browser: Browser,
    server: RunningServer,
    officer: TestOfficer | null,
    viewport = { width: 1280, height: 900 },
  ): Promise<ConsoleWindow> {
    const context = await browser.newContext({
      viewport,
      locale: 'zh-CN',
      acceptDownloads: true,
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    if (officer !== null) {
      const [name = '', value = ''] = officer.cookie.split('=')
      await context.addCookies([
        { name, value, url: `${server.url}/console/`, httpOnly: true, sameSite: 'Strict' },
      ])
    }
    return new ConsoleWindow(context, await context.newPage(), server)
  }

  async go(path: string): Promise<void> {
    await this.page.goto(`${this.#server.url}/console${path}`)
    await this.page.locator('h1').first().waitFor()
  }

  async click(
    name: string | RegExp,
    place: { within?: string; role?: 'button' | 'link' } = {},
  ): Promise<void> {
    this.clicks += 1
    const scope = place.within === undefined ? this.page : this.page.locator(place.within)
    await scope
      .getByRole(place.role ?? 'button', { name })
      .first()
      .click()
  }

  /** The dialog that is uppermost. */
  dialog(): Locator {
    return this.page.locator('dialog[open]:not(.side)').last()
  }

  /** Fills it by the labels of its fields. */
  async fill(values: Readonly<Record<string, string>>): Promise<void> {
    const dialog = this.dialog()
    await dialog.waitFor()
    for (const [label, value] of Object.entries(values)) {
      const field = dialog
        .getByLabel(label, { exact: true })
        .or(dialog.getByLabel(`${label}（可不填）`, { exact: true }))
      if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value)
      else await field.fill(value)
    }
  }

  async confirm(): Promise<void> {
    this.clicks += 1
    const dialog = this.dialog()
    await dialog.locator('button[type=submit]').click()
    await dialog.waitFor({ state: 'hidden' })
  }

  /** Rules of WCAG 2.1 AA that the page breaks, each with where. */
  async breaches(): Promise<string[]> {
    await this.page.evaluate(axeSource)
    return this.page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`,
    )
  }

  async picture(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true })
    await this.page.screenshot({ path: join(screenshots, `console-${name}.png`), fullPage: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}
