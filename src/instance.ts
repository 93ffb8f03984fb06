import type { Queryable } from './kernel/database.ts'
import { createKeyFile, type KeyFile, KeyFileError, keyFingerprint, readKeyFile } from './kernel/key-file.ts'

/** The database and the key file do not belong together, or to this identity. Nothing may start on them. */
export class InstanceError extends Error {
  override readonly name = 'InstanceError'
}

/**
 * Binds a new database to its key file and identity, and afterwards lets only these start. With another key file every
 * certificate number would be looked up under another hash: records would be lost to look-up without anyone noticing.
 */
export async function bindInstance(
  database: Queryable,
  options: { keyFile: string; exchangeId: string; now: Date },
): Promise<{ keyFile: KeyFile; isNew: boolean }> {
  const { rows } = await database.query(
    'SELECT issuer, key_fingerprint AS "keyFingerprint" FROM instance WHERE id = 1',
  )
  const instance: { issuer: string; keyFingerprint: string } | null = rows[0] ?? null
  const keyFile = await readKeyFile(options.keyFile).catch((error: unknown) => {
    if (error instanceof KeyFileError && error.code === 'MISSING') return null
    throw error
  })
  if (instance === null) {
    const bound = keyFile ?? (await createKeyFile(options.keyFile, options.now))
    await database.query('INSERT INTO instance (issuer, key_fingerprint) VALUES ($1, $2)', [
      options.exchangeId,
      keyFingerprint(bound),
    ])
    return { keyFile: bound, isNew: true }
  }
  if (keyFile === null) {
    throw new InstanceError(
      `本数据库的密钥文件不在 ${options.keyFile} (the key file of this database is not there; restore it)`,
    )
  }
  if (instance.keyFingerprint !== keyFingerprint(keyFile)) {
    throw new InstanceError(
      `密钥文件 ${options.keyFile} 不属于本数据库 (the key file is not the one of this database)`,
    )
  }
  if (instance.issuer !== options.exchangeId) {
    throw new InstanceError(
      `本数据库属于 ${instance.issuer}，配置为 ${options.exchangeId} (this database answers as ${instance.issuer}, the configuration says ${options.exchangeId}: set EXCHANGE_ID=${instance.issuer} to keep it)`,
    )
  }
  return { keyFile, isNew: false }
}
