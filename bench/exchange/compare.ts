import { z } from 'zod'

/** Tables of two runs beside one another, row by row. Pure. */

const row = z.object({
  job: z.string(),
  ratio: z.object({ median: z.number().nullable() }).nullable(),
  lessIsBetter: z.boolean().optional(),
})
export const table = z.object({ settings: z.object({ scale: z.number() }), rows: z.array(row) })
export type Table = z.infer<typeof table>

/** A ratio may fall by a fifth: machines are not that steady. */
const fallAllowed = 0.2

/** `change`: above 1 is better than before, whichever way the ratio counts. */
export type Compared =
  | { outcome: 'KEPT' | 'FELL'; job: string; change: number; before: number; now: number }
  | { outcome: 'MISSING' | 'NEW'; job: string }

export function compare(baseline: Table, run: Table): Compared[] {
  const before = ratiosOf(baseline)
  const now = ratiosOf(run)
  return [...new Set([...before.keys(), ...now.keys()])].map((job): Compared => {
    const [was, is] = [before.get(job), now.get(job)]
    if (!is) return { outcome: 'MISSING', job }
    if (!was) return { outcome: 'NEW', job }
    const change = is.lessIsBetter ? was.median / is.median : is.median / was.median
    const outcome = change < 1 - fallAllowed ? 'FELL' : 'KEPT'
    return { outcome, job, change, before: was.median, now: is.median }
  })
}

/** Rows without a ratio are told by their target alone. */
function ratiosOf({ rows }: Table) {
  return new Map(
    rows.flatMap(({ job, ratio, lessIsBetter = false }) =>
      ratio && ratio.median !== null ? [[job, { median: ratio.median, lessIsBetter }] as const] : [],
    ),
  )
}
