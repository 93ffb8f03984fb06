import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'
import pg from 'pg'
import { readKeyFile } from '../../src/kernel/key-file.ts'
import { type PlainQuestion, plainSearch } from '../search/plain.ts'
import { profileOnRequest } from './profiling.ts'
import type { ServeJob } from './serve-exchange.ts'

/**
 * The least that a signed look-up can be: node:http, one signature verified, one prepared statement whose answer the
 * database writes as JSON, one durable row written together with those of others, one signature made. No check beyond the
 * signature, no GraphQL, no rule.
 */

const lookUp = `
  SELECT json_build_object('data', json_build_object('subject', (
    SELECT json_build_object('uscc', s.uscc, 'name', s.name, 'kind', s.kind, 'listings', (
      SELECT coalesce(json_agg(json_build_object('grade', l.grade, 'listedOn', l.listed_on, 'endsOn', l.ends_on, 'reason', l.reason,
               'decisionNo', l.decision_no, 'listType', t.name, 'determinedBy', l.department_name)), '[]')
        FROM listing l JOIN list_type t ON t.code = l.list_type_code
       WHERE l.subject_id = s.id AND l.listed_on <= current_date AND (l.ends_on IS NULL OR l.ends_on >= current_date)))
      FROM subject s WHERE s.uscc = $1)))::text AS body`

const screen = `
  SELECT json_build_object('data', json_build_object('screen', json_build_object('results', (
    SELECT json_agg(json_build_object('ref', a.n::text, 'uscc', s.uscc, 'name', s.name, 'listings', (
      SELECT coalesce(json_agg(json_build_object('grade', l.grade, 'listedOn', l.listed_on, 'endsOn', l.ends_on,
               'decisionNo', l.decision_no, 'listType', t.name, 'determinedBy', l.department_name)), '[]')
        FROM listing l JOIN list_type t ON t.code = l.list_type_code
       WHERE l.subject_id = s.id AND l.listed_on <= current_date AND (l.ends_on IS NULL OR l.ends_on >= current_date))) ORDER BY a.n)
      FROM unnest($1::text[]) WITH ORDINALITY AS a (uscc, n) LEFT JOIN subject s ON s.uscc = a.uscc))))::text AS body`

const follow = `
  SELECT json_build_object('data', json_build_object('changes', json_build_object('changes', (
    SELECT coalesce(json_agg(json_build_object('position', f.position, 'kind', f.kind, 'at', f.at, 'subject', json_build_object('uscc', s.uscc, 'name', s.name),
             'listing', CASE WHEN l.id IS NOT NULL THEN json_build_object('listType', t.name, 'grade', l.grade, 'listedOn', l.listed_on,
                          'endsOn', l.ends_on, 'decisionNo', l.decision_no) END) ORDER BY f.position), '[]')
      FROM (SELECT * FROM feed_event WHERE position > $1::bigint ORDER BY position LIMIT 500) f
      JOIN subject s ON s.id = f.subject_id LEFT JOIN listing l ON l.id = f.listing_id LEFT JOIN list_type t ON t.code = l.list_type_code))))::text AS body`

const search = `
  SELECT json_build_object('data', json_build_object('searchSubjects', json_build_object('edges', (
    SELECT coalesce(json_agg(json_build_object('node', json_build_object('name', f.name, 'subject',
             json_build_object('uscc', s.uscc, 'name', s.name)))), '[]')
      FROM (${plainSearch('n.name, n.subject_id', 20)}) f JOIN subject s ON s.id = f.subject_id))))::text AS body`

type Variables = {
  after?: number
  input?: { subjects: { identifier: string }[] }
  plain?: PlainQuestion
  identifier?: string
}

function statementFor({ after, input, plain, identifier }: Variables): pg.QueryConfig<unknown[]> {
  if (after !== undefined) return { name: 'follow', text: follow, values: [after] }
  if (input)
    return { name: 'screen', text: screen, values: [input.subjects.map((asked) => asked.identifier)] }
  if (plain) return { name: 'search', text: search, values: [plain.grams, plain.text] }
  return { name: 'look-up', text: lookUp, values: [identifier] }
}

