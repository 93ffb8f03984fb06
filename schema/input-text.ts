import { Refusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'

/** A text that must say something, trimmed; refused where it is empty, longer than `most`, or holds control characters. */
export function requiredText(name: string, text: string, most: number): string {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > most || /\p{Cc}/u.test(trimmed)) {
    throw new Refusal('INPUT_INVALID', `${name} 须为 1–${most} 字符 (${name}: 1 to ${most} characters)`)
  }
  return trimmed
}

/**
 * Whether it holds so many digits that they may be those of a certificate, in whatever width they are written and whatever
 * stands between them, but letters.
 */
export const holdsIdentityNumber = (text: string): boolean =>
  /\p{Nd}{14}/u.test(text.normalize('NFKC').replace(/[^\p{L}\p{Nd}]/gu, ''))

/** What an enquiry is for. It becomes part of a leaf that can never be erased, so it must not name a person by number. */
export function purposeText(text: string): string {
  const purpose = text.trim()
  if (purpose === '' || purpose.length > limits.purposeCharacters) {
    throw new Refusal(
      'INPUT_INVALID',
      `purpose 须为 1–${limits.purposeCharacters} 字 (purpose: 1 to ${limits.purposeCharacters} characters)`,
    )
  }
  if (holdsIdentityNumber(purpose)) {
    throw new Refusal('INPUT_INVALID', '用途中不得含证件号码 (purpose: must not hold identity numbers)')
  }
  return purpose
}

/** A text beside an act, which must not name a person by number: that belongs to the input, where it can be told apart. */
export function unnumberedText(name: string, text: string, most: number): string {
  const read = requiredText(name, text, most)
  if (!holdsIdentityNumber(read)) return read
  throw new Refusal('INPUT_INVALID', `${name} 不得含证件号码 (${name}: must not hold identity numbers)`)
}
