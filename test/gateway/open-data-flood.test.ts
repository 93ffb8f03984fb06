import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type * as original from '../../src/limits.ts'
import { fillPublicCity, type PublicCity, publicCity, today } from '../support/public-city.ts'
import { inventedUscc, qualityRow } from '../support/quality-rows.ts'

/** More changes than are mended record by record: four here, twenty thousand otherwise. */
vi.mock('../../src/limits.ts', async (actual) => {
  const { limits } = await actual<typeof original>()
  return { limits: { ...limits, openDataMended: 3, openDataStill: 2_000 } }
})

let city: PublicCity
beforeAll(async () => {
  city = await publicCity()
  await fillPublicCity(city)
  await city.submit(
    'QTS_DISHONEST',
    [60, 61, 62, 63].map((n) => qualityRow(n)),
  )
  await city.exchange.database.pool.query('DELETE FROM open_data_file')
})
afterAll(() => city[Symbol.asyncDispose]())

const download = () => fetch(`${city.server.url}/open-data/lists-${today}.json`)
const status = async () => (await download()).status
async function versions(): Promise<number> {
  const { rows } = await city.exchange.database.pool.query('SELECT max(id) AS last FROM open_data_file')
  return rows[0].last
}

it('while much changes, nothing outdated is given out and nothing is made for nothing; after it, files are made once', async () => {
  await expect.poll(status, { timeout: 20_000, interval: 100 }).toBe(200)
  const before = await versions()
  const given: { status: number; text: string; at: number }[] = []
  const begun = Date.now()
  for (let round = 0; Date.now() - begun < 9_000; round += 1) {
    await city.submit(
      'QTS_DISHONEST',
      [60, 61, 62, 63].map((n) => qualityRow(n, { reason: `更正后的事由${round}` })),
    )
    const response = await download()
    given.push({ status: response.status, text: await response.text(), at: Date.now() - begun })
    await delay(200)
  }
  expect(await versions()).toBe(before)
  // What they said before stays no longer than five seconds.
  expect(new Set(given.filter(({ at }) => at > 5_000).map((each) => each.status))).toEqual(new Set([503]))
  await expect.poll(status, { timeout: 20_000, interval: 100 }).toBe(200)
  const text = await (await download()).text()
  expect(text).toContain(inventedUscc(60))
  expect(text).toMatch(/更正后的事由\d/)
  expect(await versions()).toBe(before + 8)
}, 60_000)
