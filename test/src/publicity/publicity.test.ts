import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCatalogueReader } from '../../../src/catalogue/catalogue-store.ts'
import { createDeadlineRulesReader } from '../../../src/catalogue/clock-store.ts'
import { createPublicationRulesReader } from '../../../src/catalogue/publication-rules-store.ts'
import { addMonths } from '../../../src/kernel/clock.ts'
import { addCalendarDays } from '../../../src/kernel/working-days.ts'
import { limits } from '../../../src/limits.ts'
import { publicationOfRecord } from '../../../src/publication/publication-service.ts'
import { placesByIndex } from '../../../src/publicity/indexed-store.ts'
import { createPublicCounts } from '../../../src/publicity/public-counts-service.ts'
import { createPublicIndex } from '../../../src/publicity/public-index-service.ts'
import { createPublicReadingService, everything } from '../../../src/publicity/public-reading-service.ts'
import { createPublicWorldReader } from '../../../src/publicity/public-world-service.ts'
import { pageOfPublished } from '../../../src/publicity/publicity-store.ts'
import {
  ago,
  ask,
  type PublicCity,
  penalty,
  personListing,
  publicCity,
  today,
} from '../../support/public-city.ts'
import { qualityRow } from '../../support/quality-rows.ts'

/** What is selected as published is what the rule publishes; and nothing that is not public is ever told. */

let city: PublicCity

beforeAll(async () => {
  city = await publicCity()
})
afterAll(() => city[Symbol.asyncDispose]())

describe('the records that are selected', () => {
  it('are those that the rule of publication publishes, on every day, to every last one', async () => {
    const { pool } = city.exchange.database
    const day = fc.integer({ min: 0, max: 700 })
    const penalties = fc.sample(
      fc.record({
        day,
        kinds: fc.constantFrom(
          '罚款',
          '警告',
          '罚款；吊销营业执照',
          '通报批评',
          '责令停产停业',
          '行政拘留',
          '没收违法所得',
        ),
        grade: fc.constantFrom('', '轻微', '一般', '严重'),
        performed: fc.constantFrom('', '是', '否'),
      }),
      { numRuns: 120, seed: 8 },
    )
    await city.submit(
      'AIC_PENALTIES',
      penalties.map(({ day: days, kinds, grade, performed }, n) =>
        penalty(1_000 + n, {
          CF_JDRQ: ago(days),
          CF_CFLB: kinds,
          CF_NR_FK: kinds.includes('罚款') ? '1' : '',
          CF_NR_WFFF: kinds.includes('没收') ? '1' : '',
          CF_NR_ZKDX: kinds.includes('吊销') ? '营业执照' : '',
          dishonestyGrade: grade,
          dutiesPerformed: performed,
        }),
      ),
    )
    const memberships = fc.sample(
      fc.record({ day, lasts: fc.integer({ min: 0, max: 800 }), grade: fc.constantFrom('一般', '严重') }),
      { numRuns: 60, seed: 9 },
    )
    await city.submit(
      'QTS_DISHONEST',
      memberships.map(({ day: days, lasts, grade }, n) =>
        qualityRow(2_000 + n, {
          listedOn: ago(days),
          noticedOn: ago(days + 10),
          endsOn: addCalendarDays(ago(days), lasts),
          grade,
        }),
      ),
    )
    await pool.query(
      `UPDATE listing SET suspended = '{[${ago(20)},${addCalendarDays(today, 40)})}' WHERE id IN (SELECT id FROM listing ORDER BY id LIMIT 5)`,
    )
    // No event tells of what a test writes past the service: the index follows the feed once more.
    await pool.query('UPDATE public_index SET position = 0')
    const { rows } = await pool.query<{ id: number; document: string }>(
      `SELECT r.id, coalesce(v.content ->> 'CF_WSH', v.content ->> 'decisionNo') AS document
         FROM record r JOIN record_version v ON v.record_id = r.id AND v.version = r.version`,
    )
    for (const on of [
      today,
      addCalendarDays(today, 1),
      addMonths(today, 3),
      addMonths(today, 13),
      addMonths(today, 30),
    ]) {
      const clock = { now: () => new Date(`${on}T12:00:00+08:00`) }
      const readers = {
        catalogue: createCatalogueReader(pool, () => 0),
        publicationRules: createPublicationRulesReader(pool, () => 0),
        deadlineRules: createDeadlineRulesReader(pool, () => 0),
      }
      const world = createPublicWorldReader({ pool, clock, ...readers })
      const index = createPublicIndex({ pool, world })
      const reading = createPublicReadingService({
        pool,
        world,
        index,
        counts: createPublicCounts({ pool, index, monotonicNow: () => performance.now() }),
      })
      const expected: string[] = []
      const expectedIds: number[] = []
      for (const { id, document } of rows) {
        if (!(await publicationOfRecord(pool, id, on))?.published) continue
        expected.push(document)
        expectedIds.push(id)
      }
      // What lists are read by says the same as the statement over the records, which says the same as the rule.
      const filter = { ...everything, kinds: ['PENALTY', 'LIST'] as const }
      const whole = { after: null, limit: rows.length }
      expect(await index.reach(await world())).not.toBeNull()
      expect(ascending(await placesByIndex(pool, on, filter, whole))).toEqual(ascending(expectedIds))
      const byRecords = await pageOfPublished(pool, (await world()).published, filter, whole)
      expect(ascending(byRecords.map(({ recordId }) => recordId))).toEqual(ascending(expectedIds))
      const selected: string[] = []
      let total = 0
      for (let after: string | null = null; ; ) {
        const page = await reading.records(
          ['PENALTY', 'LIST'],
          {},
          { first: limits.publicPageSize.max, after },
        )
        // The statement alone: what the rule drops afterwards would be missing here.
        total = await page.total()
        selected.push(...page.rows.flatMap(({ node }) => node.documentNo ?? []))
        after = page.rows.at(-1)?.cursor ?? null
        if (!page.hasNextPage) break
      }
      expect([on, selected.toSorted(), total]).toEqual([on, expected.toSorted(), expected.length])
    }
  })
})

