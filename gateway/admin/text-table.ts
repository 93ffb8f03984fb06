/** Columns of plain text for a terminal, in which a Chinese character takes two places. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => placesOf(row[column] ?? ''))),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - placesOf(cell)))
      .join('  ')
      .trimEnd()
  return rows.map(line).join('\n')
}

const placesOf = (text: string): number =>
  [...text].reduce(
    (places, character) => places + (/[\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60]/.test(character) ? 2 : 1),
    0,
  )
