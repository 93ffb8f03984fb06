import { SaxesParser } from 'saxes'
import { limits } from '../limits.ts'
import { FileRefusal } from './tabular-file.ts'

export type XmlEvents = {
  /** `name` without its prefix. */
  open(name: string, attributes: Record<string, string>): void
  text(text: string): void
  close(name: string): void
}

export type XmlParser = {
  write(text: string): void
  end(): void
  /** The line of the tag whose name was read last. */
  line(): number
}

const options = { xmlns: false, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const

/**
 * Reads XML piece by piece: no document type, so no entities of its own, and bounds on depth and on anything that
 * the parser must hold. `broken` makes the refusal for text that is not well-formed; the parser's own error may
 * quote it and is never passed on.
 */
export function xmlParser(events: XmlEvents, broken: (line: number) => FileRefusal): XmlParser {
  const parser = new SaxesParser(options)
  let depth = 0
  let unheard = 0
  let tagLine = 1
  parser.on('opentagstart', () => {
    // Where the name ends its line, the parser has already read on to the next.
    tagLine = parser.column === 0 ? parser.line - 1 : parser.line
  })
  parser.on('opentag', ({ name, attributes }) => {
    unheard = 0
    depth += 1
    if (depth > limits.xmlDepth) throw tooDeep(parser.line)
    events.open(localName(name), attributes)
  })
  parser.on('text', (text) => {
    unheard = 0
    events.text(text)
  })
  parser.on('cdata', (text) => {
    unheard = 0
    events.text(text)
  })
  parser.on('closetag', ({ name }) => {
    unheard = 0
    depth -= 1
    events.close(localName(name))
  })
  parser.on('doctype', () => {
    throw doctype(parser.line)
  })
  parser.on('error', () => {
    throw broken(parser.line)
  })
  return {
    line: () => tagLine,
    write(text) {
      unheard += text.length
      parser.write(text)
      if (unheard > limits.fileRowBytes) throw tooLong(parser.line)
    },
    end() {
      parser.close()
    },
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

const doctype = (line: number) =>
  new FileRefusal(
    'XML_DOCTYPE',
    line,
    'XML 中不得有 DOCTYPE 或实体声明 (a document type or entity declaration is not allowed)',
  )

const tooDeep = (line: number) =>
  new FileRefusal(
    'XML_TOO_DEEP',
    line,
    `XML 元素嵌套超过 ${limits.xmlDepth} 层 (elements nested deeper than ${limits.xmlDepth})`,
  )

const tooLong = (line: number) =>
  new FileRefusal(
    'XML_TOO_LONG',
    line,
    `XML 中有一处标签或文本超过 ${limits.fileRowBytes} 字节 (a tag or text longer than ${limits.fileRowBytes} bytes)`,
  )
