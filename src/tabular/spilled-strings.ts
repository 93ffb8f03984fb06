import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const stringsPerBlock = 256
/** What a string costs besides its characters. */
const stringOverhead = 32

/** A list of strings that may be larger than memory. */
export type StringList = {
  count(): number
  /** Bytes that it has been given, as kept. */
  bytes(): number
  add(text: string): void
  /** Undefined beyond the end. */
  at(index: number): string | undefined
  close(): void
}

type Block = { strings: string[]; cost: number; wasUsed: boolean }

/**
 * Keeps the blocks of strings that were used last in memory, at most about `cacheBytes`. The others wait in a file
 * that has no name and that only this process can decrypt: the strings may be certificate numbers. Reads and writes
 * wait for the disk, since a parser in the middle of a row cannot; they are of a few kilobytes, mostly in order.
 */
export function spilledStrings(cacheBytes: number): StringList {
  const cache = new Map<number, Block>()
  let cached = 0
  let open: string[] = []
  let openText = 0
  let blocks = 0
  let bytes = 0
  const spill = spillFile()

  const keep = (number: number, strings: string[], length: number) => {
    const cost = length * 2 + strings.length * stringOverhead
    cache.set(number, { strings, cost, wasUsed: false })
    cached += cost
    for (const [oldest, block] of cache) {
      if (cached <= cacheBytes) return
      if (oldest === number) continue
      cache.delete(oldest)
      if (block.wasUsed) {
        // A second chance: cheaper for each use than to keep the blocks in the order in which they were used.
        block.wasUsed = false
        cache.set(oldest, block)
      } else {
        spill.write(oldest, () => Buffer.from(JSON.stringify(block.strings)))
        cached -= block.cost
      }
    }
  }
  const seal = () => {
    const text = JSON.stringify(open)
    bytes += text.length
    // Parsed again: the strings as they came hold on to the large pieces that they were cut from.
    keep(blocks, JSON.parse(text), openText)
    blocks += 1
    open = []
    openText = 0
  }
  const block = (number: number): string[] => {
    const found = cache.get(number)
    if (found !== undefined) {
      found.wasUsed = true
      return found.strings
    }
    const text = spill.read(number).toString()
    const strings: string[] = JSON.parse(text)
    keep(number, strings, text.length)
    return strings
  }
  let lastNumber = -1
  let lastStrings: string[] = []
  return {
    count: () => blocks * stringsPerBlock + open.length,
    bytes: () => bytes + openText,
    add(text) {
      open.push(text)
      openText += text.length
      if (open.length === stringsPerBlock) seal()
    },
    at(index) {
      const number = Math.floor(index / stringsPerBlock)
      if (number >= blocks) return open[index - blocks * stringsPerBlock]
      if (number !== lastNumber) {
        lastStrings = block(number)
        lastNumber = number
      }
      return lastStrings[index % stringsPerBlock]
    },
    close: () => spill.close(),
  }
}

/** Blocks in a temporary file, made with the first of them; each is written once. */
function spillFile() {
  const key = randomBytes(32)
  const places = new Map<number, { position: number; length: number }>()
  let file: number | undefined
  let end = 0
  // The counter starts anew for each block, far from that of any other: no key stream is used twice.
  const counter = (number: number) => {
    const start = Buffer.alloc(16)
    start.writeBigUInt64BE(BigInt(number))
    return start
  }
  return {
    write(number: number, content: () => Buffer) {
      if (places.has(number)) return
      file ??= openUnnamed()
      const bytes = createCipheriv('aes-256-ctr', key, counter(number)).update(content())
      for (let written = 0; written < bytes.length; )
        written += writeSync(file, bytes, written, bytes.length - written, end + written)
      places.set(number, { position: end, length: bytes.length })
      end += bytes.length
    },
    read(number: number): Buffer {
      const place = places.get(number)
      if (file === undefined || place === undefined) throw new RangeError(`block ${number} was never written`)
      const bytes = Buffer.alloc(place.length)
      for (let read = 0; read < bytes.length; ) {
        const more = readSync(file, bytes, read, bytes.length - read, place.position + read)
        if (more === 0) throw new RangeError(`block ${number} is cut short`)
        read += more
      }
      return createDecipheriv('aes-256-ctr', key, counter(number)).update(bytes)
    },
    close() {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

/** Without a name nothing is left behind, however the process ends. */
function openUnnamed(): number {
  const path = join(tmpdir(), `tabular-${randomUUID()}`)
  const file = openSync(path, 'wx+', 0o600)
  unlinkSync(path)
  return file
}
