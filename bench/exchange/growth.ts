import { cityOfRecords } from './cities.ts'
import type { LoadResult } from './load.ts'
import { codesAskedAbout, lookUpBody, lookUpText, signedJob } from './look-up.ts'
import { alternate, median, spreadOf } from './rounds.ts'
import { type Bench, milliseconds, type Row } from './row.ts'
import type { CityAt, World } from './world.ts'

const growth = 10
/** Far below what either could answer, so that the longest answers are told and no queue. */
const pace = 100
const secondsPerRound = 5

const sizes = ({ city: { subjects, listings } }: World) =>
  [1, growth].map((by) => ({ subjects: subjects * by, listings: listings * by }))

/** Whether both cities were made before: the large one takes minutes. */
export async function isGrowthMade(world: World): Promise<boolean> {
  const made = await Promise.all(
    sizes(world).map((size) => world.kept.has(cityOfRecords(size, world.making))),
  )
  return made.every(Boolean)
}

/** Look-ups in a city and in one ten times larger, at the same pace. Their logs keep what was asked: they are no copies. */
export async function measureGrowth(bench: Bench): Promise<Row[]> {
  const [small, large] = await readiedCities(bench)
  if (!small || !large) throw new RangeError('two cities are compared')
  try {
    const results = await alternate({ large: large.ask, small: small.ask }, bench.settings.rounds)
    const times = (kind: keyof typeof results) => results[kind].map(({ p99 }) => p99)
    const ratio = spreadOf(times('large').map((each, round) => each / (times('small')[round] ?? Number.NaN)))
    return [
      {
        job: `signed look-up, p99 at ${pace}/s, in a city ten times larger`,
        ours: `${milliseconds(spreadOf(times('large')))} of ${large.subjects.toLocaleString('en')}`,
        floor: `${milliseconds(spreadOf(times('small')))} of ${small.subjects.toLocaleString('en')}`,
        ratio,
        lessIsBetter: true,
        target: '≤ 1.5',
        met: ratio.median <= 1.5,
        figures: {
          p50: {
            large: median(results.large.map(({ p50 }) => p50)),
            small: median(results.small.map(({ p50 }) => p50)),
          },
        },
      },
    ]
  } finally {
    await small.stop()
    await large.stop()
  }
}

async function readiedCities(bench: Bench) {
  const { world } = bench
  const cities = []
  for (const size of sizes(world)) {
    const { url, facts: city } = await world.kept.database(cityOfRecords(size, world.making))
    cities.push(await readied(bench, { url, keyFile: world.keyFile, city }))
  }
  return cities
}

async function readied(bench: Bench, city: CityAt) {
  const served = await bench.serveCity(city)
  const there = { ...bench, world: { ...bench.world, ...city } }
  const bodies = (await codesAskedAbout(there)).map(lookUpBody(lookUpText))
  const job = { seconds: secondsPerRound, connections: 4, prepared: pace * secondsPerRound }
  // At the pace alone its code would take minutes to become as quick as it gets.
  await bench.load.ask<LoadResult>(signedJob(there, served.url, bodies, job))
  return {
    subjects: city.city.subjects,
    ask: () => bench.load.ask<LoadResult>({ ...signedJob(there, served.url, bodies, job), pace }),
    stop: () => served.child.stop(),
  }
}
