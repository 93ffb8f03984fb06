import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { addMonths, legalDay } from '../../src/kernel/clock.ts'
import { browserAbsence, openBrowser } from '../support/browser.ts'
import { TestOfficer } from '../support/console.ts'
import { ConsoleWindow, replicaForBrowsers } from '../support/console-browser.ts'
import { TestExchange } from '../support/exchange.ts'
import { foundingKinds, importFoundingCatalogue } from '../support/founding-catalogue.ts'
import { inventedUscc, qualityCsv, qualityRow } from '../support/quality-rows.ts'

/**
 * The day's work of officers, in a browser: the quality bureau gives notice, decides with a second person, files the
 * record; the credit office looks it up and acts on its task; the enterprise is repaired and the measure lifted.
 */

describe.skipIf(browserAbsence !== null)(`an officer's work ${browserAbsence ?? ''}`, () => {
  let exchange: TestExchange
  let server: RunningServer
  let browser: Browser
  let quality: ConsoleWindow
  let reviewer: ConsoleWindow
  let office: ConsoleWindow
  let officeReviewer: ConsoleWindow

  const today = legalDay(new Date())
  const enterprise = 9_100
  const name = `汝宁市虚构${enterprise}号食品有限公司`
  const uscc = inventedUscc(enterprise)
  const decisionNo = '汝质监失信〔2026〕乙9号'

  beforeAll(async () => {
    exchange = await TestExchange.start()
    server = await replicaForBrowsers(exchange)
    await exchange.department(server, 'QTS', { kind: foundingKinds.QTS })
    await exchange.department(server, 'NDRC', {
      kind: foundingKinds.NDRC,
      roles: ['ENQUIRER', 'CREDIT_OFFICE'],
    })
    await importFoundingCatalogue(exchange)
    browser = await openBrowser()
    const open = async (department: string, role: 'OFFICER' | 'REVIEWER', called: string) =>
      ConsoleWindow.open(
        browser,
        server,
        await TestOfficer.signedIn(exchange, server, { department, roles: [role], name: called }),
      )
    quality = await open('QTS', 'OFFICER', '钱经办')
    reviewer = await open('QTS', 'REVIEWER', '周复核')
    office = await open('NDRC', 'OFFICER', '吴经办')
    officeReviewer = await open('NDRC', 'REVIEWER', '郑复核')
  })
  afterAll(async () => {
    await browser?.close()
    await exchange?.[Symbol.asyncDispose]()
  })

  /** Opens the first row that says so. */
  async function openRow(window: ConsoleWindow, text: string | RegExp): Promise<void> {
    window.clicks += 1
    await window.page.locator('tr', { hasText: text }).first().locator('[data-row-opener]').first().click()
  }
  async function approveFirst(window: ConsoleWindow): Promise<void> {
    await window.go('/pending')
    await openRow(window, '待复核')
    await window.click('同意', { within: 'dialog.side' })
    await window.confirm()
    await window.page.locator('dialog.side', { hasText: '已同意' }).waitFor()
  }
  async function showListings(window: ConsoleWindow, purpose: string): Promise<void> {
    await window.go('/listings')
    await window.page.getByLabel('用途').fill(purpose)
    await window.click('查看名单')
  }
  const said = (page: Page, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor()

  it('a notice is given, and a second person lets the decision stand', async () => {
    await quality.go('/proposals')
    await quality.click('发出告知')
    await quality.fill({
      数据集: 'QTS_DISHONEST',
      统一社会信用代码或者证件号码: uscc,
      名称: name,
      失信等级: '一般',
      告知书文号: '汝质监告〔2026〕91号',
      告知日期: '2026-02-20',
      '事实、依据、拟采取的措施和陈述申辩的权利': '监督抽查不合格，复查仍不合格；可在期限内陈述申辩。',
    })
    await quality.picture('notice-dialog')
    expect(await quality.breaches()).toEqual([])
    await quality.confirm()
    await openRow(quality, '已告知')
    await quality.click('列入决定', { within: 'dialog.side' })
    await quality.fill({
      决定书文号: decisionNo,
      文号: '汝质监失信〔2026〕乙9号',
      理由: '陈述申辩期满，未提出异议。',
      生效日期: '2026-03-18',
    })
    await quality.confirm()
    await said(quality.page, '已提交复核')

    // Who proposed it cannot be the second person; nothing has happened yet.
    await quality.go('/pending')
    await openRow(quality, '待复核')
    await said(quality.page, '由本部门其他人复核')
    expect(await quality.page.getByRole('button', { name: '同意', exact: true }).count()).toBe(0)
    await quality.go('/proposals')
    await said(quality.page, '已告知')

    await reviewer.go('/pending')
    await reviewer.picture('pending')
    await openRow(reviewer, '待复核')
    await reviewer.picture('pending-act')
    expect(await reviewer.breaches()).toEqual([])
    await reviewer.go('/pending')
    await approveFirst(reviewer)
    await quality.go('/proposals')
    await said(quality.page, '已决定列入')
  })

  it('the file with the record is sent, and what is wrong in it is told by row', async () => {
    const rows = [
      qualityRow(enterprise, { decisionNo, noticedOn: '2026-02-20', endsOn: addMonths(today, 12) }),
      qualityRow(enterprise + 1, { listedOn: '2026-13-45' }),
    ]
    await quality.go('/batches')
    await quality.page.getByLabel('数据集').first().selectOption('QTS_DISHONEST')
    await quality.page.locator('input[type=file]').setInputFiles({
      name: '质量失信.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(qualityCsv(rows)),
    })
    await quality.page.waitForURL(/\/batches\/.+/)
    // It feeds a list: another person of the bureau looks at it and lets it take effect.
    await said(quality.page, '须由本部门另一人确认')
    await reviewer.page.goto(quality.page.url())
    await reviewer.click('确认无误，入库')
    await reviewer.fill({ 理由: '已与文书核对' })
    await reviewer.confirm()
    await said(quality.page, '已完成')
    await quality.picture('batch-done')
    await showListings(quality, '核对本部门名单')
    await said(quality.page, name)
    const purposes = (await exchange.logRows()).map(({ leaf }) => leaf.purpose)
    expect(purposes).toContain('核对本部门名单')
  })

  it('the credit office looks it up with a purpose, certified, and answers its task', async () => {
    await office.go('/look-up')
    await office.page.getByLabel('统一社会信用代码、证件号码，或者单位名称').fill(uscc)
    await office.page.getByLabel('用途').fill('政府采购资格审查〔2026〕1号')
    await office.click(/^查询$/)
    await said(office.page, '质量失信企业名单')
    expect(office.page.url()).not.toContain(uscc)
    await office.click('出具查询证明')
    await office.confirm()
    const [download] = await Promise.all([office.page.waitForEvent('download'), office.click('下载 PDF')])
    expect(download.suggestedFilename()).toMatch(/\.pdf$/)
    await office.picture('look-up-result')
    expect(await office.breaches()).toEqual([])

    await office.go('/tasks')
    await office.page.getByRole('checkbox', { name: '全选本页' }).check()
    await office.click('全部响应')
    await office.confirm()
    await said(office.page, '已响应')
    await openRow(office, name)
    await office.click('反馈实施情况', { within: 'dialog.side' })
    await office.fill({ 实施情况或者不适用的原因: '取消其投标资格', 文号: '汝采〔2026〕1号' })
    await office.confirm()
    await office.picture('task')
    expect(await office.breaches()).toEqual([])
    await said(office.page, '已实施')
  })

  it('it is repaired by its bureau with a second person, and the measure is lifted', async () => {
    await showListings(office, '受理修复申请')
    await openRow(office, name)
    await office.click('登记修复申请', { within: 'dialog.side' })
    await office.fill({
      申请人: '赵演示',
      联系方式: '0396-0000000',
      事实和理由: '已整改并通过复查。',
      信用承诺: '承诺材料真实，违反承诺的自愿接受联合惩戒。',
    })
    await office.confirm()
    await office.page.waitForURL(/\/repairs\/.+/)
    const path = new URL(office.page.url()).pathname.replace('/console', '')
    await office.click('受理')
    await office.confirm()
    await said(office.page, '已受理')
    await office.picture('case')
    expect(await office.breaches()).toEqual([])

    await quality.go(path)
    await quality.click('作出处理决定')
    await quality.fill({ 决定: 'GRANTED', 文号: '汝质监修〔2026〕1号', 理由: '复查合格。' })
    await quality.page.getByLabel('认定单位声明：行为已经纠正').check()
    await quality.page.getByLabel('认定单位声明：义务已经履行').check()
    await quality.confirm()
    await said(quality.page, '已提交复核')
    await approveFirst(reviewer)
    await quality.go(path)
    await said(quality.page, '准予修复')

    await office.go('/tasks?phase=LIFTING')
    await expect
      .poll(
        async () => {
          await office.go('/tasks?phase=LIFTING')
          await office.page.waitForLoadState('networkidle')
          return office.page.locator('tbody tr').count()
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0)
    await openRow(office, '待解除')
    await office.click('确认解除', { within: 'dialog.side' })
    await office.fill({ 文号: '汝采〔2026〕2号' })
    await office.confirm()
    await approveFirst(officeReviewer)
    await office.go('/tasks?phase=LIFTED')
    await said(office.page, '已解除')
  })

  it('nothing failed in any window, and none asked anybody else', () => {
    expect([quality, reviewer, office, officeReviewer].flatMap(({ faults }) => faults)).toEqual([])
  })
})
