/** The code of a case: told to the applicant, typed by people, and not to be guessed. Pure. */

/** Crockford's alphabet: nothing in it is taken for something else. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Eighty random bits as four groups of four characters. `random` gives so many random bytes. */
export function newCaseCode(random: (bytes: number) => Uint8Array): string {
  // 256 is a multiple of 32, so every character is equally likely.
  const characters = [...random(16)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('')
  return (characters.match(/.{4}/g) ?? []).join('-')
}

/** As it is kept, from what a person typed; null where it is no code. */
export function readCaseCode(typed: string): string | null {
  const characters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  if (!/^[0-9A-HJKMNP-TV-Z]{16}$/.test(characters)) return null
  return (characters.match(/.{4}/g) ?? []).join('-')
}
