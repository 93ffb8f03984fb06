import type pg from 'pg'
import type { Catalogue, CatalogueDataset } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { appendToFeed } from '../feed/feed-store.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import { type Clock, legalDay } from '../kernel/clock.ts'
import { type Queryable, transaction } from '../kernel/database.ts'
import { AdministrationRefusal, Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { storeListings } from '../listings/listing-store.ts'
import { knownSubjects, resolveSubjects, subjectKey } from '../subjects/subject-store.ts'
import { decideHeldRow, holdRows, isOutOfDate, lockHeldRow, noteHeldRowSeen } from './held-row-store.ts'
import {
  type BatchResult,
  claimBatch,
  closeBatch,
  lockDataset,
  recordEvents,
  storeRecords,
} from './record-store.ts'
import { type ReadRows, type Row, readRows } from './submission.ts'
import { maySubmit } from './submission-policy.ts'

export type SubmissionInput = { dataset: string; batchId: string; records: Json[] }

/** Intake of records (归集): one batch, one transaction; good rows are kept and every bad one is answered. */
export type SubmissionService = {
  submit(caller: Caller, input: SubmissionInput): Promise<BatchResult>
  /** The row as it was sent, for the administrator who decides; leaves a trace. */
  showHeld(actor: string, id: number): Promise<{ dataset: string; raw: unknown }>
  /** An administrator accepts or refuses a row held for its check character. */
  decideHeld(actor: string, id: number, decision: 'ACCEPTED' | 'REFUSED', reason: string): Promise<void>
}

export function createSubmissionService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
}): SubmissionService {
  const { pool, vault, clock } = parts

  async function store(client: Queryable, dataset: CatalogueDataset, batchRef: number, rows: readonly Row[]) {
    const subjects = await resolveSubjects(
      client,
      vault,
      rows.map((row) => row.subject),
      { nameIsRegistered: dataset.definition.subject.nameIsRegistered },
    )
    const withSubjects = rows.map((row) => {
      const subjectId = subjects.get(subjectKey(vault, row.subject))
      if (subjectId === undefined) throw new RangeError('every row has a subject')
      return { row, subjectId }
    })
    const stored = await storeRecords(client, vault, dataset, batchRef, withSubjects)
    const drafts = stored.changes.flatMap(({ recordId, subjectId, row }) =>
      row.listing ? [{ recordId, subjectId, ...row.listing }] : [],
    )
    const listed = dataset.listTypeCode
      ? await storeListings(client, dataset, dataset.listTypeCode, drafts)
      : []
    return { ...stored, events: [...recordEvents(stored.changes), ...listed] }
  }

  return {
    async submit(caller, input) {
      const catalogue = await parts.catalogue.current()
      const dataset = submittableDataset(catalogue, caller, input)
      const rules = {
        definition: dataset.definition,
        termMonths: termOf(catalogue, dataset),
        today: legalDay(clock.now()),
      }
      const read = readRows(input.records, rules)
      const inputMac = vault.blindIndex('batch', canonicalJson([input.dataset, input.records]))

      return transaction(pool, async (client) => {
        await caller.request.claim(client)
        const claim = await claimBatch(client, caller.department.id, dataset, input.batchId, inputMac)
        if (claim.outcome === 'REPEATED') return claim.result
        if (claim.outcome === 'REUSED') {
          throw new Refusal(
            'BATCH_ID_REUSED',
            `批次号 ${input.batchId} 已用于其他内容 (this batch id was used for other content)`,
          )
        }
        await lockDataset(client, dataset.id)
        const { rows, held } = await releaseKnown(client, vault, read)
        const stored = await store(client, dataset, claim.batchRef, rows)
        await holdRows(
          client,
          vault,
          claim.batchRef,
          held.map(({ row, problem }) => ({
            index: row.index,
            code: problem.code,
            raw: input.records[row.index],
          })),
        )
        const problems = [...read.problems, ...held.map(({ problem }) => problem)].sort(
          (a, b) => a.index - b.index,
        )
        const result: BatchResult = {
          batchId: input.batchId,
          dataset: dataset.code,
          received: input.records.length,
          accepted: stored.accepted,
          unchanged: stored.unchanged,
          held: held.length,
          rejected: input.records.length - rows.length - held.length,
          problems,
        }
        await closeBatch(client, claim.batchRef, result)
        await appendToFeed(client, stored.events)
        return result
      })
    },

    async showHeld(actor, id) {
      return transaction(pool, async (client) => {
        const heldRow = await lockHeldRow(client, vault, id)
        if (!heldRow) throw heldRowNotFound(id)
        await noteHeldRowSeen(client, id, actor)
        return { dataset: heldRow.datasetCode, raw: heldRow.raw }
      })
    },

    async decideHeld(actor, id, status, reason) {
      const catalogue = await parts.catalogue.current()
      await transaction(pool, async (client) => {
        const heldRow = await lockHeldRow(client, vault, id)
        if (!heldRow) throw heldRowNotFound(id)
        await decideHeldRow(client, id, { status, actor, reason, at: clock.now() })
        if (status === 'REFUSED') return
        const dataset = catalogue.datasets.find((candidate) => candidate.code === heldRow.datasetCode)
        if (!dataset)
          throw new AdministrationRefusal(
            'CATALOGUE_INVALID',
            `没有数据集 ${heldRow.datasetCode} (no such dataset)`,
          )
        await lockDataset(client, dataset.id)
        const rules = {
          definition: dataset.definition,
          termMonths: termOf(catalogue, dataset),
          today: legalDay(clock.now()),
        }
        const read = readRows([heldRow.raw], rules)
        const row = read.rows[0] ?? read.held[0]?.row
        if (!row)
          throw new AdministrationRefusal(
            'WRONG_STATE',
            '按现行目录此行已不合格 (by the catalogue of today the row is not valid)',
          )
        if (await isOutOfDate(client, heldRow, row.sourceKey)) {
          throw new AdministrationRefusal(
            'WRONG_STATE',
            '之后已报送同号的新内容，此行只能不予接受 (newer content of the same source number was accepted: refuse this row)',
          )
        }
        const stored = await store(client, dataset, heldRow.batchRef, [row])
        await appendToFeed(client, stored.events)
      })
    },
  }
}

