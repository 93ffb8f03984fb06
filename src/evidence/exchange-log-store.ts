import type { Queryable } from '../kernel/database.ts'
import { type Exchange, leafOf } from './exchange-log.ts'
import { leafHash } from './merkle-tree.ts'

/** `singleUse`: the exchange counts only if its token was not used by another arrival. */
export type LogDraft = { exchange: Exchange; singleUse: boolean }
/** Place in the log, counted from 0; or the token was used by an earlier arrival and nothing was written. */
export type LogOutcome = { outcome: 'LOGGED'; logIndex: number } | { outcome: 'REPLAYED' }

/**
 * One statement, so one durable commit: claims the tokens, takes the next places of the log under the lock of
 * `log_head`, and writes the rows. A token that this very arrival claimed before, inside the transaction of a
 * mutation, counts as its own. Tokens are claimed in one order on all replicas, so they cannot lock each other out.
 */
const appendGroup = `
  WITH arriving AS (
    SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[],
                         $8::text[], $9::bytea[], $10::bytea[], $11::bytea[], $12::text[], $13::boolean[])
      WITH ORDINALITY AS a (department_id, department_code, kid, jti, arrival, expires_at, at,
                            leaf, leaf_hash, sealed_salt, digests, subject_ids, single_use, place)
  ), claimed AS (
    INSERT INTO used_token (department_id, jti, arrival, expires_at)
    SELECT DISTINCT ON (department_id, jti) department_id, jti, arrival, expires_at
      FROM arriving WHERE single_use ORDER BY department_id, jti, place
    ON CONFLICT (department_id, jti) DO UPDATE SET arrival = used_token.arrival WHERE used_token.arrival = EXCLUDED.arrival
    RETURNING arrival
  ), logged AS (
    SELECT *, row_number() OVER (ORDER BY place) AS n FROM arriving
     WHERE NOT single_use OR arrival IN (SELECT arrival FROM claimed)
  ), head AS (
    UPDATE log_head SET next_index = next_index + (SELECT count(*) FROM logged)
    RETURNING next_index - (SELECT count(*) FROM logged) AS base
  ), written AS (
    INSERT INTO exchange_log (log_index, at, department_code, kid, jti, leaf, leaf_hash)
    SELECT base + n - 1, at, department_code, kid, jti, leaf, leaf_hash FROM logged, head
  ), noted AS (
    INSERT INTO exchange_subjects (log_index, sealed_salt, digests, subject_ids)
    SELECT base + n - 1, sealed_salt, digests, subject_ids::bigint[] FROM logged, head WHERE digests IS NOT NULL
  )
  SELECT place, base + n - 1 AS log_index FROM logged, head`

/** Appends in the order given; answers in the order given. Durable when it returns. */
export async function appendExchanges(
  database: Queryable,
  drafts: readonly LogDraft[],
): Promise<LogOutcome[]> {
  const exchanges = drafts.map((draft) => draft.exchange)
  const leaves = exchanges.map(leafOf)
  const { rows } = await database.query({
    name: 'append-exchanges',
    text: appendGroup,
    values: [
      exchanges.map((exchange) => exchange.departmentId),
      exchanges.map((exchange) => exchange.departmentCode),
      exchanges.map((exchange) => exchange.kid),
      exchanges.map((exchange) => exchange.jti),
      exchanges.map((exchange) => exchange.arrival),
      exchanges.map((exchange) => exchange.tokenExpiresAt),
      exchanges.map((exchange) => exchange.at),
      leaves,
      leaves.map(leafHash),
      exchanges.map((exchange) => exchange.subjects?.sealedSalt ?? null),
      exchanges.map((exchange) => exchange.subjects?.digests ?? null),
      exchanges.map((exchange) => exchange.subjects && `{${exchange.subjects.ids.join(',')}}`),
      drafts.map((draft) => draft.singleUse),
    ],
  })
  const indexes = new Map(rows.map((row): [number, number] => [Number(row.place), Number(row.log_index)]))
  return drafts.map((_, position) => {
    const logIndex = indexes.get(position + 1)
    return logIndex === undefined ? { outcome: 'REPLAYED' } : { outcome: 'LOGGED', logIndex }
  })
}

/** True where the token was not used before, or by this same arrival. For use inside a mutation's transaction. */
export async function claimToken(
  client: Queryable,
  token: Pick<Exchange, 'departmentId' | 'jti' | 'arrival' | 'tokenExpiresAt'>,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'INSERT INTO used_token (department_id, jti, arrival, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [token.departmentId, token.jti, token.arrival, token.tokenExpiresAt],
  )
  return rowCount === 1
}

/** Forgets tokens that no clock would accept any more. Returns how many. */
export async function sweepUsedTokens(database: Queryable, before: Date): Promise<number> {
  const { rowCount } = await database.query('DELETE FROM used_token WHERE expires_at < $1', [before])
  return rowCount ?? 0
}
