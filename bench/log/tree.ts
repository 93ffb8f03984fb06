import { randomBytes } from 'node:crypto'
import type pg from 'pg'
import { createCheckpointService } from '../../src/evidence/checkpoint-service.ts'
import { signatureLine } from '../../src/evidence/signed-note.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { transaction } from '../../src/kernel/database.ts'

const step = 250_000
export const treeDepartment = 'BENCH'

/**
 * A log of so many leaves of the size of real ones, made by the database, and its tree: to sign for each would take hours
 * and prove nothing more. The request of each entry is its index.
 */
export async function growTree(
  pool: pg.Pool,
  count: number,
  say: (line: string) => void,
): Promise<{ insert: number; build: number }> {
  const started = performance.now()
  const { rows } = await pool.query('SELECT next_index FROM log_head')
  for (let at = Number(rows[0].next_index); at < count; at += step) {
    const to = Math.min(count, at + step)
    await transaction(pool, async (client) => {
      await client.query('SET LOCAL synchronous_commit = off')
      await client.query(
        `WITH made AS (
           SELECT i, '{"at":"2026-11-25T00:00:00.000Z","body_sha256":"' || repeat('b', 43) || '","data_version":1,"department":"${treeDepartment}","jti":"' ||
                  i || '","kid":"' || repeat('k', 43) || '","operation":"query screen","outcome":"OK","purpose":"bench","req_sha256":"' ||
                  repeat('r', 43) || '","status":200,"subjects_sha256":"' || repeat('s', 43) || '","v":1}' AS leaf
             FROM generate_series($1::bigint, $2::bigint - 1) AS i)
         INSERT INTO exchange_log (log_index, at, department_code, kid, jti, leaf, leaf_hash)
         SELECT i, now(), '${treeDepartment}', 'k', i::text, leaf, sha256('\\x00'::bytea || convert_to(leaf, 'UTF8')) FROM made`,
        [at, to],
      )
      await client.query('UPDATE log_head SET next_index = $1', [to])
    })
    say(`  ${to.toLocaleString('en')} leaves`)
  }
  const built = performance.now()
  const checkpoints = createCheckpointService({
    pool,
    clock: systemClock,
    origin: 'bench/log',
    sign: async () => signatureLine({ name: 'bench/log', keyId: 1 }, randomBytes(64)),
  })
  while (await checkpoints.publishDue()) {}
  return { insert: (built - started) / 1000, build: (performance.now() - built) / 1000 }
}
