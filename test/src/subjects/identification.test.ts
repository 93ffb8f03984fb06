import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createVault } from '../../../src/kernel/vault.ts'
import { identify } from '../../../src/subjects/identification.ts'
import type { IdentifierScheme } from '../../../src/subjects/identifiers.ts'

const vault = createVault({
  encryptionKeys: [{ version: 1, key: randomBytes(32) }],
  indexKey: randomBytes(32),
})

type Case = [text: string, scheme: IdentifierScheme | null, linking: IdentifierScheme[], doubtful: boolean]
const readings: Case[] = [
  ['91419800MADEM0011R', null, ['USCC'], false],
  [' 91419800－madem0011r ', null, ['USCC'], false],
  ['91419800MADEM00110', null, ['USCC'], true],
  ['419802199001010018', null, ['USCC', 'RESIDENT_ID'], true],
  ['E12345678', null, ['PASSPORT', 'HK_MACAO_PERMIT', 'TAIWAN_PERMIT'], false],
  ['E12345678', 'PASSPORT', ['PASSPORT'], false],
]

describe('a number without a scheme', () => {
  it.each(readings)('%s (%s) may be %j', (text, scheme, linking, doubtful) => {
    const identification = identify(vault, text, scheme)
    if (identification.status !== 'READ') throw new TypeError(identification.rule)
    const schemes = identification.keys
      .filter(({ strength }) => strength === 'LINKS')
      .map((key) => key.scheme)
    expect({ schemes, doubtful: identification.doubtful }).toEqual({ schemes: linking, doubtful })
  })

  it.each(['', '12', '统一社会信用代码', '9'.repeat(40)])('"%s" is none', (text) => {
    expect(identify(vault, text, null).status).toBe('MALFORMED')
  })

  it('offers the code that was meant where a letter stands for a digit', () => {
    expect(identify(vault, '914198OOMADEM0011R', null)).toMatchObject({ suggestion: '91419800MADEM0011R' })
  })

  it('a person is looked up by a keyed hash, never by the number', () => {
    const identification = identify(vault, 'E12345678', 'PASSPORT')
    if (identification.status !== 'READ') throw new TypeError(identification.rule)
    expect(identification.keys.map(({ scheme, key, strength }) => ({ scheme, key, strength }))).toEqual([
      { scheme: 'PASSPORT', key: vault.blindIndex('certificate PASSPORT', 'E12345678'), strength: 'LINKS' },
    ])
  })
})
