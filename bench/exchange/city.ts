import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { calculateJwkThumbprint } from 'jose'
import type pg from 'pg'
import { importCatalogue } from '../../src/catalogue/catalogue-service.ts'
import { createRegistryService } from '../../src/departments/registry-service.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import type { Database } from '../../src/kernel/database.ts'

/** A fictional city for the benchmark: departments with keys, the catalogue, and as many subjects as are asked for. */

export type BenchDepartment = { code: string; kid: string; privateKey: string }
export type BenchCity = {
  provider: BenchDepartment
  asker: BenchDepartment
  subjects: number
  listings: number
}

const catalogueFiles = [
  'calendar',
  'clocks',
  'terms/penalties',
  'terms/licences',
  'terms/lists',
  'list-types',
  'measures',
  'datasets/aic-registration',
  'datasets/aic-serious-dishonesty',
]

export async function foundCity(
  database: Database,
  records: 'PUBLISHED' | 'UNPUBLISHED',
): Promise<Pick<BenchCity, 'provider' | 'asker'>> {
  const { pool, prisma } = database
  await prisma.division.create({ data: { code: '419800', name: '汝宁市' } })
  const registry = createRegistryService({ prisma, clock: systemClock })
  const provider = { code: 'AIC', name: '汝宁市工商行政管理局', kind: 'INDUSTRY_COMMERCE' }
  const asker = { code: 'NDRC', name: '汝宁市发展和改革委员会', kind: 'DEVELOPMENT_REFORM' }
  for (const department of [provider, asker])
    await registry.register('bench', { ...department, division: '419800', roles: ['PROVIDER', 'ENQUIRER'] })
  const files = records === 'PUBLISHED' ? [...catalogueFiles, 'publication-rules'] : catalogueFiles
  for (const file of files) {
    const text = await readFile(new URL(`../../prisma/catalogue/${file}.json`, import.meta.url), 'utf8')
    await importCatalogue(prisma, 'bench', JSON.parse(records === 'PUBLISHED' ? text : unpublished(text)))
  }
  return { provider: await giveKey(pool, provider.code), asker: await giveKey(pool, asker.code) }
}

/** Departments share the records; nobody else reads them, so no page is indexed. */
const unpublished = (text: string) => text.replaceAll('"sharing": "PUBLIC"', '"sharing": "GOV_SHARED"')

/** Straight into the table: enrolment is not what is measured. */
async function giveKey(pool: pg.Pool, code: string): Promise<BenchDepartment> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const publicJwk = publicKey.export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: publicJwk.x ?? '' })
  await pool.query(
    `WITH active AS (UPDATE department SET status = 'ACTIVE' WHERE code = $1 RETURNING id)
     INSERT INTO department_key (kid, department_id, algorithm, public_jwk, status, not_before)
     SELECT $2, id, 'EdDSA', $3, 'ACTIVE', now() - interval '1 day' FROM active`,
    [code, kid, publicJwk],
  )
  return { code, kid, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() }
}
