import { createRequire } from 'node:module'
import { readSecretFile } from '../kernel/secret-file.ts'
import type { Cryptoki } from './cryptoki.ts'
import { SigningUnavailable } from './signing-key.ts'

/** Where signing keys lie outside the key file: a token (HSM, smart card, SoftHSM) behind a PKCS#11 module. */
export type Pkcs11Config = {
  /** The manufacturer's library, e.g. `/usr/lib/softhsm/libsofthsm2.so`. */
  modulePath: string
  tokenLabel: string
  /** Holds the user PIN; only its owner may read it. */
  pinFile: string
}

/** Numbers of PKCS#11 3.0; the library knows the names of 2.40 alone, which had no Ed25519. */
const initializeForThreads = 0x2 // CKF_OS_LOCKING_OK
const sessionFlags = { reading: 0x4, writing: 0x6 } // CKF_SERIAL_SESSION, with CKF_RW_SESSION
const normalUser = 1 // CKU_USER
const alreadyInitialized = 0x191
const alreadyLoggedIn = 0x100
/** CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE, CKR_PIN_EXPIRED, CKR_PIN_LOCKED */
const pinFaults: readonly number[] = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4]
const keyType = { attribute: 0x100, edwards: 0x40 } // CKA_KEY_TYPE, CKK_EC_EDWARDS
const objectClass = { attribute: 0x0, publicKey: 0x2, privateKey: 0x3 } // CKA_CLASS
const label = 0x3 // CKA_LABEL

export const edDsa = { mechanism: 0x1057 } // CKM_EDDSA

export type OpenToken = { library: Cryptoki; slot: Buffer; session: Buffer }

/** The error of a module by its name in the standard, e.g. `CKR_DEVICE_REMOVED`. */
export function unavailable(error: unknown): SigningUnavailable {
  if (error instanceof SigningUnavailable) return error
  const name = /CKR_[A-Z0-9_]+/.exec(error instanceof Error ? error.message : '')?.[0] ?? 'PKCS11_FAILED'
  return new SigningUnavailable(name, `签名设备不可用 (the token with the signing keys failed: ${name})`)
}

/** Loads the optional package, and by it the manufacturer's module. */
export function loadLibrary({ modulePath }: Pkcs11Config): Cryptoki {
  const library = newCryptoki()
  try {
    library.load(modulePath)
  } catch {
    throw new SigningUnavailable(
      'MODULE_MISSING',
      `无法装入 SIGNING_PKCS11_MODULE ${modulePath} (the PKCS#11 module cannot be loaded)`,
    )
  }
  return library
}

/** Only when a key on a token is used: the package is optional, and native code that is not needed is not loaded. */
function newCryptoki(): Cryptoki {
  let loaded: unknown
  try {
    loaded = createRequire(import.meta.url)('pkcs11js')
  } catch {
    // Said below, as for a package that is not what it should be.
  }
  if (isPkcs11js(loaded)) return new loaded.PKCS11()
  throw new SigningUnavailable(
    'PACKAGE_MISSING',
    '缺少可选包 pkcs11js，请装好编译工具后重新 npm ci (the optional package pkcs11js is missing: npm ci builds it where python3, make and g++ are)',
  )
}

function isPkcs11js(value: unknown): value is { PKCS11: new () => Cryptoki } {
  return (
    typeof value === 'object' && value !== null && 'PKCS11' in value && typeof value.PKCS11 === 'function'
  )
}

/** A module serves one application of a process: another part of it may have begun with it before. */
export function initialize(library: Cryptoki): void {
  unless(alreadyInitialized, () => library.C_Initialize({ flags: initializeForThreads }))
}

export async function readPin({ pinFile }: Pkcs11Config): Promise<string> {
  const reading = await readSecretFile(pinFile)
  if (reading.outcome === 'READ') return reading.text.trim()
  throw new SigningUnavailable(
    `PIN_FILE_${reading.outcome}`,
    reading.outcome === 'EXPOSED'
      ? `PIN 文件 ${pinFile} 的权限为 ${reading.mode}，他人可读，请先 chmod 600 (others may read the PIN file: chmod 600 it)`
      : `PIN 文件 ${pinFile} 无法读取 (the PIN file cannot be read)`,
  )
}

/** A first session on the token, logged in; further sessions of the process are then logged in as well. */
export function openToken(
  library: Cryptoki,
  { tokenLabel }: Pkcs11Config,
  pin: string,
  access: keyof typeof sessionFlags,
): OpenToken {
  const slots = library.C_GetSlotList(true).filter((each) => {
    const info = library.C_GetTokenInfo(each)
    return info.label.trimEnd() === tokenLabel
  })
  const [slot] = slots
  if (!slot || slots.length > 1)
    throw new SigningUnavailable(
      slot ? 'TOKEN_AMBIGUOUS' : 'TOKEN_MISSING',
      `标签为 ${tokenLabel} 的签名设备有 ${slots.length} 个，应为 1 个 (expected one token with this label, found ${slots.length})`,
    )
  const session = openSession(library, slot, access)
  try {
    unless(alreadyLoggedIn, () => library.C_Login(session, normalUser, pin))
  } catch (error) {
    library.C_CloseSession(session)
    throw isPinFault(error)
      ? new SigningUnavailable(
          'PIN_REFUSED',
          '签名设备拒绝该 PIN (the token refuses the PIN of the PIN file)',
        )
      : error
  }
  return { library, slot, session }
}

export function openSession(library: Cryptoki, slot: Buffer, access: keyof typeof sessionFlags): Buffer {
  return library.C_OpenSession(slot, sessionFlags[access])
}

/** The Ed25519 key of this label, or null. More than one cannot be told apart, so none of them is taken. */
export function findKey(
  { library, session }: Pick<OpenToken, 'library' | 'session'>,
  part: 'publicKey' | 'privateKey',
  named: string,
): Buffer | null {
  library.C_FindObjectsInit(session, [
    { type: objectClass.attribute, value: objectClass[part] },
    { type: keyType.attribute, value: keyType.edwards },
    { type: label, value: named },
  ])
  const found = library.C_FindObjects(session, 2)
  library.C_FindObjectsFinal(session)
  if (found.length > 1)
    throw new SigningUnavailable(
      'KEY_AMBIGUOUS',
      `签名设备中有多个标签为 ${named} 的密钥 (the token has several keys with this label)`,
    )
  return found[0] ?? null
}

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null

function isPinFault(error: unknown): boolean {
  const code = codeOf(error)
  return code !== null && pinFaults.includes(code)
}

function unless(harmless: number, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (codeOf(error) !== harmless) throw error
  }
}
