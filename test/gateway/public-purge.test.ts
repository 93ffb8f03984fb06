import { createHash } from 'node:crypto'
import { compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import {
  ago,
  ask,
  fillPublicCity,
  type PublicCity,
  penalty,
  personName,
  personNumber,
  publicCity,
  secret,
  today,
} from '../support/public-city.ts'
import { inventedUscc, qualityRow } from '../support/quality-rows.ts'

/** What has ended is gone: from every cache of every replica within five seconds, from the downloads, and at midnight. */

let city: PublicCity
let other: RunningServer
let offset = 0
const day = 86_400_000

beforeAll(async () => {
  city = await publicCity()
  await fillPublicCity(city)
  // They may have been made while the city was filled, and additions wait for the next day.
  await city.exchange.database.pool.query('DELETE FROM open_data_file')
  other = await city.exchange.replica({ clock: { now: () => new Date(Date.now() + offset) } })
})
afterAll(() => city[Symbol.asyncDispose]())

const entries = '{ listEntries(listType: "QUALITY_DISHONEST") { edges { node { uscc } } } }'
const listed = async (url: string): Promise<string> => (await ask(url, entries)).text

async function withdraw(n: number): Promise<void> {
  const { decisionNo, uscc } = qualityRow(n)
  const answer = await city.departments.QTS.query(
    city.server.url,
    'mutation ($input: WithdrawRecordInput!) { withdrawRecord(input: $input) { __typename } }',
    {
      input: {
        changeId: `w-${n}`,
        dataset: 'QTS_DISHONEST',
        sourceKey: { decisionNo, uscc },
        decidedOn: today,
        reason: '复议撤销',
        documentNo: '汝质监撤〔2026〕1号',
      },
    },
  )
  expect(answer.body).toContain('WithdrawRecordSuccess')
}

const withinFiveSeconds = { timeout: 5_000, interval: 100 }
const download = (path: string, url = city.server.url) => fetch(`${url}/open-data/${path}`)
async function files(): Promise<
  { file: string; format: string; rows: number; bytes: number; sha256: string }[]
> {
  let response = await download('manifest.json')
  for (const end = Date.now() + 30_000; response.status === 503 && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    response = await download('manifest.json')
  }
  expect(response.status).toBe(200)
  return (await response.json()).files
}

async function expectWhole(made: Awaited<ReturnType<typeof files>>): Promise<void> {
  for (const { file, bytes, sha256 } of made) {
    const body = Buffer.from(await (await download(file)).arrayBuffer())
    expect([file, body.length, createHash('sha256').update(body).digest('hex')]).toEqual([
      file,
      bytes,
      sha256,
    ])
    if (file.endsWith('.json')) expect(Array.isArray(JSON.parse(body.toString('utf8')))).toBe(true)
  }
}

describe('open data', () => {
  it('are files of the day, named by a signed manifest, of organisations alone', async () => {
    const made = await files()
    expect(made.map(({ file, rows }) => [file, rows])).toEqual(
      [
        ['cases', 1],
        ['licences', 1],
        ['lists', 3],
        ['penalties', 2],
      ].flatMap(([name, rows]) => ['csv', 'json'].map((format) => [`${name}-${today}.${format}`, rows])),
    )
    for (const { file, bytes, sha256 } of made) {
      const response = await download(file)
      const body = Buffer.from(await response.arrayBuffer())
      expect([file, body.length, createHash('sha256').update(body).digest('hex')]).toEqual([
        file,
        bytes,
        sha256,
      ])
      const text = body.toString('utf8')
      for (const hidden of [secret, personName, personNumber, '901', '902', '汝信惩〔2026〕4号'])
        expect(text).not.toContain(hidden)
      const again = await fetch(`${city.server.url}/open-data/${file}`, {
        headers: { 'if-none-match': response.headers.get('etag') ?? '' },
      })
      expect(again.status).toBe(304)
    }
    const licences = await (await download(`licences-${today}.csv`)).arrayBuffer()
    const csv = Buffer.from(licences).toString('utf8')
    expect(csv.startsWith('\ufeff主体名称,统一社会信用代码,')).toBe(true)
    expect(csv).toContain(",'+1 预包装食品销售,")
    const penalties = await (await download(`penalties-${today}.json`)).json()
    expect(penalties).toMatchObject([
      {
        documentNo: '汝工商处罚〔2026〕1号',
        uscc: inventedUscc(1),
        decidedOn: ago(30),
        fine: '3',
        confiscated: null,
      },
      { documentNo: '汝工商处罚〔2026〕101号' },
    ])
    const token = await (await download('manifest.jws')).text()
    const { keys } = await (await fetch(`${city.server.url}/.well-known/jwks.json`)).json()
    const { payload, protectedHeader } = await compactVerify(token, await importJWK(keys[0], 'EdDSA'))
    expect(protectedHeader.typ).toBe('document+jwt')
    expect(JSON.parse(Buffer.from(payload).toString('utf8'))).toMatchObject({ day: today, files: made })
    expect((await download('lists-2020-01-01.csv')).status).toBe(404)
    expect((await download('../../etc/passwd')).status).toBe(404)
  })
})

describe('what has ended', () => {
  it('is gone from the caches of both replicas and from the downloads within five seconds', async () => {
    const urls = [city.server.url, other.url]
    for (const url of urls) expect(await listed(url)).toContain(inventedUscc(1))
    expect(await (await download(`lists-${today}.json`)).text()).toContain(inventedUscc(1))
    const before = await files()
    const begun = await city.server.app.openData.file(`lists-${today}.csv`)
    await withdraw(1)
    const taken = async () => {
      const response = await download(`lists-${today}.json`)
      // Mended in time: nobody is sent away.
      expect(response.status).toBe(200)
      return response.text()
    }
    await Promise.all([
      ...urls.map((url) => expect.poll(() => listed(url), withinFiveSeconds).not.toContain(inventedUscc(1))),
      expect.poll(taken, withinFiveSeconds).not.toContain(inventedUscc(1)),
    ])
    const after = await files()
    expect(after.map(({ file, rows }) => [file, rows])).toEqual(
      before.map(({ file, rows }) => [file, file.startsWith('lists') ? rows - 1 : rows]),
    )
    await expectWhole(after)
    // Whoever began to take the file before goes on to its end.
    if (begun === 'UNKNOWN' || begun === 'NOT_READY') throw new TypeError(begun)
    const hash = createHash('sha256')
    for await (const piece of begun.bytes()) hash.update(piece)
    expect(hash.digest('hex')).toBe(before.find(({ file }) => file === `lists-${today}.csv`)?.sha256)
  })

  it('what reads otherwise by now is told as it is, in every file that holds it', async () => {
    const change = {
      changeId: 'corrected-in-files',
      dataset: 'AIC_PENALTIES',
      sourceKey: {
        CF_WSH: '汝工商处罚〔2026〕101号',
        CF_CFJGDM: '11419800MADEM90403',
        CF_XDR_MC: '汝宁市虚构1号食品有限公司',
      },
      record: penalty(1, {
        CF_WSH: '汝工商处罚〔2026〕101号',
        CF_WFXW: '侵犯注册商标专用权',
        CF_SY: '更正后的事实',
        CF_JDRQ: ago(60),
      }),
      reason: '笔误',
      documentNo: '汝工商更正〔2026〕1号',
    }
    const answer = await city.departments.AIC.query(
      city.server.url,
      'mutation ($input: CorrectRecordInput!) { correctRecord(input: $input) { __typename ... on Refusal { message } } }',
      { input: change },
    )
    expect(answer.body).toContain('CorrectRecordSuccess')
    const read = async (name: string) => (await download(`${name}-${today}.json`)).text()
    for (const name of ['penalties', 'cases'])
      await expect.poll(() => read(name), withinFiveSeconds).toContain('更正后的事实')
    expect(await read('penalties')).not.toContain('销售假冒他人注册商标的商品')
    await expectWhole(await files())
  })

  it('of which something ended that could not be mended is given to nobody', async () => {
    await city.submit('QTS_DISHONEST', [qualityRow(60)])
    const { pool } = city.exchange.database
    const lock = await pool.connect()
    try {
      await lock.query('BEGIN')
      await lock.query(`SELECT pg_advisory_xact_lock(hashtextextended('open data', 0))`)
      await withdraw(60)
      await expect
        .poll(async () => (await download(`lists-${today}.json`)).status, { timeout: 8_000, interval: 100 })
        .toBe(503)
    } finally {
      await lock.query('ROLLBACK')
      lock.release()
    }
    await files()
  })

  it('by the calendar is gone at midnight, though no event tells of it', async () => {
    await city.submit('QTS_DISHONEST', [qualityRow(50, { endsOn: today })])
    await city.submit('AIC_PENALTIES', [penalty(51, { CF_JDRQ: oneYearBefore(today) })])
    const penalties = async () =>
      (await ask(other.url, `{ doublePublicity(kind: PENALTY, text: "${inventedUscc(51)}") { totalCount } }`))
        .json.data
    await expect.poll(() => listed(other.url), withinFiveSeconds).toContain(inventedUscc(50))
    expect(await penalties()).toEqual({ doublePublicity: { totalCount: 1 } })
    offset = day
    expect(await listed(other.url)).not.toContain(inventedUscc(50))
    expect(await penalties()).toEqual({ doublePublicity: { totalCount: 0 } })
    expect([503, 404]).toContain((await download(`lists-${today}.csv`, other.url)).status)
    offset = 0
  })
})

const oneYearBefore = (of: string) => `${Number(of.slice(0, 4)) - 1}${of.slice(4)}`
