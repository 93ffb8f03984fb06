import type pg from 'pg'
import type { Catalogue, CatalogueDataset } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import { dueOf } from '../catalogue/clock-rules.ts'
import type { DeadlineRulesReader } from '../catalogue/clock-store.ts'
import { listRuleOn } from '../catalogue/list-rules.ts'
import type { Caller } from '../departments/caller.ts'
import { concernsCounty, divisionPrefix } from '../departments/division-code.ts'
import { appendToFeed, type FeedEntry } from '../feed/feed-store.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import { type Clock, type LegalDay, legalDay } from '../kernel/clock.ts'
import { lockName, type Queryable, transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { changeRecord, lockDataset, lockRecordById } from '../records/record-store.ts'
import { findOrMakeSubjects, type SubjectReference, subjectKey } from '../subjects/subject-store.ts'
import { requireHeard, requireOnlyDecision } from './decision-service.ts'
import {
  appendEvents,
  eventsOf,
  findAction,
  findListing,
  findObjectUntil,
  insertProposal,
  type ListedSubject,
  lockListing,
  noteAction,
  noteEnded,
  type ProposalFilter,
  pageOfProposals,
  type StoredEvent,
  type StoredMembership,
  subjectOfListing,
  updateListing,
} from './listing-store.ts'
import { applyEvent, type MembershipEvent } from './membership.ts'
import { type DepartmentEvent, mayDo } from './membership-policy.ts'
import { requireAllowed } from './membership-rules.ts'

export type MembershipChange = {
  listingId: number
  event: MembershipEvent
  /** What belongs to it: documents, reasons, the code of a case. */
  data: { [key: string]: Json }
  /** Department that acted; null: the exchange itself. */
  by: { departmentId: number | null; actor: string }
  today: LegalDay
}

/**
 * One event of a membership, in the caller's transaction. Throws the refusal with the article where it may not happen.
 * Returns the entries for the change feed, which the caller appends last.
 */
export async function changeMembership(client: Queryable, change: MembershipChange): Promise<FeedEntry[]> {
  const { listingId, event, by, today } = change
  const before = await lockListing(client, listingId)
  if (!before) throw listingNotFound()
  requireAllowed(before, event, today)
  await updateListing(client, listingId, applyEvent(before, event))
  return appendEvents(client, [
    { listingId, type: event.type, on: event.on, data: { ...change.data, by: by.actor } },
  ])
}

type Page = { afterId: number | null; limit: number }

export type ProposalInput = {
  actionId: string
  dataset: string
  /** Who is to be listed. */
  subject: SubjectReference
  grade: string
  reason: string
  /** null: the day on which it is done first. */
  on: LegalDay | null
  documentNo: string
}

export type ActionInput = {
  actionId: string
  listingId: number
  /** null: the day on which it is done first. */
  on: LegalDay | null
  documentNo: string
  reason: string
}

/** Acts of departments on memberships (名单管理). Every act is idempotent by its client-chosen id. */
export type MembershipService = {
  notice(caller: Caller, input: ProposalInput): Promise<StoredMembership>
  act(
    caller: Caller,
    input: ActionInput & { type: DepartmentEvent; decisionNo?: string; apology?: string },
  ): Promise<StoredMembership>
  /** Notices, objections and decisions of the caller that are not lists yet. */
  proposals(
    caller: Caller,
    enquiry: Pick<ProposalFilter, 'phase' | 'urgency'>,
    page: Page,
  ): Promise<StoredMembership[]>
  /** One membership of the caller's own, in whatever phase; null: it has none of that number. */
  find(caller: Caller, listingId: number): Promise<StoredMembership | null>
  /** Whom a membership of the caller's own is about, and until when the subject may object. */
  facts(caller: Caller, listingId: number): Promise<{ subject: ListedSubject; objectUntil: LegalDay | null }>
  /** What happened to a membership of the caller's own; nothing for others. */
  events(caller: Caller, listingId: number): Promise<StoredEvent[]>
  /** Notes the end of memberships that are over. Returns how many. */
  noteEnded(): Promise<number>
}

export function createMembershipService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
  deadlineRules: DeadlineRulesReader
}): MembershipService {
  const { pool, vault, clock } = parts

  /** The day until which the subject may object to a notice given on a day; null: none is prescribed. */
  async function objectUntil(listTypeCode: string, noticedOn: LegalDay): Promise<LegalDay | null> {
    const { listTypes } = await parts.catalogue.current()
    const listType = listTypes.find(({ code }) => code === listTypeCode)
    const clockCode = listType && listRuleOn(listType.rules, noticedOn)?.objectionClock
    if (!clockCode) return null
    return dueOf(await parts.deadlineRules.current(), clockCode, noticedOn)?.on.day ?? null
  }

  /** One act in one transaction: repeated, it gives what it gave. */
  async function once(
    caller: Caller,
    input: { actionId: string },
    facts: Json,
    work: (client: Queryable) => Promise<{ listingId: number; feed: FeedEntry[] }>,
  ): Promise<StoredMembership> {
    const inputMac = vault.blindIndex('listing action', canonicalJson(facts))
    const { department } = caller
    return transaction(pool, async (client) => {
      await caller.request.claim(client)
      // Acts under one id wait for each other: the first one decides what the id stands for.
      await lockName(client, `listing action ${department.id} ${input.actionId}`)
      const earlier = await findAction(client, department.id, input.actionId, inputMac)
      if (earlier.outcome === 'REUSED') {
        throw new Refusal(
          'ACTION_ID_REUSED',
          `操作号 ${input.actionId} 已用于其他内容 (this action id was used for other content)`,
        )
      }
      if (earlier.outcome === 'REPEATED') return present(client, earlier.listingId)
      const { listingId, feed } = await work(client)
      await noteAction(client, { departmentId: department.id, actionId: input.actionId, inputMac, listingId })
      await appendToFeed(client, feed)
      return present(client, listingId)
    })
  }

  return {
    async notice(caller, input) {
      const dataset = listDataset(await parts.catalogue.current(), input.dataset)
      requireMay(caller, 'NOTICED', dataset)
      const today = legalDay(clock.now())
      const on = input.on ?? today
      const event: MembershipEvent = {
        type: 'NOTICED',
        on,
        subjectId: 0,
        grade: input.grade,
        reason: input.reason,
      }
      requireAllowed(null, event, today)
      const until = await objectUntil(dataset.listTypeCode, on)
      return once(
        caller,
        input,
        ['NOTICED', { ...input, subject: subjectKey(vault, input.subject) }],
        async (client) => {
          const subjects = await findOrMakeSubjects(client, vault, [input.subject])
          const subjectId = subjects.get(subjectKey(vault, input.subject))
          if (subjectId === undefined) throw new RangeError('a subject was resolved')
          const { listTypeCode } = dataset
          const listingId = await insertProposal(client, { ...input, listTypeCode, dataset, subjectId })
          const data = {
            subjectId,
            grade: input.grade,
            documentNo: input.documentNo,
            objectUntil: until,
            ...(input.subject.kind === 'ORGANISATION' ? { name: input.subject.name } : {}),
            by: caller.department.code,
          }
          const feed = await appendEvents(client, [{ listingId, type: 'NOTICED', on, data }])
          return { listingId, feed }
        },
      )
    },

    async act(caller, input) {
      const catalogue = await parts.catalogue.current()
      const today = legalDay(clock.now())
      return once(caller, input, ['ACT', { ...input }], async (client) => {
        const found = await findListing(client, input.listingId)
        const dataset = found && catalogue.datasets.find(({ id }) => id === found.datasetId)
        if (!dataset) throw listingNotFound()
        requireMay(caller, input.type, dataset)
        if (!(await concerns(client, caller, input.listingId))) throw listingNotFound()
        await lockDataset(client, dataset.id)
        const before = await lockListing(client, input.listingId)
        if (!before) throw listingNotFound()
        const event = eventOf(input, today)
        if (event.type === 'DECIDED') {
          await requireHeard(client, before, event.on)
          await requireOnlyDecision(client, before, event.decisionNo)
        }
        const { documentNo, reason, apology } = input
        const fallen =
          event.type === 'WRONGFUL'
            ? await withdrawRecord(client, caller, dataset, before, { ...input, on: event.on })
            : []
        const feed = await changeMembership(client, {
          listingId: input.listingId,
          event,
          data: {
            documentNo,
            reason,
            ...(event.type === 'DECIDED' ? { decisionNo: event.decisionNo } : {}),
            ...(apology === undefined ? {} : { apology }),
          },
          by: { departmentId: caller.department.id, actor: caller.department.code },
          today,
        })
        return { listingId: input.listingId, feed: [...fallen, ...feed] }
      })
    },

    proposals: (caller, { phase, urgency }, page) =>
      pageOfProposals(
        pool,
        {
          departmentId: caller.department.id,
          phase,
          urgency,
          today: legalDay(clock.now()),
          county: caller.county === undefined ? null : divisionPrefix(caller.county),
        },
        page,
      ),

    async find(caller, listingId) {
      const listing = await findListing(pool, listingId)
      const dataset = (await parts.catalogue.current()).datasets.find(({ id }) => id === listing?.datasetId)
      if (!listing || dataset?.departmentId !== caller.department.id) return null
      return (await concerns(pool, caller, listingId)) ? listing : null
    },

    async facts(caller, listingId) {
      const subject = await subjectOfListing(pool, listingId)
      if (!subject || !concernsCounty(caller.county ?? null, subject.uscc)) throw listingNotFound()
      return { subject, objectUntil: await findObjectUntil(pool, listingId) }
    },

    async events(caller, listingId) {
      const listing = await findListing(pool, listingId)
      const dataset = (await parts.catalogue.current()).datasets.find(({ id }) => id === listing?.datasetId)
      return dataset?.departmentId === caller.department.id ? eventsOf(pool, listingId) : []
    },

    async noteEnded() {
      let total = 0
      for (;;) {
        const noted = await transaction(pool, async (client) => {
          const feed = await noteEnded(client, legalDay(clock.now()))
          await appendToFeed(client, feed)
          return feed.length
        })
        total += noted
        if (noted === 0) return total
      }
    },
  }
}

