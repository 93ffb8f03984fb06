import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol } from '../../client/enrolment.ts'
import { createExchangeClient } from '../../client/exchange-client.ts'
import { generatePrivateJwk, parsePublicJwk } from '../../client/keys.ts'
import type { RunningServer } from '../../gateway/server.ts'
import type { OfficerManager } from '../../src/officers/officer-manager.ts'
import { totpCode, totpStep } from '../../src/officers/totp.ts'
import { csvOf, foundingCatalogue, termFiles, tobaccoSheet } from '../src/catalogue/sample-sheets.ts'
import { browserAbsence, openBrowser } from '../support/browser.ts'
import { ConsoleWindow, replicaForBrowsers } from '../support/console-browser.ts'
import { fromBase32, goodPassword } from '../support/console-visitor.ts'
import { audience, TestExchange } from '../support/exchange.ts'

/**
 * A new administrator's first day, in a browser: from a set-up code to another department's first signed query and its
 * first accepted records. How many clicks it takes is part of what is promised.
 */

const operator: OfficerManager = { kind: 'OPERATOR', name: 'tester' }

describe.skipIf(browserAbsence !== null)(`an administrator at the console ${browserAbsence ?? ''}`, () => {
  let exchange: TestExchange
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    exchange = await TestExchange.start()
    server = await replicaForBrowsers(exchange)
    for (const path of ['clocks.json', 'list-types.json', ...termFiles])
      await exchange.importCatalogue(foundingCatalogue(path))
    await server.app.registry.register('tester', {
      code: 'NDRC',
      name: '汝宁市发展和改革委员会',
      kind: 'DEVELOPMENT_REFORM',
      division: '419800',
      roles: ['ENQUIRER', 'CREDIT_OFFICE'],
    })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await exchange?.[Symbol.asyncDispose]()
  })

  it('connects a department with a dataset of its own', async () => {
    // As `npm run admin -- officer add` does it.
    const { setUp } = await server.app.officers.create(operator, {
      name: '管理员甲',
      email: 'admin@example.invalid',
      department: 'NDRC',
      roles: ['CITY_ADMINISTRATOR'],
      division: null,
    })
    await using window = await ConsoleWindow.open(browser, server, null)
    const { page } = window
    const totpSecret = await setUpAccount(window, setUp.code)
    await window.click('退出登录')
    await signIn(window, totpSecret)
    await expect.poll(() => page.locator('h1').textContent()).toContain('管理员甲')

    window.clicks = 0
    await window.click('部门', { role: 'link' })
    await window.click('登记部门', { role: 'link' })
    // The list of departments has a field of a like name.
    await page.locator('h1', { hasText: '登记部门' }).waitFor()
    await page.getByLabel('名称', { exact: true }).fill('汝宁市烟草专卖局')
    await page.getByLabel('代码', { exact: true }).fill('TOBACCO')
    await page.getByLabel('业务领域').fill('TOBACCO')
    await page.getByLabel('行政区划').selectOption('419800')
    await window.click('登记并发登记码')
    const code = (await page.locator('.secret-code code').textContent()) ?? ''
    expect(code).not.toBe('')
    await window.picture('administrator-code')

    // The department's engineer, on the department's own machine, with the client that he was given.
    const key = await generatePrivateJwk()
    const pending = await enrol({ url: server.url, audience, code, key })
    expect(pending).toEqual({ department: 'TOBACCO', kid: key.kid })

    await page.getByText(key.kid).first().waitFor()
    await window.click('批准')
    await window.confirm()
    await page.getByText('密钥已批准，正在等待首次查询').waitFor()
    const toConnect = window.clicks

    await window.click('数据集', { role: 'link', within: 'nav' })
    await window.click('按样表登记数据集', { role: 'link' })
    await page.getByLabel('提供部门').selectOption('TOBACCO')
    await page.getByLabel('法律依据（每行一项）').fill('中华人民共和国烟草专卖法')
    // Dropping a file is one movement.
    window.clicks += 1
    await page.locator('input[type=file]').setInputFiles({
      name: '烟草专卖行政处罚信息.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(csvOf(tobaccoSheet())),
    })
    await page.getByText('识别为行政处罚').waitFor()
    const publish = page.getByRole('button', { name: '发布', exact: true })
    await expect.poll(() => publish.isEnabled(), { timeout: 10_000 }).toBe(true)
    expect(await page.locator('.figures').innerText()).toMatch(/读到\s*24\s*入库\s*24/)
    expect(await page.getByLabel('代码', { exact: true }).inputValue()).toBe('TOBACCO_PENALTIES')
    await window.picture('administrator-by-example')
    expect(await window.breaches()).toEqual([])
    await window.click(/^发布$/)
    await page.getByText('已发布第 1 版').waitFor()
    const toPublish = window.clicks - toConnect

    const client = createExchangeClient({
      url: server.url,
      audience,
      department: 'TOBACCO',
      key,
      trustedKeys: server.app.signer.jwks.keys.map(parsePublicJwk),
    })
    const { data } = await client.query<{ departments: { code: string; status: string }[] }>(
      '{ departments { code status } }',
    )
    expect(data.departments).toContainEqual({ code: 'TOBACCO', status: 'ACTIVE' })
    const records = [
      {
        caseNo: 'RNYC-1',
        CF_XDR_MC: '样本',
        CF_XDR_SHXYM: '91419800MADEM0003Y',
        CF_WFXW: '无证',
        CF_SY: '无证',
        CF_CFJG: '汝宁市烟草专卖局',
        CF_JDRQ: '2026-03-01',
      },
    ]
    // Every replica knows a new dataset within a second.
    const submit = () =>
      client
        .submitRecords({ dataset: 'TOBACCO_PENALTIES', batchId: 'first', records })
        .then(({ data: { accepted, rejected } }) => ({ accepted, rejected }))
        .catch((error: unknown) => error)
    await expect.poll(submit, { timeout: 5_000 }).toEqual({ accepted: 1, rejected: 0 })

    await window.go('/departments/TOBACCO')
    await page.getByText('已接入，首次查询成功').waitFor()
    await window.picture('administrator-connected')
    process.stdout.write(`clicks of the administrator: ${toConnect} to connect, ${toPublish} to publish\n`)
    expect(toConnect).toBeLessThanOrEqual(5)
    expect(toConnect + toPublish).toBeLessThanOrEqual(9)
    expect(window.faults).toEqual([])
  })
})

/** What she does once with her set-up code; answers with the secret that her telephone now holds. */
async function setUpAccount(window: ConsoleWindow, code: string): Promise<Buffer> {
  const { page } = window
  await window.go('/sign-in')
  await window.click(/首次使用/, { role: 'link' })
  await page.getByLabel('设置码').fill(code)
  await window.click('下一步')
  const secret = fromBase32((await page.locator('.copy code').textContent()) ?? '')
  await page.getByLabel('新密码', { exact: true }).fill(goodPassword)
  await page.getByLabel('再次输入新密码').fill(goodPassword)
  await page.getByLabel('动态验证码').fill(totpCode(secret, totpStep(new Date())))
  await window.click('完成')
  await window.click(/已妥善保存/)
  return secret
}

/** A code counts once, so this is the next. */
async function signIn(window: ConsoleWindow, secret: Buffer): Promise<void> {
  const { page } = window
  await page.getByLabel('电子邮箱').fill('admin@example.invalid')
  await page.getByLabel('密码', { exact: true }).fill(goodPassword)
  await window.click('下一步')
  await page.getByLabel('动态验证码').fill(totpCode(secret, totpStep(new Date()) + 1))
  await window.click('登录')
}
