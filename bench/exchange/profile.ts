import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * A CPU profile as a table: where the time of the exchange went, by package or folder and by function.
 *
 *     npm run bench -- --rows look-up --profile .data/profile && node bench/exchange/profile.ts .data/profile
 */
const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})

const [directory = '.data/profile'] = process.argv.slice(2)
const [file] = (await readdir(directory)).filter((name) => name.endsWith('.cpuprofile')).sort().reverse()
if (file === undefined) throw new RangeError(`no profile in ${directory}`)
const profile = profileSchema.parse(JSON.parse(await readFile(join(directory, file), 'utf8')))
const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
const byPlace = new Map<string, number>()
const byFunction = new Map<string, number>()
let busy = 0
profile.samples.forEach((id, n) => {
  const frame = frames.get(id)
  const time = profile.timeDeltas[n] ?? 0
  if (!frame || frame.functionName === '(idle)') return
  busy += time
  const place = placeOf(frame.url, frame.functionName)
  const name = `${frame.functionName || '(anonymous)'} ${shortened(frame.url)}${frame.url ? `:${frame.lineNumber + 1}` : ''}`
  byPlace.set(place, (byPlace.get(place) ?? 0) + time)
  byFunction.set(name, (byFunction.get(name) ?? 0) + time)
})

function placeOf(url: string, name: string): string {
  if (url === '') return name.startsWith('(') ? name : '(native)'
  if (url.startsWith('node:')) return url.split('/')[0] ?? url
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)
  if (inPackage) return inPackage[1] ?? url
  return /\/((?:gateway|schema|src\/[^/]+)\/?)/.exec(url)?.[1] ?? 'other'
}

function shortened(url: string): string {
  return url.replace(/^.*node_modules\//, '').replace(/^file:\/\/.*\/(?=(gateway|schema|src|bench)\/)/, '')
}

function table(title: string, entries: Map<string, number>, count: number): string {
  const sorted = [...entries].toSorted(([, a], [, b]) => b - a).slice(0, count)
  const lines = sorted.map(([name, time]) => `| ${((time / busy) * 100).toFixed(1)} % | ${name} |`)
  return [`| self time | ${title} |`, '| ---: | --- |', ...lines, ''].join('\n')
}
process.stdout.write(`${table('package or folder', byPlace, 25)}\n${table('function', byFunction, 40)}`)
