import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import type { OfficerRole } from '../../src/officers/officer.ts'
import { browserAbsence, openBrowser } from '../support/browser.ts'
import { TestOfficer } from '../support/console.ts'
import { ConsoleWindow, replicaForBrowsers } from '../support/console-browser.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { qualityCsv, qualityRow } from '../support/quality-rows.ts'

/** What goes in at the console and who may put it there: a table with a faulty row, a new officer, the auditor's view. */

describe.skipIf(browserAbsence !== null)(`data and people at the console ${browserAbsence ?? ''}`, () => {
  let exchange: TestExchange
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    exchange = await TestExchange.start()
    server = await replicaForBrowsers(exchange)
    await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
    await importFoundingCatalogue(exchange)
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await exchange?.[Symbol.asyncDispose]()
  })

  const open = async (role: OfficerRole) =>
    ConsoleWindow.open(
      browser,
      server,
      await TestOfficer.signedIn(exchange, server, { department: 'QTS', roles: [role] }),
    )

  it('takes the good rows of a table, names the bad one, and gives the table back annotated', async () => {
    await using window = await open('OFFICER')
    const { page } = window
    await window.go('/batches')
    await page.getByLabel('数据集').first().selectOption('QTS_DISHONEST')
    const rows = [qualityRow(1), qualityRow(2, { listedOn: '2026-02-31' }), qualityRow(3)]
    await page.locator('input[type=file]').setInputFiles({
      name: '质量失信.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(qualityCsv(rows)),
    })
    await page.locator('h1', { hasText: '质量失信.csv' }).waitFor()
    await page.getByText('须由本部门另一人确认').first().waitFor()
    {
      await using second = await open('REVIEWER')
      await second.page.goto(page.url())
      await second.click('确认无误，入库')
      await second.fill({ 理由: '已与文书核对' })
      await second.confirm()
      await second.page.getByText('已完成').first().waitFor()
    }
    // The page looks again by itself.
    await page.getByText('已完成').first().waitFor()
    expect(await page.locator('.figures').innerText()).toMatch(/行数\s*3\s*入库\s*2/)
    const problem = page.getByRole('region', { name: '有误的行' }).locator('tbody tr')
    expect(await problem.count()).toBe(1)
    expect(await problem.innerText()).toContain('列入')
    await window.picture('batch-with-a-fault')
    expect(await window.breaches()).toEqual([])

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '下载批注文件' }).click(),
    ])
    expect(await readFile(await download.path(), 'utf8')).toContain(rows[1]?.uscc)
    expect(window.faults).toEqual([])
  })

  it('shows the set-up code of a new officer once', async () => {
    await using window = await open('CITY_ADMINISTRATOR')
    const { page } = window
    await window.go('/officers')
    await window.click('添加人员')
    await window.fill({ 姓名: '新经办', 电子邮箱: 'new@example.invalid', 部门: 'QTS' })
    await window.dialog().getByLabel('经办人', { exact: true }).check()
    await window.dialog().locator('button[type=submit]').click()
    const dialog = page.locator('dialog', { hasText: '新经办 的设置码' })
    const code = (await dialog.locator('.secret-code code').textContent()) ?? ''
    expect((await server.app.setUps.start(code))?.email).toBe('new@example.invalid')
    await window.picture('set-up-code')
    await window.click('已交付，关闭')
    await page.getByText('待开通', { exact: true }).last().waitFor()
    expect(await page.content()).not.toContain(code)
    expect(window.faults).toEqual([])
  })

  it('a recovery that was opened stands in the list at once, and waits for another administrator', async () => {
    const lost = { department: 'QTS', roles: ['OFFICER'], name: '钱失机' } as const
    await TestOfficer.signedIn(exchange, server, lost)
    await using window = await open('CITY_ADMINISTRATOR')
    await window.go('/officers')
    await window.page.getByRole('button', { name: lost.name }).click()
    await window.click('恢复登录', { within: 'dialog.side' })
    await window.fill({ 理由: '手机遗失，当面核对证件' })
    await window.confirm()
    await window.page.getByText('待确认的恢复').first().waitFor()
    expect(window.faults).toEqual([])
  })

  it('tells an auditor what was done, with the proof of the log', async () => {
    await using window = await open('AUDITOR')
    const { page } = window
    const row = page.locator('tbody tr', { hasText: 'batch QTS_DISHONEST' })
    // A checkpoint is signed every ten seconds.
    const seen = async () => {
      await window.go('/audit?operation=batch')
      return row.innerText()
    }
    await expect.poll(seen, { timeout: 20_000, interval: 1_000 }).toMatch(/经办人甲[\s\S]*已签名/)
    await row.locator('[data-row-opener]').click()
    await page.getByText('已核验').waitFor()
    await window.picture('audit-entry')
    expect(await window.breaches()).toEqual([])
    expect(window.faults).toEqual([])
  })
})
