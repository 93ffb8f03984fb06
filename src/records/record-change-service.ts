import type pg from 'pg'
import type { Catalogue, CatalogueDataset } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { concernsCounty } from '../departments/division-code.ts'
import { appendToFeed, type FeedEntry } from '../feed/feed-store.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import { lockName, type Queryable, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { endListings, storeListings } from '../listings/record-listing-store.ts'
import { carrySuspension } from '../listings/succession-service.ts'
import { resolveSubjects, subjectKey, usccOfSubject } from '../subjects/subject-store.ts'
import { readCorrection, readSourceKey, requireRevocable, requireStanding } from './record-change.ts'
import { contentMac, contentSealer } from './record-content.ts'
import {
  type ChangeDraft,
  type ChangeKind,
  type CurrentRecord,
  changeRecord,
  findChange,
  lockDataset,
  lockRecord,
  type RecordedChange,
} from './record-store.ts'
import { noteResponsiblePersons } from './responsible-person-service.ts'
import { submittableDataset, termOf } from './submission-policy.ts'

/** What every change names: the record by its source number, why, and the document (文书) that says so. */
export type ChangeInput = {
  /** Chosen by the caller; the same id gives the same result for ever. */
  changeId: string
  dataset: string
  sourceKey: Record<string, Json>
  reason: string
  documentNo: string
}

export type RecordChangeService = {
  /** Replaces the content; the source number itself may be what was wrong. */
  correct(caller: Caller, input: ChangeInput & { record: Json }): Promise<RecordedChange>
  /** The decision was changed, revoked or found void: the record stands no more (行政处罚法 art. 48). */
  withdraw(caller: Caller, input: ChangeInput & { decidedOn: LegalDay }): Promise<RecordedChange>
  /** A later record of the same dataset takes its place. */
  supersede(
    caller: Caller,
    input: ChangeInput & { supersededBy: Record<string, Json> },
  ): Promise<RecordedChange>
}

