/** Sends signed queries from a process of its own, a new token for each, as fast as answers come. Started by `fork`. */

import { createHash, createPrivateKey, randomBytes, sign } from 'node:crypto'
import { Agent, request } from 'node:http'

export type LoadJob = {
  url: string
  audience: string
  department: string
  kid: string
  /** PKCS#8 PEM, Ed25519. */
  privateKey: string
  body: string
  seconds: number
  concurrency: number
}
export type LoadResult = { perSecond: number; milliseconds: { p50: number; p99: number } }

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function run(job: LoadJob): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: job.concurrency })
  const key = createPrivateKey(job.privateKey)
  const header = encode({ alg: 'EdDSA', kid: job.kid, typ: 'query+jwt' })
  const body = Buffer.from(job.body)
  const body_sha256 = createHash('sha256').update(body).digest('base64url')
  const { hostname, port } = new URL(job.url)

  const token = () => {
    const iat = Math.floor(Date.now() / 1000)
    const claims = {
      iss: job.department,
      aud: job.audience,
      iat,
      exp: iat + 60,
      jti: randomBytes(16).toString('base64url'),
      htm: 'POST',
      htu: '/graphql',
      body_sha256,
    }
    const input = `${header}.${encode(claims)}`
    return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
  }

  const ask = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request(
        {
          agent,
          hostname,
          port,
          path: '/graphql',
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'content-length': body.length,
            authorization: `Bearer ${token()}`,
          },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            text += chunk
          })
          response.on('end', () => {
            if (response.statusCode === 200 && !text.includes('"errors"')) resolve()
            else reject(new RangeError(`${response.statusCode} ${text.slice(0, 200)}`))
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })

  const end = performance.now() + job.seconds * 1000
  const times: number[] = []
  await Promise.all(
    Array.from({ length: job.concurrency }, async () => {
      for (let started = performance.now(); started < end; started = performance.now()) {
        await ask()
        times.push(performance.now() - started)
      }
    }),
  )
  agent.destroy()
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return { perSecond: times.length / job.seconds, milliseconds: { p50: at(0.5), p99: at(0.99) } }
}

process.once('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
