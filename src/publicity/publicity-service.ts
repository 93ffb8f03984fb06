import { setTimeout as wait } from 'node:timers/promises'
import { feedPosition } from '../feed/feed-store.ts'
import { type LegalDay, legalDay } from '../kernel/clock.ts'
import type { Vault } from '../kernel/vault.ts'
import type { TimelinessService } from '../timeliness/timeliness-service.ts'
import { createPersonEnquiryService, type PersonEnquiryService } from './person-enquiry-service.ts'
import { createPublicCatalogueService, type PublicCatalogueService } from './public-catalogue-service.ts'
import { createPublicCounts } from './public-counts-service.ts'
import { createPublicIndex } from './public-index-service.ts'
import { createPublicReadingService, type PublicReadingService } from './public-reading-service.ts'
import { createPublicStatisticsService, type PublicStatisticsService } from './public-statistics-service.ts'
import type { PublicWorldParts, PublicWorldReader } from './public-world-service.ts'

/** Of when an answer is: the change feed up to where, and the legal day that decided what is published. */
export type PublicVersion = { dataVersion: number; day: LegalDay }

/** Publicity (公示): all that the public surface and the website may ask; nothing else is within their reach. */
export type PublicityService = PublicReadingService &
  PublicCatalogueService &
  PublicStatisticsService &
  PersonEnquiryService & {
    version(): Promise<PublicVersion>
    /** Brings the index of what is published in step with the feed. Whether there was anything to do. */
    catchUp(): Promise<boolean>
  }

export function createPublicityService(
  parts: PublicWorldParts & {
    world: PublicWorldReader
    vault: Vault
    timeliness: Pick<TimelinessService, 'timeliness'>
    monotonicNow: () => number
  },
): PublicityService {
  const { pool, world, clock } = parts
  const index = createPublicIndex({ pool, world })
  const counts = createPublicCounts({ pool, index, monotonicNow: parts.monotonicNow })
  return {
    ...createPublicReadingService({ pool, world, index, counts }),
    ...createPublicCatalogueService({ pool, world }),
    ...createPublicStatisticsService({
      pool,
      world,
      counts,
      timeliness: parts.timeliness,
      monotonicNow: parts.monotonicNow,
    }),
    catchUp: index.catchUp,
    ...createPersonEnquiryService({ pool, vault: parts.vault, world, wait: (time) => wait(time) }),
    async version() {
      return { dataVersion: await feedPosition(pool), day: legalDay(clock.now()) }
    },
  }
}
