import type pg from 'pg'
import type { Catalogue, CatalogueListType } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { DeadlineRules } from '../catalogue/clock-rules.ts'
import type { DeadlineRulesReader } from '../catalogue/clock-store.ts'
import type { PublicationRules } from '../catalogue/publication-rules.ts'
import type { PublicationRulesReader } from '../catalogue/publication-rules-store.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import { type PublicSheet, publicSheetOf } from './public-sheet.ts'
import { editionsOf, type Published } from './publicity-store.ts'
import { publishedParameters } from './published-sql.ts'

/** All that says what is public today: catalogue, rules and the sheets that follow from them. */
export type PublicWorld = {
  day: LegalDay
  catalogue: Catalogue
  sheets: ReadonlyMap<number, PublicSheet>
  rules: PublicationRules
  deadlines: DeadlineRules
  published: Published
}

export type PublicWorldReader = () => Promise<PublicWorld>

export type PublicWorldParts = {
  pool: pg.Pool
  clock: Clock
  catalogue: CatalogueReader
  publicationRules: PublicationRulesReader
  deadlineRules: DeadlineRulesReader
}

export function createPublicWorldReader(parts: PublicWorldParts): PublicWorldReader {
  // Sheets follow from the catalogue alone: they are made again only for another one.
  let known: { catalogue: Catalogue; sheets: Promise<Map<number, PublicSheet>> } | null = null
  return async () => {
    const [catalogue, rules, deadlines] = await Promise.all([
      parts.catalogue.current(),
      parts.publicationRules.current(),
      parts.deadlineRules.current(),
    ])
    if (known?.catalogue !== catalogue) {
      const mine = { catalogue, sheets: readSheets(parts, catalogue) }
      known = mine
      mine.sheets.catch(() => {
        if (known === mine) known = null
      })
    }
    const sheets = await known.sheets
    const day = legalDay(parts.clock.now())
    return {
      day,
      catalogue,
      sheets,
      rules,
      deadlines,
      published: publishedParameters([...sheets.values()], rules, day),
    }
  }
}

async function readSheets(
  parts: Pick<PublicWorldParts, 'pool' | 'catalogue'>,
  catalogue: Catalogue,
): Promise<Map<number, PublicSheet>> {
  const open = new Map(
    catalogue.datasets.flatMap((dataset) =>
      dataset.definition.sharing === 'PUBLIC' ? [[dataset.id, dataset] as const] : [],
    ),
  )
  const editions = await editionsOf(parts.pool, [...open.keys()])
  const sheets = await Promise.all(
    editions.map(async ({ id, datasetId }) => {
      const dataset = open.get(datasetId)
      const edition = { id, definition: await parts.catalogue.version(id) }
      return dataset ? publicSheetOf(dataset, edition, catalogue.listTypes) : null
    }),
  )
  return new Map(sheets.flatMap((sheet) => (sheet ? [[sheet.edition, sheet] as const] : [])))
}

/** Datasets of which anything is public, as they stand today. */
export function openDatasets({ catalogue, sheets }: PublicWorld) {
  const open = new Map([...sheets.values()].map((sheet) => [sheet.datasetId, sheet]))
  return catalogue.datasets.flatMap((dataset) => {
    const sheet = sheets.get(dataset.versionId) ?? open.get(dataset.id)
    return sheet ? [{ dataset, sheet }] : []
  })
}

export const listTypeOf = ({ catalogue }: PublicWorld, code: string | null): CatalogueListType | null =>
  catalogue.listTypes.find((type) => type.code === code) ?? null
