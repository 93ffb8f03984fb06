import type pg from 'pg'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import { appendToFeed } from '../feed/feed-store.ts'
import { appendNumberDecision } from '../identities/doubtful-number-store.ts'
import { canonicalJson, type Json } from '../kernel/canonical-json.ts'
import { type Clock, legalDay } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { AdministrationRefusal, Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import { addMoney, type BatchView } from './batch.ts'
import { claimBatch, countRows, findBatch, finishRequestBatch, noteProblems } from './batch-store.ts'
import { decideHeldRow, lockHeldRow, noteHeldRowSeen } from './held-row-store.ts'
import { lockDataset } from './record-store.ts'
import { numberKeyOf, storeRows, takeRows } from './row-intake-service.ts'
import { readRows } from './submission.ts'
import { submittableDataset, termOf } from './submission-policy.ts'

export type SubmissionInput = { dataset: string; batchId: string; records: Json[] }

/** Intake of records (归集): one batch, one transaction; good rows are kept and every bad one is answered. */
export type SubmissionService = {
  submit(caller: Caller, input: SubmissionInput): Promise<BatchView>
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

  return {
    async submit(caller, input) {
      if (input.records.length > limits.recordsPerBatch) {
        throw new Refusal(
          'BATCH_TOO_LARGE',
          `每批至多 ${limits.recordsPerBatch} 条，收到 ${input.records.length} 条 (too many records in one batch)`,
        )
      }
      const catalogue = await parts.catalogue.current()
      const dataset = submittableDataset(catalogue, caller.department, input.dataset)
      const termOn = termOf(catalogue, dataset)
      const today = legalDay(clock.now())
      const read = readRows(input.records, { definition: dataset.definition, termOn, today })
      const inputMac = vault.blindIndex('batch', canonicalJson([input.dataset, input.records]))

      return transaction(pool, async (client) => {
        await caller.request.claim(client)
        const claim = await claimBatch(client, {
          departmentId: caller.department.id,
          dataset,
          batchId: input.batchId,
          inputMac,
          file: null,
          sentBy: caller.officer?.id ?? null,
        })
        if (claim.outcome === 'REPEATED') return claim.batch
        if (claim.outcome === 'REUSED') throw batchIdReused(input.batchId)
        const { batchRef, receivedAt } = claim
        const intake = await takeRows(client, vault, dataset, { batchRef, receivedAt }, read, {
          today,
          rawOf: (index) => input.records[index],
        })
        await countRows(client, batchRef, intake.counts, addMoney({}, dataset.definition, intake.outcomes))
        await finishRequestBatch(client, batchRef, input.records.length)
        await noteProblems(client, batchRef, intake.problems)
        await appendToFeed(client, intake.events)
        const batch = await findBatch(client, caller.department.id, input.batchId)
        if (!batch) throw new RangeError('a batch that was claimed is there')
        return batch
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
        const today = legalDay(clock.now())
        const termOn = termOf(catalogue, dataset)
        const read = readRows([heldRow.raw], { definition: dataset.definition, termOn, today })
        const row = read.rows[0] ?? read.held[0]?.row
        if (!row)
          throw new AdministrationRefusal(
            'WRONG_STATE',
            '按现行目录此行已不合格 (by the catalogue of today the row is not valid)',
          )
        // Accepted for this row, the number is accepted for those to come.
        if (read.held.length > 0) {
          const by = { departmentId: null, name: actor }
          const key = numberKeyOf(vault, row.subject)
          await appendNumberDecision(client, key, { decision: 'ACCEPTED', reason }, by, null)
        }
        const stored = await storeRows(client, vault, dataset, heldRow, [row], today)
        switch (stored.outcomes.get(row)) {
          case 'ACCEPTED':
          case 'UNCHANGED':
            return appendToFeed(client, stored.events)
          default:
            throw new AdministrationRefusal(
              'WRONG_STATE',
              '之后已报送同号的新内容，或者该记录已撤销，此行只能不予接受 (the record was written again or withdrawn meanwhile: refuse this row)',
            )
        }
      })
    },
  }
}

export function batchIdReused(batchId: string): Refusal {
  return new Refusal(
    'BATCH_ID_REUSED',
    `批次号 ${batchId} 已用于其他内容 (this batch id was used for other content)`,
  )
}

function heldRowNotFound(id: number): AdministrationRefusal {
  return new AdministrationRefusal(
    'HELD_ROW_NOT_FOUND',
    `没有待核实的行 ${id} (no row ${id} waits for a decision)`,
  )
}
