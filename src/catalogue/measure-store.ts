import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Prisma } from '../../prisma/generated/client.ts'
import { type CatalogueFile, listNatures } from './catalogue-file.ts'
import { describeMeasureFault, measureFaults, type NatureOf, triggerFaults } from './measure-policy.ts'
import { measureClasses } from './measures.ts'

/** Measures of a catalogue file on their way into the database. */

type FileMeasure = CatalogueFile['measures'][number]
type Transaction = Prisma.TransactionClient

export async function saveMeasure(
  tx: Transaction,
  measure: FileMeasure,
): Promise<{ change: 'added' | 'changed' | 'unchanged'; faults: string[] }> {
  const { code, effectiveFrom, effectiveTo, ...rest } = measure
  const key = { code, effectiveFrom: new Date(effectiveFrom) }
  const data = { ...rest, effectiveTo: effectiveTo ? new Date(effectiveTo) : null }
  const where = { code_effectiveFrom: key }
  const before = await tx.measure.findUnique({ where })
  const row = { ...key, ...data }
  await tx.measure.upsert({ where, create: row, update: data })
  const change = before ? (isDeepStrictEqual(before, row) ? 'unchanged' : 'changed') : 'added'
  const faults =
    before && before.status !== 'DRAFT' && data.status === 'DRAFT'
      ? [
          `措施 ${code}（自 ${effectiveFrom}）已启用，不能退回草案；请给 effectiveTo，或改为 RETIRED (a live measure cannot become a draft again: end it, or retire it)`,
        ]
      : []
  return { change, faults }
}

/** Versions that bind or have bound, of the measures of the file. */
export function liveVersions(tx: Transaction, measures: readonly FileMeasure[]) {
  const codes = [...new Set(measures.map((measure) => measure.code))]
  return tx.measure.findMany({ where: { code: { in: codes }, status: { not: 'DRAFT' } } })
}

const stored = z.object({
  code: z.string(),
  effectiveFrom: z.date().transform((day) => day.toISOString().slice(0, 10)),
  class: z.enum(measureClasses),
  triggers: z.array(z.object({ listType: z.string(), grades: z.array(z.string()).nullable() })),
})

/**
 * What the policy finds in the measures of the file, and in those known before that a list of the file triggers: its
 * nature may have changed.
 */
export async function judgeMeasures(
  tx: Transaction,
  { measures, listTypes }: Pick<CatalogueFile, 'measures' | 'listTypes'>,
): Promise<string[]> {
  const natures = new Map((await tx.listType.findMany()).map(({ code, nature }) => [code, nature]))
  const natureOf: NatureOf = (code) => listNatures.find((nature) => nature === natures.get(code)) ?? null
  const ofFile = measures.flatMap((measure) =>
    measureFaults(measure, natureOf).map((fault) => describeMeasureFault(measure, fault)),
  )
  const judged = new Set(measures.map(({ code, effectiveFrom }) => `${code} ${effectiveFrom}`))
  const changed = new Set(listTypes.map(({ code }) => code))
  const known = stored.array().parse(changed.size > 0 ? await tx.measure.findMany() : [])
  const ofOthers = known
    .filter(({ code, effectiveFrom }) => !judged.has(`${code} ${effectiveFrom}`))
    .flatMap((measure) => {
      const triggers = measure.triggers.filter(({ listType }) => changed.has(listType))
      return triggerFaults({ ...measure, triggers }, natureOf).map((fault) =>
        describeMeasureFault(measure, fault),
      )
    })
  return [...ofFile, ...ofOthers]
}
