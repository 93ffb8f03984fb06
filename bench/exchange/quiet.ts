import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

/** Until the server has had nothing to do for four seconds: what an exchange does soon after its start is not what is measured. */
export async function quiet(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let idle = 0; idle < 40; idle += 1) {
      await delay(100)
      const { rows } = await client.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND now() - xact_start > interval '50 ms'`,
      )
      if (rows[0].n > 0) idle = 0
    }
  } finally {
    await client.end()
  }
}
