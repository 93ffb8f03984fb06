import type { DatasetDefinition } from '../catalogue/definition.ts'
import type { FileFormat, TextEncoding } from '../tabular/tabular-file.ts'
import type { Values } from './field-values.ts'

/** A batch (批次): rows sent together, in one request or as a file. Pure. */

/**
 * A file goes RECEIVED → CHECKING → STORING → ANNOTATING → DONE. SUSPICIOUS waits for an officer before anything takes
 * effect. REFUSED: nothing of it could be taken. CANCELLED: what was stored until then stays. FAILED: an error of ours,
 * which an administrator can have tried again. A batch of one request is DONE at once.
 */
export const batchStatuses = [
  'RECEIVED',
  'CHECKING',
  'SUSPICIOUS',
  'STORING',
  'ANNOTATING',
  'DONE',
  'CANCELLED',
  'REFUSED',
  'FAILED',
] as const
export type BatchStatus = (typeof batchStatuses)[number]

export const rowOutcomes = ['accepted', 'unchanged', 'held', 'rejected'] as const
export type RowOutcome = (typeof rowOutcomes)[number]

/** `received` = accepted + unchanged + held + rejected. `withdrawn` are accepted rows that withdraw a record. */
export type Counts = { received: number; withdrawn: number } & Record<RowOutcome, number>

/** Sums in fen for each money field and outcome, as decimal text, since they may exceed 2^53. */
export type MoneyTotals = Record<string, Record<RowOutcome, string>>

export type BatchFile = {
  name: string
  size: number
  sha256: string
  /** Null until the file was looked into, unless the sender said so. */
  format: FileFormat | null
  encoding: TextEncoding | null
  sheet: string | null
}

export type BatchRefusal = { code: string; message: string; line: number | null }
export type Suspicion = {
  code: 'SECOND_PERSON' | 'FEWER_ROWS' | 'MANY_WITHDRAWALS' | 'MANY_REJECTIONS'
  message: string
}
export type Confirmation = { by: string; reason: string; at: string }

export type BatchView = Counts & {
  ref: number
  batchId: string
  dataset: string
  channel: 'API' | 'FILE'
  status: BatchStatus
  receivedAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  rowsChecked: number
  rowsTotal: number | null
  money: MoneyTotals
  suspicions: Suspicion[]
  /** The officer who sent it; null: a department's system did. */
  sentBy: string | null
  refusal: BatchRefusal | null
  confirmation: Confirmation | null
  cancelRequested: boolean
  file: BatchFile | null
  annotated: { size: number; sha256: string } | null
}

const moneyTypes = new Set(['MONEY_WAN', 'MONEY_YUAN'])

const none = (): Record<RowOutcome, string> => ({ accepted: '0', unchanged: '0', held: '0', rejected: '0' })

/** Adds the amounts of rows to the sums; an amount that could not be read counts nowhere. */
export function addMoney(
  totals: MoneyTotals,
  definition: DatasetDefinition,
  rows: readonly { values: Values; outcome: RowOutcome }[],
): MoneyTotals {
  const fields = definition.fields.filter((field) => moneyTypes.has(field.value.type))
  const sums: MoneyTotals = { ...totals }
  for (const { name } of fields) {
    const added = { ...none(), ...totals[name] }
    for (const outcome of rowOutcomes) {
      let sum = BigInt(added[outcome])
      for (const row of rows) {
        const value = row.outcome === outcome ? row.values[name] : null
        if (typeof value === 'number') sum += BigInt(value)
      }
      added[outcome] = sum.toString()
    }
    sums[name] = added
  }
  return sums
}

/** One officer alone puts nobody on a list: what she sends waits for another person. */
export const secondPersonNeeded: Suspicion = {
  code: 'SECOND_PERSON',
  message:
    '经办人报送的名单数据须由本部门另一人确认 (an officer sent it and it feeds a list: another person of the department confirms it)',
}

export type CheckedFile = { rows: number; rejections: number; withdrawals: number }

/**
 * What makes a checked file suspicious, before any of it takes effect. `usualRows`: how many rows earlier files had,
 * the middle one; null: too few of them to tell. Small files are judged by their size alone.
 */
export function suspicionsOf(
  { suspicion }: DatasetDefinition,
  checked: CheckedFile,
  usualRows: number | null,
): Suspicion[] {
  const suspicions: Suspicion[] = []
  const percent = (share: number) => `${Math.round(share * 100)}%`
  if (usualRows !== null && checked.rows < usualRows * suspicion.rowsBelowUsual) {
    suspicions.push({
      code: 'FEWER_ROWS',
      message: `本次 ${checked.rows} 行，通常约 ${usualRows} 行，不足其 ${percent(suspicion.rowsBelowUsual)} (far fewer rows than usual)`,
    })
  }
  if (checked.rows < suspicion.minimumRows) return suspicions
  if (checked.withdrawals > checked.rows * suspicion.withdrawalsAbove) {
    suspicions.push({
      code: 'MANY_WITHDRAWALS',
      message: `撤销 ${checked.withdrawals} 行，超过 ${percent(suspicion.withdrawalsAbove)} (far more withdrawals than expected)`,
    })
  }
  if (checked.rejections > checked.rows * suspicion.rejectionsAbove) {
    suspicions.push({
      code: 'MANY_REJECTIONS',
      message: `不合格 ${checked.rejections} 行，超过 ${percent(suspicion.rejectionsAbove)} (far more faulty rows than expected)`,
    })
  }
  return suspicions
}

/** The middle one of how many rows earlier files had; null where too few tell anything. */
export function usualRowsOf(earlier: readonly number[], fewest: number): number | null {
  if (earlier.length < fewest) return null
  return [...earlier].sort((a, b) => a - b)[Math.floor(earlier.length / 2)] ?? null
}

export type Progress = { rowsPerSecond: number | null; secondsLeft: number | null }

/** Each row is read twice, once to check and once to store; how long the rest takes is known once all are checked. */
export function progressOf(batch: BatchView, now: Date): Progress {
  if (!batch.startedAt || batch.channel === 'API') return { rowsPerSecond: null, secondsLeft: null }
  const seconds = ((batch.finishedAt ?? now).getTime() - batch.startedAt.getTime()) / 1000
  const steps = batch.rowsChecked + batch.received
  if (seconds <= 0 || steps === 0) return { rowsPerSecond: null, secondsLeft: null }
  const perSecond = steps / seconds
  const left = batch.rowsTotal === null ? null : Math.ceil((2 * batch.rowsTotal - steps) / perSecond)
  const working = batch.status === 'CHECKING' || batch.status === 'STORING'
  return { rowsPerSecond: Math.round(perSecond), secondsLeft: working ? left : null }
}
