import { newReadableCode, readReadableCode } from '../kernel/readable-code.ts'

/** The code of a case: told to the applicant, typed by people, and not to be guessed. Pure. */

/** Eighty random bits. */
const groups = 4

export const newCaseCode = (random: (bytes: number) => Uint8Array): string => newReadableCode(random, groups)

/** As it is kept, from what a person typed; null where it is no code. */
export const readCaseCode = (typed: string): string | null => readReadableCode(typed, groups)
