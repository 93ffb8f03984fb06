import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { enrol, fetchExchangeKeys } from '../../client/enrolment.ts'
import { createExchangeClient, type ExchangeClient } from '../../client/exchange-client.ts'
import { saveKeyFiles } from '../../client/key-files.ts'
import { generatePrivateJwk } from '../../client/keys.ts'
import type { ExchangeClientOptions } from '../../client/signed-exchange.ts'
import type { RunningServer } from '../../gateway/server.ts'
import { audience } from '../support/exchange.ts'

export type Outcome = { code: number; stdout: string; stderr: string }

const program = fileURLToPath(new URL('../../client/jce.ts', import.meta.url))

/** `jce` in a folder, as a person or a timetable runs it. */
export function runJce(directory: string, arguments_: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...arguments_], { cwd: directory }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })
}

/** A department with a folder of its own, its key approved, and the exchange's keys trusted. */
export class JceDepartment implements AsyncDisposable {
  readonly directory: string
  readonly options: ExchangeClientOptions

  private constructor(directory: string, options: ExchangeClientOptions) {
    this.directory = directory
    this.options = options
  }

  static async start({ app, url }: RunningServer, code: string, kind: string): Promise<JceDepartment> {
    const directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-jce-'))
    await app.registry.register('tester', {
      code,
      name: `部门 ${code}`,
      kind,
      division: '419800',
      roles: ['PROVIDER', 'ENQUIRER'],
    })
    const key = await generatePrivateJwk()
    await saveKeyFiles(join(directory, 'key.jwk.json'), key)
    const once = await app.registry.issueEnrolmentCode('tester', code)
    await enrol({ url, audience, code: once.code, key })
    await app.registry.approveKey('tester', code, key.kid)
    const trustedKeys = await fetchExchangeKeys(url)
    const common = { url, audience, department: code, trustedKeys }
    await writeFile(
      join(directory, 'jce.json'),
      JSON.stringify({ ...common, keyFile: 'key.jwk.json', evidenceDir: 'evidence' }),
    )
    return new JceDepartment(directory, { ...common, key })
  }

  file(name: string): string {
    return join(this.directory, name)
  }

  jce(...arguments_: string[]): Promise<Outcome> {
    return runJce(this.directory, arguments_)
  }

  client(change: Partial<ExchangeClientOptions> = {}): ExchangeClient {
    return createExchangeClient({ ...this.options, ...change })
  }

  /** Evidence files, oldest first, with the path that each is about. */
  async evidence(): Promise<{ path: string; content: Record<string, Record<string, unknown>> }[]> {
    const names = (await readdir(this.file('evidence'))).sort()
    return Promise.all(
      names.map(async (name) => {
        const path = this.file(`evidence/${name}`)
        return { path, content: JSON.parse(await readFile(path, 'utf8')) }
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true })
  }
}
