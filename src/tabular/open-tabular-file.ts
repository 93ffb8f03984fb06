import { guarded, readRange } from './byte-source.ts'
import { csvRows } from './csv-reader.ts'
import { declaredXmlEncoding, fileContent, textContent } from './file-content.ts'
import { ndjsonRows } from './ndjson-reader.ts'
import {
  type ByteSource,
  type FileFormat,
  type FileHints,
  FileRefusal,
  type OpenedFile,
  type TextEncoding,
} from './tabular-file.ts'
import { isUtf8, lenientText } from './text-decoding.ts'
import { openWorkbookFile } from './xlsx-reader.ts'
import { xmlRows } from './xml-reader.ts'

const headBytes = 64 * 1024

/**
 * Tells what the file is by its content and makes its rows readable. Throws FileRefusal, or ByteSourceFailure where
 * the bytes could not be had.
 */
export async function openTabularFile(source: ByteSource, hints: FileHints): Promise<OpenedFile> {
  if (source.size === 0) throw fileEmpty()
  const bytes = guarded(source)
  const head = await readRange(bytes, 0, Math.min(bytes.size, headBytes))
  const content = fileContent(head)
  switch (content.kind) {
    case 'OLD_EXCEL':
      throw new FileRefusal(
        'FORMAT_OLD_EXCEL',
        null,
        '旧版 .xls 或加密的工作簿不能读取，请去掉密码并另存为 .xlsx (an old .xls or an encrypted workbook: save it as .xlsx without a password)',
      )
    case 'BINARY':
      throw new FileRefusal(
        'FORMAT_UNKNOWN',
        null,
        '不是数据文件，须为 CSV、XLSX、NDJSON 或 XML (expected CSV, XLSX, NDJSON or XML)',
      )
    case 'ZIP':
      agree(hints.format, 'XLSX')
      return openWorkbookFile(bytes, hints.sheet)
    case 'TEXT':
      if (content.mark === 'UTF-16BE') throw encodingUnknown('UTF-16BE')
      return openTextFile(bytes, head, content.mark, hints)
  }
}

async function openTextFile(
  source: ByteSource,
  head: Uint8Array,
  mark: TextEncoding | null,
  hints: FileHints,
): Promise<OpenedFile> {
  const known = mark ?? hints.encoding
  const start = lenientText(head, known ?? 'UTF-8')
  const format = textFormat(start, source.size > head.length, hints.format)
  const named = format === 'XML' ? namedEncoding(start) : null
  const encoding = known ?? named ?? ((await isUtf8(source)) ? 'UTF-8' : 'GB18030')
  const found = { format, encoding, sheet: null }
  switch (format) {
    case 'CSV':
      return { found, rows: () => csvRows(source, encoding, lenientText(head, encoding)) }
    case 'NDJSON':
      return { found, rows: () => ndjsonRows(source, encoding) }
    case 'XML':
      return { found, rows: () => xmlRows(source, encoding) }
  }
}

function textFormat(
  start: string,
  isLonger: boolean,
  declared: FileFormat | null,
): Exclude<FileFormat, 'XLSX'> {
  const content = textContent(start)
  switch (content) {
    case 'NOTHING':
      if (!isLonger) throw fileEmpty()
      return agree(declared, 'CSV')
    case 'WEB_PAGE':
      throw new FileRefusal(
        'FORMAT_UNKNOWN',
        null,
        '是网页而不是工作簿，请在 Excel 中打开后另存为 .xlsx (a web page, not a workbook: open it in Excel and save it as .xlsx)',
      )
    case 'JSON_ARRAY':
      // A heading or a note may begin with a bracket; only the sender can say so.
      if (declared === 'CSV') return 'CSV'
      throw new FileRefusal(
        'JSON_ARRAY',
        1,
        'JSON 数组不能读取，须每行一个对象 (a JSON array: send one object a line)',
      )
    default:
      return agree(declared, content)
  }
}

/** A sender who says CSV and sends something else has sent the wrong file. */
function agree<Format extends FileFormat>(declared: FileFormat | null, found: Format): Format {
  if (declared === null || declared === found) return found
  throw new FileRefusal(
    'FORMAT_MISMATCH',
    null,
    `声明为 ${declared}，内容却是 ${found} (declared as ${declared}, but the content is ${found})`,
  )
}

function namedEncoding(start: string): TextEncoding | null {
  const name = declaredXmlEncoding(start)
  if (name === null) return null
  switch (name.toUpperCase()) {
    case 'UTF-8':
    case 'UTF8':
      return 'UTF-8'
    case 'GBK':
    case 'GB2312':
    case 'GB18030':
      return 'GB18030'
    default:
      throw encodingUnknown(name)
  }
}

const encodingUnknown = (name: string) =>
  new FileRefusal(
    'ENCODING_INVALID',
    1,
    `编码 ${name} 不能读取，须为 UTF-8 或 GB18030 (encoding ${name}: expected UTF-8 or GB18030)`,
  )

const fileEmpty = () => new FileRefusal('FILE_EMPTY', null, '文件是空的 (the file is empty)')
