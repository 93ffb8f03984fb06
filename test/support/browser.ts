import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Debian's Chromium, or another at CHROMIUM. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Null: there is one; else why tests in a browser are skipped, for their name. */
export const browserAbsence = existsSync(executablePath)
  ? null
  : `跳过：没有 ${executablePath} (skipped: apt-get install chromium fonts-noto-cjk)`

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
