import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Cryptoki } from '../../src/evidence/cryptoki.ts'
import type { Pkcs11Config } from '../../src/evidence/pkcs11-library.ts'

/** A token in software (Debian's softhsm2), which behaves as a device does: sessions, PIN, and it can be taken away. */

const run = promisify(execFile)

const modulePath = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
].find((path) => existsSync(path))

/** Why no token can be tried on this machine, for the name of what is skipped; null: it can. */
export function whyNoToken(): string | null {
  if (modulePath === undefined || spawnSync('softhsm2-util', ['--version']).error)
    return 'softhsm2 is not installed (apt-get install softhsm2)'
  try {
    newCryptoki()
    return null
  } catch {
    return 'the optional package pkcs11js could not be built here'
  }
}

/** A second user of the module in this process, for doing to the token what an operator or a fault would. */
export function newCryptoki(): Cryptoki {
  const { PKCS11 } = createRequire(import.meta.url)('pkcs11js')
  return new PKCS11()
}

export class SoftToken implements AsyncDisposable {
  readonly directory: string
  readonly config: Pkcs11Config
  /** For other processes that use the token. */
  readonly environment: Record<string, string>

  private constructor(directory: string, config: Pkcs11Config) {
    this.directory = directory
    this.config = config
    this.environment = {
      SOFTHSM2_CONF: join(directory, 'softhsm2.conf'),
      SIGNING_PKCS11_MODULE: config.modulePath,
      SIGNING_PKCS11_TOKEN: config.tokenLabel,
      SIGNING_PKCS11_PIN_FILE: config.pinFile,
    }
  }

  /** Also makes the module of this process use it: one a process. */
  static async start(): Promise<SoftToken> {
    const directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-token-'))
    const pinFile = join(directory, 'pin')
    const token = new SoftToken(directory, { modulePath: modulePath ?? '', tokenLabel: 'exchange', pinFile })
    await mkdir(token.#tokens)
    await writeFile(
      join(directory, 'softhsm2.conf'),
      `directories.tokendir = ${token.#tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    )
    await writeFile(pinFile, '4321\n', { mode: 0o600 })
    process.env.SOFTHSM2_CONF = join(directory, 'softhsm2.conf')
    const pins = ['--so-pin', '12345678', '--pin', '4321']
    await run('softhsm2-util', ['--init-token', '--free', '--label', 'exchange', ...pins])
    return token
  }

  get #tokens(): string {
    return join(this.directory, 'tokens')
  }

  /** All sessions of this process are gone, as after a restart of the device. */
  loseSessions(): void {
    const library = newCryptoki()
    library.load(this.config.modulePath)
    library.C_Finalize()
  }

  /** As if it were pulled out. */
  async takeAway(): Promise<void> {
    await rename(this.#tokens, `${this.#tokens}.away`)
    await mkdir(this.#tokens)
    this.loseSessions()
  }

  async bringBack(): Promise<void> {
    await rm(this.#tokens, { recursive: true })
    await rename(`${this.#tokens}.away`, this.#tokens)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true })
  }
}
