import type { ProofState } from '../../src/audit/audit-service.ts'
import type { AuditEntry } from '../../src/audit/audit-store.ts'
import { limits } from '../../src/limits.ts'
import { csvBytes } from '../../src/tabular/csv-writer.ts'

type Entry = AuditEntry & { proof: ProofState }
type Read = (page: { afterId: number | null; limit: number }) => Promise<Entry[]>

const headings = [
  '序号 log_index',
  '时间 at',
  '部门 department',
  '经办人 officer',
  '密钥 kid',
  '操作 operation',
  '用途 purpose',
  '结果 outcome',
  '主体数 subjects',
  '请求编号 jti',
  '存证 proof',
]

/** As a table for a spreadsheet, up to the limit. */
export async function exportOf(read: Read): Promise<{ csv: string; rows: number; complete: boolean }> {
  let rows = 0
  let complete = true
  async function* lines(): AsyncGenerator<string[][]> {
    yield [headings]
    for (let afterId: number | null = null; ; ) {
      const page: Entry[] = await read({ afterId, limit: limits.pageSize.max })
      const room = limits.auditExportRows - rows
      complete = page.length <= room
      rows += Math.min(page.length, room)
      yield page.slice(0, room).map(cellsOf)
      const last = page.at(-1)
      if (!last || !complete || page.length < limits.pageSize.max) return
      afterId = last.logIndex
    }
  }
  const pieces: Uint8Array[] = []
  for await (const piece of csvBytes('UTF-8', lines())) pieces.push(piece)
  return { csv: Buffer.concat(pieces).toString('utf8'), rows, complete }
}

const cellsOf = (entry: Entry): string[] => [
  String(entry.logIndex),
  entry.at.toISOString(),
  entry.department,
  entry.officer?.name ?? '',
  entry.kid,
  entry.operation ?? '',
  entry.purpose ?? '',
  entry.outcome,
  entry.subjects === null ? '' : String(entry.subjects),
  entry.jti,
  entry.proof,
]
