import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import { loadDemoCity } from '../../prisma/demo-city/load.ts'
import type { OfficerRole } from '../../src/officers/officer.ts'
import { browserAbsence, openBrowser } from '../support/browser.ts'
import { TestOfficer } from '../support/console.ts'
import { ConsoleWindow, replicaForBrowsers } from '../support/console-browser.ts'
import { audience, TestExchange } from '../support/exchange.ts'

/** Every page with the demo city's content: it loads without errors, asks nobody else, and breaks no rule of WCAG. */

describe.skipIf(browserAbsence !== null)(`pages of the console ${browserAbsence ?? ''}`, () => {
  let exchange: TestExchange
  let server: RunningServer
  let browser: Browser
  let directory: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-console-'))
    exchange = await TestExchange.start()
    server = await replicaForBrowsers(exchange)
    await loadDemoCity({ app: server.app, url: server.url, audience, directory, say: () => undefined })
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await exchange?.[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  const officer = (roles: readonly OfficerRole[], department = 'AIC') =>
    TestOfficer.signedIn(exchange, server, { department, roles })

  const pages: [path: string, roles: readonly OfficerRole[], department?: string][] = [
    ['/', ['OFFICER']],
    ['/look-up', ['OFFICER']],
    ['/proposals', ['OFFICER']],
    ['/listings', ['OFFICER']],
    ['/objections', ['OFFICER']],
    ['/repairs', ['OFFICER']],
    ['/tasks', ['OFFICER']],
    ['/names', ['OFFICER']],
    ['/pending', ['REVIEWER']],
    ['/batches', ['OFFICER']],
    ['/datasets', ['CITY_ADMINISTRATOR']],
    ['/datasets/QTS_DISHONEST', ['CITY_ADMINISTRATOR']],
    ['/officers', ['CITY_ADMINISTRATOR']],
    ['/audit', ['AUDITOR']],
    ['/security', ['OFFICER']],
    ['/departments', ['CITY_ADMINISTRATOR']],
    ['/departments/new', ['CITY_ADMINISTRATOR']],
    ['/departments/QTS', ['CITY_ADMINISTRATOR']],
    ['/batches', ['OFFICER']],
    ['/batches/demo-city-AIC_PENALTIES', ['OFFICER']],
    ['/datasets', ['CITY_ADMINISTRATOR'], 'NDRC'],
    ['/datasets/AIC_PENALTIES', ['CITY_ADMINISTRATOR'], 'NDRC'],
    ['/datasets/new', ['OFFICER']],
    ['/officers', ['CITY_ADMINISTRATOR'], 'NDRC'],
    ['/audit', ['AUDITOR'], 'NDRC'],
    ['/audit?view=acts', ['AUDITOR'], 'NDRC'],
    ['/audit?view=administration', ['AUDITOR'], 'NDRC'],
    ['/audit?view=signIns', ['AUDITOR'], 'NDRC'],
    ['/security', ['OFFICER']],
  ]
  it.each(pages)('%s', async (path, roles, department) => {
    await using window = await ConsoleWindow.open(browser, server, await officer(roles, department))
    await window.go(path)
    await window.page.waitForLoadState('networkidle')
    await window.picture(path.replaceAll(/[/?=]/g, '-').slice(1) || 'dashboard')
    expect(await window.breaches()).toEqual([])
    await window.page.setViewportSize({ width: 834, height: 1112 })
    await window.picture(`${path.replaceAll(/[/?=]/g, '-').slice(1) || 'dashboard'}-tablet`)
    const overflow = await window.page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBe(0)
    expect(window.faults).toEqual([])
  })
})
