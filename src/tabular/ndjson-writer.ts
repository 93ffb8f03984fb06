import type { Member, TextEncoding } from './tabular-file.ts'
import { encoded } from './text-encoding.ts'

export async function* ndjsonBytes(
  encoding: TextEncoding,
  rows: AsyncIterable<Member[][]>,
): AsyncGenerator<Uint8Array> {
  for await (const some of rows) {
    if (some.length > 0) yield encoded(some.map((members) => `${jsonObject(members)}\n`).join(''), encoding)
  }
}

/** Written member by member: an object would put names like "1" first and not keep "__proto__". */
const jsonObject = (members: readonly Member[]) =>
  `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`
