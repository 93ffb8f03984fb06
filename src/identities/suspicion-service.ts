import type pg from 'pg'
import { transaction } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { proposeNew } from './identity-store.ts'
import { isDoubtful } from './judgement.ts'
import {
  namesakesOf,
  nextStretch,
  organisationCodes,
  renumberedPersons,
  sharersOf,
} from './suspicion-store.ts'

/** What the exchange itself suspects (疑似重复主体): only ever questions, for a person to answer. */
export type SuspicionService = {
  /** Goes through all subjects, stretch by stretch. Returns how many were gone through and how many questions are new. */
  propose(): Promise<{ subjects: number; proposed: number }>
}

export function createSuspicionService(parts: { pool: pg.Pool; vault: Vault }): SuspicionService {
  const { pool, vault } = parts
  return {
    async propose() {
      const total = { subjects: 0, proposed: 0 }
      for (let after = 0; ; ) {
        const stretch = await nextStretch(pool, after, limits.identitySubjectsPerStretch)
        if (!stretch) return total
        total.subjects += stretch.subjects
        total.proposed += await transaction(pool, async (client) => {
          const codes = await organisationCodes(client, stretch)
          const doubtful = codes.filter(({ uscc }) => isDoubtful({ scheme: 'USCC', value: uscc }))
          return proposeNew(client, [
            ...(await namesakesOf(
              client,
              doubtful.map(({ id }) => id),
              limits.candidatesPerName,
            )),
            ...(await sharersOf(client, stretch, limits.identityNumberHolders)),
            ...(await renumberedPersons(client, vault, stretch)),
          ])
        })
        after = stretch.upTo
      }
    },
  }
}
