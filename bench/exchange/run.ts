import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureFeed } from './feed.ts'
import { isGrowthMade, measureGrowth } from './growth.ts'
import { measureIngest } from './ingest.ts'
import { measureLookUps } from './look-up.ts'
import { type Child, type Place, placeDatabase, placement, serviceFlags, startChild } from './processes.ts'
import { isTreeMade, measureProofs } from './proofs.ts'
import { measurePublic } from './public.ts'
import { quiet } from './quiet.ts'
import type { Bench, Row, Served } from './row.ts'
import { measureScreenings } from './screening.ts'
import { measureSearches } from './search.ts'
import type { ServeJob } from './serve-exchange.ts'
import { measureStart } from './start.ts'
import { printed } from './table.ts'
import { measureWorkers } from './workers.ts'
import { type CityAt, exchangeId, openWorld } from './world.ts'

/**
 * `npm run bench`: the whole table in one run, each row beside its floor of the same run.
 *
 *     npm run bench -- --scale 100000 --rows look-up --rounds 3
 */
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
    rows: { type: 'string' },
    /** Entries of the log that receipts are read out of. */
    leaves: { type: 'string', default: '10000000' },
    /** Rows of the file that is taken in. */
    'file-rows': { type: 'string', default: '200000' },
    /** A file for a CPU profile of the exchange while rows are measured, see profile.ts. */
    profile: { type: 'string' },
    /** Where the figures go, for bench:check. */
    json: { type: 'string', default: join('.data', 'bench.json') },
    directory: { type: 'string', default: join('.data', 'bench') },
  },
})

type Measurement = {
  measure(bench: Bench): Promise<Row[]>
  /** Of a row whose data takes long to make: whether it was made before. Else it is made where the row is asked for. */
  isMade?(bench: Bench): Promise<boolean>
}

/** In this order; the last one changes the city. */
const measurements: Record<string, Measurement> = {
  'look-up': { measure: measureLookUps },
  screening: { measure: measureScreenings },
  search: { measure: measureSearches },
  feed: { measure: measureFeed },
  public: { measure: measurePublic },
  proofs: { measure: measureProofs, isMade: isTreeMade },
  start: { measure: measureStart },
  workers: { measure: measureWorkers },
  growth: { measure: measureGrowth, isMade: ({ world }) => isGrowthMade(world) },
  ingest: { measure: measureIngest },
}
const begun = performance.now()
const say = (line: string) =>
  void process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)

const subjects = Number(values.scale)
say(`a city of ${subjects} subjects`)
const size = { subjects, listings: Math.floor(subjects * 0.3) }
await using world = await openWorld(values.directory, size, say)
await placeDatabase(world.url, world.directory, 'database')
const settings = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  connections: Number(values.connections),
  leaves: Number(values.leaves),
  fileRows: Number(values['file-rows']),
}
const children: Child[] = []
try {
  const rows = await measure(openBench())
  const figures = { settings: { scale: subjects, placement, ...settings }, rows }
  process.stdout.write(printed(figures))
  await mkdir(dirname(values.json), { recursive: true })
  await writeFile(values.json, JSON.stringify(figures, null, 1))
} finally {
  for (const child of children) await child.stop()
}

function openBench(): Bench {
  const servers = new Map<string, Promise<Served>>()
  const start = (file: string, place: Place) => {
    const child = startChild(file, place, file === './serve-exchange.ts' ? serviceFlags : [])
    children.push(child)
    return child
  }
  async function serve(kind: string, place: Place, body = '', city: CityAt = world): Promise<Served> {
    const child = start(`./serve-${kind}.ts`, place)
    const job: ServeJob = { databaseUrl: city.url, keyFile: city.keyFile, exchangeId, body }
    const { url } = await child.ask<{ url: string }>(job)
    if (kind === 'exchange') await quiet(city.url)
    return { url, pid: child.pid, child }
  }
  return {
    world,
    settings,
    server(kind) {
      const running = servers.get(kind) ?? serve(kind, 'server')
      servers.set(kind, running)
      return running
    },
    serve,
    serveCity: (city) => serve('exchange', 'server', '', city),
    load: start('./load.ts', 'load'),
    say,
  }
}

async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of values.rows?.split(',') ?? Object.keys(measurements)) {
    const measurement = measurements[name]
    if (!measurement)
      throw new RangeError(`no row ${name}; there are ${Object.keys(measurements).join(', ')}`)
    if (!values.rows && measurement.isMade && !(await measurement.isMade(bench))) {
      say(`${name} left out: npm run bench -- --rows ${name} makes what it needs, which is kept`)
      continue
    }
    say(name)
    const profiled = values.profile ? await bench.server('exchange') : null
    await profiled?.child.ask<unknown>({ profile: 'START' })
    rows.push(...(await measurement.measure(bench)))
    if (values.profile) await profiled?.child.ask<unknown>({ profile: 'STOP', file: values.profile })
  }
  return rows
}
