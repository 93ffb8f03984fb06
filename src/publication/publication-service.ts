import type pg from 'pg'
import type { CatalogueListType } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import { listRuleOn } from '../catalogue/list-rules.ts'
import type { PublicationRules } from '../catalogue/publication-rules.ts'
import { type PublicationRulesReader, readPublicationRules } from '../catalogue/publication-rules-store.ts'
import type { Caller } from '../departments/caller.ts'
import { batchedReading } from '../kernel/batched-reading.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { type Publication, publicationOn } from './publication.ts'
import { publicationFactsOf, type StoredFacts } from './publication-facts.ts'
import { mayKnowPublication } from './publication-policy.ts'
import { publicationFactsOfRecords } from './publication-store.ts'
import { type NoticedListing, repairNotice } from './repair-notice.ts'

/** Publication periods (公示期), computed at reading from records, memberships and the rules of the day. */
export type PublicationService = {
  /** The dated rules, so that everybody can reckon after. */
  rules(): Promise<PublicationRules>
  /** Today's; null where the dataset has none, or where what it is made from is not disclosed to the caller. */
  ofRecord(caller: Caller, recordId: number): Promise<Publication | null>
  /**
   * What a subject is to be told with the decision (两书同达): how it may object and be repaired. From when by the record's
   * publication only where that is disclosed to the caller.
   */
  repairNotice(
    caller: Caller,
    listing: NoticedListing & { recordId: number | null; listType: CatalogueListType },
  ): Promise<string>
}

type Found = { stored: StoredFacts; publication: Publication | null }

export function createPublicationService(parts: {
  pool: pg.Pool
  clock: Clock
  catalogue: CatalogueReader
  publicationRules: PublicationRulesReader
}): PublicationService {
  const { pool, clock, publicationRules } = parts

  // Of no caller: what one may see is decided after, by the dataset.
  const find = batchedReading(async (recordIds: number[]) => {
    const day = legalDay(clock.now())
    const [rules, found] = await Promise.all([
      publicationRules.current(),
      publicationFactsOfRecords(pool, recordIds, day),
    ])
    return new Map(
      found.map((stored): [number, Found] => [
        stored.recordId,
        { stored, publication: publicationBy(rules, stored, day) },
      ]),
    )
  })

  async function ofRecord(caller: Caller, recordId: number): Promise<Publication | null> {
    const found = await find(recordId)
    if (!found?.stored.part) return null
    const { part, datasetId } = found.stored
    const catalogue = await parts.catalogue.current()
    const dataset = catalogue.datasets.find(({ id }) => id === datasetId)
    return dataset && mayKnowPublication(catalogue, caller.department, dataset, part)
      ? found.publication
      : null
  }

  return {
    rules: () => publicationRules.current(),

    ofRecord,

    async repairNotice(caller, { recordId, listType, ...listing }) {
      const publication = recordId === null ? null : await ofRecord(caller, recordId)
      const rule = listing.listedOn === null ? null : listRuleOn(listType.rules, listing.listedOn)
      return repairNotice(listType, rule, listing, publication)
    },
  }
}

/**
 * Publication of one record on a day, by what the connection sees, so that a transaction can decide by it. Null: there is
 * no such record, or its dataset has no publication period.
 */
export async function publicationOfRecord(
  client: Queryable,
  recordId: number,
  day: LegalDay,
): Promise<Publication | null> {
  return (await publicationOfRecords(client, [recordId], day)).get(recordId) ?? null
}

/** The same of many. */
export async function publicationOfRecords(
  client: Queryable,
  recordIds: readonly number[],
  day: LegalDay,
): Promise<Map<number, Publication | null>> {
  const found = await publicationFactsOfRecords(client, recordIds, day)
  if (found.length === 0) return new Map()
  const rules = await readPublicationRules(client)
  return new Map(found.map((stored) => [stored.recordId, publicationBy(rules, stored, day)]))
}

function publicationBy(rules: PublicationRules, stored: StoredFacts, day: LegalDay): Publication | null {
  const facts = publicationFactsOf(stored)
  return facts && publicationOn(rules, facts, day)
}
