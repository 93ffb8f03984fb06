import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../src/kernel/database.ts'
import { limits } from '../../../src/limits.ts'
import { createNameKeying } from '../../../src/subjects/name-keying-service.ts'
import { noteNames } from '../../../src/subjects/name-store.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

/** After an upgrade names keyed by older rules are keyed anew, whatever interrupts that. */

let clone: TestDatabase
let database: Database
beforeAll(async () => {
  clone = await createDatabase()
  database = openDatabase(clone.url, { connections: 5 })
})
afterAll(async () => {
  await database.close()
  await clone[Symbol.asyncDispose]()
})
beforeEach(() => database.pool.query('DELETE FROM subject_name; DELETE FROM subject'))

type OldName = { key: string; name: string; first?: string; last?: string }

/** A subject as the version before names had parts left it. */
async function oldSubject(
  kind: 'ORGANISATION' | 'PERSON',
  present: string,
  names: OldName[],
): Promise<number> {
  const { rows } = await database.pool.query(
    'INSERT INTO subject (kind, name) VALUES ($1, $2) RETURNING id',
    [kind, present],
  )
  for (const { key, name, first = '2026-01-01', last = '2026-01-01' } of names) {
    await database.pool.query(
      'INSERT INTO subject_name (subject_id, key, name, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $4, $5)',
      [rows[0].id, key, name, first, last],
    )
  }
  return rows[0].id
}

async function namesOf(id: number) {
  const { rows } = await database.pool.query(
    `SELECT n.key, n.name, n.first_seen_at::date::text AS first, n.last_seen_at::date::text AS last, n.key_version AS version,
            f.name AS searchable, f.is_former AS former
       FROM subject_name n LEFT JOIN searchable_name f ON f.subject_id = n.subject_id AND f.name_key = n.key
      WHERE n.subject_id = $1 ORDER BY n.key`,
    [id],
  )
  return rows
}

describe('names keyed by older rules', () => {
  it('get the keys of now, spellings that are one name become one, and persons stay out of the search', async () => {
    const enterprise = await oldSubject('ORGANISATION', '天中食品有限公司', [
      { key: '天中食品有限公司', name: '天中食品有限公司', first: '2026-03-01', last: '2026-04-01' },
      { key: '天中食品有限公司 old', name: '天中食品有限責任公司', first: '2026-01-01', last: '2026-02-01' },
      { key: '重陽酒業有限公司', name: '重陽酒業有限公司', first: '2025-01-01', last: '2025-02-01' },
    ])
    const person = await oldSubject('PERSON', '錢樣例', [{ key: '錢樣例', name: '錢樣例' }])
    expect(await createNameKeying(database.pool).catchUp()).toBe(4)
    expect(await namesOf(enterprise)).toEqual([
      {
        key: '天中食品有限公司',
        name: '天中食品有限公司',
        first: '2026-01-01',
        last: '2026-04-01',
        version: 1,
        searchable: '天中食品有限公司',
        former: false,
      },
      {
        key: '重阳酒业有限公司',
        name: '重陽酒業有限公司',
        first: '2025-01-01',
        last: '2025-02-01',
        version: 1,
        searchable: '重陽酒業有限公司',
        former: true,
      },
    ])
    expect(await namesOf(person)).toEqual([
      {
        key: '钱样例',
        name: '錢樣例',
        first: '2026-01-01',
        last: '2026-01-01',
        version: 1,
        searchable: null,
        former: null,
      },
    ])
    expect(await createNameKeying(database.pool).catchUp()).toBe(0)
  })

  it('meet names that were written since', async () => {
    const id = await oldSubject('ORGANISATION', '天中食品有限責任公司', [
      { key: 'old', name: '天中食品有限責任公司', first: '2026-01-01', last: '2026-01-02' },
    ])
    await noteNames(database.pool, [{ id, kind: 'ORGANISATION', name: '天中食品有限公司' }], true)
    await createNameKeying(database.pool).catchUp()
    expect(await namesOf(id)).toMatchObject([
      { key: '天中食品有限公司', name: '天中食品有限公司', first: '2026-01-01', version: 1, former: false },
    ])
  })

  it('are all keyed once, by several replicas, stopped and started again', async () => {
    const count = limits.namesKeyedPerTransaction + 100
    await database.pool.query(
      `WITH made AS (INSERT INTO subject (kind, name) SELECT 'ORGANISATION', '虚构' || n || '有限责任公司' FROM generate_series(1, $1) n
                     RETURNING id, name)
       INSERT INTO subject_name (subject_id, key, name) SELECT id, name, name FROM made`,
      [count],
    )
    let asked = 0
    const stopAfterOne = () => {
      asked += 1
      return asked > 1
    }
    expect(await createNameKeying(database.pool).catchUp(stopAfterOne)).toBe(limits.namesKeyedPerTransaction)
    const replicas = [createNameKeying(database.pool), createNameKeying(database.pool)]
    const keyed = await Promise.all(replicas.map((replica) => replica.catchUp()))
    expect(keyed.reduce((sum, n) => sum + n)).toBe(100)
    const { rows } = await database.pool.query(
      `SELECT count(*)::int AS names, count(*) FILTER (WHERE key_version = 1 AND key = replace(name, '有限责任公司', '有限公司'))::int AS keyed,
              (SELECT count(*)::int FROM searchable_name) AS searchable FROM subject_name`,
    )
    expect(rows).toEqual([{ names: count, keyed: count, searchable: count }])
  })

  it('are former once the subject has another, and no more when it takes one back', async () => {
    const id = await oldSubject('ORGANISATION', '甲乙商贸有限公司', [])
    const former = async () => (await namesOf(id)).map((row) => [row.name, row.former])
    for (const name of ['甲乙商贸有限公司', '丙丁商贸有限公司'])
      await noteNames(database.pool, [{ id, kind: 'ORGANISATION', name }], true)
    expect(await former()).toEqual([
      ['丙丁商贸有限公司', false],
      ['甲乙商贸有限公司', true],
    ])
    // Who is no registrar may write it as it likes: the subject is called what its registrar says.
    await noteNames(database.pool, [{ id, kind: 'ORGANISATION', name: '戊己商贸有限公司' }], false)
    await noteNames(database.pool, [{ id, kind: 'ORGANISATION', name: '甲乙商贸有限公司' }], true)
    expect(await former()).toEqual([
      ['丙丁商贸有限公司', true],
      ['戊己商贸有限公司', true],
      ['甲乙商贸有限公司', false],
    ])
  })
})
