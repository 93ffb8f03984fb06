import { readFile } from 'node:fs/promises'
import pg from 'pg'
// In a program of your own: from 'joint-credit-exchange/client'.
import { type Change, createExchangeClient, type ExchangeClient, loadKeyFile } from '../../client/index.ts'

/**
 * Keeps a table of a department's own equal to what `listings` answers. What a page changes and the position up to which it is
 * complete are written in one transaction, so it may be killed at any point: it goes on where the last one was committed, and
 * what it is told twice changes nothing.
 *
 *     DATABASE_URL=postgres://… node examples/mirror/mirror.ts jce.json
 *
 * In force on a day are the rows of `listing_in_force_today`: terms end by days, before the exchange tells so.
 */

const tables = `
  CREATE TABLE IF NOT EXISTS mirrored_listing (
    id bigint PRIMARY KEY, uscc text, name text NOT NULL, listed_on date NOT NULL, ends_on date, exited_on date,
    suspensions jsonb NOT NULL, listing jsonb NOT NULL);
  ALTER TABLE mirrored_listing ADD COLUMN IF NOT EXISTS other_usccs text[] NOT NULL DEFAULT '{}';
  CREATE TABLE IF NOT EXISTS mirror_position (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row), up_to bigint NOT NULL);
  INSERT INTO mirror_position (up_to) VALUES (0) ON CONFLICT DO NOTHING;
  CREATE OR REPLACE VIEW listing_in_force_today AS
    SELECT m.* FROM mirrored_listing m, (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS day) today
     WHERE listed_on <= day AND (ends_on IS NULL OR day <= ends_on) AND (exited_on IS NULL OR day < exited_on)
       AND NOT EXISTS (SELECT FROM jsonb_to_recordset(suspensions) AS s ("from" date, until date)
                        WHERE s."from" <= day AND (s.until IS NULL OR day < s.until));`

/** Applies changes and the new position, all or nothing. False: another mirror was faster, nothing was written. */
async function commit(
  database: pg.Client,
  changes: readonly Change[],
  { from, upTo }: { from: number; upTo: number },
): Promise<boolean> {
  await database.query('BEGIN')
  try {
    const { rowCount } = await database.query('UPDATE mirror_position SET up_to = $2 WHERE up_to = $1', [
      from,
      upTo,
    ])
    if (rowCount === 1) for (const change of changes) await apply(database, change)
    await database.query('COMMIT')
    return rowCount === 1
  } catch (error) {
    await database.query('ROLLBACK')
    throw error
  }
}

async function apply(database: pg.Client, { listingId, listing, subject }: Change): Promise<void> {
  if (listingId === null) return
  if (listing === null || subject === null) {
    await database.query('DELETE FROM mirrored_listing WHERE id = $1', [listingId])
    return
  }
  const { listedOn, endsOn, exitedOn, suspensions } = listing
  await database.query(
    `INSERT INTO mirrored_listing (id, uscc, name, listed_on, ends_on, exited_on, suspensions, listing, other_usccs)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (id) DO UPDATE SET uscc = $2, name = $3, listed_on = $4, ends_on = $5, exited_on = $6,
                                    suspensions = $7, listing = $8, other_usccs = $9`,
    [
      listingId,
      subject.uscc,
      subject.name,
      listedOn,
      endsOn,
      exitedOn,
      JSON.stringify(suspensions),
      JSON.stringify(listing),
      subject.otherUsccs,
    ],
  )
}

async function position(database: pg.Client): Promise<number> {
  return Number((await database.query('SELECT up_to FROM mirror_position')).rows[0].up_to)
}

async function mirror(client: ExchangeClient, database: pg.Client): Promise<never> {
  await database.query(tables)
  for (;;) {
    let from = await position(database)
    console.log(`from ${from}`)
    // The backlog page by page, then each change as it happens.
    for await (const { changes, upTo } of client.changes(from)) {
      if (!(await commit(database, changes, { from, upTo }))) break
      from = upTo
    }
    console.log(`up to ${from}`)
    await client.follow({
      after: from,
      async onChange(change) {
        if (!(await commit(database, [change], { from, upTo: change.position })))
          throw new RangeError('another mirror writes to this database')
        from = change.position
        console.log(`up to ${from}`)
      },
    })
  }
}

const config = JSON.parse(await readFile(process.argv[2] ?? 'jce.json', 'utf8'))
const database = new pg.Client({ connectionString: process.env.DATABASE_URL })
await database.connect()
await mirror(createExchangeClient({ ...config, key: await loadKeyFile(config.keyFile) }), database)
