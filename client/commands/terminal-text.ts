/** Text for people at a terminal, where a Chinese character takes two places. */

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u

export function widthOf(text: string): number {
  return [...text].reduce((width, character) => width + widthOfCharacter(character), 0)
}

/** As much of the text as fits. */
export function cutTo(text: string, most: number): string {
  let [width, cut] = [0, '']
  for (const character of text) {
    width += widthOfCharacter(character)
    if (width > most) return cut
    cut += character
  }
  return cut
}

export const padLeft = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - widthOf(text))) + text
export const padRight = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** One line and one cell of it: whatever else a message holds must not move the columns or the cursor. */
export const oneCell = (text: string): string => text.replace(/\p{Cc}+/gu, ' ')

export const counted = (number: number): string => number.toLocaleString('en-US')

/** Fen as decimal text → yuan with two decimals. */
export function yuan(fen: string): string {
  const amount = BigInt(fen)
  const [sign, size] = amount < 0n ? ['-', -amount] : ['', amount]
  return `${sign}${(size / 100n).toLocaleString('en-US')}.${String(size % 100n).padStart(2, '0')}`
}

/** As it can be typed into a shell. */
export const shellWord = (text: string): string =>
  /^[\w.@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

const widthOfCharacter = (character: string): number => (wide.test(character) ? 2 : 1)
