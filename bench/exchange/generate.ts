import type pg from 'pg'
import { type Queryable, transaction } from '../../src/kernel/database.ts'
import { normaliseName } from '../../src/names/normalise.ts'
import { checkUscc } from '../../src/subjects/identifiers.ts'
import { nameKeyVersion } from '../../src/subjects/name-store.ts'
import { makeSearchable } from './searchable.ts'

/**
 * Subjects, records and memberships written by the database itself, as intake would have left them: a million takes a
 * minute instead of an hour. Names are invented; nothing of them is a real enterprise.
 */

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const stem = '91419800MAB'
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const stemSum = [...stem].reduce((sum, each, i) => sum + alphabet.indexOf(each) * (weights[i] ?? 0), 0)
const places = [0, 1, 2, 3, 4, 5]

/** The code of the n-th subject (GB 32100): a stem, six digits to the base 31 and the check character, by arithmetic. */
export function usccSql(n: string): string {
  const digit = (place: number) => `(${n} / ${31 ** (5 - place)} % 31)`
  const sum = places.map((place) => `${digit(place)} * ${weights[11 + place]}`).join(' + ')
  const digits = places.map((place) => characterOf(digit(place))).join(' || ')
  return `'${stem}' || ${digits} || ${characterOf(`((31 - (${stemSum} + ${sum}) % 31) % 31)`)}`
}

const characterOf = (value: string) => `substr('${alphabet}', (${value} + 1)::int, 1)`

const trades = '食品 商贸 科技 建材 物流 农业 医药 机械 服饰 家具 化工 包装 酒业 广告 汽车 园林'.split(' ')
const characters =
  '鑫源天华盛达兴隆金诚信泰安康宏伟恒通顺利丰瑞祥和平正大同德美佳新世纪中原豫龙凤鹏飞翔宇宙星光明辉煌东方南北西海江河山川林森木禾田园春夏秋冬雪梅兰竹菊松柏桂荣昌茂富贵福禄寿'
const character = (n: string) => `substr('${characters}', (${n} % ${characters.length} + 1)::int, 1)`

const pairs = characters.length ** 2

/** `汝宁市鑫源食品有限公司`: two or three characters, a trade, the form; of a million names some 400,000 differ. */
export const nameSql = (
  n: string,
) => `'汝宁市' || ${character(n)} || ${character(`${n} / ${characters.length}`)}
  || CASE WHEN ${n} % 3 = 0 THEN ${character(`${n} / 131`)} ELSE '' END
  || (ARRAY['${trades.join("','")}'])[((${n} + ${n} / ${pairs} * 2) % ${trades.length} + 1)::int] || '有限公司'`

const step = 100_000

export type Size = { subjects: number; listings: number }

/** `SEARCHABLE`: names can be searched as well, which takes as long as all the rest. */
export async function generate(
  pool: pg.Pool,
  size: Size,
  names: 'SEARCHABLE' | 'PLAIN',
  say: (line: string) => void,
): Promise<void> {
  await pool.query(
    `INSERT INTO batch (department_id, batch_id, dataset_id, dataset_version_id, input_mac, received, accepted, unchanged, held, rejected)
     SELECT d.department_id, 'generated ' || d.code, d.id, v.id, '', 0, 0, 0, 0, 0
       FROM dataset d JOIN dataset_version v ON v.dataset_id = d.id`,
  )
  const restore = await dropIndexes(pool)
  for (let from = 0; from < size.subjects; from += step) {
    const to = Math.min(size.subjects, from + step)
    await bulk(pool, (client) => writeSubjects(client, from, to))
    say(`  ${to} subjects`)
  }
  const every = Math.floor(size.subjects / size.listings)
  for (let from = 0; from < size.listings; from += step) {
    const to = Math.min(size.listings, from + step)
    await bulk(pool, (client) => writeListings(client, { from, to, every }))
    say(`  ${to} memberships`)
  }
  if (names === 'SEARCHABLE') {
    await bulk(pool, makeSearchable)
    say('  names taken apart')
  }
  await restore()
  await setCounters(pool)
  await unhurried(pool, ['VACUUM (ANALYZE)', 'CHECKPOINT'])
  await checkSample(pool)
}