const ascending = (ids: readonly number[]) => ids.toSorted((a, b) => a - b)

describe('what is for departments alone', () => {
  const records = (uscc: string) => `{ subject(uscc: "${uscc}") { name basic { name fields { value } }
    a: records(group: PENALTIES) { ...P } b: records(group: SERIOUS_DISHONESTY) { ...P } } cases(text: "${uscc}") { edges { node {
    documentNo name legalRepresentative violation facts penaltyKinds basis penalty organ } } } }
    fragment P on RecordConnection { totalCount edges { node { name documentNo source { name } fields { name value } } } }`
  const canary = fc.stringMatching(/^[A-Za-z]{12,20}$/)

  it('is in no public answer, whatever its value', async () => {
    let n = 3_000
    await fc.assert(
      fc.asyncProperty(canary, async (value) => {
        n += 1
        const row = penalty(n, { CF_JDRQ: today, CF_WFXW: '侵犯注册商标专用权', BZ: value })
        const uscc = row.CF_XDR_SHXYM ?? ''
        await city.submit('AIC_PENALTIES', [row])
        await city.submit('PBOC_PENALTIES', [
          penalty(n, {
            CF_XDR_MC: `${value}公司`,
            CF_WSH: value,
            CF_SY: value,
            CF_NR: value,
            CF_FRDB: value,
            businessArea: '支付结算',
          }),
        ])
        await city.submit('QTS_DISHONEST', [qualityRow(n, { responsiblePersons: value, remarks: value })])
        await city.submit('NDRC_JOINT_PUNISHMENT', [
          personListing({
            name: `${value}某`,
            decisionNo: `汝信惩〔2026〕${n}号`,
            reason: value,
            remarks: value,
          }),
        ])
        const shown = await ask(city.server.url, records(uscc))
        expect(shown.text).toContain('虚构')
        expect(shown.json.errors).toBeUndefined()
        const answers = [
          shown,
          await ask(
            city.server.url,
            '{ listEntries(first: 100) { totalCount edges { node { name documentNo } } } }',
          ),
          await ask(
            city.server.url,
            '{ home { latestPenalties { name documentNo fields { value } } latestListed { name documentNo } } }',
          ),
          await ask(
            city.server.url,
            '{ doublePublicity(kind: PENALTY, first: 100) { edges { node { name documentNo } } } }',
          ),
        ]
        for (const { text } of answers) expect(text).not.toContain(value)
        const found = await ask(
          city.server.url,
          'query ($q: String!) { searchSubjects(query: $q) { totalCount } listEntries(text: $q) { totalCount } }',
          { q: value },
        )
        expect(found.json.data).toEqual({ searchSubjects: { totalCount: 0 }, listEntries: { totalCount: 0 } })
      }),
      { numRuns: 6 },
    )
  })

  it('becomes public for no record that was written while it was not, though the column is opened later', async () => {
    await city.submit('QTS_DISHONEST', [qualityRow(4_000, { remarks: '先前不公开' })])
    const { pool } = city.exchange.database
    await pool.query(`INSERT INTO dataset_version (dataset_id, version, definition)
      SELECT dataset_id, version + 1, replace(definition::text, '"GOV_SHARED"', '"PUBLIC"')::jsonb
        FROM dataset_version v JOIN dataset d ON d.id = v.dataset_id WHERE d.code = 'QTS_DISHONEST'`)
    const opened = async () =>
      (await ask(city.server.url, '{ datasets { code fields { name } } }')).text.includes('"remarks"')
    await expect.poll(opened, { timeout: 8_000 }).toBe(true)
    const { CF_XDR_SHXYM } = penalty(4_000)
    const { text } = await ask(city.server.url, records(CF_XDR_SHXYM ?? ''))
    expect(text).toContain('汝质监失信〔2026〕4000号')
    expect(text).not.toContain('先前不公开')
  })
})
