import { newReadableCode, readReadableCode } from '../kernel/readable-code.ts'

/**
 * The serial number (编号) of an issued document. Whoever has it may look the document up, so it must not be guessed: 140
 * random bits, more than the 128 that make a search hopeless at any rate. Pure.
 */
const groups = 7

export const newDocumentSerial = (random: (bytes: number) => Uint8Array): string =>
  newReadableCode(random, groups)

/** As it is kept, from what stands in an address or was typed; null where it is no serial number. */
export const readDocumentSerial = (typed: string): string | null => readReadableCode(typed, groups)
