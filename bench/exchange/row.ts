import type { Child, Place } from './processes.ts'
import type { Spread } from './rounds.ts'
import type { CityAt, World } from './world.ts'

/** One line of the table. `ratio` is what `bench:check` compares: greater is better, unless `lessIsBetter`. */
export type Row = {
  job: string
  /** What was measured of the exchange and of its floor, with units. */
  ours: string
  floor: string
  ratio: Spread | null
  lessIsBetter?: boolean
  target: string
  met: boolean | null
  figures: Record<string, unknown>
}

export type Bench = {
  world: World
  settings: { rounds: number; seconds: number; connections: number; leaves: number; fileRows: number }
  /** A server that is started when it is first asked for, and lives until the end. */
  server(kind: 'exchange' | 'floor' | 'postgraphile'): Promise<Served>
  /** Starts one for a single row; whoever starts it stops it. */
  serve(kind: 'same-bytes', place: Place, body: string): Promise<Served>
  /** An exchange of another city, in the place of the other one. */
  serveCity(city: CityAt): Promise<Served>
  load: Child
  say(line: string): void
}
export type Served = { url: string; pid: number; child: Child }

export const perSecond = ({ median, least, most }: Spread) =>
  `${median.toFixed(0)}/s (${least.toFixed(0)}–${most.toFixed(0)})`
export const milliseconds = ({ median, least, most }: Spread) =>
  `${median.toFixed(1)} ms (${least.toFixed(1)}–${most.toFixed(1)})`
export const asRatio = ({ median, least, most }: Spread) =>
  `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`
