import type pg from 'pg'
import type { Catalogue, CatalogueDataset } from '../catalogue/catalogue.ts'
import type { CatalogueReader } from '../catalogue/catalogue-store.ts'
import type { DeadlineRules } from '../catalogue/clock-rules.ts'
import type { DeadlineRulesReader } from '../catalogue/clock-store.ts'
import { limits } from '../limits.ts'
import { type CaseStep, stepsOf } from './remedy-clock.ts'
import { type CaseDepartment, caseDepartments, type StoredCase } from './remedy-store.ts'

/** Steps of cases with the department that owes each: read once for as many cases as are looked at. */

export type StepParts = { pool: pg.Pool; catalogue: CatalogueReader; deadlineRules: DeadlineRulesReader }

/** All that the steps of a case follow from, beside its events. */
export type World = {
  catalogue: Catalogue
  rules: DeadlineRules
  departments: ReadonlyMap<number, CaseDepartment>
}

export async function readWorld(parts: StepParts): Promise<World> {
  const [catalogue, rules, departments] = await Promise.all([
    parts.catalogue.current(),
    parts.deadlineRules.current(),
    caseDepartments(parts.pool),
  ])
  return { catalogue, rules, departments: new Map(departments.map((row) => [row.id, row])) }
}

export type DepartmentNamed = { code: string; name: string }

export function departmentNamed({ departments }: World, id: number | null): DepartmentNamed | null {
  const department = id === null ? undefined : departments.get(id)
  return department ? { code: department.code, name: department.name } : null
}

export function datasetOf({ catalogue }: World, found: StoredCase): CatalogueDataset {
  const dataset = catalogue.datasets.find(({ id }) => id === found.datasetId)
  if (!dataset) throw new RangeError(`no dataset ${found.datasetId}`)
  return dataset
}

export type OwedStep = { step: CaseStep; departmentId: number | null }

export function owedSteps(world: World, found: StoredCase): OwedStep[] {
  const { departmentId: providerId } = datasetOf(world, found)
  const providerKind = world.departments.get(providerId)?.kind ?? ''
  const dated = found.events.map(({ event, on }) => ({ ...event, on }))
  const takerId = takerOf(world, found, providerId)
  return stepsOf(world.rules, found.kind, providerKind, dated).map((step) => ({
    step,
    departmentId: step.owedBy === 'PROVIDER' ? providerId : takerId,
  }))
}

/** The determining department where it took the case in itself; else the credit office, whoever forwarded it. */
function takerOf({ departments }: World, { openerId }: StoredCase, providerId: number): number | null {
  const isOffice = (department: CaseDepartment | undefined) =>
    department?.roles.includes('CREDIT_OFFICE') && department.status !== 'CLOSED'
  if (openerId === providerId || isOffice(departments.get(openerId))) return openerId
  return [...departments.values()].find(isOffice)?.id ?? null
}

/** All cases, page by page. */
export async function* everyCase(
  read: (page: { afterId: number | null; limit: number }) => Promise<StoredCase[]>,
  from: number | null = null,
): AsyncGenerator<StoredCase, void, undefined> {
  const limit = limits.pageSize.max
  for (let afterId = from; ; ) {
    const page: StoredCase[] = await read({ afterId, limit })
    yield* page
    const last = page.at(-1)
    if (!last || page.length < limit) return
    afterId = last.id
  }
}