/** Without triggers: what is written refers to what is there, and each row would be looked up several times. */
function bulk(pool: pg.Pool, work: (client: Queryable) => Promise<void>): Promise<void> {
  return transaction(pool, async (client) => {
    await client.query('SET LOCAL session_replication_role = replica')
    await client.query('SET LOCAL synchronous_commit = off')
    await client.query('SET LOCAL statement_timeout = 0')
    await work(client)
  })
}

/** Each with a record of the register, by which it is known. */
async function writeSubjects(client: Queryable, from: number, to: number): Promise<void> {
  const numbers = `generate_series(${from}::bigint + 1, ${to}::bigint) AS n`
  await client.query(
    `INSERT INTO subject (id, kind, uscc, name, name_is_registered)
     SELECT n, 'ORGANISATION', ${usccSql('n')}, ${nameSql('n')}, true FROM ${numbers}`,
  )
  await client.query(
    `INSERT INTO subject_name (subject_id, key, name, key_version)
     SELECT id, name, name, ${nameKeyVersion} FROM subject WHERE id > ${from} AND id <= ${to}`,
  )
  await client.query(
    `INSERT INTO record (id, dataset_id, source_key, subject_id, version, content_mac)
     SELECT n, d.id, ${usccSql('n')}, n, 1, 'generated' FROM ${numbers}, dataset d WHERE d.code = 'AIC_REGISTRATION'`,
  )
  await client.query(
    `INSERT INTO record_version (record_id, version, content, dataset_version_id, batch_ref)
     SELECT n, 1, jsonb_build_object('name', ${nameSql('n')}, 'uscc', ${usccSql('n')}), b.dataset_version_id, b.id
       FROM ${numbers}, batch b WHERE b.batch_id = 'generated AIC_REGISTRATION'`,
  )
}

/** Memberships of every so-manieth subject, in force, each with its record, its event and its place in the feed. */
async function writeListings(
  client: Queryable,
  { from, to, every }: { from: number; to: number; every: number },
): Promise<void> {
  const rows = `(SELECT n, 100000000 + n AS record, n * ${every} AS subject, '汝市监列〔2026〕' || n || '号' AS decision,
                        DATE '2026-11-20' - (n % 700)::int AS listed
                   FROM generate_series(${from}::bigint + 1, ${to}::bigint) AS n) AS r`
  const reason = `'提交虚假材料取得登记，情节严重，依据规定列入严重违法失信名单（生成的测试数据）'`
  const dataset = `batch b JOIN dataset d ON d.id = b.dataset_id WHERE b.batch_id = 'generated AIC_SERIOUS_DISHONESTY'`
  await client.query(
    `INSERT INTO record (id, dataset_id, source_key, subject_id, version, content_mac)
     SELECT record, d.id, decision, subject, 1, 'generated' FROM ${rows}, ${dataset}`,
  )
  await client.query(
    `INSERT INTO record_version (record_id, version, content, dataset_version_id, batch_ref)
     SELECT record, 1, jsonb_build_object('name', ${nameSql('subject')}, 'uscc', ${usccSql('subject')}, 'decisionNo', decision,
              'listedOn', listed, 'reason', ${reason}, 'legalRepresentative', '某某', 'authority', '汝宁市工商行政管理局'), b.dataset_version_id, b.id
       FROM ${rows}, ${dataset}`,
  )
  await client.query(
    `INSERT INTO listing (id, phase, list_type_code, subject_id, record_id, dataset_id, department_id, department_name, grade,
                          decision_no, reason, listed_on, ends_on, published_on)
     SELECT n, 'LISTED', d.list_type_code, subject, record, d.id, d.department_id, '汝宁市工商行政管理局', '严重', decision, ${reason},
            listed, listed + 1095, listed FROM ${rows}, ${dataset}`,
  )
  await client.query(
    `INSERT INTO listing_event (listing_id, seq, type, data, effective_on, state)
     SELECT l.id, 1, 'LISTED', jsonb_build_object('listedOn', l.listed_on, 'decisionNo', l.decision_no), l.listed_on, listing_state(l)
       FROM listing l WHERE l.id > ${from} AND l.id <= ${to}`,
  )
  await client.query(
    `INSERT INTO feed_event (position, kind, subject_id, record_id, listing_id, listing_seq)
     SELECT (l.id - 1) * 2 + e.n, e.kind, l.subject_id, l.record_id, CASE e.n WHEN 2 THEN l.id END, CASE e.n WHEN 2 THEN 1 END
       FROM listing l, (VALUES (1, 'RECORD_STORED'), (2, 'LISTED')) AS e (n, kind) WHERE l.id > ${from} AND l.id <= ${to}`,
  )
}