/** What should never have been there is shared no more: with the membership falls the record (art. 66). */
async function withdrawRecord(
  client: Queryable,
  caller: Caller,
  dataset: CatalogueDataset,
  { recordId }: StoredMembership,
  input: ActionInput & { on: LegalDay },
): Promise<FeedEntry[]> {
  const record = recordId === null ? null : await lockRecordById(client, recordId)
  if (record?.status !== 'ACTIVE' && record?.status !== 'REPAIRED') return []
  await changeRecord(client, {
    departmentId: caller.department.id,
    changeId: `listing action ${input.actionId}`,
    inputMac: '',
    kind: 'WITHDRAWN',
    record,
    datasetVersionId: dataset.versionId,
    reason: input.reason,
    documentNo: input.documentNo,
    decidedOn: input.on,
    corrected: null,
    supersededById: null,
  })
  return [{ kind: 'RECORD_WITHDRAWN', recordId: record.id, subjectId: record.subjectId, listingId: null }]
}

function eventOf(
  input: ActionInput & { type: DepartmentEvent; decisionNo?: string },
  today: LegalDay,
): MembershipEvent {
  const { type } = input
  const on = input.on ?? today
  if (type !== 'DECIDED') return { type, on }
  if (input.decisionNo === undefined || input.decisionNo === '')
    throw new Refusal('INPUT_INVALID', 'decisionNo 必填 (decisionNo: required for a decision)')
  return { type, on, decisionNo: input.decisionNo }
}

