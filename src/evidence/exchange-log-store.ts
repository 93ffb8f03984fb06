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
    SELECT place, department_id, department_code, kid, jti, arrival, to_timestamp(expires / 1000.0) AS expires_at,
           to_timestamp(moment / 1000.0) AS at, leaf, decode(hash, 'base64') AS leaf_hash, decode(salt, 'base64') AS sealed_salt,
           decode(asked, 'base64') AS digests, subject_ids, single_use
      FROM json_to_recordset($1::json) AS a (place bigint, department_id int, department_code text, kid text, jti text, arrival uuid,
             expires bigint, moment bigint, leaf text, hash text, salt text, asked text, subject_ids bigint[], single_use boolean)
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
    SELECT base + n - 1, sealed_salt, digests, subject_ids FROM logged, head WHERE digests IS NOT NULL
  )
  SELECT place, base + n - 1 AS log_index FROM logged, head`

/** Appends in the order given; answers in the order given. Durable when it returns. */
export async function appendExchanges(
  database: Queryable,
  drafts: readonly LogDraft[],
): Promise<LogOutcome[]> {
  // One text for the whole group: an array for each column takes the driver longer to write than all else here.
  const rows = drafts.map(({ exchange, singleUse }, position) => {
    const { subjects } = exchange
    const leaf = leafOf(exchange)
    return {
      place: position + 1,
      department_id: exchange.departmentId,
      department_code: exchange.departmentCode,
      kid: exchange.kid,
      jti: exchange.jti,
      arrival: exchange.arrival,
      expires: exchange.tokenExpiresAt.getTime(),
      moment: exchange.at.getTime(),
      leaf,
      hash: leafHash(leaf).toString('base64'),
      salt: subjects && base64(subjects.sealedSalt),
      asked: subjects && base64(subjects.digests),
      subject_ids: subjects?.ids ?? null,
      single_use: singleUse,
    }
  })
  const { rows: logged } = await database.query({
    name: 'append-exchanges',
    text: appendGroup,
    values: [JSON.stringify(rows)],
  })
  const indexes = new Map(logged.map((row): [number, number] => [Number(row.place), Number(row.log_index)]))
  return drafts.map((_, position) => {
    const logIndex = indexes.get(position + 1)
    return logIndex === undefined ? { outcome: 'REPLAYED' } : { outcome: 'LOGGED', logIndex }
  })
}

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

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
