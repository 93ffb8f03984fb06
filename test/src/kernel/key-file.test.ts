import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReplySigner } from '../../../src/evidence/reply-signer.ts'
import { addSigningKey, createKeyFile, keyFingerprint, readKeyFile } from '../../../src/kernel/key-file.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'joint-credit-exchange-key-file-'))
})
afterAll(() => rm(directory, { recursive: true }))

describe('the key file', () => {
  it('is made once, for its owner alone', async () => {
    const path = join(directory, 'keys.json')
    const made = await createKeyFile(path, new Date())
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readKeyFile(path)).toEqual(made)
    await expect(createKeyFile(path, new Date())).rejects.toMatchObject({ code: 'EXISTS' })
  })

  it('takes a next signing key, which is published before it signs', async () => {
    const path = join(directory, 'rotated.json')
    const before = await createKeyFile(path, new Date('2026-01-01T00:00:00Z'))
    const kid = await addSigningKey(path, new Date('2026-06-01T00:00:00Z'))
    const after = await readKeyFile(path)
    expect(keyFingerprint(after)).toBe(keyFingerprint(before))
    expect(await readdir(directory)).not.toContain(`rotated.json.${kid}`)
    const signer = await createReplySigner(after.signing)
    expect(signer.jwks.keys.map((key) => key.kid)).toContain(kid)
    expect(JSON.stringify(signer.jwks)).not.toContain('"d"')
    const claims = {
      iss: 'x',
      aud: 'y',
      iat: 1,
      jti_req: 'j',
      req_sha256: 'r',
      status: 200,
      body_sha256: 'b',
      log_index: 0,
      data_version: 0,
    }
    const signedBy = async (day: string) => {
      const [head = ''] = (await signer.sign(claims, new Date(day))).split('.')
      return JSON.parse(Buffer.from(head, 'base64url').toString('utf8')).kid
    }
    expect(await signedBy('2026-05-31T23:59:59Z')).toBe(before.signing[0]?.kid)
    expect(await signedBy('2026-06-01T00:00:00Z')).toBe(kid)
  })

  it('that is damaged is refused without telling what it holds', async () => {
    const path = join(directory, 'damaged.json')
    await writeFile(path, '{"version":1,"index":"secret"}')
    await expect(readKeyFile(path)).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.not.stringContaining('secret'),
    })
    await expect(readKeyFile(join(directory, 'none.json'))).rejects.toMatchObject({ code: 'MISSING' })
  })
})
