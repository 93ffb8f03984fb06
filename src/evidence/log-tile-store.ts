import type { Queryable } from '../kernel/database.ts'
import { LogRewritten } from './log-rewritten.ts'
import {
  hashBytes,
  type TilePart,
  type TilePlace,
  type TileReader,
  tileKey,
  tileWidth,
} from './merkle-tree.ts'

/**
 * Tiles of the log's tree (C2SP tlog-tiles). Only full ones are stored; the hashes of one that is not full yet are the
 * leaves, or the roots of the tiles below it, so the tree of any size can be read with a few rows for each level.
 */
export type StoredTile = TilePlace & { hashes: Uint8Array; root: Uint8Array }

/** A tile that should be there and is not, or has too few hashes, is a `LogRewritten`: the log lost leaves. */
export function tileReader(database: Queryable): TileReader {
  return async (parts) => {
    const full = await readFull(database, parts)
    const missing = parts.filter((part) => !full.has(tileKey(part)))
    const partial =
      missing.length === 0 ? new Map<string, Uint8Array>() : await readPartial(database, missing)
    for (const part of missing) {
      if ((partial.get(tileKey(part))?.length ?? 0) !== part.width * hashBytes)
        throw new LogRewritten(`tile ${tileKey(part)} has not ${part.width} hashes`)
    }
    return new Map([...full, ...partial])
  }
}

async function readFull(database: Queryable, parts: readonly TilePart[]): Promise<Map<string, Uint8Array>> {
  const { rows } = await database.query({
    name: 'log-tiles-full',
    text: `SELECT t.level, t.index, t.hashes
             FROM unnest($1::int[], $2::bigint[]) AS p (level, index) JOIN log_tile t USING (level, index)`,
    values: [parts.map(({ level }) => level), parts.map(({ index }) => index)],
  })
  return new Map(rows.map((row): [string, Uint8Array] => [tileKey(row), row.hashes]))
}

async function readPartial(
  database: Queryable,
  parts: readonly TilePart[],
): Promise<Map<string, Uint8Array>> {
  const { rows } = await database.query({
    name: 'log-tiles-partial',
    text: `WITH part AS (
             SELECT level, index, index * ${tileWidth} AS first, index * ${tileWidth} + width AS after
               FROM unnest($1::int[], $2::bigint[], $3::int[]) AS p (level, index, width))
           SELECT p.level, p.index, string_agg(l.leaf_hash, ''::bytea ORDER BY l.log_index) AS hashes
             FROM part p JOIN exchange_log l ON l.log_index >= p.first AND l.log_index < p.after
            WHERE p.level = 0 GROUP BY p.level, p.index
           UNION ALL
           SELECT p.level, p.index, string_agg(t.root, ''::bytea ORDER BY t.index)
             FROM part p JOIN log_tile t ON t.level = p.level - 1 AND t.index >= p.first AND t.index < p.after
            WHERE p.level > 0 GROUP BY p.level, p.index`,
    values: [
      parts.map(({ level }) => level),
      parts.map(({ index }) => index),
      parts.map(({ width }) => width),
    ],
  })
  return new Map(rows.map((row): [string, Uint8Array] => [tileKey(row), row.hashes]))
}

export async function writeTiles(client: Queryable, tiles: readonly StoredTile[]): Promise<void> {
  if (tiles.length === 0) return
  await client.query(
    `INSERT INTO log_tile (level, index, hashes, root)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[], $4::bytea[])`,
    [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => hashes),
      tiles.map(({ root }) => root),
    ],
  )
}
