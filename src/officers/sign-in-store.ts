import { lockName, type Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { lockAfter } from './sign-in.ts'

export type TryResult = { outcome: 'TAKEN'; lockedUntil: Date | null } | { outcome: 'LOCKED'; until: Date }

/**
 * Counts a try before it is looked at, so that tries made at once, on whatever replica, cannot be more than are allowed.
 * `lockedUntil`: this one is still looked at, and if it fails the next waits until then.
 */
export async function takeTry(
  client: Queryable,
  key: string,
  now: Date,
  allowed: number = limits.triesBeforeLock,
): Promise<TryResult> {
  await lockName(client, `sign-in ${key}`)
  const { rows } = await client.query<{ tries: number; until: Date }>(
    'SELECT tries, until FROM sign_in_tries WHERE key = $1',
    [key],
  )
  const before = rows[0]
  if (before && before.until > now) return { outcome: 'LOCKED', until: before.until }
  const forgotten = !before || now.getTime() - before.until.getTime() > limits.triesForgottenAfter
  const tries = forgotten ? 1 : before.tries + 1
  const lock = lockAfter(tries, allowed)
  const until = new Date(now.getTime() + lock)
  await client.query(
    `INSERT INTO sign_in_tries (key, tries, until) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET tries = excluded.tries, until = excluded.until`,
    [key, tries, until],
  )
  return { outcome: 'TAKEN', lockedUntil: lock > 0 ? until : null }
}

type Tried = { key: string; lockedUntil: Date | null }
export type AccountTry =
  | { outcome: 'TAKEN'; lockedUntil: Date | null; tried: readonly Tried[] }
  | { outcome: 'LOCKED'; until: Date }

const keysOf = (account: string, address: string) => ({ here: `${account} ${address}`, everywhere: account })

/**
 * Counts a try at an account: of its address, so that a stranger elsewhere locks nobody out, and of all addresses, so that
 * many of them together do not guess without end. What the address may not try any more does not count for all.
 */
export async function takeAccountTry(
  client: Queryable,
  account: string,
  address: string,
  now: Date,
): Promise<AccountTry> {
  const keys = keysOf(account, address)
  const here = await takeTry(client, keys.here, now)
  if (here.outcome === 'LOCKED') return here
  const everywhere = await takeTry(client, keys.everywhere, now, limits.triesFromEverywhere)
  if (everywhere.outcome === 'LOCKED') {
    await takeBackTry(client, keys.here, here.lockedUntil, now)
    return everywhere
  }
  return {
    outcome: 'TAKEN',
    lockedUntil: here.lockedUntil ?? everywhere.lockedUntil,
    tried: [
      { key: keys.here, lockedUntil: here.lockedUntil },
      { key: keys.everywhere, lockedUntil: everywhere.lockedUntil },
    ],
  }
}

export async function forgetAccountTries(client: Queryable, account: string, address: string): Promise<void> {
  const { here, everywhere } = keysOf(account, address)
  await forgetTries(client, here)
  await forgetTries(client, everywhere)
}

/** The try was right as far as it went: it does not count, nor does the lock that it would have brought. */
export async function takeBackTry(
  client: Queryable,
  key: string,
  lockedUntil: Date | null,
  now: Date,
): Promise<void> {
  await client.query(
    'UPDATE sign_in_tries SET tries = tries - 1, until = CASE WHEN until = $2 THEN $3 ELSE until END WHERE key = $1',
    [key, lockedUntil, now],
  )
}

export async function forgetTries(client: Queryable, key: string): Promise<void> {
  await client.query('DELETE FROM sign_in_tries WHERE key = $1', [key])
}

/** One try of an address in its window. Null: there is room; else when the window ends. */
export async function takeOfAddress(client: Queryable, address: string, now: Date): Promise<Date | null> {
  const { points, seconds } = limits.signInsPerAddress
  const { rows } = await client.query<{ tries: number; until: Date }>(
    `INSERT INTO sign_in_tries AS t (key, tries, until) VALUES ($1, 1, $3)
     ON CONFLICT (key) DO UPDATE SET
       tries = CASE WHEN t.until <= $2 THEN 1 ELSE t.tries + 1 END,
       until = CASE WHEN t.until <= $2 THEN excluded.until ELSE t.until END
     RETURNING tries, until`,
    [`address ${address}`, now, new Date(now.getTime() + seconds * 1000)],
  )
  const row = rows[0]
  return row && row.tries <= points ? null : (row?.until ?? now)
}

export type Candidate = {
  id: string
  name: string
  email: string
  passwordHash: string | null
  /** Active, of a department that works, and with a second factor: a password may lead on. */
  ready: boolean
}

export async function candidateByEmail(client: Queryable, email: string): Promise<Candidate | null> {
  const { rows } = await client.query<Candidate>(
    `SELECT o.id, o.name, o.email, l.password AS "passwordHash",
            o.status = 'ACTIVE' AND d.status IN ('REGISTERED', 'ACTIVE') AND t.officer_id IS NOT NULL AS ready
       FROM officer o JOIN department d ON d.id = o.department_id
       LEFT JOIN officer_login l ON l.officer_id = o.id AND l.provider_id = 'credential'
       LEFT JOIN officer_totp t ON t.officer_id = o.id
      WHERE o.email = $1`,
    [email],
  )
  return rows[0] ?? null
}

export async function storeChallenge(
  client: Queryable,
  challenge: { tokenSha256: string; officerId: string; expiresAt: Date },
): Promise<void> {
  await client.query(
    'INSERT INTO sign_in_challenge (token_sha256, officer_id, expires_at) VALUES ($1, $2, $3)',
    [challenge.tokenSha256, challenge.officerId, challenge.expiresAt],
  )
}

/** Locks the challenge, so that it is passed once. */
export async function lockChallenge(
  client: Queryable,
  tokenSha256: string,
  now: Date,
): Promise<{ officerId: string; email: string; ready: boolean } | null> {
  const { rows } = await client.query<{ officerId: string; email: string; ready: boolean }>(
    `SELECT c.officer_id AS "officerId", o.email,
            o.status = 'ACTIVE' AND d.status IN ('REGISTERED', 'ACTIVE') AS ready
       FROM sign_in_challenge c JOIN officer o ON o.id = c.officer_id JOIN department d ON d.id = o.department_id
      WHERE c.token_sha256 = $1 AND c.expires_at > $2 FOR UPDATE OF c`,
    [tokenSha256, now],
  )
  return rows[0] ?? null
}

export async function endChallenges(client: Queryable, officerId: string): Promise<void> {
  await client.query('DELETE FROM sign_in_challenge WHERE officer_id = $1', [officerId])
}

export async function totpOf(
  client: Queryable,
  officerId: string,
): Promise<{ secret: Buffer; lastStep: number } | null> {
  const { rows } = await client.query<{ secret: Buffer; lastStep: number }>(
    'SELECT secret, last_step AS "lastStep" FROM officer_totp WHERE officer_id = $1',
    [officerId],
  )
  return rows[0] ?? null
}

/** False: that step or a later one was used meanwhile. The comparison is the database's, so it holds over all replicas. */
export async function useTotpStep(client: Queryable, officerId: string, step: number): Promise<boolean> {
  const { rowCount } = await client.query(
    'UPDATE officer_totp SET last_step = $2 WHERE officer_id = $1 AND last_step < $2',
    [officerId, step],
  )
  return rowCount === 1
}

export async function useBackupCode(client: Queryable, officerId: string, digest: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'DELETE FROM officer_backup_code WHERE officer_id = $1 AND digest = $2',
    [officerId, digest],
  )
  return rowCount === 1
}

