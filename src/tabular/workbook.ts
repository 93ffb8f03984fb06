import { posix } from 'node:path'
import { limits } from '../limits.ts'
import { isDateFormat } from './sheet-cells.ts'
import { FileRefusal } from './tabular-file.ts'
import { type WorkbookArchive, workbookBroken } from './workbook-archive.ts'
import { type XmlEvents, xmlParser } from './xml-parser.ts'

/** What of a workbook is needed to read one of its sheets (ECMA-376 part 1, section 18.2). */
export type Workbook = {
  sheets: Sheet[]
  /** Whether serial 0 is 1904-01-01. */
  date1904: boolean
  /** By the number of a cell's style. */
  dateStyles: boolean[]
  sharedStringsPart: string | null
}
export type Sheet = { name: string; part: string; isVisible: boolean }

type Relation = { type: string; part: string }

export async function readWorkbook(archive: WorkbookArchive): Promise<Workbook> {
  const part = await workbookPart(archive)
  const relations = await readRelations(archive, part)
  const listed = await readSheetList(archive, part)
  const sheets: Sheet[] = []
  for (const { name, relation, isVisible } of listed.sheets) {
    const target = relations.get(relation)
    if (target?.type === 'worksheet') sheets.push({ name, part: target.part, isVisible })
  }
  const partOf = (type: string) =>
    [...relations.values()].find((relation) => relation.type === type && archive.has(relation.part))?.part ??
    null
  const styles = partOf('styles')
  return {
    sheets,
    date1904: listed.date1904,
    dateStyles: styles === null ? [] : await readDateStyles(archive, styles),
    sharedStringsPart: partOf('sharedStrings'),
  }
}

async function workbookPart(archive: WorkbookArchive): Promise<string> {
  if (!archive.has('_rels/.rels')) throw notAWorkbook()
  const relations = await readRelations(archive, '')
  const main = [...relations.values()].find(({ type }) => type === 'officeDocument')
  // A document or a presentation is an archive of the same make; .xlsb is one whose workbook is not XML.
  if (main === undefined || !archive.has(main.part) || !/\.xml$/i.test(main.part)) throw notAWorkbook()
  return main.part
}

/** The sheet that is named, or the first that is visible. Throws SHEET_NOT_FOUND with the names that there are. */
export function chooseSheet(sheets: readonly Sheet[], name: string | null): Sheet {
  const sheet =
    name === null ? sheets.find(({ isVisible }) => isVisible) : sheets.find((each) => each.name === name)
  if (sheet !== undefined) return sheet
  const names = sheets.map((each) => each.name).join('、')
  throw new FileRefusal(
    'SHEET_NOT_FOUND',
    null,
    name === null
      ? `工作簿中没有可见的工作表 (no visible sheet; sheets: ${names})`
      : `没有名为“${name}”的工作表，现有：${names} (no sheet of this name)`,
  )
}

async function readRelations(archive: WorkbookArchive, part: string): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>()
  const folder = posix.dirname(part)
  await readPart(archive, posix.join(folder, '_rels', `${posix.basename(part)}.rels`), {
    ...silent,
    open(name, { Id: id, Type: type, Target: target, TargetMode: mode }) {
      if (name !== 'Relationship' || id === undefined || target === undefined || mode === 'External') return
      if (relations.size >= limits.workbookMembers) throw workbookBroken()
      // The last word of the type is the same in the transitional and the strict form of the standard.
      relations.set(id, {
        type: type?.split('/').at(-1) ?? '',
        part: posix.resolve('/', folder, target).slice(1),
      })
    },
  })
  return relations
}

async function readSheetList(archive: WorkbookArchive, part: string) {
  const sheets: { name: string; relation: string; isVisible: boolean }[] = []
  let date1904 = false
  let isWorkbook = false
  await readPart(archive, part, {
    ...silent,
    open(name, attributes) {
      if (name === 'workbook') isWorkbook = true
      if (name === 'workbookPr') date1904 = ['1', 'true'].includes(attributes.date1904 ?? '')
      if (name !== 'sheet') return
      if (sheets.length >= limits.workbookMembers) throw workbookBroken()
      const relation = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? ''
      const isVisible = (attributes.state ?? 'visible') === 'visible'
      sheets.push({ name: attributes.name ?? '', relation, isVisible })
    },
  })
  if (!isWorkbook) throw notAWorkbook()
  return { sheets, date1904 }
}

async function readDateStyles(archive: WorkbookArchive, part: string): Promise<boolean[]> {
  const formats = new Map<string, string>()
  const styles: string[] = []
  let parent = ''
  await readPart(archive, part, {
    ...silent,
    open(name, attributes) {
      if (name === 'numFmts' || name === 'cellXfs' || name === 'cellStyleXfs' || name === 'dxfs')
        parent = name
      if (formats.size > limits.workbookStyles || styles.length > limits.workbookStyles)
        throw workbookBroken()
      if (name === 'numFmt' && parent === 'numFmts')
        formats.set(attributes.numFmtId ?? '', attributes.formatCode ?? '')
      if (name === 'xf' && parent === 'cellXfs') styles.push(attributes.numFmtId ?? '')
    },
  })
  return styles.map((id) => isDateFormat(Number(id), formats.get(id) ?? null))
}

const silent: XmlEvents = { open() {}, text() {}, close() {} }

/** Parses one part whole. Throws WORKBOOK_BROKEN for one that is missing or not well-formed. */
async function readPart(archive: WorkbookArchive, part: string, events: XmlEvents): Promise<void> {
  const parser = xmlParser(events, workbookBroken)
  for await (const text of partText(archive, part, limits.workbookPartBytes)) parser.write(text)
  parser.end()
}

/** The text of a part: UTF-8, or UTF-16 with its mark (ECMA-376 part 2, section 6.2.5). */
export async function* partText(
  archive: WorkbookArchive,
  part: string,
  mostBytes: number = limits.workbookMemberBytes,
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  const decoded = (piece?: Uint8Array) => {
    decoder ??= new TextDecoder(piece?.[0] === 0xff ? 'utf-16le' : 'utf-8', { fatal: true })
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true })
    } catch {
      throw workbookBroken()
    }
  }
  for await (const piece of archive.read(part, mostBytes)) yield decoded(piece)
  yield decoded()
}

const notAWorkbook = () =>
  new FileRefusal(
    'NOT_A_WORKBOOK',
    null,
    '压缩包不是 .xlsx 工作簿，请另存为 .xlsx (not an .xlsx workbook: save it as .xlsx)',
  )
