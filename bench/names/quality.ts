import { createReadStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse } from 'csv-parse'
import { candidateKeys } from '../../src/names/candidate-keys.ts'
import { namePartsOf } from '../../src/names/name-parts.ts'
import { type DistortionKind, distort, distortionKinds } from './distortions.ts'
import { branchOf, fictionalName, someRegion, tradeName } from './fictional-names.ts'
import { hardNegatives, type Negative, negativeKinds } from './hard-negatives.ts'
import { type Random, randomOf } from './random.ts'
import { Register } from './register.ts'
import { type Answerer, withStoredRegister } from './stored-register.ts'
import { type KindFigures, type NegativeFigures, printed } from './table.ts'

/**
 * How well names are found that were written differently, and how often two subjects are wrongly proposed as one:
 *
 *     npm run bench:names -- --count 20000 --per-kind 400 --seed 1
 *     npm run bench:names -- --names names.csv     a CSV with the column `name`: real names, which stay outside
 *     npm run bench:names -- --database            also through a database and the services: screen by name, searchSubjects
 *     npm run bench:names -- --failures            what was not found, to the error stream: asked | own name | best
 *
 * Exits with 1 where a target is missed: recall@10 ≥ 0.98 overall and ≥ 0.95 for each kind, false proposals ≤ 1 %.
 */
