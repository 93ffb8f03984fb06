import type { ComponentType } from 'react'
import type { pageTexts } from './texts/shell.ts'

export type PageModule = { default: ComponentType }
export type PageName = keyof typeof pageTexts

export type PageEntry = {
  name: PageName
  /** Below the console's own path. */
  path: string
  /** Any of these opens it; none: everybody's. */
  needs: readonly string[]
  group: 'top' | 'workGroup' | 'dataGroup' | 'administrationGroup' | 'mineGroup'
  /** After g. */
  key?: string
  load(): Promise<PageModule>
}

/** The pages in the order of the menu. Each is loaded when it is opened. */
export const pages: readonly PageEntry[] = [
  {
    name: 'dashboard',
    path: '',
    needs: ['dashboard.read'],
    group: 'top',
    key: 'd',
    load: () => import('./pages/dashboard/dashboard.tsx'),
  },
  {
    name: 'lookUp',
    path: 'look-up',
    needs: ['subject.lookUp'],
    group: 'top',
    key: 'q',
    load: () => import('./pages/look-up/look-up.tsx'),
  },
  {
    name: 'pending',
    path: 'pending',
    needs: ['act.read'],
    group: 'workGroup',
    key: 'r',
    load: () => import('./pages/pending/pending.tsx'),
  },
  {
    name: 'proposals',
    path: 'proposals',
    needs: ['listing.read'],
    group: 'workGroup',
    load: () => import('./pages/work/proposals.tsx'),
  },
  {
    name: 'listings',
    path: 'listings',
    needs: ['record.read'],
    group: 'workGroup',
    load: () => import('./pages/work/listings.tsx'),
  },
  {
    name: 'objections',
    path: 'objections',
    needs: ['remedy.read'],
    group: 'workGroup',
    load: () => import('./pages/work/objections.tsx'),
  },
  {
    name: 'repairs',
    path: 'repairs',
    needs: ['remedy.read'],
    group: 'workGroup',
    load: () => import('./pages/work/repairs.tsx'),
  },
  {
    name: 'tasks',
    path: 'tasks',
    needs: ['task.read'],
    group: 'workGroup',
    key: 't',
    load: () => import('./pages/work/tasks.tsx'),
  },
  {
    name: 'names',
    path: 'names',
    needs: ['identity.read'],
    group: 'workGroup',
    load: () => import('./pages/work/names.tsx'),
  },
  {
    name: 'batches',
    path: 'batches',
    needs: ['batch.read'],
    group: 'dataGroup',
    key: 'b',
    load: () => import('./pages/batches/batches.tsx'),
  },
  {
    name: 'datasets',
    path: 'datasets',
    needs: ['catalogue.read'],
    group: 'dataGroup',
    load: () => import('./pages/datasets/datasets.tsx'),
  },
  {
    name: 'departments',
    path: 'departments',
    needs: ['department.read'],
    group: 'administrationGroup',
    load: () => import('./pages/departments/departments.tsx'),
  },
  {
    name: 'officers',
    path: 'officers',
    needs: ['officer.read'],
    group: 'administrationGroup',
    load: () => import('./pages/officers/officers.tsx'),
  },
  {
    name: 'audit',
    path: 'audit',
    needs: ['audit.read'],
    group: 'administrationGroup',
    key: 'a',
    load: () => import('./pages/audit/audit.tsx'),
  },
  {
    name: 'security',
    path: 'security',
    needs: [],
    group: 'mineGroup',
    load: () => import('./pages/security/security.tsx'),
  },
]

/** Pages below those of the menu. */
export const innerPages: readonly Pick<PageEntry, 'name' | 'path' | 'needs' | 'load'>[] = [
  {
    name: 'batches',
    path: 'batches/:batchId',
    needs: ['batch.read'],
    load: () => import('./pages/batches/batch.tsx'),
  },
  {
    name: 'datasets',
    path: 'datasets/new',
    needs: ['dataset.draft'],
    load: () => import('./pages/datasets/by-example/by-example.tsx'),
  },
  {
    name: 'datasets',
    path: 'datasets/:code',
    needs: ['catalogue.read'],
    load: () => import('./pages/datasets/dataset.tsx'),
  },
  {
    name: 'departments',
    path: 'departments/new',
    needs: ['department.register'],
    load: () => import('./pages/departments/register.tsx'),
  },
  {
    name: 'departments',
    path: 'departments/:code',
    needs: ['department.read'],
    load: () => import('./pages/departments/department.tsx'),
  },
  {
    name: 'objections',
    path: 'objections/:code',
    needs: ['remedy.read'],
    load: () => import('./pages/work/case.tsx'),
  },
  {
    name: 'repairs',
    path: 'repairs/:code',
    needs: ['remedy.read'],
    load: () => import('./pages/work/case.tsx'),
  },
]
