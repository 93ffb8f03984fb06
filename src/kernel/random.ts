import { randomFillSync } from 'node:crypto'

const stock = Buffer.alloc(4_096)
let used = stock.length

/** Random bytes, few at a time: drawn from the system by the page, since each drawing costs as much as a digest. */
export function randomPiece(bytes: number): Buffer {
  if (bytes > stock.length) throw new RangeError(`expected at most ${stock.length} bytes`)
  if (used + bytes > stock.length) {
    randomFillSync(stock)
    used = 0
  }
  const piece = Buffer.from(stock.subarray(used, used + bytes))
  // What was handed out is not left lying here.
  stock.fill(0, used, used + bytes)
  used += bytes
  return piece
}
