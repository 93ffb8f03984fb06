import type pg from 'pg'
import { createLogReadingService } from '../../src/evidence/log-reading-service.ts'
import { createReceiptService } from '../../src/evidence/receipt-service.ts'
import { openDatabase } from '../../src/kernel/database.ts'
import { growTree, treeDepartment } from '../log/tree.ts'
import { randomOf } from '../names/random.ts'
import { callerOf, vault } from '../search/city.ts'
import type { Recipe } from './kept.ts'
import { alternate, median, ratios, spreadOf } from './rounds.ts'
import { type Bench, milliseconds, type Row } from './row.ts'

const perRound = 500

const treeOf = ({ settings: { leaves }, say }: Pick<Bench, 'settings' | 'say'>): Recipe<object> => ({
  name: `log_${leaves}`,
  files: ['../log/tree.ts'],
  async make({ pool }) {
    const took = await growTree(pool, leaves, say)
    await pool.query('ANALYZE')
    return took
  },
})

/** Whether the log was made before: of ten million leaves that takes minutes. */
export const isTreeMade = (bench: Pick<Bench, 'world' | 'settings' | 'say'>) =>
  bench.world.kept.has(treeOf(bench))

/**
 * Receipts out of a large log, as the exchange reads them: the entry of a request, the checkpoint over it, the proof. In
 * this process, one after another: what signing and HTTP add is told by other rows. The floor reads what a receipt is made
 * of by its keys, in one statement.
 */
export async function measureProofs(bench: Bench): Promise<Row[]> {
  const { leaves, rounds } = bench.settings
  const { url } = await bench.world.kept.database(treeOf(bench))
  const database = openDatabase(url, { connections: 2 })
  try {
    const { pool } = database
    const receipts = createReceiptService({
      pool,
      vault,
      log: createLogReadingService(pool, 'bench/log'),
      keys: [],
    })
    const caller = callerOf({
      id: 1,
      code: treeDepartment,
      name: treeDepartment,
      kind: 'DEVELOPMENT_REFORM',
      status: 'ACTIVE',
      roles: ['ENQUIRER'],
    })
    const random = randomOf(1)
    const timed = async (read: (index: number) => Promise<unknown>) => {
      const times: number[] = []
      for (let run = 0; run < perRound; run += 1) {
        const index = random.below(leaves)
        const began = performance.now()
        await read(index)
        times.push(performance.now() - began)
      }
      const sorted = times.toSorted((a, b) => a - b)
      return { p50: median(times), p95: sorted[Math.floor(times.length * 0.95)] ?? Number.NaN }
    }
    let hashes = 0
    const results = await alternate(
      {
        receipt: () =>
          timed(async (index) => {
            const { inclusionProof } = await receipts.receipt(caller, {
              requestId: String(index),
              logIndex: null,
            })
            hashes = Math.max(hashes, inclusionProof.length)
          }),
        floor: () => timed((index) => tilesByKey(pool, index)),
      },
      rounds,
    )
    const times = (kind: keyof typeof results) => results[kind].map(({ p50 }) => p50)
    const ours = spreadOf(times('receipt'))
    const p95 = (kind: keyof typeof results) => median(results[kind].map((result) => result.p95))
    return [
      {
        job: 'receipt with its proof out of a large log, in process, median',
        ours: `${milliseconds(ours)}, p95 ${p95('receipt').toFixed(1)} ms, of ${leaves.toLocaleString('en')} leaves`,
        floor: milliseconds(spreadOf(times('floor'))),
        ratio: ratios(times('floor'), times('receipt')),
        target: '≤ 5 ms',
        met: ours.median <= 5,
        figures: { leaves, hashes, p95: { receipt: p95('receipt'), floor: p95('floor') } },
      },
    ]
  } finally {
    await database.close()
  }
}

const tilesByKey = (pool: pg.Pool, index: number) =>
  pool.query({
    name: 'tiles-by-key',
    text: `SELECT l.leaf, c.note, (SELECT array_agg(t.hashes) FROM log_tile t WHERE (t.level, t.index) IN ((0, $1 >> 8), (1, $1 >> 16), (2, $1 >> 24)))
             FROM exchange_log l, LATERAL (SELECT note FROM log_checkpoint WHERE size > $1 ORDER BY size LIMIT 1) c
            WHERE l.log_index = $1::bigint`,
    values: [index],
  })