/** Indexes that are no keys are made when all rows are there, which takes a fraction of the time. */
async function dropIndexes(pool: pg.Pool): Promise<() => Promise<void>> {
  const { rows } = await pool.query(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS text
       FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
      WHERE c.oid IS NULL AND i.indrelid IN ('subject'::regclass, 'subject_name'::regclass, 'searchable_name'::regclass,
                                             'record'::regclass, 'record_version'::regclass, 'listing'::regclass, 'listing_event'::regclass, 'feed_event'::regclass)`,
  )
  for (const { name } of rows) await pool.query(`DROP INDEX ${name}`)
  return () =>
    unhurried(
      pool,
      rows.map(({ text }) => text),
    )
}

/** What may take longer than a statement of the service. */
async function unhurried(pool: pg.Pool, statements: readonly string[]): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query("SET maintenance_work_mem = '512MB'; SET statement_timeout = 0")
    for (const statement of statements) await client.query(statement)
  } finally {
    client.release(true)
  }
}

/** As if all of it had come in: sequences, the heads of feed and tasks, and the sweeps of today and tomorrow done. */
async function setCounters(pool: pg.Pool): Promise<void> {
  await pool.query(
    `SELECT setval(pg_get_serial_sequence('subject', 'id'), 1000000000), setval(pg_get_serial_sequence('record', 'id'), 1000000000),
            setval(pg_get_serial_sequence('listing', 'id'), 1000000000)`,
  )
  await pool.query('UPDATE feed_head SET position = (SELECT coalesce(max(position), 0) FROM feed_event)')
  await pool.query('UPDATE task_head SET position = (SELECT position FROM feed_head)')
  await pool.query('UPDATE task_sweep SET done_at = now() WHERE done_at IS NULL')
  await pool.query(
    `INSERT INTO task_sweep (reason, done_at)
     SELECT 'DAY ' || to_char((now() AT TIME ZONE 'Asia/Shanghai')::date + d, 'YYYY-MM-DD'), now() FROM generate_series(0, 2) AS d`,
  )
}

/** What SQL made must be what the service would have made: codes that check, names that are their own keys. */
async function checkSample(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query('SELECT uscc, name FROM subject ORDER BY id DESC LIMIT 1000')
  const bad = rows.find(
    ({ uscc, name }) => checkUscc(uscc).status !== 'valid' || normaliseName(name) !== name,
  )
  if (bad) throw new RangeError(`generated wrongly: ${bad.uscc} ${bad.name}`)
}

/** Codes of subjects spread over all of them; of the listed ones only, where `listed`. */
export async function sampleCodes(pool: pg.Pool, count: number, kind: 'ANY' | 'LISTED'): Promise<string[]> {
  const { rows } = await pool.query(
    kind === 'LISTED'
      ? 'SELECT s.uscc FROM listing l JOIN subject s ON s.id = l.subject_id WHERE l.id % greatest((SELECT max(id) FROM listing WHERE id < 1000000000) / $1, 1) = 0 LIMIT $1'
      : 'SELECT uscc FROM subject WHERE id % greatest((SELECT max(id) FROM subject WHERE id < 1000000000) / $1, 1) = 0 LIMIT $1',
    [count],
  )
  return rows.map(({ uscc }) => uscc)
}
