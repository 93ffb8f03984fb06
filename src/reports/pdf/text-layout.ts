/** Lines of Chinese text with words of Latin letters and numbers between. Pure: fonts come in as what they can do. */

/** `MAIN` and `FALLBACK` are fonts. */
export type Run = { font: 'MAIN' | 'FALLBACK'; text: string }
export type Line = { runs: Run[]; width: number }

export type Faces = {
  mainHas(codePoint: number): boolean
  fallbackHas(codePoint: number): boolean
  /** Width of one character at size 1. */
  widthOf(font: Run['font'], character: string): number
}

/** A character that no font has is told in words: 〔U+20BB7〕. Control and invisible characters are left out. */
export function runsOf(faces: Faces, text: string): Run[] {
  const runs: Run[] = []
  for (const character of text.normalize('NFC').replace(/[\p{Cc}\p{Cf}]/gu, ' ')) {
    const run = runOf(faces, character)
    const last = runs.at(-1)
    if (last?.font === run.font) last.text += run.text
    else runs.push(run)
  }
  return runs
}

function runOf(faces: Faces, character: string): Run {
  const codePoint = character.codePointAt(0) ?? 0
  if (faces.mainHas(codePoint)) return { font: 'MAIN', text: character }
  if (faces.fallbackHas(codePoint)) return { font: 'FALLBACK', text: character }
  return { font: 'MAIN', text: `〔U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}〕` }
}

/** Breaks where Chinese text may break; words and numbers stay whole as long as they fit into a line. */
export function linesOf(faces: Faces, text: string, size: number, most: number): Line[] {
  const lines: Line[] = []
  for (const paragraph of text.split('\n')) {
    let line: Line = { runs: [], width: 0 }
    for (const piece of piecesOf(faces, paragraph, size, most)) {
      const isTooWide = line.width > 0 && line.width + piece.width > most
      // What closes hangs over the margin rather than beginning a line.
      if (isTooWide && !closing.test(piece.text)) {
        lines.push(line)
        line = { runs: [], width: 0 }
        if (piece.text === ' ') continue
      }
      append(line, piece)
    }
    lines.push(line)
  }
  return lines
}

type Piece = Run & { width: number }

const closing = /^[，。、；：？！）〕》」』】’”,.;:!?)\]]$/u
const words = /〔U\+[0-9A-F]+〕|[A-Za-z0-9][A-Za-z0-9.,:;/_\-+%@()]*|./gsu

function piecesOf(faces: Faces, paragraph: string, size: number, most: number): Piece[] {
  return runsOf(faces, paragraph).flatMap(({ font, text }) =>
    (text.match(words) ?? []).flatMap((word) => {
      const piece = measured(faces, font, word, size)
      if (piece.width <= most) return [piece]
      return [...word].map((character) => measured(faces, font, character, size))
    }),
  )
}

function measured(faces: Faces, font: Run['font'], text: string, size: number): Piece {
  const width = [...text].reduce((sum, character) => sum + faces.widthOf(font, character), 0)
  return { font, text, width: width * size }
}

function append(line: Line, { font, text, width }: Piece): void {
  const last = line.runs.at(-1)
  if (last?.font === font) last.text += text
  else line.runs.push({ font, text })
  line.width += width
}
