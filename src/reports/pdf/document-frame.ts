import { createHash } from 'node:crypto'
import QRCode from 'qrcode'
import type { Statement } from '../statement.ts'
import { type Canvas, page, type Style, styles } from './page-canvas.ts'
import { dayOfMoment, momentText } from './words.ts'

/** What every issued document has: its head, the code to verify it by, its foot, and the signed statement inside. */

export const statementAttachment = 'statement.jws'

export async function drawVerificationCode(
  canvas: Canvas,
  address: string,
  x: number,
  y: number,
): Promise<void> {
  const size = 88
  const image = await QRCode.toBuffer(address, { errorCorrectionLevel: 'M', margin: 1, scale: 6 })
  canvas.document.image(image, x, y, { width: size })
  canvas.drawText('扫码核验 Scan to verify', x + 2, y + size + 2, styles.small)
}

/** Two columns of label and value. */
export function drawFacts(
  canvas: Canvas,
  facts: readonly [label: string, value: string][],
  width: number,
): void {
  const labelWidth = 132
  for (const [label, value] of facts) {
    const top = canvas.y()
    canvas.paragraph(label, styles.label, { width: labelWidth })
    const afterLabel = canvas.y()
    canvas.space(top - afterLabel)
    canvas.paragraph(value, styles.body, { indent: labelWidth, width: width - labelWidth })
    canvas.space(Math.max(0, afterLabel - canvas.y()) + 3)
  }
}

/** Head and foot of each page, once it is known how many there are. */
export function finishPages(canvas: Canvas, statement: Statement, title: string): void {
  const { document } = canvas
  const { count } = document.bufferedPageRange()
  const line = (y: number) =>
    document
      .moveTo(page.left, y)
      .lineTo(page.width - page.right, y)
      .lineWidth(0.5)
      .strokeColor('#b9c0cc')
      .stroke()
  for (let index = 0; index < count; index += 1) {
    document.switchToPage(index)
    drawEnds(canvas, title, `编号 No. ${statement.serial}`, 46, styles.small)
    line(62)
    line(page.height - 62)
    drawEnds(
      canvas,
      `数据截至第 ${statement.data_version} 版 data version ${statement.data_version}，${dayOfMoment(statement.issued_at)}`,
      `第 ${index + 1} 页，共 ${count} 页  ${index + 1}/${count}`,
      page.height - 54,
      styles.small,
    )
  }
}

function drawEnds(canvas: Canvas, left: string, right: string, y: number, style: Style): void {
  canvas.drawText(left, page.left, y, style)
  canvas.drawText(right, page.width - page.right - canvas.widthOf(right, style), y, style)
}

/**
 * The statement as it was signed, which alone is proof, and once more for people to read. Their dates are those of the
 * document, so that it is the same whenever it is drawn.
 */
export function attachStatement({ document }: Canvas, statement: Statement, token: string): void {
  const moment = new Date(statement.issued_at)
  const dates = { creationDate: moment, modifiedDate: moment }
  document.file(Buffer.from(token), {
    name: statementAttachment,
    type: 'application/jose',
    description: '经签名的声明 the signed statement',
    ...dates,
  })
  document.file(Buffer.from(`${JSON.stringify(statement, null, 2)}\n`), {
    name: statement.kind === 'SEARCH_CERTIFICATE' ? '证书.json' : '报告.json',
    type: 'application/json',
    description: '声明内容，供阅读 what it says, to be read',
    ...dates,
  })
}

export function proofWords(statement: Statement, token: string): string[] {
  const digest = createHash('sha256').update(token).digest('hex')
  return [
    `本文件由 ${statement.iss} 于 ${momentText(statement.issued_at)} 出具。内容以随附的签名声明（附件 ${statementAttachment}，SHA-256 ${digest}）为准，本页仅为其显示；可用 jce verify 离线验证。`,
    `Issued by the exchange named above. The signed statement attached to this file is what counts; verify it offline with jce verify, or at ${statement.verify_at}`,
  ]
}