export async function passwordHashOf(client: Queryable, officerId: string): Promise<string | null> {
  const { rows } = await client.query<{ password: string | null }>(
    `SELECT password FROM officer_login WHERE officer_id = $1 AND provider_id = 'credential'`,
    [officerId],
  )
  return rows[0]?.password ?? null
}

export async function setPassword(client: Queryable, officerId: string, hash: string): Promise<void> {
  await client.query(
    `INSERT INTO officer_login (id, officer_id, provider_id, account_id, password)
     VALUES ($1, $1, 'credential', $1, $2)
     ON CONFLICT (officer_id, provider_id) DO UPDATE SET password = excluded.password, updated_at = now()`,
    [officerId, hash],
  )
}

export async function setSecondFactor(
  client: Queryable,
  officerId: string,
  factor: { secret: Buffer; lastStep: number; backupDigests: readonly string[] },
): Promise<void> {
  await client.query(
    `INSERT INTO officer_totp (officer_id, secret, last_step) VALUES ($1, $2, $3)
     ON CONFLICT (officer_id) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step, created_at = now()`,
    [officerId, factor.secret, factor.lastStep],
  )
  await client.query('DELETE FROM officer_backup_code WHERE officer_id = $1', [officerId])
  await client.query('INSERT INTO officer_backup_code (officer_id, digest) SELECT $1, unnest($2::text[])', [
    officerId,
    factor.backupDigests,
  ])
}

