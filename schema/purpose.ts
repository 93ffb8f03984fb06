import { Refusal } from '../src/kernel/refusal.ts'
import { limits } from '../src/limits.ts'

/** What an enquiry is for, as the evidence log keeps it. */
export function readPurpose(text: string): string {
  const purpose = text.trim()
  if (purpose === '' || purpose.length > limits.purposeCharacters) {
    throw new Refusal(
      'INPUT_INVALID',
      `purpose 须为 1–${limits.purposeCharacters} 字 (purpose: 1 to ${limits.purposeCharacters} characters)`,
    )
  }
  // The purpose becomes part of a leaf that can never be erased, so it must not name a person by number.
  if (/\d{14}/.test(purpose.replace(/[\s-]/g, ''))) {
    throw new Refusal('INPUT_INVALID', '用途中不得含证件号码 (purpose: must not hold identity numbers)')
  }
  return purpose
}
