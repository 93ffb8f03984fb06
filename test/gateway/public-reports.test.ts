import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyDocument } from '../../client/document-verification.ts'
import { parsePublicJwk } from '../../client/keys.ts'
import { readAttachment } from '../../client/pdf-attachment.ts'
import { limits } from '../../src/limits.ts'
import { audience } from '../support/exchange.ts'
import {
  fillPublicCity,
  type PublicCity,
  personName,
  personNumber,
  publicCity,
  secret,
  today,
} from '../support/public-city.ts'
import { inventedUscc, qualityRow } from '../support/quality-rows.ts'

/** Credit reports for everybody: what the page of the organisation says, on paper, to be verified by anyone. */

let city: PublicCity
beforeAll(async () => {
  city = await publicCity()
  await fillPublicCity(city)
})
afterAll(() => city[Symbol.asyncDispose]())

const askFor = (uscc: string, headers: Record<string, string> = {}, url = city.server.url) =>
  fetch(`${url}/subjects/${uscc}/report`, { method: 'POST', headers })

async function reportOn(uscc: string) {
  const response = await askFor(uscc)
  expect(response.status).toBe(200)
  const pdf = Buffer.from(await response.arrayBuffer())
  const attachment = readAttachment(pdf, 'statement.jws')
  if (attachment.outcome !== 'FOUND') throw new TypeError(attachment.outcome)
  const [, claims = ''] = Buffer.from(attachment.bytes).toString('latin1').split('.')
  return {
    response,
    pdf,
    serial: response.headers.get('document-serial') ?? '',
    claims: JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')),
  }
}

const verification = async (serial: string) =>
  (await fetch(`${city.server.url}/verify/${serial}.json`)).json()

describe('a credit report for anybody', () => {
  it('is refused where nothing is published, of persons, and of what is no code', async () => {
    for (const asked of [inventedUscc(4), inventedUscc(77), personNumber, 'nothing'])
      expect((await askFor(asked)).status).toBe(404)
    expect((await fetch(`${city.server.url}/subjects/${inventedUscc(1)}/report`)).status).toBe(404)
  })

  it('says what is public and no more, names nobody who asked, and verifies', async () => {
    const { pdf, claims, serial, response } = await reportOn(inventedUscc(1))
    expect(response.headers.get('cache-control')).toBe('no-store')
    const said = JSON.stringify(claims)
    for (const hidden of [secret, personNumber, personName, '13800138000']) expect(said).not.toContain(hidden)
    expect(claims).toMatchObject({
      kind: 'CREDIT_REPORT',
      edition: 'PUBLIC',
      asked_by: { code: 'PUBLIC' },
      enquiries: null,
      as_of: today,
      subject: { kind: 'ORGANISATION', uscc: inventedUscc(1), name: '汝宁市虚构1号食品有限公司' },
    })
    const totals = claims.sections.map(({ dataset, total }: { dataset: string; total: number }) => [
      dataset,
      total,
    ])
    expect(Object.fromEntries(totals)).toMatchObject({
      AIC_REGISTRATION: 1,
      AIC_PENALTIES: 2,
      AIC_LICENCES: 1,
      QTS_DISHONEST: 1,
    })
    expect(Object.fromEntries(totals)).not.toHaveProperty('PBOC_PENALTIES')
    const exchangeKeys = city.server.app.signer.jwks.keys.map(parsePublicJwk)
    expect(await verifyDocument(pdf, { issuer: audience, exchangeKeys })).toMatchObject({ holds: true })
    expect(await verification(serial)).toMatchObject({
      genuine: true,
      standing: 'UNCHANGED',
      pdfSha256: createHash('sha256').update(pdf).digest('hex'),
    })
  })

  it('is the same document while it says the same, whoever asks', async () => {
    const [one, two] = [await reportOn(inventedUscc(2)), await reportOn(inventedUscc(2))]
    expect(two.serial).toBe(one.serial)
    expect(two.pdf.equals(one.pdf)).toBe(true)
  })

  it('tells nothing any more of what was withdrawn, and the old one is said to have ended', async () => {
    const before = await reportOn(inventedUscc(1))
    expect(JSON.stringify(before.claims)).toContain('QUALITY_DISHONEST')
    const { decisionNo, uscc } = qualityRow(1)
    await city.departments.QTS.query(
      city.server.url,
      'mutation ($input: WithdrawRecordInput!) { withdrawRecord(input: $input) { __typename } }',
      {
        input: {
          changeId: 'withdrawn-after-report',
          dataset: 'QTS_DISHONEST',
          sourceKey: { decisionNo, uscc },
          decidedOn: today,
          reason: '复议撤销',
          documentNo: '汝质监撤〔2026〕1号',
        },
      },
    )
    const after = await reportOn(inventedUscc(1))
    expect(after.serial).not.toBe(before.serial)
    expect(JSON.stringify(after.claims)).not.toContain('QUALITY_DISHONEST')
    expect(await verification(before.serial)).toMatchObject({ standing: 'ENDED', content: null })
  })

  it('is not asked for by a page of another site, nor without end', async () => {
    const other = await city.exchange.replica()
    const foreign = await askFor(inventedUscc(2), { 'sec-fetch-site': 'cross-site' }, other.url)
    expect(foreign.status).toBe(400)
    for (let n = 0; n < limits.reportsPerAddress.points; n += 1)
      expect((await askFor(inventedUscc(2), {}, other.url)).status).toBe(200)
    const refused = await askFor(inventedUscc(2), { accept: 'text/html' }, other.url)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.text()).toContain('请求过于频繁')
  })
})
