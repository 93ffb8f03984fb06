import { expect, test } from 'vitest'
import { compare, type Table } from '../../../bench/exchange/compare.ts'

const tableOf = (ratios: Record<string, number | null>, lessIsBetter = false): Table => ({
  settings: { scale: 1_000_000 },
  rows: Object.entries(ratios).map(([job, median]) => ({
    job,
    ratio: median === null ? null : { median },
    lessIsBetter,
  })),
})

test.each([
  { was: 1, now: 0.81, outcome: 'KEPT' },
  { was: 1, now: 0.79, outcome: 'FELL' },
  { was: 0.5, now: 0.39, outcome: 'FELL' },
  { was: 0.5, now: 2, outcome: 'KEPT' },
])('a ratio of $was that is $now is $outcome', ({ was, now, outcome }) => {
  expect(compare(tableOf({ 'look-up': was }), tableOf({ 'look-up': now }))).toEqual([
    { outcome, job: 'look-up', change: now / was, before: was, now },
  ])
})

test.each([
  { was: 2, now: 2.4, outcome: 'KEPT' },
  { was: 2, now: 2.6, outcome: 'FELL' },
  { was: 2, now: 0.5, outcome: 'KEPT' },
])('where less is better, a ratio of $was that is $now is $outcome', ({ was, now, outcome }) => {
  expect(compare(tableOf({ memory: was }, true), tableOf({ memory: now }, true))).toEqual([
    { outcome, job: 'memory', change: was / now, before: was, now },
  ])
})

test('rows of one run alone are named, and rows that never had a ratio are not', () => {
  expect(compare(tableOf({ ingest: 0.2, start: null }), tableOf({ search: 0.6, start: null }))).toEqual([
    { outcome: 'MISSING', job: 'ingest' },
    { outcome: 'NEW', job: 'search' },
  ])
})

test('a ratio that could not be reckoned is missing', () => {
  const run = tableOf({})
  run.rows.push({ job: 'ingest', ratio: { median: null } })
  expect(compare(tableOf({ ingest: 0.2 }), run)).toEqual([{ outcome: 'MISSING', job: 'ingest' }])
})
