import type pg from 'pg'
import { type CatalogueDataset, maySee } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import { type ClockRule, type DeadlineRules, dueOf } from '../catalogue/clock-rules.ts'
import type { DeadlineRulesReader } from '../catalogue/clock-store.ts'
import { isSealedType } from '../catalogue/definition.ts'
import type { Caller } from '../departments/caller.ts'
import { batchedReading } from '../kernel/batched-reading.ts'
import { isLegalDay, type LegalDay } from '../kernel/clock.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { StoredContent } from '../records/record-content.ts'
import {
  clocksOf,
  type RecordClock,
  type RecordDays,
  type Tally,
  tally,
  withdrawalRule,
} from './timeliness.ts'
import {
  type DueStart,
  daysOfRecords,
  decisionOfWithdrawal,
  groupFirstVersions,
  groupWithdrawals,
  type LatePlace,
  pageOfLate,
  type StartGroup,
  type StoredDays,
  type Window,
} from './timeliness-store.ts'

/** How timely one department was with one dataset under one clock. */
export type TimelinessRow = Tally & {
  departmentCode: string
  departmentName: string
  dataset: string
  datasetName: string
  rule: string
  ruleName: string
}

export type LateSubmission = LatePlace & {
  /** The source's own number of the record, without parts that may be numbers of persons. */
  sourceNumber: { field: string; label: string; value: string }[]
  ruleName: string
  startsOn: LegalDay
  dueOn: LegalDay
  provisional: boolean
  recordedOn: LegalDay
}

/** Timeliness (及时性) of what was recorded from one day to another, both included. */
export type TimelinessService = {
  /** The dated rules, so that everybody can reckon after. */
  rules(): Promise<ClockRule[]>
  /** Counts only, so every department may see them of every other. */
  timeliness(window: Window): Promise<TimelinessRow[]>
  /** Single late records, for the provider of the dataset alone. */
  lateSubmissions(
    caller: Caller,
    filter: Window & { dataset: string },
    page: { after: LatePlace | null; limit: number },
  ): Promise<LateSubmission[]>
  /** The clocks of a record that the caller may see, the alarm first. Records asked about together are read together. */
  clocksOf(caller: Caller, recordId: number): Promise<RecordClock[]>
}

export function createTimelinessService(parts: {
  pool: pg.Pool
  catalogue: CatalogueReader
  deadlineRules: DeadlineRulesReader
}): TimelinessService {
  const { pool, catalogue, deadlineRules } = parts

  async function readClocks(caller: Caller, recordIds: number[]): Promise<Map<number, RecordClock[]>> {
    const [rules, { datasets, ...rest }] = await Promise.all([deadlineRules.current(), catalogue.current()])
    const fields = datasets.flatMap(({ definition }) => definition.clocks.map((clock) => clock.startsOn))
    const rows = await daysOfRecords(pool, recordIds, [...new Set(fields)])
    const clocks = new Map<number, RecordClock[]>()
    for (const [recordId, stored] of Map.groupBy(rows, (row) => row.recordId)) {
      const first = stored.find(({ kind }) => kind === 'FIRST')
      const dataset = datasets.find(({ id }) => id === first?.datasetId)
      if (!first || !dataset) continue
      // A clock tells the day on which it started, so it is disclosed as the field with that day is.
      const shown = dataset.definition.clocks.filter(({ startsOn }) => {
        const field = dataset.definition.fields.find(({ name }) => name === startsOn)
        return field && maySee({ datasets, ...rest }, caller.department, dataset, field.disclosure)
      })
      clocks.set(recordId, clocksOf(rules, shown, dataset.since, recordDays(first, stored)))
    }
    return clocks
  }

  // By caller, so that what one may see is never read for another.
  const clocksFor = new WeakMap<Caller, (recordId: number) => Promise<RecordClock[] | null>>()

  return {
    rules: async () => (await deadlineRules.current()).clocks,

    async timeliness(window) {
      refuseEmptyWindow(window)
      const [rules, { datasets }] = await Promise.all([deadlineRules.current(), catalogue.current()])
      const known = datasets.filter((dataset) => dataset.status !== 'DRAFT')
      const groups = await readGroups(pool, known, window)
      return known.flatMap((dataset) => {
        const own = groups.filter((group) => group.datasetId === dataset.id)
        return startsOf(dataset).flatMap(({ rule, field }) => {
          const counts = tally(
            rules,
            rule,
            dataset.since,
            own.filter((group) => group.field === field),
          )
          return counts ? [{ ...namesOf(rules, dataset, rule), ...counts }] : []
        })
      })
    },

    async lateSubmissions(caller, { dataset: code, from, to }, page) {
      refuseEmptyWindow({ from, to })
      const [rules, { datasets }] = await Promise.all([deadlineRules.current(), catalogue.current()])
      const dataset = datasets.find((candidate) => candidate.code === code)
      if (!dataset)
        throw new Refusal('DATASET_NOT_FOUND', '目录中没有此数据集 (the catalogue has no such dataset)')
      if (dataset.departmentId !== caller.department.id)
        throw new Refusal(
          'DATASET_NOT_YOURS',
          '逐条记录只供提供单位查看 (single late records are for the provider of the dataset)',
        )
      const dues = await readDues(pool, rules, dataset, { from, to })
      const provisional = new Set(dues.filter((due) => due.provisional).map(placeOf))
      const rows = await pageOfLate(pool, dataset.id, dues, { from, to }, page)
      return rows.map(({ content, ...row }) => ({
        ...row,
        sourceNumber: sourceNumberOf(dataset, content),
        ruleName: dueOf(rules, row.rule, row.startsOn)?.rule.name ?? row.rule,
        provisional: provisional.has(placeOf(row)),
      }))
    },

    async clocksOf(caller, recordId) {
      let read = clocksFor.get(caller)
      if (!read) {
        read = batchedReading((recordIds: number[]) => readClocks(caller, recordIds))
        clocksFor.set(caller, read)
      }
      return (await read(recordId)) ?? []
    },
  }
}

