/**
 * What a reader waits for on a running website: largest paint on a processor slowed four times, layout shift, bytes.
 *
 *     npm run bench:site -- --url http://localhost:4000 --rounds 5
 */

import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:4000' },
    rounds: { type: 'string', default: '5' },
  },
})
const paths = ['/', '/lists/black', '/publicity/penalties', '/cases', '/measures', '/departments']
const slowedBy = 4

type Figures = { paint: number; shift: number; bytes: number; scripts: number }

/** Run in the page: entries that were there before the observers count too. */
const observe = `new Promise((resolve) => {
  const seen = { paint: 0, shift: 0 }
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.paint = entry.startTime })
    .observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.shift += entry.value })
    .observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => {
    const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    const sum = (entries) => entries.reduce((bytes, entry) => bytes + entry.encodedBodySize, 0)
    resolve({ ...seen, bytes: sum(loaded), scripts: sum(loaded.filter((entry) => entry.initiatorType === 'script')) })
  }, 500)
})`

async function measure(browser: Browser, url: string): Promise<Figures> {
  await using context = await browser.newContext({ viewport: { width: 390, height: 850 } })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowedBy })
  await page.goto(url)
  // Awaited here: the context is closed as soon as this function returns.
  return await page.evaluate<Figures>(observe)
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
try {
  const rows = []
  for (const path of paths) {
    const runs: Figures[] = []
    for (let round = 0; round < Number(values.rounds); round++)
      runs.push(await measure(browser, values.url + path))
    rows.push({
      page: path,
      'largest paint, ms': Math.round(median(runs.map(({ paint }) => paint))),
      'layout shift': Number(Math.max(...runs.map(({ shift }) => shift)).toFixed(3)),
      'bytes packed': median(runs.map(({ bytes }) => bytes)),
      'of scripts': median(runs.map(({ scripts }) => scripts)),
    })
  }
  console.table(rows)
} finally {
  await browser.close()
}