function heldRowNotFound(id: number): AdministrationRefusal {
  return new AdministrationRefusal(
    'HELD_ROW_NOT_FOUND',
    `没有待核实的行 ${id} (no row ${id} waits for a decision)`,
  )
}

function submittableDataset(catalogue: Catalogue, caller: Caller, input: SubmissionInput): CatalogueDataset {
  if (input.records.length > limits.recordsPerBatch) {
    throw new Refusal(
      'BATCH_TOO_LARGE',
      `每批至多 ${limits.recordsPerBatch} 条，收到 ${input.records.length} 条 (too many records in one batch)`,
    )
  }
  const dataset = catalogue.datasets.find((candidate) => candidate.code === input.dataset)
  if (!dataset)
    throw new Refusal('DATASET_NOT_FOUND', '目录中没有此数据集 (the catalogue has no such dataset)')
  const verdict = maySubmit(caller.department, dataset)
  switch (verdict) {
    case 'ALLOWED':
      return dataset
    case 'NOT_YOURS':
      throw new Refusal(
        'DATASET_NOT_YOURS',
        '该数据集由其他部门提供 (another department provides this dataset)',
        '河南省社会信用条例第十三条',
      )
    case 'NOT_ACTIVE':
      throw new Refusal('DATASET_NOT_ACTIVE', '该数据集未启用 (the dataset is not active)')
  }
}

function termOf(catalogue: Catalogue, dataset: CatalogueDataset): number | null {
  if (dataset.listTypeCode === null) return null
  const listType = catalogue.listTypes.find((candidate) => candidate.code === dataset.listTypeCode)
  if (listType?.status !== 'ACTIVE') {
    throw new Refusal(
      'LIST_TYPE_NOT_ACTIVE',
      `名单 ${dataset.listTypeCode} 未启用 (the list type is not active)`,
      '国办发〔2020〕49号',
    )
  }
  return listType.termMonths
}

/** A number that a person accepted once is accepted from then on: its subject exists. */
async function releaseKnown(
  client: Queryable,
  vault: Vault,
  read: ReadRows,
): Promise<{ rows: Row[]; held: ReadRows['held'] }> {
  if (read.held.length === 0) return { rows: read.rows, held: [] }
  const known = await knownSubjects(
    client,
    vault,
    read.held.map(({ row }) => row.subject),
  )
  const isKnown = ({ row }: ReadRows['held'][number]) => known.has(subjectKey(vault, row.subject))
  return {
    rows: [...read.rows, ...read.held.filter(isKnown).map(({ row }) => row)],
    held: read.held.filter((entry) => !isKnown(entry)),
  }
}
