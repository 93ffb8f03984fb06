import type pg from 'pg'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import type { Vault } from '../kernel/vault.ts'
import { publicationOfRecords } from '../publication/publication-service.ts'
import { readDocumentSerial } from './document-serial.ts'
import {
  findBySerial,
  isMentioned,
  recordsOfListings,
  type StoredDocument,
  standingFacts,
  subjectsUnder,
} from './issued-document-store.ts'
import { contentContext } from './issuing-service.ts'
import { type Standing, standingOf } from './standing.ts'
import type { DocumentKind, Statement } from './statement.ts'

/**
 * What everybody who holds a document may learn of it (核验): that it is genuine, and whether it still stands. Content only
 * as far as it is public today, never of a person, and none once something in it was repaired or has ended.
 */
export type Verification = {
  serial: string
  kind: DocumentKind
  issuedAt: Date
  asOf: LegalDay
  dataVersion: number
  /** Hexadecimal SHA-256 of the PDF, and of the signed statement in it. */
  pdfSha256: string
  statementSha256: string
  standing: Standing
  /** Null: not public, no longer kept, or no longer so. */
  content: VerifiedContent | null
}

export type VerifiedContent = {
  /** Null: no public data name the subject. */
  name: string | null
  uscc: string
  /** Of a certificate, as it was issued; null: a report. */
  found: { outcome: 'LISTED' | 'NOT_LISTED'; lists: string[] } | null
}

export type VerificationService = {
  /** Null: there is no such document. */
  verify(serial: string): Promise<Verification | null>
}

export function createVerificationService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
}): VerificationService {
  const { pool, vault } = parts

  async function standingNow(
    document: StoredDocument,
    publicDatasetIds: number[],
    today: LegalDay,
  ): Promise<Standing> {
    const { shown, content, subjectId, dataVersion } = document
    if (subjectId === null && !content) return 'UNTOLD'
    const found = subjectId === null && content ? await subjectsUnder(pool, content.lookup) : []
    const subjectIds = subjectId === null ? found : [subjectId]
    const [facts, publications] = await Promise.all([
      standingFacts(pool, { shown, subjectIds, publicDatasetIds, dataVersion, today }),
      publicationOfRecords(
        pool,
        shown.records.map(({ id }) => id),
        today,
      ),
    ])
    return standingOf(shown, {
      ...facts,
      records: facts.records.map((record) => ({
        ...record,
        published: publications.get(record.id)?.published ?? false,
      })),
    })
  }

  /** Whether everybody may know today of each membership that the document shows. */
  async function isAllPublic(
    { shown }: StoredDocument,
    publicDatasetIds: readonly number[],
    today: LegalDay,
  ): Promise<boolean> {
    const records = await recordsOfListings(pool, shown.listings)
    const publications = await publicationOfRecords(
      pool,
      records.map(({ recordId }) => recordId),
      today,
    )
    return records.every(({ recordId, datasetId }) => {
      const publication = publications.get(recordId) ?? null
      return publicDatasetIds.includes(datasetId) && (publication === null || publication.published)
    })
  }

  async function publicContent(
    document: StoredDocument,
    publicDatasetIds: readonly number[],
    today: LegalDay,
  ): Promise<VerifiedContent | null> {
    const { serial, content, subjectId } = document
    if (!content) return null
    const statement: Statement = JSON.parse(
      claimsOf(vault.decrypt(content.statement, contentContext(serial, 'statement'))),
    )
    const { kind, name, uscc } = statement.subject
    if (kind === 'PERSON' || uscc === null) return null
    const isNamed = subjectId !== null && (await isMentioned(pool, subjectId, publicDatasetIds))
    const named = { name: isNamed ? name : null, uscc }
    if (statement.kind === 'CREDIT_REPORT') return { ...named, found: null }
    if (!(await isAllPublic(document, publicDatasetIds, today))) return null
    // Whether there are records besides is not told: they need not be public.
    const outcome = statement.outcome === 'LISTED' ? 'LISTED' : 'NOT_LISTED'
    return { ...named, found: { outcome, lists: statement.listings.map(({ list }) => list) } }
  }

  return {
    async verify(typed) {
      const serial = readDocumentSerial(typed)
      const document = serial === null ? null : await findBySerial(pool, serial)
      if (!document) return null
      const today = legalDay(parts.clock.now())
      const { datasets } = await parts.catalogue.current()
      const publicDatasetIds = datasets
        .filter(({ id, definition }) => document.datasetIds.includes(id) && definition.sharing === 'PUBLIC')
        .map(({ id }) => id)
      const standing = await standingNow(document, publicDatasetIds, today)
      return {
        serial: document.serial,
        kind: document.kind,
        issuedAt: document.issuedAt,
        asOf: document.asOf,
        dataVersion: document.dataVersion,
        pdfSha256: document.pdfSha256,
        statementSha256: document.statementSha256,
        standing,
        content: standing === 'ENDED' ? null : await publicContent(document, publicDatasetIds, today),
      }
    },
  }
}

/** The claims of a token of our own, which the vault kept whole. */
const claimsOf = (token: string): string =>
  Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
