import { encodeGb18030 } from './gb18030.ts'
import type { TextEncoding } from './tabular-file.ts'

/** UTF-16LE is answered as UTF-8, which every program that writes it also reads. */
export const encoded = (text: string, encoding: TextEncoding): Uint8Array =>
  encoding === 'GB18030' ? encodeGb18030(text) : Buffer.from(text)
