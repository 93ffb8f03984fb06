import type pg from 'pg'
import { type Clock, legalDay } from '../kernel/clock.ts'
import { transaction } from '../kernel/database.ts'
import { AdministrationRefusal } from '../kernel/refusal.ts'
import { requestSweep } from '../measures/fan-out-store.ts'
import { lastAdministrators } from './administrators.ts'
import { departmentRoles } from './department.ts'
import { type MergeInput, planMerge } from './merge.ts'
import {
  closeInto,
  holdTheLastAdministrators,
  lockDatasetsOf,
  lockMerging,
  noteMerge,
  passDatasets,
  passGrants,
  setRoles,
  unfinishedFiles,
} from './merge-store.ts'

export type MergeResult = {
  into: string
  merged: string[]
  /** Named as well, but merged into it before. */
  alreadyMerged: string[]
  datasets: string[]
  grants: string[]
}

export type MergeService = {
  /**
   * Closes departments and passes their duties to the successor: datasets, grants, roles. Repeated, it changes nothing.
   * Refusals are `AdministrationRefusal`.
   */
  merge(actor: string, input: MergeInput): Promise<MergeResult>
}

export function createMergeService(parts: { pool: pg.Pool; clock: Clock }): MergeService {
  return {
    async merge(actor, input) {
      return transaction(parts.pool, async (client) => {
        const facts = await lockMerging(client, input.from, input.into)
        const { into, merging, merged } = planMerge(input, facts, legalDay(parts.clock.now()))
        if (merging.length === 0)
          return { into: into.code, merged: [], alreadyMerged: [...merged], datasets: [], grants: [] }
        const datasets = await lockDatasetsOf(client, merging)
        requireFinished(await unfinishedFiles(client, merging))
        if (await holdTheLastAdministrators(client, merging)) throw lastAdministrators()
        await passDatasets(client, datasets, into)
        const grants = await passGrants(client, merging, into)
        await closeInto(client, merging, into)
        // Who takes over datasets has to be able to send them.
        const roles = departmentRoles.filter((role) =>
          [into, ...merging].some((department) => department.roles.includes(role)),
        )
        await setRoles(client, into, roles)
        await requestSweep(client, `DEPARTMENTS_MERGED ${into.code}`)
        const passed = datasets.map(({ code }) => code)
        for (const { code } of merging) {
          await noteMerge(client, actor, code, {
            into: into.code,
            effectiveFrom: input.effectiveFrom,
            reason: input.reason,
            datasets: passed,
            grants,
            roles,
          })
        }
        return {
          into: into.code,
          merged: merging.map(({ code }) => code),
          alreadyMerged: [...merged],
          datasets: passed,
          grants,
        }
      })
    },
  }
}

/** A file is stored under the department that sent it, and only its officers know what to do with it. */
function requireFinished(files: readonly { department: string; batchId: string; status: string }[]): void {
  if (files.length === 0) return
  const named = files.map(({ department, batchId, status }) => `${department} ${batchId} ${status}`)
  throw new AdministrationRefusal(
    'FILES_UNFINISHED',
    `还有未完成的文件批次，请先完成或取消 (files are not finished: let them finish, or cancel them):\n${named.join('\n')}`,
  )
}
