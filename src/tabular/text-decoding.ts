import { type ByteSource, FileRefusal, type TextEncoding } from './tabular-file.ts'

const labels: Record<TextEncoding, string> = {
  'UTF-8': 'utf-8',
  GB18030: 'gb18030',
  'UTF-16LE': 'utf-16le',
}

type Decoded = { ok: true; text: string } | { ok: false }

/** Decodes piece by piece; bytes that are no text fail instead of becoming U+FFFD. A byte order mark is left out. */
function strictDecoder(encoding: TextEncoding): (piece: Uint8Array | null) => Decoded {
  const decoder = new TextDecoder(labels[encoding], { fatal: true })
  let first = true
  return (piece) => {
    try {
      const text = piece === null ? decoder.decode() : decoder.decode(piece, { stream: true })
      // The decoder leaves out the marks of Unicode's own encodings, not that of GB18030.
      const marked = first && text.startsWith('\ufeff')
      if (text !== '') first = false
      return { ok: true, text: marked ? text.slice(1) : text }
    } catch {
      return { ok: false }
    }
  }
}

/** The text of the file in pieces. Throws ENCODING_INVALID with the line. */
export async function* decodedText(source: ByteSource, encoding: TextEncoding): AsyncGenerator<string> {
  const decode = strictDecoder(encoding)
  let offset = 0
  for await (const piece of source.stream(0, source.size)) {
    const decoded = decode(piece)
    if (!decoded.ok) throw encodingInvalid(encoding, await lineOfFault(source, encoding, offset))
    offset += piece.length
    if (decoded.text !== '') yield decoded.text
  }
  const rest = decode(null)
  if (!rest.ok) throw encodingInvalid(encoding, await lineOfFault(source, encoding, offset))
  if (rest.text !== '') yield rest.text
}

/** Bytes before `sound` decode well: only those after it are looked at one by one. */
async function lineOfFault(source: ByteSource, encoding: TextEncoding, sound: number): Promise<number> {
  const decode = strictDecoder(encoding)
  const lines = lineCounter()
  for await (const piece of source.stream(0, sound)) {
    const decoded = decode(piece)
    if (decoded.ok) lines.add(decoded.text)
  }
  for await (const piece of source.stream(sound, source.size)) {
    for (let at = 0; at < piece.length; at += 1) {
      const decoded = decode(piece.subarray(at, at + 1))
      if (!decoded.ok) return lines.line()
      lines.add(decoded.text)
    }
  }
  return lines.line()
}

/** Counts CRLF, LF and CR as one line end each, wherever the pieces are cut. */
function lineCounter() {
  let line = 1
  let afterReturn = false
  return {
    line: () => line,
    add(text: string) {
      for (const character of text) {
        if (character === '\r' || (character === '\n' && !afterReturn)) line += 1
        afterReturn = character === '\r'
      }
    },
  }
}

export async function isUtf8(source: ByteSource): Promise<boolean> {
  const decode = strictDecoder('UTF-8')
  for await (const piece of source.stream(0, source.size)) if (!decode(piece).ok) return false
  return decode(null).ok
}

/** For a first look: a character cut at the end is left out, bytes that are no text become U+FFFD. */
export function lenientText(head: Uint8Array, encoding: TextEncoding): string {
  const text = new TextDecoder(labels[encoding]).decode(head, { stream: true })
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function encodingInvalid(encoding: TextEncoding, line: number): FileRefusal {
  return new FileRefusal(
    'ENCODING_INVALID',
    line,
    `第 ${line} 行有不是 ${encoding} 的字节，请另存为 UTF-8 或 GB18030 (line ${line} holds bytes that are not ${encoding}: save the file as UTF-8 or GB18030)`,
  )
}
