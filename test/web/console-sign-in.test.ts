import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { totpCode, totpStep } from '../../src/officers/totp.ts'
import { browserAbsence, openBrowser } from '../support/browser.ts'
import { TestOfficer } from '../support/console.ts'
import { ConsoleWindow, replicaForBrowsers } from '../support/console-browser.ts'
import { goodPassword, readyOfficer } from '../support/console-visitor.ts'
import { TestExchange } from '../support/exchange.ts'

/** By its own pages an officer opens her account, signs in and out, and finds her way by keys and in both languages. */

describe.skipIf(browserAbsence !== null)(`signing in ${browserAbsence ?? ''}`, () => {
  let exchange: TestExchange
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    exchange = await TestExchange.start()
    server = await replicaForBrowsers(exchange)
    await exchange.department(server, 'NDRC', { kind: 'DEVELOPMENT_REFORM' })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await exchange?.[Symbol.asyncDispose]()
  })

  it('the set-up code opens an account: telephone, password, backup codes', async () => {
    const { setUp } = await server.app.officers.create(
      { kind: 'OPERATOR', name: 'tester' },
      {
        name: '孙经办',
        email: 'sun@example.invalid',
        roles: ['OFFICER'],
        department: 'NDRC',
        division: null,
      },
    )
    await using window = await ConsoleWindow.open(browser, server, null)
    const { page } = window
    await window.go('/set-up')
    await page.getByLabel('设置码').fill(setUp.code)
    await window.click('下一步')
    await page.getByAltText(/二维码/).waitFor()
    const secret = (await page.locator('.copy code').textContent()) ?? ''
    await window.picture('set-up')
    expect(await window.breaches()).toEqual([])
    await page.getByLabel('新密码', { exact: true }).fill(goodPassword)
    await page.getByLabel('再次输入新密码').fill('别的')
    await page.getByLabel('动态验证码').fill(totpCode(fromBase32(secret), totpStep(new Date())))
    await window.click('完成')
    await page.getByText('两次输入不一致').waitFor()
    await page.getByLabel('再次输入新密码').fill(goodPassword)
    await window.click('完成')
    const codes = await page.getByLabel('备用码').inputValue()
    expect(codes.split('\n').length).toBeGreaterThan(3)
    await window.click('已妥善保存，进入管理台')
    await page.getByRole('link', { name: '工作台' }).waitFor()
    expect(window.faults).toEqual([])
  })

  it('password and code lead to where she was going, and signing out closes it', async () => {
    const officer = await readyOfficer(server, server.url, {
      email: 'li@example.invalid',
      department: 'NDRC',
    })
    await using window = await ConsoleWindow.open(browser, server, null)
    const { page } = window
    await window.go('/tasks?overdue=1')
    await page.waitForURL(/sign-in/)
    await window.picture('sign-in')
    expect(await window.breaches()).toEqual([])
    await page.getByLabel('电子邮箱').fill(officer.email)
    await page.getByLabel('密码', { exact: true }).fill('不对的密码-不对的密码')
    await window.click('下一步')
    await page.getByRole('alert').waitFor()
    await page.getByLabel('密码', { exact: true }).fill(officer.password)
    await window.click('下一步')
    await page.getByLabel('动态验证码').fill(officer.backupCodes[0] ?? '')
    await window.click('登录')
    await page.waitForURL(/\/tasks\?overdue=1/)
    await page.getByRole('heading', { level: 1, name: '联合惩戒任务' }).waitFor()
    await window.click('退出登录')
    await page.waitForURL(/sign-in/)
    await window.go('/tasks')
    await page.waitForURL(/sign-in/)
    // What a browser says of answers that refuse is no fault of the page.
    expect(window.faults.filter((fault) => !/status of 401/.test(fault))).toEqual([])
  })

  it('keys and languages', async () => {
    const officer = await TestOfficer.signedIn(exchange, server, { department: 'NDRC', roles: ['OFFICER'] })
    await using window = await ConsoleWindow.open(browser, server, officer)
    const { page } = window
    await window.go('/')
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.getByRole('heading', { level: 1, name: '联合惩戒任务' }).waitFor()
    await page.keyboard.press('/')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SELECT')
    await page.locator('main').focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: '键盘快捷键' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await window.click('English')
    await page.getByRole('heading', { level: 1, name: 'Measure tasks' }).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Measure tasks' }).waitFor()
    await window.picture('tasks-english')
    expect(await window.breaches()).toEqual([])
    // What her role does not open is not in the menu, and its address is refused.
    expect(await page.getByRole('link', { name: 'Departments' }).count()).toBe(0)
    await page.goto(`${server.url}/console/departments`)
    await page
      .getByText('There is no such page')
      .or(page.getByText('Your role does not open this page'))
      .waitFor()
    expect(window.faults).toEqual([])
  })
})

function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
