import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { migrate } from '../../prisma/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where databases are made and dropped; its superuser. */
    databaseAdminUrl: string
    /** A migrated, otherwise empty database that nobody can connect to. */
    databaseTemplate: string
  }
}

const TEMPLATE = 'template_exchange'

/** What makes a server fast and forgetful; a test's database need not survive a power cut. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '300',
  shared_buffers: '64MB',
}

/** One server for the whole run; each test clones its database from the template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'exchange-test-'))
  // PostgreSQL runs as another user when the tests run as root, and must be able to enter.
  await chmod(directory, 0o711)
  const server = await startEmbeddedPostgres({
    dataDirectory: join(directory, 'postgres'),
    databaseName: TEMPLATE,
    settings,
  })
  const teardown = async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await migrate(server.url)
    const adminUrl = new URL(server.url)
    adminUrl.pathname = '/postgres'
    const admin = new pg.Client({ connectionString: adminUrl.href })
    await admin.connect()
    await admin.query(`ALTER DATABASE ${TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`)
    await admin.end()
    project.provide('databaseAdminUrl', adminUrl.href)
    project.provide('databaseTemplate', TEMPLATE)
  } catch (error) {
    await teardown()
    throw error
  }
  return teardown
}
