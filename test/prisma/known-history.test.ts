import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { migrate } from '../../prisma/migrate.ts'
import { createEmptyDatabase, queryOnce } from '../support/database.ts'

const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const beforeLifeCycle = ['20261124000000_exchange', '20261124224425_intake_of_files']

it('an exchange from before the life cycle still tells what was known at each event', async () => {
  await using database = await createEmptyDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'exchange-migrations-'))
  for (const name of beforeLifeCycle)
    await cp(join(migrations, name), join(folder, name), { recursive: true })
  await migrate(database.url, folder)
  await rm(folder, { recursive: true })
  const said = (subjectId: number, exitedOn: string | null) =>
    `'${JSON.stringify({ subjectId, endsOn: '2029-03-19', exitedOn, decisionNo: '1号', grade: '一般' })}'`
  await queryOnce(
    database.url,
    `SET session_replication_role = replica;
     INSERT INTO listing (id, list_type_code, subject_id, record_id, dataset_id, department_id, department_name, grade,
                          decision_no, reason, listed_on, ends_on, exited_on, exit_kind)
     VALUES (7, 'LIST', 2, 5, 1, 1, '局', '一般', '1号', '因', '2026-03-20', '2029-03-19', '2026-06-01', 'WITHDRAWN');
     INSERT INTO listing_event (listing_id, seq, type, data, effective_on) VALUES
       (7, 1, 'LISTED', ${said(1, null)}, '2026-03-20'),
       (7, 2, 'CORRECTED', ${said(2, null)}, '2026-03-20'),
       (7, 3, 'WITHDRAWN', '{"reason": "撤销"}', '2026-06-01');
     INSERT INTO feed_event (position, kind, subject_id, record_id, listing_id) VALUES
       (1, 'RECORD_STORED', 1, 5, NULL), (2, 'LISTED', 1, 5, 7), (3, 'RECORD_STORED', 2, 5, NULL),
       (4, 'LISTING_CORRECTED', 2, 5, 7), (5, 'RECORD_WITHDRAWN', 2, 5, NULL), (6, 'LISTING_ENDED', 2, 5, 7)`,
  )
  await migrate(database.url)
  expect(
    await queryOnce(
      database.url,
      `SELECT f.position::int, e.type, (e.state ->> 'subjectId')::int AS subject, e.state ->> 'phase' AS phase,
              e.state ->> 'exitedOn' AS exited, e.state ->> 'exitKind' AS kind, e.state ->> 'endsOn' AS ends
         FROM feed_event f JOIN listing_event e ON e.listing_id = f.listing_id AND e.seq = f.listing_seq ORDER BY 1`,
    ),
  ).toEqual([
    {
      position: 2,
      type: 'LISTED',
      subject: 1,
      phase: 'LISTED',
      exited: null,
      kind: null,
      ends: '2029-03-19',
    },
    {
      position: 4,
      type: 'CORRECTED',
      subject: 2,
      phase: 'LISTED',
      exited: null,
      kind: null,
      ends: '2029-03-19',
    },
    {
      position: 6,
      type: 'WITHDRAWN',
      subject: 2,
      phase: 'ENDED',
      exited: '2026-06-01',
      kind: 'WITHDRAWN',
      ends: '2029-03-19',
    },
  ])
})
