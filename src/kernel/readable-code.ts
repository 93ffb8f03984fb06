/** Random codes that people read from paper and type: unguessable, and forgiving to the eye. Pure. */

/** Crockford's alphabet: nothing in it is taken for something else. Five bits a character. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groupLength = 4

/** So many groups of four characters, twenty random bits each. `random` gives so many random bytes. */
export function newReadableCode(random: (bytes: number) => Uint8Array, groups: number): string {
  // 256 is a multiple of 32, so every character is equally likely.
  const characters = [...random(groups * groupLength)].map((byte) => alphabet.charAt(byte % alphabet.length))
  return grouped(characters.join(''))
}

/** As it is kept, from what a person typed; null where it is no such code. */
export function readReadableCode(typed: string, groups: number): string | null {
  const characters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  const isCode = characters.length === groups * groupLength && /^[0-9A-HJKMNP-TV-Z]+$/.test(characters)
  return isCode ? grouped(characters) : null
}

const grouped = (characters: string): string => (characters.match(/.{4}/g) ?? []).join('-')
