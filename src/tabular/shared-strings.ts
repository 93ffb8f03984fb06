import { limits } from '../limits.ts'
import { decodeEscapes } from './sheet-cells.ts'
import { spilledStrings } from './spilled-strings.ts'
import { FileRefusal } from './tabular-file.ts'
import { workbookBroken } from './workbook-archive.ts'
import { xmlParser } from './xml-parser.ts'

/** The strings that a workbook's cells share (ECMA-376 part 1, section 18.4), read only as far as they are asked for. */
export type SharedStrings = {
  /** How many are there so far. */
  count(): number
  /** Reads on until the string of this number is there. Throws WORKBOOK_BROKEN where there is none. */
  reach(index: number): Promise<void>
  at(index: number): string
  close(): Promise<void>
}

export function sharedStrings(text: AsyncIterable<string> | null): SharedStrings {
  const list = spilledStrings(limits.workbookStringCacheBytes)
  const items: string[] = []
  const parser = stringItems(items)
  const pieces = text?.[Symbol.asyncIterator]()
  let ended = pieces === undefined
  return {
    count: () => list.count(),
    async reach(index) {
      while (list.count() <= index) {
        if (ended || pieces === undefined) throw workbookBroken()
        const next = await pieces.next()
        if (next.done) {
          ended = true
          parser.end()
        } else parser.write(next.value)
        for (const item of items.splice(0)) list.add(item)
        if (list.bytes() > limits.workbookSharedStringBytes) throw tooManyStrings()
      }
    },
    at: (index) => list.at(index) ?? '',
    async close() {
      list.close()
      await pieces?.return?.()
    },
  }
}

/** Runs of rich text are joined; the reading aids of East Asian text (rPh) are left out. */
function stringItems(items: string[]) {
  let item = ''
  let isText = false
  let isReadingAid = false
  return xmlParser(
    {
      open(name) {
        if (name === 'si') item = ''
        if (name === 'rPh') isReadingAid = true
        isText = name === 't' && !isReadingAid
      },
      text(piece) {
        if (!isText) return
        item += piece
        if (item.length > limits.fileCellCharacters * escapeLength) throw stringTooLong()
      },
      close(name) {
        isText = false
        if (name === 'rPh') isReadingAid = false
        if (name === 'si') items.push(decodeEscapes(item))
      },
    },
    workbookBroken,
  )
}

/** One character may be written as seven: _xHHHH_. */
const escapeLength = 7

const stringTooLong = () =>
  new FileRefusal(
    'CELL_TOO_LONG',
    null,
    `有单元格超过 ${limits.fileCellCharacters} 个字符 (a cell of more than ${limits.fileCellCharacters} characters)`,
  )

const tooManyStrings = () =>
  new FileRefusal(
    'WORKBOOK_TOO_LARGE',
    null,
    '工作簿中的文字过多，请分成几个文件 (the workbook holds too much text: divide the file)',
  )
