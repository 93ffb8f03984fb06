import { access, chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { parseJson } from './encoding.ts'
import { KeyError } from './errors.ts'
import { type PrivateJwk, parsePrivateJwk, privateKeyPem } from './keys.ts'

const OWNER_ONLY = 0o600
const OTHERS = 0o077

/** `dept.jwk.json` or `dept.json` → `dept.pem`, beside it. */
export function pemPathOf(jwkPath: string): string {
  return `${jwkPath.replace(/(\.jwk)?\.json$/, '')}.pem`
}

/**
 * Writes the JWK and, beside it, the PKCS#8 PEM; both mode 0600. Never overwrites: a lost private key cannot be
 * brought back.
 * @throws KeyError KEY_FILE_EXISTS, KEY_FILE_UNWRITABLE
 */
export async function saveKeyFiles(
  jwkPath: string,
  jwk: PrivateJwk,
): Promise<{ jwkPath: string; pemPath: string }> {
  const pemPath = pemPathOf(jwkPath)
  for (const path of [jwkPath, pemPath]) {
    if (await exists(path))
      throw new KeyError('KEY_FILE_EXISTS', `${path} exists already and is not overwritten`)
  }
  await writeNew(jwkPath, `${JSON.stringify(jwk, null, 2)}\n`)
  await writeNew(pemPath, privateKeyPem(jwk))
  return { jwkPath, pemPath }
}

/**
 * Reads a key file.
 * @throws KeyError KEY_FILE_MISSING, KEY_MALFORMED, or KEY_FILE_EXPOSED when others on the machine could read it
 */
export async function loadKeyFile(jwkPath: string): Promise<PrivateJwk> {
  const text = await readFile(jwkPath, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new KeyError(
      'KEY_FILE_MISSING',
      `cannot read the key file ${jwkPath} (${cause.code ?? 'unknown error'})`,
    )
  })
  // Windows has no permission bits: there the directory's access list is what protects the file.
  if (process.platform !== 'win32') {
    const { mode } = await stat(jwkPath)
    if ((mode & OTHERS) !== 0) {
      const got = (mode & 0o777).toString(8)
      throw new KeyError('KEY_FILE_EXPOSED', `expected mode 600 on ${jwkPath}, got ${got}: chmod 600 it`)
    }
  }
  return parsePrivateJwk(parseJson(text))
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: OWNER_ONLY, flag: 'wx' })
    await chmod(path, OWNER_ONLY)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    throw new KeyError('KEY_FILE_UNWRITABLE', `cannot write the key file ${path} (${code})`)
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
