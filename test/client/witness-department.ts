import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveKeyFiles } from '../../client/key-files.ts'
import type { LogServer } from '../support/log-server.ts'
import { exchangeId, type TestAsker } from '../support/test-log.ts'
import { type Outcome, runJce } from './jce-department.ts'

/** A department's folder with the key of the log pinned, for `jce`. */
export class WitnessDepartment implements AsyncDisposable {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  static async start(server: LogServer, asker: TestAsker): Promise<WitnessDepartment> {
    const directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-witness-'))
    await saveKeyFiles(join(directory, 'key.jwk.json'), asker.key)
    const department = new WitnessDepartment(directory)
    await department.configure({
      url: server.url,
      audience: exchangeId,
      department: asker.code,
      keyFile: 'key.jwk.json',
      evidenceDir: 'evidence',
      trustedKeys: [server.log.publicKey],
    })
    return department
  }

  /** Over what was configured before. */
  async configure(change: Record<string, unknown>): Promise<void> {
    const path = this.file('jce.json')
    const before = JSON.parse(await readFile(path, 'utf8').catch(() => '{}'))
    await writeFile(path, JSON.stringify({ ...before, ...change }))
  }

  file(name: string): string {
    return join(this.directory, name)
  }

  async read(name: string) {
    return JSON.parse(await readFile(this.file(name), 'utf8'))
  }

  jce(...arguments_: string[]): Promise<Outcome> {
    return runJce(this.directory, arguments_)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true })
  }
}
