import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { ReplySigner } from '../evidence/reply-signer.ts'
import { feedPosition } from '../feed/feed-store.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import { limits } from '../limits.ts'
import { csvBytes } from '../tabular/csv-writer.ts'
import {
  jsonArrayBytes,
  type OpenDataFormat,
  type OpenDataName,
  openDataColumns,
  openDataFilters,
  openDataFormats,
  openDataNames,
} from './open-data.ts'
import {
  appendPiece,
  beginFile,
  beginFiles,
  completeFile,
  currentFiles,
  dropFiles,
  noteClean,
  type OpenDataFile,
  readPiece,
} from './open-data-store.ts'
import { caseOf, everything, recordsOf } from './public-reading-service.ts'
import { listTypeOf, type PublicWorld, type PublicWorldReader } from './public-world-service.ts'
import { readPublished } from './publicity-store.ts'

export type OpenDataManifest = {
  exchange: string
  day: string
  dataVersion: number
  generatedAt: string
  files: { file: string; format: OpenDataFormat; rows: number; bytes: number; sha256: string }[]
}

/**
 * Open data (开放数据) as files of the day. They are made once a day, and anew as soon as anything that they show may have
 * ended: until then nothing can be taken, so that what was repaired cannot be either.
 */
export type OpenDataService = {
  /** Null: the files are still to be made. */
  manifest(): Promise<OpenDataManifest | null>
  /** The same as claims of a signed document (JWS compact, typ `document+jwt`). */
  signedManifest(): Promise<string | null>
  /** By the name that the manifest gives it. `UNKNOWN`: there is no such file; `NOT_READY`: it is still to be made. */
  file(name: string): Promise<OpenDataDownload | 'UNKNOWN' | 'NOT_READY'>
  /** Makes the files where there is need; only one replica does. Whether it did. */
  refresh(): Promise<boolean>
}

export type OpenDataDownload = OpenDataFile & { bytes(): AsyncIterable<Uint8Array> }

export function createOpenDataService(parts: {
  pool: pg.Pool
  clock: Clock
  exchangeId: string
  signer: Pick<ReplySigner, 'signDocument'>
  world: PublicWorldReader
}): OpenDataService {
  const { pool, clock } = parts

  async function current(): Promise<OpenDataFile[]> {
    const world = await parts.world()
    return currentFiles(pool, world.day, basisOf(world))
  }

  async function manifest(): Promise<OpenDataManifest | null> {
    const files = await current()
    const [first] = files
    if (!first) return null
    return {
      exchange: parts.exchangeId,
      day: first.day,
      dataVersion: first.dataVersion,
      generatedAt: first.generatedAt.toISOString(),
      files: files.map((file) => ({
        file: fileName(file),
        format: file.format,
        rows: file.rows,
        bytes: file.size,
        sha256: file.sha256,
      })),
    }
  }

  async function write(
    client: Queryable,
    world: PublicWorld,
    file: { name: OpenDataName; format: OpenDataFormat; dataVersion: number; now: Date },
  ): Promise<void> {
    const { name, format } = file
    const id = await beginFile(client, { ...file, day: world.day, basis: basisOf(world) })
    let rows = 0
    const counted = async function* () {
      for await (const cells of cellsOf(client, world, name)) {
        rows += cells.length
        yield cells
      }
    }
    const hash = createHash('sha256')
    let [position, size] = [0, 0]
    for await (const piece of inPieces(bytesOf(name, format, counted()))) {
      await appendPiece(client, id, position, piece)
      hash.update(piece)
      position += 1
      size += piece.length
    }
    await completeFile(client, id, { rows, size, sha256: hash.digest('hex') })
  }

  return {
    manifest,

    async signedManifest() {
      const claims = await manifest()
      if (!claims) return null
      const issued = new Date(claims.generatedAt)
      const iat = Math.floor(issued.getTime() / 1000)
      return parts.signer.signDocument({ iss: parts.exchangeId, iat, ...claims }, issued)
    },

    async file(name) {
      const [, set, format] = /^([a-z]+)-\d{4}-\d{2}-\d{2}\.([a-z]+)$/.exec(name) ?? []
      if (!openDataNames.some((known) => known === set) || !openDataFormats.some((known) => known === format))
        return 'UNKNOWN'
      const files = await current()
      if (files.length === 0) return 'NOT_READY'
      const found = files.find((candidate) => fileName(candidate) === name)
      return found ? { ...found, bytes: () => piecesOf(pool, found) } : 'UNKNOWN'
    },

    async refresh() {
      const before = await feedPosition(pool)
      const world = await parts.world()
      if ((await currentFiles(pool, world.day, basisOf(world))).length > 0) {
        await noteClean(pool, before)
        return false
      }
      const now = clock.now()
      return transaction(pool, async (client) => {
        if (!(await beginFiles(client))) return false
        const dataVersion = await feedPosition(client)
        await dropFiles(client)
        for (const name of openDataNames)
          for (const format of openDataFormats) await write(client, world, { name, format, dataVersion, now })
        return true
      })
    },
  }
}

const fileName = ({ name, day, format }: OpenDataFile) => `${name}-${day}.${format}`

/** What decided what is public: other columns or rules make other files. */
const basisOf = ({ published: [sheets, rules] }: PublicWorld): string =>
  createHash('sha256').update(sheets).update(rules).digest('base64url')

async function* cellsOf(
  client: Queryable,
  world: PublicWorld,
  name: OpenDataName,
): AsyncGenerator<(string | null)[][]> {
  const filter = { ...everything, ...openDataFilters[name] }
  for await (const rows of readPublished(client, world.published, filter, limits.openDataRowsPerRead)) {
    const records = await recordsOf(client, world, rows)
    yield rows.flatMap((row) => {
      const record = records.get(row.recordId)
      if (!record) return []
      const listName = listTypeOf(world, record.listType)?.name ?? null
      const source = { record, listName, asCase: () => caseOf(world, row, record) }
      return [openDataColumns[name].map(({ value }) => value(source))]
    })
  }
}

function bytesOf(
  name: OpenDataName,
  format: OpenDataFormat,
  rows: AsyncIterable<(string | null)[][]>,
): AsyncIterable<Uint8Array> {
  const columns = openDataColumns[name]
  switch (format) {
    case 'json':
      return jsonArrayBytes(columns, rows)
    case 'csv':
      return csvBytes(
        'UTF-8',
        withHeadings(
          columns.map(({ label }) => label),
          rows,
        ),
      )
  }
}

async function* withHeadings(headings: string[], rows: AsyncIterable<(string | null)[][]>) {
  yield [headings]
  for await (const some of rows) yield some.map((cells) => cells.map((cell) => cell ?? ''))
}

async function* inPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytes) {
    waiting.push(chunk)
    length += chunk.length
    if (length < limits.openDataPieceBytes) continue
    yield Buffer.concat(waiting)
    waiting = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(waiting)
}

async function* piecesOf(pool: pg.Pool, { id, size }: OpenDataFile): AsyncGenerator<Uint8Array> {
  let sent = 0
  for (let position = 0; sent < size; position += 1) {
    const piece = await readPiece(pool, id, position)
    if (!piece) throw new RangeError('the file was made anew while it was taken')
    yield piece
    sent += piece.length
  }
}
