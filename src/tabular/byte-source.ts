import { type ByteSource, ByteSourceFailure } from './tabular-file.ts'

/** Small, so that one piece is read and parsed quickly and others get their turn. */
const pieceBytes = 64 * 1024

/** The same bytes, in small pieces; its own failures are told from those of whoever reads it. */
export function guarded(source: ByteSource): ByteSource {
  return { size: source.size, stream: (start, end) => guardedStream(source, start, end) }
}

async function* guardedStream(source: ByteSource, start: number, end: number): AsyncGenerator<Uint8Array> {
  let missing = end - start
  for await (const piece of failingAsSource(source.stream(start, end))) {
    missing -= piece.length
    if (missing < 0) throw new ByteSourceFailure('more bytes than asked for', undefined)
    for (let from = 0; from < piece.length; from += pieceBytes) yield piece.subarray(from, from + pieceBytes)
  }
  if (missing > 0) throw new ByteSourceFailure(`${missing} bytes fewer than asked for`, undefined)
}

async function* failingAsSource(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // Only what the source throws is caught: a consumer's error ends this generator by return(), not by throw().
  try {
    yield* pieces
  } catch (cause) {
    throw new ByteSourceFailure('the bytes of the file could not be read', cause)
  }
}

/** A part of the file that is small enough to hold. */
export async function readRange(source: ByteSource, start: number, end: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of source.stream(start, end)) pieces.push(piece)
  return Buffer.concat(pieces)
}
