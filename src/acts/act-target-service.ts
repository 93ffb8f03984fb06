import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { concernsCounty } from '../departments/division-code.ts'
import { findProposal as findPair, lockIdentities } from '../identities/identity-store.ts'
import type { Json } from '../kernel/canonical-json.ts'
import { type Clock, legalDay } from '../kernel/clock.ts'
import type { Queryable } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import {
  eventsOf,
  findListing,
  findListingOfRecord,
  lockListing,
  type StoredMembership,
  subjectOfListing,
} from '../listings/listing-store.ts'
import { taskNotFound } from '../measures/task.ts'
import { lockTask } from '../measures/task-store.ts'
import { readSourceKey } from '../records/record-change.ts'
import { type CurrentRecord, lockDataset, lockRecord } from '../records/record-store.ts'
import { submittableDataset } from '../records/submission-policy.ts'
import { readCaseCode } from '../remedies/case-code.ts'
import { lockTarget } from '../remedies/remedy-effects-service.ts'
import { mayFollow, partiesOf } from '../remedies/remedy-policy.ts'
import { findCase, lockCase } from '../remedies/remedy-store.ts'
import type { ActTarget, SeenTarget } from './act-target.ts'
import { subjectNumbered } from './act-target-store.ts'

/**
 * Sees what an act is about, locked until the transaction ends, in the order in which the acts themselves lock it. What is
 * not the department's, or lies outside the officer's county, is not there.
 */
export type ActTargetService = {
  see(client: Queryable, caller: Caller, target: ActTarget): Promise<SeenTarget>
}

export function createActTargetService(parts: {
  clock: Clock
  catalogue: CatalogueReader
}): ActTargetService {
  async function datasetNumbered(id: number | null | undefined): Promise<CatalogueDataset | undefined> {
    return (await parts.catalogue.current()).datasets.find((dataset) => dataset.id === id)
  }

  async function listing(client: Queryable, caller: Caller, listingId: number): Promise<SeenTarget> {
    const found = await findListing(client, listingId)
    const dataset = await datasetNumbered(found?.datasetId)
    if (!found || dataset?.departmentId !== caller.department.id) throw notThere()
    await lockDataset(client, dataset.id)
    const locked = await lockListing(client, listingId)
    const subject = await subjectOfListing(client, listingId)
    if (!locked || !subject) throw notThere()
    return {
      usccs: [subject.uscc],
      facts: { name: subject.name, uscc: subject.uscc, ...(await listingFacts(client, locked)) },
    }
  }

  async function remedy(client: Queryable, caller: Caller, typed: string): Promise<SeenTarget> {
    const code = readCaseCode(typed)
    const sought = code === null ? null : await findCase(client, code)
    const dataset = await datasetNumbered(sought?.datasetId)
    if (!sought || !dataset || !mayFollow(partiesOf(caller.department, dataset, sought.openerId)))
      throw notThere()
    const { record, listing: listed } = await lockTarget(client, sought)
    const { phase, subject, events } = await lockCase(client, sought.id)
    return {
      usccs: [subject.uscc],
      facts: {
        name: subject.name,
        uscc: subject.uscc,
        casePhase: phase,
        caseEvents: events.length,
        ...recordFacts(record),
        ...(listed ? await listingFacts(client, listed) : {}),
      },
    }
  }

  async function task(client: Queryable, caller: Caller, taskId: number): Promise<SeenTarget> {
    const found = await lockTask(client, caller.department.id, taskId)
    if (!found) throw taskNotFound()
    const { subject, phase, events } = found
    return {
      usccs: [subject.uscc],
      facts: { name: subject.name, uscc: subject.uscc, phase, events: events.length },
    }
  }

  async function pair(client: Queryable, proposalId: number): Promise<SeenTarget> {
    await lockIdentities(client)
    const found = await findPair(client, proposalId)
    if (!found) throw notThere()
    return {
      usccs: found.subjects.map(({ uscc }) => uscc),
      facts: {
        subjects: found.subjects.map(({ id, name, uscc }) => ({ id, name, uscc })),
        verdict: found.verdict,
        events: found.events.length,
      },
    }
  }

  async function record(
    client: Queryable,
    caller: Caller,
    target: Extract<ActTarget, { kind: 'RECORD' }>,
  ): Promise<SeenTarget> {
    const dataset = submittableDataset(await parts.catalogue.current(), caller.department, target.dataset)
    await lockDataset(client, dataset.id)
    const keyed = async (key: { [key: string]: Json }) => {
      const sourceKey = readSourceKey(dataset.definition, key, legalDay(parts.clock.now()))
      const found = await lockRecord(client, dataset.id, sourceKey)
      if (!found)
        throw new Refusal('RECORD_NOT_FOUND', '没有此来源编号的记录 (no record has this source number)')
      return found
    }
    const found = await keyed(target.sourceKey)
    const successor = target.successor === null ? null : await keyed(target.successor)
    const listed = await findListingOfRecord(client, found.id)
    const { name, uscc } = await subjectNumbered(client, found.subjectId)
    return {
      usccs: [uscc],
      facts: {
        name,
        uscc,
        ...recordFacts(found),
        ...(listed ? await listingFacts(client, listed) : {}),
        ...(successor ? { successor: recordFacts(successor) } : {}),
      },
    }
  }

  function seen(client: Queryable, caller: Caller, target: ActTarget): Promise<SeenTarget> {
    switch (target.kind) {
      case 'LISTING':
        return listing(client, caller, target.listingId)
      case 'CASE':
        return remedy(client, caller, target.code)
      case 'TASK':
        return task(client, caller, target.taskId)
      case 'PAIR':
        return pair(client, target.proposalId)
      case 'RECORD':
        return record(client, caller, target)
    }
  }

  return {
    async see(client, caller, target) {
      const found = await seen(client, caller, target)
      if (!concernsAny(caller.county ?? null, found)) throw notThere()
      return found
    },
  }
}

/** Whether an officer of a county has to do with what an act is about. */
export const concernsAny = (county: string | null, { usccs }: Pick<SeenTarget, 'usccs'>): boolean =>
  usccs.some((uscc) => concernsCounty(county, uscc))

const recordFacts = ({ id, version, status }: CurrentRecord) => ({
  recordId: id,
  recordVersion: version,
  recordStatus: status,
})

const listingFacts = async (client: Queryable, { id, phase }: StoredMembership) => ({
  listingId: id,
  listingPhase: phase,
  listingEvents: (await eventsOf(client, id)).length,
})

const notThere = () =>
  new Refusal('ACT_TARGET_NOT_FOUND', '没有所指的事项 (there is nothing of yours that this act is about)')
