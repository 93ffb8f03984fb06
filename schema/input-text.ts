import { Refusal } from '../src/kernel/refusal.ts'

/** A text that must say something, trimmed; refused where it is empty, longer than `most`, or holds control characters. */
export function requiredText(name: string, text: string, most: number): string {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > most || /\p{Cc}/u.test(trimmed)) {
    throw new Refusal('INPUT_INVALID', `${name} 须为 1–${most} 字符 (${name}: 1 to ${most} characters)`)
  }
  return trimmed
}
