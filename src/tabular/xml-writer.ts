import type { Member, TextEncoding } from './tabular-file.ts'
import { encoded } from './text-encoding.ts'
import { xmlText } from './xml-text.ts'

/** One message without a header: who sent it and when is known from the file it answers. */
export async function* xmlBytes(
  encoding: TextEncoding,
  rows: AsyncIterable<Member[][]>,
): AsyncGenerator<Uint8Array> {
  const declared = encoding === 'GB18030' ? 'GB18030' : 'UTF-8'
  yield encoded(`<?xml version="1.0" encoding="${declared}"?>\n<ExchangeMessage><Body>\n`, encoding)
  for await (const some of rows) {
    if (some.length > 0) yield encoded(some.map((members) => `${fields(members)}\n`).join(''), encoding)
  }
  yield encoded('</Body></ExchangeMessage>\n', encoding)
}

const fields = (members: readonly Member[]) =>
  `<fields>${members.map(([name, value]) => `<${name}>${xmlText(String(value))}</${name}>`).join('')}</fields>`
