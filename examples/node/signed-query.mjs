// One signed query in plain Node (20 or newer): nothing to install.
// EXCHANGE_URL, EXCHANGE_AUDIENCE, DEPARTMENT, KEY_PEM (PKCS#8), KID; argument: the identifier to look up.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const { EXCHANGE_URL: url, EXCHANGE_AUDIENCE: aud, DEPARTMENT: iss, KEY_PEM: pem, KID: kid } = process.env
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('base64url')
const json64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

// 1. The exact bytes that will be sent.
const query = 'query ($id: String!) { subject(identifier: $id) { uscc name } }'
const body = Buffer.from(JSON.stringify({ query, variables: { id: process.argv[2] } }))

// 2. A token over their digest, for this exchange and path, good once and for 60 seconds.
const iat = Math.floor(Date.now() / 1000)
const jti = randomBytes(16).toString('base64url')
const claims = { iss, aud, iat, exp: iat + 60, jti, htm: 'POST', htu: '/graphql', body_sha256: sha256(body) }
const input = `${json64({ alg: 'EdDSA', kid, typ: 'query+jwt' })}.${json64(claims)}`
const token = `${input}.${sign(null, Buffer.from(input), createPrivateKey(readFileSync(pem))).toString('base64url')}`

// 3. Ask.
const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body })
const answer = Buffer.from(await response.arrayBuffer())

// 4. Believe the answer only after its signature: pin the exchange's key in production instead of fetching it.
const { keys } = await (await fetch(`${url}/.well-known/jwks.json`)).json()
const [head, payload, signature] = (response.headers.get('reply-signature') ?? '..').split('.')
const read = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8') || '{}')
const jwk = keys.find((key) => key.kid === read(head).kid)
const signed =
  jwk !== undefined &&
  read(head).typ === 'reply+jwt' &&
  verify(
    null,
    Buffer.from(`${head}.${payload}`),
    createPublicKey({ key: jwk, format: 'jwk' }),
    Buffer.from(signature, 'base64url'),
  )
const reply = signed ? read(payload) : {}
const expected = {
  iss: aud,
  aud: iss,
  jti_req: jti,
  req_sha256: sha256(body),
  status: response.status,
  body_sha256: sha256(answer),
}
const proven = Object.entries(expected).every(([name, value]) => reply[name] === value)
if (!proven) {
  console.error(`not proven: HTTP ${response.status} ${answer.toString('utf8')}`)
  process.exit(1)
}
console.log(answer.toString('utf8'))
console.error(`proven: entry ${reply.log_index} of the evidence log, data version ${reply.data_version}`)
