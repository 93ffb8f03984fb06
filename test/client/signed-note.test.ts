import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCheckpoint, parseCheckpoint } from '../../client/checkpoint.ts'
import { generatePrivateJwk } from '../../client/keys.ts'
import {
  addSignature,
  formatNote,
  formatNoteKey,
  noteKeyOf,
  parseNote,
  parseNoteKey,
  verifyNote,
} from '../../client/signed-note.ts'

/** Against published examples: c2sp.org/signed-note, golang.org/x/mod/sumdb/note, and a witnessed log in use. */

const c2spKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const c2spNote =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'
const peterKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const peterNote =
  'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n'.replace(
    '’',
    "'",
  ) +
  '\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
const logKey = 'arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f'
const witnessKey = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'
const witnessed = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
`
const trust = {
  origin: 'arche2025h1.staging.ct.transparency.dev',
  logKeys: [parseNoteKey(logKey)],
  witnesses: [parseNoteKey(witnessKey)],
}
const rejected = (code: string) => expect.objectContaining({ name: 'NoteError', code })

describe('a note', () => {
  it.each([
    ['c2sp.org/signed-note', c2spNote, c2spKey],
    ['golang.org/x/mod/sumdb/note', peterNote, peterKey],
  ])('as published by %s holds, is written back alike, and does not hold when changed', (_by, note, vkey) => {
    const key = parseNoteKey(vkey)
    const parsed = parseNote(note)
    expect(verifyNote(parsed, [key])).toEqual([{ key, timestamp: undefined }])
    expect([formatNote(parsed), formatNoteKey(key)]).toEqual([note, vkey])
    expect(() => verifyNote({ ...parsed, text: `${parsed.text}x\n` }, [key])).toThrow(
      rejected('SIGNATURE_INVALID'),
    )
  })

  it('by others says nothing, also under a known name', async () => {
    const stranger = await generatePrivateJwk()
    const note = addSignature(parseNote(c2spNote), 'example.com/foo', stranger)
    expect(verifyNote(note, [parseNoteKey(c2spKey)])).toHaveLength(1)
    expect(verifyNote(parseNote(c2spNote), [noteKeyOf('example.com/foo', 'SIGNER', stranger)])).toEqual([])
  })

  it('holds sixteen signatures and more, but not any number', async () => {
    const key = await generatePrivateJwk()
    const named = (count: number) =>
      Array.from({ length: count }, (_, index) => `witness.example/${index}`).reduce(
        (note, name) => addSignature(note, name, key, 1_800_000_000),
        parseNote(c2spNote),
      )
    expect(parseNote(formatNote(named(40))).signatures).toHaveLength(41)
    expect(() => parseNote(formatNote(named(64)))).toThrow(rejected('NOTE_MALFORMED'))
  })

  it.each([
    ['nothing', ''],
    ['no signatures', 'text\n'],
    ['no text', '\n\n— a AAAAAAA=\n'],
    ['no newline at its end', c2spNote.slice(0, -1)],
    ['a control character', c2spNote.replace('example message', 'ex\u0007ample')],
    ['an escape of the terminal', c2spNote.replace('example message', 'ex\u001b[2Jample')],
    ['a tab', c2spNote.replace(' is', '\tis')],
    ['a carriage return', c2spNote.replace('.\n', '.\r\n')],
    ['a hyphen for the dash', c2spNote.replace('—', '-')],
    ['a plus in the name', c2spNote.replace('example.com/foo U', 'example.com+foo U')],
    ['a space in the name', c2spNote.replace('example.com/foo U', 'example.com\u3000foo U')],
    ['base64 of another spelling', c2spNote.replace('eyaQM=', 'eyaQN=')],
    ['a signature of four bytes', 'text\n\n— a AAAAAA==\n'],
    ['a line between', c2spNote.replace('— example', 'x\n— example')],
    ['half a character', c2spNote.replace('message', '\ud800')],
    ['more than fits', `${'x'.repeat(200_000)}\n${c2spNote}`],
  ])('with %s is refused', (_what, note) => {
    expect(() => parseNote(note)).toThrow(rejected('NOTE_MALFORMED'))
  })

  it('of any text and any key is read back, and only that text was signed', async () => {
    const key = await generatePrivateJwk()
    const own = noteKeyOf('log.example/a', 'SIGNER', key)
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .map((line) => `${line.replace(/[\p{Cc}\p{Cs}]/gu, '')}.\n`)
    fc.assert(
      fc.property(text, text, (one, other) => {
        const note = addSignature({ text: one, signatures: [] }, own.name, key)
        expect(parseNote(formatNote(note))).toEqual(note)
        expect(verifyNote(parseNote(formatNote(note)), [own])).toHaveLength(1)
        if (one !== other)
          expect(() => verifyNote({ ...note, text: other }, [own])).toThrow(rejected('SIGNATURE_INVALID'))
      }),
      { numRuns: 50 },
    )
  })
})

describe('a verifier key', () => {
  it.each([
    ['another ID', c2spKey.replace('530d903a', '530d903b')],
    ['another type', 'example.com/foo+530d903a+/+kyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['a short key', 'example.com/foo+530d903a+AekyeRrm'],
    ['no name', c2spKey.replace('example.com/foo', '')],
    ['capitals in the ID', c2spKey.replace('530d903a', '530D903A')],
  ])('with %s is refused', (_what, vkey) => {
    expect(() => parseNoteKey(vkey)).toThrow(rejected('KEY_MALFORMED'))
  })
})

describe('a checkpoint', () => {
  it('of a log in use holds, with the cosignature of its witness', () => {
    expect(openCheckpoint(witnessed, trust)).toMatchObject({
      origin: trust.origin,
      size: 1_432_088_532,
      signedBy: trust.logKeys[0],
      cosignatures: [{ key: trust.witnesses[0], timestamp: 0x6a122120 }],
      note: witnessed,
    })
  })

  it.each<[string, string, string]>([
    ['another size', witnessed.replace('1432088532', '1432088533'), 'SIGNATURE_INVALID'],
    [
      'another moment of the witness',
      witnessed.replace('2net5wAAAABqEi', '2net5wAAAABqEj'),
      'SIGNATURE_INVALID',
    ],
    [
      'a cosignature without moment',
      witnessed.replace(/remora.n621.de .*/, 'remora.n621.de 2net5wAA'),
      'SIGNATURE_INVALID',
    ],
    ['the witness alone', witnessed.replace(/— arche.* ui8G.*\n/, ''), 'SIGNATURE_MISSING'],
    ['another log', witnessed.replace('arche', 'other'), 'ORIGIN_MISMATCH'],
  ])('with %s is refused', (_what, note, code) => {
    expect(() => openCheckpoint(note, trust)).toThrow(rejected(code))
  })

  it.each([
    ['two lines', 'log\n1\n'],
    ['a size with zeros', 'log\n01\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n'],
    ['a size below zero', 'log\n-1\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n'],
    ['a size beyond counting', 'log\n9999999999999999\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n'],
    ['a short root', 'log\n1\nU7WM79jrzyg=\n'],
    ['no origin', '\n1\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n'],
    ['an empty extension', 'log\n1\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\nmore\n'],
  ])('with %s is refused', (_what, text) => {
    expect(() => parseCheckpoint(text)).toThrow(rejected('CHECKPOINT_MALFORMED'))
  })

  it('may bear extension lines, which are signed with it', () => {
    const text = 'log\n0\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\nextension\n'
    expect(parseCheckpoint(text)).toMatchObject({ origin: 'log', size: 0, text })
  })

  it('signed by the log does not count as its cosignature, and the other way round', async () => {
    const key = await generatePrivateJwk()
    const text = 'log\n0\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n'
    const [signer, cosigner] = [noteKeyOf('log', 'SIGNER', key), noteKeyOf('log', 'COSIGNER', key)]
    const cosigned = addSignature({ text, signatures: [] }, 'log', key, 1_800_000_000)
    expect(() =>
      openCheckpoint(formatNote(cosigned), { origin: 'log', logKeys: [signer], witnesses: [] }),
    ).toThrow(rejected('SIGNATURE_MISSING'))
    // The same bytes under the other key ID: the message is another one.
    const renamed = cosigned.signatures.map(({ signature }) => ({
      name: 'log',
      keyId: signer.id,
      signature: signature.subarray(8),
    }))
    expect(() => verifyNote({ text, signatures: renamed }, [signer, cosigner])).toThrow(
      rejected('SIGNATURE_INVALID'),
    )
  })
})
