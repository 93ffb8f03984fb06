import type { LegalDay } from './clock.ts'

/** Histories of what moves by events: a table of events with `seq`, `type`, `data`, read as one column of its owner. */

export type HistoryEvent<Event> = {
  seq: number
  /** Null: the exchange itself, or someone outside on the website. */
  departmentId: number | null
  on: LegalDay
  recordedAt: Date
  event: Event
}

/** The events of the owner, in their order, as JSON. */
export const historyOf = (table: string, column: string, owner: string) => `
  (SELECT json_agg(json_build_object('seq', e.seq, 'type', e.type, 'data', e.data, 'on', e.effective_on,
            'recordedAt', e.recorded_at, 'departmentId', e.department_id) ORDER BY e.seq)
     FROM ${table} e WHERE e.${column} = ${owner})`

export type HistoryRow<Event extends { type: string }> = Omit<HistoryEvent<Event>, 'recordedAt' | 'event'> & {
  type: string
  data: Omit<Event, 'type'>
  recordedAt: string
}

/** The table holds only what was written from the same union. */
export const readHistory = <Event extends { type: string }>(
  rows: readonly HistoryRow<Event>[],
): HistoryEvent<Event>[] =>
  rows.map(({ type, data, recordedAt, ...rest }) => ({
    ...rest,
    recordedAt: new Date(recordedAt),
    event: { type, ...data } as unknown as Event,
  }))
