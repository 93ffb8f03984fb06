import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/**
 * A CPU profile as a table: where the time of the exchange went, by package or folder and by function.
 *
 *     npm run bench -- --rows look-up --profile .data/look-up.cpuprofile
 *     node bench/exchange/profile.ts .data/look-up.cpuprofile
 */
const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      children: z.array(z.number()).optional(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
})

const [file] = process.argv.slice(2)
if (file === undefined) throw new RangeError('expected the file of a profile')
const profile = profileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
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

/** With what it calls: time of each node and those below, counted once where a function calls itself. */
const inclusive = new Map<string, number>()
const own = new Map<number, number>()
profile.samples.forEach((id, n) => {
  own.set(id, (own.get(id) ?? 0) + (profile.timeDeltas[n] ?? 0))
})
const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
function visit(id: number, above: ReadonlySet<string>): number {
  const node = nodes.get(id)
  if (!node) return 0
  const { functionName, url, lineNumber } = node.callFrame
  const name = `${functionName || '(anonymous)'} ${shortened(url)}:${lineNumber + 1}`
  const inside = new Set([...above, name])
  const below = (node.children ?? []).reduce((sum, child) => sum + visit(child, inside), 0)
  const total = below + (own.get(id) ?? 0)
  if (!above.has(name) && url !== '') inclusive.set(name, (inclusive.get(name) ?? 0) + total)
  return total
}
const [root] = profile.nodes
if (root) visit(root.id, new Set())

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
  return [`| time | ${title} |`, '| ---: | --- |', ...lines, ''].join('\n')
}
process.stdout.write(
  `${table('package or folder', byPlace, 25)}\n${table('function', byFunction, 40)}\n${table('function with what it calls', inclusive, 70)}`,
)
