import { readdir, readFile } from 'node:fs/promises'
import { vi } from 'vitest'
import type { RunningServer } from '../../gateway/server.ts'
import type { TestExchange } from './exchange.ts'

const catalogue = new URL('../../prisma/catalogue/', import.meta.url)
const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(path, catalogue), 'utf8'))

/** Kinds of the four founding departments; registering these codes is what the founding datasets expect. */
export const foundingKinds = {
  NDRC: 'DEVELOPMENT_REFORM',
  PBOC: 'CENTRAL_BANK',
  QTS: 'QUALITY_SUPERVISION',
  AIC: 'INDUSTRY_COMMERCE',
} as const

/** Calendar, clocks, list types, publication rules, measures and the datasets of the departments that are registered. */
export async function importFoundingCatalogue(exchange: TestExchange): Promise<void> {
  for (const file of [
    'calendar.json',
    'clocks.json',
    'list-types.json',
    'publication-rules.json',
    'measures.json',
  ]) {
    await exchange.importCatalogue(await readJson(file))
  }
  const registered = new Set(
    (await exchange.database.prisma.department.findMany({ select: { code: true } })).map(({ code }) => code),
  )
  for (const file of (await readdir(new URL('datasets/', catalogue))).sort()) {
    if (registered.has(file.split('-')[0]?.toUpperCase() ?? '')) {
      await exchange.importCatalogue(await readJson(`datasets/${file}`))
    }
  }
}

/** A replica may have read the catalogue while it was empty, and keeps that for a second. */
export const catalogueSeen = (server: RunningServer): Promise<unknown> =>
  vi.waitUntil(async () => (await server.app.catalogue.current()).datasets.length > 0, 5_000)
