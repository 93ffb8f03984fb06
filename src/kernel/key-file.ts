import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { readSecretFile } from './secret-file.ts'
import { createVault, type Vault } from './vault.ts'

const bytes32 = z
  .base64url()
  .refine((text) => Buffer.from(text, 'base64url').length === 32, 'expected 32 bytes')

const moment = z.iso.datetime()
const publicPart = { kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: bytes32 }

/** Signs with the private part in this file. */
const fileKey = z.strictObject({
  kid: z.string(),
  activeFrom: moment,
  jwk: z.strictObject({ ...publicPart, d: bytes32 }),
})
/** Signs on a token (PKCS#11), where the private part stays; the public part is kept here to tell it from any other. */
const tokenKey = z.strictObject({
  kid: z.string(),
  activeFrom: moment,
  pkcs11: z.strictObject({ label: z.string().min(1) }),
  jwk: z.strictObject(publicPart),
})
/** Signs no more: what it signed until `activeTo` can still be verified. */
const retiredKey = z.strictObject({
  kid: z.string(),
  activeFrom: moment,
  activeTo: moment,
  jwk: z.strictObject(publicPart),
})

const keyFileSchema = z.object({
  version: z.literal(1),
  signing: z.array(z.union([fileKey, tokenKey, retiredKey])).min(1),
  encryption: z.array(z.object({ version: z.int().min(1).max(255), key: bytes32 })).min(1),
  index: bytes32,
})

export type KeyFile = z.infer<typeof keyFileSchema>
export type FileKey = z.infer<typeof fileKey>
export type TokenKey = z.infer<typeof tokenKey>

export type KeyFileFault =
  | 'MISSING'
  | 'UNREADABLE'
  | 'EXPOSED'
  | 'INVALID'
  | 'EXISTS'
  | 'KEY_UNKNOWN'
  | 'KEY_KNOWN'
  | 'KEY_RETIRED'
  | 'KEY_NEEDED'

export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
  readonly code: KeyFileFault

  constructor(code: KeyFileFault, message: string) {
    super(message)
    this.code = code
  }
}

/** Refused also where others than its owner may read it: whoever read it can sign as the exchange. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const reading = await readSecretFile(path)
  switch (reading.outcome) {
    case 'MISSING':
      throw new KeyFileError('MISSING', `密钥文件 ${path} 不存在 (the key file does not exist)`)
    case 'UNREADABLE':
      throw new KeyFileError('UNREADABLE', `密钥文件 ${path} 无法读取 (the key file cannot be read)`)
    case 'EXPOSED':
      throw new KeyFileError(
        'EXPOSED',
        `密钥文件 ${path} 的权限为 ${reading.mode}，他人可读，请先 chmod 600 (others may read the key file: chmod 600 it, and think of new keys if others could log in)`,
      )
    case 'READ':
      return parseKeyFile(path, reading.text)
  }
}

function parseKeyFile(path: string, text: string): KeyFile {
  const parsed = keyFileSchema.safeParse(parseJson(text))
  // The content is secret: the message names the place of a fault, never a value.
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole file').join(', ')
    throw new KeyFileError('INVALID', `密钥文件 ${path} 有误：${places} (the key file is not valid there)`)
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
  const handle = await openNew(path)
  try {
    await writeWhole(handle, file)
  } finally {
    await handle.close()
  }
  return file
}

/**
 * Adds a signing key that signs from `activeFrom` on and is published as soon as the service has read it, so that
 * departments can pin it before they meet it (RFC 7517). Without `token` it is made here; with it, the file refers to the
 * key on the token. Returns its `kid`, the thumbprint (RFC 7638).
 * @throws KeyFileError KEY_KNOWN where the file has this key already
 */
export async function addSigningKey(
  path: string,
  activeFrom: Date,
  token?: { label: string; x: string },
): Promise<string> {
  const added = token ? await referenceTo(token, activeFrom) : await newSigningKey(activeFrom)
  await changeSigning(path, (signing) => {
    if (signing.some(({ kid }) => kid === added.kid))
      throw new KeyFileError('KEY_KNOWN', `密钥 ${added.kid} 已在文件中 (the file has this key already)`)
    return [...signing, added]
  })
  return added.kid
}

/**
 * Ends the life of a signing key: its private part, or its reference to the token, leaves the file; its public part stays.
 * @throws KeyFileError KEY_UNKNOWN, KEY_RETIRED, or KEY_NEEDED where no other key would sign at `now`
 */
export async function retireSigningKey(path: string, kid: string, now: Date): Promise<void> {
  await changeSigning(path, (signing) => {
    const key = signing.find((each) => each.kid === kid)
    if (!key) throw new KeyFileError('KEY_UNKNOWN', `密钥 ${kid} 不在文件中 (the file has no such key)`)
    if ('activeTo' in key)
      throw new KeyFileError('KEY_RETIRED', `密钥 ${kid} 已于 ${key.activeTo} 停用 (it retired then)`)
    const others = signing.filter((each) => each.kid !== kid && !('activeTo' in each))
    if (!others.some(({ activeFrom }) => new Date(activeFrom) <= now))
      throw new KeyFileError(
        'KEY_NEEDED',
        '没有其他密钥正在签名，请先 keys add 并等其启用 (no other key signs yet: add one first and wait until it is active)',
      )
    const { kty, crv, x } = key.jwk
    const retired = { kid, activeFrom: key.activeFrom, activeTo: now.toISOString(), jwk: { kty, crv, x } }
    return signing.map((each) => (each.kid === kid ? retired : each))
  })
}

/** The file is replaced whole or not at all. Its draft is taken before it is read, so that two changes cannot lose one. */
async function changeSigning(
  path: string,
  change: (signing: KeyFile['signing']) => KeyFile['signing'],
): Promise<void> {
  const draft = `${path}.new`
  const handle = await openNew(draft)
  try {
    const file = await readKeyFile(path)
    await writeWhole(handle, { ...file, signing: change(file.signing) })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

function openNew(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((error: unknown) => {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw exists
      ? new KeyFileError('EXISTS', `密钥文件 ${path} 已存在 (the key file exists already)`)
      : new KeyFileError('UNREADABLE', `密钥文件 ${path} 无法写入 (the key file cannot be written)`)
  })
}

async function writeWhole(handle: FileHandle, file: KeyFile): Promise<void> {
  await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`)
  await handle.sync()
}

async function newSigningKey(activeFrom: Date): Promise<FileKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(privateKey)
  return {
    kid: await calculateJwkThumbprint(jwk),
    activeFrom: activeFrom.toISOString(),
    jwk: { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '', d: jwk.d ?? '' },
  }
}

async function referenceTo({ label, x }: { label: string; x: string }, activeFrom: Date): Promise<TokenKey> {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x } as const
  return {
    kid: await calculateJwkThumbprint(jwk),
    activeFrom: activeFrom.toISOString(),
    pkcs11: { label },
    jwk,
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
