import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { BusinessMatter } from '../catalogue/measures.ts'
import type { Caller } from '../departments/caller.ts'
import { createEnquiryService } from '../enquiries/enquiry-service.ts'
import type { LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { IdentifierScheme } from '../subjects/identifiers.ts'
import { readAsked } from './asked-subject.ts'
import { coverage, searchStatement } from './certificate.ts'
import type { IssuedDocumentView, Issuing, IssuingParts } from './issuing-service.ts'
import { coveredDatasets } from './report-policy.ts'
import { countStanding } from './report-store.ts'

/** `documentId` is chosen by the caller: the same id gives the same document. */
export type DocumentInput = {
  documentId: string
  purpose: string
  identifier: string
  scheme: IdentifierScheme | null
  /** As the asker knows the subject: compared, and stated where no record tells a name. */
  name: string | null
}

export type CertificateInput = DocumentInput & { asOf: LegalDay | null; matter: BusinessMatter | null }

/** Certificates of search (查询证明): a screening of one subject that can be handed on. */
export type CertificateService = {
  issue(caller: Caller, input: CertificateInput): Promise<IssuedDocumentView>
}

export function createCertificateService(
  parts: Pick<IssuingParts, 'vault' | 'clock'> & { catalogue: CatalogueReader; issuing: Issuing },
): CertificateService {
  return {
    async issue(caller, input) {
      const asked = readAsked(parts.vault, input)
      const catalogue = await parts.catalogue.current()
      const datasets = coveredDatasets(catalogue, caller.department, 'DEPARTMENT')
      const datasetIds = datasets.map(({ id }) => id)
      // A connection that holds the picture must not wait for another one of the same pool.
      const reader: CatalogueReader = { ...parts.catalogue, current: async () => catalogue }
      const order = {
        kind: 'SEARCH_CERTIFICATE' as const,
        documentId: input.documentId,
        purpose: input.purpose,
        asked,
        facts: [input.asOf, input.matter],
      }
      return parts.issuing.issue(caller, order, async (client, asker) => {
        const enquiries = createEnquiryService({
          pool: client,
          vault: parts.vault,
          clock: parts.clock,
          catalogue: reader,
        })
        const screening = await enquiries.screen(asker, {
          purpose: input.purpose,
          matter: input.matter,
          asOf: input.asOf,
          known: null,
          subjects: [
            {
              ref: null,
              identifier: input.identifier,
              scheme: asked.scheme,
              name: asked.name,
              nameThreshold: null,
            },
          ],
        })
        const [result] = screening.results
        if (!result) throw new RangeError('one subject, one result')
        const [error] = result.errors
        if (error) throw new Refusal('INPUT_INVALID', error.message)
        if (result.outcome === 'AMBIGUOUS') {
          throw new Refusal(
            'IDENTIFIER_AMBIGUOUS',
            '该号码指向多个主体 (the number points to several subjects)',
          )
        }
        const subjectId = result.subject?.id ?? null
        const records = subjectId === null ? new Map() : await countStanding(client, subjectId, datasetIds)
        return {
          dataVersion: screening.dataVersion,
          asOf: screening.asOf,
          subjectId,
          datasetIds,
          shown: { listings: result.listings.map(({ id }) => id), records: [] },
          statement: (issuance) =>
            searchStatement(
              issuance,
              { ...asked, matter: input.matter },
              result,
              coverage(catalogue, datasets, records),
            ),
        }
      })
    },
  }
}
