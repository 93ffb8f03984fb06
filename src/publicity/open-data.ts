import { csvLine } from '../tabular/csv-writer.ts'
import type { PublicCase, PublicRecord } from './public-record.ts'
import type { RecordKind } from './public-sheet.ts'
import type { PublishedFilter } from './publicity-store.ts'

/** Open data (开放数据): what each file holds, column by column. Pure. Natural persons are in none of them. */

export const openDataNames = ['lists', 'licences', 'penalties', 'cases'] as const
export type OpenDataName = (typeof openDataNames)[number]
export const openDataFormats = ['csv', 'json'] as const
export type OpenDataFormat = (typeof openDataFormats)[number]

/** What a row is made from; `asCase` only where the file holds cases. */
export type OpenDataSource = { record: PublicRecord; asCase: () => PublicCase; listName: string | null }

export type OpenDataColumn = { name: string; label: string; value(source: OpenDataSource): string | null }

const openDataFilters: Record<OpenDataName, Partial<PublishedFilter>> = {
  lists: { kinds: ['LIST'] },
  licences: { kinds: ['LICENCE'] },
  penalties: { kinds: ['PENALTY'] },
  cases: { kinds: ['PENALTY'], casesOnly: true },
}

const column = (
  name: string,
  label: string,
  value: (source: OpenDataSource) => string | null,
): OpenDataColumn => ({ name, label, value })

const fieldColumn = (name: string, label: string, field: string): OpenDataColumn =>
  column(name, label, ({ record }) => record.fields.find((each) => each.name === field)?.value ?? null)

const who = [
  column('name', '主体名称', ({ record }) => record.name),
  column('uscc', '统一社会信用代码', ({ record }) => record.uscc),
  column('documentNo', '决定书文号', ({ record }) => record.documentNo),
]
const when = [
  column('source', '数据来源单位', ({ record }) => record.source.name),
  column('updatedOn', '数据更新日期', ({ record }) => record.updatedOn),
  column('publicationEndsOn', '公示截止日期', ({ record }) => record.publicationEndsOn),
  column('disputedSince', '异议标注日期', ({ record }) => record.disputedSince),
  column('correctedOn', '更正日期', ({ record }) => record.correctedOn),
]

export const openDataColumns: Record<OpenDataName, OpenDataColumn[]> = {
  lists: [
    column('listType', '名单代码', ({ record }) => record.listType),
    column('listName', '名单名称', ({ listName }) => listName),
    ...who,
    column('listedOn', '列入日期', ({ record }) => record.day),
    column('endsOn', '有效期至', ({ record }) => record.endsOn),
    fieldColumn('reason', '列入事由', 'reason'),
    ...when,
  ],
  licences: [
    ...who,
    column('decidedOn', '许可决定日期', ({ record }) => record.day),
    fieldColumn('content', '许可内容', 'XK_NR'),
    fieldColumn('organ', '许可机关', 'XK_XKJG'),
    ...when,
  ],
  penalties: [
    ...who,
    column('decidedOn', '处罚决定日期', ({ record }) => record.day),
    fieldColumn('violation', '违法行为类型', 'CF_WFXW'),
    fieldColumn('facts', '违法事实', 'CF_SY'),
    fieldColumn('basis', '处罚依据', 'CF_YJ'),
    fieldColumn('penaltyKinds', '处罚类别', 'CF_CFLB'),
    fieldColumn('penalty', '处罚内容', 'CF_NR'),
    fieldColumn('fine', '罚款金额（万元）', 'CF_NR_FK'),
    fieldColumn('confiscated', '没收金额（万元）', 'CF_NR_WFFF'),
    fieldColumn('organ', '处罚机关', 'CF_CFJG'),
    ...when,
  ],
  cases: [
    ...who,
    column('legalRepresentative', '法定代表人', ({ asCase }) => asCase().legalRepresentative),
    column('decidedOn', '处罚决定日期', ({ record }) => record.day),
    column('violation', '违法行为类型', ({ asCase }) => asCase().violation),
    column('facts', '主要违法事实', ({ asCase }) => asCase().facts),
    column('penaltyKinds', '处罚种类', ({ asCase }) => asCase().penaltyKinds),
    column('basis', '处罚依据', ({ asCase }) => asCase().basis),
    column('penalty', '处罚内容和履行方式', ({ asCase }) => asCase().penalty),
    column('validUntil', '处罚有效期', ({ asCase }) => asCase().validUntil),
    column('organ', '处罚机关', ({ asCase }) => asCase().organ),
    column('dueOn', '应公开日期', ({ asCase }) => asCase().publication.dueOn),
    column('publishedOn', '公开日期', ({ asCase }) => asCase().publication.publishedOn),
    column('timeliness', '公开及时性', ({ asCase }) => asCase().publication.status),
    ...when,
  ],
}

/** How a file begins, what a line of it is, and how it ends: any lines between make a whole file. */
export type OpenDataFrame = {
  head: Buffer
  line(cells: readonly (string | null)[]): Buffer
  /** Bytes of its first line that a file leaves out. */
  skipped: number
  tail(rows: number): Buffer
}

export function openDataFrame(name: OpenDataName, format: OpenDataFormat): OpenDataFrame {
  const columns = openDataColumns[name]
  switch (format) {
    case 'json':
      // An array, an object a line; members are there also where they are null.
      return {
        head: Buffer.from('['),
        line: (cells) =>
          Buffer.from(
            `,\n${JSON.stringify(Object.fromEntries(columns.map((column, place) => [column.name, cells[place] ?? null])))}`,
          ),
        skipped: 1,
        tail: (rows) => Buffer.from(rows === 0 ? ']\n' : '\n]\n'),
      }
    case 'csv':
      return {
        head: Buffer.from(`\ufeff${csvLine(columns.map(({ label }) => label))}`),
        line: (cells) => Buffer.from(csvLine(cells.map((cell) => cell ?? ''))),
        skipped: 0,
        tail: () => Buffer.alloc(0),
      }
  }
}

/** Lines of a file, and of which records they are; `ends`: where the line of each ends. */
export type OpenDataPiece = { bytes: Buffer; recordIds: number[]; ends: number[] }
export type OpenDataLine = { recordId: number; bytes: Buffer }

export function pieceOf(lines: readonly OpenDataLine[]): OpenDataPiece {
  let end = 0
  return {
    bytes: Buffer.concat(lines.map(({ bytes }) => bytes)),
    recordIds: lines.map(({ recordId }) => recordId),
    ends: lines.map(({ bytes }) => {
      end += bytes.length
      return end
    }),
  }
}

export const linesOf = ({ bytes, recordIds, ends }: OpenDataPiece): OpenDataLine[] =>
  recordIds.map((recordId, place) => ({ recordId, bytes: bytes.subarray(ends[place - 1] ?? 0, ends[place]) }))

/** Whether a published record belongs into a file. */
export function isIn(name: OpenDataName, { kind, isCase }: { kind: RecordKind; isCase: boolean }): boolean {
  const { kinds, casesOnly } = openDataFilters[name]
  return (kinds?.includes(kind) ?? false) && (isCase || !casesOnly)
}
