import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addSigningKey,
  createKeyFile,
  keyFingerprint,
  readKeyFile,
  retireSigningKey,
} from '../../../src/kernel/key-file.ts'

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

  it('takes a next signing key and stays the key file of its database', async () => {
    const path = join(directory, 'rotated.json')
    const before = await createKeyFile(path, new Date('2026-01-01T00:00:00Z'))
    const kid = await addSigningKey(path, new Date('2026-06-01T00:00:00Z'))
    const after = await readKeyFile(path)
    expect(keyFingerprint(after)).toBe(keyFingerprint(before))
    expect(await readdir(directory)).not.toContain('rotated.json.new')
    expect(after.signing.map((key) => [key.kid, key.activeFrom])).toEqual([
      [before.signing[0]?.kid, '2026-01-01T00:00:00.000Z'],
      [kid, '2026-06-01T00:00:00.000Z'],
    ])
  })

  it('loses no key when two are added at once', async () => {
    const path = join(directory, 'at-once.json')
    await createKeyFile(path, new Date())
    const added = await Promise.allSettled([1, 2, 3, 4].map(() => addSigningKey(path, new Date())))
    const kids = added.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(kids.length).toBeGreaterThan(0)
    expect((await readKeyFile(path)).signing.slice(1).map(({ kid }) => kid)).toEqual(
      expect.arrayContaining(kids),
    )
    for (const each of added) {
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'EXISTS' })
    }
  })

  it('forgets the private part of a retired key and keeps its public part', async () => {
    const path = join(directory, 'retired.json')
    const { signing, ...rest } = await createKeyFile(path, new Date('2026-01-01T00:00:00Z'))
    const [first] = signing
    const kid = await addSigningKey(path, new Date('2026-06-01T00:00:00Z'))
    const day = new Date('2026-06-02T00:00:00Z')
    await retireSigningKey(path, first?.kid ?? '', day)
    const after = await readKeyFile(path)
    expect(after).toEqual({
      ...rest,
      signing: [
        {
          kid: first?.kid,
          activeFrom: '2026-01-01T00:00:00.000Z',
          activeTo: '2026-06-02T00:00:00.000Z',
          jwk: { kty: 'OKP', crv: 'Ed25519', x: first?.jwk.x },
        },
        expect.objectContaining({ kid, jwk: expect.objectContaining({ d: expect.any(String) }) }),
      ],
    })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['the only key', '2026-03-01T00:00:00Z', 0, 'KEY_NEEDED'],
    ['the key that signs until the next is active', '2026-05-31T23:59:59Z', 0, 'KEY_NEEDED'],
    ['the key that is active alone, the other being retired', '2026-07-01T00:00:00Z', 1, 'KEY_NEEDED'],
    ['a retired key', '2026-07-01T00:00:00Z', 0, 'KEY_RETIRED'],
    ['an unknown key', '2026-07-01T00:00:00Z', 9, 'KEY_UNKNOWN'],
  ])('does not retire %s', async (what, at, which, code) => {
    const path = join(directory, `${what}.json`)
    await createKeyFile(path, new Date('2026-01-01T00:00:00Z'))
    if (what !== 'the only key') await addSigningKey(path, new Date('2026-06-01T00:00:00Z'))
    const kids = (await readKeyFile(path)).signing.map(({ kid }) => kid)
    if (what.includes('retired'))
      await retireSigningKey(path, kids[0] ?? '', new Date('2026-06-02T00:00:00Z'))
    const before = await readKeyFile(path)
    await expect(retireSigningKey(path, kids[which] ?? 'none', new Date(at))).rejects.toMatchObject({ code })
    expect(await readKeyFile(path)).toEqual(before)
    expect(await readdir(directory)).not.toContain(`${what}.json.new`)
  })

  it.each([0o640, 0o604, 0o644, 0o660])('that others may read (%o) is not used', async (mode) => {
    const path = join(directory, `exposed-${mode}.json`)
    await createKeyFile(path, new Date())
    await chmod(path, mode)
    await expect(readKeyFile(path)).rejects.toMatchObject({
      code: 'EXPOSED',
      message: expect.stringContaining(`${mode.toString(8)}，他人可读，请先 chmod 600`),
    })
    await chmod(path, 0o400)
    expect(await readKeyFile(path)).toMatchObject({ version: 1 })
  })

  it('that is damaged is refused without telling what it holds', async () => {
    const path = join(directory, 'damaged.json')
    await writeFile(path, '{"version":1,"index":"secret"}', { mode: 0o600 })
    await expect(readKeyFile(path)).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.not.stringContaining('secret'),
    })
    await expect(readKeyFile(join(directory, 'none.json'))).rejects.toMatchObject({ code: 'MISSING' })
  })
})
