import { createServer } from 'node:http'
import type { ServeJob } from './serve-exchange.ts'

/** node:http that answers every request with the same bytes. */

process.once('message', ({ body }: ServeJob) => {
  const bytes = Buffer.from(body)
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': bytes.length,
      })
      response.end(bytes)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new TypeError('expected a port')
    process.send?.({ url: `http://127.0.0.1:${address.port}` })
  })
  process.on('SIGTERM', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
})