type ListDataset = CatalogueDataset & { listTypeCode: string }

function listDataset(catalogue: Catalogue, code: string): ListDataset {
  const dataset = catalogue.datasets.find((candidate) => candidate.code === code)
  if (!dataset)
    throw new Refusal('DATASET_NOT_FOUND', '目录中没有此数据集 (the catalogue has no such dataset)')
  const { listTypeCode } = dataset
  const listType = catalogue.listTypes.find((candidate) => candidate.code === listTypeCode)
  if (dataset.status !== 'ACTIVE')
    throw new Refusal('DATASET_NOT_ACTIVE', '该数据集未启用 (the dataset is not active)')
  if (listTypeCode === null || listType?.status !== 'ACTIVE') {
    throw new Refusal(
      'LIST_TYPE_NOT_ACTIVE',
      '该数据集没有启用的名单 (the dataset feeds no active list)',
      '国办发〔2020〕49号',
    )
  }
  return { ...dataset, listTypeCode }
}

function requireMay(caller: Caller, type: DepartmentEvent | 'NOTICED', dataset: CatalogueDataset): void {
  if (mayDo(caller.department, type, dataset)) return
  throw new Refusal(
    'LISTING_NOT_YOURS',
    '谁认定、谁负责：只有认定单位可以办理 (only the determining department may do this)',
    '河南省社会信用条例第三十七条',
  )
}

/** What lies outside the county of an officer is as if it were not. */
async function concerns(client: Queryable, caller: Caller, listingId: number): Promise<boolean> {
  if (caller.county === undefined) return true
  return concernsCounty(caller.county, (await subjectOfListing(client, listingId))?.uscc ?? null)
}

const listingNotFound = () => new Refusal('LISTING_NOT_FOUND', '没有此名单记录 (no such listing)')

async function present(client: Queryable, listingId: number): Promise<StoredMembership> {
  const listing = await findListing(client, listingId)
  if (!listing) throw listingNotFound()
  return listing
}