export function createRecordChangeService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
}): RecordChangeService {
  const { pool, vault, clock } = parts

  type Changing = {
    client: Queryable
    catalogue: Catalogue
    dataset: CatalogueDataset
    record: CurrentRecord
    today: LegalDay
  }
  type Effect = Pick<ChangeDraft, 'corrected' | 'supersededById' | 'decidedOn'>

  /** One change in one transaction: repeated, it gives what it gave. */
  async function change(
    caller: Caller,
    kind: AskedKind,
    input: ChangeInput & Record<string, Json>,
    apply: (changing: Changing) => Promise<Effect & { after(): Promise<FeedEntry[]> }>,
  ): Promise<RecordedChange> {
    const catalogue = await parts.catalogue.current()
    const dataset = submittableDataset(catalogue, caller.department, input.dataset)
    const today = legalDay(clock.now())
    const sourceKey = readSourceKey(dataset.definition, input.sourceKey, today)
    const inputMac = vault.blindIndex('record change', canonicalJson([kind, input]))
    return transaction(pool, async (client) => {
      await caller.request.claim(client)
      // Changes under one id wait for each other, whatever their datasets: the first decides what the id stands for.
      await lockName(client, `record change ${caller.department.id} ${input.changeId}`)
      await lockDataset(client, dataset.id)
      const before = await findChange(client, caller.department.id, input.changeId)
      if (before) return repeated(before, inputMac)
      const require = kind === 'WITHDRAWN' ? requireRevocable : requireStanding
      const record = require(await ofCounty(client, caller, await lockRecord(client, dataset.id, sourceKey)))
      const { after, ...effect } = await apply({ client, catalogue, dataset, record, today })
      const changed = await changeRecord(client, {
        departmentId: caller.department.id,
        changeId: input.changeId,
        inputMac,
        kind,
        record,
        datasetVersionId: dataset.versionId,
        reason: input.reason,
        documentNo: input.documentNo,
        ...effect,
      })
      await appendToFeed(client, [
        {
          kind: feedKinds[kind],
          recordId: record.id,
          subjectId: effect.corrected?.subjectId ?? record.subjectId,
          listingId: null,
        },
        ...(await after()),
      ])
      return changed
    })
  }

  return {
    correct: (caller, input) =>
      change(caller, 'CORRECTED', input, async ({ client, catalogue, dataset, record, today }) => {
        const { definition, listTypeCode } = dataset
        const termOn = termOf(catalogue, dataset)
        const row = readCorrection(definition, input.record, { termOn, today })
        const other = await lockRecord(client, dataset.id, row.sourceKey)
        if (other && other.id !== record.id) {
          throw new Refusal(
            'SOURCE_KEY_TAKEN',
            '更正后的来源编号属于另一记录 (the corrected source number belongs to another record)',
          )
        }
        const subjects = await resolveSubjects(client, vault, [row.subject], {
          nameIsRegistered: definition.subject.nameIsRegistered,
        })
        const subjectId = subjects.get(subjectKey(vault, row.subject))
        if (subjectId === undefined) throw new RangeError('a row has a subject')
        // Nor does she move a record out of her county, where she would not find it again.
        if (!(await ofCounty(client, caller, { ...record, subjectId })))
          throw new Refusal('RECORD_NOT_FOUND', '没有此来源编号的记录 (no record has this source number)')
        await noteResponsiblePersons(client, vault, definition, [
          { recordId: record.id, responsible: row.responsible },
        ])
        return {
          decidedOn: null,
          supersededById: null,
          corrected: {
            content: contentSealer(vault, dataset.code, definition)(row.values),
            contentMac: contentMac(vault, row.values),
            sourceKey: row.sourceKey,
            subjectId,
          },
          after: async () =>
            listTypeCode && row.listing
              ? storeListings(
                  client,
                  dataset,
                  listTypeCode,
                  [{ recordId: record.id, subjectId, ...row.listing }],
                  today,
                )
              : [],
        }
      }),

    withdraw: (caller, input) =>
      change(caller, 'WITHDRAWN', input, async ({ client, record, today }) => {
        if (input.decidedOn > today) {
          throw new Refusal('INPUT_INVALID', 'decidedOn 不得在将来 (decidedOn: not in the future)')
        }
        return {
          decidedOn: input.decidedOn,
          supersededById: null,
          corrected: null,
          after: () =>
            endListings(client, [
              { recordId: record.id, on: input.decidedOn, kind: 'WITHDRAWN', reason: input.reason },
            ]),
        }
      }),

    supersede: (caller, input) =>
      change(caller, 'SUPERSEDED', input, async ({ client, dataset, record, today }) => {
        const key = readSourceKey(dataset.definition, input.supersededBy, today)
        const successor = requireStanding(await lockRecord(client, dataset.id, key))
        if (successor.id === record.id) {
          throw new Refusal('INPUT_INVALID', '记录不能取代自己 (a record cannot supersede itself)')
        }
        return {
          decidedOn: null,
          supersededById: successor.id,
          corrected: null,
          after: async () => [
            ...(await endListings(client, [
              { recordId: record.id, on: today, kind: 'SUPERSEDED', reason: input.reason },
            ])),
            ...(await carrySuspension(
              client,
              { fromId: record.id, toId: successor.id },
              {
                today,
                by: { departmentId: caller.department.id, actor: caller.department.code },
                data: { documentNo: input.documentNo, reason: input.reason },
              },
            )),
          ],
        }
      }),
  }
}

/** What lies outside the county of an officer is as if it were not. */
async function ofCounty(
  client: Queryable,
  { county }: Caller,
  record: CurrentRecord | null,
): Promise<CurrentRecord | null> {
  if (county === undefined || record === null) return record
  return concernsCounty(county, await usccOfSubject(client, record.subjectId)) ? record : null
}

/** A repair is asked for and decided as a case. */
type AskedKind = Exclude<ChangeKind, 'REPAIRED'>

const feedKinds: Readonly<Record<AskedKind, FeedEntry['kind']>> = {
  CORRECTED: 'RECORD_STORED',
  WITHDRAWN: 'RECORD_WITHDRAWN',
  SUPERSEDED: 'RECORD_SUPERSEDED',
}

function repeated(
  { inputMac: before, ...change }: RecordedChange & { inputMac: string },
  inputMac: string,
): RecordedChange {
  if (before === inputMac) return change
  throw new Refusal(
    'CHANGE_ID_REUSED',
    `变更号 ${change.changeId} 已用于其他内容 (this change id was used for other content)`,
  )
}
