import { expect, it } from 'vitest'
import pg from 'pg'
import { inject } from 'vitest'
import { createDatabase } from '../support/database.ts'
it('x', async () => {
  for (let i=0;i<5;i++){ const t=performance.now(); const d = await createDatabase(); const t2=performance.now(); await d[Symbol.asyncDispose](); console.log(Math.round(t2-t), Math.round(performance.now()-t2)) }
  const c = new pg.Client(inject('databaseAdminUrl')); await c.connect()
  for (const s of ['wal_log','file_copy']) for (let i=0;i<3;i++){ const t=performance.now(); await c.query(`create database ${s}${i} template template_exchange strategy ${s}`);console.log(s,Math.round(performance.now()-t)) }
  await c.end()
  expect(1).toBe(1)
})
