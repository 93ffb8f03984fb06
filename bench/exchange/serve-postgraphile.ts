import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { makeV4Preset } from 'postgraphile/presets/v4'
import { onServer } from './kept.ts'
import type { ServeJob } from './serve-exchange.ts'

/** PostGraphile 5 as it comes, over the same tables: no signature, no log, no rule of who may know what. */

/** PostGraphile finds a row by a unique constraint, not by a unique index: the same index is declared as one. */
const constraint = 'ALTER TABLE subject ADD CONSTRAINT subject_uscc_key UNIQUE USING INDEX subject_uscc_key'

process.once('message', async ({ databaseUrl }: ServeJob) => {
  await onServer(databaseUrl, constraint)
  const instance = postgraphile({
    extends: [PostGraphileAmberPreset, makeV4Preset({ simpleCollections: 'omit' })],
    pgServices: [
      makePgService({ connectionString: databaseUrl, schemas: ['public'], poolConfig: { max: 10 } }),
    ],
    grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
    grafast: { explain: false },
  })
  const server = createServer()
  await instance.createServ(grafserv).addTo(server)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new TypeError('expected a port')
    process.send?.({ url: `http://127.0.0.1:${address.port}` })
  })
  process.on('SIGTERM', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
})
