import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { createVault, type Vault } from './vault.ts'

const bytes32 = z
  .base64url()
  .refine((text) => Buffer.from(text, 'base64url').length === 32, 'expected 32 bytes')

const keyFileSchema = z.object({
  version: z.literal(1),
  signing: z
    .array(
      z.object({
        kid: z.string(),
        activeFrom: z.iso.datetime(),
        jwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() }),
      }),
    )
    .min(1),
  encryption: z.array(z.object({ version: z.int().min(1).max(255), key: bytes32 })).min(1),
  index: bytes32,
})

export type KeyFile = z.infer<typeof keyFileSchema>

export type KeyFileFault = 'MISSING' | 'UNREADABLE' | 'INVALID' | 'EXISTS'

export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
  readonly code: KeyFileFault

  constructor(code: KeyFileFault, message: string) {
    super(message)
    this.code = code
  }
}

export async function readKeyFile(path: string): Promise<KeyFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw missing
      ? new KeyFileError('MISSING', `The key file ${path} does not exist.`)
      : new KeyFileError('UNREADABLE', `The key file ${path} cannot be read.`)
  }
  const parsed = keyFileSchema.safeParse(parseJson(text))
  // The content is secret: the message names the place of a fault, never a value.
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole file').join(', ')
    throw new KeyFileError('INVALID', `The key file ${path} is not valid at: ${places}.`)
  }
  return parsed.data
}

/** Makes a new key file, mode 0600, and never replaces one. */
export async function createKeyFile(path: string, now: Date): Promise<KeyFile> {
  const file: KeyFile = {
    version: 1,
    signing: [await newSigningKey(now)],
    encryption: [{ version: 1, key: randomBytes(32).toString('base64url') }],
    index: randomBytes(32).toString('base64url'),
  }
  await mkdir(dirname(path), { recursive: true })
  await writeNew(path, file)
  return file
}

/**
 * Adds a signing key that signs from `activeFrom` on and is published as soon as the service has read it, so that
 * departments can pin it before they meet it (RFC 7517). The file is replaced whole or not at all.
 */
export async function addSigningKey(path: string, activeFrom: Date): Promise<string> {
  const file = await readKeyFile(path)
  const added = await newSigningKey(activeFrom)
  const draft = `${path}.${added.kid}`
  await writeNew(draft, { ...file, signing: [...file.signing, added] })
  await rename(draft, path)
  return added.kid
}

async function writeNew(path: string, file: KeyFile): Promise<void> {
  const handle = await open(path, 'wx', 0o600).catch((error: unknown) => {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw exists
      ? new KeyFileError('EXISTS', `The key file ${path} exists already.`)
      : new KeyFileError('UNREADABLE', `The key file ${path} cannot be written.`)
  })
  try {
    await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function newSigningKey(activeFrom: Date): Promise<KeyFile['signing'][number]> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(privateKey)
  return {
    kid: await calculateJwkThumbprint(jwk),
    activeFrom: activeFrom.toISOString(),
    jwk: { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '', d: jwk.d ?? '' },
  }
}

/** Names the secrets without telling them; the database is bound to it, so that the wrong file is noticed at start. */
export function keyFingerprint(file: KeyFile): string {
  return createHash('sha256').update(`joint-credit-exchange key file\0${file.index}`).digest('base64url')
}

export function vaultOf(file: KeyFile): Vault {
  return createVault({
    encryptionKeys: file.encryption.map(({ version, key }) => ({
      version,
      key: Buffer.from(key, 'base64url'),
    })),
    indexKey: Buffer.from(file.index, 'base64url'),
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
