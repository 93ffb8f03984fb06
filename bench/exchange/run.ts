import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureFeed } from './feed.ts'
import { measureIngest } from './ingest.ts'
import { measureLookUps } from './look-up.ts'
import { type Child, type Place, placeDatabase, placement, startChild } from './processes.ts'
import { measurePublic } from './public.ts'
import type { Bench, Row, Served } from './row.ts'
import { measureScreenings } from './screening.ts'
import type { ServeJob } from './serve-exchange.ts'
import { measureStart } from './start.ts'
import { printed } from './table.ts'
import { exchangeId, openWorld, quiet } from './world.ts'

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
    /** A file for a CPU profile of the exchange while rows are measured, see profile.ts. */
    profile: { type: 'string' },
    /** Where the figures go, for bench:check. */
    json: { type: 'string', default: join('.data', 'bench.json') },
    directory: { type: 'string', default: join('.data', 'bench') },
  },
})

const measurements: Record<string, (bench: Bench) => Promise<Row[]>> = {
  'look-up': measureLookUps,
  screening: measureScreenings,
  feed: measureFeed,
  public: measurePublic,
  start: measureStart,
  ingest: measureIngest,
}
const wanted = values.rows?.split(',') ?? Object.keys(measurements)
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
    const child = startChild(file, place)
    children.push(child)
    return child
  }
  async function serve(kind: string, place: Place, body = ''): Promise<Served> {
    const child = start(`./serve-${kind}.ts`, place)
    const job: ServeJob = { databaseUrl: world.url, keyFile: world.keyFile, exchangeId, body }
    const { url } = await child.ask<{ url: string }>(job)
    if (kind === 'exchange') await quiet(world.url)
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
    load: start('./load.ts', 'load'),
    say,
  }
}

async function measure(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of wanted) {
    const measured = measurements[name]
    if (!measured) throw new RangeError(`no row ${name}; there are ${Object.keys(measurements).join(', ')}`)
    say(name)
    const profiled = values.profile ? await bench.server('exchange') : null
    await profiled?.child.ask<unknown>({ profile: 'START' })
    rows.push(...(await measured(bench)))
    if (values.profile) await profiled?.child.ask<unknown>({ profile: 'STOP', file: values.profile })
  }
  return rows
}
