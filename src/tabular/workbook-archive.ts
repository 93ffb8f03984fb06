import { posix } from 'node:path'
import { pipeline } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl'
import { limits } from '../limits.ts'
import { readRange } from './byte-source.ts'
import { type ByteSource, ByteSourceFailure, FileRefusal } from './tabular-file.ts'

/** The members of a ZIP archive, read as a stranger's: no declared size is believed. */
export type WorkbookArchive = {
  has(name: string): boolean
  /** The unpacked bytes of a member, at most so many. Throws FileRefusal. */
  read(name: string, mostBytes: number): AsyncIterable<Uint8Array>
}

export async function openArchive(source: ByteSource): Promise<WorkbookArchive> {
  const zip = await orBroken(() =>
    fromRandomAccessReaderPromise(new ArchiveBytes(source), source.size, {
      autoClose: false,
      // Names are looked up here, never used as paths: a hostile one is no reason to stop.
      decodeStrings: false,
      // Checked against what is really unpacked, below.
      validateEntrySizes: false,
    }),
  )
  const members = await orBroken(() => listMembers(zip))
  return {
    has: (name) => members.has(memberKey(name)),
    read(name, mostBytes) {
      const member = members.get(memberKey(name))
      if (member === undefined) throw workbookBroken()
      return unpacked(source, zip, member, mostBytes)
    },
  }
}

async function listMembers(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.workbookMembers) throw workbookTooLarge()
  const members = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
    const key = memberKey(name)
    // Two readers may take two different ones of the same name.
    if (members.has(key)) throw workbookBroken()
    members.set(key, entry)
  }
  refuseOverlaps([...members.values()])
  return members
}

/** Members that share bytes are how a small archive unpacks to far more than deflate alone allows. */
function refuseOverlaps(entries: Entry[]): void {
  const inOrder = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)
  let end = 0
  for (const entry of inOrder) {
    if (entry.relativeOffsetOfLocalHeader < end) throw workbookBroken()
    end = entry.relativeOffsetOfLocalHeader + localHeaderBytes + entry.fileNameLength + entry.compressedSize
  }
}

const localHeaderBytes = 30

/** Part names differ neither by case nor by a leading slash (ECMA-376 part 2, section 6.2.2.3). */
const memberKey = (name: string) => posix.normalize(`/${name}`).slice(1).toLowerCase()

async function* unpacked(
  source: ByteSource,
  zip: ZipFile,
  entry: Entry,
  mostBytes: number,
): AsyncGenerator<Uint8Array> {
  if (!entry.canDecodeFileData()) throw workbookBroken()
  const { fileDataStart } = await orBroken(() => zip.readLocalFileHeaderPromise(entry, { minimal: true }))
  const packed = source.stream(fileDataStart, fileDataStart + entry.compressedSize)
  const most = Math.min(
    mostBytes,
    limits.workbookMemberBytes,
    Math.max(entry.compressedSize * limits.workbookRatio, limits.workbookRatioFrom),
  )
  let length = 0
  let checksum = 0
  try {
    for await (const piece of entry.compressionMethod === 0 ? packed : inflated(packed)) {
      length += piece.length
      if (length > most) throw workbookTooLarge()
      checksum = crc32(piece, checksum)
      yield piece
    }
  } catch (error) {
    throw asRefusal(error)
  }
  if (checksum !== entry.crc32 || length !== entry.uncompressedSize) throw workbookBroken()
}

async function* inflated(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: 64 * 1024 })
  // Failures come out of the loop; leaving the loop ends the reading of the source too.
  pipeline(packed, inflate, () => {})
  for await (const piece of inflate) yield piece
}

/** Gives yauzl its reads from a small window, so that a list of members is not a request for each. */
class ArchiveBytes extends RandomAccessReader {
  readonly #source: ByteSource
  #window: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) }

  constructor(source: ByteSource) {
    super()
    this.#source = source
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#bytes(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset)
        callback(null)
      },
      (error) => callback(error instanceof Error ? error : workbookBroken()),
    )
  }

  async #bytes(start: number, length: number): Promise<Buffer> {
    const end = start + length
    if (!(start >= 0 && end <= this.#source.size)) throw workbookBroken()
    const window = this.#window
    if (start < window.start || end > window.start + window.bytes.length) {
      const windowEnd = Math.min(Math.max(end, start + archiveWindowBytes), this.#source.size)
      this.#window = { start, bytes: await readRange(this.#source, start, windowEnd) }
    }
    return this.#window.bytes.subarray(start - this.#window.start, end - this.#window.start)
  }
}

const archiveWindowBytes = 64 * 1024

async function orBroken<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step()
  } catch (error) {
    throw asRefusal(error)
  }
}

/** yauzl's and zlib's own errors say nothing that a person could act on. */
const asRefusal = (error: unknown) =>
  error instanceof FileRefusal || error instanceof ByteSourceFailure ? error : workbookBroken()

export const workbookBroken = () =>
  new FileRefusal(
    'WORKBOOK_BROKEN',
    null,
    '工作簿损坏或不完整，请重新另存为 .xlsx (the workbook is damaged or incomplete: save it again as .xlsx)',
  )

const workbookTooLarge = () =>
  new FileRefusal(
    'WORKBOOK_TOO_LARGE',
    null,
    '工作簿解压后过大 (the workbook unpacks to more than is allowed)',
  )