const { values } = parseArgs({
  options: {
    names: { type: 'string' },
    count: { type: 'string', default: '20000' },
    'per-kind': { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    failures: { type: 'boolean', default: false },
    database: { type: 'boolean', default: false },
  },
})
const random = randomOf(Number(values.seed))
const perKind = Number(values['per-kind'])

const names = values.names === undefined ? invented(Number(values.count), random) : await read(values.names)
const register = new Register()
for (const [subject, name] of names.entries()) register.add(subject, name)
const keyed = keyedPerSecond(names)
const former = giveFormerNames(names, register, random)

const distorted = distortionKinds.map((kind) => ({ kind, questions: questionsOf(kind) }))
const negatives = negativeKinds.map((kind) => ({
  kind,
  pairs: hardNegatives(kind, names, register, perKind, random),
}))

const tables = [
  await tableOf('in memory', async (asked) => asked.map((name) => register.ask(name)), negatives),
]
if (values.database) {
  await withStoredRegister(names, former, async ({ screen, search }) => {
    tables.push(await tableOf('screen by name, in the database', screen, negatives))
    // A search proposes nobody as the same, so it proposes nobody wrongly.
    tables.push(await tableOf('searchSubjects, in the database', search, []))
  })
}
process.exitCode = tables.every(({ reached }) => reached) ? 0 : 1

async function tableOf(by: string, answer: Answerer, from: typeof negatives) {
  const kinds: KindFigures[] = []
  for (const { kind, questions } of distorted) kinds.push(await measured(kind, questions, answer))
  const wrong: NegativeFigures[] = []
  for (const { kind, pairs } of from) wrong.push(await judged(kind, pairs, answer))
  const table = printed({
    by,
    names: names.length,
    keyedPerSecond: Math.round(keyed),
    kinds,
    negatives: wrong,
  })
  process.stdout.write(table.text)
  return table
}

type Question = { asked: string; subject: number; own: string }

/** Names written otherwise, each with whose it is. */
function questionsOf(kind: DistortionKind): Question[] {
  const questions: Question[] = []
  for (let tries = 0; questions.length < perKind && tries < perKind * 50; tries += 1) {
    const subject = random.below(names.length)
    const own = names[subject]
    if (own === undefined) break
    const asked = kind === 'former' ? former.get(subject) : distort(kind, own, random)
    // What became another subject's name is no distortion any more.
    if (
      asked === undefined ||
      asked === null ||
      (kind !== 'former' && kind !== 'traditional' && register.holds(asked))
    )
      continue
    questions.push({ asked, subject, own })
  }
  return questions
}

async function measured(
  kind: DistortionKind,
  questions: readonly Question[],
  answer: Answerer,
): Promise<KindFigures> {
  const figures = { kind, asked: 0, first: 0, amongTen: 0, proposed: 0, proposedRightly: 0, looked: 0 }
  const answers = await answer(questions.map(({ asked }) => asked))
  for (const [position, { asked, subject, own }] of questions.entries()) {
    const { found = [], proposed = null, looked = 0 } = answers[position] ?? {}
    const norm = namePartsOf(own).norm
    const isOwn = (other: { subject: number; name: string }) =>
      other.subject === subject || namePartsOf(other.name).norm === norm
    const rank = found.findIndex(isOwn)
    figures.asked += 1
    figures.looked += looked
    if (rank === 0) figures.first += 1
    if (rank >= 0 && rank < 10) figures.amongTen += 1
    else show(kind, asked, own, found[0]?.name)
    if (proposed) figures.proposed += 1
    if (proposed && isOwn(proposed)) figures.proposedRightly += 1
  }
  return figures
}

async function judged(
  kind: Negative['kind'],
  pairs: readonly Negative[],
  answer: Answerer,
): Promise<NegativeFigures> {
  let wrong = 0
  const answers = await answer(pairs.map(({ asked }) => asked))
  for (const [position, { asked, not }] of pairs.entries()) {
    const proposed = answers[position]?.proposed
    if (!proposed || sameButForSpelling(asked, proposed.name)) continue
    wrong += 1
    show(kind, asked, not, proposed.name)
  }
  return { kind, asked: pairs.length, wrong }
}

/** 确山县杨店供销社 is 确山县杨店供销合作社: who asks for a name may meet its subject under another spelling. */
function sameButForSpelling(one: string, other: string): boolean {
  const [a, b] = [namePartsOf(one), namePartsOf(other)]
  return (
    a.core === b.core && a.regionCode === b.regionCode && a.orgForm === b.orgForm && a.branch === b.branch
  )
}

/** Names parted and keyed in a second of processor time: other programs on the machine do not count. */
function keyedPerSecond(all: string[]): number {
  const before = process.cpuUsage()
  let keys = 0
  for (const name of all) keys += candidateKeys(namePartsOf(name)).length
  const { user, system } = process.cpuUsage(before)
  return keys === 0 ? 0 : (all.length * 1_000_000) / (user + system)
}

/** One subject in five bore another name before; it goes into the register beside its own. */
function giveFormerNames(from: string[], into: Register, by: Random): Map<number, string> {
  const known = new Map<number, string>()
  for (const [subject, name] of from.entries()) {
    const parts = namePartsOf(name)
    if (parts.tradeName === '' || parts.branch !== null || !by.chance(0.2)) continue
    const earlier = name.replace(parts.tradeName, tradeName(by))
    if (into.holds(earlier)) continue
    into.add(subject, earlier)
    known.set(subject, earlier)
  }
  return known
}

/** A register with what makes it hard: names that only their region tells apart, branches, branches without a parent. */
function invented(count: number, by: Random): string[] {
  const all = new Map<string, string>()
  const add = (name: string) => {
    const { norm } = namePartsOf(name)
    if (!all.has(norm)) all.set(norm, name)
  }
  while (all.size < count) {
    const name = fictionalName(by)
    const { region, branch } = namePartsOf(name)
    if (by.chance(0.97)) add(name)
    if (region !== '' && by.chance(0.03)) add(someRegion(by) + name.slice(region.length))
    if (branch === null && name.endsWith('公司') && by.chance(0.1)) add(branchOf(name, by))
  }
  return [...all.values()]
}

async function read(path: string): Promise<string[]> {
  const all = new Set<string>()
  const rows: AsyncIterable<unknown> = createReadStream(path).pipe(parse({ columns: true, bom: true }))
  for await (const row of rows) {
    if (typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string')
      all.add(row.name)
  }
  return [...all]
}

function show(kind: string, asked: string, own: string, best: string | undefined): void {
  if (!values.failures) return
  process.stderr.write(`${kind}: ${asked} | ${own} | ${best ?? '-'}\n`)
}
