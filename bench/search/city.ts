import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type pg from 'pg'
import { importCatalogue } from '../../src/catalogue/catalogue-service.ts'
import type { Caller } from '../../src/departments/caller.ts'
import type { Department } from '../../src/departments/department.ts'
import { createRegistryService } from '../../src/departments/registry-service.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { type Database, transaction } from '../../src/kernel/database.ts'
import { createVault, type Vault } from '../../src/kernel/vault.ts'
import { usccCheckCharacter } from '../../src/subjects/identifiers.ts'
import { resolveSubjects } from '../../src/subjects/subject-store.ts'
import { fictionalName } from '../names/fictional-names.ts'
import type { Random } from '../names/random.ts'

/** A fictional city's register in a database of the benchmark's own, stored by the code that stores real ones. */

const namesPerTransaction = 2_000
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'

export const vault: Vault = createVault({
  encryptionKeys: [{ version: 1, key: randomBytes(32) }],
  indexKey: randomBytes(32),
})

/** Registers the department that provides the register of enterprises and publishes its dataset. */
export async function foundCity({ pool, prisma }: Database): Promise<Department> {
  await prisma.division.create({ data: { code: '419800', name: '汝宁市' } })
  const code = 'AIC'
  await createRegistryService({ prisma, clock: systemClock }).register('bench', {
    code,
    name: '汝宁市工商行政管理局',
    kind: 'INDUSTRY_COMMERCE',
    division: '419800',
    roles: ['PROVIDER', 'ENQUIRER'],
  })
  for (const file of [
    'calendar',
    'clocks',
    'list-types',
    'publication-rules',
    'measures',
    'datasets/aic-registration',
  ])
    await importCatalogue(prisma, 'bench', await catalogueFile(file))
  const { rows } = await pool.query('SELECT id FROM department WHERE code = $1', [code])
  return {
    id: rows[0].id,
    code,
    name: '汝宁市工商行政管理局',
    kind: 'INDUSTRY_COMMERCE',
    status: 'ACTIVE',
    roles: ['PROVIDER', 'ENQUIRER'],
  }
}

async function catalogueFile(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../../prisma/catalogue/${name}.json`, import.meta.url), 'utf8'))
}

/** Enterprises from the `from`-th to before the `to`-th, each with a name nobody else has and a record of the register. */
export async function settle(
  pool: pg.Pool,
  random: Random,
  taken: Set<string>,
  from: number,
  to: number,
): Promise<void> {
  for (let n = from; n < to; n += namesPerTransaction) {
    const names = Array.from({ length: Math.min(namesPerTransaction, to - n) }, () => freeName(random, taken))
    await settleNamed(
      pool,
      names.map((name, i) => ({ n: n + i, name })),
    )
  }
}

/** The same with names that are given: of who is there already the latest is the name, and those before former ones. */
export async function settleNamed(
  pool: pg.Pool,
  enterprises: readonly { n: number; name: string }[],
): Promise<void> {
  for (let from = 0; from < enterprises.length; from += namesPerTransaction) {
    const references = enterprises.slice(from, from + namesPerTransaction).map(({ n, name }) => ({
      kind: 'ORGANISATION' as const,
      uscc: usccOf(n),
      name,
      otherNumbers: [],
    }))
    await transaction(pool, async (client) => {
      const ids = await resolveSubjects(client, vault, references, { nameIsRegistered: true })
      await client.query(
        `INSERT INTO record (dataset_id, source_key, subject_id, version, content_mac)
         SELECT d.id, 'subject ' || r.id, r.id, 1, '' FROM unnest($1::bigint[]) AS r (id), dataset d
          WHERE NOT EXISTS (SELECT FROM record e WHERE e.subject_id = r.id)`,
        [[...ids.values()]],
      )
    })
  }
}

function freeName(random: Random, taken: Set<string>): string {
  for (;;) {
    const name = fictionalName(random)
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}

export function usccOf(n: number): string {
  let [rest, digits] = [n, '']
  for (let place = 0; place < 6; place += 1) {
    digits = alphabet.charAt(rest % alphabet.length) + digits
    rest = Math.floor(rest / alphabet.length)
  }
  const stem = `91419800MAB${digits}`
  return stem + usccCheckCharacter(stem)
}

/** The city's own department, asking the services as it would over the network. */
export function callerOf(department: Department): Caller {
  return { department, kid: 'bench', request: { claim: async () => {}, note: () => {}, found: () => {} } }
}
