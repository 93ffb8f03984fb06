import { createHash } from 'node:crypto'
import type { Queryable } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import {
  isIn,
  linesOf,
  type OpenDataFormat,
  type OpenDataFrame,
  type OpenDataLine,
  type OpenDataName,
  openDataColumns,
  openDataFormats,
  openDataFrame,
  openDataNames,
  pieceOf,
} from './open-data.ts'
import {
  addPart,
  beginFile,
  completeFile,
  type OpenDataFile,
  partsWith,
  positionsOf,
  readPart,
  shareParts,
} from './open-data-store.ts'
import { caseOf, everything, recordsOf } from './public-reading-service.ts'
import { listTypeOf, type PublicWorld } from './public-world-service.ts'
import { type PublishedRow, publishedAmong, readPublished } from './publicity-store.ts'

/** How files of open data are made, and mended. All of it in one transaction of the caller's. */

export type Making = { basis: string; dataVersion: number; cleanUntil: number; now: Date }

const kinds = openDataNames.flatMap((name) => openDataFormats.map((format) => ({ name, format })))

/** Everything anew: what is published is read once, for all files. */
export async function makeFiles(client: Queryable, world: PublicWorld, making: Making): Promise<void> {
  const writers = []
  for (const { name, format } of kinds) {
    const frame = openDataFrame(name, format)
    const id = await beginFile(client, { name, format, day: world.day, ...making })
    writers.push({ name, format, ...fileWriter(client, id, frame) })
  }
  const filter = { ...everything, kinds: ['LIST', 'LICENCE', 'PENALTY'] as const }
  for await (const rows of readPublished(client, world.published, filter, limits.openDataRowsPerRead)) {
    const cells = await cellsOf(client, world, rows)
    for (const { name, format, add } of writers) await add(cells(name, format))
  }
  for (const { end } of writers) await end()
}

/** Collects lines into pieces, and knows the digest of all of them when the last is written. */
function fileWriter(client: Queryable, id: number, frame: OpenDataFrame) {
  const reckoned = reckoning(frame)
  let waiting: OpenDataLine[] = []
  let [length, position] = [0, 0]

  async function flush(): Promise<void> {
    if (waiting.length === 0) return
    const piece = pieceOf(waiting)
    await addPart(client, id, position, piece)
    reckoned.add(piece.bytes, waiting.length)
    position += 1
    waiting = []
    length = 0
  }

  return {
    async add(lines: readonly OpenDataLine[]) {
      for (const line of lines) {
        waiting.push(line)
        length += line.bytes.length
        if (length >= limits.openDataPieceBytes) await flush()
      }
    },
    async end() {
      await flush()
      await completeFile(client, id, reckoned.end())
    },
  }
}

function reckoning(frame: OpenDataFrame) {
  const hash = createHash('sha256').update(frame.head)
  let [rows, size] = [0, frame.head.length]
  return {
    add(bytes: Buffer, lines: number) {
      const told = rows === 0 ? bytes.subarray(frame.skipped) : bytes
      hash.update(told)
      rows += lines
      size += told.length
    },
    end() {
      const tail = frame.tail(rows)
      return { rows, size: size + tail.length, sha256: hash.update(tail).digest('hex') }
    },
  }
}

/**
 * Another version of a file, without what of these records is published no more, and with what is otherwise as it is now.
 * Null: none of them is in it. `retire` is called before the new version begins.
 */
export async function mendFile(
  client: Queryable,
  world: PublicWorld,
  file: OpenDataFile,
  touched: { ids: readonly number[]; lines: LinesOf },
  making: Making & { retire(): Promise<void> },
): Promise<number | null> {
  const { name, format } = file
  const parts = await partsWith(client, file.id, touched.ids)
  if (parts.length === 0) return null
  const now = new Map(touched.lines(name, format).map((line) => [line.recordId, line]))
  const ids = new Set(touched.ids)
  await making.retire()
  const id = await beginFile(client, { name, format, day: world.day, ...making })
  await shareParts(
    client,
    file.id,
    id,
    parts.map(({ position }) => position),
  )
  for (const part of parts) {
    const kept = linesOf(part).flatMap((line) =>
      ids.has(line.recordId) ? (now.get(line.recordId) ?? []) : line,
    )
    if (kept.length > 0) await addPart(client, id, part.position, pieceOf(kept))
  }
  const reckoned = reckoning(openDataFrame(name, format))
  for (const position of await positionsOf(client, id)) {
    const part = await readPart(client, id, position)
    if (part) reckoned.add(part.bytes, part.lines)
  }
  await completeFile(client, id, reckoned.end())
  return id
}

export type LinesOf = (name: OpenDataName, format: OpenDataFormat) => OpenDataLine[]

/** The lines that these records have today. */
export async function linesNow(
  client: Queryable,
  world: PublicWorld,
  ids: readonly number[],
): Promise<LinesOf> {
  const known = new Map<string, OpenDataLine[]>()
  for (let from = 0; from < ids.length; from += limits.openDataRowsPerRead) {
    const some = ids.slice(from, from + limits.openDataRowsPerRead)
    const lines = await cellsOf(client, world, await publishedAmong(client, world.published, some))
    for (const { name, format } of kinds)
      known.set(`${name}.${format}`, [...(known.get(`${name}.${format}`) ?? []), ...lines(name, format)])
  }
  return (name, format) => known.get(`${name}.${format}`) ?? []
}

async function cellsOf(
  client: Queryable,
  world: PublicWorld,
  rows: readonly PublishedRow[],
): Promise<LinesOf> {
  const records = await recordsOf(client, world, rows)
  const frames = new Map<string, OpenDataFrame>()
  return (name, format) => {
    const key = `${name}.${format}`
    const frame = frames.get(key) ?? openDataFrame(name, format)
    frames.set(key, frame)
    return rows.flatMap((row) => {
      const record = records.get(row.recordId)
      if (!record || !isIn(name, row)) return []
      const listName = listTypeOf(world, record.listType)?.name ?? null
      const source = { record, listName, asCase: () => caseOf(world, row, record) }
      const cells = openDataColumns[name].map(({ value }) => value(source))
      return [{ recordId: row.recordId, bytes: frame.line(cells) }]
    })
  }
}

/** The bytes of a version, also after it was replaced, for as long as it is kept. */
export async function* bytesOf(
  database: Queryable,
  { id, name, format }: OpenDataFile,
): AsyncGenerator<Uint8Array> {
  const frame = openDataFrame(name, format)
  yield frame.head
  let rows = 0
  for (const position of await positionsOf(database, id)) {
    const part = await readPart(database, id, position)
    if (!part) throw new RangeError('the version was given up while it was taken')
    yield rows === 0 ? part.bytes.subarray(frame.skipped) : part.bytes
    rows += part.lines
  }
  const tail = frame.tail(rows)
  if (tail.length > 0) yield tail
}