type ClockStart = { rule: string; field: string }

/** Every clock that may run for records of the dataset, with the field in which it starts. */
function startsOf({ definition }: CatalogueDataset): ClockStart[] {
  return [
    ...definition.clocks.map(({ rule, startsOn }) => ({ rule, field: startsOn })),
    { rule: withdrawalRule, field: decisionOfWithdrawal },
  ]
}

async function readGroups(
  pool: pg.Pool,
  datasets: readonly CatalogueDataset[],
  window: Window,
): Promise<StartGroup[]> {
  const fields = datasets.flatMap(({ id, definition }) =>
    [...new Set(definition.clocks.map((clock) => clock.startsOn))].map((field) => ({ datasetId: id, field })),
  )
  const ids = datasets.map(({ id }) => id)
  const [first, withdrawals] = await Promise.all([
    groupFirstVersions(pool, fields, window),
    groupWithdrawals(pool, ids, window),
  ])
  // A field that was no date in an earlier edition of the definition starts no clock.
  return [
    ...first.filter(({ startsOn }) => isLegalDay(startsOn)),
    ...withdrawals.map((group) => ({ ...group, field: decisionOfWithdrawal })),
  ]
}

async function readDues(
  pool: pg.Pool,
  rules: DeadlineRules,
  dataset: CatalogueDataset,
  window: Window,
): Promise<(DueStart & { provisional: boolean })[]> {
  const groups = await readGroups(pool, [dataset], window)
  return startsOf(dataset).flatMap(({ rule, field }) => {
    const days = groups.filter((group) => group.field === field).map((group) => group.startsOn)
    return [...new Set(days)].flatMap((startsOn) => {
      if (startsOn < dataset.since) return []
      const due = dueOf(rules, rule, startsOn)
      return due ? [{ rule, field, startsOn, dueOn: due.on.day, provisional: due.on.provisional }] : []
    })
  })
}

const placeOf = ({ rule, startsOn }: { rule: string; startsOn: LegalDay }) => `${rule} ${startsOn}`

function recordDays(first: StoredDays, stored: readonly StoredDays[]): RecordDays {
  const days = Object.entries(first.days).filter(([, day]) => day !== null && isLegalDay(day))
  return {
    recordedOn: first.recordedOn,
    days: Object.fromEntries(days),
    withdrawals: stored.flatMap(({ kind, decidedOn, recordedOn }) =>
      kind === 'WITHDRAWAL' && decidedOn !== null ? [{ decidedOn, recordedOn }] : [],
    ),
  }
}

function namesOf({ clocks }: DeadlineRules, dataset: CatalogueDataset, rule: string) {
  return {
    departmentCode: dataset.departmentCode,
    departmentName: dataset.departmentName,
    dataset: dataset.code,
    datasetName: dataset.definition.name,
    rule,
    ruleName: clocks.findLast((row) => row.code === rule)?.name ?? rule,
  }
}

function sourceNumberOf(
  { definition }: CatalogueDataset,
  content: StoredContent,
): LateSubmission['sourceNumber'] {
  return definition.sourceKey.flatMap((name) => {
    const field = definition.fields.find((candidate) => candidate.name === name)
    const value = content[name]
    // Sealed as it is stored, whatever today's edition says of the field.
    if (!field || isSealedType(field.value) || value === undefined || typeof value === 'object') return []
    return [{ field: name, label: field.label, value: String(value) }]
  })
}

function refuseEmptyWindow({ from, to }: Window): void {
  for (const day of [from, to]) {
    if (!isLegalDay(day))
      throw new Refusal('INPUT_INVALID', '起止须为日期 YYYY-MM-DD (from, to: expected days, YYYY-MM-DD)')
  }
  if (to < from) throw new Refusal('INPUT_INVALID', '止日早于起日 (to: earlier than from)')
}