/** Whatever the officer signed in with. A single sign-on is linked anew when she next comes by it. */
export async function removeLogIns(client: Queryable, officerId: string): Promise<void> {
  await client.query('DELETE FROM officer_login WHERE officer_id = $1', [officerId])
  await client.query('DELETE FROM officer_passkey WHERE officer_id = $1', [officerId])
  await client.query('DELETE FROM officer_totp WHERE officer_id = $1', [officerId])
  await client.query('DELETE FROM officer_backup_code WHERE officer_id = $1', [officerId])
  await endChallenges(client, officerId)
}

export async function storeSetUpCode(
  client: Queryable,
  code: { sha256: string; officerId: string; expiresAt: Date },
): Promise<void> {
  await client.query('DELETE FROM officer_set_up_code WHERE officer_id = $1', [code.officerId])
  await client.query(
    'INSERT INTO officer_set_up_code (code_sha256, officer_id, expires_at) VALUES ($1, $2, $3)',
    [code.sha256, code.officerId, code.expiresAt],
  )
}

export type SetUpRow = { officerId: string; name: string; email: string; totpSecret: Buffer | null }

/** Locks the code, so that it is used once. */
export async function lockSetUpCode(client: Queryable, sha256: string, now: Date): Promise<SetUpRow | null> {
  const { rows } = await client.query<SetUpRow>(
    `SELECT c.officer_id AS "officerId", o.name, o.email, c.totp_secret AS "totpSecret"
       FROM officer_set_up_code c JOIN officer o ON o.id = c.officer_id JOIN department d ON d.id = o.department_id
      WHERE c.code_sha256 = $1 AND c.expires_at > $2 AND o.status = 'INVITED' AND d.status IN ('REGISTERED', 'ACTIVE')
        FOR UPDATE OF c`,
    [sha256, now],
  )
  return rows[0] ?? null
}

export async function keepSetUpSecret(client: Queryable, sha256: string, secret: Buffer): Promise<void> {
  await client.query('UPDATE officer_set_up_code SET totp_secret = $2 WHERE code_sha256 = $1', [
    sha256,
    secret,
  ])
}

export async function endSetUpCodes(client: Queryable, officerId: string): Promise<void> {
  await client.query('DELETE FROM officer_set_up_code WHERE officer_id = $1', [officerId])
}

export async function sweepSignIns(client: Queryable, now: Date): Promise<void> {
  await client.query('DELETE FROM sign_in_challenge WHERE expires_at <= $1', [now])
  await client.query('DELETE FROM officer_set_up_code WHERE expires_at <= $1', [now])
  await client.query('DELETE FROM sign_in_tries WHERE until <= $1', [
    new Date(now.getTime() - limits.triesForgottenAfter),
  ])
}
