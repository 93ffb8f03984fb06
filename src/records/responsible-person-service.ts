import type pg from 'pg'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { DatasetDefinition } from '../catalogue/definition.ts'
import type { Caller } from '../departments/caller.ts'
import { batchedReading } from '../kernel/batched-reading.ts'
import type { Queryable } from '../kernel/database.ts'
import type { Vault } from '../kernel/vault.ts'
import { resolveSubjects, type SubjectReference, subjectKey } from '../subjects/subject-store.ts'
import type { ResponsibleReference } from './responsible-person.ts'
import { disclosedRoles } from './responsible-person-policy.ts'
import {
  personsOfRecords,
  type ResponsiblePerson,
  recordsWithPersons,
  replaceResponsiblePersons,
} from './responsible-person-store.ts'

type NamingRecord = { recordId: number; responsible: readonly ResponsibleReference[] }

/**
 * Notes the persons that records name, in the transaction that writes the records and after it resolved their subjects:
 * whoever makes persons does it alone until commit, so they come last and nobody waits in a circle.
 */
export async function noteResponsiblePersons(
  client: Queryable,
  vault: Vault,
  definition: DatasetDefinition,
  records: readonly NamingRecord[],
): Promise<void> {
  if (records.length === 0 || definition.subject.responsible === undefined) return
  const references = records.flatMap(({ responsible }) =>
    responsible.flatMap((person) => subjectOf(person) ?? []),
  )
  // The registrar of an organisation registers no names of persons.
  const subjects =
    references.length === 0
      ? new Map<string, number>()
      : await resolveSubjects(client, vault, references, { nameIsRegistered: false })
  await replaceResponsiblePersons(
    client,
    records.map(({ recordId, responsible }) => ({
      recordId,
      persons: responsible.map((person) => {
        const reference = subjectOf(person)
        const subjectId = reference ? (subjects.get(subjectKey(vault, reference)) ?? null) : null
        return { role: person.role, name: person.name, subjectId }
      }),
    })),
  )
}

/** Of records that name persons, those of which none is noted yet. */
export async function withoutPersons<T extends NamingRecord>(
  client: Queryable,
  records: readonly T[],
): Promise<T[]> {
  const naming = records.filter(({ responsible }) => responsible.length > 0)
  if (naming.length === 0) return []
  const noted = await recordsWithPersons(
    client,
    naming.map(({ recordId }) => recordId),
  )
  return naming.filter(({ recordId }) => !noted.has(recordId))
}

function subjectOf({ name, certificate }: ResponsibleReference): SubjectReference | null {
  return certificate && { kind: 'PERSON', ...certificate, name }
}

export type ResponsiblePersonService = {
  /**
   * Who answers for the record behind a listing, as far as the caller may see the fields that name them. Of a record that
   * does not stand, only its own department sees them.
   */
  ofListing(
    caller: Caller,
    listing: { dataset: string; recordId: number },
  ): Promise<readonly ResponsiblePerson[]>
}

export function createResponsiblePersonService(parts: {
  pool: pg.Pool
  catalogue: CatalogueReader
}): ResponsiblePersonService {
  const persons = batchedReading(async (recordIds: number[]) =>
    Map.groupBy(await personsOfRecords(parts.pool, recordIds), ({ recordId }) => recordId),
  )
  return {
    async ofListing(caller, { dataset: code, recordId }) {
      const catalogue = await parts.catalogue.current()
      const dataset = catalogue.datasets.find((candidate) => candidate.code === code)
      const roles = dataset && disclosedRoles(catalogue, caller.department, dataset)
      if (!roles || roles.size === 0) return []
      const named = (await persons(recordId)) ?? []
      const isOwn = dataset.departmentId === caller.department.id
      return named.filter(({ role, stands }) => roles.has(role) && (stands || isOwn))
    },
  }
}
