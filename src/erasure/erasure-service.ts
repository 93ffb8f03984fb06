import type pg from 'pg'
import { forgetEnquiries } from '../evidence/checkpoint-store.ts'
import { appendToFeed } from '../feed/feed-store.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { Clock } from '../kernel/clock.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { sourceNumberForm } from '../records/field-values.ts'
import { heldRowContext } from '../records/held-row-store.ts'
import { openSealed, type StoredContent } from '../records/record-content.ts'
import { applicantContext } from '../remedies/remedy-intake-service.ts'
import { certificateContext, lookupKey } from '../subjects/identification.ts'
import { checkIdentifier, type IdentifierScheme, isPersonScheme } from '../subjects/identifiers.ts'
import { lockPersons } from '../subjects/subject-store.ts'
import {
  contentWithout,
  erasedName,
  type Hindrance,
  hasNumber,
  isNamedIn,
  type PersonIdentity,
  requireNameless,
  requireUnhindered,
} from './erasure.ts'
import {
  applicantsOf,
  countPerson,
  type ErasureCounts,
  eraseCases,
  eraseHistory,
  eraseIdentity,
  eraseIntake,
  eraseNaming,
  eraseOwnRecords,
  heldRowsAfter,
  hindrancesOf,
  lockAllDatasets,
  lockPerson,
  suspectVersions,
} from './erasure-store.ts'

export type PersonNumber = { scheme: IdentifierScheme; number: string }

/** `naming`: records of others that gave the person's number. */
export type ErasurePreview = {
  subjectId: number
  names: readonly string[]
  counts: ErasureCounts & { naming: number; heldRows: number }
  hindrances: readonly Hindrance[]
}

/** Erasing a natural person (个人信息删除), by an administrator. The number is never logged or kept. */
export type ErasureService = {
  /** What would be erased, and what stands against it. Changes nothing. */
  preview(person: PersonNumber): Promise<ErasurePreview>
  /** Throws `ErasureHindered` where the law still needs what is held. One transaction. */
  erase(actor: string, person: PersonNumber, why: { reason: string; basis: string }): Promise<ErasurePreview>
}

type Found = ErasurePreview & {
  identity: PersonIdentity
  naming: readonly number[]
  versions: readonly { recordId: number; version: number; content: StoredContent }[]
  heldRows: readonly number[]
}

export function createErasureService(parts: { pool: pg.Pool; vault: Vault; clock: Clock }): ErasureService {
  const { pool, vault, clock } = parts

  /** Locks as those who write about persons do, and finds all that is about this one. */
  async function find(client: Queryable, { scheme, number }: PersonNumber): Promise<Found> {
    if (!isPersonScheme(scheme))
      throw new AdministrationRefusal(
        'NOT_A_PERSON',
        '只能删除自然人 (only a natural person is erased, never an organisation)',
      )
    const check = checkIdentifier(scheme, number)
    if (check.status === 'malformed')
      throw new AdministrationRefusal('INPUT_INVALID', `证件号码格式不对 (malformed: ${check.rule})`)
    await lockAllDatasets(client)
    await lockPersons(client)
    const person = await lockPerson(client, scheme, lookupKey(vault, scheme, check.value).key)
    if (!person)
      throw new AdministrationRefusal('SUBJECT_NOT_FOUND', '没有此证件号码的主体 (nobody has this number)')
    const numbers = person.identifiers.flatMap(({ scheme: each, ciphertext }) =>
      ciphertext === null ? [] : [vault.decrypt(ciphertext, certificateContext(each))],
    )
    const identity = { names: person.names, numbers }
    const suspects = (await suspectVersions(client, person.id, person.names)).flatMap((suspect) => {
      const open = (field: string, value: { sealed: string }) =>
        openSealed(vault, suspect.dataset, field, value)
      const content = contentWithout(suspect.definition, suspect.content, identity, open)
      return content === null ? [] : [{ ...suspect, content }]
    })
    const held = await heldRowsAbout(client, numbers)
    const naming = [...new Set(suspects.map(({ recordId }) => recordId))]
    const hindrances: Hindrance[] = [
      ...(await hindrancesOf(client, person.id)),
      ...held.flatMap(({ id, isWaiting }) => (isWaiting ? [{ kind: 'HELD_ROW' as const, ref: id }] : [])),
    ]
    // An edition of the definition from before responsible persons were told apart notes nobody.
    for (const { recordId, isStanding } of suspects) {
      const isNoted = hindrances.some(({ kind, ref }) => kind === 'RESPONSIBLE' && ref === recordId)
      if (isStanding && !isNoted) hindrances.push({ kind: 'RESPONSIBLE', ref: recordId })
    }
    const counts = await countPerson(client, person.id, naming)
    return {
      subjectId: person.id,
      names: person.names,
      identity,
      naming,
      versions: suspects,
      heldRows: held.map(({ id }) => id),
      hindrances,
      counts: { ...counts, naming: naming.length, heldRows: held.length },
    }
  }

  async function heldRowsAbout(client: Queryable, numbers: readonly string[]) {
    const about: { id: number; isWaiting: boolean }[] = []
    for (let afterId = 0; ; ) {
      const rows = await heldRowsAfter(client, afterId, limits.heldRowsPerStatement)
      for (const row of rows) {
        const raw = vault.decrypt(row.ciphertext, heldRowContext(row.batchRef, row.rowIndex))
        if (hasNumber(numbers, raw)) about.push(row)
      }
      const last = rows.at(-1)
      if (!last) return about
      afterId = last.id
    }
  }

  /** Of the person's own cases every applicant goes; of others, who is the person. */
  async function erasedApplicants(client: Queryable, { subjectId, naming, identity }: Found) {
    const stored = await applicantsOf(client, subjectId, naming)
    return stored.flatMap(({ caseId, code, isOwn, applicant }) => {
      const context = applicantContext(code)
      if (!isOwn && !isNamedIn(identity, vault.decrypt(applicant, context))) return []
      const nobody = { name: erasedName, contact: '', relation: 'SUBJECT', documentNo: null }
      return [{ caseId, applicant: vault.encrypt(canonicalJson(nobody), context) }]
    })
  }

  const shown = ({ subjectId, names, counts, hindrances }: Found): ErasurePreview => ({
    subjectId,
    names,
    counts,
    hindrances,
  })

  return {
    preview: (person) => transaction(pool, async (client) => shown(await find(client, person))),

    erase: (actor, person, why) =>
      transaction(pool, async (client) => {
        const found = await find(client, person)
        const { subjectId, naming, identity, versions, heldRows } = found
        requireUnhindered(found.hindrances)
        requireNameless(identity, [actor, why.reason, why.basis])
        const facts = { ...why, ...found.counts }
        await eraseHistory(client, { personId: subjectId, naming, actor, facts })
        await eraseNaming(client, subjectId, naming, versions)
        await eraseCases(client, subjectId, naming, await erasedApplicants(client, found))
        await eraseIntake(client, subjectId, { naming, heldRows, now: clock.now() })
        await forgetEnquiries(client, subjectId)
        const records = await eraseOwnRecords(client, subjectId, identity.names.map(sourceNumberForm))
        await eraseIdentity(client, subjectId)
        await appendToFeed(
          client,
          records.map((recordId) => ({ kind: 'SUBJECT_ERASED', subjectId, recordId, listingId: null })),
        )
        return shown(found)
      }),
  }
}
