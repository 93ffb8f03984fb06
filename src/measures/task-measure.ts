import { rowOn } from '../catalogue/dated-rows.ts'
import { type CatalogueMeasure, versionsOf } from '../catalogue/measures.ts'
import type { LegalDay } from '../kernel/clock.ts'

/** Which measures become tasks, and by which version a task is judged. Pure. */

/** Hints and incentives are shown at the counter, and what the market decides for itself nobody is made to do. */
export function demandsAct({ class: of }: Pick<CatalogueMeasure, 'class'>): boolean {
  switch (of) {
    case '减损权益或增加义务':
    case '管理措施':
      return true
    case '市场自主':
    case '守信激励':
    case '提示':
      return false
  }
}

/**
 * The version in force on the day of delivery; where it was withdrawn since, what it said then. Null: the catalogue is
 * older than the task.
 */
export function measureOfTask(
  catalogue: { measures: readonly CatalogueMeasure[] },
  { measureCode, createdOn }: { measureCode: string; createdOn: LegalDay },
): CatalogueMeasure | null {
  const versions = versionsOf(catalogue, measureCode).filter(({ status }) => status !== 'DRAFT')
  return rowOn(versions, createdOn) ?? versions.at(-1) ?? null
}
