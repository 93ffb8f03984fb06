import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../../prisma/generated/client.ts'
import { limits } from '../limits.ts'

/** Something that runs one SQL statement: the pool, or a connection inside a transaction. */
export type Queryable = Pick<pg.ClientBase, 'query'>

export type Database = {
  pool: pg.Pool
  /** What anybody asks waits for these few connections, and never takes one that a signed query needs. */
  publicPool: pg.Pool
  prisma: PrismaClient
  close(): Promise<void>
}

// Counts and positions stay far below 2^53, so bigint columns are read as numbers; dates stay the text they are.
const INT8 = 20
const DATE = 1082
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === INT8) return Number
    if (oid === DATE) return (text: string) => text
    return pg.types.getTypeParser(oid, format)
  },
}

/**
 * One pool for SQL of our own and one, of the same size, for Prisma: Prisma brings its own parsers, so they cannot
 * share connections without sharing those. And a small one for what anybody may ask.
 */
export function openDatabase(url: string, options: { connections: number }): Database {
  const connection = {
    connectionString: url,
    max: options.connections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: limits.statementTimeout,
    // Where the server can compile plans, it does so for those it takes to be long, for longer than ours take to run.
    options: '-c jit=off',
  }
  const pool = new pg.Pool({ ...connection, types })
  // A connection lost while idle is replaced by the pool; the next query reports trouble if there is any.
  pool.on('error', () => {})
  const publicPool = new pg.Pool({
    ...connection,
    types,
    max: Math.min(limits.publicConnections, options.connections),
    statement_timeout: limits.publicStatementTimeout,
  })
  publicPool.on('error', () => {})
  const prisma = new PrismaClient({ adapter: new PrismaPg(connection) })
  return {
    pool,
    publicPool,
    prisma,
    async close() {
      await prisma.$disconnect()
      await Promise.all([pool.end(), publicPool.end()])
    },
  }
}

/**
 * Runs `work` in one transaction; any error rolls everything back. What it reads, it reads by `client`: a second
 * connection of the same pool, asked for while all are held by those who ask, would never come.
 */
export async function transaction<T>(pool: pg.Pool, work: (client: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  // The pool listens only while a connection is idle: lost in use, unheard, it would end the process.
  const onError = () => {
    broken = true
  }
  client.on('error', onError)
  try {
    return await transactionOn(client, work, onError)
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** The same on a connection that is held already; `onBroken` hears that it could not even roll back. */
export async function transactionOn<T>(
  client: Queryable,
  work: (client: Queryable) => Promise<T>,
  onBroken: () => void = () => {},
): Promise<T> {
  await client.query('BEGIN')
  try {
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(onBroken)
    throw error
  }
}

/** Holds a name until the transaction ends; whoever takes the same name meanwhile waits. */
export async function lockName(client: Queryable, name: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name])
}

/** The same where nobody waits: false, if another transaction holds the name. */
export async function tryLockName(client: Queryable, name: string): Promise<boolean> {
  const { rows } = await client.query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held', [
    name,
  ])
  return rows[0].held
}
