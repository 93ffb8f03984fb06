import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExchangeClient, type ExchangeClient } from '../../client/exchange-client.ts'
import { parsePublicJwk } from '../../client/keys.ts'
import type { RunningServer } from '../../gateway/server.ts'
import { type DemoDepartment, loadDemoCity } from '../../prisma/demo-city/load.ts'
import { limits } from '../../src/limits.ts'
import { browserAbsence, openBrowser } from '../support/browser.ts'
import { audience, TestExchange } from '../support/exchange.ts'

/** Objection and repair by the forms of the website, without scripts, and what becomes of the record. */

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const screenshots = fileURLToPath(new URL('../../.data/screenshots/', import.meta.url))
const listed = '91419802MADEM002XE'
const applicant = { name: '某联系人', contact: '0000-00000000' }

describe.skipIf(browserAbsence !== null)(`remedies on the website ${browserAbsence ?? ''}`, () => {
  let exchange: TestExchange
  let server: RunningServer
  let browser: Browser
  let directory: string
  let departments: DemoDepartment[]

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-remedies-'))
    exchange = await TestExchange.start()
    server = await exchange.replica()
    departments = await loadDemoCity({
      app: server.app,
      url: server.url,
      audience,
      directory,
      say: () => undefined,
    })
    browser = await openBrowser()
    await mkdir(screenshots, { recursive: true })
  })
  afterAll(async () => {
    await browser?.close()
    await exchange?.[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  function clientOf(code: string): ExchangeClient {
    const key = departments.find((department) => department.code === code)?.key
    if (!key) throw new RangeError(`no department ${code}`)
    const trustedKeys = server.app.signer.jwks.keys.map(parsePublicJwk)
    return createExchangeClient({ url: server.url, audience, department: code, key, trustedKeys })
  }

  const read = async (path: string) =>
    (await fetch(server.url + path, { headers: { accept: 'text/html' } })).text()

  /** The file of lists in the open data; empty while it is being made. */
  async function openLists(): Promise<string> {
    const [, file] = /href="(\/open-data\/lists[^"]*\.csv)"/.exec(await read('/open-data')) ?? []
    return file === undefined ? '' : read(file)
  }
  async function fill(page: Page, link: string) {
    await page.goto(`${server.url}/subjects/${listed}`)
    await page.locator('#attention').getByRole('link', { name: link }).first().click()
    await page.getByLabel('联系人', { exact: true }).fill(applicant.name)
    await page.getByLabel('电话或电子邮箱').fill(applicant.contact)
    await page.locator('#entry-grounds').fill('年度报告已经补报，见附页。')
    await page.getByLabel('同意为办理本申请').check()
  }
  async function codeAfter(page: Page): Promise<string> {
    await page.getByRole('button', { name: '提交' }).click()
    const code = (await page.locator('.case-code').textContent()) ?? ''
    expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    return code
  }
  async function track(page: Page, code: string): Promise<string> {
    await page.goto(`${server.url}/progress`)
    await page.getByLabel('案件编号').fill(code)
    await page.getByRole('button', { name: '查询' }).click()
    expect(page.url()).toBe(`${server.url}/progress`)
    return (await page.getByRole('status').textContent()) ?? ''
  }

  it('an objection is filed and followed by its code, and the record is marked', async () => {
    await using context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await fill(page, '提出异议')
    const code = await codeAfter(page)
    const progress = await track(page, code.toLowerCase().replaceAll('-', ' '))
    expect(progress).toContain('异议：已收件')
    expect(progress).toContain('河南省社会信用条例')
    // Whoever holds the code learns of the case, not of who applied or about whom.
    for (const hidden of [applicant.name, applicant.contact, '子虚', listed])
      expect(progress).not.toContain(hidden)
    await expect
      .poll(async () => await read(`/subjects/${listed}`), { timeout: 5_000 })
      .toContain('异议处理中')
    expect(exchange.logLines.join('\n')).not.toContain(applicant.name)
    expect(exchange.logLines.join('\n')).not.toContain(code)
  })

  it('tells the same of every code that is none', async () => {
    await using context = await browser.newContext()
    const page = await context.newPage()
    const answers = [await track(page, 'AAAA-BBBB-CCCC-DDDD'), await track(page, '1')]
    expect(answers).toEqual(['没有此编号的案件，请核对。', '没有此编号的案件，请核对。'])
  })

  it('keeps what was typed and tells faults beside the fields, accessibly', async () => {
    await using context = await browser.newContext({ viewport: { width: 390, height: 850 } })
    const page = await context.newPage()
    await fill(page, '提出异议')
    await page.locator('#entry-grounds').fill('号码 110101199001010000 有误')
    await page.getByLabel('联系人', { exact: true }).evaluate((field) => field.removeAttribute('required'))
    await page.getByLabel('联系人', { exact: true }).fill('')
    await page.getByRole('button', { name: '提交' }).click()
    expect(await page.locator('.fault').allTextContents()).toEqual(['请填写', '请勿填写身份证件号码'])
    expect(await page.getByLabel('电话或电子邮箱').inputValue()).toBe(applicant.contact)
    await page.screenshot({ path: join(screenshots, 'apply-faults-phone.png'), fullPage: true })
    await page.evaluate(axeSource)
    const violations = await page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }).then(({ violations }) => violations.map(({ id }) => id))`,
    )
    expect(violations).toEqual([])
  })

  it('is posted by this site alone, and never by reading an address', async () => {
    const body = new URLSearchParams({ code: 'AAAA-BBBB-CCCC-DDDD' })
    const foreign = await fetch(`${server.url}/progress`, {
      method: 'POST',
      body,
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(foreign.status).toBe(400)
    const query = '{ remedyProgress(code: "AAAA-BBBB-CCCC-DDDD") { phase } }'
    const answer = await fetch(`${server.url}/public/graphql?${new URLSearchParams({ query })}`)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'INPUT_INVALID' } }] })
  })

  it('a repaired entry is gone from page, list, search and downloads within five seconds', async () => {
    await using context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const entry = '汝工商异字〔2023〕1号'
    expect(await read(`/subjects/${listed}`)).toContain(entry)
    expect(await read('/lists/attention')).toContain(listed)
    const search = `/search?q=${encodeURIComponent('子虚')}`
    expect(await read(search)).toContain('<span class="tag tag-bad">失信与关注 1</span>')
    await expect.poll(openLists, { timeout: 10_000 }).toContain(entry)
    await fill(page, '申请修复')
    await page.getByLabel('信用承诺').check()
    const code = await codeAfter(page)
    await clientOf('NDRC').query(
      'mutation($code: String!) { acceptRemedy(input: { actionId: "accept", code: $code }) { ... on Refusal { code } } }',
      { code },
    )
    await clientOf('AIC').query(
      `mutation($code: String!) { decideRemedy(input: { actionId: "grant", code: $code, decision: GRANTED, corrected: true,
         dutiesPerformed: true, documentNo: "汝信修〔2026〕1号", reasons: "已补报" }) { ... on Refusal { code message } } }`,
      { code },
    )
    const granted = performance.now()
    const gone = (from: () => Promise<string>, what: string) =>
      expect
        .poll(async () => (await from()).includes(what), {
          timeout: Math.max(0, granted + 5_000 - performance.now()),
        })
        .toBe(false)
    await Promise.all([
      gone(() => read(`/subjects/${listed}`), entry),
      gone(() => read('/lists/attention'), listed),
      gone(() => read(search), 'tag-bad'),
      gone(openLists, entry),
    ])
    expect(await track(page, code)).toContain('信用修复：准予修复')
    await page.screenshot({ path: join(screenshots, 'progress-granted-desktop.png'), fullPage: true })
  })

  it('takes so many applications of an address in a day, and no more', async () => {
    const apply = async () => {
      const query = `mutation { applyForRemedy(input: { applicationId: "a", kind: OBJECTION, uscc: "${listed}", reference: "2020-01-01.1",
        name: "某", contact: "0", relation: SUBJECT, grounds: "无", pledged: false }) { code } }`
      const answer = await fetch(`${server.url}/public/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      })
      const { errors } = await answer.json()
      return [answer.status, errors[0].extensions.code]
    }
    expect(await apply()).toEqual([200, 'RECORD_NOT_FOUND'])
    for (let tries = 0; tries < limits.applicationsPerAddress.points; tries++) await apply()
    expect(await apply()).toEqual([429, 'RATE_LIMITED'])
  })
})
