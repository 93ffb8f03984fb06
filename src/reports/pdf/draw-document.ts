import type { Statement } from '../statement.ts'
import { drawCertificate } from './certificate-pages.ts'
import { createCanvas } from './page-canvas.ts'
import { drawReport } from './report-pages.ts'

export type DrawingOrder = { statement: Statement; token: string; fallbackFont: string | null }

/** The PDF of a statement: the same order gives the same bytes. `token` is the statement as it was signed. */
export async function drawDocument({ statement, token, fallbackFont }: DrawingOrder): Promise<Buffer> {
  const isReport = statement.kind === 'CREDIT_REPORT'
  const canvas = createCanvas({
    title: `${isReport ? '公共信用信息报告' : '查询证明'} ${statement.serial}`,
    author: statement.iss,
    createdAt: new Date(statement.issued_at),
    fallbackFont,
    watermark: isReport ? `公共信用信息报告 ${statement.serial.slice(0, 9)}` : null,
  })
  const chunks: Buffer[] = []
  canvas.document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve) => canvas.document.on('end', resolve))
  if (statement.kind === 'CREDIT_REPORT') await drawReport(canvas, statement, token)
  else await drawCertificate(canvas, statement, token)
  canvas.document.end()
  await ended
  return Buffer.concat(chunks)
}
