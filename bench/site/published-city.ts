import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import { importCatalogue } from '../../src/catalogue/catalogue-service.ts'
import type { Database } from '../../src/kernel/database.ts'

/** Published records of a fictional city, written by SQL as intake leaves them: penalties and entries on a list. */

/** Rows of one statement: it ends well before the statement timeout. */
const atOnce = 25_000

export async function publish(
  { pool, prisma }: Database,
  scale: { penalties: number; listings: number },
): Promise<void> {
  for (const file of ['aic-penalties', 'aic-serious-dishonesty'])
    await importCatalogue(
      prisma,
      'bench',
      JSON.parse(
        await readFile(new URL(`../../prisma/catalogue/datasets/${file}.json`, import.meta.url), 'utf8'),
      ),
    )
  // These rows come from no batch.
  await pool.query('ALTER TABLE record_version DROP CONSTRAINT record_version_origin')
  for (const [write, count] of [
    [penalties, scale.penalties],
    [listings, scale.listings],
  ] as const)
    for (let from = 1; from <= count; from += atOnce)
      await write(pool, from, Math.min(count, from + atOnce - 1))
  await pool.query(
    `WITH head AS (UPDATE feed_head SET position = position + (SELECT count(*) FROM record) RETURNING position),
          placed AS (SELECT r.id, r.subject_id, l.id AS listing_id, row_number() OVER (ORDER BY r.id) AS n
                       FROM record r LEFT JOIN listing l ON l.record_id = r.id)
     INSERT INTO feed_event (position, kind, subject_id, record_id, listing_id)
     SELECT (SELECT position FROM head) - (SELECT count(*) FROM record) + n, CASE WHEN listing_id IS NULL THEN 'RECORD_STORED' ELSE 'LISTED' END,
            subject_id, id, listing_id FROM placed`,
  )
  await pool.query('VACUUM (ANALYZE)')
}

/** Decisions of the last ten months, one in eight a case of counterfeiting. */
async function penalties(pool: pg.Pool, from: number, to: number): Promise<void> {
  await pool.query(
    `WITH chosen AS MATERIALIZED (
       SELECT n, nextval('record_id_seq') AS id, s.id AS subject_id, s.uscc, s.name, current_date - (n::bigint * 7919 % 300)::int AS day
         FROM generate_series($1::int, $2::int) AS n JOIN (SELECT id, uscc, name, row_number() OVER (ORDER BY id) AS place FROM subject) s
           ON s.place = n::bigint * 104729 % (SELECT count(*) FROM subject) + 1),
     stored AS (
       INSERT INTO record (id, dataset_id, source_key, subject_id, version, content_mac)
       SELECT id, (SELECT id FROM dataset WHERE code = 'AIC_PENALTIES'), 'penalty ' || n, subject_id, 1, '' FROM chosen)
     INSERT INTO record_version (record_id, version, dataset_version_id, content, recorded_at)
     SELECT c.id, 1, (SELECT v.id FROM dataset_version v JOIN dataset d ON d.id = v.dataset_id WHERE d.code = 'AIC_PENALTIES' ORDER BY v.id DESC LIMIT 1),
            jsonb_build_object('CF_XDR_MC', c.name, 'CF_XDR_LB', '法人及非法人组织', 'CF_XDR_SHXYM', c.uscc, 'CF_FRDB', '孙演示',
              'CF_WSH', '汝工商处罚〔2026〕' || c.n || '号', 'CF_WFXW', (ARRAY['侵犯注册商标专用权','发布虚假广告','无照经营','虚假宣传','价格欺诈','合同欺诈','不正当有奖销售','未按规定公示'])[c.n % 8 + 1],
              'CF_SY', '经查，当事人的经营行为与公示的内容不符，违法经营额一万二千元，情节一般，案发后主动配合调查。',
              'CF_YJ', '《中华人民共和国广告法》第五十五条第一款', 'CF_CFLB', '罚款', 'CF_NR', '罚款30000元。', 'CF_NR_FK', 3000000,
              'CF_JDRQ', c.day, 'CF_YXQ', '2099-12-31', 'CF_CFJG', '汝宁市工商行政管理局', 'CF_CFJGDM', '11419800MADEM90403',
              'CF_SJLY', '汝宁市工商行政管理局', 'CF_SJLYDM', '11419800MADEM90403', 'procedure', '普通程序'), c.day + 3
       FROM chosen c`,
    [from, to],
  )
}

async function listings(pool: pg.Pool, from: number, to: number): Promise<void> {
  await pool.query(
    `WITH chosen AS MATERIALIZED (
       SELECT n, nextval('record_id_seq') AS id, s.id AS subject_id, s.uscc, s.name, current_date - (n::bigint * 7919 % 900)::int AS day
         FROM generate_series($1::int, $2::int) AS n JOIN (SELECT id, uscc, name, row_number() OVER (ORDER BY id) AS place FROM subject) s
           ON s.place = n::bigint * 15485863 % (SELECT count(*) FROM subject) + 1),
     stored AS (
       INSERT INTO record (id, dataset_id, source_key, subject_id, version, content_mac)
       SELECT id, (SELECT id FROM dataset WHERE code = 'AIC_SERIOUS_DISHONESTY'), 'listing ' || n, subject_id, 1, '' FROM chosen
       RETURNING id),
     listed AS (
       INSERT INTO listing (phase, list_type_code, subject_id, record_id, dataset_id, department_id, department_name, grade, decision_no, reason, listed_on, ends_on, suspended)
       SELECT 'LISTED', 'MARKET_SERIOUS_DISHONESTY', c.subject_id, c.id, d.id, d.department_id, '汝宁市工商行政管理局', '严重', '汝工商列字〔2026〕' || c.n || '号',
              '严重违法。', c.day, (c.day + interval '3 years')::date, '{}'
         FROM chosen c, dataset d WHERE d.code = 'AIC_SERIOUS_DISHONESTY')
     INSERT INTO record_version (record_id, version, dataset_version_id, content, recorded_at)
     SELECT c.id, 1, (SELECT v.id FROM dataset_version v JOIN dataset d ON d.id = v.dataset_id WHERE d.code = 'AIC_SERIOUS_DISHONESTY' ORDER BY v.id DESC LIMIT 1),
            jsonb_build_object('name', c.name, 'uscc', c.uscc, 'legalRepresentative', '孙演示', 'reason', '销售不符合保障人体健康标准的产品，受到较重行政处罚。',
              'decisionNo', '汝工商列字〔2026〕' || c.n || '号', 'authority', '汝宁市工商行政管理局', 'listedOn', c.day), c.day + 2
       FROM chosen c`,
    [from, to],
  )
}
