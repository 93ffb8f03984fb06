import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { enrol as bringIn } from '../../client/enrolment.ts'
import { createExchangeClient, type ExchangeClient } from '../../client/exchange-client.ts'
import { loadKeyFile, pemPathOf, saveKeyFiles } from '../../client/key-files.ts'
import { generatePrivateJwk, type PrivateJwk, parsePublicJwk } from '../../client/keys.ts'
import type { App } from '../../src/app.ts'
import { importCatalogue } from '../../src/catalogue/catalogue-service.ts'

/**
 * Loads the demo city (汝宁市) the way a real city comes in: departments are registered, enrol with keys of their own
 * and submit signed batches over the network. Every step can be repeated, so an interrupted load goes on at the next start.
 */

const actor = 'demo-city'
const here = new URL('./', import.meta.url)

const citySchema = z.object({
  divisions: z.array(z.object({ code: z.string(), name: z.string(), statistical: z.boolean() })),
  departments: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      kind: z.string(),
      division: z.string(),
      uscc: z.string(),
      roles: z.array(z.string()),
    }),
  ),
})

export type DemoDepartment = { code: string; name: string; directory: string; key: PrivateJwk }

export type DemoTarget = {
  app: App
  url: string
  audience: string
  directory: string
  say: (line: string) => void
}

export async function isDemoLoaded(app: App): Promise<boolean> {
  return (
    (await app.prisma.administrationEvent.findFirst({ where: { actor, action: 'DEMO_CITY_LOADED' } })) !==
    null
  )
}

export async function isDemoBegun(app: App): Promise<boolean> {
  return (await app.prisma.administrationEvent.findFirst({ where: { actor } })) !== null
}

export async function loadDemoCity(target: DemoTarget): Promise<DemoDepartment[]> {
  const { app, say } = target
  const city = citySchema.parse(await readJson('city.json'))
  for (const division of city.divisions) await app.registry.addDivision(actor, division)
  const known = new Map((await app.registry.list()).map((department) => [department.code, department]))
  const departments: DemoDepartment[] = []
  for (const department of city.departments) {
    if (!known.has(department.code)) await app.registry.register(actor, department)
    const active = known.get(department.code)?.keys.filter((key) => key.status === 'ACTIVE') ?? []
    departments.push(
      await enrol(
        target,
        department,
        active.map((key) => key.kid),
      ),
    )
    say(`  ${department.code} ${department.name}: 已登记并启用密钥 (enrolled)`)
  }
  const files = [
    'calendar.json',
    'clocks.json',
    'terms/penalties.json',
    'terms/licences.json',
    'terms/lists.json',
    'list-types.json',
    'publication-rules.json',
    'measures.json',
    ...(await datasetFiles()),
  ]
  for (const file of files) {
    await importCatalogue(app.prisma, actor, await readJson(`../catalogue/${file}`))
  }
  await catalogueSeen(app)
  for (const file of (await readdir(new URL('records/', here))).sort()) {
    const dataset = file.replace('.ndjson', '')
    const { datasets } = await app.catalogue.current()
    const owner = departments.find(
      ({ code }) => code === datasets.find((entry) => entry.code === dataset)?.departmentCode,
    )
    if (!owner) throw new RangeError(`the demo city has no owner of ${dataset}`)
    const text = await readFile(new URL(`records/${file}`, here), 'utf8')
    const records: unknown[] = JSON.parse(`[${text.trim().split('\n').join(',')}]`)
    const batchId = `demo-city-${dataset}`
    const { data } = await clientOf(target, owner).submitRecords({ dataset, batchId, records })
    if (data.rejected + data.held > 0) throw new RangeError(`the demo city has bad rows in ${dataset}`)
    say(`  ${dataset}: ${data.accepted + data.unchanged} 条 (records)`)
  }
  await app.prisma.administrationEvent.create({
    data: { actor, action: 'DEMO_CITY_LOADED', target: 'demo-city', facts: {} },
  })
  return departments
}

/** The departments of a city loaded before; their keys lie where the load put them. */
export async function demoDepartments(directory: string): Promise<DemoDepartment[]> {
  const city = citySchema.parse(await readJson('city.json'))
  return Promise.all(
    city.departments.map(async ({ code, name }) => {
      const own = join(directory, code)
      return { code, name, directory: own, key: await loadKeyFile(join(own, 'department.jwk.json')) }
    }),
  )
}

/** As a department asks: signed, over the network, and the answer believed only after its signature was checked. */
export function clientOf({ app, url, audience }: DemoTarget, { code, key }: DemoDepartment): ExchangeClient {
  return createExchangeClient({
    url,
    audience,
    department: code,
    key,
    trustedKeys: app.signer.jwks.keys.map(parsePublicJwk),
  })
}

async function enrol(
  target: DemoTarget,
  { code, name }: { code: string; name: string },
  activeKids: string[],
): Promise<DemoDepartment> {
  const { app, audience, url } = target
  const directory = join(target.directory, code)
  const keyPath = join(directory, 'department.jwk.json')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const key = await loadKeyFile(keyPath).catch(() => null)
  if (key && activeKids.includes(key.kid)) return { code, name, directory, key }
  const fresh = key ?? (await generatePrivateJwk())
  if (!key) await saveKeyFiles(keyPath, fresh)
  const { code: once } = await app.registry.issueEnrolmentCode(actor, code)
  await bringIn({ url, audience, code: once, key: fresh })
  await app.registry.approveKey(actor, code, fresh.kid)
  await keySeen(app, fresh.kid)
  const config = {
    url,
    audience,
    department: code,
    keyFile: keyPath,
    trustedKeys: app.signer.jwks.keys,
    evidenceDir: join(directory, 'evidence'),
  }
  await writeFile(join(directory, 'jce.json'), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  return { code, name, directory, key: fresh }
}

export const pemOf = (department: DemoDepartment): string =>
  pemPathOf(join(department.directory, 'department.jwk.json'))

/** Readings of keys and catalogue are cached for less than a second; the load waits until it is seen, not for a time. */
async function keySeen(app: App, kid: string): Promise<void> {
  await until(async () => (await app.keys.find(kid))?.status === 'ACTIVE')
}

async function catalogueSeen(app: App): Promise<void> {
  const wanted = await app.prisma.dataset.count()
  await until(async () => (await app.catalogue.current()).datasets.length === wanted)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function datasetFiles(): Promise<string[]> {
  const names = await readdir(new URL('../catalogue/datasets/', here))
  return names.sort().map((name) => `datasets/${name}`)
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(path, here), 'utf8'))
}