const append = `
  WITH head AS (UPDATE floor_head SET next = next + $1 RETURNING next - $1 AS base), written AS (
    INSERT INTO floor_log (log_index, at, department, kid, jti, leaf)
    SELECT base + n - 1, now(), department, kid, jti, leaf
      FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS r (department, kid, jti, leaf, n), head)
  SELECT base FROM head`

type Entry = { department: string; kid: string; jti: string; leaf: string }

function groupedLog(pool: pg.Pool): (entry: Entry) => Promise<number> {
  const waiting: { entry: Entry; resolve: (index: number) => void; reject: (error: unknown) => void }[] = []
  let busy = false
  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0, 256)
      const entries = group.map(({ entry }) => entry)
      const values = [
        group.length,
        entries.map(({ department }) => department),
        entries.map(({ kid }) => kid),
        entries.map(({ jti }) => jti),
        entries.map(({ leaf }) => leaf),
      ]
      try {
        const { rows } = await pool.query({ name: 'append', text: append, values })
        group.forEach(({ resolve }, n) => {
          resolve(Number(rows[0].base) + n)
        })
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    busy = false
  }
  return (entry) =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject })
      if (busy) return
      busy = true
      void drain()
    })
}

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('base64url')
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

process.once('message', async ({ databaseUrl, keyFile, exchangeId }: ServeJob) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
  await pool.query(
    `CREATE TABLE IF NOT EXISTS floor_log (log_index bigint PRIMARY KEY, at timestamptz, department text, kid text, jti text, leaf text);
     CREATE TABLE IF NOT EXISTS floor_head (next bigint);
     INSERT INTO floor_head SELECT 0 WHERE NOT EXISTS (SELECT FROM floor_head)`,
  )
  const log = groupedLog(pool)
  const { rows: keys } = await pool.query('SELECT kid, public_jwk FROM department_key')
  const publicKeys = new Map(
    keys.map(({ kid, public_jwk }: { kid: string; public_jwk: JsonWebKey }) => [
      kid,
      createPublicKey({ key: public_jwk, format: 'jwk' }),
    ]),
  )
  const [own] = (await readKeyFile(keyFile)).signing
  if (!own || !('d' in own.jwk)) throw new RangeError('the benchmark signs with a key of the file')
  const privateKey = createPrivateKey({ key: own.jwk, format: 'jwk' })
  const replyHeader = encode({ alg: 'EdDSA', kid: own.kid, typ: 'reply+jwt' })

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      answer(request.headers.authorization ?? '', Buffer.concat(chunks)).then(
        ({ body, signature }) => {
          response.writeHead(200, {
            'content-type': 'application/json; charset=utf-8',
            'content-length': body.length,
            'reply-signature': signature,
          })
          response.end(body)
        },
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`)
          response.writeHead(500).end()
        },
      )
    })
  })

  async function answer(authorization: string, asked: Buffer): Promise<{ body: Buffer; signature: string }> {
    const token = authorization.slice('Bearer '.length)
    const cut = token.lastIndexOf('.')
    const [head = '', payload = ''] = token.split('.')
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString())
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const key = publicKeys.get(kid)
    const signature = Buffer.from(token.slice(cut + 1), 'base64url')
    if (!key || !verify(null, Buffer.from(token.slice(0, cut)), key, signature))
      throw new RangeError('bad signature')
    const digest = sha256(asked)
    if (claims.body_sha256 !== digest) throw new RangeError('bad digest')
    const { variables } = JSON.parse(asked.toString('utf8'))
    const { rows } = await pool.query(statementFor(variables))
    const body = Buffer.from(rows[0].body)
    const answered = sha256(body)
    const leaf = JSON.stringify({ department: claims.iss, jti: claims.jti, kid, digest, answered })
    const index = await log({ department: claims.iss, kid, jti: claims.jti, leaf })
    const input = `${replyHeader}.${encode({
      iss: exchangeId,
      aud: claims.iss,
      iat: Math.floor(Date.now() / 1000),
      jti_req: claims.jti,
      req_sha256: digest,
      status: 200,
      body_sha256: answered,
      log_index: index,
    })}`
    return {
      body,
      signature: `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`,
    }
  }

  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new TypeError('expected a port')
    process.send?.({ url: `http://127.0.0.1:${address.port}` })
  })
  profileOnRequest()
  process.on('SIGTERM', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
})
