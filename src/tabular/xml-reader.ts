import { limits } from '../limits.ts'
import { rowsAllowed, rowTooLong, tooManyRows } from './row-limits.ts'
import { type ByteSource, FileRefusal, type FileRow, type Member, type TextEncoding } from './tabular-file.ts'
import { decodedText } from './text-decoding.ts'
import { xmlParser } from './xml-parser.ts'

/**
 * Rows of the provincial exchange's envelope: each `fields` element in the `Body` of an `ExchangeMessage` is one row,
 * its children the members. The root is one ExchangeMessage or holds many. Nothing in a Body is dropped unsaid.
 */
export async function* xmlRows(source: ByteSource, encoding: TextEncoding): AsyncGenerator<FileRow[]> {
  const reader = envelopeReader()
  let held = 0
  for await (const text of decodedText(source, encoding)) {
    reader.write(text)
    while (reader.rows.length >= limits.fileRowsPerRead) yield reader.rows.splice(0, limits.fileRowsPerRead)
    held += text.length
    if (held >= limits.fileCharactersPerRead && reader.rows.length > 0) {
      yield reader.rows.splice(0)
      held = 0
    }
  }
  reader.end()
  while (reader.rows.length > 0) yield reader.rows.splice(0, limits.fileRowsPerRead)
}

type Place = 'ROOT' | 'WRAPPER' | 'MESSAGE' | 'BODY' | 'ROW' | 'MEMBER' | 'IGNORED'

function envelopeReader() {
  const rows: FileRow[] = []
  const places: Place[] = ['ROOT']
  let messages = 0
  let count = 0
  let row: { line: number; members: Member[] } = { line: 0, members: [] }
  let rowLength = 0
  let text = ''
  const parser = xmlParser(
    {
      open(name) {
        const place = enter(places.at(-1) ?? 'ROOT', name, parser.line())
        places.push(place)
        if (place === 'MESSAGE') messages += 1
        if (place === 'ROW') {
          row = { line: parser.line(), members: [] }
          rowLength = 0
        }
        if (place === 'MEMBER') {
          rowLength += name.length
          text = ''
        }
      },
      text(piece) {
        const place = places.at(-1)
        if (place === 'MEMBER') {
          text += piece
          rowLength += piece.length
          if (rowLength > limits.fileRowBytes) throw rowTooLong(row.line)
        } else if (place !== 'IGNORED' && piece.trim() !== '') throw shape(parser.line(), looseText)
      },
      close(name) {
        const place = places.pop()
        if (place === 'MEMBER') {
          row.members.push([name, text])
          if (rowLength > limits.fileRowBytes) throw rowTooLong(row.line)
        }
        if (place === 'ROW' && row.members.length > 0) {
          count += 1
          if (count > rowsAllowed) throw tooManyRows(row.line)
          rows.push(memberRow(row.line, row.members))
        }
      },
    },
    (line) =>
      new FileRefusal(
        'XML_BROKEN',
        line,
        `XML 在第 ${line} 行处不完整或有误 (not well-formed XML, line ${line})`,
      ),
  )
  return {
    rows,
    write: parser.write,
    end() {
      parser.end()
      if (messages === 0) throw shape(1, otherRoot)
    },
  }
}

const memberRow = (line: number, members: Member[]): FileRow =>
  new Set(members.map(([name]) => name)).size === members.length
    ? { kind: 'MEMBERS', line, members }
    : { kind: 'BROKEN', line, fault: 'MEMBER_REPEATED', members }

function enter(parent: Place, name: string, line: number): Place {
  switch (parent) {
    case 'ROOT':
      return name === 'ExchangeMessage' ? 'MESSAGE' : 'WRAPPER'
    case 'WRAPPER':
      if (name === 'ExchangeMessage') return 'MESSAGE'
      throw shape(line, otherRoot)
    case 'MESSAGE':
      return name === 'Body' ? 'BODY' : 'IGNORED'
    case 'BODY':
      if (name === 'fields') return 'ROW'
      throw shape(line, '<Body> 中只能有 <fields> (only <fields> may be in <Body>)')
    case 'ROW':
      return 'MEMBER'
    case 'MEMBER':
      throw shape(line, '数据项中不得再有元素 (an element inside a field)')
    case 'IGNORED':
      return 'IGNORED'
  }
}

const otherRoot =
  '须为 <ExchangeMessage><Body><fields>，或包含若干 <ExchangeMessage> 的根元素 (expected <ExchangeMessage><Body><fields>, or a root that holds such messages)'
const looseText = '元素之间有文字 (text between the elements)'

const shape = (line: number, message: string) =>
  new FileRefusal('XML_SHAPE', line, `第 ${line} 行：${message}`)
