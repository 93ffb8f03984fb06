import { createHash } from 'node:crypto'
import type pg from 'pg'
import type { CatalogueDataset } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { Caller } from '../departments/caller.ts'
import type { Department } from '../departments/department.ts'
import { canonicalJson } from '../kernel/canonical-json.ts'
import type { Clock } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Vault } from '../kernel/vault.ts'
import { limits } from '../limits.ts'
import type { FileFormat, TextEncoding } from '../tabular/tabular-file.ts'
import type { BatchView } from './batch.ts'
import { claimBatch, findBatch, holdDepartment } from './batch-store.ts'
import {
  appendPiece,
  beginFile,
  completeFile,
  dropFile,
  filesWaiting,
  inPieces,
  sweepFiles,
} from './stored-file-store.ts'
import { submittableDataset, termOf } from './submission-policy.ts'
import { batchIdReused } from './submission-service.ts'

/**
 * A file of records as its sender announces it; `sha256` is the signed digest of its exact bytes, base64url. Null: an officer
 * sends it by her session, which announces none.
 */
export type FileInput = {
  dataset: string
  batchId: string
  name: string
  sha256: string | null
  format: FileFormat | null
  sheet: string | null
  encoding: TextEncoding | null
}

export type FileReceipt = { outcome: 'TAKEN'; batch: BatchView } | { outcome: 'DIGEST_MISMATCH' }

/**
 * Receives files of records. The bytes are kept encrypted as they stream in, and nothing takes effect before their
 * digest is the signed one: then the batch exists, and the worker takes it from there.
 */
export type FileIntakeService = {
  /** Whether such a file would be taken at all, asked before its bytes are read. Throws the refusal. */
  admit(department: Department, input: Pick<FileInput, 'dataset'>): Promise<void>
  /** `stillAdmitted` is asked once all bytes are there, since they take their time; it throws where they are in vain. */
  receive(
    caller: Caller,
    input: FileInput,
    bytes: AsyncIterable<Uint8Array>,
    stillAdmitted: () => Promise<void>,
  ): Promise<FileReceipt>
  /** Erases files whose time is over. Returns how many. */
  sweep(): Promise<number>
}

export function createFileIntakeService(parts: {
  pool: pg.Pool
  vault: Vault
  clock: Clock
  catalogue: CatalogueReader
  onTaken: () => void
}): FileIntakeService {
  const { pool, vault, clock } = parts

  async function admitted(department: Department, code: string): Promise<CatalogueDataset> {
    const catalogue = await parts.catalogue.current()
    const dataset = submittableDataset(catalogue, department, code)
    termOf(catalogue, dataset)
    return dataset
  }

  async function requireRoom(department: Department): Promise<void> {
    const { files, bytes } = await filesWaiting(pool, department.id)
    if (files < limits.filesWaiting && bytes < limits.fileBytesWaiting) return
    throw new Refusal(
      'TOO_MANY_FILES',
      `有 ${files} 个文件尚未处理完，请等待或者取消 (${files} files are not done yet: wait, or cancel some)`,
    )
  }

  async function keep(
    fileId: number,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<{ size: number; sha256: string }> {
    const digest = createHash('sha256')
    let [position, size] = [0, 0]
    for await (const piece of inPieces(bytes)) {
      digest.update(piece)
      size += piece.length
      await appendPiece(pool, vault, fileId, position, piece)
      position += 1
    }
    return { size, sha256: digest.digest('base64url') }
  }

  return {
    async admit(department, { dataset }) {
      await admitted(department, dataset)
    },

    async receive(caller, input, bytes, stillAdmitted) {
      const dataset = await admitted(caller.department, input.dataset)
      await requireRoom(caller.department)
      const fileId = await beginFile(pool, caller.department.id)
      let taken = false
      try {
        const kept = await keep(fileId, bytes)
        if (input.sha256 !== null && kept.sha256 !== input.sha256) return { outcome: 'DIGEST_MISMATCH' }
        await stillAdmitted()
        const { name, format, sheet, encoding } = input
        const inputMac = vault.blindIndex(
          'batch file',
          canonicalJson([input.dataset, kept.sha256, format, sheet, encoding]),
        )
        const { batch, isNew } = await transaction(pool, async (client) => {
          await caller.request.claim(client)
          if ((await holdDepartment(client, caller.department.id)) === 'CLOSED') throw mergedMeanwhile()
          const claim = await claimBatch(client, {
            departmentId: caller.department.id,
            dataset,
            batchId: input.batchId,
            inputMac,
            file: {
              facts: { name, ...kept, format, sheet, encoding },
              storedFileId: fileId,
            },
            sentBy: caller.officer?.id ?? null,
          })
          if (claim.outcome === 'REUSED') throw batchIdReused(input.batchId)
          if (claim.outcome === 'REPEATED') return { batch: claim.batch, isNew: false }
          await completeFile(client, fileId, { ...kept, now: clock.now() })
          const fresh = await findBatch(client, caller.department.id, input.batchId)
          if (!fresh) throw new RangeError('a batch that was claimed is there')
          return { batch: fresh, isNew: true }
        })
        taken = isNew
        if (isNew) parts.onTaken()
        return { outcome: 'TAKEN', batch }
      } finally {
        // Where even this fails, the sweep removes what no batch took.
        if (!taken) await dropFile(pool, fileId).catch(() => {})
      }
    },

    sweep: () => sweepFiles(pool, clock.now()),
  }
}

/** A file of a closed department would wait for officers that it has no more. */
const mergedMeanwhile = () =>
  new Refusal(
    'DATASET_NOT_YOURS',
    '本部门已并入其他部门，请由承继部门报送 (the department was merged into another, which provides the dataset now)',
    '河南省社会信用条例第十三条',
  )
