import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'
import { coverageOf } from './font-coverage.ts'
import { type Faces, linesOf, type Run } from './text-layout.ts'

/** A4 pages that fill from the top. Every position is reckoned here, so the same document gives the same bytes. */

export const page = { width: 595.28, height: 841.89, left: 62, right: 62, top: 84, bottom: 78 }
export const contentWidth = page.width - page.left - page.right
const lineHeight = 1.55

export type Style = { size: number; colour: string }
export const styles = {
  title: { size: 21, colour: '#1c2b4a' },
  heading: { size: 13, colour: '#1c2b4a' },
  subheading: { size: 10.5, colour: '#1c2b4a' },
  body: { size: 10, colour: '#222222' },
  label: { size: 9, colour: '#5b6472' },
  small: { size: 8, colour: '#5b6472' },
} as const satisfies Record<string, Style>

export type Cell = { text: string; style?: Style }

export type Canvas = {
  readonly document: PDFKit.PDFDocument
  /** Where the next thing goes. */
  y(): number
  space(height: number): void
  /** Goes to the next page unless so much is left on this one. */
  keep(height: number): void
  paragraph(
    text: string,
    style?: Style,
    options?: { indent?: number; width?: number; align?: 'LEFT' | 'CENTRE' },
  ): void
  heading(text: string): void
  subheading(text: string): void
  /** One row of cells with so wide columns, under it a line. A row never breaks between pages unless it is higher than one. */
  row(cells: readonly Cell[], widths: readonly number[], options?: { fill?: string }): void
  drawText(text: string, x: number, y: number, style: Style): void
  widthOf(text: string, style: Style): number
  newPage(): void
}

export type CanvasOptions = {
  title: string
  author: string
  createdAt: Date
  /** A path to a font for what the main one lacks, `#` and the name of a face where it is a collection; null: none. */
  fallbackFont: string | null
  /** Behind the text of each page. */
  watermark: string | null
}

const mainFont = fileURLToPath(
  import.meta.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
)

export function createCanvas(options: CanvasOptions): Canvas {
  const document = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: 'zh-CN',
    displayTitle: true,
    info: {
      Title: options.title,
      Author: options.author,
      CreationDate: options.createdAt,
      ModDate: options.createdAt,
    },
  })
  const faces = openFaces(document, options.fallbackFont)
  let y: number = page.top

  function newPage(): void {
    document.addPage()
    y = page.top
    if (options.watermark !== null) drawWatermark(options.watermark)
  }

  function keep(height: number): void {
    if (y + height > page.height - page.bottom) newPage()
  }

  function drawRuns(runs: readonly Run[], x: number, top: number, { size, colour }: Style): void {
    let at = x
    document.fillColor(colour)
    for (const { font, text } of runs) {
      document.font(font).fontSize(size).text(text, at, top, { lineBreak: false })
      at += [...text].reduce((sum, character) => sum + faces.widthOf(font, character), 0) * size
    }
  }

  function drawWatermark(text: string): void {
    const style = { size: 20, colour: '#8a94a6' }
    document
      .save()
      .fillOpacity(0.09)
      .rotate(-32, { origin: [page.width / 2, page.height / 2] })
    for (const row of [-1, 0, 1]) {
      const x = (page.width - widthOf(text, style)) / 2
      drawText(text, x, page.height / 2 + row * 210, style)
    }
    document.restore().fillOpacity(1)
  }

  const widthOf = (text: string, { size }: Style) =>
    linesOf(faces, text, size, Number.POSITIVE_INFINITY).reduce((most, { width }) => Math.max(most, width), 0)

  function drawText(text: string, x: number, top: number, style: Style): void {
    for (const [index, { runs }] of linesOf(faces, text, style.size, Number.POSITIVE_INFINITY).entries())
      drawRuns(runs, x, top + index * style.size * lineHeight, style)
  }

  const canvas: Canvas = {
    document,
    y: () => y,
    space(height) {
      y += height
    },
    keep,
    paragraph(text, style = styles.body, { indent = 0, width = contentWidth - indent, align = 'LEFT' } = {}) {
      for (const { runs, width: lineWidth } of linesOf(faces, text, style.size, width)) {
        keep(style.size * lineHeight)
        const x = page.left + indent + (align === 'CENTRE' ? (width - lineWidth) / 2 : 0)
        drawRuns(runs, x, y, style)
        y += style.size * lineHeight
      }
    },
    heading(text) {
      keep(70)
      y += 14
      document.rect(page.left, y + 2, 3, 15).fill(styles.heading.colour)
      drawText(text, page.left + 10, y, styles.heading)
      y += 27
    },
    subheading(text) {
      keep(56)
      y += 6
      canvas.paragraph(text, styles.subheading)
      y += 2
    },
    row(cells, widths, { fill } = {}) {
      const padding = 4
      const laid = cells.map(({ text, style = styles.body }, index) => ({
        style,
        lines: linesOf(faces, text, style.size, (widths[index] ?? 0) - 2 * padding),
      }))
      const height =
        Math.max(...laid.map(({ style, lines }) => lines.length * style.size * lineHeight)) + 2 * padding
      const room = page.height - page.bottom - page.top
      if (height > room) return drawLongRow(laid, widths)
      keep(height)
      if (fill !== undefined) document.rect(page.left, y, contentWidth, height).fill(fill)
      let x: number = page.left
      for (const [index, { style, lines }] of laid.entries()) {
        for (const [place, { runs }] of lines.entries())
          drawRuns(runs, x + padding, y + padding + place * style.size * lineHeight, style)
        x += widths[index] ?? 0
      }
      y += height
      drawRule()
    },
    drawText,
    widthOf,
    newPage,
  }

  /** Higher than a page: line by line. */
  function drawLongRow(
    laid: readonly { style: Style; lines: readonly { runs: Run[] }[] }[],
    widths: readonly number[],
  ): void {
    const count = Math.max(...laid.map(({ lines }) => lines.length))
    const height = Math.max(...laid.map(({ style }) => style.size)) * lineHeight
    for (let place = 0; place < count; place += 1) {
      keep(height)
      let x: number = page.left
      for (const [index, { style, lines }] of laid.entries()) {
        drawRuns(lines[place]?.runs ?? [], x + 4, y + 2, style)
        x += widths[index] ?? 0
      }
      y += height
    }
    drawRule()
  }

  function drawRule(): void {
    document
      .moveTo(page.left, y)
      .lineTo(page.left + contentWidth, y)
      .lineWidth(0.5)
      .strokeColor('#d7dbe2')
      .stroke()
  }

  newPage()
  return canvas
}

function openFaces(document: PDFKit.PDFDocument, fallbackFont: string | null): Faces {
  const main = readFileSync(mainFont)
  document.registerFont('MAIN', main)
  const mainHas = coverageOf(main)
  const [path, face] = fallbackFont?.split('#') ?? []
  const fallback = path === undefined ? null : readFileSync(path)
  if (fallback) document.registerFont('FALLBACK', fallback, face)
  const widths = new Map<string, number>()
  return {
    mainHas,
    fallbackHas: fallback ? coverageOf(fallback) : () => false,
    widthOf(font, character) {
      const key = `${font}${character}`
      const known = widths.get(key)
      if (known !== undefined) return known
      const width = document.font(font).fontSize(1000).widthOfString(character) / 1000
      widths.set(key, width)
      return width
    },
  }
}
