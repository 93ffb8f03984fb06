import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { startEmbeddedPostgres } from '../../prisma/embedded-postgres.ts'
import { migrate } from '../../prisma/migrate.ts'
import { createCatalogueReader } from '../../src/catalogue/catalogue-store.ts'
import type { Caller } from '../../src/departments/caller.ts'
import { createEnquiryService } from '../../src/enquiries/enquiry-service.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { openDatabase } from '../../src/kernel/database.ts'
import { isProposed, nameScores } from '../../src/names/compare-names.ts'
import { createSearchService } from '../../src/search/search-service.ts'
import { callerOf, foundCity, settleNamed, usccOf, vault } from '../search/city.ts'
import type { Answer, Found } from './register.ts'

/** Answers names by the place of the subject in the list of names, whatever looks for them. */
export type Answerer = (names: readonly string[]) => Promise<Answer[]>

/** Names of one request: as many as a department screens at once. */
const screenedAtOnce = 1_000
const firstPage = { first: 10, after: null }
const anywhere = { division: null, listType: null, inForceOnly: false }

/** The register in a database of its own, asked through the services that departments ask. */
export async function withStoredRegister(
  names: readonly string[],
  formerNames: ReadonlyMap<number, string>,
  work: (answerers: { screen: Answerer; search: Answerer }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'exchange-bench-'))
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder, databaseName: 'bench' })
  try {
    await migrate(postgres.url)
    const database = openDatabase(postgres.url, { connections: 4 })
    try {
      const caller = callerOf(await foundCity(database))
      await settleNamed(
        database.pool,
        [...formerNames].map(([n, name]) => ({ n, name })),
      )
      await settleNamed(
        database.pool,
        names.map((name, n) => ({ n, name })),
      )
      await database.pool.query('VACUUM (ANALYZE)')
      await work(answerersOf(database.pool, caller, names.length))
    } finally {
      await database.close()
    }
  } finally {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function answerersOf(pool: pg.Pool, caller: Caller, count: number): { screen: Answerer; search: Answerer } {
  const monotonicNow = () => performance.now()
  const parts = { pool, vault, clock: systemClock, catalogue: createCatalogueReader(pool, monotonicNow) }
  const enquiries = createEnquiryService(parts)
  const search = createSearchService({ ...parts, monotonicNow })
  const placeOf = new Map(Array.from({ length: count }, (_, n) => [usccOf(n), n]))
  const found = (uscc: string | null, name: string, score: number): Found => ({
    subject: placeOf.get(uscc ?? '') ?? -1,
    name,
    score,
  })
  return {
    async screen(names) {
      const answers: Answer[] = []
      for (let from = 0; from < names.length; from += screenedAtOnce) {
        const { results } = await enquiries.screen(caller, {
          purpose: 'bench',
          matter: null,
          asOf: null,
          known: null,
          subjects: names
            .slice(from, from + screenedAtOnce)
            .map((name) => ({ ref: null, identifier: null, name, nameThreshold: nameScores.shown })),
        })
        for (const { candidates } of results) {
          const all = candidates.map(({ subject, closest }) =>
            found(subject.uscc, closest?.name ?? subject.name, closest?.score ?? 1),
          )
          const [first] = all
          const proposed = first && isProposed(all.map(({ score }) => score)) ? first : null
          answers.push({ found: all, proposed, looked: 0 })
        }
      }
      return answers
    },

    async search(names) {
      const answers: Answer[] = []
      for (const query of names) {
        const { hits } = await search.search(caller, { query, purpose: 'bench', filter: anywhere }, firstPage)
        answers.push({
          found: hits.map(({ subject, name, score }) => found(subject.uscc, name, score ?? 1)),
          proposed: null,
          looked: 0,
        })
      }
      return answers
    },
  }
}
