import { hash } from 'node:crypto'

/**
 * Which source numbers a batch has had already, and in which row first. Twelve bytes a number in flat arrays, since a
 * file has up to a million rows: 64 bits of SHA-256 stand for the number, so two different numbers count as one with
 * a chance of one in forty million for the largest file.
 */
export class SeenKeys {
  #slots = 1024
  #count = 0
  #high = new Uint32Array(this.#slots)
  #low = new Uint32Array(this.#slots)
  /** Index of the row plus one; 0 marks a free slot. */
  #row = new Uint32Array(this.#slots)

  /** The row in which this number came first; null: it is new, and now belongs to `index`. */
  firstRowOf(key: string, index: number): number | null {
    const digest = hash('sha256', key, 'buffer')
    const [high, low] = [digest.readUInt32LE(0), digest.readUInt32LE(4)]
    const slot = this.#find(high, low)
    const found = this.#row[slot] ?? 0
    if (found !== 0) return found - 1
    this.#put(slot, high, low, index + 1)
    this.#count += 1
    if (this.#count * 2 > this.#slots) this.#grow()
    return null
  }

  #find(high: number, low: number): number {
    const mask = this.#slots - 1
    let slot = low & mask
    while (this.#row[slot] !== 0 && !(this.#high[slot] === high && this.#low[slot] === low)) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  #put(slot: number, high: number, low: number, row: number): void {
    this.#high[slot] = high
    this.#low[slot] = low
    this.#row[slot] = row
  }

  #grow(): void {
    const [high, low, rows] = [this.#high, this.#low, this.#row]
    this.#slots *= 2
    this.#high = new Uint32Array(this.#slots)
    this.#low = new Uint32Array(this.#slots)
    this.#row = new Uint32Array(this.#slots)
    rows.forEach((row, slot) => {
      if (row === 0) return
      const [upper, lower] = [high[slot] ?? 0, low[slot] ?? 0]
      this.#put(this.#find(upper, lower), upper, lower, row)
    })
  }
}
